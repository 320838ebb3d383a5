import type { VirtualEvse } from './virtualEvse.js';

export const MEASURANDS = [
  'Current.Import',
  'Current.Offered',
  'Power.Active.Import',
  'Power.Offered',
  'Energy.Active.Import.Register',
  'Voltage',
  'SoC',
] as const;
export type Measurand = (typeof MEASURANDS)[number];

export type SampleContext =
  | 'Sample.Periodic'
  | 'Sample.Clock'
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Trigger'
  | 'Other';

/** What a sample says that its meter does not measure. */
export interface SampleFacts {
  readonly timestampMs: number;
  /** What the station says it offers, A per phase: by its profiles, whatever it does. */
  readonly reportedOfferA: number;
  /** Terminals reported as 0 whatever flows there, counted from 1; 'missing' are those the supply does not have. */
  readonly zeroTerminals: readonly number[] | 'missing' | 'none';
  /** The meter says nothing. */
  readonly isSilent: boolean;
}

export interface Reading {
  readonly measurand: Measurand;
  readonly value: number;
  /** How many of them a meter of this kind shows. */
  readonly decimals: number;
  readonly unit: string;
  readonly phase?: string;
  readonly location: 'Outlet' | 'EV';
}

/** What an outlet's meter shows. Phase labels are terminals: the station does not know the grid behind them. */
export function readings(evse: VirtualEvse, facts: SampleFacts, measurands: readonly Measurand[]): readonly Reading[] {
  const currents = reportedCurrents(evse, facts.zeroTerminals);
  return measurands.flatMap((measurand) => readingsOf(measurand, { evse, currents, facts }));
}

interface Sources {
  readonly evse: VirtualEvse;
  readonly currents: readonly number[];
  readonly facts: SampleFacts;
}

function readingsOf(measurand: Measurand, from: Sources): readonly Reading[] {
  switch (measurand) {
    case 'Current.Import':
      return currentReadings(from);
    case 'Current.Offered':
      return from.evse.supply.direct === undefined ? [outlet(measurand, from.facts.reportedOfferA, 1, 'A')] : [];
    case 'Power.Active.Import':
      return [outlet(measurand, sum(from.currents) * wattsPerTerminalAmpere(from.evse), 0, 'W')];
    case 'Power.Offered':
      return [outlet(measurand, from.facts.reportedOfferA * from.evse.wattsPerAmpere, 0, 'W')];
    case 'Energy.Active.Import.Register':
      return [outlet(measurand, from.evse.registerWh, 0, 'Wh')];
    case 'Voltage':
      return voltageReadings(from.evse);
    case 'SoC': {
      const { car } = from.evse;
      return car === undefined ? [] : [{ ...outlet(measurand, car.soC * 100, 0, 'Percent'), location: 'EV' }];
    }
  }
}

function currentReadings({ evse, currents }: Sources): readonly Reading[] {
  const { direct } = evse.supply;
  if (direct === undefined) {
    return currents.map((currentA, k) => ({ ...outlet('Current.Import', currentA, 2, 'A'), phase: `L${k + 1}` }));
  }
  // A DC outlet's current has no phase and is nothing that flows in the grid.
  return [outlet('Current.Import', (sum(currents) * wattsPerTerminalAmpere(evse)) / direct.outletVoltageV, 2, 'A')];
}

function voltageReadings({ supply: { direct, terminals, voltageV } }: VirtualEvse): readonly Reading[] {
  if (direct !== undefined) return [outlet('Voltage', direct.outletVoltageV, 1, 'V')];
  return Array.from({ length: terminals }, (_, k) => ({
    ...outlet('Voltage', voltageV, 1, 'V'),
    phase: `L${k + 1}-N`,
  }));
}

const outlet = (measurand: Measurand, value: number, decimals: number, unit: string): Reading => ({
  measurand,
  value,
  decimals,
  unit,
  location: 'Outlet',
});

const wattsPerTerminalAmpere = (evse: VirtualEvse): number => evse.wattsPerAmpere / evse.supply.terminals;

function reportedCurrents(evse: VirtualEvse, zeroTerminals: SampleFacts['zeroTerminals']): readonly number[] {
  const currents = evse.terminalCurrentA();
  if (zeroTerminals === 'none') return currents;
  if (zeroTerminals === 'missing') return [...currents, 0, 0].slice(0, 3);
  const length = Math.max(currents.length, ...zeroTerminals);
  return Array.from({ length }, (_, k) => (zeroTerminals.includes(k + 1) ? 0 : (currents[k] ?? 0)));
}

export const isMeasurandList = (list: string): boolean =>
  namesIn(list).every((name) => MEASURANDS.some((measurand) => measurand === name));

export function measurandsIn(list: string): readonly Measurand[] {
  const listed = namesIn(list);
  return MEASURANDS.filter((measurand) => listed.includes(measurand));
}

const namesIn = (list: string): readonly string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
