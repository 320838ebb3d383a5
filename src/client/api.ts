import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.js';

/** The HTTP API, typed by its OpenAPI document: `api.GET('/v1/sites/{siteId}', { params: { path: { siteId } } })`. */
export type EvenkeelApi = Client<paths>;

export type Schemas = components['schemas'];
/** What a station is to be told: hand `payload` to it as it is. */
export type Command = Schemas['Command'];
export type CommandResult = Schemas['CommandResult'];
/** What is answered to what is not done: `code` is stable, `fix` says what to do. */
export type Problem = Schemas['Problem'];

export interface ApiOptions {
  /** Such as https://evenkeel.example. */
  readonly baseUrl: string;
  /** Of POST /v1/keys, for the role "integrator". */
  readonly key: string;
  /** Default: that of the platform. */
  readonly fetch?: typeof globalThis.fetch;
}

export function createEvenkeel({ baseUrl, key, fetch }: ApiOptions): EvenkeelApi {
  return createClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${key}` },
    // Looked up with each request: it may be put in place later.
    fetch: (request) => (fetch ?? globalThis.fetch)(request),
  });
}
