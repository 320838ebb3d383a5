import type { CapacityLimit, SiteModel } from '../../src/site/model.js';
import { PHASES, type Phase, perPhase } from '../../src/site/phases.js';
import { IS_STRICT } from './expectedLater.js';
import type { SeededRandom } from './seededRandom.js';
import { excessOf, type TimedLimit } from './siteLimits.js';
import { TripCurve } from './tripCurve.js';
import type { VirtualSite } from './virtualSite.js';

const METER_EVERY_MS = 5_000;
/** From the news on: a message that is under way to the same station, a round trip, and the reaction time of a car (docs/safety.md). */
const BACK_WITHIN_MS = 6_500;
/** While cars that were just raised may explain it, a rise within the limit is not yet taken for the building's (docs/safety.md). */
const UNNOTICED_MS = 20_000;
const APART_MS = 60_000;
/** Times the rating: more would use up a tenth of what a breaker stands before the next reading of its meter. */
const JUMPS_TO = 1.4;
const USED_MOST = 0.1;

/**
 * What nobody told the service of beforehand: the building takes more from one moment to the next, and an owner or the grid allows less at
 * once. Above a limit then flows what it could not foresee: so briefly that a breaker hardly notices, and only until it was told.
 */
export class Unforeseen {
  private readonly world: VirtualSite;
  private readonly random: SeededRandom;
  private readonly limits: TimedLimit[] = [];
  private readonly curve: TripCurve;
  private nextMs: number;
  private lastMeteredMs = 0;
  /** Until when something may be above a limit at all, and since when it is. */
  private excusedUntilMs = 0;
  private overSinceMs: number | undefined;

  constructor(world: VirtualSite, random: SeededRandom) {
    this.world = world;
    this.random = random;
    this.curve = new TripCurve(world);
    this.nextMs = world.clock.nowMs() + APART_MS;
  }

  get mostUsed(): number {
    return this.curve.mostUsed;
  }

  /** To be called after each step of time. */
  look(): string | undefined {
    const nowMs = this.world.clock.nowMs();
    if (nowMs - this.lastMeteredMs >= METER_EVERY_MS) {
      this.lastMeteredMs = nowMs;
      for (const { id } of this.world.site.circuits) this.world.meterCircuit(id);
    }
    if (nowMs >= this.nextMs) this.happen(nowMs);
    this.curve.look();
    return this.tooMuch() ?? this.tooLong(nowMs);
  }

  private tooMuch(): string | undefined {
    const { mostUsed, mostUsedOf } = this.curve;
    return mostUsed > USED_MOST
      ? `TRIPPING ${mostUsedOf}: ${mostUsed.toFixed(3)} of what its breaker stands`
      : undefined;
  }

  private tooLong(nowMs: number): string | undefined {
    const nothing = { L1: 0, L2: 0, L3: 0 };
    const flows = new Map(
      [...this.world.loadA()].map(([id, loadA]) => [id, { loadA, buildingA: this.world.buildingA.get(id) ?? nothing }]),
    );
    const excess = excessOf(this.world.site, this.limits, flows, nowMs);
    if (excess === undefined) {
      this.overSinceMs = undefined;
      return undefined;
    }
    this.overSinceMs ??= nowMs;
    const overMs = nowMs - this.overSinceMs;
    const isExcused = this.overSinceMs <= this.excusedUntilMs || !IS_STRICT;
    if (overMs <= (IS_STRICT ? 1 : 2) * METER_EVERY_MS + BACK_WITHIN_MS && isExcused) return undefined;
    return `${excess}, for ${overMs / 1000} s`;
  }

  private happen(nowMs: number): void {
    this.nextMs = nowMs + APART_MS + this.random.integer(0, 60) * 1_000;
    if (this.random.chance(0.6)) this.buildingChanges(nowMs);
    else this.limitComes(nowMs);
  }

  /** Never beyond what leaves room for every failsafe. */
  private buildingChanges(nowMs: number): void {
    const { world, random } = this;
    const root = world.site.circuits.find(({ parentId }) => parentId === null);
    if (root === undefined) return;
    const before = world.buildingA.get(root.id) ?? perPhase(() => 0);
    const load = world.loadA().get(root.id) ?? perPhase(() => 0);
    const after = perPhase((phase) => {
      const leavesFailsafesA = this.leastLimitA(root.id, phase, nowMs) - failsafesA(world.site, root.id, phase);
      const stoodA = root.limitA[phase] * JUMPS_TO - (load[phase] - before[phase]);
      return Math.max(0, Math.min(random.integer(0, root.limitA[phase]), leavesFailsafesA, stoodA));
    });
    world.buildingA.set(root.id, after);
    world.note(`the building takes ${PHASES.map((phase) => after[phase].toFixed(1)).join(', ')} A`);
    this.excusedUntilMs = nowMs + UNNOTICED_MS + METER_EVERY_MS;
  }

  /** Of what is in force or to come. */
  private leastLimitA(circuitId: string, phase: Phase, nowMs: number): number {
    const rating = this.world.site.circuits.find(({ id }) => id === circuitId)?.limitA[phase] ?? 0;
    return this.limits
      .filter(({ limit, times }) => limit.circuitId === circuitId && times.some(({ toMs }) => toMs > nowMs))
      .reduce((leastA, { limit }) => Math.min(leastA, limit.limitA?.[phase] ?? leastA), rating);
  }

  /** From now on, and not below what is always reserved beside the building. */
  private limitComes(nowMs: number): void {
    const { world, random } = this;
    const circuit = random.pick(world.site.circuits);
    const building = world.buildingA.get(circuit.id) ?? perPhase(() => 0);
    const toMs = nowMs + random.integer(20, 90) * 1_000;
    const limitA = perPhase((phase) => {
      const leastA = Math.ceil(failsafesA(world.site, circuit.id, phase) + building[phase]);
      return random.integer(Math.min(leastA, circuit.limitA[phase]), circuit.limitA[phase]);
    });
    const limit: CapacityLimit = {
      limitId: `u${this.limits.length}`,
      circuitId: circuit.id,
      limitA,
      fromMs: nowMs,
      toMs,
      source: random.pick(['owner', 'grid-operator'] as const),
    };
    world.note(`limit from now on ${JSON.stringify(limit)}`);
    this.limits.push({ limit, times: [{ fromMs: nowMs, toMs }] });
    void world.service.putLimit(world.site.siteId, limit);
    this.excusedUntilMs = nowMs + BACK_WITHIN_MS;
  }
}

/** Of the stations below a circuit, on one phase. */
function failsafesA({ circuits, stations }: SiteModel, circuitId: string, phase: Phase): number {
  const parents = new Map(circuits.map(({ id, parentId }) => [id, parentId]));
  const isBelow = (from: string | null | undefined): boolean =>
    from === circuitId || (from !== null && from !== undefined && isBelow(parents.get(from)));
  return stations
    .filter((station) => isBelow(station.circuitId) && station.evses[0]?.phases.includes(phase))
    .reduce((sum, { failsafeA }) => sum + failsafeA, 0);
}
