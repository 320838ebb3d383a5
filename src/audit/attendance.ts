import { AsyncLocalStorage } from 'node:async_hooks';
import type { BegunAuditEntry } from '../store/accountStore.js';

type Attendance = 'waiting' | 'taken' | 'committed' | 'dismissed';

/**
 * An audit entry on its way to the change that it tells of: it is committed with that, or neither is. Whoever has something changed
 * does so within `attend`; the first write of something that somebody decided takes the entry along, also where that write is made
 * later, by somebody else's turn. It goes along once.
 */
export class Attendant {
  readonly entry: BegunAuditEntry;
  private attendance: Attendance = 'waiting';

  constructor(entry: BegunAuditEntry) {
    this.entry = entry;
  }

  /** 'taken': by a write of which it is not known, or not known yet, what became of it. */
  get state(): Attendance {
    return this.attendance;
  }

  /** Answers whether it is the caller's now, who has to say what became of it. */
  take(): boolean {
    if (this.attendance !== 'waiting') return false;
    this.attendance = 'taken';
    return true;
  }

  /** 'waiting': nothing was written, and another write may take it. */
  settle(became: 'committed' | 'waiting'): void {
    if (this.attendance === 'taken') this.attendance = became;
  }

  /** Nothing takes it any more, or what took it has it. To be called once all is done that it was to attend. */
  dismiss(): void {
    if (this.attendance === 'waiting') this.attendance = 'dismissed';
    presence.leave(this);
  }
}

/** Follows requests through everything that waits, so that no interface between the API and the store has to name them. */
class Presence {
  private readonly storage = new AsyncLocalStorage<readonly Attendant[]>();
  private readonly present = new Set<Attendant>();

  within<T>(attendants: readonly Attendant[], work: () => T): T {
    for (const attendant of attendants) this.present.add(attendant);
    return this.storage.run(attendants, work);
  }

  here(): readonly Attendant[] {
    return this.storage.getStore() ?? [];
  }

  /** Up to Node 22 each promise of the process costs more while this follows anybody (0.2 µs): it does so only while it has to. */
  leave(attendant: Attendant): void {
    if (this.present.delete(attendant) && this.present.size === 0) this.storage.disable();
  }
}

const presence = new Presence();

/** What `work` and all that follows from it writes may take these along, until they are dismissed. */
export function attend<T>(attendants: readonly Attendant[], work: () => T): T {
  return attendants.length === 0 ? work() : presence.within(attendants, work);
}

/** Those that wait here, for whoever writes in another's turn: it hands them to `attend` then. */
export function attendantsHere(): readonly Attendant[] {
  return presence.here().filter(({ state }) => state === 'waiting');
}

/** Those that wait here, for a write that is made now. They are the caller's, who has to `settle` each. */
export function takeAttendants(): readonly Attendant[] {
  return attendantsHere().filter((attendant) => attendant.take());
}
