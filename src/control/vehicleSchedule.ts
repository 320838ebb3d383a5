import type { ChargingSchedule } from '../site/chargingProfile.js';
import { wireLimitA } from '../site/electricity.js';
import { isUsableSchedule } from '../site/externalLimit.js';
import { breakpoints, type LimitSteps, largestWithin } from '../site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS, type EvseInSite, newestHeld } from '../site/mayDraw.js';
import { findEvse } from '../site/sites.js';
import type { StationRequest } from '../site/stationMessages.js';
import { isSteeredByDefault } from '../site/stationQuirk.js';
import { type ReplyContext, type StationReply, unknownEvse } from './stationReply.js';

type StartedSchedule = ChargingSchedule & { readonly startMs: number };

/** Stations and cars convert between amperes and watts, and round. */
const ROUNDING_A = 0.5;
/** A car that means to keep to none is not given one for ever. */
const REFUSED_MAX = 5;

/**
 * What a car means to draw must be no more than it was given (OCPP 2.0.1 K15.FR.11, FR.12). Else it is refused, and given its schedule
 * anew (K15.FR.13, K16). Its station keeps to its profile either way.
 */
export function vehicleScheduleReply(
  { evseId, schedule }: StationRequest & { type: 'vehicleSchedule' },
  { state, stationId, nowMs }: ReplyContext,
): StationReply<'vehicleSchedule'> {
  const at = findEvse(state, stationId, evseId);
  if (at === undefined)
    return { events: [], durable: false, response: { status: 'Rejected' }, anomaly: unknownEvse(evseId) };
  if (schedule === undefined || !isUsableSchedule(schedule) || !exceeds(at, schedule, nowMs))
    return { events: [], durable: false, response: { status: 'Accepted' } };
  const isAskedAnew = (at.evseState.transaction?.schedulesRefused ?? 0) < REFUSED_MAX;
  return {
    events: isAskedAnew ? [{ type: 'vehicleScheduleRefused', stationId, evseId }] : [],
    durable: false,
    response: { status: 'Rejected' },
    anomaly: { kind: 'scheduleExceeds', detail: `the car at EVSE ${evseId} means to draw more than it was given` },
  };
}

function exceeds(at: EvseInSite, schedule: StartedSchedule, nowMs: number): boolean {
  const given = givenLimits(at);
  if (given === undefined) return false;
  const endMs = endMsOf(schedule, given);
  const instants = [
    nowMs,
    ...schedule.periods.map(({ startPeriodS }) => schedule.startMs + startPeriodS * 1000),
    // Where a limit falls, once that has come by any clock.
    ...breakpoints(given, nowMs, endMs).map((ms) => ms + CLOCK_UNCERTAINTY_MS + 1),
  ];
  return instants.some((ms) => ms >= nowMs && ms < endMs && plannedA(at, schedule, ms) > allowedA(given, ms));
}

/** What it was told last and took: the transaction's own, else what holds for all. */
function givenLimits({ stationState, evseState }: EvseInSite): LimitSteps | undefined {
  const own =
    evseState.transaction === null || isSteeredByDefault(stationState) ? undefined : newestHeld(evseState.txProfile);
  return (own ?? newestHeld(stationState.failsafe))?.limits;
}

/** What comes after the end of what it was given is not judged: that is renewed as it goes. */
function endMsOf({ startMs, durationS }: StartedSchedule, { untilMs }: LimitSteps): number {
  return Math.min(
    durationS === undefined ? Number.MAX_SAFE_INTEGER : startMs + durationS * 1000,
    untilMs === 'forever' ? Number.MAX_SAFE_INTEGER : untilMs,
  );
}

/** A per phase on the grid side. */
function plannedA({ evse, site }: EvseInSite, { startMs, periods, rateUnit }: StartedSchedule, atMs: number): number {
  const period = periods.findLast(({ startPeriodS }) => startMs + startPeriodS * 1000 <= atMs);
  if (period === undefined) return 0;
  const plannedA = wireLimitA(period.limit, rateUnit, evse, site.voltageV, period.numberPhases);
  return plannedA === 'unknown' ? 0 : plannedA;
}

function allowedA(given: LimitSteps, atMs: number): number {
  const limitA = largestWithin(given, atMs - CLOCK_UNCERTAINTY_MS, atMs + CLOCK_UNCERTAINTY_MS);
  return limitA === 'ended' ? Number.POSITIVE_INFINITY : limitA + ROUNDING_A;
}
