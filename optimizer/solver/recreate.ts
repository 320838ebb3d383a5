import type { Displacer } from './displace.js';
import { type Draft, KWH_DUST } from './draft.js';
import type { Filler } from './fill.js';

/** How many sessions lose all they take, or what they take in a few slots, in one round. */
const SESSIONS_MAX = 4;
const WINDOW_SESSIONS = 16;
const WINDOW_SLOTS_MAX = 4;
const WINDOW_CHANCE = 0.5;
/** Prices are bent by up to this share, so that sessions try other slots than the last time. */
const BEND = 0.3;
/** And now and then by much more. */
const BEND_MUCH = 3;
const BEND_MUCH_CHANCE = 0.15;
/** Bounds the search for room in one round. */
const LOOKS_PER_ROUND = 1000;
/** At first a round may make the plan dearer by about this share of its cost, at last by nothing. */
const HEAT_FIRST = 5e-4;
/** The clock is asked, and who goes short found, once in so many rounds. */
const ROUNDS_PER_LOOK = 16;
const LOST_MIN_KWH = 1e-6;
const LOST_CHANCE = 0.7;
const COST_DUST = 1e-9;

/** xorshift32 from a fixed seed: the same problem gets the same plan. */
class FixedRandom {
  private state = 0x2545f491;

  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (x >>> 0) / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }
}

/**
 * Ruin and recreate (Schrimpf et al. 2000): a few sessions lose what they take, and find places again one after the other. What makes
 * the plan cheaper is kept, at first also what makes it a little dearer.
 */
export class Recreation {
  private readonly draft: Draft;
  private readonly filler: Filler;
  private readonly displacer: Displacer;
  private readonly random = new FixedRandom();
  private readonly stride: number;
  private readonly staying: readonly number[];
  private lost: readonly number[] = [];

  constructor(draft: Draft, filler: Filler, displacer: Displacer) {
    this.draft = draft;
    this.filler = filler;
    this.displacer = displacer;
    const { sessions } = draft.network;
    const { from, to } = draft.entries;
    this.stride = strideThrough(sessions);
    this.staying = Array.from({ length: sessions }, (_, session) => session).filter(
      (session) => (from[session] as number) < (to[session] as number),
    );
  }

  /** `toMiss` is what the relaxed plan leaves each session without. With `untilNoneLost` it stops when none misses more. */
  run(of: {
    readonly rounds: number;
    readonly toMiss: Float64Array;
    readonly untilNoneLost: boolean;
    readonly isTimeUp: () => boolean;
  }): void {
    const { draft } = this;
    if (this.staying.length === 0) return;
    let best = draft.cost;
    let bestKwh: Float64Array | undefined;
    draft.keep();
    const heatFirst = HEAT_FIRST * Math.abs(totalCost(draft));
    for (let round = 0; round < of.rounds; round++) {
      if (round % ROUNDS_PER_LOOK === 0) {
        this.lost = this.staying.filter(
          (session) => (draft.missingKwh[session] as number) > (of.toMiss[session] as number) + LOST_MIN_KWH,
        );
        if (of.isTimeUp() || (of.untilNoneLost && this.lost.length === 0)) break;
      }
      const heat = of.untilNoneLost ? 0 : heatFirst * (1 - round / of.rounds) ** 2;
      const before = draft.cost;
      this.ruinAndRecreate();
      if (draft.cost > before - heat * Math.log(1 - this.random.next())) {
        draft.undo(0);
        continue;
      }
      draft.keep();
      if (draft.cost < best - COST_DUST) {
        best = draft.cost;
        if (heat > 0) bestKwh = draft.kwh.slice();
      }
    }
    if (bestKwh !== undefined) draft.restore(bestKwh);
  }

  private ruinAndRecreate(): void {
    const { draft, random, filler, displacer } = this;
    const { entryStart, from, to } = draft.entries;
    const isLost = this.lost.length > 0 && random.next() < LOST_CHANCE;
    const among = isLost ? this.lost : this.staying;
    const first = among[random.below(among.length)] as number;
    const isWindow = random.next() < WINDOW_CHANCE;
    const hurt = this.pickWith(first, isWindow ? WINDOW_SESSIONS : 1 + random.below(SESSIONS_MAX));
    let begin = 0;
    let end = draft.network.slots;
    if (isWindow) {
      begin = (from[first] as number) + random.below((to[first] as number) - (from[first] as number));
      end = begin + 1 + random.below(WINDOW_SLOTS_MAX);
    }
    for (const session of hurt) {
      const shift = (entryStart[session] as number) - (from[session] as number);
      const last = Math.min(end, to[session] as number);
      for (let slot = Math.max(begin, from[session] as number); slot < last; slot++) {
        const kwh = draft.kwh[shift + slot] as number;
        if (kwh > 0) draft.add(shift + slot, -kwh);
      }
    }
    this.shuffle(hurt);
    const bend = (random.next() < BEND_MUCH_CHANCE ? BEND_MUCH : BEND) * random.next();
    for (const session of hurt) filler.sort(session, bend, random);
    displacer.looksLeft = LOOKS_PER_ROUND;
    for (let pass = 0; pass < 2; pass++) {
      for (const session of hurt) if ((draft.missingKwh[session] as number) > KWH_DUST) displacer.settle(session, 1);
    }
  }

  /** It and some others that are there at the same time. */
  private pickWith(session: number, count: number): number[] {
    const { from, to } = this.draft.entries;
    const { sessions } = this.draft.network;
    const found = [session];
    const first = this.random.below(sessions);
    for (let step = 0; step < sessions && found.length < count; step++) {
      const other = (first + step * this.stride) % sessions;
      const overlaps =
        (from[other] as number) < (to[session] as number) && (from[session] as number) < (to[other] as number);
      if (overlaps && other !== session) found.push(other);
    }
    return found;
  }

  private shuffle(values: number[]): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.random.below(last + 1);
      const kept = values[last] as number;
      values[last] = values[other] as number;
      values[other] = kept;
    }
  }
}

/** A step that comes past all of so many, and not in their order. */
function strideThrough(count: number): number {
  const greatest = (a: number, b: number): number => (b === 0 ? a : greatest(b, a % b));
  let stride = Math.max(1, Math.round(count * 0.382));
  while (greatest(stride, count) > 1) stride++;
  return stride;
}

function totalCost({ network, cost }: Draft): number {
  let total = cost;
  for (let session = 0; session < network.sessions; session++) {
    total += (network.wantedKwh[session] as number) * (network.shortfallPrice[session] as number);
  }
  return total;
}
