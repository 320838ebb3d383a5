import type { ProblemSession } from './types.js';

/** The slots that lie wholly inside a session's stay, [from, to); `from` may be beyond `to` where there is none. */
export function slotsOfStay(
  { arrivalMs, departureMs }: Pick<ProblemSession, 'arrivalMs' | 'departureMs'>,
  boundariesMs: ArrayLike<number>,
): { readonly from: number; readonly to: number } {
  const slots = boundariesMs.length - 1;
  const from = arrivalMs === undefined ? 0 : Math.min(slots, firstAtOrAfter(boundariesMs, arrivalMs));
  if (departureMs === undefined) return { from, to: slots };
  const first = firstAtOrAfter(boundariesMs, departureMs);
  const to = first <= slots && boundariesMs[first] === departureMs ? first : Math.max(0, first - 1);
  return { from, to };
}

function firstAtOrAfter(ascending: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
