import type { ChargingProfile } from '../site/chargingProfile.js';
import { wireLimitA } from '../site/electricity.js';
import type { ChargingLimitSource } from '../site/externalLimit.js';
import { FOREIGN_PROFILES_MAX, type ForeignProfile } from '../site/foreignProfile.js';
import type { Evse } from '../site/model.js';
import type { ReportedProfile } from '../site/stationMessages.js';
import { isOwnProfile } from './compile.js';
import { EXACT_A, ROUNDING_A, TOLD_APART_A } from './compositeCheck.js';
import { type Curve, type CurvePeriod, curveOf, isOver, periodAt, timesOf } from './profileCurve.js';

export interface ShownProfile extends ReportedProfile {
  /** 0: of the station itself. */
  readonly evseId: number;
  readonly source: ChargingLimitSource;
}

export interface SentProfile {
  /** 0: for the station, and each of its EVSEs. */
  readonly evseId: number;
  /** As on the wire. */
  readonly profile: ChargingProfile;
}

export type ReportVerdict =
  /** exact: it is what was sent, not merely no more than that, and nothing of anybody else plays a part. */
  | { readonly verdict: 'confirms'; readonly exact: boolean }
  /** It is there, and says more than was sent. */
  | { readonly verdict: 'contradicts'; readonly detail: string }
  /** Somebody else's lies over it, and says more. */
  | { readonly verdict: 'overruled'; readonly detail: string }
  | { readonly verdict: 'absent'; readonly detail: string }
  /** Nothing that can be read. */
  | { readonly verdict: 'silent'; readonly detail: string };

interface Supply {
  /** Those that the profile is for. */
  readonly evses: readonly Evse[];
  readonly voltageV: number;
  readonly nowMs: number;
}

/** Starts and ends are written in whole seconds. */
const SLACK_MS = 2_000;
/** A message may have left so much later than it was decided; of what is relative, the end was then written so much earlier. */
const LEFT_LATE_MS = 30_000;
const HOUR_MS = 3_600_000;
/** More, and more than were sent, are not compared: an answer that keeps the service busy is an attack, or a bug. */
const OWN_PERIODS_MAX = 200;
/** They take the place of a transaction's profile and of the default, or are added to them (OCPP 2.1). */
const OVER_ALL: readonly string[] = ['PriorityCharging', 'LocalGeneration'];
/** Nothing to compare with what was sent. */
const ADDED = 'LocalGeneration';

/** Does a station hold a profile that it was sent, by all that it reports, and is nothing else in force instead? */
export function checkReport(profiles: readonly ShownProfile[], sent: SentProfile, supply: Supply): ReportVerdict {
  const ours = profiles.filter((shown) => isSame(shown, sent));
  if (!covers(ours, sent, supply)) return { verdict: 'absent', detail: `report: no ${nameOf(sent.profile)}` };
  if (ours.length > supply.evses.length + 1)
    return { verdict: 'silent', detail: 'report: it shows it again and again' };
  const wanted = curveOf(sent.profile, [sent.profile.schedule]);
  if (wanted === undefined) return { verdict: 'silent', detail: 'report: what was sent can not be compared' };
  let exact = true;
  for (const shown of ours) {
    const compared = compare(shown, wanted, sent, supply);
    if (compared.verdict !== 'confirms') return compared;
    exact &&= compared.exact;
  }
  const rivals = profiles.filter((shown) => isRival(shown, sent, supply.nowMs));
  const least = leastA(wanted, supply);
  const over = rivals.find((shown) => mayExceed(shown, least, supply));
  if (over !== undefined)
    return { verdict: 'overruled', detail: `report: ${nameOf(over)} of ${over.source} lies over it` };
  return { verdict: 'confirms', exact: exact && rivals.length === 0 };
}

/** What a station holds that this service did not write. */
export function foreignProfilesOf(profiles: readonly ShownProfile[], supply: Supply): readonly ForeignProfile[] {
  return profiles
    .filter(({ profileId, purpose, evseId }) => !isOwnProfile({ profileId, purpose, evseId }))
    .slice(0, FOREIGN_PROFILES_MAX)
    .map((shown) => {
      const { profileId, evseId, source, purpose, stackLevel } = shown;
      const limitMaxA = mostA(shown, { ...supply, evses: evsesOf(evseId, supply) });
      return {
        profileId,
        evseId,
        source,
        purpose: purpose.slice(0, WORD_MAX),
        stackLevel,
        ...(limitMaxA === 'unknown' ? {} : { limitMaxA: Math.round(limitMaxA * 10) / 10 }),
      };
    });
}

/** A station may put anything into a word that is shown. */
const WORD_MAX = 50;

function isSame(shown: ShownProfile, { evseId, profile }: SentProfile): boolean {
  if (shown.profileId !== profile.profileId || shown.purpose !== profile.purpose) return false;
  if (evseId !== 0 && shown.evseId !== evseId) return false;
  return isOfTransaction(shown, profile);
}

/** One that names another transaction is in force for that one only. */
function isOfTransaction({ transactionId }: ShownProfile, profile: ChargingProfile): boolean {
  return transactionId === undefined || profile.transactionId === undefined
    ? true
    : transactionId === String(profile.transactionId);
}

/** Some report the station's default once for each of its EVSEs. */
function covers(ours: readonly ShownProfile[], { evseId }: SentProfile, { evses }: Supply): boolean {
  if (ours.some((shown) => shown.evseId === evseId)) return true;
  return ours.length > 0 && evses.every(({ id }) => ours.some((shown) => shown.evseId === id));
}

function compare(shown: ShownProfile, wanted: Curve, { profile }: SentProfile, supply: Supply): ReportVerdict {
  const held = curveOf(shown, shown.schedules);
  if (held === undefined || held.periods.length > Math.max(OWN_PERIODS_MAX, wanted.periods.length))
    return { verdict: 'silent', detail: `report: ${nameOf(shown)} can not be read` };
  if (held.kind !== wanted.kind || held.everyMs !== wanted.everyMs)
    return { verdict: 'contradicts', detail: `reports a profile that is ${shown.kind}, ${profile.kind} was sent` };
  const evses = evsesOf(shown.evseId, supply);
  let exact = true;
  let compared = 0;
  for (const { atMs, lastsMs } of stretches(held, wanted, supply.nowMs)) {
    const [is, was] = [periodAt(held, atMs), periodAt(wanted, atMs)];
    if (was === undefined && is === undefined) continue;
    compared += 1;
    if (was === undefined)
      return { verdict: 'contradicts', detail: 'reports a profile that lasts longer than was sent' };
    if (is === undefined) {
      // What is for a transaction falls to the default, which counts in any case; below the default there is nothing.
      if (profile.purpose !== 'TxProfile')
        return { verdict: 'contradicts', detail: 'reports a profile that ends before what was sent' };
      if (lastsMs > LEFT_LATE_MS) exact = false;
      continue;
    }
    for (const evse of evses) {
      const pair = bothA({ is, was }, { held, wanted }, evse, supply.voltageV);
      if (pair === undefined) return { verdict: 'silent', detail: 'report: limits in another unit' };
      if (pair.isA > pair.wasA + TOLD_APART_A)
        return { verdict: 'contradicts', detail: `reports ${round(pair.isA)} A where ${round(pair.wasA)} A were sent` };
      if (pair.isA < pair.wasA - EXACT_A) exact = false;
    }
  }
  if (compared === 0) return { verdict: 'silent', detail: 'report: what was sent is over' };
  return { verdict: 'confirms', exact };
}

interface Stretch {
  /** In its middle. */
  readonly atMs: number;
  readonly lastsMs: number;
}

/** Those over which neither changes. Of what repeats one round; what is relative from its start. */
function stretches(held: Curve, wanted: Curve, nowMs: number): Stretch[] {
  const fromMs = wanted.kind === 'Relative' ? 0 : nowMs;
  const endMs = wanted.everyMs === undefined ? Number.POSITIVE_INFINITY : fromMs + wanted.everyMs;
  const changes = [...timesOf(held, fromMs, endMs), ...timesOf(wanted, fromMs, endMs)].sort((a, b) => a - b);
  const lastMs = wanted.everyMs === undefined ? (changes.at(-1) ?? fromMs) + HOUR_MS : endMs;
  const times = [fromMs, ...changes, lastMs];
  return times.flatMap((ms, k) => {
    const nextMs = times[k + 1] ?? ms;
    return nextMs - ms > SLACK_MS ? [{ atMs: (ms + nextMs) / 2, lastsMs: nextMs - ms }] : [];
  });
}

/** A per phase where that can be said; else, of one unit, the numbers themselves. */
function bothA(
  { is, was }: { readonly is: CurvePeriod; readonly was: CurvePeriod },
  { held, wanted }: { readonly held: Curve; readonly wanted: Curve },
  evse: Evse,
  voltageV: number,
): { readonly isA: number; readonly wasA: number } | undefined {
  const isA = wireLimitA(is.limit, held.rateUnit, evse, voltageV, is.numberPhases);
  const wasA = wireLimitA(was.limit, wanted.rateUnit, evse, voltageV, was.numberPhases);
  if (isA !== 'unknown' && wasA !== 'unknown') return { isA, wasA };
  return held.rateUnit === wanted.rateUnit ? { isA: is.limit, wasA: was.limit } : undefined;
}

/** It may be in force in the place of what was sent. */
function isRival(shown: ShownProfile, sent: SentProfile, nowMs: number): boolean {
  const { profile, evseId } = sent;
  if (shown.profileId === profile.profileId && shown.purpose === profile.purpose) return false;
  if (evseId !== 0 && shown.evseId !== 0 && shown.evseId !== evseId) return false;
  const curve = curveOf(shown, shown.schedules);
  if (curve !== undefined && isOver(curve, nowMs)) return false;
  if (OVER_ALL.includes(shown.purpose)) return true;
  return shown.purpose === profile.purpose && shown.stackLevel >= profile.stackLevel && isOfTransaction(shown, profile);
}

function mayExceed(shown: ShownProfile, least: number | 'unknown', supply: Supply): boolean {
  const most = mostA(shown, { ...supply, evses: evsesOf(shown.evseId, supply) });
  return shown.purpose === ADDED || least === 'unknown' || most === 'unknown' || most > least + ROUNDING_A;
}

function mostA(shown: ShownProfile, supply: Supply): number | 'unknown' {
  const curve = curveOf(shown, shown.schedules);
  const limits = curve === undefined ? 'unknown' : limitsA(curve, supply);
  return limits === 'unknown' ? limits : Math.max(...limits);
}

function leastA(curve: Curve, supply: Supply): number | 'unknown' {
  const limits = limitsA(curve, supply);
  return limits === 'unknown' ? limits : Math.min(...limits);
}

function limitsA({ periods, rateUnit }: Curve, { evses, voltageV }: Supply): readonly number[] | 'unknown' {
  const limits = evses.flatMap((evse) =>
    periods.map(({ limit, numberPhases }) => wireLimitA(limit, rateUnit, evse, voltageV, numberPhases)),
  );
  const known = limits.filter((limitA) => limitA !== 'unknown');
  return known.length < limits.length || known.length === 0 ? 'unknown' : known;
}

function evsesOf(evseId: number, { evses }: Supply): readonly Evse[] {
  return evseId === 0 ? evses : evses.filter(({ id }) => id === evseId);
}

function nameOf({
  purpose,
  profileId,
  stackLevel,
}: Pick<ShownProfile, 'purpose' | 'profileId' | 'stackLevel'>): string {
  return `${purpose.slice(0, WORD_MAX)} ${profileId} at level ${stackLevel}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
