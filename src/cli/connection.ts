import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './failures.js';
import { members } from './lenient.js';
import { ServiceClient } from './serviceClient.js';

export const DEFAULT_URL = 'http://localhost:8080';

/** What every command that asks the service takes. */
export interface ClientOptions {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the service is, and the key for it: of the command line, else of the environment, else of the file in ~/.config. */
export async function connect(
  options: ClientOptions,
  {
    needsKey = true,
    environment = process.env,
  }: { readonly needsKey?: boolean; readonly environment?: Environment } = {},
): Promise<ServiceClient> {
  const given = (option: string | undefined, name: string) => option ?? nonEmpty(environment[name]);
  const url = given(options.url, 'EVENKEEL_URL');
  const key = given(options.key, 'EVENKEEL_KEY');
  const file = url !== undefined && key !== undefined ? {} : await readConfig(configFile(environment));
  const baseUrl = parseUrl(url ?? file.url ?? DEFAULT_URL);
  const apiKey = (key ?? file.key)?.trim();
  if (needsKey && (apiKey === undefined || apiKey === '')) {
    throw new UsageError(
      'there is no API key: set EVENKEEL_KEY, or give --key. The first start of the service printed the admin key.',
    );
  }
  // A header can't carry anything else; fetch would say so in its own words.
  if (apiKey !== undefined && !/^[\x21-\x7e]*$/.test(apiKey)) {
    throw new UsageError('the API key holds characters that no key has: copy it again from where it was printed.');
  }
  return new ServiceClient(baseUrl, apiKey);
}

function configFile(environment: Environment): string {
  return join(nonEmpty(environment.XDG_CONFIG_HOME) ?? join(homedir(), '.config'), 'evenkeel', 'config.json');
}

async function readConfig(path: string): Promise<{ readonly url?: string; readonly key?: string }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return {};
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`${path} is no JSON object: write { "url": "${DEFAULT_URL}", "key": "…" }, or remove it.`);
  }
  const { url, key } = members(parsed);
  return { ...(typeof url === 'string' && { url }), ...(typeof key === 'string' && { key }) };
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new UsageError(`"${text}" is no address of a service: write one such as ${DEFAULT_URL}.`);
  }
  return url.href.replace(/\/+$/, '');
}

const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value);
