import { newestCandidate } from '../site/mayDraw.js';
import type { Candidate, SiteState } from '../site/state.js';
import { hasQuirk } from '../site/stationQuirk.js';
import type { HandOutAction } from './actions.js';

const CHECKS_MAX = 3;
const CHECK_AGAIN_MS = 10_000;

/** A look at the composite schedule of a station that accepted something and is not known to keep to what it accepts. */
export function verification(
  state: SiteState,
  stationId: string,
  nowMs: number,
): (HandOutAction & { type: 'verify' }) | undefined {
  const station = state.stations.get(stationId);
  if (station === undefined || station.capabilities.compositeSchedule === false) return undefined;
  if (hasQuirk(station, 'saysNoComposite')) return undefined;
  for (const [evseId, evse] of station.evses) {
    const newest = newestCandidate(evse.txProfile);
    if (evse.transaction === null || newest === undefined || !mayCheck(newest, nowMs)) continue;
    const slot = { kind: 'tx', evseId, transactionId: evse.transaction.transactionId } as const;
    return { type: 'verify', stationId, evseId, slot, attemptId: newest.attemptId, limits: newest.limits };
  }
  // The composite shows the failsafe only where no transaction's profile lies over it.
  const free = [...station.evses].find(([, evse]) => evse.txProfile.candidates.length === 0);
  const newest = newestCandidate(station.failsafe);
  if (free === undefined || newest === undefined || !mayCheck(newest, nowMs)) return undefined;
  const { attemptId, limits } = newest;
  return { type: 'verify', stationId, evseId: free[0], slot: { kind: 'failsafe' }, attemptId, limits };
}

function mayCheck(candidate: Candidate, nowMs: number): boolean {
  if (candidate.status !== 'accepted' || candidate.checks >= CHECKS_MAX) return false;
  return (
    candidate.lastCheckMs === undefined || nowMs - candidate.lastCheckMs >= CHECK_AGAIN_MS * 2 ** (candidate.checks - 1)
  );
}
