/** What one car draws, as its station's meter says it. */
export interface MeterReading {
  readonly transactionId: number;
  readonly atMs: number;
  /** Per terminal of the station: one or three. */
  readonly terminalA: readonly number[];
  readonly energyWh: number;
  readonly offeredA: number;
}

/** The versions spoken. */
export const SUBPROTOCOLS = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
export type OcppSubprotocol = (typeof SUBPROTOCOLS)[number];

/** Of every station that has one. */
export const BENCH_PASSWORD = 'a-password-of-some-length';

const VOLTAGE_V = 230;

/** A call as it stands on the wire. */
export function call(messageId: string, action: string, payload: object): string {
  return JSON.stringify([2, messageId, action, payload]);
}

/** A MeterValues payload as a three-phase station sends it: current and power per phase, energy register, offered current. */
export function meterValues({ transactionId, atMs, terminalA, energyWh, offeredA }: MeterReading): object {
  const phases = terminalA.map((currentA, index) => ({ phase: `L${index + 1}`, currentA }));
  return {
    connectorId: 1,
    transactionId,
    meterValue: [
      {
        timestamp: new Date(atMs).toISOString(),
        sampledValue: [
          ...phases.map(({ phase, currentA }) => sampled(currentA.toFixed(1), 'Current.Import', 'A', phase)),
          ...phases.map(({ phase, currentA }) =>
            sampled((currentA * VOLTAGE_V).toFixed(1), 'Power.Active.Import', 'W', phase),
          ),
          sampled(energyWh.toFixed(0), 'Energy.Active.Import.Register', 'Wh'),
          sampled(offeredA.toFixed(1), 'Current.Offered', 'A'),
        ],
      },
    ],
  };
}

/** The same as a MeterValues payload of OCPP 2.0.1 and 2.1. */
export function meterValues2x(reading: MeterReading): object {
  return { evseId: 1, meterValue: [meterValue2x(reading)] };
}

/** The same in the midst of a transaction, as a station of 2.0.1 and 2.1 tells of it. */
export function transactionEvent2x(reading: MeterReading, seqNo: number): object {
  return {
    eventType: 'Updated',
    timestamp: new Date(reading.atMs).toISOString(),
    triggerReason: 'MeterValuePeriodic',
    seqNo,
    transactionInfo: { transactionId: `bench-transaction-${reading.transactionId}`, chargingState: 'Charging' },
    evse: { id: 1, connectorId: 1 },
    meterValue: [meterValue2x(reading)],
  };
}

function meterValue2x({ atMs, terminalA, energyWh, offeredA }: MeterReading): object {
  const phases = terminalA.map((currentA, index) => ({ phase: `L${index + 1}`, currentA }));
  return {
    timestamp: new Date(atMs).toISOString(),
    sampledValue: [
      ...phases.map(({ phase, currentA }) => sampled2x(currentA, 'Current.Import', 'A', phase)),
      ...phases.map(({ phase, currentA }) => sampled2x(currentA * VOLTAGE_V, 'Power.Active.Import', 'W', phase)),
      sampled2x(energyWh, 'Energy.Active.Import.Register', 'Wh'),
      sampled2x(offeredA, 'Current.Offered', 'A'),
    ],
  };
}

function sampled2x(value: number, measurand: string, unit: string, phase?: string): object {
  return {
    value: Number(value.toFixed(1)),
    context: 'Sample.Periodic',
    measurand,
    ...(phase === undefined ? {} : { phase }),
    location: 'Outlet',
    unitOfMeasure: { unit, multiplier: 0 },
  };
}

function sampled(value: string, measurand: string, unit: string, phase?: string): object {
  return {
    value,
    context: 'Sample.Periodic',
    format: 'Raw',
    measurand,
    ...(phase === undefined ? {} : { phase }),
    location: 'Outlet',
    unit,
  };
}

/** Of a station that begins to speak, in each version. */
export function bootNotification(subprotocol: OcppSubprotocol, serialNumber: string): object {
  return subprotocol === 'ocpp1.6'
    ? { chargePointVendor: 'Bench', chargePointModel: 'B1', chargePointSerialNumber: serialNumber }
    : { reason: 'PowerUp', chargingStation: { vendorName: 'Bench', model: 'B1', serialNumber } };
}
