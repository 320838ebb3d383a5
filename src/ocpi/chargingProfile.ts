import type { ChargingProfile, ChargingSchedule } from '../site/chargingProfile.js';
import { floorToDeciampere, outletWattsPerAmpere } from '../site/electricity.js';
import type { Evse } from '../site/model.js';
import { asList, asObject, type Document, isoTime, optionalNumber, timeOf } from './reading.js';

// OCPI's ChargingProfile is one schedule, of one session. It has no purpose, no stack level, no phases: what it can't carry is said in
// docs/ocpi.md.

export interface AfterEnd {
  readonly evse: Evse;
  /** What the station falls to where nothing else is said, A per phase on the grid side. */
  readonly failsafeA: number;
  readonly voltageV: number;
}

/**
 * A profile as a peer is sent it: W of all phases together, A per phase, one decimal, rounded down. It ends in an open period at the
 * failsafe's level: without one its last limit would stay, and after a mere end the station's own default comes back, which nobody
 * here knows.
 */
export function writeProfile({ schedule }: ChargingProfile, after: AfterEnd): Document {
  const { startMs, durationS, rateUnit, periods } = schedule;
  const within = periods.filter(({ startPeriodS }) => durationS === undefined || startPeriodS < durationS);
  const written = within.map(({ startPeriodS, limit }) => ({
    start_period: startPeriodS,
    limit: floorToDeciampere(limit),
  }));
  const last = written.at(-1);
  const failsafe = failsafeLimit(rateUnit, after);
  const needsEnd = durationS !== undefined && last?.limit !== failsafe;
  return {
    ...(startMs === undefined ? {} : { start_date_time: isoTime(startMs) }),
    charging_rate_unit: rateUnit,
    charging_profile_period: needsEnd ? [...written, { start_period: durationS, limit: failsafe }] : written,
  };
}

function failsafeLimit(rateUnit: 'A' | 'W', { evse, failsafeA, voltageV }: AfterEnd): number {
  return floorToDeciampere(rateUnit === 'A' ? failsafeA : failsafeA * outletWattsPerAmpere(evse, voltageV));
}

/** Whether a station's own default, which nobody can change from here, is within what a profile allows at any time. */
export function keepsTo({ schedule }: ChargingProfile, after: AfterEnd): boolean {
  const limit = failsafeLimit(schedule.rateUnit, after);
  return schedule.periods.length > 0 && schedule.periods.every((period) => period.limit >= limit);
}

export interface ActiveProfile {
  readonly startMs: number;
  readonly schedule: ChargingSchedule;
}

const PERIODS_MAX = 1_000;

/** Undefined: nothing that can be calculated with. */
export function readActiveProfile(value: unknown): ActiveProfile | undefined {
  const document = asObject(value);
  const profile = asObject(document?.charging_profile);
  const startMs = timeOf(document?.start_date_time) ?? timeOf(profile?.start_date_time);
  const rateUnit = profile?.charging_rate_unit;
  if (profile === undefined || startMs === undefined || (rateUnit !== 'A' && rateUnit !== 'W')) return undefined;
  const list = asList(profile.charging_profile_period);
  if (list.length === 0 || list.length > PERIODS_MAX) return undefined;
  const periods = list.flatMap((one) => {
    const period = asObject(one);
    const { start_period: startPeriodS, limit } = period ?? {};
    return isAmount(startPeriodS) && isAmount(limit) ? [{ startPeriodS, limit }] : [];
  });
  const isOrdered = periods.every(({ startPeriodS }, index) => {
    const before = periods[index - 1];
    return before === undefined ? startPeriodS === 0 : startPeriodS > before.startPeriodS;
  });
  if (periods.length < list.length || !isOrdered) return undefined;
  const durationS = optionalNumber(profile, 'duration');
  return {
    startMs,
    schedule: { startMs, rateUnit, periods, ...(durationS === undefined ? {} : { durationS }) },
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

/** What a peer says at once of a request. Words that nobody knows mean that nothing is known. */
export interface ProfileAck {
  readonly result: 'ACCEPTED' | 'NOT_SUPPORTED' | 'REJECTED' | 'TOO_OFTEN' | 'UNKNOWN_SESSION' | 'UNKNOWN';
  /** How long the peer means to take for the result. */
  readonly timeoutS: number;
}

const ACKS: readonly string[] = ['ACCEPTED', 'NOT_SUPPORTED', 'REJECTED', 'TOO_OFTEN', 'UNKNOWN_SESSION'];
const TIMEOUT_DEFAULT_S = 30;

export function readAck(value: unknown): ProfileAck {
  const { result, timeout } = asObject(value) ?? {};
  return {
    result: typeof result === 'string' && ACKS.includes(result) ? (result as ProfileAck['result']) : 'UNKNOWN',
    timeoutS: isAmount(timeout) ? timeout : TIMEOUT_DEFAULT_S,
  };
}

/** What a peer says later. */
export interface ProfileResult {
  readonly result: 'ACCEPTED' | 'REJECTED' | 'UNKNOWN';
  readonly profile?: ActiveProfile;
}

export function readResult(value: unknown): ProfileResult {
  const { result, profile } = asObject(value) ?? {};
  const active = readActiveProfile(profile);
  return {
    result: result === 'ACCEPTED' || result === 'REJECTED' ? result : 'UNKNOWN',
    ...(active === undefined ? {} : { profile: active }),
  };
}
