import type {
  InstalledPeriod,
  InstalledProfile,
  OcppVersion,
  ProfilePurpose,
  ProfileTiming,
} from './installedProfile.js';
import { type ReadSchedule, readSchedule } from './readSchedule.js';
import { mostOf } from './upperBound.js';
import {
  countAt,
  instantAt,
  integerAt,
  isGiven,
  objectAt,
  type Place,
  textAt,
  UnreadableProfile,
} from './wireMembers.js';

const DAY_MS = 86_400_000;
const RECURRENCE_MS: ReadonlyMap<string, number> = new Map([
  ['Daily', DAY_MS],
  ['Weekly', 7 * DAY_MS],
]);
const UNLIMITED: InstalledPeriod = { startMs: 0, limit: 'unlimited' };

/** As each version's wire names them. */
const PURPOSES: Readonly<Record<OcppVersion, ReadonlyMap<string, ProfilePurpose>>> = {
  '1.6': new Map([
    ['ChargePointMaxProfile', 'ChargingStationMaxProfile'],
    ['TxDefaultProfile', 'TxDefaultProfile'],
    ['TxProfile', 'TxProfile'],
  ]),
  '2.0.1': named(['ChargingStationMaxProfile', 'ChargingStationExternalConstraints', 'TxDefaultProfile', 'TxProfile']),
  '2.1': named([
    'ChargingStationMaxProfile',
    'ChargingStationExternalConstraints',
    'TxDefaultProfile',
    'TxProfile',
    'PriorityCharging',
    'LocalGeneration',
  ]),
};

/** `profile` exactly as on the version's wire. Throws UnreadableProfile, naming the member. */
export function readProfile(version: OcppVersion, evseId: number, profile: unknown): InstalledProfile {
  const wire = objectAt(profile, '');
  const purpose = purposeOf(version, wire);
  const [schedule] = schedulesOf(version, wire).map((place) => readSchedule({ version, purpose }, place));
  if (schedule === undefined) throw new UnreadableProfile('/chargingSchedule', 'a schedule is needed');
  const { transactionId } = wire.of;
  return {
    evseId,
    profileId: integerAt(wire, version === '1.6' ? 'chargingProfileId' : 'id'),
    purpose,
    stackLevel: countAt(wire, 'stackLevel'),
    ...(isGiven(transactionId) ? { transactionId: transactionOf(transactionId) } : {}),
    validFromMs: instantAt(wire, 'validFrom') ?? Number.NEGATIVE_INFINITY,
    validToMs: instantAt(wire, 'validTo') ?? Number.POSITIVE_INFINITY,
    rateUnit: schedule.rateUnit,
    ...timed(version, wire, schedule),
  };
}

/** 1.6 has one schedule; from 2.0.1 on it is a list, of which all but the first are offers to an ISO 15118 car. */
function schedulesOf(version: OcppVersion, { of: { chargingSchedule } }: Place): Place[] {
  if (version === '1.6') return [objectAt(chargingSchedule, '/chargingSchedule')];
  if (!Array.isArray(chargingSchedule))
    throw new UnreadableProfile('/chargingSchedule', 'a list of schedules is needed');
  return chargingSchedule.map((schedule: unknown, index) => objectAt(schedule, `/chargingSchedule/${index}`));
}

type Timed = Pick<InstalledProfile, 'timing' | 'durationMs' | 'periods'>;

function timed(version: OcppVersion, wire: Place, schedule: ReadSchedule): Timed {
  const { startMs, durationMs, periods, useLocalTime } = schedule;
  const kind = textAt(wire, 'chargingProfileKind');
  switch (kind) {
    case 'Relative':
      return { timing: { kind: 'relative' }, durationMs, periods };
    case 'Dynamic':
      if (version === '2.1') return dynamic(wire, schedule);
      break;
    case 'Absolute':
      // Without a start, which K01.FR.40 forbids, stations count from the start of the transaction.
      if (startMs === undefined) return { timing: { kind: 'relative' }, durationMs, periods };
      if (useLocalTime) return onUnknownClock(UNLIMITED);
      return { timing: { kind: 'absolute', startMs }, durationMs, periods };
    case 'Recurring': {
      const timing = recurring(wire, schedule);
      if (useLocalTime) return onUnknownClock(durationMs >= timing.everyMs ? mostOf(periods) : UNLIMITED);
      // What lasts longer than it recurs is cut by its next start.
      return { timing, durationMs: Math.min(durationMs, timing.everyMs), periods };
    }
  }
  throw new UnreadableProfile('/chargingProfileKind', `"${kind}" is no kind of profile of OCPP ${version}`);
}

function recurring(
  wire: Place,
  { at, startMs: anchorMs }: ReadSchedule,
): Extract<ProfileTiming, { kind: 'recurring' }> {
  const everyMs = RECURRENCE_MS.get(textAt(wire, 'recurrencyKind'));
  if (everyMs === undefined) throw new UnreadableProfile('/recurrencyKind', 'Daily or Weekly is needed');
  if (anchorMs === undefined) throw new UnreadableProfile(`${at}/startSchedule`, 'what recurs needs a start');
  return { kind: 'recurring', anchorMs, everyMs };
}

/** Its duration counts from the last update, not from its start (OCPP 2.1 K28.FR.13). */
function dynamic(wire: Place, { startMs, durationMs, periods }: ReadSchedule): Timed {
  const updatedMs = instantAt(wire, 'dynUpdateTime') ?? startMs;
  const fromMs = startMs ?? updatedMs;
  if (updatedMs === undefined || fromMs === undefined) return { timing: { kind: 'asked' }, durationMs, periods };
  return { timing: { kind: 'absolute', startMs: fromMs }, durationMs: updatedMs + durationMs - fromMs, periods };
}

/**
 * useLocalTime (OCPP 2.1): the start is on the station's own clock, whose zone is not known here. Of what recurs without a pause the
 * most that it ever allows counts. Anything else may say nothing at any time, so that no limit of it can be relied on.
 */
function onUnknownClock(period: InstalledPeriod): Timed {
  return { timing: { kind: 'asked' }, durationMs: Number.POSITIVE_INFINITY, periods: [period] };
}

function purposeOf(version: OcppVersion, wire: Place): ProfilePurpose {
  const purpose = textAt(wire, 'chargingProfilePurpose');
  const known = PURPOSES[version].get(purpose);
  if (known === undefined)
    throw new UnreadableProfile('/chargingProfilePurpose', `"${purpose}" is no purpose of OCPP ${version}`);
  return known;
}

function named(purposes: readonly ProfilePurpose[]): ReadonlyMap<string, ProfilePurpose> {
  return new Map(purposes.map((purpose) => [purpose, purpose]));
}

/** A number in 1.6, a text from 2.0.1 on: compared as text. */
function transactionOf(transactionId: unknown): string {
  if (typeof transactionId === 'string' || typeof transactionId === 'number') return String(transactionId);
  throw new UnreadableProfile('/transactionId', 'a text or a number is needed');
}
