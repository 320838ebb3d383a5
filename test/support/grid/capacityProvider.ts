import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it was sent. */
export interface Heard {
  readonly name: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

export interface Faults {
  /** Answers this to everything. */
  status?: number;
  /** Knows the acknowledgement of handshakes by the spelling of pyoscp only. */
  otherSpelling?: boolean;
  /** Takes a registration and never sends its own. */
  neverRegistersBack?: boolean;
}

/** An OSCP 2.0 capacity provider over real HTTP, written from the published schemas and sharing nothing with the service. */
export class CapacityProvider {
  readonly heard: Heard[] = [];
  readonly faults: Faults = {};
  readonly url: string;
  /** What the other side has to show. */
  expects: string;
  /** Where the other side is, and what it is shown there. */
  other: { baseUrl: string; token: string } | undefined;
  private readonly server: Server;
  private readonly started = new Set<'us'>();
  private requests = 0;

  static async start(expects = 'first-token'): Promise<CapacityProvider> {
    let provider: CapacityProvider | undefined;
    const server = createServer((request, response) => {
      void provider?.answer(request).then((status) => {
        response.statusCode = status;
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    provider = new CapacityProvider(server, expects);
    return provider;
  }

  private constructor(server: Server, expects: string) {
    this.server = server;
    this.expects = expects;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oscp/cp/2.0`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Begins the registration. */
  register(baseUrl: string, tokenA: string, versions = ['2.0']): Promise<number> {
    this.started.add('us');
    this.other = { baseUrl, token: tokenA };
    this.expects = 'token-b';
    const version_url = versions.map((version) => ({ version, base_url: this.url }));
    return this.send('register', { token: this.expects, version_url });
  }

  async send(
    name: string,
    body: object,
    { method = 'POST', headers = {}, token = this.other?.token ?? '' } = {},
  ): Promise<number> {
    const answer = await fetch(`${this.other?.baseUrl}/${name}`, {
      method,
      headers: {
        authorization: `Token ${token}`,
        'content-type': 'application/json',
        'x-request-id': `cp-${++this.requests}`,
        ...headers,
      },
      body: JSON.stringify(body),
    });
    await answer.text();
    return answer.status;
  }

  heartbeat(offlineInS: number, nowMs = Date.now()): Promise<number> {
    return this.send('heartbeat', { offline_mode_at: new Date(nowMs + offlineInS * 1000).toISOString() });
  }

  named(name: string): readonly Heard[] {
    return this.heard.filter((one) => one.name === name);
  }

  private async answer(request: IncomingMessage): Promise<number> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const name = request.url?.split('/').at(-1) ?? '';
    const body = JSON.parse(Buffer.concat(pieces).toString() || '{}');
    if (request.headers.authorization !== `Token ${this.expects}`) return 401;
    if (this.faults.otherSpelling === true && name === 'handshake_acknowledge') return 404;
    if (this.faults.status !== undefined) return this.faults.status;
    this.heard.push({ name, method: request.method ?? '', headers: request.headers, body });
    if (name === 'register' && request.method === 'POST') this.registered(body);
    return 204;
  }

  /** As the one that was begun with, it answers by registering back. */
  private registered(body: { readonly token: string; readonly version_url: { base_url: string }[] }): void {
    this.other = { baseUrl: body.version_url[0]?.base_url ?? '', token: body.token };
    if (this.started.has('us') || this.faults.neverRegistersBack === true) return;
    this.expects = 'token-c';
    void this.send('register', { token: this.expects, version_url: [{ version: '2.0', base_url: this.url }] });
  }
}
