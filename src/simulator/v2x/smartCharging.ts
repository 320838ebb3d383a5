import type { CommandAnswer } from '../commandTarget.js';
import { optionalInteger, optionalOneOf, requiredInteger, requiredObject } from '../fields.js';
import type { InstalledProfile } from '../profileEngine.js';
import { type JsonObject, RpcFailure } from '../rpc.js';
import { type Around, type Command, rejected, status } from './answers.js';
import { PURPOSES, parseProfile, wireProfile } from './profile.js';
import { offerProfile, refuseWithoutSmartCharging } from './profileRules.js';

/** Beyond a month a station would not compute it. */
const COMPOSITE_DURATION_MAX_S = 31 * 86_400;
/** Of a ReportChargingProfiles. */
const PROFILES_PER_REPORT = 4;

/** Functional block K: everything about limits. */
export const SMART_CHARGING_COMMANDS: readonly [string, Command][] = [
  ['SetChargingProfile', setChargingProfile],
  ['ClearChargingProfile', clearChargingProfile],
  ['GetChargingProfiles', getChargingProfiles],
  ['GetCompositeSchedule', getCompositeSchedule],
];

function setChargingProfile(around: Around, payload: JsonObject): CommandAnswer {
  const { station, version, externalConstraintsIdMax } = around;
  refuseWithoutSmartCharging(around.settings.hasSmartCharging);
  const evseId = requiredInteger(payload, 'evseId');
  const profile = parseProfile(requiredObject(payload, 'chargingProfile'), version);
  const transaction = station.evses.get(evseId)?.transaction;
  const offer = { version, evseId, profile, origin: 'set', transaction, externalConstraintsIdMax } as const;
  const verdict = offerProfile(station.profiles, offer);
  if (!verdict.accepted) return rejected(verdict.reasonCode, verdict.rule);
  station.limitsChanged();
  return status('Accepted');
}

/** An id stands alone; without one, every criterion given must match (K10). External constraints are not the CSMS's to clear. */
function clearChargingProfile({ station, settings }: Around, payload: JsonObject): CommandAnswer {
  refuseWithoutSmartCharging(settings.hasSmartCharging);
  const profileId = optionalInteger(payload, 'chargingProfileId');
  const criteria =
    payload.chargingProfileCriteria === undefined ? {} : requiredObject(payload, 'chargingProfileCriteria');
  const evseId = optionalInteger(criteria, 'evseId');
  const purpose = optionalOneOf(criteria, 'chargingProfilePurpose', PURPOSES);
  const stackLevel = optionalInteger(criteria, 'stackLevel');
  const cleared = station.profiles.remove((entry) => {
    if (entry.source !== 'CSO') return false;
    if (profileId !== undefined) return entry.profile.profileId === profileId;
    return (
      (evseId === undefined || evseId === entry.evseId) &&
      (purpose === undefined || purpose === entry.profile.purpose) &&
      (stackLevel === undefined || stackLevel === entry.profile.stackLevel)
    );
  });
  if (cleared) station.limitsChanged();
  return status(cleared ? 'Accepted' : 'Unknown');
}

function getChargingProfiles({ station, settings }: Around, payload: JsonObject): CommandAnswer {
  refuseWithoutSmartCharging(settings.hasSmartCharging);
  const requestId = requiredInteger(payload, 'requestId');
  const evseId = optionalInteger(payload, 'evseId');
  const criteria = requiredObject(payload, 'chargingProfile');
  const purpose = optionalOneOf(criteria, 'chargingProfilePurpose', PURPOSES);
  const stackLevel = optionalInteger(criteria, 'stackLevel');
  const ids = optionalList(criteria, 'chargingProfileId');
  const sources = optionalList(criteria, 'chargingLimitSource');
  const found = station.profiles.installed.filter(
    (entry) =>
      (evseId === undefined || evseId === entry.evseId) &&
      (purpose === undefined || purpose === entry.profile.purpose) &&
      (stackLevel === undefined || stackLevel === entry.profile.stackLevel) &&
      (ids === undefined || ids.includes(entry.profile.profileId)) &&
      (sources === undefined || sources.includes(entry.source)),
  );
  if (found.length === 0) return status('NoProfiles');
  const reports = reportsOf(found);
  return status('Accepted', () => {
    reports.forEach((report, k) => {
      const tbc = k < reports.length - 1;
      station.send({ action: 'ReportChargingProfiles', payload: { requestId, ...report, ...(tbc ? { tbc } : {}) } });
    });
  });
}

/** A report is of one EVSE and one source, and not too long. */
function reportsOf(entries: readonly InstalledProfile[]): readonly JsonObject[] {
  const groups = new Map<string, InstalledProfile[]>();
  for (const entry of entries) {
    const key = `${entry.evseId} ${entry.source}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].flatMap((group) =>
    chunks(group, PROFILES_PER_REPORT).map((some) => ({
      evseId: some[0]?.evseId ?? 0,
      chargingLimitSource: some[0]?.source ?? 'CSO',
      chargingProfile: some.map(({ profile }) => wireProfile(profile)),
    })),
  );
}

export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, k) => list.slice(k * size, (k + 1) * size));
}

function optionalList(payload: JsonObject, name: string): readonly unknown[] | undefined {
  const value: unknown = payload[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new RpcFailure('TypeConstraintViolation', `${name} must be an array`);
  return value;
}

function getCompositeSchedule({ station, settings }: Around, payload: JsonObject): CommandAnswer {
  refuseWithoutSmartCharging(settings.hasSmartCharging);
  const { profiles } = station;
  const evseId = requiredInteger(payload, 'evseId');
  const durationS = requiredInteger(payload, 'duration');
  const { rateUnits } = profiles.capabilities;
  const rateUnit = optionalOneOf(payload, 'chargingRateUnit', ['A', 'W'] as const) ?? rateUnits[0] ?? 'A';
  if (evseId !== 0 && !station.evses.has(evseId)) return rejected('UnknownEvse');
  if (!rateUnits.includes(rateUnit)) return rejected('UnsupportedRateUnit');
  if (durationS <= 0 || durationS > COMPOSITE_DURATION_MAX_S) return rejected('ValueOutOfRange');
  const startMs = station.nowMs();
  const supply = profiles.supplies.get(evseId);
  // Of the station as a whole, and of direct current, there are no phases to name.
  const phases = supply === undefined || supply.direct !== undefined ? {} : { numberPhases: supply.terminals };
  return {
    payload: {
      status: 'Accepted',
      schedule: {
        evseId,
        duration: durationS,
        scheduleStart: new Date(startMs).toISOString(),
        chargingRateUnit: rateUnit,
        chargingSchedulePeriod: profiles
          .composite({ evseId, startMs, durationS, rateUnit })
          .map(({ startPeriodS, limit }) => ({ startPeriod: startPeriodS, limit, ...phases })),
      },
    },
  };
}
