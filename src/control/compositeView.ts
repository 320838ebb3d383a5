import { evseCurrentMaxA, floorToDeciampere } from '../site/electricity.js';
import { breakpoints, limitAt } from '../site/limitSteps.js';
import type { EvseInSite } from '../site/mayDraw.js';
import { toldLimitA } from '../site/mayDraw.js';
import type { StationCaller } from '../site/stationMessages.js';
import type { CompositePeriodView, CompositeScheduleView } from './service.js';

/** An answer with more periods than this is not shown. */
const PERIODS_MAX = 1_000;

/** What an EVSE should keep to by what it was sent, beside what it says itself. */
export async function compositeView(
  at: EvseInSite,
  durationS: number,
  context: { readonly caller: StationCaller; readonly nowMs: number },
): Promise<CompositeScheduleView> {
  const { nowMs } = context;
  return {
    stationId: at.station.id,
    evseId: at.evse.id,
    computed: { startMs: nowMs, durationS, rateUnit: 'A', periods: computedPeriods(at, nowMs, durationS) },
    reported: await reported(at, durationS, context),
  };
}

function computedPeriods(at: EvseInSite, nowMs: number, durationS: number): CompositePeriodView[] {
  const endMs = nowMs + durationS * 1000;
  const slots = [at.stationState.failsafe, at.evseState.txProfile];
  const times = new Set([nowMs]);
  for (const { candidates } of slots)
    for (const { limits } of candidates) for (const ms of breakpoints(limits, nowMs, endMs - 1)) times.add(ms);
  const periods: CompositePeriodView[] = [];
  for (const ms of [...times].sort((a, b) => a - b)) {
    const limit = limitOf(at, ms);
    if (periods.at(-1)?.limit !== limit) periods.push({ startPeriodS: Math.round((ms - nowMs) / 1000), limit });
  }
  return periods;
}

function limitOf(at: EvseInSite, atMs: number): number | 'unlimited' {
  const failsafe = at.stationState.failsafe.candidates.at(-1);
  const toldA = toldLimitA(at, atMs);
  const governed = failsafe !== undefined && limitAt(failsafe.limits, atMs) !== 'ended';
  return !governed && toldA >= evseCurrentMaxA(at.evse, at.site) ? 'unlimited' : floorToDeciampere(toldA);
}

async function reported(
  at: EvseInSite,
  durationS: number,
  { caller, nowMs }: { readonly caller: StationCaller; readonly nowMs: number },
): Promise<CompositeScheduleView['reported']> {
  const outcome = await caller.call(at.station.id, { type: 'getCompositeSchedule', evseId: at.evse.id, durationS });
  switch (outcome.outcome) {
    case 'answered': {
      const { status, schedule } = outcome.response;
      if (status !== 'Accepted' || schedule === undefined) return { unavailable: `the station answered ${status}` };
      return {
        startMs: schedule.startMs ?? nowMs,
        durationS: schedule.durationS ?? durationS,
        rateUnit: schedule.rateUnit,
        periods: schedule.periods.slice(0, PERIODS_MAX),
      };
    }
    case 'error':
      return { unavailable: `the station answered ${outcome.code}: ${outcome.description}` };
    case 'notSent':
      return {
        unavailable:
          outcome.reason === 'offline'
            ? 'the station is not connected'
            : 'too much is waiting to be sent to the station',
      };
    case 'unknown':
      return { unavailable: `the station gave no answer (${outcome.reason})` };
  }
}
