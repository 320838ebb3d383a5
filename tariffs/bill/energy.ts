import type { ComponentSegment } from '../prices/componentSegments.js';
import { filledSegments } from '../prices/filledSegments.js';
import { NoPrice } from '../prices/noPrice.js';
import type { Tariff, TariffComponent } from '../types.js';
import type { Ledger } from './ledger.js';
import type { MeteredPiece } from './meteredPieces.js';
import { type Span, within } from './span.js';

/** Kinds that have a price per kWh; of session prices what the clock alone decides. */
export type EnergyComponent = Extract<
  TariffComponent,
  { kind: 'priceSeries' | 'timeOfUse' | 'energyFee' | 'tax' | 'exportPrice' | 'sessionPrice' }
>;

/**
 * The energy of the pieces by what it costs when it flows: a piece over a change of price is cut there. Answers notes on prices that
 * were not published, for which those stand in that priceSeries takes. Throws NoPrice where energy was taken and nothing can
 * stand in for its price; energy fed in then brings nothing.
 */
export function addEnergy(
  ledger: Ledger,
  component: EnergyComponent,
  tariff: Tariff,
  of: { readonly pieces: readonly MeteredPiece[]; readonly span: Span },
): string[] {
  const { fromMs, toMs } = within(component.validity, of.span);
  if (fromMs >= toMs) return [];
  const gaps: Gap[] = [];
  eachPriced(of.pieces, filledSegments(component, tariff, fromMs, toMs), (piece, share, segment) => {
    const kwh = share * (component.kind === 'exportPrice' ? piece.exportKwh : piece.importKwh);
    if (kwh === 0) return;
    if (segment.pricePerKwh === 'unknown') {
      if (component.kind !== 'exportPrice') throw new NoPrice(segment.startMs, segment.endMs);
      gaps.push({ kind: 'without', month: piece.month, kwh });
      return;
    }
    if (segment.source === 'fallback') gaps.push({ kind: 'estimated', month: piece.month, kwh });
    ledger.add({
      id: component.id,
      rateName: segment.rateName,
      month: piece.month,
      kind: component.kind,
      quantity: kwh,
      unit: 'kWh',
      price: component.kind === 'exportPrice' ? 0 - segment.pricePerKwh : segment.pricePerKwh,
      vatPercent: segment.vatPercent,
    });
  });
  return gapNotes(component.id, gaps);
}

/** Both ascending; the segments are without gap. */
function eachPriced(
  pieces: readonly MeteredPiece[],
  segments: readonly ComponentSegment[],
  visit: (piece: MeteredPiece, share: number, segment: ComponentSegment) => void,
): void {
  let next = 0;
  for (const piece of pieces) {
    let segment = segments[next];
    while (segment !== undefined && segment.endMs <= piece.startMs) segment = segments[++next];
    for (let index = next; segment !== undefined && segment.startMs < piece.endMs; segment = segments[++index]) {
      const partMs = Math.min(segment.endMs, piece.endMs) - Math.max(segment.startMs, piece.startMs);
      visit(piece, partMs / (piece.endMs - piece.startMs), segment);
    }
  }
}

interface Gap {
  readonly kind: 'estimated' | 'without';
  readonly month: string;
  readonly kwh: number;
}

/** How much energy of each month has no published price. */
function gapNotes(id: string, gaps: readonly Gap[]): string[] {
  const sums = new Map<string, Gap>();
  for (const gap of gaps) {
    const key = `${gap.month} ${gap.kind}`;
    sums.set(key, { ...gap, kwh: gap.kwh + (sums.get(key)?.kwh ?? 0) });
  }
  return [...sums.values()].map(({ kind, month, kwh }) => {
    const what = `${id}: for ${Number(kwh.toFixed(3))} kWh of ${month} no price is published`;
    return kind === 'without'
      ? `${what}; they are paid nothing.`
      : `${what}; that of the same time on the last same weekday stands in, or else on the last day that has one.`;
  });
}
