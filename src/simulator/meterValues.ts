import type { Measurand } from './configuration.js';
import type { JsonObject } from './rpc.js';
import type { VirtualEvse } from './virtualEvse.js';

export type SampleContext = 'Sample.Periodic' | 'Transaction.Begin' | 'Transaction.End' | 'Trigger';

export interface SampleRequest {
  readonly timestampMs: number;
  readonly context: SampleContext;
  readonly measurands: readonly Measurand[];
  /** What the station says it offers, A per phase: by its profiles, whatever it does. */
  readonly reportedOfferA: number;
  /** Terminals reported as 0 whatever flows there, counted from 1; 'missing' are those the supply does not have. */
  readonly zeroTerminals: readonly number[] | 'missing' | 'none';
}

/** One MeterValue of an outlet. Phase labels are terminals: the station does not know the grid behind them. */
export function meterValue(evse: VirtualEvse, request: SampleRequest): JsonObject {
  const currents = reportedCurrents(evse, request.zeroTerminals);
  const sampledValue = request.measurands.flatMap((measurand) => sampled(measurand, { evse, currents, request }));
  return {
    timestamp: new Date(request.timestampMs).toISOString(),
    sampledValue: sampledValue.map((value) => ({ ...value, context: request.context, location: locationOf(value) })),
  };
}

interface Reading {
  readonly value: string;
  readonly measurand: Measurand;
  readonly unit: string;
  readonly phase?: string;
}

function sampled(
  measurand: Measurand,
  from: { readonly evse: VirtualEvse; readonly currents: readonly number[]; readonly request: SampleRequest },
): readonly Reading[] {
  const { evse, currents, request } = from;
  const { voltageV, terminals } = evse.supply;
  switch (measurand) {
    case 'Current.Import':
      return currents.map((currentA, k) => ({ value: currentA.toFixed(2), measurand, unit: 'A', phase: `L${k + 1}` }));
    case 'Current.Offered':
      return [{ value: request.reportedOfferA.toFixed(1), measurand, unit: 'A' }];
    case 'Power.Active.Import':
      return [{ value: (sum(currents) * voltageV).toFixed(0), measurand, unit: 'W' }];
    case 'Energy.Active.Import.Register':
      return [{ value: evse.registerWh.toFixed(0), measurand, unit: 'Wh' }];
    case 'Voltage':
      return Array.from({ length: terminals }, (_, k) => ({
        value: voltageV.toFixed(1),
        measurand,
        unit: 'V',
        phase: `L${k + 1}-N`,
      }));
    case 'SoC':
      if (evse.car === undefined) return [];
      return [{ value: (evse.car.soC * 100).toFixed(0), measurand, unit: 'Percent' }];
  }
}

function reportedCurrents(evse: VirtualEvse, zeroTerminals: SampleRequest['zeroTerminals']): readonly number[] {
  const currents = evse.terminalCurrentA();
  if (zeroTerminals === 'none') return currents;
  if (zeroTerminals === 'missing') return [...currents, 0, 0].slice(0, 3);
  const length = Math.max(currents.length, ...zeroTerminals);
  return Array.from({ length }, (_, k) => (zeroTerminals.includes(k + 1) ? 0 : (currents[k] ?? 0)));
}

const locationOf = (reading: Reading): string => (reading.measurand === 'SoC' ? 'EV' : 'Outlet');

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
