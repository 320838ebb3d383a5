import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redact } from '../../../src/control/accounts/redact.js';
import { type Harness, startApi } from './harness.js';

// What is asked for is kept in the audit log with the change. Generated from the OpenAPI document: a member of a request that is added and
// sounds like a secret is hidden there, or named here as none.

const SECRET = /password|secret|token|credential|authorization|cookie|private|^key$/i;
/** They name or describe, and open nothing. */
const NO_SECRETS: readonly string[] = ['tokenEncoding', 'credentials'];
const CANARY = 'canary-of-a-secret-that-must-not-be-kept';
const DEPTH_MAX = 12;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

let harness: Harness;
let document: Document;
beforeAll(async () => {
  harness = await startApi();
  document = (await harness.app.inject('/openapi.json')).json();
});
afterAll(() => harness.app.close());

/** The names of all members below, each once. */
function membersOf(schema: Schema | undefined, depth = 0): readonly string[] {
  if (schema === undefined || depth > DEPTH_MAX) return [];
  const referred = schema.$ref?.split('/').at(-1);
  const below = [
    ...(schema.anyOf ?? []),
    ...(schema.allOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.items === undefined ? [] : [schema.items]),
    ...(referred === undefined ? [] : [document.components?.schemas?.[referred] ?? {}]),
  ];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    name,
    ...membersOf(member, depth + 1),
  ]);
  return [...new Set([...own, ...below.flatMap((one) => membersOf(one, depth + 1))])];
}

describe('a secret in a request', () => {
  it('is hidden in the audit log, whatever it is called', () => {
    const kept: string[] = [];
    let looked = 0;
    for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
      const contents = Object.values(operation.requestBody?.content ?? {});
      const names = contents.flatMap(({ schema }) => membersOf(schema));
      for (const name of names.filter((one) => SECRET.test(one) && !NO_SECRETS.includes(one))) {
        looked += 1;
        const written = JSON.stringify(redact({ deep: [{ [name]: CANARY }] }));
        if (written.includes(CANARY)) kept.push(`${operation.operationId}: ${name}`);
      }
    }
    expect(kept).toEqual([]);
    // Those that are known: passwords of users, stations and upstreams, tokens of peers, the secret of a VEN, tokens of drivers.
    expect(looked).toBeGreaterThanOrEqual(8);
  });

  it('is hidden where a station’s setting has it as its value, or as a part of its name', () => {
    for (const key of ['AuthorizationKey', 'SecurityCtrlr.BasicAuthPassword', 'OCPPCommCtrlr.ClientSecret'])
      expect(JSON.stringify(redact({ key, value: CANARY }))).not.toContain(CANARY);
    expect(redact({ key: 'HeartbeatInterval', value: '300' })).toEqual({ key: 'HeartbeatInterval', value: '300' });
  });
});
