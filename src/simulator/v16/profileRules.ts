import type { InstalledProfile, ProfileEngine } from '../profileEngine.js';
import { RpcFailure } from '../rpc.js';
import type { ProfileCapabilities, ProfilePurpose, StationProfile, TransactionId } from '../stationProfile.js';

export interface ProfileRequest {
  readonly connectorId: number;
  readonly profile: StationProfile;
  /** A profile inside a remote start is for the transaction that is about to begin. */
  readonly origin: 'set' | 'remoteStart';
  /** Of the transaction that runs on the connector; 'unidentified' while its start has no answer. */
  readonly transaction: { readonly transactionId: TransactionId } | undefined;
}

export type ProfileVerdict = { readonly accepted: true } | { readonly accepted: false; readonly rule: string };

const ACCEPTED: ProfileVerdict = { accepted: true };
const refused = (rule: string): ProfileVerdict => ({ accepted: false, rule });

/** Judges, and keeps what is accepted: it replaces the one of the same id, and the one of the same purpose, level and connector. */
export function offerProfile(engine: ProfileEngine, request: ProfileRequest): ProfileVerdict {
  const { connectorId, profile, origin } = request;
  const isReplaced = (other: InstalledProfile): boolean =>
    other.evseId === connectorId &&
    other.profile.purpose === profile.purpose &&
    other.profile.stackLevel === profile.stackLevel;
  const verdict = judgeProfile(request, engine, isReplaced);
  if (verdict.accepted && origin === 'set') {
    engine.install({ evseId: connectorId, profile, source: 'CSO' }, isReplaced);
  }
  return verdict;
}

interface ClearCriteria {
  readonly profileId?: number | undefined;
  readonly connectorId?: number | undefined;
  readonly purpose?: ProfilePurpose | undefined;
  readonly stackLevel?: number | undefined;
}

/** An id stands alone; without one, every criterion given must match (OCPP 1.6, 5.5). True when anything went. */
export function clearProfiles(engine: ProfileEngine, criteria: ClearCriteria): boolean {
  const { profileId, connectorId, purpose, stackLevel } = criteria;
  return engine.remove(({ evseId, profile, source }) => {
    if (source !== 'CSO') return false;
    if (profileId !== undefined) return profile.profileId === profileId;
    return (
      (connectorId === undefined || connectorId === evseId) &&
      (purpose === undefined || purpose === profile.purpose) &&
      (stackLevel === undefined || stackLevel === profile.stackLevel)
    );
  });
}

/** Whether a careful OCPP 1.6 station takes a profile. Throws RpcFailure where the answer is a CALLERROR. */
function judgeProfile(
  request: ProfileRequest,
  { capabilities, supplies, installed }: ProfileEngine,
  isReplaced: (other: InstalledProfile) => boolean,
): ProfileVerdict {
  const { connectorId, profile } = request;
  if (connectorId !== 0 && !supplies.has(connectorId)) {
    throw new RpcFailure('PropertyConstraintViolation', `there is no connector ${connectorId}`);
  }
  if (profile.stackLevel > capabilities.stackLevelMax) return refused('stack level too high');
  if (!capabilities.rateUnits.includes(profile.rateUnit)) return refused(`rate unit ${profile.rateUnit} not supported`);
  const others = installed.filter((other) => other.profile.profileId !== profile.profileId && !isReplaced(other));
  if (others.length >= capabilities.profilesMax) return refused('too many profiles');
  const shape = judgeShape(profile, capabilities);
  return shape.accepted ? judgePurpose(request) : shape;
}

function judgeShape(profile: StationProfile, capabilities: ProfileCapabilities): ProfileVerdict {
  const { periods } = profile;
  if (periods.length === 0) return refused('no periods');
  if (periods.length > capabilities.periodsMax) return refused('too many periods');
  // OCPP 2.0.1 K01.FR.31 and FR.35, which 1.6 implies.
  if (periods[0]?.startPeriodS !== 0) return refused('the first period must start at 0');
  const ascending = periods.every((period, k) => k === 0 || period.startPeriodS > (periods[k - 1]?.startPeriodS ?? 0));
  if (!ascending) return refused('periods must ascend');
  if (profile.kind !== 'Relative' && profile.startMs === undefined)
    return refused(`${profile.kind} needs startSchedule`);
  if (profile.kind === 'Recurring' && profile.recurrency === undefined)
    return refused('Recurring needs recurrencyKind');
  if (
    profile.validFromMs !== undefined &&
    profile.validToMs !== undefined &&
    profile.validToMs <= profile.validFromMs
  ) {
    return refused('validTo must be after validFrom');
  }
  return ACCEPTED;
}

function judgePurpose({ connectorId, profile, origin, transaction }: ProfileRequest): ProfileVerdict {
  if (origin === 'remoteStart') {
    if (profile.purpose !== 'TxProfile') return refused('a remote start takes a TxProfile only');
    return profile.transactionId === undefined ? ACCEPTED : refused('the transaction has no id yet');
  }
  switch (profile.purpose) {
    case 'ChargingStationExternalConstraints':
      return refused('1.6 has no such purpose');
    case 'ChargingStationMaxProfile':
      if (connectorId !== 0) return refused('ChargePointMaxProfile is for connector 0');
      return profile.kind === 'Relative' ? refused('ChargePointMaxProfile must not be Relative') : ACCEPTED;
    case 'TxDefaultProfile':
      return ACCEPTED;
    case 'TxProfile':
      if (connectorId === 0) return refused('TxProfile needs a connector');
      if (transaction === undefined) return refused('no transaction runs');
      if (profile.transactionId === undefined || profile.transactionId === transaction.transactionId) return ACCEPTED;
      return refused('another transaction runs');
  }
}
