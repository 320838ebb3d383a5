import type { Clock } from '../site/clock.js';
import type { SiteEvent } from '../site/events.js';
import type { JournalEntry, Store } from '../store/store.js';

/** Events that nothing waits for are written together, at the latest after this. */
const BATCH_MS = 500;
const BATCH_MAX = 500;
/** While the disk refuses so many events, meter values are no longer kept for it; transactions and profiles always are. */
const BACKLOG_METERING_MAX = 10_000;

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
  private readonly siteId: string;
  private readonly store: Pick<Store, 'appendEvents'>;
  private readonly clock: Clock;
  private readonly onFailure: (error: unknown) => void;
  private lastSeq: number;
  private writtenSeq: number;

  constructor(options: {
    siteId: string;
    store: Pick<Store, 'appendEvents'>;
    clock: Clock;
    lastSeq: number;
    onFailure: (error: unknown) => void;
  }) {
    this.siteId = options.siteId;
    this.store = options.store;
    this.clock = options.clock;
    this.lastSeq = options.lastSeq;
    this.writtenSeq = options.lastSeq;
    this.onFailure = options.onFailure;
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
    this.waiting.push({ siteId: this.siteId, seq: this.lastSeq, atMs, event });
    if (this.waiting.length >= BATCH_MAX) this.flush().catch(() => undefined);
    else this.cancelTimer ??= this.clock.after(BATCH_MS, () => void this.flush().catch(() => undefined));
  }

  /** Resolves when everything appended so far is on disk; rejects when the store refuses it. It is then tried again by itself. */
  async durable(): Promise<void> {
    const upTo = this.lastSeq;
    while (this.writtenSeq < upTo && !this.abandoned) {
      await (this.writing ?? this.flush());
      if (this.failing !== undefined) throw this.failing;
    }
  }

  /** Drops what waits and writes no more. */
  abandon(): void {
    this.abandoned = true;
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
    try {
      await this.store.appendEvents(batch);
      this.failing = undefined;
      this.writtenSeq = batch.at(-1)?.seq ?? this.writtenSeq;
    } catch (error) {
      if (this.abandoned) return;
      this.waiting = [...batch, ...this.waiting];
      this.failing = error;
      this.onFailure(error);
      this.cancelTimer ??= this.clock.after(BATCH_MS, () => void this.flush().catch(() => undefined));
    }
  }
}

function isMetering(event: SiteEvent): boolean {
  return event.type === 'evseMetered' || event.type === 'circuitMetered';
}
