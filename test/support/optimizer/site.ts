import type { Phase, ProblemCircuit, Series } from '../../../optimizer/index.js';
import type { SeededRandom } from '../seededRandom.js';
import { hill, normal } from './distributions.js';
import { type Car, PHASES } from './fleet.js';
import type { SiteKind, SiteOptions, Tightness } from './siteOptions.js';
import type { Grid } from './timeGrid.js';

export interface Site {
  readonly rootId: string;
  readonly circuits: readonly ProblemCircuit[];
  readonly circuitIdOfCar: readonly string[];
  /** What the building takes in each slot. */
  readonly baseKw: readonly number[];
  /** What the grid connection may carry, building included. */
  readonly connectionKw: number;
  /** Circuits between the root and the stations, with what they may carry. */
  readonly feeders: readonly { readonly id: string; readonly limitKw: number }[];
}

interface Drawing {
  readonly options: SiteOptions;
  readonly grid: Grid;
  readonly cars: readonly Car[];
}

/** A circuit before it has its limits. */
interface Branch {
  readonly id: string;
  readonly parentId: string | null;
  readonly level: number;
}

type PerPhase = Readonly<Record<Phase, Float64Array>>;

const ROOT_ID = 'grid';
const KW_PER_AMPERE = 0.23;
const LEAST_LIMIT_A = 32;
/** Of the largest possible load, what feeders and panels carry. */
const FEEDER_SHARE: Readonly<Record<Tightness, readonly [number, number]>> = {
  tight: [0.4, 0.55],
  short: [0.4, 0.55],
  loose: [0.7, 0.95],
};
/** What the connection can deliver while cars are there, over what they want. */
const SUPPLY_RATIO: Readonly<Record<Tightness, number>> = { tight: 1.2, loose: 2.5, short: 0.9 };

export function drawSite(random: SeededRandom, drawing: Drawing): Site {
  const { options, grid, cars } = drawing;
  const branches = drawTree(options);
  const bottom = branches.filter(({ level }) => level === Math.max(...branches.map((branch) => branch.level)));
  const stations = drawStations(random, options, bottom);
  const parents = new Map(branches.map(({ id, parentId }) => [id, parentId]));
  const pathOfCar = stations.groupIdOfCar.map((id) => pathFrom(id, parents));
  const feeders = branches.slice(1).map((branch) => {
    const under = cars.filter((_, index) => pathOfCar[index]?.includes(branch.id) === true);
    return { ...branch, limitA: drawFeederA(random, options, { under, isBottom: bottom.includes(branch), grid }) };
  });
  const baseA = drawBuilding(random, options, { grid, load: potentialLoad(cars, grid) });
  const connectionA = connectionFor(drawing, baseA);
  const rootA = perPhase((phase) => baseA[phase].map((takenA) => Math.max(0, connectionA - takenA)));
  const circuits = withFeatures(random, drawing, [
    { id: ROOT_ID, parentId: null, limitA: toSeries(rootA) },
    ...feeders.map(({ id, parentId, limitA }) => ({ id, parentId, limitA: onEachPhase(limitA) })),
    ...stations.circuits,
  ]);
  return {
    rootId: ROOT_ID,
    circuits,
    circuitIdOfCar: stations.circuitIdOfCar,
    baseKw: grid.hours.map((_, slot) =>
      PHASES.reduce((kw, phase) => kw + (baseA[phase][slot] ?? 0) * KW_PER_AMPERE, 0),
    ),
    connectionKw: connectionA * 3 * KW_PER_AMPERE,
    feeders: feeders.map(({ id, limitA }) => ({ id, limitKw: limitA * 3 * KW_PER_AMPERE })),
  };
}

function drawTree({ depth, sessions }: SiteOptions): readonly Branch[] {
  const branches: Branch[] = [{ id: ROOT_ID, parentId: null, level: 0 }];
  if (depth === 2) return branches;
  const feeders = Math.max(2, Math.round(sessions / (depth === 3 ? 25 : 100)));
  const panels = depth === 3 ? 0 : Math.max(2, Math.round(sessions / feeders / 20));
  for (let feeder = 0; feeder < feeders; feeder++) {
    branches.push({ id: `feeder-${feeder}`, parentId: ROOT_ID, level: 1 });
    for (let panel = 0; panel < panels; panel++) {
      branches.push({ id: `panel-${feeder}-${panel}`, parentId: `feeder-${feeder}`, level: 2 });
    }
  }
  return branches;
}

/** Cars are plugged in along the bottom circuits in turn. Where two share a station's cable, the station is a circuit too. */
function drawStations(random: SeededRandom, { sessions, kind }: SiteOptions, bottom: readonly Branch[]) {
  const groupIdOfCar: string[] = [];
  const circuitIdOfCar: string[] = [];
  const circuits: ProblemCircuit[] = [];
  while (circuitIdOfCar.length < sessions) {
    const first = circuitIdOfCar.length;
    const groupId = bottom[Math.floor((first / sessions) * bottom.length)]?.id ?? ROOT_ID;
    const isDual = random.chance(0.3) && first + 1 < sessions && kind !== 'depot';
    const id = isDual ? `station-${first}` : groupId;
    if (isDual) circuits.push({ id, parentId: groupId, limitA: onEachPhase(random.pick([32, 50])) });
    for (let socket = 0; socket < (isDual ? 2 : 1); socket++) {
      groupIdOfCar.push(groupId);
      circuitIdOfCar.push(id);
    }
  }
  return { groupIdOfCar, circuitIdOfCar, circuits };
}

function pathFrom(id: string, parents: ReadonlyMap<string, string | null>): readonly string[] {
  const path: string[] = [];
  for (let at: string | null = id; at !== null; at = parents.get(at) ?? null) path.push(at);
  return path;
}

function drawFeederA(
  random: SeededRandom,
  { tightness }: SiteOptions,
  { under, isBottom, grid }: { readonly under: readonly Car[]; readonly isBottom: boolean; readonly grid: Grid },
): number {
  const [least, most] = FEEDER_SHARE[tightness];
  const share = random.between(least, most) - (isBottom ? 0 : 0.05);
  return Math.max(LEAST_LIMIT_A, Math.ceil((peakOf(potentialLoad(under, grid)) * share) / 5) * 5);
}

/** What the building takes, per phase and slot: most at noon, or in the evening where people live. */
function drawBuilding(
  random: SeededRandom,
  { kind }: { readonly kind: SiteKind },
  { grid, load }: { readonly grid: Grid; readonly load: PerPhase },
): PerPhase {
  const usualA = peakOf(load) * 0.12;
  return perPhase(() => {
    const factor = random.between(0.8, 1.2);
    let drift = 0;
    return Float64Array.from(grid.hourOfDay, (hour) => {
      drift = 0.9 * drift + 0.1 * normal(random);
      const busy = kind === 'overnight' ? hill(hour, 20, 2.2) : hill(hour, 12.5, 3.5);
      return Math.max(0, usualA * factor * (0.5 + 0.9 * busy + 0.3 * drift));
    });
  });
}

/** The size of connection, in A per phase, at which supply over wish is what the tightness says. By bisection. */
function connectionFor({ options, grid, cars }: Drawing, baseA: PerPhase): number {
  const load = potentialLoad(cars, grid);
  const wantedKwh = cars.reduce((kwh, car) => kwh + car.energyWh / 1000, 0) * SUPPLY_RATIO[options.tightness];
  const suppliedKwh = (connectionA: number) => {
    let kwh = 0;
    for (const phase of PHASES) {
      for (const [slot, hours] of grid.hours.entries()) {
        const roomA = Math.min(load[phase][slot] ?? 0, connectionA - (baseA[phase][slot] ?? 0));
        kwh += Math.max(0, roomA) * KW_PER_AMPERE * hours;
      }
    }
    return kwh;
  };
  let low = 0;
  let high = peakOf(load) * 1.5;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (suppliedKwh(middle) < wantedKwh) low = middle;
    else high = middle;
  }
  return Math.max(high, LEAST_LIMIT_A);
}

function withFeatures(
  random: SeededRandom,
  { options, grid }: Drawing,
  circuits: readonly ProblemCircuit[],
): readonly ProblemCircuit[] {
  const features = options.features ?? {};
  const inner = circuits.filter(({ id }) => !id.startsWith('station-'));
  const dropped = features.droppedLimits === true ? random.pick(inner).id : null;
  const dropFrom = random.integer(1, Math.max(1, Math.floor(grid.slots / 2)));
  const dropTo = dropFrom + Math.max(1, Math.round((grid.slots / 24) * random.between(1, 2)));
  return circuits.map((circuit) => {
    const isLimited = features.powerLimits === true && inner.includes(circuit) && random.chance(0.5);
    const share = random.between(0.7, 0.95);
    const limitA =
      circuit.id === dropped
        ? mapPhases(circuit.limitA, (limit) =>
            slotsOf(limit, grid).map((a, slot) => (slot >= dropFrom && slot < dropTo ? 0 : a)),
          )
        : circuit.limitA;
    if (!isLimited) return { ...circuit, limitA };
    const watts = grid.hours.map((_, slot) =>
      PHASES.reduce((sum, phase) => sum + (slotsOf(circuit.limitA[phase], grid)[slot] ?? 0) * KW_PER_AMPERE * 1000, 0),
    );
    return { ...circuit, limitA, powerLimitW: watts.map((powerW) => Math.round(powerW * share)) };
  });
}

/** What the cars would load each phase with if all that are there took all they can. */
function potentialLoad(cars: readonly Car[], grid: Grid): PerPhase {
  const load = perPhase(() => new Float64Array(grid.slots));
  for (const { phases, firstSlot, endSlot, currentMaxA } of cars) {
    for (const phase of phases) {
      const row = load[phase];
      for (let slot = firstSlot; slot < endSlot; slot++) row[slot] = (row[slot] ?? 0) + valueAt(currentMaxA, slot);
    }
  }
  return load;
}

function peakOf(load: PerPhase): number {
  return PHASES.reduce((peakA, phase) => load[phase].reduce((a, b) => Math.max(a, b), peakA), 0);
}

function perPhase<T>(value: (phase: Phase) => T): Record<Phase, T> {
  return { L1: value('L1'), L2: value('L2'), L3: value('L3') };
}

function toSeries(limits: PerPhase): ProblemCircuit['limitA'] {
  return perPhase((phase) => Array.from(limits[phase]));
}

function onEachPhase(limitA: number): ProblemCircuit['limitA'] {
  return perPhase(() => limitA);
}

function mapPhases(
  limits: ProblemCircuit['limitA'],
  map: (limit: Series | 'unlimited') => Series,
): ProblemCircuit['limitA'] {
  return perPhase((phase) => map(limits[phase]));
}

function slotsOf(limit: Series | 'unlimited', grid: Grid): readonly number[] {
  if (limit === 'unlimited') throw new Error('only stations are unlimited');
  return typeof limit === 'number' ? grid.hours.map(() => limit) : limit;
}

function valueAt(series: Series, slot: number): number {
  return typeof series === 'number' ? series : (series[slot] ?? 0);
}
