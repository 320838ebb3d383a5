import type { Draft } from './draft.js';

/** Peaks are tried raised by so many times the least power that a session can take. */
const RAISES = [0.25, 0.5, 1, 2, 4];

/**
 * Peaks are limits to the search. Where sessions go short by that, it goes on with peaks raised step by step, and the plan that costs least
 * with its demand charges is kept.
 */
export function raisePeaks(draft: Draft, isShort: () => boolean, search: () => void): void {
  if (draft.network.demands.length === 0 || !isShort()) return;
  const stepKw = leastPowerKw(draft);
  let best = draft.cost + demandCost(draft);
  let bestKwh = draft.kwh.slice();
  let raisedKw = 0;
  for (const raise of RAISES) {
    if (!isShort()) break;
    draft.allowPeaks(raise * stepKw - raisedKw);
    raisedKw = raise * stepKw;
    search();
    const cost = draft.cost + demandCost(draft);
    if (cost >= best) continue;
    best = cost;
    bestKwh = draft.kwh.slice();
  }
  draft.restore(bestKwh);
}

function leastPowerKw({ network }: Draft): number {
  let leastKw = Number.POSITIVE_INFINITY;
  for (let session = 0; session < network.sessions; session++) {
    const kw = (network.currentMinA[session] as number) * (network.kwPerAmpere[session] as number);
    if (kw > 0 && kw < leastKw) leastKw = kw;
  }
  return Number.isFinite(leastKw) ? leastKw : 1;
}

function demandCost(draft: Draft): number {
  let cost = 0;
  for (const [index, demand] of draft.network.demands.entries()) {
    let leastFree = Number.POSITIVE_INFINITY;
    for (let row = demand.firstRow; row < demand.firstRow + demand.windows; row++) {
      leastFree = Math.min(leastFree, draft.free[row] as number);
    }
    cost += demand.pricePerKw * Math.max(demand.peakMinKw, (draft.peakKw[index] as number) - leastFree);
  }
  return cost;
}
