import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Certificate } from './certificates.js';

type Json = Record<string, unknown>;

/** What it answers to a call: a payload, or nothing at all. */
type Answer = Json | 'silence';

/**
 * A CSMS for tests of the proxy: it takes stations that it knows, writes down every frame as it came, and answers by a table. What it
 * does wrong it does because a test said so.
 */
export class TestCsms {
  readonly received: string[] = [];
  readonly sent: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly offers: (string | undefined)[] = [];
  readonly addresses: (string | undefined)[] = [];
  /** By action; else `{}`. */
  readonly answers = new Map<string, Answer | ((payload: Json) => Answer)>();
  /** Answered to handshakes of stations that it does not know. */
  unknownStatus = 404;
  readonly stations = new Set<string>();
  /** Handshakes wait for this. */
  beforeUpgrade: Promise<void> = Promise.resolve();
  socket: WebSocket | undefined;
  connections = 0;
  readonly #server: Server | TlsServer;
  readonly #scheme: 'ws' | 'wss';
  readonly #sockets: WebSocketServer;
  readonly #waiting = new Map<string, (frame: readonly unknown[]) => void>();
  #nextId = 1;
  #nextTransactionId = 7_000;

  private constructor(server: Server | TlsServer, subprotocol: string, scheme: 'ws' | 'wss') {
    this.#server = server;
    this.#scheme = scheme;
    this.#sockets = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    server.on('upgrade', (request, socket, head) => {
      void this.beforeUpgrade.then(() => {
        const stationId = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
        this.#note(request);
        if (!this.stations.has(stationId)) {
          socket.end(`HTTP/1.1 ${this.unknownStatus} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
          return;
        }
        this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#connected(webSocket));
      });
    });
    this.answers.set('BootNotification', () => ({
      status: 'Accepted',
      currentTime: new Date().toISOString(),
      interval: 300,
    }));
    this.answers.set('Heartbeat', () => ({ currentTime: new Date().toISOString() }));
    this.answers.set('StartTransaction', () => ({
      transactionId: this.#nextTransactionId++,
      idTagInfo: { status: 'Accepted' },
    }));
    this.answers.set('Authorize', () =>
      subprotocol === 'ocpp1.6' ? { idTagInfo: ACCEPTED } : { idTokenInfo: ACCEPTED },
    );
    this.answers.set('TransactionEvent', (payload) => (payload.idToken === undefined ? {} : { idTokenInfo: ACCEPTED }));
  }

  /** With a certificate it is reached over TLS only. */
  static async listen(
    subprotocol = 'ocpp1.6',
    stations: readonly string[] = ['CP001'],
    certificate?: Certificate,
  ): Promise<TestCsms> {
    const server = certificate === undefined ? createServer() : createTlsServer(certificate);
    server.on('request', (_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const csms = new TestCsms(server, subprotocol, certificate === undefined ? 'ws' : 'wss');
    for (const stationId of stations) csms.stations.add(stationId);
    return csms;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}/csms`;
  }

  /** Calls that it was made of this action. */
  calls(action: string): readonly Json[] {
    const frames = this.received.map((text) => JSON.parse(text) as readonly unknown[]);
    return frames.filter(([kind, , name]) => kind === 2 && name === action).map((frame) => frame[3] as Json);
  }

  /** Asks the station: the frame that answers. */
  call(action: string, payload: object, id = `csms-${this.#nextId++}`): Promise<readonly unknown[]> {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.say(JSON.stringify([2, id, action, payload]));
    });
  }

  say(text: string): void {
    this.sent.push(text);
    this.socket?.send(text);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #note(request: IncomingMessage): void {
    this.authorizations.push(request.headers.authorization);
    this.offers.push(request.headers['sec-websocket-protocol']);
    this.addresses.push(request.url);
  }

  #connected(socket: WebSocket): void {
    this.connections++;
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => this.#take(data.toString(), socket));
  }

  #take(text: string, socket: WebSocket): void {
    this.received.push(text);
    const [kind, id, action, payload] = JSON.parse(text) as [number, string, string, Json];
    if (kind === 3 || kind === 4) {
      const resolve = this.#waiting.get(id);
      this.#waiting.delete(id);
      resolve?.(JSON.parse(text) as readonly unknown[]);
    }
    if (kind !== 2) return;
    const known = this.answers.get(action) ?? {};
    const answer = typeof known === 'function' ? known(payload) : known;
    if (answer === 'silence') return;
    const reply = JSON.stringify([3, id, answer]);
    this.sent.push(reply);
    socket.send(reply);
  }
}

const ACCEPTED = { status: 'Accepted' };
