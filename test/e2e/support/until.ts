import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/** Waits until it holds, or throws an Error that says what was awaited and, if asked, how things stood instead. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  { atMostMs = 10_000, otherwise }: { readonly atMostMs?: number; readonly otherwise?: () => string } = {},
): Promise<void> {
  const deadlineMs = Date.now() + atMostMs;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) {
      const instead = otherwise === undefined ? '' : `; instead: ${otherwise()}`;
      throw new Error(`waited ${atMostMs / 1000} s in vain: ${what}${instead}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
