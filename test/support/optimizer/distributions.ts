import type { SeededRandom } from '../seededRandom.js';

/** Of mean 0 and deviation 1, by Box and Muller. */
export function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(random.next() + 1e-12)) * Math.cos(2 * Math.PI * random.next());
}

/** A hill of height 1 around `centre`. */
export function hill(at: number, centre: number, width: number): number {
  return Math.exp(-0.5 * ((at - centre) / width) ** 2);
}

export function clamped(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
