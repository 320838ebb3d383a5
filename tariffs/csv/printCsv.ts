import { printDecimal } from '../published/decimals.js';
import type { PriceRun } from '../types.js';
import { PLAIN_HEADER } from './dialect.js';
import { localPrinter } from './localClock.js';

export interface PrintedPrices {
  /** IANA: in whose local time instants are written, with their offset. */
  readonly timeZone: string;
  /** Ascending and not overlapping, in whole seconds. */
  readonly prices: readonly PriceRun[];
}

/** A CSV file with the plain header, which readCsv reads as these prices. Throws RangeError for prices that it can't have. */
export function printCsv({ timeZone, prices }: PrintedPrices): string {
  const [first] = prices;
  const last = prices.at(-1);
  if (first === undefined || last === undefined) return `${PLAIN_HEADER}\r\n`;
  const print = localPrinter(timeZone, first.startMs, last.startMs + last.stepMs * last.pricesPerKwh.length);
  const rows = prices.flatMap(({ startMs, stepMs, pricesPerKwh }) => {
    if (startMs % 1000 !== 0 || stepMs % 1000 !== 0)
      throw new RangeError(`${startMs} and ${stepMs} are no whole seconds`);
    let from = print(startMs);
    return pricesPerKwh.map((price, k) => {
      const to = print(startMs + (k + 1) * stepMs);
      const row = `${from},${to},${printDecimal(price)}`;
      from = to;
      return row;
    });
  });
  return `${[PLAIN_HEADER, ...rows].join('\r\n')}\r\n`;
}
