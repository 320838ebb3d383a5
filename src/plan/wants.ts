import type { ProblemCircuit } from '../../optimizer/index.js';
import { evseCurrentMaxA, evseCurrentMinA, gridEnergyWh, wattsPerAmpere } from '../site/electricity.js';
import { phasesInUse } from '../site/mayDraw.js';
import type { Phase } from '../site/phases.js';
import type { SiteState } from '../site/state.js';
import { vehicleMaxA } from '../site/vehicleLimit.js';
import { type ControllableSession, isContent, vehicleTakesA } from './sessions.js';
import type { TakenNeeds } from './takenNeeds.js';

// What a schedule takes a car to want. Drivers who said something are taken at their word. A car waits for a better time only where
// it is known, or taken to be known, until when it stays: by its driver, or by the site's defaults (takenNeeds.ts). All others charge
// at once, so a schedule only has to know for how long they will be in the way of those who can wait.

/** What a car takes in a stay, where nobody said. */
const ENERGY_GUESS_WH = 30_000;
/** One that took more than was guessed, and still charges, is taken to want this much more, or as much again where that is less. */
const ENERGY_GUESS_LEAST_WH = 10_000;
/** The least that is planned for: less than a slot of this length at the least current could not be planned at all. */
const ENERGY_LEAST_MS = 900_000;
/**
 * What is planned is never quite delivered: a rise waits for another car's fall, a car follows its pilot from a little below, and
 * limits are rounded down. So that much more is planned for a need that was stated: a part of it, and so long at full current.
 */
const MARGIN_SHARE = 0.02;
const MARGIN_MS = 60_000;
const MS_PER_HOUR = 3_600_000;

export interface Wants {
  /** 'byDeparture': may be promised current, and may wait for a cheaper time. 'atOnce': charges now, as fast as its share allows. */
  readonly how: 'byDeparture' | 'atOnce';
  /** On the grid side, from now on, with a margin. */
  readonly energyWh: number;
  /** The energy was asked for; else it is a guess. */
  readonly isStated: boolean;
  /** Ahead. */
  readonly departureMs: number | 'unknown';
  readonly priority: number;
  /** The largest current it is taken to draw. */
  readonly mostA: number;
  /** What that stands for, on the phases that its car uses. */
  readonly wattsPerAmpere: number;
}

export function wantsOf({ at, transaction }: ControllableSession, taken: TakenNeeds, nowMs: number): Wants {
  const { departureMs } = taken;
  const isStated = taken.from.energyWh === 'stated';
  const isAhead = departureMs !== 'unknown' && departureMs > nowMs;
  // A guess ends where the car itself has enough. It is then left its share, so that it can show when it wants more.
  const hasEnough = !isStated && isContent(at);
  const leftWh = hasEnough ? 0 : energyLeftWh(taken, transaction.energyWh);
  const hardwareA = evseCurrentMaxA(at.evse, at.site);
  // A car may use fewer phases than are kept for it: its energy comes through those it uses.
  const share = phasesInUse(at.evse, at.evseState).length / at.evse.phases.length;
  const watts = wattsPerAmpere(at.evse, at.site.voltageV) * share;
  const leastWh = (evseCurrentMinA(at.evse) * watts * ENERGY_LEAST_MS) / MS_PER_HOUR;
  const mostA = Math.min(hardwareA, takesA({ at, transaction }));
  const gridWh = gridEnergyWh(at.evse, leftWh);
  const marginWh = isStated ? gridWh * MARGIN_SHARE + (mostA * watts * MARGIN_MS) / MS_PER_HOUR : 0;
  return {
    // A departure that has passed is none: the car stays on, but nobody may count on that. It is not made to wait.
    how: isAhead && !hasEnough ? 'byDeparture' : 'atOnce',
    energyWh: leftWh === 0 ? 0 : Math.max(leastWh, gridWh + marginWh),
    isStated,
    departureMs: isAhead ? departureMs : 'unknown',
    priority: taken.priority,
    mostA,
    wattsPerAmpere: watts,
  };
}

function energyLeftWh({ energyWh, from }: TakenNeeds, deliveredWh: number): number {
  const wantedWh = energyWh === 'unknown' ? ENERGY_GUESS_WH : energyWh;
  if (from.energyWh === 'stated') return Math.max(0, wantedWh - deliveredWh);
  // A guess never ends a charge: only its driver, or the car itself, says that it has enough.
  return Math.max(1, Math.min(ENERGY_GUESS_LEAST_WH, wantedWh), wantedWh - deliveredWh);
}

/** What it takes now, of all it is offered; else the most that was seen of it; else all there is. Never less than can be offered. */
function takesA({ at, transaction }: ControllableSession): number {
  const nowA = vehicleTakesA(at);
  const seenA = nowA === 'unknown' ? vehicleMaxA(transaction) : nowA;
  return seenA === 'unknown' ? Number.POSITIVE_INFINITY : Math.max(evseCurrentMinA(at.evse), seenA);
}

export interface Wanting {
  readonly session: ControllableSession;
  readonly wants: Wants;
  readonly phases: readonly Phase[];
}

/**
 * Until when those who charge at once are taken to do so: as long as their energy takes at full current, times the number of times
 * that all of them together exceed what a circuit above them has now. Not longer: then nobody who can wait is planned in their
 * place; and not shorter, for then they would be planned to come short.
 */
export function chargesUntilMs(
  state: SiteState,
  circuits: readonly ProblemCircuit[],
  wanting: readonly Wanting[],
  nowMs: number,
): (of: Wanting) => number {
  const crowding = crowdingOf(state, circuits, wanting);
  return ({ session, wants, phases }) => {
    let times = 1;
    for (const { id } of state.index.pathToGrid.get(session.at.station.circuitId) ?? []) {
      for (const phase of phases) times = Math.max(times, crowding.get(id)?.[phase] ?? 0);
    }
    return nowMs + (wants.energyWh / (wants.mostA * wants.wattsPerAmpere)) * times * MS_PER_HOUR;
  };
}

/** Per circuit and phase: what those who charge at once can draw together, over what there is in the first slot. */
function crowdingOf(
  state: SiteState,
  circuits: readonly ProblemCircuit[],
  wanting: readonly Wanting[],
): ReadonlyMap<string, Record<Phase, number>> {
  const sums = new Map(circuits.map(({ id }) => [id, { L1: 0, L2: 0, L3: 0 }]));
  for (const { session, wants, phases } of wanting) {
    if (wants.how !== 'atOnce' || wants.energyWh === 0) continue;
    for (const { id } of state.index.pathToGrid.get(session.at.station.circuitId) ?? []) {
      const sum = sums.get(id);
      if (sum !== undefined) for (const phase of phases) sum[phase] += wants.mostA;
    }
  }
  for (const { id, limitA } of circuits) {
    const sum = sums.get(id);
    for (const phase of ['L1', 'L2', 'L3'] as const) {
      const limit = limitA[phase];
      const nowA =
        typeof limit === 'number' ? limit : limit === 'unlimited' ? Number.POSITIVE_INFINITY : (limit[0] ?? 0);
      if (sum !== undefined) sum[phase] /= nowA;
    }
  }
  return sums;
}
