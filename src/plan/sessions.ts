import { evseCurrentMinA } from '../site/electricity.js';
import { largestPhaseA } from '../site/metering.js';
import type { EvseInSite } from '../site/mayDraw.js';
import type { TransactionState } from '../site/state.js';

/** A station that refused this often in a row is not asked again before RETRY_REFUSED_MS. */
export const REFUSALS_MAX = 3;
export const RETRY_REFUSED_MS = 600_000;

export interface ControllableSession {
  readonly at: EvseInSite;
  readonly transaction: TransactionState;
}

/** Why an EVSE can not be steered now, so that it counts at what it may draw; 'none' when it can. */
export type ControlObstacle = 'none' | 'neverSeen' | 'offline' | 'notAccepted' | 'disobeys' | 'refuses' | 'unauthorized';

export function controlObstacle(at: EvseInSite, nowMs: number): ControlObstacle {
  const { stationState, evseState } = at;
  if (stationState.connection.status === 'neverSeen') return 'neverSeen';
  if (stationState.connection.status === 'offline') return 'offline';
  if (!stationState.accepted) return 'notAccepted';
  if (evseState.disobeys) return 'disobeys';
  const { refusals, lastRefusedMs } = evseState.txProfile;
  if (refusals >= REFUSALS_MAX && nowMs - (lastRefusedMs ?? 0) < RETRY_REFUSED_MS) return 'refuses';
  if (evseState.transaction?.authorized === false) return 'unauthorized';
  return 'none';
}

/** How far below what it is told a car must draw, sample after sample, to show that it does not want more. */
const WANTS_NO_MORE_A = 1;
/** What it is left beyond that, so that it can show when it wants more again. */
const ROOM_TO_GROW_A = 1.5;
const SAMPLES_TO_TELL = 3;

/**
 * What a car shows that it will not go beyond (it is nearly full, or takes less by nature); 'unknown' while it takes what it is
 * given. Only then may its share be given to others.
 */
export function vehicleCapA(at: EvseInSite): number | 'unknown' {
  const samples = at.evseState.samples.slice(-SAMPLES_TO_TELL);
  const since = at.evseState.transaction?.receivedMs ?? 0;
  if (samples.length < SAMPLES_TO_TELL) return 'unknown';
  if (samples.some((sample) => sample.atMs < since || largestPhaseA(sample.currentA) > sample.toldA - WANTS_NO_MORE_A)) {
    return 'unknown';
  }
  const drawnA = Math.max(...samples.map((sample) => largestPhaseA(sample.currentA)));
  return Math.max(evseCurrentMinA(at.evse), drawnA + ROOM_TO_GROW_A);
}
