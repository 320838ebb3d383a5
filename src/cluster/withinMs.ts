import type { Clock } from '../site/clock.js';

/** A timer that comes so late says that this process was busy, not that nobody answered: the answer may be waiting to be read. */
const LATE_MS = 100;
const READ_AT_MOST_MS = 250;

/** What a call to the store or the bus takes at most; whatever comes later counts no more. */
export function withinMs<T>(clock: Clock, atMostMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const dueMs = clock.nowMs() + atMostMs;
    const tooLate = (): void => reject(new Error(`there was no answer within ${atMostMs} ms`));
    let cancel = clock.after(atMostMs, () => {
      if (clock.nowMs() - dueMs < LATE_MS) return tooLate();
      cancel = clock.after(READ_AT_MOST_MS, tooLate);
    });
    work.then(resolve, reject).finally(() => cancel());
  });
}
