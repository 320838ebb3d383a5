import type { CompositeInput, LimitSchedule } from '../../src/profiles/index.js';
import { type NaiveInput, onWire, type WireProfile } from '../../test/support/profiles/naiveComposite.js';

// Sets of profiles like those that a station holds, in the brute force's form and as they are on the wire.

const DAY_S = 86_400;
const HOUR_S = 3_600;
/** A Wednesday, a quarter past five in the afternoon: the night that matters lies ahead. */
const ASKED_MS = Date.UTC(2026, 0, 14, 16, 15);
const TRANSACTION = { startMs: ASKED_MS - 700_000, transactionId: '5' };

export interface ProfileScene {
  readonly name: string;
  readonly naive: NaiveInput;
  readonly input: CompositeInput;
}

/** What this service hands out: a failsafe for the whole station, and a transaction's plan of the hours ahead. */
export function failsafeAndPlan(): ProfileScene {
  return scene('1.6', 'failsafe and a plan of 12 periods', [
    profile(0, { purpose: 'TxDefaultProfile', startMs: ASKED_MS - DAY_S * 1000, periods: evenly(1, DAY_S, 6) }),
    profile(1, {
      purpose: 'TxProfile',
      transactionId: '5',
      startMs: ASKED_MS - 60_000,
      durationS: 12 * HOUR_S,
      periods: evenly(12, HOUR_S, 10),
    }),
  ]);
}

/** A full stack: a week of 24 periods under a day of 24, both units, one of them ending each night. */
export function fiveStacked(): ProfileScene {
  const midnightMs = Date.UTC(2025, 11, 1);
  return scene('2.0.1', 'five stacked, one a recurring week of 24 periods', [
    profile(0, {
      purpose: 'ChargingStationMaxProfile',
      kind: 'Recurring',
      recurrency: 'Daily',
      startMs: midnightMs,
      unit: 'W',
      periods: evenly(24, HOUR_S, 9_000),
    }),
    profile(0, { purpose: 'TxDefaultProfile', startMs: midnightMs, periods: evenly(1, DAY_S, 6) }),
    profile(1, {
      purpose: 'TxDefaultProfile',
      stackLevel: 1,
      kind: 'Recurring',
      recurrency: 'Weekly',
      startMs: midnightMs,
      periods: evenly(24, 7 * HOUR_S, 12),
    }),
    profile(1, {
      purpose: 'TxDefaultProfile',
      stackLevel: 2,
      kind: 'Recurring',
      recurrency: 'Daily',
      startMs: midnightMs + 22 * HOUR_S * 1000,
      durationS: 8 * HOUR_S,
      periods: evenly(24, HOUR_S / 3, 14),
    }),
    profile(1, {
      purpose: 'TxProfile',
      transactionId: '5',
      kind: 'Relative',
      durationS: 4 * HOUR_S,
      periods: evenly(24, HOUR_S / 6, 8),
    }),
  ]);
}

function scene(version: NaiveInput['version'], name: string, profiles: readonly WireProfile[]): ProfileScene {
  const asked = { evseId: 1, startMs: ASKED_MS, durationS: DAY_S, voltageV: 230 } as const;
  return {
    name,
    naive: { version, profiles, transaction: TRANSACTION, unit: 'A', supplyPhases: 3, ...asked },
    input: {
      ocppVersion: version,
      profiles: profiles.map((one, index) => ({ evseId: one.evseId, profile: onWire(version, one, index + 1) })),
      transactions: [{ evseId: 1, ...TRANSACTION }],
      rateUnit: 'A',
      phases: 3,
      ...asked,
    },
  };
}

function profile(
  evseId: number,
  over: Partial<WireProfile['profile']> & Pick<WireProfile['profile'], 'purpose' | 'periods'>,
): WireProfile {
  return { evseId, profile: { stackLevel: 0, kind: 'Absolute', unit: 'A', ...over } };
}

/** Limits that go up and down, so that none is like its neighbour. */
function evenly(count: number, lengthS: number, about: number): WireProfile['profile']['periods'] {
  return Array.from({ length: count }, (_, index) => ({
    startS: index * lengthS,
    limit: Math.round(about * (1 + 0.4 * Math.sin(index * 1.7)) * 10) / 10,
  }));
}

/** A car's current of each slot as the limits that would be sent: one decimal, rounded down. */
export function planShaped(boundariesMs: readonly number[], currentA: readonly number[]): LimitSchedule {
  const startMs = boundariesMs[0] ?? 0;
  const endMs = boundariesMs.at(-1) ?? startMs;
  return {
    startMs,
    durationS: (endMs - startMs) / 1000,
    rateUnit: 'A',
    periods: currentA.map((limitA, slot) => ({
      startPeriodS: ((boundariesMs[slot] ?? startMs) - startMs) / 1000,
      limit: Math.floor(limitA * 10 + 1e-6) / 10,
    })),
  };
}

/** What one would write at first: make the two neighbours one that cost least, until few enough are left. */
export function greedilyCompressed(schedule: LimitSchedule, maxPeriods: number): LimitSchedule {
  const lengthS = (index: number, periods: LimitSchedule['periods']) =>
    (periods[index + 1]?.startPeriodS ?? schedule.durationS) - (periods[index]?.startPeriodS ?? 0);
  const periods = schedule.periods.filter(({ limit }, index, all) => limit !== all[index - 1]?.limit);
  while (periods.length > maxPeriods) {
    let best = 0;
    let bestLoss = Number.POSITIVE_INFINITY;
    for (let index = 0; index + 1 < periods.length; index++) {
      const [a, b] = [periods[index]?.limit ?? 0, periods[index + 1]?.limit ?? 0];
      const loss = Math.abs(a - b) * lengthS(a > b ? index : index + 1, periods);
      if (loss < bestLoss) [best, bestLoss] = [index, loss];
    }
    const [first, second] = [periods[best], periods[best + 1]];
    if (first === undefined || second === undefined) break;
    periods.splice(best, 2, { startPeriodS: first.startPeriodS, limit: Math.min(first.limit, second.limit) });
  }
  return { ...schedule, periods };
}
