import { baseLoadA } from './baseLoad.js';
import { wattsPerAmpere } from './electricity.js';
import type { EvseInSite } from './mayDraw.js';
import type { Circuit } from './model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from './phases.js';
import { evsesBelow } from './sites.js';
import type { SiteState } from './state.js';

/** What flows through a circuit now, as far as meters say. */
export interface CircuitLoad {
  readonly circuit: Circuit;
  /** Phase to neutral. */
  readonly voltageV: number;
  /** All that flows through the circuit. */
  readonly totalW: number;
  readonly totalA: PerPhase<number>;
  /** Of it what is not cars. */
  readonly buildingW: number;
  readonly buildingA: PerPhase<number>;
  readonly carsW: number;
  readonly evses: readonly EvseLoad[];
}

export interface EvseLoad {
  /** {stationId}/{evseId} */
  readonly assetId: string;
  readonly powerW: number;
  /** Of the session under way, if there is one; at the outlet. */
  readonly session: { readonly startedAtMs: number; readonly energyWh: number } | null;
}

/** Undefined where the site has no such circuit. What a station has not said counts as nothing. */
export function circuitLoad(state: SiteState, circuitId: string, nowMs: number): CircuitLoad | undefined {
  const circuit = state.index.circuits.get(circuitId);
  if (circuit === undefined) return undefined;
  const { voltageV } = state.site;
  const base = baseLoadA(state, circuit, nowMs);
  const carsA: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
  const evses: EvseLoad[] = [];
  for (const at of evsesBelow(state, circuitId)) {
    const { transaction, samples } = at.evseState;
    const currentA = transaction === null ? undefined : samples.at(-1)?.currentA;
    for (const phase of PHASES) carsA[phase] += currentA?.[phase] ?? 0;
    evses.push({
      assetId: `${at.station.id}/${at.evse.id}`,
      powerW: currentA === undefined ? 0 : powerOf(at, currentA, voltageV),
      session: transaction === null ? null : { startedAtMs: transaction.startedAtMs, energyWh: transaction.energyWh },
    });
  }
  const metered = base.meter === 'fresh' ? state.circuits.get(circuitId)?.readings.at(-1)?.currentA : undefined;
  const totalA = metered ?? perPhase((phase) => carsA[phase] + base.currentA[phase]);
  return {
    circuit,
    voltageV,
    totalW: sumOf(totalA) * voltageV,
    totalA,
    buildingW: sumOf(base.currentA) * voltageV,
    buildingA: base.currentA,
    carsW: evses.reduce((sum, { powerW }) => sum + powerW, 0),
    evses,
  };
}

function powerOf({ evse }: EvseInSite, currentA: PerPhase<number>, voltageV: number): number {
  return (sumOf(currentA) * wattsPerAmpere(evse, voltageV)) / evse.phases.length;
}

function sumOf(currentA: PerPhase<number>): number {
  return PHASES.reduce((sum, phase) => sum + currentA[phase], 0);
}
