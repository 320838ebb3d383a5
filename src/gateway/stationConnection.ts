import { WebSocket } from 'ws';
import type { CallFailure, CallFailureKind, Dialect } from '../ocpp/dialect.js';
import { type Frame, parseFrame, serialiseError, serialiseResult, UNREADABLE_ID } from '../ocpp/frame.js';
import type {
  CallOptions,
  CommandOutcome,
  SecurityProfile,
  StationCommand,
  StationRequest,
} from '../site/stationMessages.js';
import type { Anomalies } from './anomalies.js';
import { type AnswerMemory, treatmentOfRepeats } from './answerMemory.js';
import type { LiveConnection } from './liveConnection.js';
import type { MessageLog } from './messageLog.js';
import type { GatewayContext } from './options.js';
import { OutgoingCalls } from './outgoingCalls.js';
import { TokenBucket } from './tokenBucket.js';

/** In every OCPP version: the one call that a station may make before its boot was accepted. */
const BOOT_ACTION = 'BootNotification';

/** A normal close: a station that reconnected has nothing to mend. */
const REPLACED_CLOSE_CODE = 1000;

interface IncomingCall {
  readonly frame: Extract<Frame, { kind: 'call' }>;
  /** The frame as it came. */
  readonly text: string;
  readonly receivedMs: number;
}

interface StationIdentity {
  readonly stationId: string;
  readonly connectionId: string;
  readonly dialect: Dialect;
  readonly securityProfile: SecurityProfile;
  readonly anomalies: Anomalies;
  /** Outlives this connection. */
  readonly answers: AnswerMemory;
  /** Where its messages are kept for people to look at. Absent: nobody has proven to be this station. */
  readonly messages?: MessageLog;
}

/**
 * One station's socket. Its calls are handled one at a time and in order; ours to it are in OutgoingCalls. Whatever arrives, the
 * connection stays and says what was wrong.
 */
export class StationConnection implements LiveConnection {
  readonly letInBy = 'us';
  readonly station: StationIdentity;
  readonly outgoing: OutgoingCalls;
  readonly #context: GatewayContext;
  readonly #socket: WebSocket;
  readonly #bucket: TokenBucket;
  #phase: 'live' | 'draining' | 'over' = 'live';
  #waiting: IncomingCall[] = [];
  /** The loop over the waiting calls, while it runs. */
  #handling: Promise<void> | undefined;
  #isPaused = false;
  #cancelResume: (() => void) | undefined;
  #heardMs: number;
  #pingedMs: number | undefined;

  constructor(context: GatewayContext, socket: WebSocket, station: StationIdentity) {
    this.#context = context;
    this.#socket = socket;
    this.station = station;
    const nowMs = context.clock.nowMs();
    this.#heardMs = nowMs;
    this.#bucket = new TokenBucket(context.limits.floodBurst, context.limits.floodPerSecond, nowMs);
    this.outgoing = new OutgoingCalls(context, {
      dialect: station.dialect,
      anomalies: station.anomalies,
      send: (text) => this.#send(text),
    });
    socket.on('message', (data, isBinary) => this.#received(data as Buffer, isBinary));
    socket.on('pong', () => this.#heard());
    socket.on('ping', () => this.#heard());
    // A protocol error (1002, 1007, 1009) is reported here; ws closes the socket itself, and 'close' follows.
    socket.on('error', (error) => this.#report('socketError', `The connection failed: ${error.message}.`));
  }

  call<C extends StationCommand>(command: C, options: CallOptions): Promise<CommandOutcome<C['type']>> {
    return this.outgoing.call(command, {
      ...options,
      priority: options.priority ?? 'normal',
      timeoutMs: options.timeoutMs ?? this.#context.limits.callTimeoutMs,
    });
  }

  onClose(run: (reason: string) => void): void {
    this.#socket.once('close', (code) => run(`closed with ${code}`));
  }

  /** Pings a silent station, and ends the connection of one that does not answer. Called every so often by the gateway. */
  checkAlive(): void {
    // While we do not read, silence is our own doing.
    if (this.#phase === 'over' || this.#isPaused) return;
    const nowMs = this.#context.clock.nowMs();
    const { pingIntervalMs } = this.#context.limits;
    if (this.#pingedMs !== undefined) {
      if (nowMs - this.#pingedMs >= pingIntervalMs) this.#socket.terminate();
    } else if (nowMs - this.#heardMs >= pingIntervalMs) {
      this.#pingedMs = nowMs;
      this.#socket.ping();
    }
  }

  /** The socket is gone, or no longer speaks for the station. Nothing that it still says counts. */
  end(): void {
    this.#phase = 'over';
    this.#waiting = [];
    this.#cancelResume?.();
    this.outgoing.lost();
  }

  /** Another connection of this station has taken over. Whether this one was still alive tells a reconnect from an impostor. */
  replace(): void {
    this.end();
    this.#socket.resume();
    const { clock, limits } = this.#context;
    const cancel = clock.after(limits.replacedPingMs, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
    this.#socket.once('pong', () => {
      this.#report(
        'secondConnection',
        'A second connection came while the first was alive: two may share one identity.',
      );
      this.#socket.close(REPLACED_CLOSE_CODE, 'replaced by a newer connection');
    });
    this.#socket.ping();
  }

  /** No new calls in either direction. Resolves when what is under way has ended. */
  async drain(): Promise<void> {
    if (this.#phase === 'live') this.#phase = 'draining';
    this.#waiting = [];
    this.outgoing.refuseWaiting();
    await Promise.all([this.#handling, this.outgoing.whenIdle()]);
  }

  close(code: number, reason: string): void {
    this.#resume();
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (this.#phase === 'over') return;
    const nowMs = this.#heard();
    this.#bucket.take(nowMs);
    this.station.messages?.record(this.station.stationId, 'fromStation', data);
    if (isBinary) {
      this.#refuseFrame(UNREADABLE_ID, 'The frame is binary; OCPP-J is text.');
    } else {
      this.#take(data.toString('utf8'), nowMs);
    }
    this.#regulate(nowMs);
  }

  #take(text: string, receivedMs: number): void {
    const frame = parseFrame(text);
    switch (frame.kind) {
      case 'call':
        // While draining, a call without an answer is one that the station makes again after it has reconnected.
        if (this.#phase === 'live') this.#enqueue({ frame, text, receivedMs });
        return;
      case 'result':
      case 'error':
      case 'malformedAnswer':
        this.outgoing.answered(frame);
        return;
      case 'send':
      case 'resultError':
        this.#takeOneWay(frame, receivedMs);
        return;
      case 'malformedCall':
        this.#refuseFrame(frame.id, frame.reason);
        return;
      case 'unreadable':
        this.#refuseFrame(UNREADABLE_ID, frame.reason);
        return;
    }
  }

  /** Never answered. In versions that do not have them they are what any unknown type of message is. */
  #takeOneWay(frame: Extract<Frame, { kind: 'send' | 'resultError' }>, receivedMs: number): void {
    const { stationId, dialect } = this.station;
    if (!dialect.hasOneWayMessages) {
      this.#refuseFrame(UNREADABLE_ID, 'The message type is none of 2, 3 and 4.');
    } else if (frame.kind === 'resultError') {
      const code = safeAction(frame.code);
      this.#report('answerRefused', `The station could not read an answer that it was given: ${code}.`);
    } else if (this.#phase === 'live' && this.#context.handler.isAccepted(stationId) === true) {
      // Nobody waits for an answer to it: what is not known at once is not asked for.
      this.#takeSend(frame, receivedMs);
    }
  }

  #takeSend(frame: Extract<Frame, { kind: 'send' }>, receivedMs: number): void {
    const action = safeAction(frame.action);
    const decoded = this.station.dialect.decodeRequest(frame.action, frame.payload, receivedMs);
    // Nobody waits for an answer to a notice; of what is asked, one is needed.
    if (!decoded.decoded || decoded.request.type !== 'notice') {
      const why = decoded.decoded ? 'is not sent without asking for an answer' : decoded.failure.description;
      this.#report('rejectedCall', `${action}: ${why}`);
      return;
    }
    this.#context.metrics.requestReceived?.(decoded.request.type);
    this.#context.handler
      .request(this.station.stationId, decoded.request)
      .catch((error: unknown) => this.#report('handlerFailure', `${action} could not be handled: ${nameOf(error)}.`));
  }

  #enqueue(call: IncomingCall): void {
    if (this.#waiting.length >= this.#context.limits.incomingQueueMax) {
      this.#refuse(call.frame.id, { kind: 'generic', description: 'Too many calls wait for an answer.' });
      this.#report('tooManyCalls', 'Calls were refused because too many waited; OCPP allows one at a time.');
      return;
    }
    this.#waiting.push(call);
    this.#handling ??= this.#handleWaiting();
  }

  async #handleWaiting(): Promise<void> {
    for (let call = this.#waiting.shift(); call !== undefined; call = this.#waiting.shift()) {
      try {
        await this.#handle(call);
      } catch (error) {
        this.#refuse(call.frame.id, INTERNAL_FAILURE);
        this.#report('handlerFailure', `${safeAction(call.frame.action)} could not be handled: ${nameOf(error)}.`);
      }
      if (this.#isPaused) this.#regulate(this.#context.clock.nowMs());
    }
    // In the same turn as the last look at the queue, so that no call can come between. It never runs before the first await.
    this.#handling = undefined;
  }

  async #handle(call: IncomingCall): Promise<void> {
    const { frame, receivedMs } = call;
    const accepted = frame.action === BOOT_ACTION || this.#context.handler.isAccepted(this.station.stationId);
    if (accepted !== true && !(await accepted)) {
      this.#refuse(frame.id, {
        kind: 'security',
        description: 'Send BootNotification first, and wait until accepted.',
      });
      this.#report('callBeforeBoot', `${safeAction(frame.action)} came before an accepted BootNotification.`);
      return;
    }
    const before = this.station.answers.find(frame.id, call.text, receivedMs);
    const payloadBefore = typeof before === 'object' ? await before : before;
    if (payloadBefore !== undefined) {
      this.#send(serialiseResult(frame.id, payloadBefore));
      return;
    }
    const decoded = this.station.dialect.decodeRequest(frame.action, frame.payload, receivedMs);
    if (!decoded.decoded) {
      this.#refuse(frame.id, decoded.failure);
      this.#report('rejectedCall', `${safeAction(frame.action)}: ${decoded.failure.description}`);
      return;
    }
    const { request, doubts, answer } = decoded;
    this.#context.metrics.requestReceived?.(request.type);
    if (doubts.quarantined > 0) this.#quarantined(doubts.quarantined, frame.action);
    if (doubts.timestampsReplaced > 0) this.#timestampsReplaced(doubts.timestampsReplaced, frame.action);
    const treatment = treatmentOfRepeats(request.type);
    const asked = treatment === 'transaction' ? this.#answerOnce(call, request) : this.#ask(request, answer);
    const payloadText = await asked;
    if (treatment === 'other') this.#remember(call, request, payloadText);
    this.#send(serialiseResult(frame.id, payloadText));
  }

  /** Remembered while it is under way too: the retry may come over a new connection before the first has been answered. */
  async #answerOnce(call: IncomingCall, request: StationRequest): Promise<string> {
    const answer = this.#ask(request);
    this.#remember(
      call,
      request,
      answer.catch(() => undefined),
    );
    try {
      return await answer;
    } catch (error) {
      this.station.answers.forget(call.frame.id);
      throw error;
    }
  }

  #remember(call: IncomingCall, request: StationRequest, payloadText: Promise<string | undefined> | string): void {
    const about = { id: call.frame.id, text: call.text, type: request.type };
    this.station.answers.remember(about, payloadText, call.receivedMs);
  }

  async #ask<R extends StationRequest>(request: R, answer?: object): Promise<string> {
    const response = await this.#context.handler.request(this.station.stationId, request);
    if (answer !== undefined) return JSON.stringify(answer);
    const type: R['type'] = request.type;
    return JSON.stringify(this.station.dialect.encodeResponse(type, response));
  }

  #quarantined(count: number, action: string): void {
    this.#context.metrics.valuesQuarantined?.(count);
    this.#report('impossibleMeterValues', `${safeAction(action)} carried ${count} meter values that can not be true.`);
  }

  #timestampsReplaced(count: number, action: string): void {
    this.#context.metrics.timestampsReplaced?.(count);
    this.#report('impossibleTimestamp', `${safeAction(action)} was dated far from now; check the station's clock.`);
  }

  #refuseFrame(id: string, reason: string): void {
    this.#refuse(id, { kind: id === UNREADABLE_ID ? 'frame' : 'formation', description: reason });
    this.#report('malformedFrame', reason);
  }

  #refuse(id: string, failure: CallFailure): void {
    const code = this.station.dialect.errorCode(failure.kind);
    this.#context.metrics.callErrorSent?.(code);
    this.#send(serialiseError(id, code, failure.description));
  }

  /** False when the socket takes no more. */
  #send(text: string): boolean {
    if (this.#phase === 'over' || this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount > this.#context.limits.unreadMaxBytes) {
      this.#report('slowReader', 'The station does not read what it is sent; its connection was ended.');
      this.#socket.terminate();
      return false;
    }
    this.station.messages?.record(this.station.stationId, 'toStation', text);
    this.#socket.send(text);
    return true;
  }

  /** Reads on or not: a station that sends more than it should is slowed down by its own socket, and loses nothing. */
  #regulate(nowMs: number): void {
    const waitMs = this.#bucket.waitMs(nowMs);
    const isCrowded = this.#waiting.length >= this.#context.limits.incomingPauseAt;
    if (waitMs === 0 && !isCrowded) {
      this.#resume();
      return;
    }
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.#socket.pause();
    }
    if (waitMs === 0) return;
    this.#report('flood', 'The station sends more messages than it should; it is read more slowly.');
    this.#cancelResume ??= this.#context.clock.after(waitMs, () => {
      this.#cancelResume = undefined;
      if (this.#phase !== 'over') this.#regulate(this.#context.clock.nowMs());
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

  #report(kind: Parameters<Anomalies['report']>[0], detail: string): void {
    this.station.anomalies.report(kind, detail, this.#context.clock.nowMs());
  }
}

const INTERNAL_FAILURE: { readonly kind: CallFailureKind; readonly description: string } = {
  kind: 'internal',
  description: 'The service failed to handle this message; send it again.',
};

/** A station may put anything where an action belongs. */
function safeAction(action: string): string {
  return action.replace(/[^A-Za-z0-9]/g, '?').slice(0, 40);
}

/** The message of an unexpected error may quote what it choked on, such as an idToken; its name and code do not. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`;
}
