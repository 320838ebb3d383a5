import { printDecimal } from '../published/decimals.js';
import { printInstant } from '../published/pricedIntervals.js';
import type { PriceRun } from '../types.js';

export interface PrintedPublication {
  /** EIC of the bidding zone. */
  readonly area: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Ascending and not overlapping; steps of 15, 30 or 60 minutes, begun on whole minutes. */
  readonly prices: readonly PriceRun[];
}

const RESOLUTIONS: ReadonlyMap<number, string> = new Map([
  [900_000, 'PT15M'],
  [1_800_000, 'PT30M'],
  [3_600_000, 'PT60M'],
]);
const MINUTE_MS = 60_000;

/**
 * A Publication_MarketDocument of type A44 that readEntsoe reads as these prices: a Period for each run, of curve type A03, which leaves
 * out what repeats. Throws RangeError for prices that such a document can't have.
 */
export function printEntsoe({ area, currency, prices }: PrintedPublication): string {
  if (!/^[A-Z0-9-]{16}$/.test(area)) throw new RangeError(`"${area}" is no EIC: give its 16 characters`);
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`"${currency}" is no currency of ISO 4217`);
  const [first] = prices;
  const last = prices.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a publication needs prices');
  return `<?xml version="1.0" encoding="UTF-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
<mRID>evenkeel</mRID><type>A44</type><createdDateTime>${new Date(first.startMs).toISOString()}</createdDateTime>
<period.timeInterval>${printInterval(first.startMs, endOf(last))}</period.timeInterval>
<TimeSeries><mRID>1</mRID><auction.type>A01</auction.type><businessType>A62</businessType>
<in_Domain.mRID codingScheme="A01">${area}</in_Domain.mRID><out_Domain.mRID codingScheme="A01">${area}</out_Domain.mRID>
<contract_MarketAgreement.type>A01</contract_MarketAgreement.type><currency_Unit.name>${currency}</currency_Unit.name>
<price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>A03</curveType>
${prices.map(printPeriod).join('\n')}
</TimeSeries></Publication_MarketDocument>
`;
}

function printPeriod(run: PriceRun): string {
  const resolution = RESOLUTIONS.get(run.stepMs);
  if (resolution === undefined) throw new RangeError(`no resolution of ${run.stepMs} ms: give 15, 30 or 60 minutes`);
  if (run.startMs % MINUTE_MS !== 0) throw new RangeError(`${run.startMs} is no whole minute`);
  const points = run.pricesPerKwh.flatMap((price, index) =>
    index > 0 && price === run.pricesPerKwh[index - 1] ? [] : [printPoint(index + 1, price)],
  );
  return `<Period><timeInterval>${printInterval(run.startMs, endOf(run))}</timeInterval><resolution>${resolution}</resolution>
${points.join('\n')}</Period>`;
}

function printPoint(position: number, pricePerKwh: number): string {
  return `<Point><position>${position}</position><price.amount>${printDecimal(pricePerKwh, 3)}</price.amount></Point>`;
}

function printInterval(startMs: number, endMs: number): string {
  return `<start>${printInstant(startMs)}</start><end>${printInstant(endMs)}</end>`;
}

function endOf({ startMs, stepMs, pricesPerKwh }: PriceRun): number {
  return startMs + stepMs * pricesPerKwh.length;
}
