import { evseCurrentMaxA, wattsPerAmpere } from './electricity.js';
import type { CapacityLimit, Section14a, SiteModel } from './model.js';
import type { SiteIndex } from './siteIndex.js';

// German grid operators may dim controllable devices (§14a EnWG, BNetzA BK6-22-300, annex 1, 4.5), but must leave this much. The
// household is left aside, so it becomes a limit on the charging.

/** Devices above this are controllable; this much each of them keeps. */
const DEVICE_LEAST_W = 4_200;
/** A heat pump or cooling above this keeps a share of its rating instead. */
const SCALED_ABOVE_W = 11_000;
const SCALED_PERCENT = 40;
/** By number of devices, from 2 on: several seldom run at full power at once. */
const SIMULTANEITY_PERCENT = [80, 75, 70, 65, 60, 55, 50] as const;
const SIMULTANEITY_LEAST_PERCENT = 45;

export interface ControllableDevices extends Section14a {
  /** Charge points whose grid-side power is above 4.2 kW. */
  readonly chargePoints: number;
}

export interface LeastPower {
  readonly chargePoints: number;
  /** All controllable devices: each charge point is one, all heat pumps together are one, and so is all cooling. */
  readonly devices: number;
  /** What the operator must leave all of them, in W. */
  readonly totalW: number;
  /**
   * What of it is left to the cars: all but what heat pumps and cooling may take, which are not steered from here. 'unlimited' where
   * no charge point is controllable: then there is nothing here to dim.
   */
  readonly chargingW: number | 'unlimited';
}

/** Ratings in W at the grid. Those of heat pumps and cooling no higher than 4.2 kW in all are no controllable devices. */
export function leastPower({ mode, chargePoints, heatPumpsW = 0, coolingW = 0 }: ControllableDevices): LeastPower {
  const heating = [heatPumpsW, coolingW].filter((ratedW) => ratedW > DEVICE_LEAST_W);
  const devices = chargePoints + heating.length;
  const perChargePointW = mode === 'direct' ? DEVICE_LEAST_W : percentOf(DEVICE_LEAST_W, simultaneityPercent(devices));
  const totalW = mode === 'direct' ? directTotalW(chargePoints, heating) : sharedTotalW(devices, heating);
  // Where there is no heating, one charge point counts in full and the others at the simultaneity factor.
  const chargingW = heating.length === 0 ? totalW : chargePoints * perChargePointW;
  return { chargePoints, devices, totalW, chargingW: chargePoints === 0 ? 'unlimited' : chargingW };
}

function directTotalW(chargePoints: number, heating: readonly number[]): number {
  return heating.reduce((sumW, ratedW) => sumW + heatingLeastW(ratedW), chargePoints * DEVICE_LEAST_W);
}

/** The largest of the devices' own terms, and each of the others at the simultaneity factor. */
function sharedTotalW(devices: number, heating: readonly number[]): number {
  if (devices === 0) return 0;
  const scaled = heating.some((ratedW) => ratedW > SCALED_ABOVE_W);
  const firstW = scaled ? Math.max(...heating.map((ratedW) => percentOf(ratedW, SCALED_PERCENT))) : DEVICE_LEAST_W;
  return firstW + (devices - 1) * percentOf(DEVICE_LEAST_W, simultaneityPercent(devices));
}

function heatingLeastW(ratedW: number): number {
  return ratedW > SCALED_ABOVE_W ? percentOf(ratedW, SCALED_PERCENT) : DEVICE_LEAST_W;
}

function simultaneityPercent(devices: number): number {
  if (devices <= 1) return 100;
  return SIMULTANEITY_PERCENT[devices - 2] ?? SIMULTANEITY_LEAST_PERCENT;
}

function percentOf(powerW: number, percent: number): number {
  return (powerW * percent) / 100;
}

/** A dimming of what hangs below a circuit, by the site as it is configured now. */
export function leastPowerBelow(
  site: SiteModel,
  index: SiteIndex,
  limit: { readonly circuitId: string; readonly section14a: Section14a },
): LeastPower {
  let chargePoints = 0;
  for (const station of index.stationsBelow.get(limit.circuitId) ?? []) {
    for (const evse of station.evses) {
      const gridW = evseCurrentMaxA(evse, site) * wattsPerAmpere(evse, site.voltageV);
      if (gridW > DEVICE_LEAST_W) chargePoints += 1;
    }
  }
  return leastPower({ ...limit.section14a, chargePoints });
}

/** What a limit leaves the cars below its circuit together, in W at the grid: as stated, or as a dimming leaves it. */
export function chargingPowerLimitOf(site: SiteModel, index: SiteIndex, limit: CapacityLimit): number | 'unlimited' {
  const { circuitId, section14a, chargingPowerLimitW: statedW = 'unlimited' } = limit;
  const dimmedW =
    section14a === undefined ? 'unlimited' : leastPowerBelow(site, index, { circuitId, section14a }).chargingW;
  if (statedW === 'unlimited' || dimmedW === 'unlimited') return statedW === 'unlimited' ? dimmedW : statedW;
  return Math.min(statedW, dimmedW);
}
