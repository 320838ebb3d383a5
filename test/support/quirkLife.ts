import { writesLeft } from '../../src/site/messageBudget.js';
import type { SiteModel } from '../../src/site/model.js';
import { COMES_BACK_MS, comeBack, happen, randomFaults } from './happenings.js';
import type { PureStation } from './pureStation.js';
import { QuirkChecks } from './quirkChecks.js';
import { randomSite } from './randomSite.js';
import { SeededRandom } from './seededRandom.js';
import { beliefs, couldCharge, ownerOf } from './siteLife.js';
import { randomLimits } from './siteLimits.js';
import {
  DISOBEDIENT_QUIRKS,
  OBEDIENT_QUIRKS,
  type Quirk,
  STEERED_BY_DEFAULT,
  UNCONFIRMED_QUIRKS,
  type Ways,
  ways,
} from './stationQuirks.js';
import { VirtualSite } from './virtualSite.js';

export type Family = 'obedient' | 'unconfirmed' | 'disobedient';

export const QUIRKS: Readonly<Record<Family, readonly Quirk[]>> = {
  obedient: OBEDIENT_QUIRKS,
  unconfirmed: UNCONFIRMED_QUIRKS,
  disobedient: DISOBEDIENT_QUIRKS,
};

const STEP_MS = 500;
const METER_EVERY_MS = 10_000;
const MINUTE_MS = 60_000;
const COMMISSIONED_MS = 40_000;
const FAULTS_MS = 4 * MINUTE_MS;
/** After the faults: until every car is told what it is planned, and while that is looked at. */
const SETTLES_MS = 2.5 * MINUTE_MS;
const PLANNED_MS = 5 * MINUTE_MS;
/** Once there are no more faults, each car has charged within this time. */
const CHARGED_WITHIN_MS = 20 * MINUTE_MS;
/** So that each life's site, cars and faults do not depend on which quirks there are. */
const QUIRKS_SEED = 2_000_003;

export interface QuirkLife {
  readonly violation?: string;
  readonly timeline: readonly string[];
  readonly quirks: readonly Quirk[];
}

/**
 * One random life of a site some of whose stations have quirks of a family (or just one of them), and perhaps others that obey. Answers
 * the first thing that went wrong, with the timeline that led to it.
 */
export async function liveWithQuirks(
  seed: number,
  family: Family,
  { only, sabotage }: { readonly only?: Quirk; readonly sabotage?: (world: VirtualSite) => void } = {},
): Promise<QuirkLife> {
  const random = new SeededRandom(seed);
  const ofQuirks = new SeededRandom(seed + QUIRKS_SEED);
  const wide = family === 'obedient' ? { leastA: 20, mostA: 63 } : { leastA: 25, mostA: 120 };
  const site = { ...randomSite(random, wide), rotationS: 60 };
  const waysOf = randomWays(ofQuirks, site, only === undefined ? QUIRKS[family] : [only], family === 'unconfirmed');
  const world = new VirtualSite(site, random, (id) => waysOf.get(id) ?? { quirks: new Set() });
  for (const [id, { quirks, skewMs }] of waysOf) world.note(`${id} ${[...quirks].join(', ')} ${skewMs ?? ''}`);
  sabotage?.(world);
  world.solver.looksMax = 10;
  await world.start();
  const violation = await liveOn(world, random, family, ofQuirks);
  if (violation !== undefined && world.isAlive) for (const line of beliefs(world)) world.note(line);
  const quirks = [...waysOf.values()].flatMap((one) => [...one.quirks]);
  return { ...(violation === undefined ? {} : { violation }), timeline: world.timeline, quirks };
}

function randomWays(
  random: SeededRandom,
  { stations }: SiteModel,
  quirks: readonly Quirk[],
  /** May any lack a failsafe? */
  mayLack: boolean,
): Map<string, Ways> {
  const sure = random.integer(0, stations.length - 1);
  return new Map(
    stations.map(({ id }, index): [string, Ways] => {
      const picked = index === sure || random.chance(0.4) ? [random.pick(quirks)] : [];
      const other = random.chance(0.3) ? [random.pick(QUIRKS.obedient)] : [];
      const all = [...picked, ...other].filter((quirk) => !mayLack || !isSilent(quirk));
      return [id, ways(random, all)];
    }),
  );
}

/** Where nothing confirms a failsafe but a car, it is not told beforehand who counts at its hardware. */
function isSilent(quirk: Quirk): boolean {
  return quirk === 'emptyComposite' || quirk === 'refusesComposite';
}

async function liveOn(
  world: VirtualSite,
  random: SeededRandom,
  family: Family,
  ofQuirks: SeededRandom,
): Promise<string | undefined> {
  const startMs = world.clock.nowMs();
  const span = { fromMs: startMs + MINUTE_MS, toMs: startMs + COMMISSIONED_MS + FAULTS_MS };
  const limits = keepsLimits(world, family) ? randomLimits(ofQuirks, world.site, span) : [];
  for (const { limit } of limits) {
    world.note(`limit ${JSON.stringify(limit)}`);
    await world.service.putLimit('s', limit);
  }
  for (const [id, station] of world.stations) {
    if (station.quirks.has('foreignTransaction')) world.chargeUnder(id, ofQuirks.integer(1, 9_999), CAR);
    await world.connect(id, true);
  }
  const checks = new QuirkChecks(world, limits);
  const violation = await liveWith(world, random, checks);
  const { mostUsed, mostUsedOf } = checks.curve;
  world.note(`of what breakers stand ${mostUsed.toFixed(3)} was used at most ${mostUsedOf}`);
  return violation;
}

async function liveWith(world: VirtualSite, random: SeededRandom, checks: QuirkChecks): Promise<string | undefined> {
  let violation = await advance(world, COMMISSIONED_MS, checks);
  checks.commissioned();
  world.faults = randomFaults(random);
  world.diskPace.mostMs = random.pick([0, 30, 2_000]);
  const untilMs = world.clock.nowMs() + FAULTS_MS;
  while (world.clock.nowMs() < untilMs && violation === undefined) {
    await happen(world, random);
    violation = await advance(world, STEP_MS * random.integer(1, 20), checks);
  }
  return violation ?? (await calm(world, random, checks));
}

/**
 * Not promised (docs/safety.md): limits that change at a clock time, of a station whose clock is wrong and that has not metered yet. What
 * one without a failsafe leaves is reckoned against ratings alone.
 */
function keepsLimits(world: VirtualSite, family: Family): boolean {
  return family !== 'unconfirmed' && [...world.stations.values()].every(({ quirks }) => !quirks.has('wrongClock'));
}

const CAR = { phases: 3, wantsA: 16 };

async function advance(world: VirtualSite, ms: number, checks: QuirkChecks): Promise<string | undefined> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    if (world.clock.nowMs() % METER_EVERY_MS < STEP_MS) for (const id of world.stations.keys()) world.meter(id);
    const violation = checks.look();
    if (violation === undefined) continue;
    world.note(violation);
    return violation;
  }
  return undefined;
}

/** No more faults: a car at every station, all of them connected, nobody in more of a hurry than another. */
async function calm(world: VirtualSite, random: SeededRandom, checks: QuirkChecks): Promise<string | undefined> {
  const back = await comeBack(world, () => advance(world, COMES_BACK_MS, checks));
  if (back !== undefined) return back;
  for (const [id, station] of world.stations) {
    if (station.car === undefined)
      void world.plugIn(id, { phases: random.pick([1, 2, 3]), wantsA: random.pick([10, 16, 32]) });
    void world.stateNeeds(id, {});
  }
  checks.faultsStopped();
  const beforeWh = new Map([...world.stations].map(([id, station]) => [id, station.energyWh]));
  const violation = await advance(world, SETTLES_MS, checks);
  if (violation !== undefined) return violation;
  const ledger = new PlanLedger(world, beforeWh);
  for (let passed = 0; passed < PLANNED_MS; passed += PlanLedger.EVERY_MS) {
    const found = await advance(world, PlanLedger.EVERY_MS, checks);
    if (found !== undefined) return found;
    ledger.add();
  }
  return ledger.behind() ?? (await waitForAll(world, ledger, checks)) ?? checks.unreported();
}

/** Most have charged by now. The others are waited for, as long as anybody may have to wait. */
async function waitForAll(world: VirtualSite, ledger: PlanLedger, checks: QuirkChecks): Promise<string | undefined> {
  for (let passed = SETTLES_MS + PLANNED_MS; passed < CHARGED_WITHIN_MS; passed += MINUTE_MS) {
    if (ledger.starved(checks) === undefined) return undefined;
    const violation = await advance(world, MINUTE_MS, checks);
    if (violation !== undefined) return violation;
  }
  return ledger.starved(checks);
}

/** What a station that is not as others may hold counts until that is over, though it was told less. */
const COUNTS_MORE_A = 2;

/** What cars were planned to get, beside what they drew. */
class PlanLedger {
  static readonly EVERY_MS = 5_000;
  private readonly world: VirtualSite;
  private readonly beforeWh: ReadonlyMap<string, number>;
  private readonly planned = new Map<string, number>();
  private readonly drawn = new Map<string, number>();
  /** One of them was, at any time. */
  private wasUncontrolled = false;

  /** beforeWh: registers when the faults stopped. */
  constructor(world: VirtualSite, beforeWh: ReadonlyMap<string, number>) {
    this.world = world;
    this.beforeWh = beforeWh;
  }

  add(): void {
    const owner = ownerOf(this.world);
    const { stations } = this.world.service.getState('s');
    this.wasUncontrolled ||= stations.some(({ control }) => control !== 'controlled');
    for (const session of owner.plan?.sessions ?? []) {
      const station = this.world.station(session.stationId);
      const plannedA = Math.min(session.currentA[0] ?? 0, station.car?.wantsA ?? 0, station.currentMaxA);
      add(this.planned, session.stationId, plannedA);
    }
    for (const [id, station] of this.world.stations) add(this.drawn, id, station.drawnA);
  }

  /** Pauses and starts take a few seconds of each turn. */
  behind(): string | undefined {
    // Others wait for room that one of them takes, or might take: a plan does not foresee that.
    const { stations } = this.world.service.getState('s');
    if (this.wasUncontrolled) return undefined;
    const counts = (id: string, evses: (typeof stations)[number]['evses']) =>
      this.world.station(id).quirks.size > 0 &&
      evses.some(({ reservedA, limitA }) => reservedA > limitA + COUNTS_MORE_A);
    if (stations.some(({ id, evses }) => counts(id, evses))) return undefined;
    // What one may have taken before it was found out counts until that is over; the turn of one whose clock is wrong lasts longer than planned.
    const holdsUp = (station: PureStation) =>
      HOLDS_UP_QUIRKS.some((quirk) => station.quirks.has(quirk)) || isUndiscovered(station);
    if ([...this.world.stations.values()].some(holdsUp)) return undefined;
    for (const [id, plannedA] of this.planned) {
      const station = this.world.station(id);
      const drawnA = this.drawn.get(id) ?? 0;
      // One period, or steps at a clock time that may be minutes off, say the least of all that is planned for a while.
      const isCoarse = COARSE_QUIRKS.some((quirk) => station.quirks.has(quirk));
      if (drawnA < plannedA * 0.7 - 12 && !mayTakeLess(station) && !isCoarse)
        return `BEHIND ${id} drew ${this.mean(drawnA)} A where ${this.mean(plannedA)} A were planned`;
    }
    return undefined;
  }

  /** Where all that stands for the others, of the bad ones their hardware, fits and leaves room for a car, it charges. */
  starved(checks: QuirkChecks): string | undefined {
    const { stations } = this.world.service.getState('s');
    if (!checks.isRoomFor(new Set(stations.filter(({ control: is }) => is !== 'controlled').map(({ id }) => id))))
      return undefined;
    const control = new Map(stations.map((station) => [station.id, station.control]));
    for (const [id, station] of this.world.stations) {
      const couldTake = couldCharge(this.world, id, (other) =>
        control.get(other.id) === 'controlled' ? other.failsafeA : this.world.station(other.id).currentMaxA,
      );
      const waits = station.energyWh <= (this.beforeWh.get(id) ?? 0) && !mayTakeLess(station);
      const hasNoTurn =
        NO_TURN_QUIRKS.some((quirk) => station.quirks.has(quirk)) || this.isWornOut(id) || isUndiscovered(station);
      if (couldTake && waits && !hasNoTurn)
        return `STARVED ${id} got nothing in ${CHARGED_WITHIN_MS / MINUTE_MS} minutes`;
    }
    return undefined;
  }

  /** What is written to flash does not change with each turn. */
  private isWornOut(id: string): boolean {
    const slot = ownerOf(this.world).state.stations.get(id)?.failsafe;
    const isSteered = STEERED_BY_DEFAULT.some((quirk) => this.world.station(id).quirks.has(quirk));
    return isSteered && slot !== undefined && writesLeft(slot, 'failsafe', this.world.clock.nowMs()) < 1;
  }

  private mean(sumA: number): string {
    return ((sumA * PlanLedger.EVERY_MS) / PLANNED_MS).toFixed(1);
  }
}

const ONE_PERIOD: readonly Quirk[] = ['holdsOnePeriod', 'tellsNothing'];
/** refusesAbsolute: what is Relative has one limit, the least. */
/** Steps may come minutes early or late, or there are none: a turn of a few minutes is no turn. */
const NO_TURN_QUIRKS: readonly Quirk[] = ['wrongClock', 'refusesAbsolute'];

/** While it is found out how they are to be told, which takes minutes where they are silent, what each try may have left counts. */
const HOLDS_UP_QUIRKS: readonly Quirk[] = ['refusesTxProfile', 'refusesAbsolute', 'wrongClock'];

const COARSE_QUIRKS: readonly Quirk[] = [...ONE_PERIOD, ...STEERED_BY_DEFAULT, 'wrongClock', 'refusesAbsolute'];

/** By its own doing. */
function mayTakeLess({ willNotResume, quirks }: PureStation): boolean {
  const isDeaf = quirks.has('refusesEveryProfile') || quirks.has('ignoresProfiles') || quirks.has('answersNoProfile');
  // To steer it takes a period, and what it falls to another.
  const cantBeSteered =
    STEERED_BY_DEFAULT.some((quirk) => quirks.has(quirk)) && ONE_PERIOD.some((quirk) => quirks.has(quirk));
  // Its report shows what it holds, so that it counts as one that can be steered; what it offers is 9 A.
  return willNotResume || isDeaf || cantBeSteered || quirks.has('staysAt9A');
}

/** Nothing tells that it ignores what it accepts from a car that takes no more. */
function isUndiscovered({ quirks }: PureStation): boolean {
  return quirks.has('ignoresTxProfile') && (quirks.has('emptyComposite') || quirks.has('refusesComposite'));
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
