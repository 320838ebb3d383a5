import type { InstalledProfile, ProfileEngine } from '../profileEngine.js';
import { RpcFailure } from '../rpc.js';
import type { TransactionId } from '../stationProfile.js';
import { type OfferedPeriod, type OfferedProfile, stationProfileOf, type Version2x } from './profile.js';

/** What a station of these versions is asked to take. */
export interface ProfileOffer {
  readonly version: Version2x;
  /** 0: the station as a whole. */
  readonly evseId: number;
  readonly profile: OfferedProfile;
  /** A profile inside a remote start is for the transaction that is about to begin. */
  readonly origin: 'set' | 'remoteStart';
  /** The one that runs on the EVSE. */
  readonly transaction: { readonly transactionId: TransactionId } | undefined;
  readonly externalConstraintsIdMax: number;
}

export type ProfileVerdict =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reasonCode: string; readonly rule: string };

interface Question extends ProfileOffer {
  readonly engine: ProfileEngine;
  /** Those that this one would not replace. */
  readonly others: readonly InstalledProfile[];
}

interface Rule {
  readonly rule: string;
  readonly reasonCode: string | ((question: Question) => string);
  readonly refuses: (question: Question) => boolean;
}

/** Judges, and keeps what is accepted: it replaces the one of the same id (K01.FR.05), and no other. */
export function offerProfile(engine: ProfileEngine, offer: ProfileOffer): ProfileVerdict {
  const verdict = judgeProfile(engine, offer);
  if (verdict.accepted && offer.origin === 'set') {
    engine.install({ evseId: offer.evseId, profile: stationProfileOf(offer.profile), source: 'CSO' });
  }
  return verdict;
}

function judgeProfile(engine: ProfileEngine, offer: ProfileOffer): ProfileVerdict {
  const others = engine.installed.filter(({ profile }) => profile.profileId !== offer.profile.profileId);
  const question = { ...offer, engine, others };
  const broken = RULES.find((one) => one.refuses(question));
  if (broken === undefined) return { accepted: true };
  const { rule, reasonCode } = broken;
  return { accepted: false, rule, reasonCode: typeof reasonCode === 'string' ? reasonCode : reasonCode(question) };
}

const setsTx = ({ profile, origin }: Question): boolean => profile.purpose === 'TxProfile' && origin === 'set';
const ofSchedules = (isWrong: (schedule: OfferedProfile['schedules'][number], question: Question) => boolean) =>
  ((question) => question.profile.schedules.some((schedule) => isWrong(schedule, question))) satisfies Rule['refuses'];
const ofPeriods = (isWrong: (period: OfferedPeriod, question: Question) => boolean) =>
  ofSchedules(({ periods }, question) => periods.some((period) => isWrong(period, question)));

/** In the order in which a station asks: is it known at all, is it for somebody, does it fit, does it clash. */
const RULES: readonly Rule[] = [
  {
    rule: 'K01.FR.28',
    reasonCode: 'UnknownEvse',
    refuses: ({ evseId, engine }) => evseId !== 0 && !engine.supplies.has(evseId),
  },
  {
    rule: 'K01.FR.120',
    reasonCode: 'UnsupportedPurpose',
    refuses: ({ profile: { purpose } }) => purpose === 'PriorityCharging' || purpose === 'LocalGeneration',
  },
  { rule: 'K01.FR.121', reasonCode: 'UnsupportedKind', refuses: ({ profile }) => profile.kind === 'Dynamic' },
  {
    rule: 'K01.FR.22',
    reasonCode: 'InvalidValue',
    refuses: ({ profile }) => profile.purpose === 'ChargingStationExternalConstraints',
  },
  {
    rule: 'K01.FR.05 an external constraint has this id',
    reasonCode: 'DuplicateProfile',
    refuses: ({ engine, profile }) =>
      engine.installed.some((other) => other.source !== 'CSO' && other.profile.profileId === profile.profileId),
  },
  {
    rule: 'K01.FR.81 ids up to MaxExternalConstraintsId are the station’s own',
    reasonCode: 'InvalidProfileId',
    refuses: ({ version, profile, externalConstraintsIdMax }) =>
      version === '2.1' && profile.profileId <= externalConstraintsIdMax,
  },
  {
    rule: 'K05.FR.02',
    reasonCode: 'InvalidValue',
    refuses: ({ origin, profile }) =>
      origin === 'remoteStart' && (profile.purpose !== 'TxProfile' || profile.transactionId !== undefined),
  },
  {
    rule: 'K04.FR.03',
    reasonCode: 'InvalidValue',
    refuses: ({ profile, evseId }) => profile.purpose === 'ChargingStationMaxProfile' && evseId !== 0,
  },
  {
    rule: 'K01.FR.38',
    reasonCode: 'InvalidProfile',
    refuses: ({ profile }) => profile.purpose === 'ChargingStationMaxProfile' && profile.kind === 'Relative',
  },
  { rule: 'K01.FR.16', reasonCode: 'InvalidValue', refuses: (of) => setsTx(of) && of.evseId === 0 },
  {
    rule: 'K01.FR.03',
    reasonCode: 'MissingParam',
    refuses: (of) => setsTx(of) && of.profile.transactionId === undefined,
  },
  {
    rule: 'K01.FR.09, K01.FR.33',
    reasonCode: 'TxNotFound',
    refuses: (of) => setsTx(of) && of.transaction?.transactionId !== of.profile.transactionId,
  },
  {
    rule: 'K01.FR.26',
    reasonCode: 'UnsupportedRateUnit',
    refuses: ofSchedules(({ rateUnit }, { engine }) => !engine.capabilities.rateUnits.includes(rateUnit)),
  },
  {
    rule: 'K01.FR.40',
    reasonCode: 'InvalidSchedule',
    refuses: ofSchedules(({ startMs }, { profile }) => profile.kind !== 'Relative' && startMs === undefined),
  },
  {
    rule: 'K01.FR.41',
    reasonCode: 'InvalidSchedule',
    refuses: ofSchedules(({ startMs }, { profile }) => profile.kind === 'Relative' && startMs !== undefined),
  },
  {
    rule: 'recurrencyKind of Recurring',
    reasonCode: 'InvalidProfile',
    refuses: ({ profile }) => profile.kind === 'Recurring' && profile.recurrency === undefined,
  },
  {
    rule: 'validTo after validFrom',
    reasonCode: 'InvalidProfile',
    refuses: ({ profile }) => validity(profile).fromMs >= validity(profile).toMs,
  },
  { rule: 'K01.FR.31', reasonCode: 'InvalidSchedule', refuses: ofSchedules(({ periods }) => !startsAtZero(periods)) },
  { rule: 'K01.FR.35', reasonCode: 'InvalidSchedule', refuses: ofSchedules(({ periods }) => !ascends(periods)) },
  {
    rule: 'ProfileStackLevel',
    reasonCode: 'InvalidStackLevel',
    refuses: ({ profile, engine }) => profile.stackLevel > engine.capabilities.stackLevelMax,
  },
  {
    rule: 'PeriodsPerSchedule',
    reasonCode: 'InvalidSchedule',
    refuses: ofSchedules(({ periods }, { engine }) => periods.length > engine.capabilities.periodsMax),
  },
  {
    rule: 'Entries[ChargingProfiles]',
    reasonCode: 'TooManyElements',
    refuses: ({ others, engine }) => others.length >= engine.capabilities.profilesMax,
  },
  {
    rule: 'K01.FR.39',
    reasonCode: 'InvalidStackLevel',
    refuses: (of) => setsTx(of) && of.others.some(({ profile }) => sameTransactionLevel(profile, of.profile)),
  },
  { rule: 'K01.FR.52, K01.FR.53', reasonCode: 'DuplicateProfile', refuses: clashesWithOtherDefaults },
  { rule: 'K01.FR.06', reasonCode: 'DuplicateProfile', refuses: overlaps },
  {
    rule: 'K01.FR.19',
    reasonCode: 'InvalidSchedule',
    refuses: ofPeriods(({ phaseToUse, numberPhases }) => phaseToUse !== undefined && numberPhases !== 1),
  },
  // ACPhaseSwitchingSupported is false.
  {
    rule: 'K01.FR.20',
    reasonCode: 'InvalidSchedule',
    refuses: ofPeriods(({ phaseToUse }) => phaseToUse !== undefined),
  },
  {
    rule: 'K01.FR.44',
    reasonCode: ({ version }) => (version === '2.1' ? 'NoPhaseForDC' : 'InvalidSchedule'),
    refuses: ofPeriods(
      ({ numberPhases, phaseToUse }, { engine, evseId }) =>
        engine.supplies.get(evseId)?.direct !== undefined && (numberPhases !== undefined || phaseToUse !== undefined),
    ),
  },
  {
    rule: 'K01.FR.45',
    reasonCode: 'InvalidSchedule',
    refuses: ofPeriods(({ numberPhases = 0 }, of) => numberPhases > terminalsMin(of)),
  },
  // What follows only 2.1 can ask for, and this station has none of it.
  {
    rule: 'K01.FR.122',
    reasonCode: 'InvalidProfile',
    refuses: ({ profile: { asReceived } }) =>
      asReceived.dynUpdateInterval !== undefined || asReceived.dynUpdateTime !== undefined,
  },
  {
    rule: 'K01.FR.123, 124, 125',
    reasonCode: 'InvalidSchedule',
    refuses: ofSchedules(
      ({ asReceived: { useLocalTime, randomizedDelay, limitAtSoC } }) =>
        useLocalTime === true || randomizedDelay !== undefined || limitAtSoC !== undefined,
    ),
  },
  {
    rule: 'K01.FR.126',
    reasonCode: 'InvalidSchedule',
    refuses: ofPeriods(({ asReceived }) => asReceived.evseSleep === true),
  },
  {
    rule: 'K01.FR.115',
    reasonCode: 'InvalidOperationMode',
    refuses: ofPeriods(({ asReceived: { operationMode = 'ChargingOnly' } }) => operationMode !== 'ChargingOnly'),
  },
  {
    rule: 'K01.FR.144: limits of single phases are for what a car said that it needs',
    reasonCode: 'PhaseConflict',
    refuses: ofPeriods(({ asReceived }) => asReceived.limit_L2 !== undefined || asReceived.limit_L3 !== undefined),
  },
  {
    rule: 'a limit, and nothing else, for ChargingOnly',
    reasonCode: 'InvalidSchedule',
    refuses: ofPeriods(
      ({ limit, asReceived }) =>
        limit === undefined || asReceived.setpoint !== undefined || asReceived.dischargeLimit !== undefined,
    ),
  },
];

/** K01.FR.29: a station without smart charging does not judge profiles at all. */
export function refuseWithoutSmartCharging(isEnabled: boolean): void {
  if (!isEnabled) throw new RpcFailure('NotSupported', 'smart charging is switched off');
}

const startsAtZero = (periods: readonly OfferedPeriod[]): boolean => periods[0]?.startPeriodS === 0;

const ascends = (periods: readonly OfferedPeriod[]): boolean =>
  periods.every((period, k) => k === 0 || period.startPeriodS > (periods[k - 1]?.startPeriodS ?? 0));

interface Validity {
  readonly validFromMs?: number;
  readonly validToMs?: number;
}

/** Half-open. */
const validity = ({ validFromMs, validToMs }: Validity): { readonly fromMs: number; readonly toMs: number } => ({
  fromMs: validFromMs ?? Number.NEGATIVE_INFINITY,
  toMs: validToMs ?? Number.POSITIVE_INFINITY,
});

interface Levelled {
  readonly purpose: string;
  readonly stackLevel: number;
  readonly transactionId?: TransactionId;
}

const sameTransactionLevel = (one: Levelled, other: Levelled): boolean =>
  one.purpose === 'TxProfile' &&
  one.stackLevel === other.stackLevel &&
  one.transactionId !== undefined &&
  one.transactionId === other.transactionId;

/** A default of the station and one of an EVSE on one level: nobody could say which holds. */
function clashesWithOtherDefaults({ profile, evseId, others }: Question): boolean {
  if (profile.purpose !== 'TxDefaultProfile') return false;
  return others.some(
    (other) =>
      other.profile.purpose === 'TxDefaultProfile' &&
      other.profile.stackLevel === profile.stackLevel &&
      (other.evseId === 0) !== (evseId === 0),
  );
}

function overlaps({ profile, evseId, others }: Question): boolean {
  if (profile.purpose === 'TxProfile') return false;
  const mine = validity(profile);
  return others.some((other) => {
    const same =
      other.evseId === evseId &&
      other.profile.purpose === profile.purpose &&
      other.profile.stackLevel === profile.stackLevel;
    const theirs = validity(other.profile);
    return same && theirs.fromMs < mine.toMs && mine.fromMs < theirs.toMs;
  });
}

/** Of the AC supplies that the profile is for; a DC outlet has none. */
function terminalsMin({ engine, evseId }: Question): number {
  const concerned = [...engine.supplies].filter(([id]) => evseId === 0 || evseId === id);
  return Math.min(
    3,
    ...concerned.filter(([, { direct }]) => direct === undefined).map(([, supply]) => supply.terminals),
  );
}
