import { baseLoadA } from '../site/baseLoad.js';
import { type LimitWindow, loadPerAmpere, windowsByCircuit } from '../site/capacity.js';
import { type EvseInSite, mayDrawA, reservedPhases } from '../site/mayDraw.js';
import type { Circuit } from '../site/model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from '../site/phases.js';
import { evsesBelow } from '../site/sites.js';
import type { SiteState } from '../site/state.js';
import { circuitLimitView } from './limits/circuitLimitView.js';
import type { CircuitView, Excess } from './service.js';

export interface CircuitsSeen {
  readonly state: SiteState;
  readonly windows: readonly LimitWindow[];
  readonly nowMs: number;
}

/** A sample older than so many meter intervals is not shown as what flows now. */
const SAMPLE_STALE_INTERVALS = 3;

/** Below this it is rounding. */
const EXCESS_MIN_A = 0.001;
const EXCESS_MIN_W = 1;

export function circuitViews({ state, windows, nowMs }: CircuitsSeen): CircuitView[] {
  const byCircuit = windowsByCircuit(windows);
  return state.site.circuits.map((circuit) => {
    const { now, inForce, next } = circuitLimitView(state, circuit, byCircuit.get(circuit.id) ?? [], nowMs);
    const { limitA, powerLimitW, chargingPowerLimitW } = now;
    const base = baseLoadA(state, circuit, nowMs);
    const reserved: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
    const drawn: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
    const baseW = PHASES.reduce((sum, phase) => sum + base.currentA[phase], 0) * state.site.voltageV;
    let carsW = 0;
    for (const at of evsesBelow(state, circuit.id)) {
      const mayA = mayDrawA(at, nowMs, nowMs);
      const phases = reservedPhases(at.evse, at.evseState);
      for (const phase of phases) reserved[phase] += mayA;
      carsW += mayA * loadPerAmpere(at.evse, phases, 'power', state.site.voltageV);
      const currentA = freshCurrentA(at, state, nowMs);
      if (currentA !== 'unknown') for (const phase of PHASES) drawn[phase] += currentA[phase];
    }
    return {
      id: circuit.id,
      parentId: circuit.parentId,
      limitA,
      ...(powerLimitW === undefined ? {} : { powerLimitW, reservedW: round(baseW + carsW) }),
      ...(chargingPowerLimitW === undefined ? {} : { chargingPowerLimitW, reservedChargingW: round(carsW) }),
      loadA: perPhase((phase) => round(loadA(state, circuit, base, drawn, phase))),
      baseLoadA: perPhase((phase) => round(base.currentA[phase])),
      reservedA: perPhase((phase) => round(reserved[phase])),
      headroomA: perPhase((phase) => round(limitA[phase] - base.currentA[phase] - reserved[phase])),
      meter: base.meter,
      limits: inForce,
      next,
    };
  });
}

function loadA(
  state: SiteState,
  circuit: Circuit,
  base: { readonly currentA: PerPhase<number>; readonly meter: string },
  drawn: PerPhase<number>,
  phase: Phase,
): number {
  const reading = base.meter === 'fresh' ? state.circuits.get(circuit.id)?.readings.at(-1) : undefined;
  return reading === undefined ? drawn[phase] + base.currentA[phase] : reading.currentA[phase];
}

export function freshCurrentA(at: EvseInSite, state: SiteState, nowMs: number): PerPhase<number> | 'unknown' {
  const sample = at.evseState.samples.at(-1);
  const staleMs = state.site.meterIntervalS * 1000 * SAMPLE_STALE_INTERVALS;
  if (sample !== undefined && nowMs - sample.atMs <= staleMs) return sample.currentA;
  return at.evseState.transaction === null && sample !== undefined ? perPhase(() => 0) : 'unknown';
}

/** By how much the worst case exceeds a circuit's phases and power; empty where it does not. */
export function excessOf(circuit: CircuitView): Excess[] {
  return [...phaseExcess(circuit), ...powerExcess(circuit)];
}

function phaseExcess(circuit: CircuitView): Excess[] {
  return PHASES.filter((phase) => circuit.headroomA[phase] < -EXCESS_MIN_A).map((phase) => ({
    circuitId: circuit.id,
    phase,
    excessA: round(-circuit.headroomA[phase]),
  }));
}

/** The larger of what exceeds the circuit's power and the cars' own. */
function powerExcess(circuit: CircuitView): Excess[] {
  const { id, powerLimitW, reservedW = 0, chargingPowerLimitW, reservedChargingW = 0 } = circuit;
  const excessW = Math.max(
    powerLimitW === undefined ? 0 : reservedW - powerLimitW,
    chargingPowerLimitW === undefined ? 0 : reservedChargingW - chargingPowerLimitW,
  );
  return excessW > EXCESS_MIN_W ? [{ circuitId: id, excessW: round(excessW) }] : [];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
