// How fresh what we show is. A beat comes each 5 s, so silence means that something between here and there is broken.

/** Three beats missed. */
export const STALE_AFTER_MS = 15_000;
/** What is shown is then no longer the present. */
export const LOST_AFTER_MS = 45_000;

export type Contact =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'stale'; readonly ageS: number }
  | { readonly kind: 'lost'; readonly sinceMs: number };

export function contactAt(nowMs: number, lastHeardMs: number | undefined): Contact {
  if (lastHeardMs === undefined) return { kind: 'connecting' };
  const silentMs = nowMs - lastHeardMs;
  if (silentMs >= LOST_AFTER_MS) return { kind: 'lost', sinceMs: lastHeardMs };
  if (silentMs >= STALE_AFTER_MS) return { kind: 'stale', ageS: Math.floor(silentMs / 1_000) };
  return { kind: 'live' };
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 30_000;

/** 1, 2, 4 … 30 s, each between half and the whole of it, so that a thousand screens do not come back in the same instant. */
export function retryDelayMs(failures: number, random: number): number {
  const fullMs = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** Math.min(failures, 10));
  return fullMs * (0.5 + random / 2);
}
