import { assertNever } from '../assertNever.js';
import type { DemandMemory } from '../types.js';
import { highestMeasuredKw } from './billedDemand.js';
import { slopePerKw } from './demandPrice.js';
import { monthAfter, monthsUpTo } from './months.js';
import { measuredKw, type PeakBook } from './peakBook.js';

/** What a kW of a month's peak costs, without VAT, above a level. */
export interface OutlookPiece {
  /** In all months that will pay for it. > 0. */
  readonly pricePerKw: number;
  readonly atLeastKw: number;
}

/** A month's mean of its highest peaks, priced by what it will cost now and later (outlook.ts says what is approximated). */
export function outlookPieces(book: PeakBook, month: string): readonly OutlookPiece[] {
  return allPieces(book, month).filter(({ pricePerKw }) => pricePerKw > 0);
}

function allPieces(book: PeakBook, month: string): readonly OutlookPiece[] {
  const { memory, floorKw = 0, thresholdKw = 0 } = book.component;
  const billedFromKw = Math.max(floorKw, thresholdKw);
  const ahead = pricesAhead(book, month);
  switch (memory?.kind) {
    case undefined:
      return [{ pricePerKw: ahead(0), atLeastKw: billedFromKw }];
    case 'rollingMean':
      return [{ pricePerKw: rollingPrice(book, month, { memory, ahead }), atLeastKw: floorKw }];
    case 'ratchet': {
      const { share, months } = memory;
      const pastKw = highestMeasuredKw(book, monthsUpTo(monthAfter(month, -1), months));
      const now = { pricePerKw: ahead(0), atLeastKw: Math.max(billedFromKw, share * pastKw) };
      const later = Array.from({ length: months }, (_, index) => ahead(index + 1));
      const laterPrice = share * later.reduce((sum, price) => sum + price, 0);
      return [now, { pricePerKw: laterPrice, atLeastKw: Math.max(pastKw, share > 0 ? billedFromKw / share : 0) }];
    }
    case 'previousMonth':
      return [{ pricePerKw: ahead(1), atLeastKw: billedFromKw }];
    default:
      return assertNever(memory);
  }
}

/** What a kW costs that is billed so many months later; in each month after that, too, in which it is still ranked. */
function pricesAhead(book: PeakBook, month: string): (monthsLater: number) => number {
  const { component } = book;
  const { floorKw = 0, thresholdKw = 0, overMonths = 1 } = component;
  const measured = measuredKw(book, month);
  const reachedKw = Math.max(0, Math.max(floorKw, measured === 'unknown' ? 0 : measured) - thresholdKw);
  return (monthsLater) =>
    monthsUpTo(monthAfter(month, monthsLater + overMonths - 1), overMonths).reduce(
      (sum, one) => sum + slopePerKw(component, one, reachedKw),
      0,
    );
}

/** Of each month that the peak is averaged in its part, by how many months will be known then. */
function rollingPrice(
  book: PeakBook,
  month: string,
  of: {
    readonly memory: DemandMemory & { readonly kind: 'rollingMean' };
    readonly ahead: (monthsLater: number) => number;
  },
): number {
  const past = monthsUpTo(monthAfter(month, -1), of.memory.months - 1).map(
    (one) => measuredKw(book, one) !== 'unknown',
  );
  let price = 0;
  for (let later = 0; later < of.memory.months; later++) {
    const known = past.slice(later).filter(Boolean).length;
    price += of.ahead(later) / (known + later + 1);
  }
  return price;
}
