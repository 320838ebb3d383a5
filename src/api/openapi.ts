import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** Made from the very schemas that validate requests. Must be registered before the routes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Evenkeel',
        version,
        description:
          'Keeps every fuse of an EV charging site. Instants are ISO 8601 with an offset; quantities end in their unit; PUT is idempotent and answers the stored document.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: '/' }],
      security: [{ key: [] }, { session: [] }],
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'The key that the first start printed, or one made since.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'evenkeel',
            description:
              'As POST /v1/sign-in gives it; over TLS it is called __Host-evenkeel. All but GET then needs the header X-Evenkeel: 1.',
          },
        },
      },
      tags: [
        { name: 'Sites', description: 'What the owner configures, and meters.' },
        { name: 'Limits', description: 'Temporary, recurring and grid limits.' },
        {
          name: 'Grid',
          description: 'Grid operators that say themselves, over OSCP or OpenADR, what a site may take.',
        },
        { name: 'Tariffs', description: 'What energy and peaks cost, as energy providers publish it.' },
        { name: 'Sessions', description: 'Stays of cars, and what their drivers need.' },
        { name: 'State', description: 'What is, and what is planned.' },
        { name: 'History', description: 'Energy, cost and peaks of years; bills, and what control saves.' },
        { name: 'Stations', description: 'Credentials of stations, and commands to them.' },
        { name: 'Upstreams', description: 'Back ends that stations reach through this service.' },
        {
          name: 'Delegation',
          description:
            'For back ends that keep their stations: what they tell of them, and commands to hand on; over OCPI too.',
        },
        { name: 'Accounts', description: 'Organisations, users, keys, and who did what.' },
        { name: 'Optimizer', description: 'Plans for problems that are sent along; no site is involved.' },
        { name: 'Operation', description: 'Probes and metrics; no key needed.' },
      ],
    },
    transformObject: (document) => ('openapiObject' in document ? shareComponents(document.openapiObject) : {}),
  });
}

/** Serves the document at /openapi.json and a page to read and try it at /docs, all of it from here. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Evenkeel API' },
    logLevel: 'warn',
    uiConfig: { deepLinking: true, docExpansion: 'list', persistAuthorization: false },
    // The page sets style attributes; scripts come from here only. No upgrade-insecure-requests: the port may be plain http.
    staticCSP: {
      'default-src': ["'self'"],
      'base-uri': ["'none'"],
      'font-src': ["'self'", 'data:'],
      'frame-ancestors': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
    },
  });
}

/** Moves every schema that has a title to components/schemas, once, and refers to it by name. */
function shareComponents<D extends object>(document: D): D {
  const schemas: Record<string, unknown> = {};
  const share = (value: unknown, inExample: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => share(item, inExample));
    if (typeof value !== 'object' || value === null) return value;
    const shared = Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, share(member, inExample || name === 'examples')]),
    );
    if (inExample || typeof shared.title !== 'string' || !isSchema(shared)) return shared;
    schemas[shared.title] = shared;
    return { $ref: `#/components/schemas/${shared.title}` };
  };
  const { paths, components, ...rest } = document as D & { paths?: object; components?: object };
  return { ...rest, paths: share(paths, false), components: { ...components, schemas } } as D;
}

function isSchema(value: Record<string, unknown>): boolean {
  return 'type' in value || 'anyOf' in value;
}
