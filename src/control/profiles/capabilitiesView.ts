import { newestCandidate } from '../../site/mayDraw.js';
import type { SiteState, StationState } from '../../site/state.js';
import type { OcppVersion } from '../../site/stationMessages.js';
import { hasQuirk } from '../../site/stationQuirk.js';
import type { OfflineBehaviour, StationCapabilitiesView } from './profileService.js';
import { quirkViews } from './quirkViews.js';

const PURPOSES: Readonly<Record<OcppVersion, readonly string[]>> = {
  '1.6': ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'],
  '2.0.1': ['ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile'],
  '2.1': ['ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile'],
};

/** A station of the site. */
export function capabilitiesView(state: SiteState, stationId: string, nowMs: number): StationCapabilitiesView {
  const station = state.stations.get(stationId);
  if (station === undefined) throw new Error(`station ${stationId} has no state`);
  const { connection, capabilities, clockIsKnown, clockOffMs, trusted } = station;
  const ocppVersion = connection.status === 'neverSeen' ? null : connection.ocppVersion;
  return {
    siteId: state.site.siteId,
    stationId,
    ocppVersion,
    rateUnits: known(capabilities.rateUnits),
    maxPeriods: known(capabilities.maxPeriods),
    maxStackLevel: known(capabilities.maxStackLevel),
    maxProfilesInstalled: known(capabilities.maxProfilesInstalled),
    compositeSchedule: hasQuirk(station, 'saysNoComposite') ? false : known(capabilities.compositeSchedule),
    reportsProfiles: reportsProfiles(station, ocppVersion),
    purposes: ocppVersion === null ? [] : PURPOSES[ocppVersion],
    phaseSwitching: 'notUsed',
    trusted,
    clock: { known: clockIsKnown === true, offMs: clockOffMs },
    offline: offlineBehaviour(station, nowMs),
    quirks: quirkViews(state, stationId, nowMs),
  };
}

function reportsProfiles(station: StationState, version: OcppVersion | null): boolean | null {
  if (version === '1.6') return false;
  return station.reportsProfiles === true ? true : null;
}

function offlineBehaviour({ failsafe }: StationState, nowMs: number): OfflineBehaviour {
  const { missingUntilMs } = failsafe;
  const isMissing = missingUntilMs === 'unknown' || missingUntilMs > nowMs;
  return {
    fallsTo: isMissing ? 'hardware' : 'failsafe',
    confirmed: !isMissing && newestCandidate(failsafe)?.status === 'confirmed',
  };
}

function known<T>(value: T | 'unknown'): T | null {
  return value === 'unknown' ? null : value;
}
