import type { EvseInSite } from './mayDraw.js';
import { isSteeredByDefault } from './stationQuirk.js';

/** A station that refused this often in a row is not asked again before RETRY_REFUSED_MS. */
export const REFUSALS_MAX = 3;
export const RETRY_REFUSED_MS = 60_000;

/** Why an EVSE can not be steered now, so that it counts at what it may draw; 'none' when it can. */
export type ControlObstacle =
  | 'none'
  | 'neverSeen'
  | 'offline'
  | 'notAccepted'
  | 'disobeys'
  | 'refuses'
  | 'unauthorized'
  | 'gone';

export function controlObstacle(at: EvseInSite, nowMs: number): ControlObstacle {
  const { stationState, evseState } = at;
  if (stationState.connection.status === 'neverSeen') return 'neverSeen';
  if (stationState.connection.status === 'offline') return 'offline';
  if (!stationState.accepted) return 'notAccepted';
  if (evseState.disobeys) return 'disobeys';
  // What it refused before it came back, it may take now.
  const { refusals, lastRefusedMs = 0 } = isSteeredByDefault(stationState)
    ? stationState.failsafe
    : evseState.txProfile;
  const refusedNow = lastRefusedMs >= stationState.connection.sinceMs && nowMs - lastRefusedMs < RETRY_REFUSED_MS;
  if (refusals >= REFUSALS_MAX && refusedNow) return 'refuses';
  if (evseState.transaction?.authorized === false) return 'unauthorized';
  // The EVSE says that it is free: the end of the transaction was lost, or is still to come.
  if (
    evseState.transaction !== null &&
    evseState.status === 'Available' &&
    evseState.statusAtMs > evseState.transaction.receivedMs
  ) {
    return 'gone';
  }
  return 'none';
}
