import type { ChargingProblem } from '../../../optimizer/index.js';
import { perPhase } from '../../../src/site/phases.js';
import { type Heuristic, runHeuristic } from '../optimizer/heuristics.js';
import { type Controller, VOLTAGE_V } from './simulate.js';
import { STEP_MS } from './stays.js';

/** Everybody at full power from arrival on, whatever the fuse. */
export const UNCONTROLLED: Controller = {
  give: ({ present }) => new Map(present.map(({ stay }) => [stay, stay.outlet.currentMaxA])),
};

/** What sites do without a plan: within the fuse, step by step, and knowing what the building takes at the very moment. */
export function heuristic(kind: Heuristic, fuseA: number): Controller {
  return {
    give: ({ nowMs, present, buildingA }) => {
      const wanting = present.filter(({ stay, deliveredWh }) => deliveredWh < stay.wantedWh);
      const problem: ChargingProblem = {
        boundariesMs: [nowMs, nowMs + STEP_MS],
        circuits: [{ id: 'grid', parentId: null, limitA: perPhase((phase) => Math.max(0, fuseA - buildingA[phase])) }],
        energyPricePerKwh: [0],
        sessions: wanting.map(({ stay, deliveredWh }) => {
          const { stationId, phases, currentMaxA } = stay.outlet;
          // Of the rest that is less than the least current delivers, too: the car ends it itself.
          const leastWh = (6 * VOLTAGE_V * phases.length * STEP_MS) / 3_600_000;
          return {
            id: stationId,
            circuitId: 'grid',
            phases,
            voltageV: VOLTAGE_V,
            currentMinA: 6,
            currentMaxA,
            departureMs: stay.departureMs,
            energyWh: Math.max(leastWh, stay.wantedWh - deliveredWh),
            shortfallPricePerKwh: 1,
          };
        }),
      };
      if (wanting.length === 0) return new Map();
      const { currentA } = runHeuristic(problem, kind);
      return new Map(wanting.map(({ stay }, index) => [stay, currentA[index]?.[0] ?? 0]));
    },
  };
}
