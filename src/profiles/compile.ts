import type {
  ChargingPeriod,
  ChargingProfile,
  ChargingSchedule,
  ProfileForm,
  TransactionId,
} from '../site/chargingProfile.js';
import { floorToDeciampere, floorToWatt, outletWattsPerAmpere } from '../site/electricity.js';
import { type LimitSteps, normalizeSteps } from '../site/limitSteps.js';
import type { Evse, Station } from '../site/model.js';

/** Clocks differ: a schedule that starts "now" may be inactive on a station whose clock is a little behind. */
const START_IN_PAST_MS = 60_000;
/** What has no end must be active whatever the station's clock says: a schedule that has not begun yet is no limit at all. */
const DEFAULT_START_IN_PAST_MS = 86_400_000;
/** One level for all: several stations accept no other, whatever they advertise. */
const STACK_LEVEL = 0;
/** Stable per slot, so that a new profile overwrites the old one and never stacks on it. */
const DEFAULT_PROFILE_ID = 1;
const MAX_PROFILE_ID = 2;
const TX_PROFILE_ID_BASE = 100;
const WEEK_MS = 604_800_000;
/** As the API has it. */
const EVSE_ID_MAX = 999;

/** Whether this id is among those that are given here. */
export function isOwnProfileId(profileId: number): boolean {
  if (profileId === DEFAULT_PROFILE_ID || profileId === MAX_PROFILE_ID) return true;
  return profileId > TX_PROFILE_ID_BASE && profileId <= TX_PROFILE_ID_BASE + EVSE_ID_MAX;
}

/** By its id, which only this service gives to such a profile at such a place. */
export function isOwnProfile({
  profileId,
  purpose,
  evseId,
}: {
  readonly profileId: number;
  readonly purpose: string;
  readonly evseId: number;
}): boolean {
  switch (purpose) {
    case 'TxDefaultProfile':
      return profileId === DEFAULT_PROFILE_ID;
    case 'ChargingStationMaxProfile':
      return profileId === MAX_PROFILE_ID;
    case 'TxProfile':
      return profileId === TX_PROFILE_ID_BASE + evseId;
    default:
      return false;
  }
}

export interface ProfileTarget {
  readonly station: Station;
  readonly voltageV: number;
  readonly nowMs: number;
  /** How far the station's clock may be off: its schedules must have begun by either clock. */
  readonly clockOffMs?: number;
}

/** The profile of the whole station: a template for each of its EVSEs, or its maximum, which no EVSE may exceed by itself. */
export function stationProfile(target: ProfileTarget, limits: LimitSteps, form: ProfileForm): ChargingProfile {
  const startMs = target.nowMs - DEFAULT_START_IN_PAST_MS;
  return {
    profileId: form.purpose === 'ChargingStationMaxProfile' ? MAX_PROFILE_ID : DEFAULT_PROFILE_ID,
    stackLevel: STACK_LEVEL,
    purpose: form.purpose,
    ...kindOf(form, limits),
    schedule: schedule({ ...target, startMs, form }, target.station.evses, limits),
  };
}

/** A Relative schedule counts from the transaction's start. Without a transaction it is for the one that a remote start begins. */
export function txProfile(
  target: ProfileTarget,
  evse: Evse,
  transactionId: TransactionId | undefined,
  limits: LimitSteps,
  form: ProfileForm,
): ChargingProfile {
  const startMs =
    form.kind === 'Relative'
      ? target.nowMs - (form.elapsedMs ?? 0)
      : target.nowMs - START_IN_PAST_MS - (target.clockOffMs ?? 0);
  return {
    profileId: TX_PROFILE_ID_BASE + evse.id,
    stackLevel: STACK_LEVEL,
    purpose: 'TxProfile',
    ...kindOf(form, limits),
    ...(transactionId === undefined ? {} : { transactionId }),
    schedule: schedule({ ...target, startMs, form }, [evse], limits),
  };
}

function kindOf({ kind }: ProfileForm, { everyMs }: LimitSteps): Pick<ChargingProfile, 'kind' | 'recurrency'> {
  return kind === 'Recurring' ? { kind, recurrency: everyMs === WEEK_MS ? 'Weekly' : 'Daily' } : { kind };
}

function schedule(
  target: ProfileTarget & { readonly startMs: number; readonly form: ProfileForm },
  evses: readonly Evse[],
  limits: LimitSteps,
): ChargingSchedule {
  const { nowMs, form } = target;
  const normal = normalizeSteps(limits, nowMs);
  const roundsMs = form.kind === 'Recurring' ? wholeRoundsMs(normal, target.startMs) : 0;
  const firstMs = form.kind === 'Recurring' ? (normal.steps[0]?.fromMs ?? 0) + roundsMs : target.startMs;
  const startMs = Math.floor(firstMs / 1000) * 1000;
  const periods = normal.steps.map(
    (step, index): ChargingPeriod => ({
      // A step begins on a whole second: a fall no later, a rise no earlier than it should.
      startPeriodS:
        index === 0
          ? 0
          : secondsFrom(startMs, step.fromMs + roundsMs, step.limitA < (normal.steps[index - 1]?.limitA ?? 0)),
      limit: limitOnWire(step.limitA, evses, target),
      ...phasesOnWire(evses, form.rateUnit),
    }),
  );
  const durationS = form.kind === 'Recurring' ? (limits.everyMs ?? 0) / 1000 : lastsS(limits, startMs);
  return {
    ...(form.kind === 'Relative' ? {} : { startMs }),
    ...(durationS === undefined ? {} : { durationS }),
    rateUnit: form.rateUnit,
    periods: ascending(periods),
  };
}

/** How far its steps are moved so that a round has begun: the first step stays the first period. */
function wholeRoundsMs({ steps, everyMs = 0 }: LimitSteps, latestMs: number): number {
  const firstMs = steps[0]?.fromMs ?? 0;
  return everyMs === 0 ? 0 : Math.floor((latestMs - firstMs) / everyMs) * everyMs;
}

function lastsS({ untilMs }: LimitSteps, startMs: number): number | undefined {
  return untilMs === 'forever' ? undefined : Math.floor((untilMs - startMs) / 1000);
}

function secondsFrom(startMs: number, atMs: number, falls: boolean): number {
  const seconds = (atMs - startMs) / 1000;
  return falls ? Math.floor(seconds) : Math.ceil(seconds);
}

/** Two steps within a second become one, the lower. */
function ascending(periods: readonly ChargingPeriod[]): ChargingPeriod[] {
  const kept: ChargingPeriod[] = [];
  for (const period of periods) {
    const last = kept.at(-1);
    if (last !== undefined && period.startPeriodS <= last.startPeriodS) {
      kept[kept.length - 1] = { ...last, limit: Math.min(last.limit, period.limit) };
    } else kept.push(period);
  }
  return kept;
}

/** Watts mean nothing without the number of phases that they spread over; absent, it is read as 3. */
function phasesOnWire(evses: readonly Evse[], rateUnit: 'A' | 'W'): { readonly numberPhases?: number } {
  const counts = evses.filter((evse) => evse.kind === 'AC').map((evse) => evse.phases.length);
  const fewest = Math.min(...counts);
  // Where some outlet is DC it is named only if it has to be: stations refuse it there (OCPP 2.0.1 K01.FR.44).
  const isMixed = counts.length < evses.length;
  return rateUnit === 'A' || counts.length === 0 || (isMixed && fewest === 3) ? {} : { numberPhases: fewest };
}

function limitOnWire(
  limitA: number,
  evses: readonly Evse[],
  { form, voltageV }: { readonly form: ProfileForm; readonly voltageV: number },
): number {
  const { rateUnit, wholeAmperes, pauseA } = form;
  const statedA = limitA === 0 && pauseA !== undefined ? pauseA : wholeAmperes ? Math.floor(limitA) : limitA;
  if (rateUnit === 'A') return floorToDeciampere(statedA);
  const [first, ...rest] = evses.map((evse) => statedA * outletWattsPerAmpere(evse, voltageV));
  return floorToWatt(Math.min(first ?? 0, ...rest));
}
