import type { GridPhase } from '../../../src/simulator/index.js';
import { placeOf, type ScenarioRig } from './scenarioRig.js';
import { carFor, FAILSAFE_A, STATIONS } from './scenarioSite.js';

/**
 * How much of a circuit's limit is used on its fullest phase while cars there want more: small rises wait, and sum up. What flows
 * counts, and the failsafe of each free outlet: it must be left for a car that plugs in.
 */
export const USED_SHARE = 0.95;

/** Cars that draw less than they could, though no circuit above them is full on a phase of theirs. */
export function idleCapacity(rig: ScenarioRig): readonly string[] {
  return [...rig.stations].flatMap(([id, station]) => {
    const car = station.car(1);
    if (car === undefined) return [];
    const place = placeOf(id);
    const drawsA = Math.max(...station.currentA(1));
    const couldA = Math.min(place.currentMaxA, carFor(place).currentMaxA);
    if (drawsA >= couldA - 0.5 || fullAbove(rig, id)) return [];
    return [`${id} draws ${drawsA.toFixed(1)} A of ${couldA}`];
  });
}

function fullAbove(rig: ScenarioRig, stationId: string): boolean {
  const { circuitId, phases } = placeOf(stationId);
  return [circuitId, 'grid'].some((id) => phases.some((phase) => usedShare(rig, id, phase) >= USED_SHARE));
}

export function usedShare(rig: ScenarioRig, circuitId: string, phase: GridPhase): number {
  const free = STATIONS.filter(
    (place) =>
      (circuitId === 'grid' || place.circuitId === circuitId) &&
      place.phases.includes(phase) &&
      rig.station(place.id).car(1) === undefined,
  );
  return (rig.site.loadA(circuitId)[phase] + free.length * FAILSAFE_A) / rig.site.limitA(circuitId)[phase];
}
