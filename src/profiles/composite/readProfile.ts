import type {
  InstalledPeriod,
  InstalledProfile,
  OcppVersion,
  ProfilePurpose,
  ProfileTiming,
  RateUnit,
} from './installedProfile.js';

const RECURRENCE_MS: Readonly<Record<string, number>> = { Daily: 86_400_000, Weekly: 7 * 86_400_000 };
/** What a station may have at most, and more than any has. */
const PERIODS_MAX = 10_000;

/** A profile that can't be calculated with: it lacks what gives it a meaning. */
export class UnreadableProfile extends Error {
  override readonly name = 'UnreadableProfile';
  readonly code = 'UNREADABLE_PROFILE';
  /** A JSON pointer into the profile. */
  readonly field: string;

  constructor(field: string, reason: string) {
    super(`${field}: ${reason}`);
    this.field = field;
  }
}

type Wire = Readonly<Record<string, unknown>>;

/** `profile` exactly as on the version's wire. Throws UnreadableProfile, naming the member. */
export function readProfile(version: OcppVersion, evseId: number, profile: unknown): InstalledProfile {
  const wire = objectAt(profile, '');
  const { schedule, at } = scheduleOf(version, wire);
  const kind = textAt(wire, 'chargingProfileKind', '');
  const timing = timingOf(wire, schedule, { kind, at });
  const { transactionId } = wire;
  const durationMs = secondsAt(schedule, 'duration', at) ?? Number.POSITIVE_INFINITY;
  return {
    evseId,
    profileId: numberAt(wire, version === '1.6' ? 'chargingProfileId' : 'id', ''),
    purpose: purposeOf(textAt(wire, 'chargingProfilePurpose', '')),
    stackLevel: numberAt(wire, 'stackLevel', ''),
    ...(transactionId === undefined || transactionId === null ? {} : { transactionId: String(transactionId) }),
    validFromMs: instantAt(wire, 'validFrom', '') ?? Number.NEGATIVE_INFINITY,
    validToMs: instantAt(wire, 'validTo', '') ?? Number.POSITIVE_INFINITY,
    timing,
    // What lasts longer than it recurs is cut by its next start.
    durationMs: timing.kind === 'recurring' ? Math.min(durationMs, timing.everyMs) : durationMs,
    rateUnit: rateUnitOf(textAt(schedule, 'chargingRateUnit', at), at),
    periods: periodsOf(schedule, at),
  };
}

/** 1.6 has one schedule; from 2.0.1 on it is a list, of which all but the first are offers to an ISO 15118 car. */
function scheduleOf(version: OcppVersion, wire: Wire): { readonly schedule: Wire; readonly at: string } {
  const { chargingSchedule } = wire;
  if (version === '1.6') return { schedule: objectAt(chargingSchedule, '/chargingSchedule'), at: '/chargingSchedule' };
  if (!Array.isArray(chargingSchedule))
    throw new UnreadableProfile('/chargingSchedule', 'a list of schedules is needed');
  return { schedule: objectAt(chargingSchedule[0], '/chargingSchedule/0'), at: '/chargingSchedule/0' };
}

function timingOf(
  wire: Wire,
  schedule: Wire,
  { kind, at }: { readonly kind: string; readonly at: string },
): ProfileTiming {
  const startMs = instantAt(schedule, 'startSchedule', at);
  switch (kind) {
    case 'Relative':
      return { kind: 'relative' };
    case 'Dynamic':
      return { kind: 'absolute', startMs: startMs ?? instantAt(wire, 'dynUpdateTime', '') ?? 'unknown' };
    case 'Absolute':
      // Without a start, which K01.FR.40 forbids, stations count from the start of the transaction.
      return startMs === undefined ? { kind: 'relative' } : { kind: 'absolute', startMs };
    case 'Recurring': {
      const everyMs = RECURRENCE_MS[textAt(wire, 'recurrencyKind', '')];
      if (everyMs === undefined) throw new UnreadableProfile('/recurrencyKind', 'Daily or Weekly is needed');
      if (startMs === undefined) throw new UnreadableProfile(`${at}/startSchedule`, 'what recurs needs a start');
      return { kind: 'recurring', anchorMs: startMs, everyMs };
    }
    default:
      throw new UnreadableProfile('/chargingProfileKind', `"${kind}" is no kind of profile`);
  }
}

const PURPOSES: Readonly<Record<string, ProfilePurpose>> = {
  ChargePointMaxProfile: 'ChargingStationMaxProfile',
  ChargingStationMaxProfile: 'ChargingStationMaxProfile',
  ChargingStationExternalConstraints: 'ChargingStationExternalConstraints',
  TxDefaultProfile: 'TxDefaultProfile',
  TxProfile: 'TxProfile',
  PriorityCharging: 'PriorityCharging',
  LocalGeneration: 'LocalGeneration',
};

function purposeOf(purpose: string): ProfilePurpose {
  const known = Object.hasOwn(PURPOSES, purpose) ? PURPOSES[purpose] : undefined;
  if (known === undefined) throw new UnreadableProfile('/chargingProfilePurpose', `"${purpose}" is no purpose`);
  return known;
}

function rateUnitOf(unit: string, at: string): RateUnit {
  if (unit === 'A' || unit === 'W') return unit;
  throw new UnreadableProfile(`${at}/chargingRateUnit`, 'A or W is needed');
}

function periodsOf(schedule: Wire, at: string): InstalledPeriod[] {
  const periods = schedule.chargingSchedulePeriod;
  if (!Array.isArray(periods) || periods.length === 0 || periods.length > PERIODS_MAX) {
    throw new UnreadableProfile(`${at}/chargingSchedulePeriod`, `1 to ${PERIODS_MAX} periods are needed`);
  }
  return periods.map((period: unknown, index): InstalledPeriod => {
    const where = `${at}/chargingSchedulePeriod/${index}`;
    const wire = objectAt(period, where);
    const { limit, numberPhases } = wire;
    return {
      startMs: numberAt(wire, 'startPeriod', where) * 1000,
      limit: limit === undefined || limit === null ? 'unlimited' : numberAt(wire, 'limit', where),
      ...(numberPhases === undefined || numberPhases === null
        ? {}
        : { numberPhases: numberAt(wire, 'numberPhases', where) }),
    };
  });
}

function objectAt(value: unknown, at: string): Wire {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Wire;
  throw new UnreadableProfile(at === '' ? '/' : at, 'an object is needed');
}

function textAt(wire: Wire, member: string, at: string): string {
  const value = wire[member];
  if (typeof value === 'string') return value;
  throw new UnreadableProfile(`${at}/${member}`, 'a text is needed');
}

function numberAt(wire: Wire, member: string, at: string): number {
  const value = wire[member];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new UnreadableProfile(`${at}/${member}`, 'a finite number is needed');
}

function secondsAt(wire: Wire, member: string, at: string): number | undefined {
  return wire[member] === undefined || wire[member] === null ? undefined : numberAt(wire, member, at) * 1000;
}

function instantAt(wire: Wire, member: string, at: string): number | undefined {
  const value = wire[member];
  if (value === undefined || value === null) return undefined;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw new UnreadableProfile(`${at}/${member}`, 'an ISO 8601 instant is needed');
  return ms;
}
