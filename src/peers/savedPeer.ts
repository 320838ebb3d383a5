import { type Attendant, attend, attendantsHere } from '../audit/attendance.js';
import type { Clock } from '../site/clock.js';
import type { PeerLog } from './ports.js';

const RETRY_MS = 1_000;

/** Writes the newest of what it is asked to write, one at a time; what fails is tried again until it is stopped. */
export class SavedPeer {
  private readonly options: {
    readonly clock: Clock;
    readonly log: PeerLog;
    readonly what: object;
    readonly write: () => Promise<void>;
  };
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private stopped = false;
  /** Of those that asked for the next write, in whosever turn that is. */
  private attendants: readonly Attendant[] = [];

  constructor(options: SavedPeer['options']) {
    this.options = options;
  }

  /** Resolves when what holds now is durable. Never rejects; once stopped it resolves without. */
  save(): Promise<void> {
    this.attendants = [...new Set([...this.attendants, ...attendantsHere()])];
    if (this.running === undefined) {
      this.running = this.write().finally(() => {
        this.running = undefined;
      });
      return this.running;
    }
    // What is being written may be older: one more after it is enough for all that ask meanwhile.
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.save();
    });
    return this.next;
  }

  /** What was being written when it was stopped has been. */
  async settled(): Promise<void> {
    await this.running;
  }

  stop(): void {
    this.stopped = true;
  }

  private async write(): Promise<void> {
    const { clock, log, what, write } = this.options;
    const { attendants } = this;
    this.attendants = [];
    while (!this.stopped) {
      try {
        return await attend(attendants, write);
      } catch (error) {
        log.error({ ...what, error: String(error) }, 'what is known of a peer could not be written; trying again');
        await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
      }
    }
  }
}
