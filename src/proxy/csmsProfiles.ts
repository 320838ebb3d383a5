import type { JsonObject } from '../ocpp/frame.js';
import { type CompositeSchedule, compositeSchedule } from '../profiles/index.js';
import type { TransactionId } from '../site/chargingProfile.js';
import type { OcppVersion } from '../site/stationMessages.js';

// The profiles that a CSMS believes its station to hold. The station holds ours, lowered to what these allow.

export interface CsmsProfile {
  /** 0: the whole station, or, of defaults, each of its EVSEs. */
  readonly evseId: number;
  /** As on the wire of this version. */
  readonly profile: JsonObject;
  /** Under which id the station holds it too: a maximum, or what went there before anything of ours did. Absent: it does not. */
  readonly stationProfileId?: number;
  /** Of a start that was asked for and has not begun. */
  readonly awaitsStartSinceMs?: number;
  /** The CSMS has put another in its place, which the station is not known to have taken: this one may be there still. */
  readonly isReplaced?: true;
}

export type CsmsProfiles = readonly CsmsProfile[];

/** As many as a large station holds. Beyond, the CSMS is told that there is no room. */
export const CSMS_PROFILES_MAX = 100;

/** A start that does not come within this is none that was asked for. */
const START_AWAITED_MS = 600_000;

export interface RunningTransaction {
  readonly evseId: number;
  readonly startMs: number;
  readonly transactionId: TransactionId;
}

export function profileIdOf(profile: JsonObject): unknown {
  return profile.chargingProfileId ?? profile.id;
}

export function purposeOf(profile: JsonObject): unknown {
  return profile.chargingProfilePurpose;
}

/** One for the whole station, which lowers whatever else it holds. */
export function isMaximum(profile: JsonObject): boolean {
  const purpose = purposeOf(profile);
  return purpose === 'ChargingStationMaxProfile' || purpose === 'ChargePointMaxProfile';
}

/** As a station would hold them afterwards: the same id replaces; in 1.6 also the same level and purpose on the same connector. */
function withProfile(known: CsmsProfiles, news: CsmsProfile, version: OcppVersion): CsmsProfiles {
  const isReplaced = ({ evseId, profile }: CsmsProfile) =>
    profileIdOf(profile) === profileIdOf(news.profile) ||
    (version === '1.6' &&
      evseId === news.evseId &&
      profile.stackLevel === news.profile.stackLevel &&
      purposeOf(profile) === purposeOf(news.profile));
  return [...known.filter((one) => !isReplaced(one)), news];
}

/**
 * As with `withProfile`, where it is not known what the station holds afterwards: of what is replaced, that which lies there directly is
 * kept until it is known to be gone. Maxima are not, for they only lower.
 */
export function withUnsureProfile(known: CsmsProfiles, news: CsmsProfile, version: OcppVersion): CsmsProfiles {
  const after = withProfile(known, news, version);
  const isSeenTo = (one: CsmsProfile) =>
    one.stationProfileId === undefined ||
    isMaximum(one.profile) ||
    // Whichever is there is cleared by the one id.
    (one.stationProfileId === news.stationProfileId && news.awaitsStartSinceMs === undefined);
  const replaced = known.filter((one) => !after.includes(one) && !isSeenTo(one));
  return [...replaced.map((one): CsmsProfile => ({ ...one, isReplaced: true })), ...after];
}

/** Nothing of the transaction's is left once it has ended (OCPP 2.0.1 K02.FR.05). */
export function afterTransaction(known: CsmsProfiles, evseId: number): CsmsProfiles {
  const isOver = (one: CsmsProfile) => one.evseId === evseId && purposeOf(one.profile) === 'TxProfile';
  return known.some(isOver) ? known.filter((one) => !isOver(one)) : known;
}

/** It was asked to start, and may still: its profile is not at the station yet, and may be at any moment. */
export function isAwaited({ awaitsStartSinceMs }: CsmsProfile, nowMs: number): boolean {
  return awaitsStartSinceMs !== undefined && awaitsStartSinceMs >= nowMs - START_AWAITED_MS;
}

/** What came with the request to start becomes the transaction's; what belongs to one that never came goes. */
export function atTransactionStart(known: CsmsProfiles, transaction: RunningTransaction, nowMs: number): CsmsProfiles {
  if (known.every(({ awaitsStartSinceMs }) => awaitsStartSinceMs === undefined)) return known;
  const { evseId, transactionId } = transaction;
  return known.flatMap((one): CsmsProfiles => {
    const { awaitsStartSinceMs, ...settled } = one;
    if (awaitsStartSinceMs === undefined) return [one];
    if (!isAwaited(one, nowMs)) return [];
    if (one.evseId !== evseId && one.evseId !== 0) return [one];
    return [{ ...settled, evseId, profile: { ...one.profile, transactionId } }];
  });
}

export interface BoundContext {
  readonly ocppVersion: OcppVersion;
  readonly transactions: readonly RunningTransaction[];
  readonly voltageV: number;
  /** Of the supply. */
  readonly phases: number;
}

/** What the CSMS allows an EVSE, or (0) the whole station. */
export function boundOf(
  profiles: CsmsProfiles,
  asked: Pick<CompositeSchedule, 'startMs' | 'durationS' | 'rateUnit'> & { readonly evseId: number },
  context: BoundContext,
): CompositeSchedule {
  return compositeSchedule({ ...context, ...asked, profiles });
}

/** The least that any of them allows at any time; 'unlimited' where none limits anything. */
export function leastOf(
  profiles: CsmsProfiles,
  asked: Parameters<typeof boundOf>[1],
  context: BoundContext,
): number | 'unlimited' {
  let least: number | 'unlimited' = 'unlimited';
  // One by one, so that no level hides another: what holds for ever has to be below each of them.
  for (const one of profiles) {
    for (const { limit } of boundOf([one], asked, context).periods)
      if (limit !== 'unlimited' && (least === 'unlimited' || limit < least)) least = limit;
  }
  return least;
}
