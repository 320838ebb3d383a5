import type { MeterValuesRequest } from 'typed-ocpp/dist/ocpp16/types.js';
import type { MeterSample } from '../../site/stationMessages.js';
import { believableInstant } from '../timestamp.js';

export type WireMeterValue = MeterValuesRequest['meterValue'][number];
type WireSampledValue = WireMeterValue['sampledValue'][number];

/** Beyond these a value is a fault of the meter, whatever the site. */
export const METER_CURRENT_MAX_A = 10_000;
export const METER_POWER_MAX_W = 10_000_000;
export const METER_ENERGY_MAX_WH = 1_000_000_000_000;

interface DecodedMeterValues {
  readonly samples: readonly MeterSample[];
  readonly quarantined: number;
  readonly timestampsReplaced: number;
}

/**
 * 1.6 MeterValue → MeterSample. Everything that control does not use is passed over; of what it uses, a value that cannot be true
 * is counted and left out, so that its place reads "unknown" and never as a lower load than there may be.
 */
export function decodeMeterValues(meterValues: readonly WireMeterValue[], receivedMs: number): DecodedMeterValues {
  const samples: MeterSample[] = [];
  let quarantined = 0;
  let timestampsReplaced = 0;
  for (const meterValue of meterValues) {
    const reading = new Reading();
    for (const sampled of meterValue.sampledValue) reading.take(sampled);
    quarantined += reading.quarantined;
    const writtenMs = believableInstant(meterValue.timestamp, receivedMs);
    if (writtenMs === 'absurd') timestampsReplaced++;
    samples.push(reading.toSample(writtenMs === 'absurd' ? receivedMs : writtenMs));
  }
  return { samples, quarantined, timestampsReplaced };
}

type Total = 'total';
type PhaseSlot = 0 | 1 | 2 | Total;

/** Phase labels are terminals of the station. L1-L2 and N say nothing about the current in one phase conductor. */
const SLOT_OF_PHASE: Readonly<Record<string, PhaseSlot>> = {
  L1: 0,
  'L1-N': 0,
  L2: 1,
  'L2-N': 1,
  L3: 2,
  'L3-N': 2,
};

interface QuantityKind {
  readonly maximum: number;
  /** What one of each unit is in ours. A unit of something else makes the value unusable. */
  readonly unitScales: Readonly<Record<string, number>>;
}

const CURRENT_A: QuantityKind = { maximum: METER_CURRENT_MAX_A, unitScales: { A: 1 } };
const POWER_W: QuantityKind = { maximum: METER_POWER_MAX_W, unitScales: { W: 1, kW: 1_000 } };
const ENERGY_WH: QuantityKind = { maximum: METER_ENERGY_MAX_WH, unitScales: { Wh: 1, kWh: 1_000 } };

/** What control uses of 1.6's measurands. An absent measurand is the energy register (1.6, 7.31). */
function quantityOf(measurand: WireSampledValue['measurand']): QuantityName | 'soC' | undefined {
  switch (measurand) {
    case undefined:
    case 'Energy.Active.Import.Register':
      return 'energyWh';
    case 'Current.Import':
      return 'currentA';
    case 'Current.Offered':
      return 'currentOfferedA';
    case 'Power.Active.Import':
      return 'powerW';
    case 'SoC':
      return 'soC';
    default:
      return undefined;
  }
}

type QuantityName = 'currentA' | 'currentOfferedA' | 'powerW' | 'energyWh';

/** The same quantity may be measured at several places: the outlet is the one that limits and neutral samples speak of. */
function rankOfLocation(location: WireSampledValue['location']): number | undefined {
  switch (location) {
    case undefined:
    case 'Outlet':
      return 3;
    case 'Cable':
      return 2;
    case 'Inlet':
      return 1;
    default:
      return undefined;
  }
}

/** One quantity of one MeterValue: a total, and per terminal. */
class Quantity {
  total: number | undefined = undefined;
  readonly terminals: [number | 'unknown', number | 'unknown', number | 'unknown'] = ['unknown', 'unknown', 'unknown'];
  labelled = false;
  readonly #kind: QuantityKind;
  #rank = 0;
  #spoilt = false;

  constructor(kind: QuantityKind) {
    this.#kind = kind;
  }

  /** False when the value cannot be true. */
  take(sampled: WireSampledValue, slot: PhaseSlot, rank: number): boolean {
    if (rank < this.#rank) return true;
    if (rank > this.#rank) this.#restart(rank);
    const scale = sampled.unit === undefined ? 1 : this.#kind.unitScales[sampled.unit];
    const value = scale === undefined ? undefined : parseValue(sampled.value, scale, this.#kind.maximum);
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

/** Gathers the sampled values of one MeterValue. */
class Reading {
  quarantined = 0;
  #currentA: Quantity | undefined;
  #currentOfferedA: Quantity | undefined;
  #powerW: Quantity | undefined;
  #energyWh: Quantity | undefined;
  #soCPercent: number | undefined;

  take(sampled: WireSampledValue): void {
    if (sampled.format === 'SignedData') return;
    const name = quantityOf(sampled.measurand);
    if (name === undefined) return;
    if (name === 'soC') {
      this.#takeSoC(sampled);
      return;
    }
    const slot = sampled.phase === undefined ? 'total' : SLOT_OF_PHASE[sampled.phase];
    const rank = rankOfLocation(sampled.location);
    if (slot === undefined || rank === undefined) return;
    if (!this.#quantity(name).take(sampled, slot, rank)) this.quarantined++;
  }

  toSample(timestampMs: number): MeterSample {
    const powerW = this.#powerW?.sum();
    const energyWh = this.#energyWh?.sum();
    const currentOfferedA = this.#currentOfferedA?.largest();
    // Built by assignment, not by spreading: this runs for every meter value of every station.
    const sample: { -readonly [Name in keyof MeterSample]: MeterSample[Name] } = { timestampMs };
    if (this.#currentA?.labelled === true) sample.terminalCurrentA = this.#currentA.terminals;
    if (this.#currentA?.total !== undefined) sample.currentA = this.#currentA.total;
    if (powerW !== undefined) sample.powerW = powerW;
    if (energyWh !== undefined) sample.energyWh = energyWh;
    if (currentOfferedA !== undefined) sample.currentOfferedA = currentOfferedA;
    if (this.#soCPercent !== undefined) sample.soCPercent = this.#soCPercent;
    return sample;
  }

  #takeSoC(sampled: WireSampledValue): void {
    const soCPercent = parseValue(sampled.value, 1, 100);
    if (soCPercent === undefined) this.quarantined++;
    else this.#soCPercent = soCPercent;
  }

  #quantity(name: QuantityName): Quantity {
    switch (name) {
      case 'currentA':
        this.#currentA ??= new Quantity(CURRENT_A);
        return this.#currentA;
      case 'currentOfferedA':
        this.#currentOfferedA ??= new Quantity(CURRENT_A);
        return this.#currentOfferedA;
      case 'powerW':
        this.#powerW ??= new Quantity(POWER_W);
        return this.#powerW;
      case 'energyWh':
        this.#energyWh ??= new Quantity(ENERGY_WH);
        return this.#energyWh;
    }
  }
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** Strict on purpose: Number('') and Number(' ') are 0, and a zero that no meter measured would free capacity. */
function parseValue(text: string, scale: number, maximum: number): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text) * scale;
  if (!(value >= 0 && value <= maximum)) return undefined;
  // "-0" is a meter's zero.
  return value === 0 ? 0 : value;
}
