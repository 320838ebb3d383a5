import { compressSchedule } from '../profiles/index.js';
import type { ChargingPeriod, ChargingProfile, ChargingSchedule } from '../site/chargingProfile.js';
import { type BoundContext, boundOf, type CsmsProfiles, leastOf, type RunningTransaction } from './csmsProfiles.js';

export interface LoweringContext extends BoundContext {
  readonly nowMs: number;
  /** What the station takes in one profile. */
  readonly maxPeriods: number | 'unknown';
}

/** As far ahead as what has no end is looked at: whatever recurs has come round, and more. */
const HORIZON_S = 8 * 86_400;
/** Of 1.6 and 2.x alike: it counts where no phases are named. */
const PHASES_ABSENT = 3;
const ANY_EVSE = 1;

/**
 * A profile of ours, nowhere above what the CSMS allows. What holds by itself for ever, or from a start that is not known yet, is
 * lowered to the least that the CSMS allows at any time.
 */
export function lowered(
  own: ChargingProfile,
  evseId: number,
  csms: CsmsProfiles,
  context: LoweringContext,
): ChargingProfile {
  if (csms.length === 0) return own;
  const { startMs, durationS, rateUnit, periods } = own.schedule;
  // Watts are the total over the phases that ours names; amperes hold on each.
  const phases = rateUnit === 'W' ? (periods[0]?.numberPhases ?? PHASES_ABSENT) : context.phases;
  const bound: BoundContext = { ...context, phases };
  const isTimed = own.kind === 'Absolute' && startMs !== undefined && durationS !== undefined;
  if (isTimed && startMs + durationS * 1000 > context.nowMs)
    return timed(own, { startMs, durationS }, { evseId, csms, context, bound });
  const asked = { startMs: context.nowMs, durationS: HORIZON_S, rateUnit, evseId };
  const evseIds = evseId === 0 ? evsesIn(csms) : [evseId];
  const begun = { ...bound, transactions: [...bound.transactions, ...assumedOn(evseIds, context)] };
  const least = evseIds.map((id) => leastOf(csms, { ...asked, evseId: id }, begun)).reduce(smaller);
  return least === 'unlimited' ? own : { ...own, schedule: cappedTo(own.schedule, least) };
}

/** Over the hours that it is for. */
function timed(
  own: ChargingProfile,
  { startMs, durationS }: { readonly startMs: number; readonly durationS: number },
  of: {
    readonly evseId: number;
    readonly csms: CsmsProfiles;
    readonly context: LoweringContext;
    readonly bound: BoundContext;
  },
): ChargingProfile {
  const { evseId, csms, context, bound } = of;
  const { rateUnit, periods } = own.schedule;
  const fromMs = Math.max(startMs, Math.floor(context.nowMs / 1000) * 1000);
  const goneS = Math.round((fromMs - startMs) / 1000);
  const asked = { startMs: fromMs, durationS: durationS - goneS, rateUnit, evseId };
  const allowed = boundOf(csms, asked, bound).periods.map(({ startPeriodS, limit }, index) => ({
    // What holds now has held since ours began: its start lies in the past for the sake of clocks that are slow.
    startPeriodS: index === 0 ? 0 : startPeriodS + goneS,
    limit,
  }));
  const starts = [...new Set([...periods, ...allowed].map(({ startPeriodS }) => startPeriodS))].sort((a, b) => a - b);
  const least = starts.map((startPeriodS) => {
    const ours = at(periods, startPeriodS)?.limit ?? 0;
    const theirs = at(allowed, startPeriodS)?.limit ?? 'unlimited';
    return { startPeriodS, limit: theirs === 'unlimited' ? ours : Math.min(ours, theirs) };
  });
  const merged = least.filter(({ limit }, index) => index === 0 || limit !== least[index - 1]?.limit);
  if (merged.every(({ startPeriodS, limit }) => at(periods, startPeriodS)?.limit === limit)) {
    const isSame = periods.every(({ startPeriodS, limit }) => at(merged, startPeriodS)?.limit === limit);
    if (isSame) return own;
  }
  // As many as ours had are taken, whatever else is known.
  const maxPeriods = context.maxPeriods === 'unknown' ? periods.length : Math.max(context.maxPeriods, periods.length);
  const fitting = compressSchedule({ startMs, durationS, rateUnit, periods: merged }, { maxPeriods });
  const numberPhases = periods[0]?.numberPhases;
  return {
    ...own,
    schedule: {
      ...own.schedule,
      periods: fitting.periods.map((period) => ({
        ...period,
        ...(numberPhases === undefined ? {} : { numberPhases }),
      })),
    },
  };
}

function cappedTo(schedule: ChargingSchedule, most: number): ChargingSchedule {
  const periods: ChargingPeriod[] = [];
  for (const period of schedule.periods) {
    const limit = Math.min(period.limit, most);
    if (periods.at(-1)?.limit !== limit) periods.push({ ...period, limit });
  }
  return { ...schedule, periods };
}

function at<P extends { readonly startPeriodS: number }>(periods: readonly P[], second: number): P | undefined {
  return periods.findLast(({ startPeriodS }) => startPeriodS <= second);
}

/** Where something is said of the station: also one of its EVSEs, whichever, for defaults of the station are those of each. */
function evsesIn(csms: CsmsProfiles): readonly number[] {
  const named = [...new Set([0, ...csms.map(({ evseId }) => evseId)])];
  return named.length === 1 ? [0, ANY_EVSE] : named;
}

/** What counts from the start of a transaction may count from now on. */
function assumedOn(
  evseIds: readonly number[],
  { transactions, nowMs }: LoweringContext,
): readonly RunningTransaction[] {
  const running = new Set(transactions.map((transaction) => transaction.evseId));
  return evseIds
    .filter((evseId) => evseId > 0 && !running.has(evseId))
    .map((evseId) => ({ evseId, startMs: nowMs, transactionId: 'assumed' }));
}

function smaller(a: number | 'unlimited', b: number | 'unlimited'): number | 'unlimited' {
  if (a === 'unlimited') return b;
  return b === 'unlimited' ? a : Math.min(a, b);
}
