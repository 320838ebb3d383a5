import type { InstalledPeriod } from './installedProfile.js';

// What a station decides by itself, or by a clock that is not known, is read as the most that it may allow.

/** Absent numberPhases means so many (OCPP 2.0.1, ChargingSchedulePeriodType). */
export const PHASES_ABSENT = 3;

/**
 * Periods, ascending from 0, whose starts the station puts off by 0 to `delayMs` each, the first excepted (OCPP 2.1 K01.FR.92-97).
 * While a start may still lie ahead, the greater of the limits before and after it counts: a fall that comes late must not be missed.
 */
export function delayedPeriods(periods: readonly InstalledPeriod[], delayMs: number): InstalledPeriod[] {
  const starts = periods.flatMap(({ startMs }, index) => (index === 0 ? [startMs] : [startMs, startMs + delayMs]));
  const distinct = [...new Set(starts)].sort((a, b) => a - b);
  return distinct.map((atMs) => {
    // The one before gives way only once the next has surely begun; one that a later one overtakes never begins (K01.FR.97).
    const inForce = periods.filter(({ startMs }, index) => {
      const next = periods[index + 1];
      return startMs <= atMs && (next === undefined || atMs < next.startMs + delayMs);
    });
    return { ...mostOf(inForce), startMs: atMs };
  });
}

/** One period as generous as the most generous of each: the greatest limit, on the fewest phases (watts on fewer are more amperes). */
export function mostOf(periods: readonly InstalledPeriod[]): InstalledPeriod {
  const limits = periods.map(({ limit }) => limit);
  const phases = periods.map(({ numberPhases }) => numberPhases).filter((count) => count !== undefined);
  const fewest = phases.length === periods.length ? Math.min(...phases) : Math.min(PHASES_ABSENT, ...phases);
  return {
    startMs: 0,
    limit: limits.includes('unlimited') ? 'unlimited' : Math.max(...limits.filter((limit) => limit !== 'unlimited')),
    ...(phases.length === 0 ? {} : { numberPhases: fewest }),
  };
}
