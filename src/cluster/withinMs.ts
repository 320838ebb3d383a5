import type { Clock } from '../site/clock.js';

/** What a call to the store or the bus takes at most; whatever comes later counts no more. */
export function withinMs<T>(clock: Clock, atMostMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(atMostMs, () => reject(new Error(`there was no answer within ${atMostMs} ms`)));
    work.then(resolve, reject).finally(cancel);
  });
}
