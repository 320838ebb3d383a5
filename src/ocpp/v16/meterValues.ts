import type { MeterValuesRequest } from 'typed-ocpp/dist/ocpp16/types.js';
import type { MeterSample } from '../../site/stationMessages.js';
import { MeterReading, QUANTITY_MAX, type QuantityName, unitScale } from '../meterReading.js';
import { believableInstant } from '../timestamp.js';

export type WireMeterValue = MeterValuesRequest['meterValue'][number];
type WireSampledValue = WireMeterValue['sampledValue'][number];

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
    const reading = new MeterReading();
    for (const sampled of meterValue.sampledValue) take(reading, sampled);
    quarantined += reading.quarantined;
    const writtenMs = believableInstant(meterValue.timestamp, receivedMs);
    if (writtenMs === 'absurd') timestampsReplaced++;
    samples.push(reading.toSample(writtenMs === 'absurd' ? receivedMs : writtenMs));
  }
  return { samples, quarantined, timestampsReplaced };
}

function take(reading: MeterReading, sampled: WireSampledValue): void {
  if (sampled.format === 'SignedData') return;
  const name = quantityOf(sampled.measurand);
  if (name === undefined) return;
  const scale = unitScale(name, sampled.unit);
  const value = scale === undefined ? undefined : parseValue(sampled.value, scale, QUANTITY_MAX[name]);
  reading.take(name, value, sampled);
}

/** What control uses of 1.6's measurands. An absent measurand is the energy register (1.6, 7.31). */
function quantityOf(measurand: WireSampledValue['measurand']): QuantityName | undefined {
  switch (measurand) {
    case undefined:
    case 'Energy.Active.Import.Register':
      return 'energyWh';
    case 'Current.Import':
      return 'currentA';
    case 'Current.Offered':
      return 'currentOfferedA';
    case 'Voltage':
      return 'voltageV';
    case 'Power.Active.Import':
      return 'powerW';
    case 'SoC':
      return 'soCPercent';
    default:
      return undefined;
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
