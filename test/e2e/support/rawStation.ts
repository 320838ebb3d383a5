import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { until } from './until.js';

const ANSWER_AT_MOST_MS = 10_000;

export interface Login {
  readonly url: string;
  readonly stationId: string;
  readonly password?: string;
}

/** What came back for a call of the station's. */
export type Answered =
  | { readonly kind: 'result'; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly kind: 'error'; readonly code: string; readonly description: string };

/** A bare OCPP 1.6 client that sends exactly what it is told to; it says yes to whatever it is asked. */
export class RawStation {
  readonly #socket: WebSocket;
  readonly #answers = new Map<string, Answered>();

  static async connect(login: Login): Promise<RawStation> {
    const socket = open(login);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new RawStation(socket);
  }

  /** The HTTP status that a login is refused with. */
  static refusal(login: Login): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = open(login);
      socket.once('open', () => {
        socket.terminate();
        reject(new Error(`${login.stationId} was let in`));
      });
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', reject);
    });
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.#received(String(data)));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** The bytes as they are. */
  send(text: string): void {
    this.#socket.send(text);
  }

  async call(action: string, payload: unknown, messageId: string = randomUUID()): Promise<Answered> {
    this.send(JSON.stringify([2, messageId, action, payload]));
    await until(() => this.#answers.has(messageId) || !this.isOpen, `an answer to ${action}`, {
      atMostMs: ANSWER_AT_MOST_MS,
    });
    const answer = this.#answers.get(messageId);
    if (answer === undefined) throw new Error(`the connection ended before ${action} was answered`);
    return answer;
  }

  /** The payload of the answer; throws where it is an error. */
  async result(action: string, payload: unknown): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.call(action, payload);
    if (answer.kind === 'result') return answer.payload;
    throw new Error(`${action} was answered ${answer.code}: ${answer.description}`);
  }

  boot(): Promise<Readonly<Record<string, unknown>>> {
    return this.result('BootNotification', { chargePointVendor: 'Raw', chargePointModel: 'Client' });
  }

  close(): void {
    this.#socket.terminate();
  }

  #received(text: string): void {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) throw new Error(`not a frame: ${text}`);
    const [type, messageId, third, fourth] = frame as readonly unknown[];
    if (type === 2) this.send(JSON.stringify([3, messageId, consent(String(third))]));
    if (type === 3) this.#answers.set(String(messageId), { kind: 'result', payload: members(third) });
    if (type === 4) {
      this.#answers.set(String(messageId), { kind: 'error', code: String(third), description: String(fourth) });
    }
  }
}

function open({ url, stationId, password }: Login): WebSocket {
  const headers =
    password === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${stationId}:${password}`).toString('base64')}` };
  return new WebSocket(`${url}/${stationId}`, ['ocpp1.6'], { headers });
}

function consent(action: string): unknown {
  if (action === 'GetConfiguration') return { configurationKey: [], unknownKey: [] };
  if (action === 'GetCompositeSchedule') return { status: 'Rejected' };
  return { status: 'Accepted' };
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
