import type { Evse, SiteModel } from './model.js';

// The one file in which amperes, watts and phases are converted.

/** Grid-side watts that 1 A on every phase of this EVSE's supply stands for. */
export function wattsPerAmpere(evse: Evse, voltageV: number): number {
  if (evse.kind === 'AC' && evse.wattsPerAmpere !== undefined) return evse.wattsPerAmpere;
  return voltageV * evse.phases.length;
}

/** Watts at the outlet, the side that OCPP limits and meters speak of, per ampere per phase on the grid side. */
export function outletWattsPerAmpere(evse: Evse, voltageV: number): number {
  const gridW = wattsPerAmpere(evse, voltageV);
  return evse.kind === 'DC' ? gridW * evse.efficiency : gridW;
}

/** The largest current the EVSE's hardware can draw per phase on the grid side, rounded up: it is reserved, never offered. */
export function evseCurrentMaxA(evse: Evse, site: Pick<SiteModel, 'voltageV'>): number {
  return evse.kind === 'AC' ? evse.currentMaxA : evse.powerMaxW / outletWattsPerAmpere(evse, site.voltageV);
}

/** The least current the EVSE can offer besides 0. DC outlets are taken to regulate down to nothing. */
export function evseCurrentMinA(evse: Evse): number {
  return evse.kind === 'AC' ? evse.currentMinA : 0;
}

/** Needs and meters of a DC outlet speak of its outlet side; plans speak of the grid side. */
export function gridEnergyWh(evse: Evse, outletWh: number): number {
  return evse.kind === 'DC' ? outletWh / evse.efficiency : outletWh;
}

export function outletEnergyWh(evse: Evse, gridWh: number): number {
  return evse.kind === 'DC' ? gridWh * evse.efficiency : gridWh;
}

/**
 * A limit on the wire as A per phase on the grid side. Absent numberPhases means all phases of the supply. 'unknown': amperes of a DC
 * outlet, which are so many watts as the battery's voltage makes of them.
 */
export function wireLimitA(
  limit: number,
  rateUnit: 'A' | 'W',
  evse: Evse,
  voltageV: number,
  numberPhases?: number,
): number | 'unknown' {
  if (rateUnit === 'A') return evse.kind === 'DC' ? 'unknown' : limit;
  // A rectifier takes the same of each phase, whatever number of them is named.
  const share = numberPhases === undefined || evse.kind === 'DC' ? 1 : Math.min(1, numberPhases / evse.phases.length);
  return limit / (outletWattsPerAmpere(evse, voltageV) * share);
}

/** The unit in which a composite schedule can be compared with what was sent. 'any': whatever the station likes. */
export function comparableRateUnit(evse: Evse): 'W' | 'any' {
  return evse.kind === 'DC' ? 'W' : 'any';
}

/** Limits on the wire carry one decimal and are rounded down, here and nowhere else. */
export function floorToDeciampere(currentA: number): number {
  return Math.floor(currentA * 10 + 1e-6) / 10;
}

export function floorToWatt(powerW: number): number {
  return Math.floor(powerW + 1e-6);
}
