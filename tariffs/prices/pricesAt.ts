import type { Tariff, TariffComponent } from '../types.js';
import { type ComponentSegment, eachSegment } from './componentSegments.js';
import { asList, checkCurrencies, importComponents, withVat } from './importPrices.js';
import { NoPrice } from './noPrice.js';
import { readPublished } from './published.js';

/** The furthest from 1970 that a Date can be. */
const INSTANT_MAX_MS = 8.64e15;

/**
 * The all-in price of a kWh taken from the grid, VAT included, as the mean over each interval [boundariesMs[t], boundariesMs[t + 1]),
 * weighted by time: T + 1 ascending instants give T prices. Several tariffs add up; none, or none with a price per kWh, is 0.
 * Throws NoPrice naming the first interval of which any part has no published price, and RangeError where the boundaries do not
 * ascend or the currencies differ.
 */
export function pricesAt(tariffs: Tariff | readonly Tariff[], boundariesMs: readonly number[]): number[] {
  const all = asList(tariffs);
  checkCurrencies(all);
  const means = meansOf(all, importComponents, boundariesMs, Number.NaN);
  const missing = means.findIndex(Number.isNaN);
  if (missing !== -1) throw new NoPrice(boundariesMs[missing] ?? 0, boundariesMs[missing + 1] ?? 0);
  return means;
}

/**
 * What is paid for a kWh fed into the grid, as the mean over each interval, as with pricesAt. VAT only where the component says so;
 * 0 where there is no export price. Throws RangeError where the boundaries do not ascend or the currencies differ.
 */
export function exportPricesAt(tariffs: Tariff | readonly Tariff[], boundariesMs: readonly number[]): number[] {
  const all = asList(tariffs);
  checkCurrencies(all);
  return meansOf(all, ({ components }) => components.filter(({ kind }) => kind === 'exportPrice'), boundariesMs, 0);
}

/** The means of what the components cost together; `ifUnknown` is the price where one has none. */
function meansOf(
  tariffs: readonly Tariff[],
  componentsOf: (tariff: Tariff) => readonly TariffComponent[],
  boundariesMs: readonly number[],
  ifUnknown: number,
): number[] {
  checkAscending(boundariesMs);
  const [fromMs = 0] = boundariesMs;
  const query = { fromMs, toMs: boundariesMs.at(-1) ?? fromMs, read: readPublished };
  const sums = new Array<number>(Math.max(0, boundariesMs.length - 1)).fill(0);
  for (const tariff of tariffs) {
    for (const component of componentsOf(tariff))
      eachSegment(component, { ...query, tariff }, meanAdder(sums, boundariesMs, ifUnknown));
  }
  return sums;
}

function checkAscending(boundariesMs: readonly number[]): void {
  let previousMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < boundariesMs.length; index++) {
    const atMs = boundariesMs[index] ?? Number.NaN;
    if (!(atMs > previousMs && Math.abs(atMs) <= INSTANT_MAX_MS))
      throw new RangeError(
        `boundariesMs must be instants that ascend: [${index - 1}] is ${previousMs}, [${index}] is ${atMs}`,
      );
    previousMs = atMs;
  }
}

/** Adds the mean over each interval to its sum. Takes the segments of one component, which follow one another over all intervals. */
function meanAdder(
  sums: number[],
  boundariesMs: readonly number[],
  ifUnknown: number,
): (segment: ComponentSegment) => void {
  let slot = 0;
  /** Price times milliseconds, over what of the interval is behind us. */
  let weighted = 0;
  return ({ startMs, endMs, pricePerKwh, vatPercent }) => {
    const paid = pricePerKwh === 'unknown' ? ifUnknown : withVat(pricePerKwh, vatPercent);
    for (; slot < sums.length; slot++) {
      const slotStartMs = boundariesMs[slot] ?? 0;
      const slotEndMs = boundariesMs[slot + 1] ?? 0;
      if (endMs <= slotStartMs) return;
      if (startMs <= slotStartMs && slotEndMs <= endMs) {
        // One price for the whole interval is taken as it is: no arithmetic, no rounding.
        sums[slot] = (sums[slot] ?? 0) + paid;
        continue;
      }
      weighted += paid * (Math.min(endMs, slotEndMs) - Math.max(startMs, slotStartMs));
      if (endMs < slotEndMs) return;
      sums[slot] = (sums[slot] ?? 0) + weighted / (slotEndMs - slotStartMs);
      weighted = 0;
    }
  };
}
