import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXCHANGES } from './exchanges.js';
import { AUTHORIZED, addPeople, type Harness, startApi } from './harness.js';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: object }>>;
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** What other protocols say, by documents of their own (docs/oscp.md, docs/openadr.md). */
const OF_PEERS = /^\/(oscp|openadr|ocpi)\//;
const UNDOCUMENTED = ['/', '/openapi.json', '/docs'];

let harness: Harness;
let document: Document;
let ajv: Ajv2020.default;

beforeAll(async () => {
  harness = await startApi();
  await addPeople(harness.store);
  document = JSON.parse((await harness.app.inject('/openapi.json')).body) as Document;
  ajv = new Ajv2020.default({ strict: false, validateFormats: true, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
});
afterAll(async () => harness.app.close());

/** Validates against a part of the document, so that its references resolve. */
function validate(pointer: string, value: unknown): readonly unknown[] {
  const check = ajv.compile({ $ref: `document#${pointer}` });
  return check(value) ? [] : (check.errors ?? []);
}

function pointerTo(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

function operations(): readonly (readonly [string, string, Operation])[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
  );
}

describe('the OpenAPI document', () => {
  it('names every route of the running service, and no other', () => {
    const running = harness.app.knownRoutes
      .filter(
        ({ method, url }) =>
          method !== 'HEAD' && !UNDOCUMENTED.includes(url) && !url.startsWith('/docs/') && !OF_PEERS.test(url),
      )
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(
      operations()
        .map(([path, method]) => `${method.toUpperCase()} ${path}`)
        .sort(),
    ).toEqual(running.sort());
  });

  it('is OpenAPI 3.1 in structure: its references resolve and every operation is described once', () => {
    expect(document.openapi).toBe('3.1.0');
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    for (const reference of new Set(references)) {
      const name = /#\/components\/schemas\/(\w+)"$/.exec(reference)?.[1];
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
    const ids = operations().map(([, , operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, , operation] of operations()) {
      expect(operation.summary).toBeTruthy();
      expect(operation.tags).toHaveLength(1);
      const inPath = operation.parameters?.filter((one) => one.in === 'path').map((one) => one.name) ?? [];
      expect(inPath.sort()).toEqual([...path.matchAll(/{(\w+)}/g)].map((match) => match[1]).sort());
      expect(Object.keys(operation.responses).some((status) => /^[23]/.test(status))).toBe(true);
    }
  });

  it('holds schemas that are valid JSON Schema 2020-12', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(ajv.validateSchema(schema), `${name}: ${ajv.errorsText()}`).toBe(true);
    }
  });

  it('asks for a key under /v1 and only there', () => {
    for (const [path, , operation] of operations()) {
      // What is left out is as the document says for all.
      expect(operation.security === undefined, path).toBe(path.startsWith('/v1/') && !path.startsWith('/v1/sign-in'));
      expect('401' in operation.responses, path).toBe(path.startsWith('/v1/'));
    }
  });

  it('shows examples that its own schemas accept', () => {
    let examined = 0;
    const examine = (value: unknown, parts: readonly string[]): void => {
      if (typeof value !== 'object' || value === null) return;
      const members = value as Readonly<Record<string, unknown>>;
      const inSchema = 'type' in members || 'anyOf' in members || '$ref' in members;
      const examples = Array.isArray(members.examples) && inSchema ? members.examples : [];
      for (const example of examples) {
        expect(validate(pointerTo(...parts), example), parts.join('/')).toEqual([]);
        examined += 1;
      }
      // A media type and a parameter hold their examples beside their schema.
      if (typeof members.schema === 'object') {
        const named = Object.values((members.examples ?? {}) as Record<string, { readonly value?: unknown }>);
        const values = [...('example' in members ? [members.example] : []), ...named.map((one) => one.value ?? one)];
        for (const example of values) {
          expect(validate(pointerTo(...parts, 'schema'), example), parts.join('/')).toEqual([]);
          examined += 1;
        }
      }
      for (const [name, member] of Object.entries(members)) {
        if (name !== 'examples' && name !== 'example') examine(member, [...parts, name]);
      }
    };
    examine(document.paths, ['paths']);
    examine(document.components, ['components']);
    expect(examined).toBeGreaterThan(15);
    // The check itself can fail.
    expect(validate('/components/schemas/Site', { name: 'x' })).not.toEqual([]);
  });
});

describe('every route', () => {
  it('has an exchange in this test', () => {
    const tried = new Set(EXCHANGES.map(({ method, route }) => `${method} ${route}`));
    const documented = operations().map(([path, method]) => `${method.toUpperCase()} ${path}`);
    expect(documented.filter((route) => !tried.has(route))).toEqual(['GET /v1/sites/{siteId}/events']);
  });

  it.each(EXCHANGES)('$method $url answers $status as documented', async ({ route, method, url, payload, status }) => {
    const response = await harness.app.inject({
      method,
      url,
      headers: AUTHORIZED,
      ...(payload === undefined ? {} : { payload }),
    });
    expect(response.statusCode, response.body).toBe(status);
    const documented = document.paths[route]?.[method.toLowerCase()]?.responses[String(status)];
    expect(documented).toBeDefined();
    if (response.headers['content-type']?.toString().startsWith('application/json') === true) {
      const parts = ['paths', route, method.toLowerCase(), 'responses', String(status)];
      const pointer = pointerTo(...parts, 'content', 'application/json', 'schema');
      expect(validate(pointer, response.json())).toEqual([]);
    }
  });
});
