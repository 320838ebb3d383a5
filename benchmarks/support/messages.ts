/** What one car draws, as its station's meter says it. */
export interface MeterReading {
  readonly transactionId: number;
  readonly atMs: number;
  /** Per terminal of the station: one or three. */
  readonly terminalA: readonly number[];
  readonly energyWh: number;
  readonly offeredA: number;
}

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
