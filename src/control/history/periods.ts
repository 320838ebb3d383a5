import { localDays, localMonths } from '../../../tariffs/calendar.js';
import { quarterOf } from '../../site/energyShares.js';
import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import type { HistoryPeriod, HistorySpan, Peak, Resolution } from './historyService.js';

const HOUR_MS = 3_600_000;
const NO_HOLIDAYS = { dates: [], yearly: [], easter: [] };

export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

/** The whole periods of the zone's calendar that overlap the span, ascending. */
export function localPeriods(
  resolution: Resolution,
  timeZone: string,
  { fromMs, toMs }: HistorySpan,
): readonly Period[] {
  switch (resolution) {
    case 'quarter':
      return stepsOf(quarterOf(fromMs), quarterOf(toMs + QUARTER_MS - 1), QUARTER_MS);
    case 'hour':
      return localDays(timeZone, NO_HOLIDAYS, fromMs, toMs)
        .flatMap(({ startMs, endMs }) => stepsOf(startMs, endMs, HOUR_MS))
        .filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs);
    case 'day':
      return localDays(timeZone, NO_HOLIDAYS, fromMs, toMs);
    case 'month':
      return localMonths(timeZone, fromMs, toMs);
  }
}

/** The last one is shorter where the end does not fit. */
function stepsOf(fromMs: number, toMs: number, stepMs: number): readonly Period[] {
  const count = Math.max(0, Math.ceil((toMs - fromMs) / stepMs));
  return Array.from({ length: count }, (_, index) => ({
    startMs: fromMs + index * stepMs,
    endMs: Math.min(toMs, fromMs + (index + 1) * stepMs),
  }));
}

/**
 * What happened in each period. `hours`: those of localPeriods over all of the periods, for their peaks; none, where hours are no
 * part of them. All ascending. Periods that have not begun are left out.
 */
export function summarize(
  periods: readonly Period[],
  hours: readonly Period[],
  quarters: readonly QuarterRecord[],
  nowMs: number,
): readonly HistoryPeriod[] {
  const begun = periods.filter(({ startMs }) => startMs < nowMs);
  const hourSums = grouped(hours, quarters, ({ startMs }) => startMs).map(({ period, members }) => ({
    startMs: period.startMs,
    powerW: (sumOf(members, ({ importWh }) => importWh) * HOUR_MS) / (period.endMs - period.startMs),
    isKnown: members.length > 0,
  }));
  const peakHours = grouped(begun, hourSums, ({ startMs }) => startMs);
  return grouped(begun, quarters, ({ startMs }) => startMs).map(({ period, members }, index) => ({
    ...summary(period, members, nowMs),
    peakHour: highest((peakHours[index]?.members ?? []).filter(({ isKnown }) => isKnown)),
  }));
}

function summary(
  { startMs, endMs }: Period,
  quarters: readonly QuarterRecord[],
  nowMs: number,
): Omit<HistoryPeriod, 'peakHour'> {
  const overMs = Math.min(endMs, nowMs) - startMs;
  const knownMs = sumOf(quarters, (quarter) => Math.min(QUARTER_MS, nowMs - quarter.startMs));
  const importWh = sumOf(quarters, (quarter) => quarter.importWh);
  const exportWh = sumOf(quarters, (quarter) => quarter.exportWh);
  const carsWh = sumOf(quarters, (quarter) => quarter.carsWh);
  const buildingWh = importWh - exportWh - carsWh;
  return {
    startMs,
    endMs,
    energy: quarters.length === 0 ? 'unknown' : { importWh, exportWh, carsWh, buildingWh },
    peakQuarter: highest(quarters.map((quarter) => ({ startMs: quarter.startMs, powerW: quarterPowerW(quarter) }))),
    knownShare: Math.min(1, knownMs / overMs),
    meteredShare: Math.min(1, sumOf(quarters, (quarter) => quarter.meteredMs) / overMs),
  };
}

/** Mean import. */
export function quarterPowerW({ importWh }: Pick<QuarterRecord, 'importWh'>): number {
  return (importWh * HOUR_MS) / QUARTER_MS;
}

/** The first of the highest. */
export function highest(powers: readonly Peak[]): Peak | null {
  const found = powers.reduce<Peak | null>(
    (best, one) => (best === null || one.powerW > best.powerW ? one : best),
    null,
  );
  return found === null ? null : { startMs: found.startMs, powerW: found.powerW };
}

/** Members by the period in which they begin; those outside of all periods are left out. Both ascending. */
function grouped<T>(
  periods: readonly Period[],
  members: readonly T[],
  startOf: (member: T) => number,
): readonly { readonly period: Period; readonly members: readonly T[] }[] {
  let next = 0;
  return periods.map((period) => {
    const startsBefore = (limitMs: number) => {
      const member = members[next];
      return member !== undefined && startOf(member) < limitMs;
    };
    while (startsBefore(period.startMs)) next += 1;
    const from = next;
    while (startsBefore(period.endMs)) next += 1;
    return { period, members: members.slice(from, next) };
  });
}

function sumOf<T>(members: readonly T[], value: (member: T) => number): number {
  return members.reduce((sum, member) => sum + value(member), 0);
}
