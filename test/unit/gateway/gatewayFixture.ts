import { createServer, type RequestListener, type Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { Gateway } from '../../../src/gateway/gateway.js';
import { TlsPort } from '../../../src/gateway/tls/tlsPort.js';
import { createOcpp16Dialect } from '../../../src/ocpp/v16/dialect.js';
import type { Clock } from '../../../src/site/clock.js';
import type {
  StationApproach,
  StationHandler,
  StationRequest,
  StationResponses,
} from '../../../src/site/stationMessages.js';
import type { Certificate } from '../../support/certificates.js';

export const PASSWORD = 'sixteen-bytes-ok';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Time that moves only when told to. */
export class ManualClock implements Clock {
  #nowMs = Date.parse('2026-03-01T12:00:00Z');
  #timers: { atMs: number; run: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
    }
    this.#nowMs = endMs;
  }
}

/** Stands for the rest of the service, and writes down what it is told. */
export class FakeHandler implements StationHandler {
  readonly passwords = new Map<string, string>();
  readonly accepted = new Set<string>();
  readonly log: string[] = [];
  readonly requests: { stationId: string; request: StationRequest }[] = [];
  readonly anomalies: { stationId: string; kind: string; detail: string }[] = [];
  readonly authentications: (string | undefined)[] = [];
  readonly approaches: StationApproach[] = [];
  nextTransactionId = 1001;
  /** Runs before each answer; may wait or throw. */
  beforeAnswer: (request: StationRequest) => Promise<void> | void = () => {};

  async authenticate(stationId: string, password: string | undefined, approach: StationApproach): Promise<boolean> {
    this.authentications.push(password);
    this.approaches.push(approach);
    if (approach.securityProfile === 3) return true;
    return password !== undefined && this.passwords.get(stationId) === password;
  }

  connected(stationId: string): void {
    this.log.push(`connected ${stationId}`);
  }

  disconnected(stationId: string): void {
    this.log.push(`disconnected ${stationId}`);
  }

  isAccepted(stationId: string): boolean {
    return this.accepted.has(stationId);
  }

  async request<R extends StationRequest>(stationId: string, request: R): Promise<StationResponses[R['type']]> {
    this.requests.push({ stationId, request });
    await this.beforeAnswer(request);
    return this.#answer(stationId, request) as StationResponses[R['type']];
  }

  anomaly(stationId: string, anomaly: { readonly kind: string; readonly detail: string }): void {
    this.anomalies.push({ stationId, ...anomaly });
  }

  anomalyKinds(): string[] {
    return this.anomalies.map(({ kind }) => kind);
  }

  #answer(stationId: string, request: StationRequest): StationResponses[keyof StationResponses] {
    switch (request.type) {
      case 'boot':
        this.accepted.add(stationId);
        return { status: 'Accepted', currentTimeMs: Date.parse('2026-03-01T12:00:00Z'), intervalS: 300 };
      case 'heartbeat':
        return { currentTimeMs: Date.parse('2026-03-01T12:00:00Z') };
      case 'authorize':
        return { status: 'Accepted' };
      case 'transactionStarted':
        return { transactionId: this.nextTransactionId++, status: 'Accepted' };
      case 'dataTransfer':
        return { status: 'UnknownVendorId' };
      default:
        return {};
    }
  }
}

/** What every gateway of this file of tests is reached by; a file that says nothing tests it plain. */
let secure: { readonly server: Certificate; readonly ca: string } | undefined;

/** From now on gateways are started, and stations connect, over TLS (security profile 2). */
export function testOverTls(server: Certificate, ca: string): void {
  secure = { server, ca };
}

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly handler: FakeHandler;
  readonly server: Server | TlsServer;
  readonly port: number;
  stop(): Promise<void>;
}

export async function startGateway(
  options: Partial<ConstructorParameters<typeof Gateway>[0]> = {},
): Promise<RunningGateway> {
  const handler = new FakeHandler();
  const gateway = new Gateway({ handler, clock: realClock, dialects: [createOcpp16Dialect()], ...options });
  // Slow handshakes are looked for this often; Node's own 30 s would make the test of it long.
  const answer: RequestListener = (request, response) => {
    if (gateway.answerPlainRequest(request, response)) return;
    response.writeHead(404).end();
  };
  const server = secure === undefined ? createServer({ connectionsCheckingInterval: 50 }, answer) : tlsServer(answer);
  gateway.attach(server, secure === undefined ? 'plain' : 'tls');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    await gateway.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { gateway, handler, server, port, stop };
}

function tlsServer(answer: RequestListener) {
  const { cert = '', key = '' } = secure?.server ?? {};
  const material = { cert: [cert], key: [key], endsMs: Number.MAX_SAFE_INTEGER, trust: 'none' } as const;
  return new TlsPort(material, { entrance: 'tls', answer, nowMs: () => Date.now(), onRefused: () => {} }).server;
}

/** A station's side of a socket, with no OCPP logic of its own. */
export class TestStation {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #messages: string[] = [];
  readonly #readers: ((text: string) => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const text = data.toString();
      const reader = this.#readers.shift();
      if (reader === undefined) this.#messages.push(text);
      else reader(text);
    });
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The next frame from the gateway. */
  next(): Promise<unknown[]> {
    const text = this.#messages.shift();
    if (text !== undefined) return Promise.resolve(JSON.parse(text));
    return new Promise((resolve) => {
      this.#readers.push((later) => resolve(JSON.parse(later)));
    });
  }

  get unread(): number {
    return this.#messages.length;
  }

  async ask(frame: unknown): Promise<unknown[]> {
    this.send(frame);
    return this.next();
  }

  /** A round trip: whatever was sent before has then been taken in. */
  async roundTrip(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.once('pong', () => resolve());
      this.socket.ping();
    });
  }
}

export function basicAuth(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

export interface ConnectOptions {
  /** Over TLS. */
  readonly isSecure?: boolean;
  readonly headers?: Record<string, string>;
  readonly protocols?: string[];
  readonly client?: ClientOptions;
}

export function openSocket(port: number, path: string, options: ConnectOptions = {}): WebSocket {
  const isSecure = secure !== undefined || options.isSecure === true;
  return new WebSocket(`${isSecure ? 'wss' : 'ws'}://127.0.0.1:${port}${path}`, options.protocols ?? ['ocpp1.6'], {
    headers: options.headers ?? {},
    ...(secure === undefined ? {} : { ca: secure.ca }),
    ...options.client,
  });
}

/** Connects with the right password. */
export async function connectStation(
  running: RunningGateway,
  stationId = 'CP001',
  options: ConnectOptions = {},
): Promise<TestStation> {
  running.handler.passwords.set(stationId, PASSWORD);
  const socket = openSocket(running.port, `/ocpp/${stationId}`, {
    headers: { authorization: basicAuth(stationId, PASSWORD) },
    ...options,
  });
  const station = new TestStation(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return station;
}

/** Connects, and has its boot accepted. */
export async function bootedStation(
  running: RunningGateway,
  stationId = 'CP001',
  options: ConnectOptions = {},
): Promise<TestStation> {
  const station = await connectStation(running, stationId, options);
  await station.ask([2, 'boot', 'BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' }]);
  return station;
}

/** The HTTP answer to a handshake that is refused: what a client library hides. */
export async function handshakeStatus(
  port: number,
  path: string,
  options: ConnectOptions = {},
): Promise<{ status: number; headers: Record<string, string | string[] | undefined> }> {
  const socket = openSocket(port, path, options);
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
      socket.terminate();
    });
    socket.once('open', () => {
      resolve({ status: 101, headers: {} });
      socket.terminate();
    });
    socket.on('error', () => {});
  });
}

/** Writes bytes as they are, and reads all that comes until the other side closes. */
export function rawExchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

export async function eventually(holds: () => boolean, withinMs = 3_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error('It did not come true in time.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
