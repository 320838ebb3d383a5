import { takeAttendants } from '../audit/attendance.js';
import type { Clock } from '../site/clock.js';
import type { SiteEvent } from '../site/events.js';
import type { JournalEntry, Store } from '../store/store.js';

/** Events that nothing waits for are written together, at the latest after this. */
const BATCH_MS = 500;
const BATCH_MAX = 500;
/** While the disk refuses so many events, meter values are no longer kept for it; transactions and profiles always are. */
const BACKLOG_METERING_MAX = 10_000;

/** What the store says when another process has written, or owns the site by now. */
const FENCED_CODES: readonly unknown[] = ['STALE_TOKEN', 'SEQ_TAKEN'];

export interface JournalOptions {
  readonly siteId: string;
  readonly store: Pick<Store, 'appendEvents'>;
  readonly clock: Clock;
  readonly lastSeq: number;
  readonly onFailure: (error: unknown) => void;
  /** Where several processes share the store. Absent: this one is alone with it. */
  readonly ownership?: JournalOwnership | undefined;
}

export interface JournalOwnership {
  /** The fencing token as it is now. */
  readonly token: () => number | undefined;
  /** Another owns the site. Nothing is written any more; to be called from within the write that found it out. */
  readonly onFenced: (error: unknown) => void;
}

/**
 * One site's journal: events get their number in the order they happened, and are on disk when `durable` resolves. A failing store
 * is tried again; what waits stays in order.
 */
export class Journal {
  private waiting: JournalEntry[] = [];
  private writing: Promise<void> | undefined;
  private cancelTimer: (() => void) | undefined;
  private failing: unknown;
  private abandoned = false;
  /** Why nothing of what waits will ever be written. Undefined also for a site that was deleted: then nobody misses it. */
  private lost: unknown;
  private readonly options: JournalOptions;
  private lastSeq: number;
  private writtenSeq: number;

  constructor(options: JournalOptions) {
    this.options = options;
    this.lastSeq = options.lastSeq;
    this.writtenSeq = options.lastSeq;
  }

  get seq(): number {
    return this.lastSeq;
  }

  /** Undefined while the store takes what it is given. */
  get failure(): unknown {
    return this.failing;
  }

  append(event: SiteEvent, atMs: number): void {
    if (this.waiting.length >= BACKLOG_METERING_MAX && isMetering(event)) return;
    this.lastSeq += 1;
    const entry = { siteId: this.options.siteId, seq: this.lastSeq, atMs, event };
    // Who decided it is written with it, in whichever turn that is.
    this.waiting.push(isDecided(event) ? { ...entry, attendants: takeAttendants() } : entry);
    if (this.waiting.length >= BATCH_MAX) this.flush().catch(() => undefined);
    else this.cancelTimer ??= this.options.clock.after(BATCH_MS, () => void this.flush().catch(() => undefined));
  }

  /** Resolves when everything appended so far is on disk; rejects when the store refuses it. It is then tried again by itself. */
  async durable(): Promise<void> {
    const upTo = this.lastSeq;
    while (this.writtenSeq < upTo && !this.abandoned) {
      await (this.writing ?? this.flush());
      if (this.failing !== undefined && !this.abandoned) throw this.failing;
    }
    // What another owner does not know of must not be acknowledged.
    if (this.writtenSeq < upTo && this.lost !== undefined) throw this.lost;
  }

  /** Drops what waits and writes no more. With a reason, whoever waits for it to be on disk is told that. */
  abandon(reason?: unknown): void {
    this.abandoned = true;
    this.lost ??= reason;
    this.waiting = [];
    this.cancelTimer?.();
  }

  private flush(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async write(): Promise<void> {
    const batch = this.waiting;
    if (batch.length === 0 || this.abandoned) return;
    this.waiting = [];
    const token = this.options.ownership?.token();
    try {
      await this.options.store.appendEvents(token === undefined ? batch : batch.map((entry) => ({ ...entry, token })));
      this.failing = undefined;
      this.writtenSeq = batch.at(-1)?.seq ?? this.writtenSeq;
    } catch (error) {
      if (this.abandoned) return;
      this.waiting = [...batch, ...this.waiting];
      // A lease that was taken anew while this was under way has a newer token: then it is tried again with that.
      if (isFencing(error) && token !== undefined && token === this.options.ownership?.token()) {
        this.abandon(error);
        this.options.ownership.onFenced(error);
        return;
      }
      this.failing = error;
      this.options.onFailure(error);
      this.cancelTimer ??= this.options.clock.after(BATCH_MS, () => void this.flush().catch(() => undefined));
    }
  }
}

function isFencing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && FENCED_CODES.includes(error.code);
}

/** What people and programs decide, as against what stations and meters say. */
const DECIDED: ReadonlySet<SiteEvent['type']> = new Set([
  'siteConfigured',
  'limitPut',
  'limitDeleted',
  'gridEventPut',
  'needsPut',
  'quirksForgotten',
]);

function isDecided({ type }: SiteEvent): boolean {
  return DECIDED.has(type);
}

function isMetering(event: SiteEvent): boolean {
  return event.type === 'evseMetered' || event.type === 'circuitMetered';
}
