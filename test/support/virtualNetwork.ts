import type { Clock } from '../../src/site/clock.js';
import type { CommandOutcome, StationCommand } from '../../src/site/stationMessages.js';
import type { SeededRandom } from './seededRandom.js';

/** Each as a probability, of each message. */
export interface Faults {
  readonly requestLost: number;
  readonly answerLost: number;
  readonly refused: number;
  readonly slow: number;
  /** It is handled twice: the copy right after, or after later messages. */
  readonly doubled: number;
  /** It arrives when it is no longer waited for, after later messages. */
  readonly late: number;
}

export const NO_FAULTS: Faults = { requestLost: 0, answerLost: 0, refused: 0, slow: 0, doubled: 0, late: 0 };

const CALL_TIMEOUT_MS = 15_000;
/** From when a message left: the copy of one that is answered comes within this, one that is not answered within that. */
const COPY_WITHIN_MS = 10_000;
const LATE_WITHIN_MS = 60_000;

export interface NetworkContext {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly faults: () => Faults;
  readonly note: (line: string) => void;
  readonly handle: (stationId: string, command: StationCommand) => CommandOutcome | 'silence';
}

export interface CallOptions {
  readonly priority?: 'safety' | 'normal';
  readonly timeoutMs?: number;
}

interface Call {
  readonly command: StationCommand;
  readonly timeoutMs: number;
  readonly settle: (outcome: CommandOutcome) => void;
}

/** The web sockets of stations, over a network that loses, delays, doubles and reorders. */
export class VirtualNetwork {
  readonly context: NetworkContext;
  private readonly connections = new Map<string, VirtualConnection>();
  private count = 0;
  /** Per station, the latest connection from which it has handled a message. */
  private readonly handledFrom = new Map<string, number>();

  constructor(context: NetworkContext) {
    this.context = context;
  }

  /** The one that the service knows of; its station may have lost it already. */
  connectionOf(stationId: string): VirtualConnection | undefined {
    return this.connections.get(stationId);
  }

  /** In place of an earlier one. */
  connect(stationId: string): VirtualConnection {
    this.connections.get(stationId)?.close();
    const connection = new VirtualConnection(stationId, ++this.count, this);
    this.connections.set(stationId, connection);
    return connection;
  }

  disconnect(stationId: string): void {
    this.connections.get(stationId)?.close();
    this.connections.delete(stationId);
  }

  /** Nobody is left at this end: no call is answered any more. */
  serviceDied(): void {
    for (const connection of this.connections.values()) connection.abandon();
    this.connections.clear();
  }

  /** Draws nothing where it can't happen. */
  happens(probability: number): boolean {
    return probability > 0 && this.context.random.chance(probability);
  }

  /**
   * What was on its way when a connection broke may still be handled, even once there is a new one; but not after a message of the
   * new one was: a station handles messages in the order in which it receives them.
   */
  isHandledFrom(connection: VirtualConnection): boolean {
    if (connection.isCut || connection.number < (this.handledFrom.get(connection.stationId) ?? 0)) return false;
    if (!connection.isOpen && this.context.random.chance(0.5)) return false;
    this.handledFrom.set(connection.stationId, connection.number);
    return true;
  }
}

/** One web socket as the service sees it: one call at a time, urgent ones first. */
export class VirtualConnection {
  readonly stationId: string;
  readonly number: number;
  /** Half open: nothing comes through any more, and the service has not noticed. */
  isCut = false;
  private readonly network: VirtualNetwork;
  private open = true;
  private pending: (Call & { readonly cancelTimeout: () => void }) | undefined;
  private urgent: Call[] = [];
  private normal: Call[] = [];

  constructor(stationId: string, number: number, network: VirtualNetwork) {
    this.stationId = stationId;
    this.number = number;
    this.network = network;
  }

  get id(): string {
    return `c${this.number}`;
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Do messages come through? */
  get isLive(): boolean {
    return this.open && !this.isCut;
  }

  call(command: StationCommand, { priority = 'normal', timeoutMs = CALL_TIMEOUT_MS }: CallOptions = {}) {
    return new Promise<CommandOutcome>((settle) => {
      (priority === 'safety' ? this.urgent : this.normal).push({ command, timeoutMs, settle });
      this.sendNext();
    });
  }

  /** What is under way may have been carried out; what waits has not. */
  close(): void {
    const { pending, urgent, normal } = this;
    this.abandon();
    pending?.settle({ outcome: 'unknown', reason: 'connectionLost' });
    for (const call of [...urgent, ...normal]) call.settle({ outcome: 'notSent', reason: 'offline' });
  }

  abandon(): void {
    this.pending?.cancelTimeout();
    this.open = false;
    this.pending = undefined;
    this.urgent = [];
    this.normal = [];
  }

  private sendNext(): void {
    if (this.pending !== undefined || !this.open) return;
    const call = this.urgent.shift() ?? this.normal.shift();
    if (call === undefined) return;
    const timedOut: CommandOutcome = { outcome: 'unknown', reason: 'timeout' };
    const cancelTimeout = this.network.context.clock.after(call.timeoutMs, () => this.settle(call, timedOut));
    this.pending = { ...call, cancelTimeout };
    this.send(call);
  }

  /** An answer that is no longer waited for is dropped. */
  private settle({ settle }: Call, outcome: CommandOutcome): void {
    if (this.pending?.settle !== settle) return;
    this.pending.cancelTimeout();
    this.pending = undefined;
    settle(outcome);
    this.sendNext();
  }

  private send(call: Call): void {
    const { clock, random, note, faults } = this.network.context;
    const { requestLost, late, slow } = faults();
    if (this.isCut || this.network.happens(requestLost)) {
      note(`→ ${this.stationId} ${describe(call.command)} LOST`);
      return;
    }
    const sentMs = clock.nowMs();
    const isLate = this.network.happens(late);
    const delayMs = isLate
      ? random.between(call.timeoutMs, LATE_WITHIN_MS)
      : this.network.happens(slow)
        ? random.between(1_000, 14_000)
        : random.between(5, 200);
    clock.after(delayMs, () => this.arrives(call, sentMs, isLate ? 'late' : 'first'));
  }

  private arrives(call: Call, sentMs: number, as: 'first' | 'late' | 'copy'): void {
    const { clock, random, note, handle, faults } = this.network.context;
    if (!this.network.isHandledFrom(this)) return;
    const what = `→ ${this.stationId} ${describe(call.command)}`;
    if (as === 'first' && this.network.happens(faults().refused)) {
      note(`${what} REFUSED`);
      this.settle(call, { outcome: 'error', code: 'InternalError', description: 'no' });
      return;
    }
    const answer = handle(this.stationId, call.command);
    const ageS = ((clock.nowMs() - sentMs) / 1000).toFixed(1);
    const age = as === 'first' ? '' : ` ${as === 'copy' ? 'AGAIN' : 'LATE'}, ${ageS} s after it left`;
    const isLost = as === 'first' && (this.network.happens(faults().answerLost) || answer === 'silence');
    if (isNoted(call.command)) note(`${what}${age} ${wordOf(answer)}${isLost ? ', answer LOST' : ''}`);
    if (as === 'copy') return;
    if (answer !== 'silence' && !isLost)
      clock.after(random.between(5, 200), () => {
        if (this.isLive) this.settle(call, answer);
      });
    // What a station refused it refuses again (docs/safety.md).
    if (!this.network.happens(faults().doubled) || (isRefusal(answer) && !isLost)) return;
    const isAnswered = as === 'first' && !isLost;
    const latestMs = sentMs + (isAnswered ? COPY_WITHIN_MS : LATE_WITHIN_MS) - clock.nowMs();
    const copyInMs = random.chance(0.5) ? 0 : random.between(0, Math.max(0, latestMs));
    clock.after(copyInMs, () => this.arrives(call, sentMs, 'copy'));
  }
}

function isRefusal(answer: CommandOutcome | 'silence'): boolean {
  return answer !== 'silence' && (answer.outcome === 'error' || wordOf(answer) === 'Rejected');
}

function isNoted({ type }: StationCommand): boolean {
  return (
    type === 'setChargingProfile' || type === 'clearChargingProfile' || type === 'remoteStart' || type === 'remoteStop'
  );
}

function describe(command: StationCommand): string {
  if (command.type !== 'setChargingProfile') return command.type;
  const { purpose, schedule } = command.profile;
  return `${purpose} ${JSON.stringify(schedule.periods)}`;
}

function wordOf(answer: CommandOutcome | 'silence'): string {
  if (answer === 'silence' || answer.outcome !== 'answered') return 'not answered';
  return 'status' in answer.response ? answer.response.status : '';
}
