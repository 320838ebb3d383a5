/** A price for each interval of time: what every tariff comes down to before energy is planned or billed. */
export interface PriceSeries {
  /** ISO 4217. */
  readonly currency: string;
  /** Ascending, not overlapping; half-open [startMs, endMs). Any resolution, and not all need have the same. */
  readonly prices: readonly PriceInterval[];
}

export interface PriceInterval {
  readonly startMs: number;
  readonly endMs: number;
  /** May be negative. */
  readonly pricePerKwh: number;
}

/** Prices are asked for a time that has none. */
export class NoPrice extends Error {
  override readonly name = 'NoPrice';
  readonly code = 'NO_PRICE';
  /** The first interval asked for that is not wholly priced. */
  readonly startMs: number;
  readonly endMs: number;

  constructor(startMs: number, endMs: number) {
    super(
      `no price for ${new Date(startMs).toISOString()} to ${new Date(endMs).toISOString()}: load prices for that time first`,
    );
    this.startMs = startMs;
    this.endMs = endMs;
  }
}

/**
 * The mean price of each interval [boundariesMs[t], boundariesMs[t + 1]), weighted by time: T + 1 ascending instants give T prices.
 * Throws NoPrice naming the first interval of which any part has no price, and RangeError when the boundaries do not ascend.
 */
export function pricesAt(series: PriceSeries, boundariesMs: readonly number[]): number[] {
  const means: number[] = [];
  let next = 0;
  for (let slot = 0; slot + 1 < boundariesMs.length; slot++) {
    const startMs = boundariesMs[slot] ?? Number.NaN;
    const endMs = boundariesMs[slot + 1] ?? Number.NaN;
    if (!(startMs < endMs))
      throw new RangeError(`boundariesMs must ascend: [${slot}] is ${startMs}, [${slot + 1}] is ${endMs}`);
    while ((series.prices[next]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) next += 1;
    means.push(meanPrice(series.prices, next, startMs, endMs));
  }
  return means;
}

function meanPrice(prices: readonly PriceInterval[], from: number, startMs: number, endMs: number): number {
  let coveredMs = startMs;
  let weighted = 0;
  for (let index = from; coveredMs < endMs; index++) {
    const price = prices[index];
    if (price === undefined || price.startMs > coveredMs) throw new NoPrice(startMs, endMs);
    const untilMs = Math.min(price.endMs, endMs);
    weighted += price.pricePerKwh * (untilMs - coveredMs);
    coveredMs = untilMs;
  }
  return weighted / (endMs - startMs);
}
