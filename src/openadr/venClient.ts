import { type Fields, isFields, numberIn, textIn } from '../peers/jsonFields.js';
import type { GridPorts } from '../peers/ports.js';
import type { VenConfig } from './venService.js';

export type VtnAnswer =
  | { readonly outcome: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly outcome: 'failed'; readonly reason: string };

export type SpokenVersion = '3.0' | '3.1';
export type Query = Readonly<Record<string, string | readonly string[]>>;

const TIMEOUT_MS = 15_000;
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;
/** The most that a VTN has to give at once. */
const PAGE = 50;
const PAGES_MAX = 200;
/** A token is renewed so long before it runs out. */
const RENEW_BEFORE_MS = 30_000;
const TOKEN_MAX_CHARACTERS = 8_192;
const URL_MAX_CHARACTERS = 2_000;

/** HTTP to one VTN, with a token that is renewed as needed. Nothing of secrets gets into a reason. */
export class VenClient {
  private readonly config: VenConfig;
  private readonly clientSecret: string;
  private readonly ports: Pick<GridPorts, 'outbound' | 'clock'>;
  private token: { readonly text: string; readonly untilMs: number } | undefined;
  private tokenUrl: string | undefined;
  private spoken: SpokenVersion | undefined;

  constructor(config: VenConfig, clientSecret: string, ports: Pick<GridPorts, 'outbound' | 'clock'>) {
    this.config = config;
    this.clientSecret = clientSecret;
    this.ports = ports;
  }

  /** Known once something was answered. */
  get version(): SpokenVersion | undefined {
    return this.spoken;
  }

  /** One request; a token that is not taken is fetched anew, once, so that one that runs out in the middle of a listing ends nothing. */
  async ask(method: string, path: string, more: { query?: Query; body?: object } = {}): Promise<VtnAnswer> {
    for (const isLast of [false, true]) {
      const token = await this.currentToken();
      if (typeof token !== 'string') return token;
      const answer = await this.request(method, this.urlOf(path, more.query), {
        headers: {
          authorization: `Bearer ${token}`,
          ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
      });
      if (answer.outcome !== 'answered' || answer.status !== 401 || isLast) return answer;
      this.token = undefined;
    }
    return { outcome: 'failed', reason: 'its token is not taken' };
  }

  /**
   * All entries, page by page, until a page brings nothing new: a VTN may give less at once than it is asked for. 'failed' where any of
   * the pages did: what is missing in a part means nothing.
   */
  async list(path: string, query: Query = {}): Promise<readonly Fields[] | { readonly failed: string }> {
    const entries = new Map<string, Fields>();
    let skip = 0;
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await this.ask('GET', path, { query: { ...query, skip: String(skip), limit: String(PAGE) } });
      if (answer.outcome === 'failed') return { failed: answer.reason };
      if (answer.status !== 200) return { failed: `${path} is answered with ${answer.status}` };
      if (!Array.isArray(answer.body)) return { failed: `${path} is answered with no list` };
      const before = entries.size;
      for (const entry of answer.body) {
        const id = isFields(entry) ? textIn(entry, 'id', 128) : undefined;
        if (id !== undefined) entries.set(id, entry);
      }
      if (answer.body.length === 0 || entries.size === before) return [...entries.values()];
      skip += answer.body.length;
    }
    return { failed: `${path} has more than ${PAGES_MAX} pages` };
  }

  private async currentToken(): Promise<string | VtnAnswer> {
    const nowMs = this.ports.clock.nowMs();
    if (this.token !== undefined && nowMs < this.token.untilMs) return this.token.text;
    const url = await this.findTokenUrl();
    if (typeof url !== 'string') return url;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.config.clientId,
      client_secret: this.clientSecret,
    });
    const answer = await this.request('POST', url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    if (answer.outcome === 'failed') return answer;
    const text = isFields(answer.body) ? textIn(answer.body, 'access_token', TOKEN_MAX_CHARACTERS) : undefined;
    if (answer.status >= 300 || text === undefined) {
      return { outcome: 'failed', reason: `clientId and clientSecret are answered with ${answer.status}` };
    }
    const expiresS = isFields(answer.body) ? numberIn(answer.body, 'expires_in') : undefined;
    const untilMs = expiresS === undefined ? Number.POSITIVE_INFINITY : nowMs + expiresS * 1000 - RENEW_BEFORE_MS;
    this.token = { text, untilMs };
    return text;
  }

  /** 3.1 says where tokens are given; who does not know that address speaks 3.0, and gives them itself. */
  private async findTokenUrl(): Promise<string | VtnAnswer> {
    if (this.tokenUrl !== undefined) return this.tokenUrl;
    const { version } = this.config;
    const own = this.urlOf('auth/token');
    if (version !== '3.0') {
      const answer = await this.request('GET', this.urlOf('auth/server'), {});
      if (answer.outcome === 'failed') return answer;
      const said = isFields(answer.body) ? textIn(answer.body, 'tokenURL', URL_MAX_CHARACTERS) : undefined;
      if (answer.status === 200 && said !== undefined) return this.settled('3.1', new URL(said, `${own}/`).toString());
      if (version === '3.1' || answer.status >= 500) {
        return { outcome: 'failed', reason: `auth/server is answered with ${answer.status}` };
      }
    }
    return this.settled('3.0', own);
  }

  private settled(version: SpokenVersion, tokenUrl: string): string {
    this.spoken = version;
    this.tokenUrl = tokenUrl;
    return tokenUrl;
  }

  private urlOf(path: string, query: Query = {}): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      for (const one of typeof value === 'string' ? [value] : value) search.append(name, one);
    }
    const text = search.toString();
    return `${this.config.vtnUrl.replace(/\/+$/, '')}/${path}${text === '' ? '' : `?${text}`}`;
  }

  private async request(
    method: string,
    url: string,
    more: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  ): Promise<VtnAnswer> {
    const answer = await this.ports.outbound.request({
      method,
      url,
      ...more,
      timeoutMs: TIMEOUT_MS,
      answerMaxBytes: ANSWER_MAX_BYTES,
    });
    if (answer.outcome !== 'answered') return { outcome: 'failed', reason: answer.reason };
    return { outcome: 'answered', status: answer.status, body: parsed(answer.body) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
