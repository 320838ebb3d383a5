import type { InjectOptions } from 'fastify';
import { AUTHORIZED, type Harness } from './harness.js';

export const PASSWORD = 'correct horse battery';

type App = Pick<Harness, 'app'>;
export type Headers = Readonly<Record<string, string>>;

export interface Asked {
  readonly method?: NonNullable<InjectOptions['method']>;
  readonly headers?: Headers;
  readonly payload?: object;
  readonly remoteAddress?: string;
}

export function ask({ app }: App, path: string, { method = 'GET', headers = AUTHORIZED, ...more }: Asked = {}) {
  return app.inject({ method, url: `/v1${path}`, headers, ...more });
}

/** A key for what is named, made by whoever `as` is: by default the admin. */
export async function makeKey(harness: App, wanted: object, as: Headers = AUTHORIZED): Promise<Headers> {
  const response = await ask(harness, '/keys', { method: 'POST', headers: as, payload: { name: 'a key', ...wanted } });
  if (response.statusCode !== 201) throw new Error(response.body);
  return { authorization: `Bearer ${response.json<{ key: string }>().key}` };
}

export async function makeOrganisation(harness: App, organisationId: string): Promise<void> {
  const path = `/organisations/${organisationId}`;
  const response = await ask(harness, path, { method: 'PUT', payload: { name: organisationId } });
  if (response.statusCode !== 200) throw new Error(response.body);
}

export async function makeUser(harness: App, wanted: object): Promise<string> {
  const payload = { email: 'anna@example.com', role: 'owner', password: PASSWORD, ...wanted };
  const response = await ask(harness, '/users', { method: 'POST', payload });
  if (response.statusCode !== 201) throw new Error(response.body);
  return response.json<{ userId: string }>().userId;
}

/** What a browser sends from then on, the header of our pages included. */
export async function signIn(harness: App, email = 'anna@example.com', password = PASSWORD): Promise<Headers> {
  const response = await ask(harness, '/sign-in', { method: 'POST', headers: {}, payload: { email, password } });
  if (response.statusCode !== 200) throw new Error(response.body);
  return { cookie: cookieOf(response.headers['set-cookie']), 'x-evenkeel': '1' };
}

export function cookieOf(header: string | readonly string[] | undefined): string {
  return String(header).split(';')[0] ?? '';
}
