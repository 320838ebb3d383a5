const REQUEST_AT_MOST_MS = 10_000;

export interface Answer {
  readonly status: number;
  /** Parsed JSON; undefined where the answer had no body. */
  readonly body: unknown;
}

/** The service's HTTP API, as any client uses it. */
export class ServiceApi {
  readonly #baseUrl: string;
  readonly #key: string;

  constructor(baseUrl: string, key: string) {
    this.#baseUrl = baseUrl;
    this.#key = key;
  }

  /** Whatever the status; for what is meant to be refused. */
  async request(method: string, path: string, document?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(document === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(document === undefined ? {} : { body: JSON.stringify(document) }),
      signal: AbortSignal.timeout(REQUEST_AT_MOST_MS),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async get(path: string): Promise<unknown> {
    return succeeded(await this.request('GET', path), `GET ${path}`);
  }

  async put(path: string, document: unknown): Promise<unknown> {
    return succeeded(await this.request('PUT', path, document), `PUT ${path}`);
  }

  async post(path: string, document: unknown): Promise<unknown> {
    return succeeded(await this.request('POST', path, document), `POST ${path}`);
  }

  async isHealthy(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.#baseUrl}/healthz`, { signal: AbortSignal.timeout(REQUEST_AT_MOST_MS) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }
}

function succeeded({ status, body }: Answer, what: string): unknown {
  if (status >= 200 && status < 300) return body;
  throw new Error(`${what} was answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
}
