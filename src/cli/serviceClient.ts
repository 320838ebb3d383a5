import { Refused, Unreachable } from './failures.js';
import { members } from './lenient.js';

const REQUEST_TIMEOUT_MS = 10_000;

interface RequestContent {
  readonly content?: { readonly body: string | Uint8Array<ArrayBuffer>; readonly type: string };
  /** For what takes long: default 10 s. */
  readonly timeoutMs?: number;
}

/** The service's HTTP API, as any client uses it. Throws Refused where it says no, Unreachable where nothing of ours answers. */
export class ServiceClient {
  readonly #baseUrl: string;
  readonly #apiKey: string | undefined;

  /** Without a key only what needs none can be asked. */
  constructor(baseUrl: string, apiKey?: string) {
    this.#baseUrl = baseUrl;
    this.#apiKey = apiKey;
  }

  get baseUrl(): string {
    return this.#baseUrl;
  }

  get(path: string): Promise<unknown> {
    return this.send('GET', path);
  }

  put(path: string, document: unknown): Promise<unknown> {
    return this.send('PUT', path, inJson(document));
  }

  post(path: string, document: unknown): Promise<unknown> {
    return this.send('POST', path, inJson(document));
  }

  delete(path: string): Promise<unknown> {
    return this.send('DELETE', path);
  }

  /** Whether the service answers at all, and well. */
  async isHealthy(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#baseUrl}/healthz`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }

  async send(method: string, path: string, options: RequestContent = {}): Promise<unknown> {
    const { ok, status, text } = await this.#exchange(method, path, options);
    if (ok && text === '') return undefined;
    const document = jsonOrNothing(text);
    if (ok && document !== undefined) return document;
    // Of /readyz, what is not ready is an answer too.
    if (status === 503 && 'reasons' in members(document)) return document;
    if (typeof members(document).code === 'string') throw new Refused(members(document));
    throw new Unreachable(
      `${this.#baseUrl} answered ${method} ${path} with ${status} and not as an Evenkeel service does: check --url or EVENKEEL_URL.`,
    );
  }

  async #exchange(method: string, path: string, { content, timeoutMs = REQUEST_TIMEOUT_MS }: RequestContent) {
    try {
      const answer = await fetch(`${this.#baseUrl}${path}`, {
        method,
        headers: {
          ...(this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }),
          ...(content === undefined ? {} : { 'content-type': content.type }),
        },
        ...(content === undefined ? {} : { body: content.body }),
        // A redirect would carry the key elsewhere, or turn a PUT into a GET.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { ok: answer.ok, status: answer.status, text: await answer.text() };
    } catch (error) {
      throw new Unreachable(`${whyNot(error, this.#baseUrl, timeoutMs)} ${WHAT_TO_DO}`, { cause: error });
    }
  }
}

const WHAT_TO_DO = 'Start the service with "evenkeel start", or say where it is by --url or EVENKEEL_URL.';

function inJson(document: unknown): RequestContent {
  return { content: { body: JSON.stringify(document), type: 'application/json' } };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What fetch hides in causes of causes. */
function whyNot(error: unknown, baseUrl: string, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `${baseUrl} did not answer within ${timeoutMs / 1_000} s.`;
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = members(cause);
  // Several addresses were tried: what the first said.
  const first = members((members(cause).errors as readonly unknown[] | undefined)?.[0]).code;
  return `${baseUrl} can not be reached (${String(code ?? first ?? message ?? cause)}).`;
}
