const REQUEST_TIMEOUT_MS = 10_000;

/** The service's HTTP API, as any client uses it. */
export class ServiceClient {
  readonly #baseUrl: string;
  readonly #apiKey: string;

  constructor(baseUrl: string, apiKey: string) {
    this.#baseUrl = baseUrl;
    this.#apiKey = apiKey;
  }

  get(path: string): Promise<unknown> {
    return this.#request('GET', path);
  }

  put(path: string, document: unknown): Promise<unknown> {
    return this.#request('PUT', path, document);
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

  async #request(method: string, path: string, document?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(document === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(document === undefined ? {} : { body: JSON.stringify(document) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text.slice(0, 500)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
