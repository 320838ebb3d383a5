import type { ClosedCommand, CommandPage, CommandResult, DelegatedCommand } from '../control/delegation/delegation.js';
import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { CommandOutcome } from '../site/stationMessages.js';
import type { CommandEntry } from './commandEntry.js';
import { outcomeOf } from './commandResults.js';

/** A CSMS has so long to hand a command on; then nobody does any more. */
const HAND_ON_WITHIN_MS = 20_000;
/** It is not given out so shortly before. */
const TOO_LATE_MS = 2_000;
/** Once it may have reached its station, its result is waited for so long after that. */
const RESULT_WITHIN_MS = 10_000;
/** For one station. */
const WAITING_MAX = 32;
/** Ended ones, so that a repeated result is known. */
const CLOSED_KEPT = 10_000;
const DECREASES_TOLD_MAX = 16;
const DECREASES_TOLD_MS = 60_000;

interface Available {
  readonly entry: CommandEntry;
  readonly seq: number;
  readonly command: DelegatedCommand;
  readonly isSafety: boolean;
  /** Somebody has asked for it, and may have handed it on. */
  isAsked: boolean;
  /** Somebody was told of it without asking, or is being told. */
  isTold: boolean;
  cancel: () => void;
}

interface Lane {
  current: Available | undefined;
  safety: CommandEntry[];
  normal: CommandEntry[];
}

export interface CommandQueueOptions {
  readonly clock: Clock;
  /** Of this process's life: what an earlier one gave out is closed. */
  readonly epoch: string;
  /** There is one more that may be given out. */
  readonly onAvailable: (command: DelegatedCommand) => void;
  /** Tells others of it who did not ask. True: somebody may have heard of it. Absent: nobody is told. */
  readonly tell?: ((command: DelegatedCommand) => Promise<boolean>) | undefined;
  /** Whether more than decreases and what is for safety may leave for a site's stations. */
  readonly isOwned: (siteId: string) => boolean;
}

/**
 * Commands for stations that others hold: one of a station at a time, those for safety first, as a socket would send them. Each is given
 * to whoever asks until its result is there or its time is over. What never was given never left; what was given and not answered may
 * have been carried out.
 */
export class CommandQueue {
  private readonly options: CommandQueueOptions;
  private readonly lanes = new Map<string, Lane>();
  /** By id, in the order of their numbers. */
  private readonly available = new Map<string, Available>();
  private readonly closed = new Map<string, ClosedCommand>();
  /** By group, oldest first. */
  private readonly decreases = new Map<string, { readonly id: string; readonly atMs: number }[]>();
  private lastSeq = 0;

  constructor(options: CommandQueueOptions) {
    this.options = options;
  }

  waiting(stationId: string): number {
    const lane = this.lanes.get(stationId);
    return lane === undefined ? 0 : (lane.current === undefined ? 0 : 1) + lane.safety.length + lane.normal.length;
  }

  add(entry: CommandEntry, priority: 'safety' | 'normal'): void {
    const { stationId } = entry.told;
    const lane = this.lanes.get(stationId) ?? { current: undefined, safety: [], normal: [] };
    this.lanes.set(stationId, lane);
    const queue = priority === 'safety' ? lane.safety : lane.normal;
    if (queue.length >= WAITING_MAX) {
      entry.settle({ outcome: 'notSent', reason: 'queueFull' });
      return;
    }
    queue.push(entry);
    this.next(lane);
  }

  /** Those after the cursor; whoever is given them may hand them on from now on. Throws Problem CURSOR_GONE. */
  page(after: string | 'start', isVisible: (siteId: string) => boolean): CommandPage {
    const afterSeq = after === 'start' ? 0 : this.seqOf(after);
    const nowMs = this.options.clock.nowMs();
    const commands: DelegatedCommand[] = [];
    for (const one of this.available.values()) {
      const { seq, command } = one;
      if (seq <= afterSeq || !isVisible(command.siteId) || nowMs > command.notAfterMs - TOO_LATE_MS) continue;
      if (!this.mayLeave(one)) continue;
      one.isAsked = true;
      commands.push(command);
    }
    return { cursor: `${this.options.epoch}.${this.lastSeq}`, commands };
  }

  private seqOf(cursor: string): number {
    const [epoch, digits = ''] = cursor.split('.');
    const seq = Number(digits);
    if (epoch === this.options.epoch && /^\d{1,15}$/.test(digits) && seq <= this.lastSeq) return seq;
    throw new Problem('CURSOR_GONE', 'The cursor is from before the service that gave it started anew.');
  }

  /** The first final result counts; the same one again is answered as it was. Throws Problem. */
  result(commandId: string, result: CommandResult): ClosedCommand {
    const one = this.available.get(commandId);
    if (one === undefined) return this.again(commandId, result);
    const outcome = outcomeOf(result, one.entry);
    return this.close(one, result.status, outcome);
  }

  private again(commandId: string, { status }: CommandResult): ClosedCommand {
    const closed = this.closed.get(commandId);
    if (closed?.status === status) return closed;
    if (closed !== undefined)
      throw new Problem('COMMAND_CLOSED', `The command is closed already, as "${closed.status}".`, {
        details: { commandId, status: closed.status },
      });
    const [, epoch] = commandId.split(':');
    if (epoch === this.options.epoch) throw new Problem('COMMAND_NOT_FOUND', `There is no command "${commandId}".`);
    throw new Problem(
      'COMMAND_CLOSED',
      'The command is from before the service started anew: it counts as one of which it is not known whether it was carried out.',
      { details: { commandId, status: 'unknown' } },
    );
  }

  /** Nobody holds the station any more. What may have reached it may have been carried out; what waits has not. */
  lost(stationId: string): void {
    const lane = this.lanes.get(stationId);
    this.lanes.delete(stationId);
    if (lane === undefined) return;
    const { current } = lane;
    lane.current = undefined;
    for (const entry of [...lane.safety.splice(0), ...lane.normal.splice(0)]) entry.settle(OFFLINE);
    if (current === undefined) return;
    if (isGiven(current)) this.close(current, 'unknown', { outcome: 'unknown', reason: 'connectionLost' });
    else this.close(current, 'expired', OFFLINE);
  }

  private next(lane: Lane): void {
    if (lane.current !== undefined) return;
    const isSafety = lane.safety.length > 0;
    const entry = lane.safety.shift() ?? lane.normal.shift();
    if (entry === undefined) return;
    const { clock, onAvailable } = this.options;
    const nowMs = clock.nowMs();
    this.lastSeq += 1;
    const command: DelegatedCommand = {
      ...entry.told,
      after: entry.told.dir === 'inc' ? this.decreasesOf(entry.told.group, nowMs) : [],
      notAfterMs: nowMs + HAND_ON_WITHIN_MS,
    };
    const tell = this.mayLeave({ command, isSafety }) ? this.options.tell : undefined;
    const one: Available = {
      entry,
      seq: this.lastSeq,
      command,
      isSafety,
      isAsked: false,
      // Until it is known that nobody listens, somebody may.
      isTold: tell !== undefined,
      cancel: () => undefined,
    };
    one.cancel = clock.after(HAND_ON_WITHIN_MS, () => this.timeIsOver(one));
    lane.current = one;
    this.available.set(command.id, one);
    onAvailable(command);
    tell?.(command).then(
      (isTold) => {
        one.isTold = isTold;
      },
      // It may have been told all the same.
      () => undefined,
    );
  }

  private mayLeave({ command, isSafety }: Pick<Available, 'command' | 'isSafety'>): boolean {
    const { dir, siteId } = command;
    return dir === 'dec' || (isSafety && dir === 'none') || this.options.isOwned(siteId);
  }

  private timeIsOver(one: Available): void {
    if (!isGiven(one)) {
      this.close(one, 'expired', OFFLINE);
      return;
    }
    one.cancel = this.options.clock.after(RESULT_WITHIN_MS, () => {
      this.close(one, 'unknown', { outcome: 'unknown', reason: 'timeout' });
    });
  }

  private close(one: Available, status: CommandResult['status'], outcome: CommandOutcome): ClosedCommand {
    const { command, entry } = one;
    one.cancel();
    this.available.delete(command.id);
    const closed = { id: command.id, status, closedMs: this.options.clock.nowMs() };
    this.closed.set(command.id, closed);
    for (const [oldest] of this.closed) {
      if (this.closed.size <= CLOSED_KEPT) break;
      this.closed.delete(oldest);
    }
    if (command.dir === 'dec' && status === 'accepted') this.confirmed(command, closed.closedMs);
    const lane = this.lanes.get(command.stationId);
    if (lane?.current === one) lane.current = undefined;
    entry.settle(outcome);
    if (lane !== undefined) this.next(lane);
    return closed;
  }

  private confirmed({ id, group }: DelegatedCommand, atMs: number): void {
    const known = this.decreases.get(group) ?? [];
    this.decreases.set(group, [...known, { id, atMs }].slice(-DECREASES_TOLD_MAX));
  }

  private decreasesOf(group: string, nowMs: number): readonly string[] {
    return (this.decreases.get(group) ?? [])
      .filter(({ atMs }) => nowMs - atMs <= DECREASES_TOLD_MS)
      .map(({ id }) => id);
  }
}

function isGiven({ isAsked, isTold }: Available): boolean {
  return isAsked || isTold;
}

const OFFLINE: CommandOutcome = { outcome: 'notSent', reason: 'offline' };
