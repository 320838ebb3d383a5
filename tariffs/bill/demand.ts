import { assertNever } from '../assertNever.js';
import { type LocalMonth, localMonths } from '../calendar.js';
import { type BilledDemand, billedDemand } from '../demand/billedDemand.js';
import { monthlyPricePerKw, stepAt } from '../demand/demandPrice.js';
import { countedPeaks, nextPeaks, type PeakBook, peakBook } from '../demand/peakBook.js';
import { highest } from '../demand/peaks.js';
import { importSamples, readingsNeeded, type Sample } from '../demand/samples.js';
import { type DemandCharge, demandCharges, versionOf } from '../demand/versions.js';
import type { BilledPeak, DemandChargeComponent, MeteredInterval, Tariff } from '../types.js';
import { demandNotes, startsWithin } from './demandNotes.js';
import type { Ledger } from './ledger.js';
import type { Span } from './span.js';

/** What demand charges add to a bill beside its lines. */
export interface DemandFindings {
  readonly peaks: readonly BilledPeak[];
  readonly notes: readonly string[];
}

/**
 * Each local month that the span touches is charged whole, on all readings of it that end by the span's end: a month has one peak, and
 * no part of it is due for a part of the month. So bills of whole months add up; two bills of parts of a month each bear its charge.
 */
export function addDemandCharges(
  ledger: Ledger,
  tariff: Tariff,
  of: { readonly readings: readonly MeteredInterval[]; readonly span: Span },
): DemandFindings {
  const peaks: BilledPeak[] = [];
  const notes: string[] = [];
  for (const charge of demandCharges(tariff)) {
    const booksOf = peakBooks(charge, tariff, of);
    for (const month of localMonths(tariff.timeZone, of.span.fromMs, of.span.toMs)) {
      const component = versionOf(charge, tariff, month.startMs);
      if (component === undefined) {
        notes.push(...startsWithin(charge, tariff, month));
        continue;
      }
      const { book, samples } = booksOf(component);
      const billed = billedDemand(book, month.month);
      addCharge(ledger, tariff, { component, month, billed });
      peaks.push(...billedPeaks(tariff, { book, month, billed }));
      notes.push(...demandNotes(component, { ...of, samples, month, billed }));
    }
  }
  return { peaks, notes };
}

interface BookOfVersion {
  readonly book: PeakBook;
  readonly samples: readonly Sample[];
}

/** Each version ranks all the months that it looks at by its own rule. */
function peakBooks(
  charge: DemandCharge,
  tariff: Tariff,
  { readings, span }: { readonly readings: readonly MeteredInterval[]; readonly span: Span },
): (component: DemandChargeComponent) => BookOfVersion {
  const known = new Map<DemandChargeComponent, BookOfVersion>();
  return (component) => {
    const made = known.get(component);
    if (made !== undefined) return made;
    const clock = { timeZone: tariff.timeZone, sampleMinutes: component.sampleMinutes };
    const samples = importSamples(readingsNeeded(readings, component, span.fromMs), clock, span.toMs);
    const book = { book: peakBook(component, tariff, { samples, history: charge.history }), samples };
    known.set(component, book);
    return book;
  };
}

function addCharge(
  ledger: Ledger,
  tariff: Tariff,
  of: { readonly component: DemandChargeComponent; readonly month: LocalMonth; readonly billed: BilledDemand },
): void {
  const { component, month, billed } = of;
  const { id, kind, price } = component;
  const entry = { id, kind, month: month.month, vatPercent: component.vatPercent ?? tariff.vatPercent };
  switch (price.kind) {
    case 'perKw':
      ledger.add({ ...entry, quantity: billed.billedKw, unit: 'kW', price: monthlyPricePerKw(price, month.month) });
      return;
    case 'steps': {
      const { fromKw, toKw, pricePerMonth } = stepAt(price, billed.billedKw);
      const rateName = toKw === undefined ? `from ${fromKw} kW` : `${fromKw} to ${toKw} kW`;
      ledger.add({ ...entry, rateName, quantity: 1, unit: 'month', price: pricePerMonth });
      return;
    }
    default:
      assertNever(price);
  }
}

/** What counted, and the next highest, highest first. */
function billedPeaks(
  { name }: Tariff,
  { book, month, billed }: { readonly book: PeakBook; readonly month: LocalMonth; readonly billed: BilledDemand },
): BilledPeak[] {
  const counted = new Set(countedPeaks(book, billed.peakMonth));
  const others = nextPeaks(book, billed.peakMonth);
  return highest([...counted, ...others], counted.size + others.length).map((peak) => ({
    component: book.component.id,
    ...(name === undefined ? {} : { tariff: name }),
    month: month.month,
    startMs: peak.startMs,
    endMs: peak.endMs,
    powerKw: peak.powerKw,
    weightedKw: peak.weightedKw,
    counted: counted.has(peak),
  }));
}
