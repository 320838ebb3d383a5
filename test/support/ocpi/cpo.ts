import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

/** When the result of a charging profile is told. 'early': before the answer to its request. 'never', 'twice', or 'late' by so much. */
export type CallbackFault = 'early' | 'never' | 'twice' | { readonly lateMs: number };

export interface CpoOptions {
  readonly tokenEncoding?: 'base64' | 'base64Newline' | 'raw';
  readonly versions?: readonly string[];
  /** Tells who listens at sessions of what was set. */
  readonly onProfile?: (sessionId: string, profile: CpoProfile | undefined) => void;
}

export interface CpoProfile {
  readonly start_date_time?: string;
  readonly duration?: number;
  readonly charging_rate_unit: 'A' | 'W';
  readonly charging_profile_period: readonly { readonly start_period: number; readonly limit: number }[];
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json | undefined;
}

/** Every fault is there until it is taken away. */
export interface CpoFaults {
  callback?: CallbackFault;
  /** The next so many requests about profiles are too many. */
  tooOften?: number;
  /** HTTP 200, and 2001 in it. */
  refuses2001?: boolean;
  /** Of a profile, at once. */
  ack?: string;
  /** Later. */
  result?: string;
  /** Requests are answered so much later. */
  slowMs?: number;
  /** The connection is ended instead of an answer. */
  silent?: boolean;
  /** A location is taken away and one put first while the pages are read. */
  shiftingPages?: boolean;
}

const PAGE = 2;

/** A charge point operator's back end, as Evenkeel meets it: OCPI over real HTTP, written without its code. */
export class OcpiCpo {
  readonly received: Received[] = [];
  readonly faults: CpoFaults = {};
  readonly profiles = new Map<string, CpoProfile>();
  locations: Json[] = [];
  sessions: Json[] = [];
  /** Evenkeel's credentials object and endpoints, once known. */
  remote: { readonly token: string; readonly endpoints: readonly Json[] } | undefined;
  /** What Evenkeel has to show. */
  private readonly accepted = new Set<string>();
  readonly tokenA = token();
  private readonly server: Server;
  private readonly options: CpoOptions;
  private readonly timers = new Set<NodeJS.Timeout>();

  static async start(options: CpoOptions = {}): Promise<OcpiCpo> {
    const cpo = new OcpiCpo(options);
    await new Promise<void>((resolve) => cpo.server.listen(0, '127.0.0.1', resolve));
    return cpo;
  }

  private constructor(options: CpoOptions) {
    this.options = options;
    this.accepted.add(this.tokenA);
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get versionsUrl(): string {
    return `${this.url}/cpo/versions`;
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** The service is at another address from now on; its names would stay the same. */
  moved(url: string): void {
    if (this.remote === undefined) return;
    const endpoints = this.remote.endpoints.map((one) => ({
      ...one,
      url: `${url}${new URL(String(one.url)).pathname}`,
    }));
    this.remote = { ...this.remote, endpoints };
  }

  /** Its own beginning, with a TOKEN_A of Evenkeel's. */
  async register(versionsUrl: string, tokenA: string, version = '2.2.1'): Promise<Json> {
    const endpoints = await this.look(versionsUrl, tokenA, version);
    return this.exchange('POST', endpoints, tokenA);
  }

  /** New tokens both ways, asked for by it. */
  async rotate(): Promise<Json> {
    if (this.remote === undefined) throw new Error('it is not registered');
    return this.exchange('PUT', this.remote.endpoints, this.remote.token);
  }

  private async exchange(method: string, endpoints: readonly Json[], shown: string): Promise<Json> {
    const mine = token();
    this.accepted.add(mine);
    const url = String(endpoints.find(({ identifier }) => identifier === 'credentials')?.url);
    const answer = await this.send(method, url, this.credentials(mine), shown);
    const { token: theirs } = answer.data as { token: string };
    for (const old of [...this.accepted]) if (old !== mine) this.accepted.delete(old);
    this.remote = { token: theirs, endpoints };
    return answer;
  }

  /** To a module of Evenkeel's, with its token. */
  async push(
    method: string,
    module: string,
    path: string,
    body?: Json,
  ): Promise<{ status: number; body: Json; headers: Headers }> {
    const url = `${this.endpoint(module)}${path}`;
    const answer = await this.fetch(method, url, body, this.remote?.token ?? '');
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
  }

  endpoint(module: string): string {
    return String(this.remote?.endpoints.find(({ identifier }) => identifier === module)?.url);
  }

  putSession(session: Json): Promise<{ status: number; body: Json; headers: Headers }> {
    return this.push('PUT', 'sessions', `/NO/CPO/${String(session.id)}`, session);
  }

  patchSession(id: string, patch: Json): Promise<{ status: number; body: Json; headers: Headers }> {
    return this.push('PATCH', 'sessions', `/NO/CPO/${id}`, patch);
  }

  private async look(versionsUrl: string, shown: string, version: string): Promise<readonly Json[]> {
    const versions = (await this.send('GET', versionsUrl, undefined, shown)).data as readonly Json[];
    const url = String(versions.find((one) => one.version === version)?.url);
    const details = (await this.send('GET', url, undefined, shown)).data as { endpoints: readonly Json[] };
    return details.endpoints;
  }

  private async send(method: string, url: string, body: Json | undefined, shown: string): Promise<Json> {
    const answer = await this.fetch(method, url, body, shown);
    const document = (await answer.json()) as Json;
    if (answer.status !== 200 || document.status_code !== 1000)
      throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(document)}`);
    return document;
  }

  fetch(method: string, url: string, body: Json | undefined, shown: string): Promise<Response> {
    return fetch(url, {
      method,
      headers: {
        authorization: `Token ${this.encode(shown)}`,
        'x-request-id': 'request-of-the-cpo',
        'x-correlation-id': 'correlation-of-the-cpo',
        'ocpi-from-country-code': 'NO',
        'ocpi-from-party-id': 'CPO',
        'ocpi-to-country-code': 'SE',
        'ocpi-to-party-id': 'EVK',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  private encode(text: string): string {
    const { tokenEncoding = 'base64' } = this.options;
    if (tokenEncoding === 'raw') return text;
    return Buffer.from(tokenEncoding === 'base64Newline' ? `${text}\n` : text).toString('base64');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const text = await textOf(request);
    const body = text === '' ? undefined : (JSON.parse(text) as Json);
    this.received.push({
      method: request.method ?? '',
      path: `${url.pathname}${url.search}`,
      headers: request.headers,
      body,
    });
    if (this.faults.silent === true) return void request.socket.destroy();
    if (this.faults.slowMs !== undefined) await this.pause(this.faults.slowMs);
    const shown = [...this.accepted].find((one) => request.headers.authorization === `Token ${this.encode(one)}`);
    if (shown === undefined) return reply(response, 401, { status_code: 2000 });
    if (url.pathname === '/cpo/versions') {
      const versions = this.options.versions ?? ['2.2.1', '2.3.0'];
      return reply(response, 200, ok(versions.map((version) => ({ version, url: `${this.url}/cpo/${version}` }))));
    }
    const [, , version = '', module = '', id = ''] = url.pathname.split('/');
    switch (module) {
      case '':
        return reply(response, 200, ok({ version, endpoints: this.endpointsOf(version) }));
      case 'credentials':
        return this.takeCredentials(request.method ?? '', body ?? {}, { response, version, shown });
      case 'locations':
        return this.page(url, response, this.locations);
      case 'sessions':
        return this.page(url, response, this.sessions);
      case 'chargingprofiles':
        return this.profile(request.method ?? '', decodeURIComponent(id), { response, body, query: url.searchParams });
      default:
        return reply(response, 404, { status_code: 2000 });
    }
  }

  private endpointsOf(version: string): readonly Json[] {
    // With a slash at the end of some, as they come.
    return [
      { identifier: 'credentials', role: 'RECEIVER', url: `${this.url}/cpo/${version}/credentials` },
      { identifier: 'locations', role: 'SENDER', url: `${this.url}/cpo/${version}/locations` },
      { identifier: 'sessions', role: 'SENDER', url: `${this.url}/cpo/${version}/sessions` },
      { identifier: 'chargingprofiles', role: 'RECEIVER', url: `${this.url}/cpo/${version}/chargingprofiles/` },
      { identifier: 'bookings', role: 'SOMETHING_NEW', url: 'https://example.com/bookings' },
    ];
  }

  private async takeCredentials(
    method: string,
    body: Json,
    { response, version, shown }: { response: ServerResponse; version: string; shown: string },
  ): Promise<void> {
    if (method === 'DELETE') {
      this.remote = undefined;
      return reply(response, 200, ok(undefined));
    }
    const isRegistered = this.remote !== undefined;
    if (isRegistered !== (method === 'PUT')) return reply(response, 405, { status_code: 2000 });
    const theirs = String(body.token);
    // While the request is open: their token has to be live by now.
    const endpoints = await this.look(String(body.url), theirs, version).catch((error: unknown) => String(error));
    if (typeof endpoints === 'string') return reply(response, 200, { status_code: 3001, status_message: endpoints });
    const mine = token();
    this.accepted.delete(shown);
    this.accepted.add(mine);
    this.remote = { token: theirs, endpoints };
    reply(response, 200, ok(this.credentials(mine)));
  }

  private credentials(mine: string): Json {
    const details = { name: 'Charging Norway' };
    const role = { role: 'CPO', business_details: details, party_id: 'CPO', country_code: 'NO' };
    return { token: mine, url: this.versionsUrl, roles: [role], hub_party_id: 'NOHUB' };
  }

  private page(url: URL, response: ServerResponse, list: readonly Json[]): void {
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const page = list.slice(offset, offset + PAGE);
    if (this.faults.shiftingPages === true && offset === 0 && this.locations.length > PAGE) {
      // What was first goes, so that what was third is second now, and on no page that is still to come.
      this.locations = [...this.locations.slice(1)];
      delete this.faults.shiftingPages;
    }
    const next = new URL(url);
    next.searchParams.set('offset', String(offset + PAGE));
    response.setHeader('x-total-count', String(list.length));
    response.setHeader('x-limit', String(PAGE));
    if (offset + PAGE < list.length) response.setHeader('link', `<${next.href}>; rel="next"`);
    reply(response, 200, ok(page));
  }

  private async profile(
    method: string,
    sessionId: string,
    { response, body, query }: { response: ServerResponse; body: Json | undefined; query: URLSearchParams },
  ): Promise<void> {
    const { faults } = this;
    if (faults.refuses2001 === true)
      return reply(response, 200, { status_code: 2001, status_message: 'not like this' });
    if ((faults.tooOften ?? 0) > 0) {
      faults.tooOften = (faults.tooOften ?? 0) - 1;
      return reply(response, 200, ok({ result: 'TOO_OFTEN', timeout: 5 }));
    }
    if (faults.ack !== undefined) return reply(response, 200, ok({ result: faults.ack, timeout: 5 }));
    const responseUrl = String(method === 'PUT' ? body?.response_url : query.get('response_url'));
    const result = faults.result ?? 'ACCEPTED';
    if (result === 'ACCEPTED' && method === 'PUT') this.hold(sessionId, body?.charging_profile as CpoProfile);
    if (result === 'ACCEPTED' && method === 'DELETE') this.hold(sessionId, undefined);
    const told = method === 'GET' ? { result, profile: this.active(sessionId) } : { result };
    const tell = () => this.fetch('POST', responseUrl, told, this.remote?.token ?? '').catch(() => undefined);
    const { callback } = faults;
    if (callback === 'early') await tell();
    reply(response, 200, ok({ result: 'ACCEPTED', timeout: 1 }));
    if (callback === 'early' || callback === 'never') return;
    if (typeof callback === 'object') await this.pause(callback.lateMs);
    await tell();
    if (callback === 'twice') await tell();
  }

  private hold(sessionId: string, profile: CpoProfile | undefined): void {
    if (profile === undefined) this.profiles.delete(sessionId);
    else this.profiles.set(sessionId, profile);
    this.options.onProfile?.(sessionId, profile);
  }

  private active(sessionId: string): Json | undefined {
    const profile = this.profiles.get(sessionId);
    if (profile === undefined) return undefined;
    return { start_date_time: profile.start_date_time ?? new Date().toISOString(), charging_profile: profile };
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, ms);
      this.timers.add(timer);
    });
  }
}

/** What it allows at an instant, A; 'none': nothing was set. */
export function allowedA(profile: CpoProfile | undefined, atMs: number): number | 'none' {
  if (profile === undefined) return 'none';
  const startMs = Date.parse(profile.start_date_time ?? '');
  const period = profile.charging_profile_period.findLast(({ start_period }) => startMs + start_period * 1000 <= atMs);
  const isOver = profile.duration !== undefined && atMs >= startMs + profile.duration * 1000;
  return period === undefined || isOver ? 'none' : period.limit;
}

function ok(data: unknown): Json {
  return {
    ...(data === undefined ? {} : { data }),
    status_code: 1000,
    status_message: 'Success',
    timestamp: new Date().toISOString(),
  };
}

function reply(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function token(): string {
  return randomBytes(24).toString('base64url');
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
