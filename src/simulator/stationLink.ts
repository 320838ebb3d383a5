import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import {
  type CallOutcome,
  callFrame,
  errorFrame,
  type Frame,
  type FrameRules,
  type JsonObject,
  parseFrame,
  resultErrorFrame,
} from './rpc.js';
import type { SimulatorClock, SimulatorRandom } from './time.js';

const FRAME_MAX_BYTES = 256 * 1024;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface LinkOptions {
  /** Without the station's id, which is added to it. */
  readonly url: string;
  readonly stationId: string;
  readonly frames: FrameRules;
  readonly callTimeoutMs: number;
  readonly backOffMinMs: number;
  readonly backOffMaxMs: number;
}

/** Answers one call; ignored once the socket that it came on is gone. */
export type SendAnswer = (frame: string) => void;

export interface LinkHandler {
  opened(): void;
  /** Also after an attempt that did not succeed. */
  closed(detail: string): void;
  called(call: Extract<Frame, { type: 'call' }>, sendAnswer: SendAnswer): void;
  /** Something that wants no answer: a SEND, or word that an answer of ours could not be read. */
  told(frame: Extract<Frame, { type: 'send' | 'resultError' }>): void;
}

/**
 * The station's socket: connects, comes back by itself with back-off and jitter, and has one call under way at a time. What to
 * send next is the outbox's business.
 */
export class StationLink {
  readonly #options: LinkOptions;
  readonly #clock: SimulatorClock;
  readonly #random: SimulatorRandom;
  readonly #handler: LinkHandler;
  #password: string | undefined;
  #socket: WebSocket | undefined;
  #running = false;
  #failures = 0;
  #cancelReconnect: (() => void) | undefined;
  #pending: { readonly messageId: string; readonly settle: (outcome: CallOutcome) => void } | undefined;
  /** True from a ping until its pong. */
  #awaitsPong = false;

  constructor(
    options: LinkOptions & { readonly password?: string },
    surroundings: { readonly clock: SimulatorClock; readonly random: SimulatorRandom },
    handler: LinkHandler,
  ) {
    this.#options = options;
    this.#password = options.password;
    this.#clock = surroundings.clock;
    this.#random = surroundings.random;
    this.#handler = handler;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#failures = 0;
    this.#connect();
  }

  /** Takes effect with the next connection. */
  setPassword(password: string): void {
    this.#password = password;
  }

  /** As a cut cable: no close frame. Comes back after that long, or by back-off when not given. */
  drop(backAfterMs?: number): void {
    const socket = this.#socket;
    this.#forget('dropped');
    socket?.terminate();
    if (this.#running) this.#reconnectAfter(backAfterMs ?? this.#backOffMs());
  }

  /** Closes in good order and stays away until started again. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelReconnect?.();
    this.#cancelReconnect = undefined;
    const socket = this.#socket;
    this.#forget('stopped');
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(CLOSE_TIMEOUT_MS, () => socket.terminate());
      socket.once('close', () => {
        cancel();
        resolve();
      });
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
      else socket.close(1000);
    });
  }

  /** The caller has no other call under way. Settles always: answered, refused, timed out or lost with the socket. */
  call(action: string, payload: JsonObject): Promise<CallOutcome> {
    const socket = this.#socket;
    if (socket === undefined) return Promise.resolve({ outcome: 'lost' });
    if (this.#pending !== undefined) throw new Error(`${action} called while another call is under way`);
    const messageId = randomUUID();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(this.#options.callTimeoutMs, () => settle({ outcome: 'timeout' }));
      const settle = (outcome: CallOutcome): void => {
        cancel();
        this.#pending = undefined;
        resolve(outcome);
      };
      this.#pending = { messageId, settle };
      // On a socket that is closing, the call is lost when it has closed: said at once, the caller would try again for ever
      // before the close could be heard.
      if (this.isOpen) socket.send(callFrame(messageId, action, payload));
    });
  }

  /** Finds half-open sockets: a ping without a pong before the next one ends the socket. */
  ping(): void {
    if (!this.isOpen) return;
    if (this.#awaitsPong) {
      this.drop();
      return;
    }
    this.#awaitsPong = true;
    this.#socket?.ping();
  }

  #connect(): void {
    this.#cancelReconnect = undefined;
    const { url, stationId, frames } = this.#options;
    const socket = new WebSocket(`${url.replace(/\/$/, '')}/${encodeURIComponent(stationId)}`, frames.subprotocol, {
      perMessageDeflate: false,
      maxPayload: FRAME_MAX_BYTES,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      ...(this.#password === undefined ? {} : { headers: { authorization: basicAuth(stationId, this.#password) } }),
    });
    this.#socket = socket;
    let failure = '';
    socket.on('open', () => {
      if (this.#socket !== socket) return;
      this.#failures = 0;
      this.#awaitsPong = false;
      this.#handler.opened();
    });
    socket.on('message', (data) => {
      if (this.#socket === socket) this.#received(String(data), socket);
    });
    socket.on('pong', () => {
      if (this.#socket === socket) this.#awaitsPong = false;
    });
    // A refused handshake is an error too, and always followed by 'close'.
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('close', (code, reason) => {
      if (this.#socket !== socket) return;
      const afterMs = this.#backOffMs();
      this.#forget(failure || `closed ${code} ${String(reason)}`.trim());
      if (this.#running) this.#reconnectAfter(afterMs);
    });
  }

  #received(text: string, socket: WebSocket): void {
    const { frames } = this.#options;
    const frame = parseFrame(text, frames);
    const send: SendAnswer = (answer) => {
      if (this.#socket === socket && socket.readyState === WebSocket.OPEN) socket.send(answer);
    };
    if (frame.type === 'call') {
      this.#handler.called(frame, send);
    } else if (frame.type === 'malformed') {
      if (frame.messageId === undefined) return;
      send(errorFrame(frame.messageId, frames.errorCode('FormationViolation'), frame.detail));
    } else if (frame.type === 'badResult') {
      if (!frames.hasSend || this.#pending?.messageId !== frame.messageId) return;
      send(resultErrorFrame(frame.messageId, frames.errorCode('FormationViolation'), frame.detail));
    } else if (frame.type === 'send' || frame.type === 'resultError') {
      this.#handler.told(frame);
    } else if (this.#pending?.messageId === frame.messageId) {
      this.#pending.settle(
        frame.type === 'result'
          ? { outcome: 'result', payload: frame.payload }
          : { outcome: 'error', code: frame.code, description: frame.description },
      );
    }
    // Else an answer to a call that has timed out: too late to mean anything.
  }

  /** The socket is no longer ours: whatever it still says is not heard. */
  #forget(detail: string): void {
    const hadSocket = this.#socket !== undefined;
    this.#socket = undefined;
    this.#pending?.settle({ outcome: 'lost' });
    if (hadSocket) this.#handler.closed(detail);
  }

  #reconnectAfter(delayMs: number): void {
    this.#cancelReconnect?.();
    this.#cancelReconnect = this.#clock.after(delayMs, () => {
      if (this.#running && this.#socket === undefined) this.#connect();
    });
  }

  /** Doubles with each failure; half of it is chance, so that a fleet does not come back as one. */
  #backOffMs(): number {
    const { backOffMinMs, backOffMaxMs } = this.#options;
    const fullMs = Math.min(backOffMaxMs, backOffMinMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    return fullMs * (0.5 + this.#random.next() / 2);
  }
}

function basicAuth(stationId: string, password: string): string {
  return `Basic ${Buffer.from(`${stationId}:${password}`).toString('base64')}`;
}
