import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as schemas16 from 'typed-ocpp/dist/ocpp16/schemas.js';
import * as schemas201 from 'typed-ocpp/dist/ocpp20/schemas.js';
import * as schemas21 from 'typed-ocpp/dist/ocpp21/schemas.js';
import { type WebSocket, WebSocketServer } from 'ws';

export type TestedVersion = '1.6' | '2.0.1' | '2.1';

export interface ReceivedCall {
  readonly stationId: string;
  readonly action: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the station wrote.
  readonly payload: any;
}

type Answer = Record<string, unknown> | 'silence' | 'unreadable' | { readonly error: string };

/**
 * A bare central system for tests of the virtual station: answers by a table, remembers what was said, and holds every frame from the
 * station against the official schemas.
 */
export class TestCentral {
  readonly calls: ReceivedCall[] = [];
  readonly violations: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** What stations said that wants no answer, or said of ours: CALLRESULTERROR, SEND. */
  readonly told: (readonly unknown[])[] = [];
  /** Answers by action; a function sees the payload. */
  readonly answers = new Map<string, Answer | ((call: ReceivedCall) => Answer)>();
  readonly #server: WebSocketServer;
  readonly #version: TestedVersion;
  readonly #sockets = new Map<string, WebSocket>();
  readonly #pending = new Map<string, { action: string; resolve: (answer: readonly unknown[]) => void }>();
  readonly #waiters = new Set<() => void>();
  #nextId = 1;
  #nextTransactionId = 1000;

  private constructor(server: WebSocketServer, version: TestedVersion) {
    this.#server = server;
    this.#version = version;
    server.on('connection', (socket, request) => {
      const stationId = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
      this.authorizations.push(request.headers.authorization);
      this.#sockets.set(stationId, socket);
      if (socket.protocol !== `ocpp${this.#version}`) this.violations.push(`subprotocol ${socket.protocol}`);
      socket.on('message', (data) => this.#received(stationId, socket, JSON.parse(String(data))));
      socket.on('close', () => {
        if (this.#sockets.get(stationId) === socket) this.#sockets.delete(stationId);
        this.#wake();
      });
      this.#wake();
    });
  }

  static async listen(port = 0, version: TestedVersion = '1.6'): Promise<TestCentral> {
    const server = new WebSocketServer({
      port,
      host: '127.0.0.1',
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
    await new Promise<void>((resolve) => server.once('listening', resolve));
    return new TestCentral(server, version);
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/ocpp`;
  }

  isConnected(stationId: string): boolean {
    return this.#sockets.has(stationId);
  }

  of(action: string): readonly ReceivedCall[] {
    return this.calls.filter((call) => call.action === action);
  }

  /** Resolves once it holds; looked at after every frame. */
  async until(holds: () => boolean, what: string, timeoutMs = 8_000): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!holds()) {
      if (Date.now() > deadlineMs) throw new Error(`waited in vain for: ${what}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        this.#waiters.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async received(action: string, count = 1): Promise<ReceivedCall> {
    await this.until(() => this.of(action).length >= count, `${count} × ${action}`);
    const call = this.of(action)[count - 1];
    if (call === undefined) throw new Error(`no ${action}`);
    return call;
  }

  /** The frame that answers: [3, id, payload] or [4, id, code, description, details]. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the station answered.
  async call(stationId: string, action: string, payload: unknown, timeoutMs = 4_000): Promise<any> {
    const socket = this.#sockets.get(stationId);
    if (socket === undefined) throw new Error(`${stationId} is not connected`);
    const id = `c${this.#nextId++}`;
    const answer = await new Promise<readonly unknown[]>((resolve) => {
      const timer = setTimeout(() => resolve(['timeout']), timeoutMs);
      this.#pending.set(id, {
        action,
        resolve: (frame) => {
          clearTimeout(timer);
          resolve(frame);
        },
      });
      socket.send(JSON.stringify([2, id, action, payload]));
    });
    return answer[0] === 3 ? answer[2] : answer;
  }

  /** A frame of any kind, as it is. */
  sendFrame(stationId: string, frame: readonly unknown[]): void {
    const socket = this.#sockets.get(stationId);
    if (socket === undefined) throw new Error(`${stationId} is not connected`);
    socket.send(JSON.stringify(frame));
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #received(stationId: string, socket: WebSocket, frame: [number, string, ...unknown[]]): void {
    const [kind, id] = frame;
    if (kind === 5 || kind === 6) {
      this.told.push(frame);
    } else if (kind === 2) {
      const call: ReceivedCall = { stationId, action: String(frame[2]), payload: frame[3] };
      this.calls.push(call);
      this.#check(`${call.action}Request`, call.payload);
      const answer = this.#answerTo(call);
      if (answer === 'silence') {
        // Nothing: the station has to time out.
      } else if (answer === 'unreadable') {
        socket.send(JSON.stringify([3, id, 'no object']));
      } else if ('error' in answer) {
        socket.send(JSON.stringify([4, id, answer.error, 'as the test wishes', {}]));
      } else {
        socket.send(JSON.stringify([3, id, answer]));
      }
    } else {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (kind === 3 && pending !== undefined) this.#check(`${pending.action}Response`, frame[2]);
      pending?.resolve(frame);
    }
    this.#wake();
  }

  #answerTo(call: ReceivedCall): Answer {
    const told = this.answers.get(call.action);
    if (told !== undefined) return typeof told === 'function' ? told(call) : told;
    switch (call.action) {
      case 'BootNotification':
        return { status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 };
      case 'Heartbeat':
        return { currentTime: new Date().toISOString() };
      case 'Authorize':
        return this.#version === '1.6'
          ? { idTagInfo: { status: 'Accepted' } }
          : { idTokenInfo: { status: 'Accepted' } };
      case 'TransactionEvent':
        return call.payload.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } };
      case 'NotifyEVChargingNeeds':
        return { status: 'Accepted' };
      case 'StartTransaction':
        return { transactionId: this.#nextTransactionId++, idTagInfo: { status: 'Accepted' } };
      default:
        return {};
    }
  }

  #check(schemaName: string, payload: unknown): void {
    const validate = validatorOf(this.#version, schemaName);
    if (!validate(payload)) this.violations.push(`${schemaName}: ${JSON.stringify(validate.errors)}`);
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}

const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 });
addFormats.default(ajv);
const schemas: Readonly<Record<TestedVersion, Readonly<Record<string, object>>>> = {
  '1.6': schemas16,
  '2.0.1': schemas201,
  '2.1': schemas21,
};
const validators = new Map<string, ValidateFunction>();

function validatorOf(version: TestedVersion, schemaName: string): ValidateFunction {
  const key = `${version} ${schemaName}`;
  const known = validators.get(key);
  if (known !== undefined) return known;
  const schema = schemas[version][schemaName];
  if (schema === undefined) throw new Error(`no schema ${schemaName} in ${version}`);
  const validate = ajv.compile(schema);
  validators.set(key, validate);
  return validate;
}
