import type { DemandCharge } from '../../optimizer/index.js';
import {
  demandOutlook,
  type MeteredInterval,
  NoPrice,
  type PriceInterval,
  priceSeries,
  type Tariff,
} from '../../tariffs/index.js';
import { FREE, type PricesKnown, type PricesOver } from './prices.js';

// What a site's tariffs say of the slots of a schedule.

export interface TariffsKnown {
  /** Of one currency; none: nothing costs anything. */
  readonly tariffs: readonly Tariff[];
  /** Does the site name others that are not there? What they would cost is not known then. */
  readonly areSomeMissing?: boolean;
  /** What was taken from the grid as far back as a demand charge remembers, up to now; ascending. */
  readonly soFar: readonly MeteredInterval[];
  /** The grid connection, where peaks are measured. */
  readonly circuitId: string;
}

export function tariffPrices(of: TariffsKnown): PricesOver {
  const over = pricesOfTariffs(of);
  if (of.areSomeMissing !== true) return over;
  return (boundariesMs, buildingKw) => {
    const prices = over(boundariesMs, buildingKw);
    return { ...prices, known: { ...prices.known, from: 'none', publishedUntilMs: null } };
  };
}

function pricesOfTariffs({ tariffs, soFar, circuitId }: TariffsKnown): PricesOver {
  const [first] = tariffs;
  if (first === undefined) return FREE;
  return (boundariesMs, buildingKw) => {
    const prices = pricesOver(tariffs, boundariesMs[0] ?? 0, boundariesMs.at(-1) ?? 0);
    return {
      energyPricePerKwh: meansOver(prices, boundariesMs),
      demandCharges: demandOutlook(tariffs, soFar, boundariesMs).map(
        ({ componentId: _componentId, ...charge }): DemandCharge => ({
          ...charge,
          circuitId,
          ...(buildingKw.length === 0 ? {} : { baseLoadKw: buildingKw }),
        }),
      ),
      known: { currency: first.currency, ...knownOf(prices) },
    };
  };
}

interface Priced extends Omit<PriceInterval, 'source'> {
  readonly source: PricesKnown['from'];
}

/** Gapless. Where there is not even a fallback the last known price stands, before the first one that one, and without any 0. */
function pricesOver(tariffs: readonly Tariff[], fromMs: number, toMs: number): readonly Priced[] {
  const prices: Priced[] = [];
  const gaps: number[] = [];
  for (let nextMs = fromMs; nextMs < toMs; ) {
    const gap = pricesUntilGap(tariffs, nextMs, toMs, prices);
    if (gap === undefined) break;
    gaps.push(prices.length);
    prices.push({ ...gap, pricePerKwh: Number.NaN, source: 'none' });
    nextMs = gap.endMs;
  }
  const known = (price: Priced | undefined) => price !== undefined && price.source !== 'none';
  for (const index of gaps) {
    const standIn = prices.slice(0, index).findLast(known) ?? prices.find(known);
    const gap = prices[index];
    if (gap !== undefined) prices[index] = { ...gap, pricePerKwh: standIn?.pricePerKwh ?? 0 };
  }
  return prices;
}

/** Adds what is known, up to the first gap, and answers that. */
function pricesUntilGap(
  tariffs: readonly Tariff[],
  fromMs: number,
  toMs: number,
  prices: Priced[],
): { readonly startMs: number; readonly endMs: number } | undefined {
  try {
    prices.push(...priceSeries(tariffs, fromMs, toMs).prices);
    return undefined;
  } catch (error) {
    if (!(error instanceof NoPrice)) throw error;
    const startMs = Math.max(fromMs, error.startMs);
    if (startMs > fromMs) prices.push(...priceSeries(tariffs, fromMs, startMs).prices);
    return { startMs, endMs: Math.min(error.endMs, toMs) };
  }
}

function meansOver(prices: readonly Priced[], boundariesMs: readonly number[]): number[] {
  let first = 0;
  return boundariesMs.slice(0, -1).map((fromMs, slot) => {
    const toMs = boundariesMs[slot + 1] ?? fromMs;
    while ((prices[first]?.endMs ?? toMs) <= fromMs) first += 1;
    let weighted = 0;
    for (let index = first; (prices[index]?.startMs ?? toMs) < toMs; index++) {
      const { startMs, endMs, pricePerKwh } = prices[index] as Priced;
      weighted += pricePerKwh * (Math.min(toMs, endMs) - Math.max(fromMs, startMs));
    }
    return weighted / (toMs - fromMs);
  });
}

function knownOf(prices: readonly Priced[]): Pick<PricesKnown, 'from' | 'publishedUntilMs'> {
  const firstGap = prices.findIndex(({ source }) => source !== 'published');
  const published = firstGap < 0 ? prices : prices.slice(0, firstGap);
  const from = ['none', 'fallback'] as const;
  return {
    from: from.find((kind) => prices.some(({ source }) => source === kind)) ?? 'published',
    publishedUntilMs: published.at(-1)?.endMs ?? null,
  };
}
