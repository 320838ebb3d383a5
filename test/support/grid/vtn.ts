import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;
type Send = (status: number, body: unknown) => 'sent';

export interface VtnFaults {
  /** Answers everything with this. */
  status?: number;
  /** Answers this page of the events (from 0) with 500. */
  failPage?: number;
  /** The token is worth nothing from this page of the events on, until another is fetched. */
  expireAtPage?: number;
  /** Gives no more at once, whatever it is asked for. */
  pageMax?: number;
  /** While the second page is read, this event goes to the end: whoever pages by numbers misses one. */
  shift?: boolean;
  /** Whoever asks for a VEN of this name is told that there is one. */
  venTaken?: boolean;
  /** Ignores skip: each page is the first one. */
  ignoresSkip?: boolean;
}

export interface Subscription {
  readonly id: string;
  readonly clientName: string;
  readonly objectOperations: readonly { readonly callbackUrl: string }[];
  readonly callbackUrl: string;
  readonly bearerToken: string;
}

/** An OpenADR 3 VTN over real HTTP, written from the published API descriptions and sharing nothing with the service. */
export class Vtn {
  readonly faults: VtnFaults = {};
  readonly programs: Json[] = [{ id: 'p1', programName: 'capacity' }];
  events: Json[] = [];
  readonly vens: Json[] = [];
  readonly resources: Json[] = [];
  readonly reports: Json[] = [];
  readonly subscriptions: Subscription[] = [];
  readonly asked: string[] = [];
  readonly echoes: string[] = [];
  /** What it grants to VENs. */
  grants: string[] = [];
  expiresInS: number | undefined = 3_600;
  tokensGiven = 0;
  url = '';
  private readonly version: '3.0' | '3.1';
  private readonly server: Server;
  private valid = '';
  private made = 0;

  static async start(version: '3.0' | '3.1'): Promise<Vtn> {
    const vtn = new Vtn(version);
    await new Promise<void>((resolve) => vtn.server.listen(0, '127.0.0.1', resolve));
    vtn.url = `http://127.0.0.1:${(vtn.server.address() as AddressInfo).port}/openadr3/${version}`;
    return vtn;
  }

  private constructor(version: '3.0' | '3.1') {
    this.version = version;
    this.server = createServer((request, response) => {
      void this.answer(request, response).catch((error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Adds an event, or changes it. */
  put(event: Json): void {
    const id = String(event.id);
    const stored = { programID: 'p1', objectType: 'EVENT', modificationDateTime: `m${++this.made}`, ...event };
    const at = this.events.findIndex((one) => one.id === id);
    if (at < 0) this.events.push(stored);
    else this.events[at] = stored;
  }

  cancel(id: string): void {
    this.events = this.events.filter((event) => event.id !== id);
  }

  revokeTokens(): void {
    this.valid = '';
  }

  async notify(): Promise<readonly number[]> {
    const notes = this.subscriptions.map(async ({ callbackUrl, bearerToken }) => {
      const answer = await fetch(callbackUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearerToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ objectType: 'EVENT', operation: 'CREATE', object: {} }),
      });
      return answer.status;
    });
    return Promise.all(notes);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<'sent'> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const url = new URL(request.url ?? '/', this.url);
    const path = url.pathname.replace(`/openadr3/${this.version}/`, '');
    const text = Buffer.concat(pieces).toString();
    this.asked.push(`${request.method} ${path}${url.search}`);
    const send: Send = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
      return 'sent';
    };
    if (this.faults.status !== undefined) return send(this.faults.status, { title: 'fault' });
    if (path === 'auth/server') {
      return this.version === '3.1' ? send(200, { tokenURL: `${this.url}/auth/token` }) : send(404, { title: 'none' });
    }
    if (path === 'auth/token') return this.giveToken(new URLSearchParams(text), send);
    if (request.headers.authorization !== `Bearer ${this.valid}`) return send(401, { title: 'token' });
    const [kind = '', id, below] = path.split('/');
    const body = text === '' ? {} : JSON.parse(text);
    if (request.method === 'GET' && kind === 'events' && id !== undefined) {
      const event = this.events.find((one) => one.id === id);
      return event === undefined ? send(404, { title: 'none' }) : send(200, event);
    }
    if (request.method === 'DELETE') {
      const at = this.subscriptions.findIndex((one) => one.id === id);
      if (at >= 0) this.subscriptions.splice(at, 1);
      return send(at >= 0 ? 200 : 404, {});
    }
    if (request.method === 'GET') return this.list(below ?? kind, url.searchParams, send);
    return this.make(below ?? kind, body, send);
  }

  private giveToken(form: URLSearchParams, send: Send): 'sent' {
    const isRight = form.get('client_id') === 'ven-1' && form.get('client_secret') === 'the-vtn-secret';
    if (!isRight || form.get('grant_type') !== 'client_credentials') return send(401, { error: 'invalid_client' });
    this.valid = `token-${++this.tokensGiven}`;
    return send(200, {
      access_token: this.valid,
      token_type: 'Bearer',
      ...(this.expiresInS === undefined ? {} : { expires_in: this.expiresInS }),
    });
  }

  private list(kind: string, query: URLSearchParams, send: Send): 'sent' {
    const limit = Math.min(Number(query.get('limit') ?? 50), this.faults.pageMax ?? 50);
    const skip = this.faults.ignoresSkip === true ? 0 : Number(query.get('skip') ?? 0);
    if (kind === 'events') {
      const page = Math.floor(skip / limit);
      if (this.faults.failPage === page) return send(500, { title: 'fault' });
      if (this.faults.expireAtPage === page) {
        delete this.faults.expireAtPage;
        this.valid = '';
        return send(401, { title: 'expired' });
      }
      const seen = this.visible(query);
      const sent = send(200, seen.slice(skip, skip + limit));
      const [first, ...rest] = this.events;
      if (this.faults.shift === true && page === 0 && first !== undefined) {
        delete this.faults.shift;
        this.events = [...rest, first];
      }
      return sent;
    }
    const all: readonly object[] =
      { programs: this.programs, vens: this.vens, resources: this.resources, subscriptions: this.subscriptions }[
        kind
      ] ?? [];
    const name = query.get('venName') ?? query.get('resourceName');
    const found = name === null ? all : all.filter((one) => Object.values(one).includes(name));
    return send(200, found.slice(skip, skip + limit));
  }

  /** 3.1: with targets in the query those that have one of them, without those that have none. 3.0 alike, by type. */
  private visible(query: URLSearchParams): Json[] {
    const asked = this.version === '3.1' ? query.getAll('targets') : query.getAll('targetValues');
    const targetsOf = ({ targets }: Json) =>
      (Array.isArray(targets) ? targets : []).flatMap((one: unknown) =>
        typeof one === 'string' ? [one] : ((one as { values: string[] }).values ?? []),
      );
    return this.events.filter((event) =>
      asked.length === 0 ? targetsOf(event).length === 0 : targetsOf(event).some((one) => asked.includes(one)),
    );
  }

  private make(kind: string, body: Json, send: Send): 'sent' {
    const id = `${kind}-${++this.made}`;
    const granted = this.version === '3.1' ? this.grants : [{ type: 'GROUP', values: this.grants }];
    if (kind === 'vens') {
      if (this.version === '3.1' && body.objectType !== 'VEN_VEN_REQUEST') return send(400, { title: 'objectType' });
      const ven = { id, venName: body.venName, targets: this.grants.length === 0 ? null : granted };
      const isTaken = this.faults.venTaken === true || this.vens.some(({ venName }) => venName === body.venName);
      if (this.faults.venTaken === true) this.vens.push(ven);
      if (isTaken) return send(409, { title: 'there is one' });
      this.vens.push(ven);
      return send(201, ven);
    }
    if (kind === 'resources') {
      const resource = { id, venID: body.venID, resourceName: body.resourceName };
      this.resources.push(resource);
      return send(201, resource);
    }
    if (kind === 'subscriptions') {
      for (const one of body.objectOperations as Pick<Subscription, 'callbackUrl' | 'bearerToken'>[]) {
        const made = { ...one, id, clientName: String(body.clientName), objectOperations: [one] };
        this.subscriptions.push(made);
        void this.tryOut(made).catch(() => undefined);
      }
      return send(201, { id, ...body });
    }
    if (this.version === '3.0' && body.programID === undefined) return send(400, { title: 'programID' });
    if (this.version === '3.1' && body.programID !== undefined) return send(400, { title: 'programID is gone' });
    this.reports.push(body);
    return send(201, { id, ...body });
  }

  private async tryOut({ callbackUrl }: Subscription): Promise<void> {
    const answer = await fetch(`${callbackUrl}?echo=are-you-there`);
    this.echoes.push(`${answer.status} ${await answer.text()}`);
  }
}
