import { PHASES, type Phase } from '../../src/site/phases.js';
import type { VirtualSite } from './virtualSite.js';

/** Multiples of the rating, and for how many seconds they are stood at the least. */
const STOOD: readonly (readonly [number, number])[] = [
  [1.13, 3_600],
  [2.55, 1],
  [3, 0.1],
];
/** What was used up is forgotten in an hour without overload: a bimetal cools in minutes. */
const FORGOTTEN_IN_S = 3_600;

/**
 * For how long the least breaker stands so many times its rating without tripping: a miniature circuit breaker of type B, IEC 60898-1
 * table 7, cold. It carries 1.13 times its rating for an hour; at 2.55 times it does not trip within a second, and at 3 times not within a
 * tenth of one; beyond, it may at once. In between a straight line in double logarithmic scale. Types C and D stand more, and so does a
 * gG fuse (IEC 60269: 1.25 times for an hour). Between 1 and 1.13 times nothing is said: counted as 1.13.
 */
export function stoodS(timesRating: number): number {
  if (timesRating <= 1) return Number.POSITIVE_INFINITY;
  const [first] = STOOD;
  if (first === undefined || timesRating <= first[0]) return first?.[1] ?? 0;
  for (const [index, [times, seconds]] of STOOD.entries()) {
    const before = STOOD[index - 1];
    if (before === undefined || timesRating > times) continue;
    const share = Math.log(timesRating / before[0]) / Math.log(times / before[0]);
    return before[1] * (seconds / before[1]) ** share;
  }
  return 0;
}

/** How much of what the breakers of a site stand is used up, per circuit and phase: at 1 the least of them may trip. */
export class TripCurve {
  private readonly world: VirtualSite;
  private readonly used = new Map<string, number>();
  private lastMs: number;
  /** The most that was ever used of one. */
  mostUsed = 0;
  mostUsedOf = '';

  constructor(world: VirtualSite) {
    this.world = world;
    this.lastMs = world.clock.nowMs();
  }

  /** Counts what flows now for the time since it was last looked at. */
  look(): void {
    const { world } = this;
    const passedS = (world.clock.nowMs() - this.lastMs) / 1000;
    this.lastMs = world.clock.nowMs();
    const loads = world.loadA();
    for (const { id, limitA } of world.site.circuits)
      for (const phase of PHASES) this.add(id, phase, (loads.get(id)?.[phase] ?? 0) / limitA[phase], passedS);
  }

  private add(circuitId: string, phase: Phase, timesRating: number, passedS: number): void {
    const key = `${circuitId} ${phase}`;
    const before = this.used.get(key) ?? 0;
    const stands = stoodS(timesRating);
    const used =
      stands === Number.POSITIVE_INFINITY
        ? Math.max(0, before - passedS / FORGOTTEN_IN_S)
        : before + (stands === 0 ? 1 : passedS / stands);
    this.used.set(key, used);
    if (used <= this.mostUsed) return;
    this.mostUsed = used;
    this.mostUsedOf = key;
  }
}
