import { limitAt } from '../site/limitSteps.js';
import { newestCandidate, newestHeld } from '../site/mayDraw.js';
import { largestPhaseA } from '../site/metering.js';
import { overtakenKnownMs } from '../site/profileSlots.js';
import { type Proof, proofOf } from '../site/proof.js';
import type { Candidate, EvseState, ProfileSlot, SiteState, StationState } from '../site/state.js';
import { isSteeredByDefault } from '../site/stationQuirk.js';
import type { HandOutAction } from './actions.js';

const CHECKS_MAX = 3;
const CHECK_AGAIN_MS = 10_000;
/** After so many in vain it is looked at all the same, now and then. */
const CHECK_SELDOM_MS = 600_000;
/** A car may take this long to begin. */
const DOUBTED_AFTER_MS = 20_000;
const DOUBTED_AGAIN_MS = 60_000;
const TOLD_MORE_A = 2;
const SAME_A = 1;

/**
 * A look at what a station says that it keeps to, or else that it holds, where it accepted something and is not known to keep to what it
 * accepts.
 */
export function verification(
  state: SiteState,
  stationId: string,
  nowMs: number,
): (HandOutAction & { type: 'verify' }) | undefined {
  const station = state.stations.get(stationId);
  const by = station === undefined ? 'meter' : proofOf(station);
  if (station === undefined || by === 'meter') return undefined;
  for (const [evseId, evse] of station.evses) {
    const newest = newestCandidate(evse.txProfile);
    if (evse.transaction === null || newest === undefined) continue;
    if (!isToCheck(evse.txProfile, station, nowMs) && !isDoubtful(evse, station, nowMs)) continue;
    const slot = { kind: 'tx', evseId, transactionId: evse.transaction.transactionId } as const;
    return { type: 'verify', by, stationId, evseId, slot, attemptId: newest.attemptId, limits: newest.limits };
  }
  const shown = [...station.evses].filter(([, evse]) => showsFailsafe(evse, station, nowMs, by));
  // That no report shows it proves nothing: a composite schedule is of all that there is.
  const stray = by === 'report' ? undefined : shown.find(([, evse]) => mayHoldStray(evse, station, nowMs));
  const free = stray ?? shown[0];
  const newest = newestCandidate(station.failsafe);
  if (free === undefined || newest === undefined) return undefined;
  if (stray === undefined && !isToCheck(station.failsafe, station, nowMs)) return undefined;
  const { attemptId, limits } = newest;
  return { type: 'verify', by, stationId, evseId: free[0], slot: { kind: 'failsafe' }, attemptId, limits };
}

const STRAY_AGAIN_MS = 30_000;

/** A profile of its transaction that a station which takes none may hold all the same: its composite schedule tells. */
function mayHoldStray({ txProfile }: EvseState, station: StationState, nowMs: number): boolean {
  const newest = newestCandidate(station.failsafe);
  if (!isSteeredByDefault(station) || newest?.status !== 'confirmed') return false;
  const open = txProfile.candidates.filter(({ goneMs }) => goneMs === undefined);
  const sinceMs = Math.max(newest.lastCheckMs ?? 0, ...open.map(({ sentMs }) => sentMs));
  return open.length > 0 && nowMs - sinceMs >= STRAY_AGAIN_MS;
}

/** A composite schedule shows the failsafe only where no transaction's profile lies over it, or none counts. A report shows all. */
export function showsFailsafe(
  { txProfile, startProfile }: EvseState,
  station: StationState,
  nowMs: number,
  by: Proof = proofOf(station),
): boolean {
  if (by === 'report') return true;
  if (startProfile !== undefined && startProfile.untilMs > nowMs) return false;
  return txProfile.candidates.length === 0 || isSteeredByDefault(station);
}

/** The last one is accepted and no more is known of it; or it is confirmed, and one before it may have come after it. */
function isToCheck(slot: ProfileSlot, station: StationState, nowMs: number): boolean {
  const newest = newestCandidate(slot);
  if (newest === undefined || !mayCheck(newest, nowMs)) return false;
  return newest.status === 'accepted' || isOvertakenMaybe(slot, station, nowMs);
}

function isOvertakenMaybe(slot: ProfileSlot, { connection }: StationState, nowMs: number): boolean {
  if (connection.status !== 'online') return false;
  const knownMs = overtakenKnownMs(slot, connection.sinceMs, nowMs);
  return knownMs !== undefined && nowMs >= knownMs;
}

/** A car that draws no more than its station's default, though it was told more a while ago: is it the car, or does the station keep to the default? */
function isDoubtful({ txProfile, samples }: EvseState, station: StationState, nowMs: number): boolean {
  const newest = newestCandidate(txProfile);
  const held = newestHeld(station.failsafe);
  if (newest?.status !== 'confirmed' || held === undefined) return false;
  // Once for each profile; and again where it looks as if.
  const isSuspected = station.suspected?.includes('ignoresTxProfile') === true;
  const { lastCheckMs } = newest;
  if (lastCheckMs !== undefined && !(isSuspected && nowMs - lastCheckMs >= DOUBTED_AGAIN_MS)) return false;
  const toldA = limitAt(newest.limits, nowMs);
  const failsafeA = limitAt(held.limits, nowMs);
  const since = samples.filter(({ atMs }) => atMs >= newest.sentMs + DOUBTED_AFTER_MS);
  if (toldA === 'ended' || failsafeA === 'ended' || toldA < failsafeA + TOLD_MORE_A || since.length === 0) return false;
  return since.every(({ currentA }) => largestPhaseA(currentA) <= failsafeA + SAME_A);
}

/** The same where the station tells nothing: one with a record is told again, and what it takes then comes after all that was late. */
export function isToldAfterLate(slot: ProfileSlot, station: StationState, canLook: boolean, nowMs: number): boolean {
  const newest = newestCandidate(slot);
  if (newest === undefined || !station.trusted || !isOvertakenMaybe(slot, station, nowMs)) return false;
  return !(canLook && proofOf(station) !== 'meter' && newest.checks < CHECKS_MAX);
}

function mayCheck(candidate: Candidate, nowMs: number): boolean {
  const { checks, lastCheckMs } = candidate;
  const waitMs = checks >= CHECKS_MAX ? CHECK_SELDOM_MS : CHECK_AGAIN_MS * 2 ** (checks - 1);
  return lastCheckMs === undefined || nowMs - lastCheckMs >= waitMs;
}
