/**
 * The value below which a share of the samples lies, interpolated between the two nearest (of five samples the quantiles 0, 1/4,
 * 1/2, 3/4 and 1 are the samples themselves). At least one sample, ascending; share from 0 to 1.
 */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const at = (ascending.length - 1) * share;
  const low = Math.floor(at);
  const lower = ascending[low];
  if (lower === undefined) throw new RangeError('a quantile needs at least one sample, and a share from 0 to 1');
  const upper = ascending[low + 1] ?? lower;
  return lower + (upper - lower) * (at - low);
}

export function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
