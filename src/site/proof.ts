import type { StationState } from './state.js';
import { hasQuirk } from './stationQuirk.js';

/** What can show that a station holds what it accepted, the first that it has: what it keeps to, what it holds, or its meter alone. */
export type Proof = 'composite' | 'report' | 'meter';

export function proofOf(station: StationState): Proof {
  if (station.capabilities.compositeSchedule !== false && !hasQuirk(station, 'saysNoComposite')) return 'composite';
  return canReport(station) ? 'report' : 'meter';
}

/** Before OCPP 2.0.1 no message asks which profiles a station holds. */
export function canReport(station: StationState): boolean {
  const { connection } = station;
  return connection.status !== 'neverSeen' && connection.ocppVersion !== '1.6' && !hasQuirk(station, 'saysNoReport');
}
