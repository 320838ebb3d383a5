import type { MeterSample } from '../site/stationMessages.js';

/** Beyond these a value is a fault of the meter, whatever the site. */
export const METER_CURRENT_MAX_A = 10_000;
export const METER_POWER_MAX_W = 10_000_000;
const METER_VOLTAGE_MAX_V = 100_000;
export const METER_ENERGY_MAX_WH = 1_000_000_000_000;

/** What control uses of all that a station can measure. */
export type QuantityName = 'currentA' | 'currentOfferedA' | 'voltageV' | 'powerW' | 'energyWh' | 'soCPercent';

export const QUANTITY_MAX: Readonly<Record<QuantityName, number>> = {
  currentA: METER_CURRENT_MAX_A,
  currentOfferedA: METER_CURRENT_MAX_A,
  voltageV: METER_VOLTAGE_MAX_V,
  powerW: METER_POWER_MAX_W,
  energyWh: METER_ENERGY_MAX_WH,
  soCPercent: 100,
};

const AMPERES = { A: 1 };

/** What one of each unit is in ours. A unit of something else makes the value unusable. */
const UNIT_SCALES: Readonly<Record<QuantityName, Readonly<Record<string, number>> | 'any'>> = {
  currentA: AMPERES,
  currentOfferedA: AMPERES,
  voltageV: { V: 1, kV: 1_000 },
  powerW: { W: 1, kW: 1_000 },
  energyWh: { Wh: 1, kWh: 1_000 },
  // Percent, whatever it is called.
  soCPercent: 'any',
};

/** Undefined where the unit is one of something else. Without a unit it is ours. */
export function unitScale(quantity: QuantityName, unit: string | undefined): number | undefined {
  const scales = UNIT_SCALES[quantity];
  if (unit === undefined || scales === 'any') return 1;
  return Object.hasOwn(scales, unit) ? scales[unit] : undefined;
}

type PhaseSlot = 0 | 1 | 2 | 'total';

/** Phase labels are terminals of the station. L1-L2 and N say nothing about the current in one phase conductor. */
const SLOT_OF_PHASE: Readonly<Record<string, PhaseSlot>> = {
  L1: 0,
  'L1-N': 0,
  L2: 1,
  'L2-N': 1,
  L3: 2,
  'L3-N': 2,
};

/** The same quantity may be measured at several places: the outlet is the one that limits and neutral samples speak of. */
function rankOfLocation(location: string | undefined): number | undefined {
  switch (location) {
    case undefined:
    case 'Outlet':
      return 3;
    case 'Cable':
      return 2;
    case 'Inlet':
      return INLET_RANK;
    default:
      return undefined;
  }
}

/** On the grid's side of the station: at a DC outlet, not what it limits. */
const INLET_RANK = 1;

/** One quantity of one MeterValue: a total, and per terminal. */
class Quantity {
  total: number | undefined = undefined;
  readonly terminals: [number | 'unknown', number | 'unknown', number | 'unknown'] = ['unknown', 'unknown', 'unknown'];
  labelled = false;
  #rank = 0;
  #spoilt = false;

  /** False when the value cannot be true. */
  take(value: number | undefined, slot: PhaseSlot, rank: number): boolean {
    if (rank < this.#rank) return true;
    if (rank > this.#rank) this.#restart(rank);
    if (value === undefined) {
      this.#spoilt = this.#spoilt || slot !== 'total';
      return false;
    }
    // Given twice (such as at the begin and the end of a transaction), the larger counts: it never frees capacity.
    if (slot === 'total') {
      this.total = this.total === undefined ? value : Math.max(this.total, value);
    } else {
      const before = this.terminals[slot];
      this.terminals[slot] = before === 'unknown' ? value : Math.max(before, value);
      this.labelled = true;
    }
    return true;
  }

  /** The total, or the sum over the terminals; not where one of them was refused, for that sum would be too low. */
  sum(): number | undefined {
    if (this.total !== undefined) return this.total;
    if (!this.labelled || this.#spoilt) return undefined;
    let sum = 0;
    for (const value of this.terminals) if (value !== 'unknown') sum += value;
    return sum;
  }

  get isAtInlet(): boolean {
    return this.#rank === INLET_RANK;
  }

  largest(): number | undefined {
    let largest = this.total;
    for (const value of this.terminals) {
      if (value !== 'unknown' && (largest === undefined || value > largest)) largest = value;
    }
    return largest;
  }

  #restart(rank: number): void {
    this.#rank = rank;
    this.#spoilt = false;
    this.total = undefined;
    this.terminals.fill('unknown');
    this.labelled = false;
  }
}

/** Gathers the sampled values of one MeterValue, in whatever version it was written. */
export class MeterReading {
  quarantined = 0;
  #currentA: Quantity | undefined;
  #currentOfferedA: Quantity | undefined;
  #voltageV: Quantity | undefined;
  #powerW: Quantity | undefined;
  #energyWh: Quantity | undefined;
  #soCPercent: number | undefined;

  /** In our unit; undefined where what was said cannot be true. */
  take(
    name: QuantityName,
    value: number | undefined,
    place: { readonly phase?: string | undefined; readonly location?: string | undefined },
  ): void {
    if (name === 'soCPercent') {
      if (value === undefined) this.quarantined++;
      else this.#soCPercent = value;
      return;
    }
    const slot = place.phase === undefined ? 'total' : SLOT_OF_PHASE[place.phase];
    const rank = rankOfLocation(place.location);
    if (slot === undefined || rank === undefined) return;
    // A phase's voltage is the grid's, which is not worked with.
    if (name === 'voltageV' && slot !== 'total') return;
    if (!this.#quantity(name).take(value, slot, rank)) this.quarantined++;
  }

  toSample(timestampMs: number): MeterSample {
    const powerW = this.#powerW?.sum();
    const energyWh = this.#energyWh?.sum();
    const currentOfferedA = this.#currentOfferedA?.largest();
    const voltageV = this.#voltageV?.total;
    // Built by assignment, not by spreading: this runs for every meter value of every station.
    const sample: { -readonly [Name in keyof MeterSample]: MeterSample[Name] } = { timestampMs };
    if (this.#currentA?.labelled === true) sample.terminalCurrentA = this.#currentA.terminals;
    if (this.#currentA?.total !== undefined) sample.currentA = this.#currentA.total;
    if (this.#currentA?.isAtInlet === true) sample.currentIsAtInlet = true;
    if (voltageV !== undefined) sample.voltageV = voltageV;
    if (powerW !== undefined) sample.powerW = powerW;
    if (powerW !== undefined && this.#powerW?.isAtInlet === true) sample.powerIsAtInlet = true;
    if (energyWh !== undefined) sample.energyWh = energyWh;
    if (currentOfferedA !== undefined) sample.currentOfferedA = currentOfferedA;
    if (this.#soCPercent !== undefined) sample.soCPercent = this.#soCPercent;
    return sample;
  }

  #quantity(name: Exclude<QuantityName, 'soCPercent'>): Quantity {
    switch (name) {
      case 'currentA':
        this.#currentA ??= new Quantity();
        return this.#currentA;
      case 'currentOfferedA':
        this.#currentOfferedA ??= new Quantity();
        return this.#currentOfferedA;
      case 'voltageV':
        this.#voltageV ??= new Quantity();
        return this.#voltageV;
      case 'powerW':
        this.#powerW ??= new Quantity();
        return this.#powerW;
      case 'energyWh':
        this.#energyWh ??= new Quantity();
        return this.#energyWh;
    }
  }
}
