import type { SlotIndex } from './augment.js';
import { Draft, KWH_DUST } from './draft.js';
import { type Entries, layOutEntries } from './entries.js';
import { cheapestFirst, Filler } from './fill.js';
import type { Network } from './network.js';
import { pricePlaces } from './prices.js';
import type { Primal } from './primal.js';
import type { Relaxed } from './relax.js';

/** Relative: what misses the minimum by less is at the minimum. */
const MINIMUM_TOLERANCE = 1e-9;

/** Whether all sessions take 0 or at least their minimum in every slot. */
export function keepsMinimum(network: Network, primal: Primal): boolean {
  if (!network.currentMinA.some((currentA) => currentA > 0)) return true;
  const entries = layOutEntries(network);
  const draft = new Draft(network, entries, primal);
  return draft.kwh.every((kwh, entry) => !isBelowMinimum(entries, entry, kwh));
}

function isBelowMinimum({ minKwh }: Entries, entry: number, kwh: number): boolean {
  return kwh > 0 && kwh < (minKwh[entry] as number) * (1 - MINIMUM_TOLERANCE);
}

/**
 * A plan near the relaxed one in which every session takes 0 or at least its minimum in every slot. Starts from the relaxed plan, takes off
 * what is below the minimum and puts it elsewhere.
 */
export function keepMinimum(
  network: Network,
  _index: SlotIndex,
  relaxed: Relaxed,
  _options: { readonly isTimeUp: () => boolean },
): Primal {
  const entries = layOutEntries(network);
  const draft = new Draft(network, entries, relaxed.primal);
  const placePrice = new Float64Array(network.groups * network.slots);
  pricePlaces(network, relaxed.rowPrice, network.tiltedPrice, placePrice);
  for (let entry = 0; entry < entries.session.length; entry++) {
    const kwh = draft.kwh[entry] as number;
    if (isBelowMinimum(entries, entry, kwh)) draft.add(entry, -kwh);
  }
  const filler = new Filler(draft, cheapestFirst(draft, placePrice));
  const { missingKwh } = draft;
  const worth = network.shortfallPrice;
  const waiting = Array.from(missingKwh.keys()).filter((session) => (missingKwh[session] as number) > KWH_DUST);
  waiting.sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
  for (const session of waiting) filler.fill(session, -1);
  return draft.toPrimal();
}
