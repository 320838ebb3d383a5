import type { EvseInSite } from './mayDraw.js';
import type { ProfileSlot, StationState } from './state.js';
import { isSteeredByDefault } from './stationQuirk.js';

/** A station that refused this often in a row is not asked again before RETRY_REFUSED_MS. */
const REFUSALS_MAX = 3;
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
  const isByDefault = isSteeredByDefault(stationState) || refusesTxProfile(stationState, evseState.txProfile);
  const slot = isByDefault ? stationState.failsafe : evseState.txProfile;
  if (slot.refusals >= REFUSALS_MAX && refusedLately(slot, stationState.connection.sinceMs, nowMs)) return 'refuses';
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

/** As many refusals as there are forms of a transaction's profile at most. */
export const TX_REFUSALS_MAX = 7;

/** It refused a transaction's profile in every form since it is connected: its default is tried instead. */
export function refusesTxProfile({ connection }: StationState, { refusals, lastRefusedMs = 0 }: ProfileSlot): boolean {
  return refusals >= TX_REFUSALS_MAX && connection.status === 'online' && lastRefusedMs >= connection.sinceMs;
}

/** What it refused before it came back, it may take now. */
function refusedLately({ lastRefusedMs = 0 }: ProfileSlot, connectedMs: number, nowMs: number): boolean {
  return lastRefusedMs >= connectedMs && nowMs - lastRefusedMs < RETRY_REFUSED_MS;
}
