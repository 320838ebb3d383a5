import type { SiteKind, SiteOptions } from './siteOptions.js';

export interface Grid {
  readonly boundariesMs: readonly number[];
  readonly slots: number;
  /** How long each slot is. */
  readonly hours: readonly number[];
  /** When each slot begins, counted from the first. */
  readonly fromStartHours: readonly number[];
  /** When each slot begins by the site's clock. */
  readonly hourOfDay: readonly number[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_HOUR: Readonly<Record<SiteKind, number>> = { workplace: 8, depot: 16, overnight: 18 };
/** The site's clock shows UTC. */
const MIDNIGHT_MS = Date.UTC(2026, 0, 12);

export function timeGrid({ kind, slots, features }: SiteOptions, minutesPast: number): Grid {
  const startMs = MIDNIGHT_MS + START_HOUR[kind] * HOUR_MS + minutesPast * MINUTE_MS;
  const boundariesMs =
    features?.unevenSlots === true
      ? [...evenly(startMs, 24, 5 * MINUTE_MS), ...evenly(startMs + 2 * HOUR_MS, 88, 15 * MINUTE_MS), startMs + DAY_MS]
      : [...evenly(startMs, slots, DAY_MS / slots), startMs + DAY_MS];
  const starts = boundariesMs.slice(0, -1);
  return {
    boundariesMs,
    slots: starts.length,
    hours: starts.map((slotMs, slot) => ((boundariesMs[slot + 1] ?? slotMs) - slotMs) / HOUR_MS),
    fromStartHours: starts.map((slotMs) => (slotMs - startMs) / HOUR_MS),
    hourOfDay: starts.map((slotMs) => ((slotMs - MIDNIGHT_MS) / HOUR_MS) % 24),
  };
}

function evenly(firstMs: number, count: number, stepMs: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => firstMs + Math.round(index * stepMs));
}
