import type { ChargingPeriod, ChargingProfile, ChargingSchedule, TransactionId } from '../site/chargingProfile.js';
import { floorToDeciampere, floorToWatt, outletWattsPerAmpere } from '../site/electricity.js';
import { type LimitSteps, normalizeSteps } from '../site/limitSteps.js';
import type { Evse, Station } from '../site/model.js';
import type { StationCapabilities } from '../site/state.js';

/** Clocks differ: a schedule that starts "now" may be inactive on a station whose clock is a little behind. */
const START_IN_PAST_MS = 60_000;
/** A failsafe must be active whatever the station's clock says: a schedule that has not begun yet is no limit at all. */
const FAILSAFE_START_IN_PAST_MS = 86_400_000;
/** One level for all: several stations accept no other, whatever they advertise. */
const STACK_LEVEL = 0;
/** Stable per slot, so that a new profile overwrites the old one and never stacks on it. */
const FAILSAFE_PROFILE_ID = 1;
const TX_PROFILE_ID_BASE = 100;

export interface ProfileTarget {
  readonly station: Station;
  readonly capabilities: StationCapabilities;
  readonly voltageV: number;
  readonly nowMs: number;
  /** How far the station's clock may be off: its schedules must have begun by either clock. */
  readonly clockOffMs?: number;
  /** Some stations refuse 8.1 A for a rounding error of their own. Default false: one decimal. */
  readonly wholeAmperes?: boolean;
}

/** The default profile of the whole station: a template for each of its EVSEs, without an end. */
export function failsafeProfile(target: ProfileTarget, limits: LimitSteps): ChargingProfile {
  return {
    profileId: FAILSAFE_PROFILE_ID,
    stackLevel: STACK_LEVEL,
    purpose: 'TxDefaultProfile',
    kind: 'Absolute',
    schedule: schedule({ ...target, startMs: target.nowMs - FAILSAFE_START_IN_PAST_MS }, target.station.evses, limits),
  };
}

export function txProfile(
  target: ProfileTarget,
  evse: Evse,
  transactionId: TransactionId,
  limits: LimitSteps,
): ChargingProfile {
  return {
    profileId: TX_PROFILE_ID_BASE + evse.id,
    stackLevel: STACK_LEVEL,
    purpose: 'TxProfile',
    kind: 'Absolute',
    transactionId,
    schedule: schedule(
      { ...target, startMs: target.nowMs - START_IN_PAST_MS - (target.clockOffMs ?? 0) },
      [evse],
      limits,
    ),
  };
}

function schedule(
  target: ProfileTarget & { readonly startMs: number },
  evses: readonly Evse[],
  limits: LimitSteps,
): ChargingSchedule {
  const { nowMs, voltageV } = target;
  const startMs = Math.floor(target.startMs / 1000) * 1000;
  const rateUnit = rateUnitFor(evses, target.capabilities);
  const steps = normalizeSteps(limits, nowMs).steps;
  const periods = steps.map(
    (step, index): ChargingPeriod => ({
      // A step begins on a whole second: a fall no later, a rise no earlier than it should.
      startPeriodS: index === 0 ? 0 : secondsFrom(startMs, step.fromMs, step.limitA < (steps[index - 1]?.limitA ?? 0)),
      limit: limitOnWire(target.wholeAmperes ? Math.floor(step.limitA) : step.limitA, evses, rateUnit, voltageV),
      ...phasesOnWire(evses, rateUnit),
    }),
  );
  const durationS = limits.untilMs === 'forever' ? undefined : Math.floor((limits.untilMs - startMs) / 1000);
  return { startMs, rateUnit, periods: ascending(periods), ...(durationS === undefined ? {} : { durationS }) };
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
  return rateUnit === 'A' || counts.length === 0 ? {} : { numberPhases: Math.min(...counts) };
}

/** Watts for DC: amperes would be those of its outlet. Amperes for AC, unless the station says that it takes only watts. */
function rateUnitFor(evses: readonly Evse[], { rateUnits }: StationCapabilities): 'A' | 'W' {
  if (evses.some((evse) => evse.kind === 'DC')) return 'W';
  return rateUnits === 'unknown' || rateUnits.length === 0 || rateUnits.includes('A') ? 'A' : 'W';
}

function limitOnWire(limitA: number, evses: readonly Evse[], rateUnit: 'A' | 'W', voltageV: number): number {
  if (rateUnit === 'A') return floorToDeciampere(limitA);
  const [first, ...rest] = evses.map((evse) => limitA * outletWattsPerAmpere(evse, voltageV));
  return floorToWatt(Math.min(first ?? 0, ...rest));
}

/** A limit on the wire as A per phase on the grid side. Absent numberPhases means all phases of the supply. */
export function wireLimitA(
  limit: number,
  rateUnit: 'A' | 'W',
  evse: Evse,
  voltageV: number,
  numberPhases?: number,
): number {
  if (rateUnit === 'A') return limit;
  const share = numberPhases === undefined ? 1 : Math.min(1, numberPhases / evse.phases.length);
  return limit / (outletWattsPerAmpere(evse, voltageV) * share);
}
