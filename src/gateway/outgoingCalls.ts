import type { Dialect } from '../ocpp/dialect.js';
import { type Frame, serialiseCall } from '../ocpp/frame.js';
import { type CallOptions, type CommandOutcome, NOT_SAYABLE, type StationCommand } from '../site/stationMessages.js';
import type { Anomalies } from './anomalies.js';
import type { GatewayContext } from './options.js';

/** Ids of calls given up recently, to tell a late answer from one that nobody asked for. */
const GIVEN_UP_REMEMBERED = 8;

interface WaitingCall {
  readonly command: StationCommand;
  readonly action: string;
  readonly payload: object;
  readonly timeoutMs: number;
  readonly isOutdated: () => boolean;
  readonly settle: (outcome: CommandOutcome) => void;
}

interface PendingCall extends WaitingCall {
  readonly id: string;
  readonly sentMs: number;
  readonly cancelTimeout: () => void;
}

type AnswerFrame = Extract<Frame, { kind: 'result' | 'error' | 'malformedAnswer' }>;

/**
 * The calls to one station over one socket: one under way, the others waiting, those for safety first. Pending calls belong to
 * this socket: an answer that comes over another can not be taken for theirs.
 */
export class OutgoingCalls {
  readonly #context: GatewayContext;
  readonly #dialect: Dialect;
  readonly #anomalies: Anomalies;
  readonly #send: (text: string) => boolean;
  #pending: PendingCall | undefined;
  #safety: WaitingCall[] = [];
  #normal: WaitingCall[] = [];
  #givenUp: string[] = [];
  #isClosed = false;
  #whenIdle: (() => void)[] = [];

  /** `send` says whether the text could be handed to the socket. */
  constructor(
    context: GatewayContext,
    connection: { readonly dialect: Dialect; readonly anomalies: Anomalies; readonly send: (text: string) => boolean },
  ) {
    this.#context = context;
    this.#dialect = connection.dialect;
    this.#anomalies = connection.anomalies;
    this.#send = connection.send;
  }

  /** Resolves when no call is under way; those that wait are sent before. */
  whenIdle(): Promise<void> {
    if (this.#pending === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  call<C extends StationCommand>(
    command: C,
    options: Pick<CallOptions, 'isOutdated'> & Required<Pick<CallOptions, 'priority' | 'timeoutMs'>>,
  ): Promise<CommandOutcome<C['type']>> {
    if (this.#isClosed) return Promise.resolve({ outcome: 'notSent', reason: 'offline' });
    const queue = options.priority === 'safety' ? this.#safety : this.#normal;
    if (queue.length >= this.#context.limits.outgoingQueueMax) {
      return Promise.resolve({ outcome: 'notSent', reason: 'queueFull' });
    }
    const encoded = this.#dialect.encodeCommand(command);
    if (!encoded.encoded) {
      this.#anomalies.report('unsayableCommand', encoded.description, this.#context.clock.nowMs());
      return Promise.resolve({ outcome: 'error', code: NOT_SAYABLE, description: encoded.description });
    }
    return new Promise((resolve) => {
      queue.push({
        command,
        action: encoded.action,
        payload: encoded.payload,
        timeoutMs: options.timeoutMs,
        isOutdated: options.isOutdated ?? (() => false),
        // Only this command's own answer decoder makes the response that arrives here.
        settle: (outcome) => resolve(outcome as CommandOutcome<C['type']>),
      });
      this.#sendNext();
    });
  }

  answered(frame: AnswerFrame): void {
    const pending = this.#pending;
    if (pending === undefined || frame.id !== pending.id) {
      this.#ignore(frame.id);
      return;
    }
    pending.cancelTimeout();
    this.#pending = undefined;
    this.#finish(pending, this.#outcomeOf(pending, frame));
    this.#sendNext();
  }

  /** What is under way may have been carried out; what waits has not. Later calls are refused. */
  lost(): void {
    this.#isClosed = true;
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) {
      pending.cancelTimeout();
      this.#finish(pending, { outcome: 'unknown', reason: 'connectionLost' });
    }
    this.refuseWaiting();
  }

  /** Ends those that have not left, and takes no more; the one under way may still be answered. */
  refuseWaiting(): void {
    this.#isClosed = true;
    const waiting = [...this.#safety, ...this.#normal];
    this.#safety = [];
    this.#normal = [];
    for (const call of waiting) call.settle({ outcome: 'notSent', reason: 'offline' });
    if (this.#pending === undefined) this.#idle();
  }

  #sendNext(): void {
    if (this.#pending !== undefined) return;
    const call = this.#nextToSend();
    if (call === undefined) {
      this.#idle();
      return;
    }
    const id = this.#context.newMessageId();
    const sentMs = this.#context.clock.nowMs();
    const cancelTimeout = this.#context.clock.after(call.timeoutMs, () => this.#giveUp(id));
    this.#pending = { ...call, id, sentMs, cancelTimeout };
    if (this.#send(serialiseCall(id, call.action, call.payload))) return;
    // The socket is closing: its close event ends the others.
    cancelTimeout();
    this.#pending = undefined;
    call.settle({ outcome: 'notSent', reason: 'offline' });
    this.refuseWaiting();
  }

  #nextToSend(): WaitingCall | undefined {
    for (;;) {
      const call = this.#safety.shift() ?? this.#normal.shift();
      if (call === undefined || !call.isOutdated()) return call;
      call.settle({ outcome: 'notSent', reason: 'offline' });
    }
  }

  #giveUp(id: string): void {
    const pending = this.#pending;
    if (pending === undefined || pending.id !== id) return;
    this.#pending = undefined;
    this.#givenUp.push(id);
    if (this.#givenUp.length > GIVEN_UP_REMEMBERED) this.#givenUp.shift();
    this.#finish(pending, { outcome: 'unknown', reason: 'timeout' });
    this.#sendNext();
  }

  #outcomeOf(pending: PendingCall, frame: AnswerFrame): CommandOutcome {
    if (frame.kind === 'error') return { outcome: 'error', code: frame.code, description: frame.description };
    if (frame.kind === 'result') {
      const answer = this.#dialect.decodeAnswer(pending.command, frame.payload);
      if (answer.decoded) return { outcome: 'answered', response: answer.response };
      this.#anomalies.report('malformedAnswer', answer.description, this.#context.clock.nowMs());
    } else {
      this.#anomalies.report('malformedAnswer', `${pending.action}: ${frame.reason}`, this.#context.clock.nowMs());
    }
    return { outcome: 'unknown', reason: 'malformedAnswer' };
  }

  #finish(pending: PendingCall, outcome: CommandOutcome): void {
    const durationMs = this.#context.clock.nowMs() - pending.sentMs;
    this.#context.metrics.callEnded?.(pending.command.type, outcome.outcome, durationMs);
    pending.settle(outcome);
  }

  #idle(): void {
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  #ignore(id: string | undefined): void {
    const nowMs = this.#context.clock.nowMs();
    if (id !== undefined && this.#givenUp.includes(id)) {
      this.#context.metrics.answerIgnored?.('late');
      this.#anomalies.report('lateAnswer', 'An answer came after its call was given up; it was ignored.', nowMs);
      return;
    }
    this.#context.metrics.answerIgnored?.(id === undefined ? 'unreadable' : 'unsolicited');
    this.#anomalies.report('unsolicitedAnswer', 'An answer came to a call that nobody made; it was ignored.', nowMs);
  }
}
