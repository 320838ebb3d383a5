import type { InstalledPeriod, OcppVersion, ProfilePurpose, RateUnit } from './installedProfile.js';
import { delayedPeriods } from './upperBound.js';
import {
  countAt,
  instantAt,
  isGiven,
  numberAt,
  objectAt,
  type Place,
  textAt,
  UnreadableProfile,
} from './wireMembers.js';

export interface ReadSchedule {
  /** The JSON pointer to it. */
  readonly at: string;
  readonly startMs: number | undefined;
  /** Infinity: the last period holds on. */
  readonly durationMs: number;
  readonly rateUnit: RateUnit;
  readonly periods: readonly InstalledPeriod[];
  /** 2.1: its start is on the station's own clock, in a zone that is not known here. */
  readonly useLocalTime: boolean;
}

/** What a station may have at most, and more than any has. */
const PERIODS_MAX = 10_000;
const PHASES_MAX = 3;
/** What the field writes to say that there is no limit, in either unit. */
const EXPLICITLY_UNLIMITED = 999_999;

interface Dialect {
  readonly version: OcppVersion;
  readonly purpose: ProfilePurpose;
}

export function readSchedule(dialect: Dialect, schedule: Place): ReadSchedule {
  const { version } = dialect;
  const rateUnit = rateUnitAt(schedule);
  const periods = periodsOf(dialect, schedule, rateUnit);
  const delayS = version === '2.1' && isGiven(schedule.of.randomizedDelay) ? countAt(schedule, 'randomizedDelay') : 0;
  return {
    at: schedule.at,
    startMs: instantAt(schedule, 'startSchedule'),
    durationMs: isGiven(schedule.of.duration) ? countAt(schedule, 'duration') * 1000 : Number.POSITIVE_INFINITY,
    rateUnit,
    periods: delayS === 0 ? periods : delayedPeriods(periods, delayS * 1000),
    useLocalTime: version === '2.1' && schedule.of.useLocalTime === true,
  };
}

function rateUnitAt(schedule: Place): RateUnit {
  const unit = textAt(schedule, 'chargingRateUnit');
  if (unit === 'A' || unit === 'W') return unit;
  throw new UnreadableProfile(`${schedule.at}/chargingRateUnit`, 'A or W is needed');
}

function periodsOf(dialect: Dialect, schedule: Place, rateUnit: RateUnit): InstalledPeriod[] {
  const list = schedule.of.chargingSchedulePeriod;
  const where = `${schedule.at}/chargingSchedulePeriod`;
  if (!Array.isArray(list) || list.length === 0 || list.length > PERIODS_MAX)
    throw new UnreadableProfile(where, `1 to ${PERIODS_MAX} periods are needed`);
  const periods = list.map((period: unknown, index) =>
    readPeriod(dialect, objectAt(period, `${where}/${index}`), rateUnit),
  );
  periods.forEach(({ startMs }, index) => {
    const before = periods[index - 1];
    // K01.FR.31, K01.FR.35: else it is anybody's guess which period holds.
    if (before === undefined ? startMs !== 0 : startMs <= before.startMs)
      throw new UnreadableProfile(`${where}/${index}/startPeriod`, 'the first must be 0, and the others ascend');
  });
  return periods;
}

function readPeriod(dialect: Dialect, period: Place, rateUnit: RateUnit): InstalledPeriod {
  return {
    startMs: countAt(period, 'startPeriod') * 1000,
    limit: limitOf(dialect, period, rateUnit),
    ...(isGiven(period.of.numberPhases) ? { numberPhases: phasesAt(period) } : {}),
  };
}

function phasesAt(period: Place): number {
  const phases = countAt(period, 'numberPhases');
  if (phases >= 1 && phases <= PHASES_MAX) return phases;
  throw new UnreadableProfile(`${period.at}/numberPhases`, `1 to ${PHASES_MAX} is needed`);
}

function limitOf({ version, purpose }: Dialect, period: Place, rateUnit: RateUnit): number | 'unlimited' {
  if (version === '2.1' && !isGiven(period.of.limit)) {
    // The operation mode says something else than a limit. To generation of an amount that nobody names nothing is added.
    return purpose === 'LocalGeneration' ? 0 : 'unlimited';
  }
  const limit = numberAt(period, 'limit');
  if (limit === EXPLICITLY_UNLIMITED) return 'unlimited';
  if (version !== '2.1') return limit;
  const others = ['limit_L2', 'limit_L3']
    .filter((member) => isGiven(period.of[member]))
    .map((member) => numberAt(period, member));
  // `limit` is then that of L1. Of amperes the most that any phase may take, of watts what all may take together.
  return rateUnit === 'A' ? Math.max(limit, ...others) : others.reduce((sum, other) => sum + other, limit);
}
