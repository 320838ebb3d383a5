import { Calm } from './calm.js';
import { Displacer } from './displace.js';
import { Draft } from './draft.js';
import { type Entries, layOutEntries } from './entries.js';
import { Filler } from './fill.js';
import type { Network } from './network.js';
import { raisePeaks } from './peaks.js';
import { findPlaceRows } from './placeRows.js';
import { pricePlaces } from './prices.js';
import { type Primal, takeAt } from './primal.js';
import { Purification } from './purify.js';
import { Recreation } from './recreate.js';
import type { Relaxed } from './relax.js';
import { Swaps } from './swaps.js';

/** Relative: what misses the minimum by less is at the minimum. */
const MINIMUM_TOLERANCE = 1e-9;
/** Bounds of the searches, in looks at an entry, for each entry there is. */
const PURIFY_LOOKS = 60;
const SWAP_LOOKS = 8;
const ALL_SWAP_LOOKS = 20;
const DISPLACE_LOOKS = 30;
const CALM_LOOKS = 12;
/** So many looks are affordable however few entries there are. */
const LOOKS_LEAST = 200_000;
const DEPTH_MAX = 3;
/** Up to so many sessions the search goes on for its own sake; above, only while sessions go short by the minimum. */
const SMALL_SESSIONS = 50;
const ROUNDS_SMALL = 3000;
const ROUNDS_PER_ENTRY = 10;
/** Rounds cost more the larger the site: so many for this many sessions in all. */
const ROUNDS_LARGE = 900;
const ROUNDS_TIMES_SESSIONS = 180_000;
const ROUNDS_RAISED = 60;
/** What a session misses more than in the relaxed plan, to be worth a search. */
const LOST_MIN_KWH = 1e-4;

export function hasMinimum({ currentMinA }: Network): boolean {
  return currentMinA.some((currentA) => currentA > 0);
}

interface MinimumOptions {
  readonly isTimeUp: () => boolean;
}

/**
 * A plan near the relaxed one in which every session takes 0 or at least its minimum in every slot, with few switchings. Starts from the
 * relaxed plan, gathers by swaps what is spread below the minimum, takes off what remains below it, and finds another place for that. At last
 * it takes out switchings that are worth nothing.
 */
export function keepMinimum(network: Network, relaxed: Relaxed, options: MinimumOptions): Primal {
  const hasty = options.isTimeUp() ? withoutThin(network, relaxed.primal) : undefined;
  if (hasty !== undefined) return hasty;
  const entries = layOutEntries(network);
  const draft = new Draft({ network, entries, rows: findPlaceRows(network) }, relaxed.primal);
  if (draft.kwh.some((kwh, entry) => isBelowMinimum(entries, entry, kwh))) {
    if (!options.isTimeUp()) gather(draft);
    dropBelowMinimum(draft);
    findPlaces(draft, relaxed, options);
  }
  if (!options.isTimeUp()) new Calm(draft).run(looksFor(draft, CALM_LOOKS));
  return draft.toPrimal();
}

/** Of all energy: as much may be lost for a plan at once. */
const THIN_SHARE_MAX = 0.02;

/**
 * Where time is up already: the plan without what is below the minimum, if that is little, as it is in a first plan. Undefined if it is much,
 * or where a session has two cells in a slot.
 */
function withoutThin(network: Network, { kwh, missingKwh, free }: Primal): Primal | undefined {
  if (network.table.hasReservations) return undefined;
  const { sessions, cellStart, cellSlot, cellPlace, currentMinA, kwPerAmpere, slotHours } = network;
  const kept: Primal = { kwh: kwh.slice(), missingKwh: missingKwh.slice(), free: free.slice() };
  let all = 0;
  let lost = 0;
  for (let session = 0; session < sessions; session++) {
    const leastKw = (currentMinA[session] as number) * (kwPerAmpere[session] as number) * (1 - MINIMUM_TOLERANCE);
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      const taken = kwh[cell] as number;
      all += taken;
      if (taken === 0 || taken >= leastKw * (slotHours[cellSlot[cell] as number] as number)) continue;
      lost += taken;
      kept.kwh[cell] = 0;
      kept.missingKwh[session] = (kept.missingKwh[session] as number) + taken;
      takeAt(network, kept.free, cellPlace[cell] as number, -taken);
    }
  }
  return lost <= THIN_SHARE_MAX * all ? kept : undefined;
}

/** Places what was taken off: in free room, by making others leave, and by undoing and redoing parts of the plan. */
function findPlaces(draft: Draft, relaxed: Relaxed, { isTimeUp }: MinimumOptions): void {
  const { network } = draft;
  const placePrice = new Float64Array(network.groups * network.slots);
  pricePlaces(network, relaxed.rowPrice, network.tiltedPrice, placePrice);
  const filler = new Filler(draft, placePrice);
  const displacer = new Displacer(draft, filler);
  const recreation = new Recreation(draft, filler, displacer);
  const worth = network.shortfallPrice;
  const order = Array.from({ length: network.sessions }, (_, session) => session);
  order.sort((a, b) => (worth[b] as number) - (worth[a] as number) || a - b);
  for (const session of order) filler.fill(session, -1);
  const toMiss = relaxed.primal.missingKwh;
  const isLost = (session: number) =>
    (draft.missingKwh[session] as number) > (toMiss[session] as number) + LOST_MIN_KWH;
  const search = (rounds: number, untilNoneLost: boolean) => {
    for (let depth = 1; depth <= DEPTH_MAX; depth++) {
      displacer.looksLeft = looksFor(draft, DISPLACE_LOOKS);
      for (const session of order) if (isLost(session) && !isTimeUp()) displacer.settle(session, depth);
    }
    recreation.run({ rounds, toMiss, untilNoneLost, isTimeUp });
  };
  const isSmall = network.sessions <= SMALL_SESSIONS;
  const affordable = Math.ceil(ROUNDS_TIMES_SESSIONS / Math.max(1, network.sessions));
  const rounds = isSmall
    ? Math.min(ROUNDS_SMALL, ROUNDS_PER_ENTRY * draft.kwh.length)
    : Math.min(ROUNDS_LARGE, affordable);
  search(rounds, !isSmall);
  const isShort = () => !isTimeUp() && order.some(isLost);
  raisePeaks(draft, isShort, () => search(ROUNDS_RAISED, true));
}

function looksFor(draft: Draft, each: number): number {
  return Math.max(LOOKS_LEAST, each * draft.kwh.length);
}

/** What is spread thinly is gathered: first to the corners, then, inside each group, whose sessions load the same limits, above minima. */
function gather(draft: Draft): void {
  const { sessions, sessionGroup } = draft.network;
  const purification = new Purification(draft);
  purification.looksLeft = looksFor(draft, PURIFY_LOOKS);
  purification.run();
  const swaps = new Swaps(draft);
  swaps.looksLeft = looksFor(draft, SWAP_LOOKS);
  // What is reserved for a session loads no limit, so that a swap with it is not neutral even inside a group.
  const isNeutral = !draft.network.table.hasReservations;
  for (let first = 0, last = 0; first < sessions; first = last) {
    while (last < sessions && sessionGroup[last] === sessionGroup[first]) last++;
    swaps.run(first, last, isNeutral);
  }
  swaps.looksLeft = looksFor(draft, ALL_SWAP_LOOKS);
  swaps.run(0, sessions, false);
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
