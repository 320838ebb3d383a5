import type { Tariff } from '../types.js';
import { type ComponentSegment, componentSegments } from './componentSegments.js';
import { asList, checkCurrencies, importComponents, withVat } from './importPrices.js';
import { NoPrice } from './noPrice.js';

/**
 * The all-in price of a kWh taken from the grid, VAT included, as the mean over each interval [boundariesMs[t], boundariesMs[t + 1]),
 * weighted by time: T + 1 ascending instants give T prices. Several tariffs add up; none, or none with a price per kWh, is 0.
 * Throws NoPrice naming the first interval of which any part has no published price, and RangeError where the boundaries do not
 * ascend or the currencies differ.
 */
export function pricesAt(tariffs: Tariff | readonly Tariff[], boundariesMs: readonly number[]): number[] {
  const { fromMs, toMs } = spanOf(boundariesMs);
  const all = asList(tariffs);
  checkCurrencies(all);
  const sums = zeros(boundariesMs);
  for (const tariff of all) {
    for (const component of importComponents(tariff))
      addMeans(sums, boundariesMs, componentSegments(component, tariff, fromMs, toMs), Number.NaN);
  }
  const missing = sums.findIndex(Number.isNaN);
  if (missing !== -1) throw new NoPrice(boundariesMs[missing] ?? fromMs, boundariesMs[missing + 1] ?? toMs);
  return sums;
}

/**
 * What is paid for a kWh fed into the grid, as the mean over each interval, as with pricesAt. VAT only where the component says so;
 * 0 where there is no export price. Throws RangeError where the boundaries do not ascend or the currencies differ.
 */
export function exportPricesAt(tariffs: Tariff | readonly Tariff[], boundariesMs: readonly number[]): number[] {
  const { fromMs, toMs } = spanOf(boundariesMs);
  const all = asList(tariffs);
  checkCurrencies(all);
  const sums = zeros(boundariesMs);
  for (const tariff of all) {
    for (const component of tariff.components) {
      if (component.kind === 'exportPrice')
        addMeans(sums, boundariesMs, componentSegments(component, tariff, fromMs, toMs), 0);
    }
  }
  return sums;
}

function spanOf(boundariesMs: readonly number[]): { fromMs: number; toMs: number } {
  const fromMs = boundariesMs[0] ?? 0;
  let previousMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < boundariesMs.length; index++) {
    const atMs = boundariesMs[index] ?? Number.NaN;
    if (!(atMs > previousMs && Number.isFinite(atMs)))
      throw new RangeError(`boundariesMs must ascend: [${index - 1}] is ${previousMs}, [${index}] is ${atMs}`);
    previousMs = atMs;
  }
  return { fromMs, toMs: boundariesMs.at(-1) ?? fromMs };
}

function zeros(boundariesMs: readonly number[]): number[] {
  return new Array<number>(Math.max(0, boundariesMs.length - 1)).fill(0);
}

/** Adds the mean over each interval to its sum. The segments cover all intervals; `ifUnknown` is the price where they know none. */
function addMeans(
  sums: number[],
  boundariesMs: readonly number[],
  segments: readonly ComponentSegment[],
  ifUnknown: number,
): void {
  let index = 0;
  for (let slot = 0; slot < sums.length; slot++) {
    const startMs = boundariesMs[slot] ?? 0;
    const endMs = boundariesMs[slot + 1] ?? 0;
    let segment = segments[index];
    while (segment !== undefined && segment.endMs <= startMs) segment = segments[++index];
    // One price for the whole interval is taken as it is: no arithmetic, no rounding.
    const mean =
      segment === undefined || segment.endMs >= endMs
        ? paid(segment, ifUnknown)
        : meanOf(segments, index, { startMs, endMs }, ifUnknown);
    sums[slot] = (sums[slot] ?? 0) + mean;
  }
}

function meanOf(
  segments: readonly ComponentSegment[],
  from: number,
  { startMs, endMs }: { startMs: number; endMs: number },
  ifUnknown: number,
): number {
  let weighted = 0;
  let coveredMs = startMs;
  for (let index = from; coveredMs < endMs; index++) {
    const segment = segments[index];
    const untilMs = Math.min(segment?.endMs ?? endMs, endMs);
    weighted += paid(segment, ifUnknown) * (untilMs - coveredMs);
    coveredMs = untilMs;
  }
  return weighted / (endMs - startMs);
}

function paid(segment: ComponentSegment | undefined, ifUnknown: number): number {
  if (segment === undefined || segment.pricePerKwh === 'unknown') return ifUnknown;
  return withVat(segment.pricePerKwh, segment.vatPercent);
}
