import { type CompositeDifference, compositeDifferences } from '../profiles/compositeDifferences.js';
import { neutralComposite } from '../profiles/neutralComposite.js';
import { evseCurrentMaxA, wireLimitA } from '../site/electricity.js';
import { CLOCK_UNCERTAINTY_MS, clockUncertaintyMs, type EvseInSite, newestHeld } from '../site/mayDraw.js';
import type { CommandResponses, StationCaller, StationCommand } from '../site/stationMessages.js';
import { failsafeOnWire, transactionOnWire } from './profiles/onWire.js';
import type { CompositeScheduleView, ScheduleView, StationCompositeView } from './service.js';
import { compositeCommand } from './verifyProfile.js';

/** An answer with more periods than this is not shown. */
const PERIODS_MAX = 1_000;
/** What the field writes to say that there is no limit. */
const EXPLICITLY_UNLIMITED = 999_999;

type CompositeCommand = Extract<StationCommand, { type: 'getCompositeSchedule' }>;

interface AskingContext {
  readonly caller: StationCaller;
  readonly nowMs: number;
  /** What the station is asked to answer in; it may choose its own. */
  readonly rateUnit?: 'A' | 'W';
}

/**
 * What an EVSE should keep to by what it was told last and took, beside what it says itself, and where the two differ. Computed is
 * what was handed out and accepted, not the most that it might hold: that is mayDrawA.
 */
export async function compositeView(
  at: EvseInSite,
  durationS: number,
  context: AskingContext,
): Promise<CompositeScheduleView> {
  const { nowMs } = context;
  const computed = computedSchedule(at, nowMs, durationS);
  const answer = await reported(at.station.id, compositeCommand(at.evse.id, at.evse, durationS), context);
  return {
    stationId: at.station.id,
    evseId: at.evse.id,
    computed,
    reported: 'unavailable' in answer ? answer : answer.schedule,
    differences: 'unavailable' in answer ? [] : differences(at, computed, answer),
  };
}

/**
 * Of the station as a whole (EVSE 0), as it says itself: some mean what all their EVSEs may draw together, some only their own maximum,
 * so that there is nothing to hold against it.
 */
export async function stationCompositeView(
  stationId: string,
  durationS: number,
  context: AskingContext,
): Promise<StationCompositeView> {
  const answer = await reported(stationId, { type: 'getCompositeSchedule', evseId: 0, durationS }, context);
  return { stationId, reported: 'unavailable' in answer ? answer : answer.schedule };
}

function computedSchedule(at: EvseInSite, nowMs: number, durationS: number): ScheduleView {
  const failsafe = newestHeld(at.stationState.failsafe);
  const { transaction, txProfile } = at.evseState;
  const told = transaction === null ? undefined : newestHeld(txProfile);
  const composite = neutralComposite({
    profiles: [
      ...(failsafe === undefined ? [] : [{ evseId: 0, profile: failsafeOnWire(at, failsafe) }]),
      ...(transaction === null || told === undefined
        ? []
        : [{ evseId: at.evse.id, profile: transactionOnWire(at, transaction.transactionId, told) }]),
    ],
    evse: at.evse,
    voltageV: at.site.voltageV,
    transaction:
      transaction === null ? null : { startMs: transaction.startedAtMs, transactionId: transaction.transactionId },
    startMs: nowMs,
    durationS,
  });
  const periods = composite.periods.map(({ limit, ...period }) => ({
    ...period,
    limit: limit === 'unlimited' ? limit : round(limit),
  }));
  return { ...composite, periods };
}

interface Reported {
  readonly schedule: ScheduleView;
  /** It says itself when its schedule starts: else by our clock. */
  readonly saysStart: boolean;
}

async function reported(
  stationId: string,
  command: CompositeCommand,
  { caller, nowMs, rateUnit }: AskingContext,
): Promise<Reported | { readonly unavailable: string }> {
  const { durationS } = command;
  const outcome = await caller.call(stationId, { ...command, ...(rateUnit === undefined ? {} : { rateUnit }) });
  switch (outcome.outcome) {
    case 'answered':
      return readAnswer(outcome.response, durationS, nowMs);
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

function readAnswer(
  { status, schedule }: CommandResponses['getCompositeSchedule'],
  durationS: number,
  nowMs: number,
): Reported | { readonly unavailable: string } {
  if (status !== 'Accepted' || schedule === undefined) return { unavailable: `the station answered ${status}` };
  return {
    schedule: {
      startMs: schedule.startMs ?? nowMs,
      durationS: schedule.durationS ?? durationS,
      rateUnit: schedule.rateUnit,
      periods: schedule.periods.slice(0, PERIODS_MAX).map((period) => ({
        ...period,
        limit: period.limit >= EXPLICITLY_UNLIMITED ? 'unlimited' : period.limit,
      })),
    },
    saysStart: schedule.startMs !== undefined,
  };
}

function differences(at: EvseInSite, computed: ScheduleView, { schedule, saysStart }: Reported): CompositeDifference[] {
  const { site, evse } = at;
  const periods: { startPeriodS: number; limit: number | 'unlimited' }[] = [];
  for (const { startPeriodS, limit, numberPhases } of schedule.periods) {
    const limitA =
      limit === 'unlimited' ? limit : wireLimitA(limit, schedule.rateUnit, evse, site.voltageV, numberPhases);
    // Amperes of a DC outlet can not be compared.
    if (limitA === 'unknown') return [];
    periods.push({ startPeriodS, limit: limitA === 'unlimited' ? limitA : round(limitA) });
  }
  return compositeDifferences(
    computed,
    { ...schedule, periods },
    {
      hardwareA: evseCurrentMaxA(evse, site),
      ignoreMs: saysStart ? CLOCK_UNCERTAINTY_MS : clockUncertaintyMs(at.stationState),
    },
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
