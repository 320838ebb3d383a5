import { Calm } from './calm.js';
import { Displacer } from './displace.js';
import { Draft } from './draft.js';
import { type Entries, layOutEntries } from './entries.js';
import { Filler } from './fill.js';
import type { Network } from './network.js';
import { findPlaceRows } from './placeRows.js';
import { pricePlaces } from './prices.js';
import type { Primal } from './primal.js';
import { Recreation } from './recreate.js';
import type { Relaxed } from './relax.js';
import { Swaps } from './swaps.js';

/** Relative: what misses the minimum by less is at the minimum. */
const MINIMUM_TOLERANCE = 1e-9;
/** Bounds of the searches, in looks at an entry, for each entry there is. */
const SWAP_LOOKS = 8;
const DISPLACE_LOOKS = 30;
const CALM_LOOKS = Number(process.env.CL ?? 20);
/** So many looks are affordable however few entries there are. */
const LOOKS_LEAST = 200_000;
const DEPTH_MAX = 3;
/** Up to so many sessions the search goes on for its own sake; above, only while sessions go short by the minimum. */
const SMALL_SESSIONS = 50;
const ROUNDS_SMALL = 900;
const ROUNDS_LARGE = 300;
/** What a session misses more than in the relaxed plan, to be worth a search. */
const LOST_MIN_KWH = 1e-4;

/** Whether all sessions take 0 or at least their minimum in every slot. */
export function keepsMinimum(network: Network, primal: Primal): boolean {
  const { sessions, cellStart, cellSlot, currentMinA, kwPerAmpere, slotHours } = network;
  if (!currentMinA.some((currentA) => currentA > 0)) return true;
  const taken = new Float64Array(network.slots);
  for (let session = 0; session < sessions; session++) {
    const leastKw = (currentMinA[session] as number) * (kwPerAmpere[session] as number);
    if (leastKw === 0) continue;
    taken.fill(0);
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      const slot = cellSlot[cell] as number;
      taken[slot] = (taken[slot] as number) + (primal.kwh[cell] as number);
    }
    const keeps = taken.every(
      (kwh, slot) => kwh === 0 || kwh >= leastKw * (slotHours[slot] as number) * (1 - MINIMUM_TOLERANCE),
    );
    if (!keeps) return false;
  }
  return true;
}

/**
 * A plan near the relaxed one in which every session takes 0 or at least its minimum in every slot. Starts from the relaxed plan, gathers
 * by swaps what is spread below the minimum, takes off what remains below it, and finds another place for that: in free room, by making others
 * leave, and by undoing and redoing parts of the plan. At last it takes out switchings that are worth nothing.
 */
export function keepMinimum(network: Network, relaxed: Relaxed, options: { readonly isTimeUp: () => boolean }): Primal {
  const entries = layOutEntries(network);
  const draft = new Draft({ network, entries, rows: findPlaceRows(network) }, relaxed.primal);
  const placePrice = new Float64Array(network.groups * network.slots);
  pricePlaces(network, relaxed.rowPrice, network.tiltedPrice, placePrice);
  const looks = (each: number) => Math.max(LOOKS_LEAST, each * entries.session.length);
  if (!options.isTimeUp()) gather(draft, looks(SWAP_LOOKS));
  dropBelowMinimum(draft);
  const filler = new Filler(draft, placePrice);
  const displacer = new Displacer(draft, filler);
  const toMiss = relaxed.primal.missingKwh;
  const waiting = Array.from({ length: network.sessions }, (_, session) => session);
  const worth = network.shortfallPrice;
  waiting.sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
  for (const session of waiting) filler.fill(session, -1);
  for (let depth = 1; depth <= DEPTH_MAX; depth++) {
    displacer.looksLeft = looks(DISPLACE_LOOKS);
    for (const session of waiting) {
      const lost = (draft.missingKwh[session] as number) - (toMiss[session] as number);
      if (lost > LOST_MIN_KWH && !options.isTimeUp()) displacer.settle(session, depth);
    }
  }
  const isSmall = network.sessions <= SMALL_SESSIONS;
  const rounds = isSmall ? ROUNDS_SMALL : ROUNDS_LARGE;
  const recreation = new Recreation(draft, filler, displacer);
  recreation.run({ rounds, toMiss, untilNoneLost: !isSmall, isTimeUp: options.isTimeUp });
  if (!options.isTimeUp()) new Calm(draft).run(looks(CALM_LOOKS));
  return draft.toPrimal();
}

/** Swaps inside each group, whose sessions load the same limits. */
function gather(draft: Draft, looks: number): void {
  const { sessions, sessionGroup } = draft.network;
  const swaps = new Swaps(draft);
  swaps.looksLeft = looks;
  // What is reserved for a session loads no limit, so that a swap with it is not neutral even inside a group.
  const isNeutral = !draft.network.table.hasReservations;
  for (let first = 0, last = 0; first < sessions; first = last) {
    while (last < sessions && sessionGroup[last] === sessionGroup[first]) last++;
    swaps.run(first, last, isNeutral);
  }
  if (sessions <= SMALL_SESSIONS) swaps.run(0, sessions, false);
  draft.keep();
}

function dropBelowMinimum(draft: Draft): void {
  for (let entry = 0; entry < draft.kwh.length; entry++) {
    if (isBelowMinimum(draft.entries, entry, draft.kwh[entry] as number))
      draft.add(entry, -(draft.kwh[entry] as number));
  }
  draft.keep();
}

function isBelowMinimum({ minKwh }: Entries, entry: number, kwh: number): boolean {
  return kwh > 0 && kwh < (minKwh[entry] as number) * (1 - MINIMUM_TOLERANCE);
}
