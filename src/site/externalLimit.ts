import type { ChargingPeriod, ChargingSchedule } from './chargingProfile.js';

// Limits that a station was given by others than us, and told us of: its energy management system, the grid operator through a line of
// its own. The station keeps to them by itself. They only ever lower what is planned, and nothing is reserved the less for them: the
// station may lift one at any moment.

export type ChargingLimitSource = 'EMS' | 'SO' | 'CSO' | 'Other';

export interface ExternalLimit {
  /** 0: the whole station, all its EVSEs together. */
  readonly evseId: number;
  readonly source: ChargingLimitSource;
  readonly isGridCritical?: true;
  readonly receivedMs: number;
  /** Absent: it was not said what the limit is. */
  readonly schedule?: ChargingSchedule & { readonly startMs: number };
}

/** As OCPP 2.0.1 has them in one schedule. */
export const EXTERNAL_PERIODS_MAX = 1_024;

/** Can it be calculated with? Periods that ascend from 0, and limits that are some. */
export function isUsableSchedule({ periods, startMs = 0, durationS = 1 }: ChargingSchedule): boolean {
  return (
    periods.length > 0 &&
    periods.length <= EXTERNAL_PERIODS_MAX &&
    Number.isFinite(startMs) &&
    durationS > 0 &&
    periods.every(isUsablePeriod)
  );
}

function isUsablePeriod(
  { startPeriodS, limit, numberPhases = 1 }: ChargingPeriod,
  index: number,
  periods: readonly ChargingPeriod[],
): boolean {
  const before = periods[index - 1]?.startPeriodS;
  const isAfter = before === undefined ? startPeriodS === 0 : startPeriodS > before;
  return isAfter && limit >= 0 && limit < Number.POSITIVE_INFINITY && numberPhases >= 1;
}

/** The newest of one source for one EVSE replaces the one before; what is over is gone. */
export function withExternalLimit(known: readonly ExternalLimit[], news: ExternalLimit): readonly ExternalLimit[] {
  const others = known.filter(({ evseId, source }) => evseId !== news.evseId || source !== news.source);
  return [...inForce(others, news.receivedMs), news];
}

/** Without an EVSE, all that this source has limited. */
export function withoutExternalLimit(
  known: readonly ExternalLimit[],
  cleared: Pick<ExternalLimit, 'evseId' | 'source'>,
): readonly ExternalLimit[] {
  return known.filter(
    ({ evseId, source }) => source !== cleared.source || (cleared.evseId !== 0 && evseId !== cleared.evseId),
  );
}

/** Those whose schedule is not over. */
export function inForce(limits: readonly ExternalLimit[], nowMs: number): readonly ExternalLimit[] {
  return limits.filter((limit) => endMsOf(limit) > nowMs);
}

export function endMsOf({ schedule }: ExternalLimit): number {
  if (schedule?.durationS === undefined) return Number.POSITIVE_INFINITY;
  return schedule.startMs + schedule.durationS * 1000;
}

/** The periods that hold at some instant of [fromMs, toMs); none before its start and after its end. */
export function periodsWithin(limit: ExternalLimit, fromMs: number, toMs: number): readonly ChargingPeriod[] {
  const { schedule } = limit;
  const lastMs = Math.min(toMs, endMsOf(limit));
  if (schedule === undefined || lastMs <= fromMs) return [];
  const { startMs, periods } = schedule;
  // There may be a thousand of them, and every slot of every plan asks.
  const first = Math.max(0, countBegun(periods, (fromMs - startMs) / 1000) - 1);
  const end = countBegun(periods, (lastMs - startMs) / 1000 - INSTANT_S);
  return periods.slice(first, end);
}

/** What begins at the very end of a span is not in it. Instants are whole milliseconds. */
const INSTANT_S = 0.0005;

/** How many of them begin no later than so long after the start. */
function countBegun(periods: readonly ChargingPeriod[], afterS: number): number {
  let low = 0;
  let high = periods.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((periods[middle]?.startPeriodS ?? 0) <= afterS) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The instants in (fromMs, toMs) at which the limit may change. */
export function changesWithin(limit: ExternalLimit, fromMs: number, toMs: number): readonly number[] {
  const { schedule } = limit;
  if (schedule === undefined) return [];
  const starts = schedule.periods.map(({ startPeriodS }) => schedule.startMs + startPeriodS * 1000);
  const endMs = endMsOf(limit);
  return [...starts.filter((ms) => ms < endMs), endMs].filter((ms) => ms > fromMs && ms < toMs);
}
