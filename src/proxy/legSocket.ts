import { WebSocket } from 'ws';
import type { AnomalyKind } from '../gateway/anomalies.js';
import type { GatewayContext } from '../gateway/options.js';
import { TokenBucket } from '../gateway/tokenBucket.js';

interface LegUse {
  /** As a report begins. */
  readonly who: string;
  readonly onText: (text: string) => void;
  readonly onBinary: () => void;
  readonly report: (kind: AnomalyKind, detail: string) => void;
}

/** One of the two sockets of a station that goes on to a CSMS: bounded in what it says and in what it leaves unread, and pinged. */
export class LegSocket {
  readonly #context: Pick<GatewayContext, 'clock' | 'limits'>;
  readonly #socket: WebSocket;
  readonly #use: LegUse;
  readonly #bucket: TokenBucket;
  #isOver = false;
  #isPaused = false;
  #cancelResume: (() => void) | undefined;
  #heardMs: number;
  #pingedMs: number | undefined;

  constructor(context: Pick<GatewayContext, 'clock' | 'limits'>, socket: WebSocket, use: LegUse) {
    this.#context = context;
    this.#socket = socket;
    this.#use = use;
    const nowMs = context.clock.nowMs();
    this.#heardMs = nowMs;
    this.#bucket = new TokenBucket(context.limits.floodBurst, context.limits.floodPerSecond, nowMs);
    socket.on('message', (data, isBinary) => this.#received(data as Buffer, isBinary));
    socket.on('pong', () => this.#heard());
    socket.on('ping', () => this.#heard());
    // A protocol error is reported here; ws closes the socket itself, and 'close' follows.
    socket.on('error', (error) => use.report('socketError', `${use.who} failed: ${error.message}.`));
  }

  onClose(run: (code: number, reason: string) => void): void {
    this.#socket.once('close', (code, reason) => run(code, reason.toString('utf8')));
  }

  /** False when the socket takes no more. */
  send(text: string): boolean {
    if (this.#isOver || this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount > this.#context.limits.unreadMaxBytes) {
      this.#use.report('slowReader', `${this.#use.who} does not read what it is sent; its connection was ended.`);
      this.#socket.terminate();
      return false;
    }
    this.#socket.send(text);
    return true;
  }

  checkAlive(): void {
    // While we do not read, silence is our own doing.
    if (this.#isOver || this.#isPaused) return;
    const nowMs = this.#context.clock.nowMs();
    const { pingIntervalMs } = this.#context.limits;
    if (this.#pingedMs !== undefined) {
      if (nowMs - this.#pingedMs >= pingIntervalMs) this.#socket.terminate();
    } else if (nowMs - this.#heardMs >= pingIntervalMs) {
      this.#pingedMs = nowMs;
      this.#socket.ping();
    }
  }

  /** Nothing that it still says counts. */
  end(): void {
    this.#isOver = true;
    this.#cancelResume?.();
    this.#socket.resume();
  }

  /** Whether it answers still; it is ended if it does not. */
  askAlive(atMostMs: number, answers: () => void): void {
    const cancel = this.#context.clock.after(atMostMs, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
    this.#socket.once('pong', answers);
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#resume();
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (this.#isOver) return;
    const nowMs = this.#heard();
    this.#bucket.take(nowMs);
    if (isBinary) this.#use.onBinary();
    else this.#use.onText(data.toString('utf8'));
    this.#regulate(nowMs);
  }

  /** Reads on or not: who sends more than it should is slowed down by its own socket, and loses nothing. */
  #regulate(nowMs: number): void {
    if (this.#isOver) return;
    const waitMs = this.#bucket.waitMs(nowMs);
    if (waitMs === 0) {
      this.#resume();
      return;
    }
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.#socket.pause();
    }
    this.#use.report('flood', `${this.#use.who} sends more messages than it should; it is read more slowly.`);
    this.#cancelResume ??= this.#context.clock.after(waitMs, () => {
      this.#cancelResume = undefined;
      this.#regulate(this.#context.clock.nowMs());
    });
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#heard();
    this.#socket.resume();
  }

  #heard(): number {
    this.#heardMs = this.#context.clock.nowMs();
    this.#pingedMs = undefined;
    return this.#heardMs;
  }
}
