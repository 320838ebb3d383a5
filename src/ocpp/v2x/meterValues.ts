import type { MeterValuesRequest } from 'typed-ocpp/dist/ocpp21/types.js';
import type { MeterSample } from '../../site/stationMessages.js';
import { MeterReading, QUANTITY_MAX, type QuantityName, unitScale } from '../meterReading.js';
import { believableInstant } from '../timestamp.js';

/** 2.1's, of which 2.0.1 has a part. */
export type WireMeterValue = MeterValuesRequest['meterValue'][number];
type WireSampledValue = WireMeterValue['sampledValue'][number];

interface DecodedMeterValues {
  readonly samples: readonly MeterSample[];
  readonly quarantined: number;
  readonly timestampsReplaced: number;
}

/** MeterValue → MeterSample: what cannot be true is counted and left out, so that its place reads "unknown". */
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
  const name = quantityOf(sampled.measurand);
  if (name !== undefined) reading.take(name, numberOf(name, sampled), sampled);
}

/** What control uses of the measurands. An absent one is the energy register. */
function quantityOf(measurand: WireSampledValue['measurand']): QuantityName | undefined {
  switch (measurand) {
    case undefined:
    case 'Energy.Active.Import.Register':
      return 'energyWh';
    case 'Current.Import':
      return 'currentA';
    case 'Current.Offered':
    case 'Current.Import.Offered':
      return 'currentOfferedA';
    case 'Voltage':
      return 'voltageV';
    case 'Power.Active.Import':
      return 'powerW';
    case 'SoC':
    case 'Display.PresentSOC':
      return 'soCPercent';
    default:
      return undefined;
  }
}

/** Beyond these a multiplier is a fault; 10^x of the largest would not be a number any more. */
const MULTIPLIER_MAX = 15;

function numberOf(name: QuantityName, { value, unitOfMeasure }: WireSampledValue): number | undefined {
  const scale = unitScale(name, unitOfMeasure?.unit);
  const multiplier = unitOfMeasure?.multiplier ?? 0;
  if (scale === undefined || Math.abs(multiplier) > MULTIPLIER_MAX) return undefined;
  // 10 ** -1 is not exact; dividing by 10 gives the number that was meant.
  const scaled = multiplier < 0 ? (value * scale) / 10 ** -multiplier : value * scale * 10 ** multiplier;
  if (!(scaled >= 0 && scaled <= QUANTITY_MAX[name])) return undefined;
  return scaled === 0 ? 0 : scaled;
}
