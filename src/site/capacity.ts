import { baseLoadA } from './baseLoad.js';
import { wattsPerAmpere } from './electricity.js';
import type { CapacityLimit, Circuit, Evse, SiteModel } from './model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from './phases.js';
import type { SiteState } from './state.js';

/** One stretch of time in which a temporary limit holds. */
export interface LimitWindow {
  readonly limit: CapacityLimit;
  readonly fromMs: number;
  readonly toMs: number | 'open';
}

/** A circuit's limits over the intervals of a time grid. Limits are only ever combined by minimum. */
export interface CircuitCapacity {
  readonly circuit: Circuit;
  /** Per interval: the circuit's own limit and each temporary one in force within it. */
  readonly limitA: PerPhase<readonly number[]>;
  readonly powerLimitW: readonly (number | 'unlimited')[];
  /** What else than cars is taken to flow. */
  readonly baseLoadA: PerPhase<number>;
}

/** The instants in (fromMs, toMs) at which a temporary limit begins or ends. */
export function limitChanges(windows: readonly LimitWindow[], fromMs: number, toMs: number): number[] {
  const times = new Set<number>();
  for (const window of windows) {
    for (const ms of [window.fromMs, window.toMs]) if (ms !== 'open' && ms > fromMs && ms < toMs) times.add(ms);
  }
  return [...times].sort((a, b) => a - b);
}

/** boundariesMs: T + 1 ascending instants; interval t is [boundariesMs[t], boundariesMs[t + 1]). */
export function circuitCapacities(
  state: SiteState,
  windows: readonly LimitWindow[],
  boundariesMs: readonly number[],
  nowMs: number,
): CircuitCapacity[] {
  const byCircuit = new Map<string, LimitWindow[]>();
  for (const window of windows) {
    const list = byCircuit.get(window.limit.circuitId);
    if (list === undefined) byCircuit.set(window.limit.circuitId, [window]);
    else list.push(window);
  }
  const slots = intervals(boundariesMs);
  return state.site.circuits.map((circuit) => {
    const own = byCircuit.get(circuit.id) ?? [];
    // Most circuits have no temporary limits at all.
    const overSlots = <V>(lowest: (inForce: readonly LimitWindow[]) => V): readonly V[] =>
      own.length === 0
        ? new Array<V>(slots.length).fill(lowest([]))
        : slots.map(([fromMs, toMs]) =>
            lowest(own.filter((window) => window.fromMs < toMs && (window.toMs === 'open' || window.toMs > fromMs))),
          );
    return {
      circuit,
      limitA: perPhase((phase) => overSlots((list) => lowestA(circuit, list, phase))),
      powerLimitW: overSlots((list) => lowestW(circuit, list)),
      baseLoadA: baseLoadA(state, circuit, nowMs).currentA,
    };
  });
}

function intervals(boundariesMs: readonly number[]): [number, number][] {
  return boundariesMs.slice(0, -1).map((fromMs, index) => [fromMs, boundariesMs[index + 1] ?? fromMs]);
}

function lowestA(circuit: Circuit, windows: readonly LimitWindow[], phase: Phase): number {
  return Math.min(
    circuit.limitA[phase],
    ...windows.map(({ limit }) => limit.limitA?.[phase] ?? Number.POSITIVE_INFINITY),
  );
}

function lowestW(circuit: Circuit, windows: readonly LimitWindow[]): number | 'unlimited' {
  const lowest = Math.min(
    circuit.powerLimitW ?? Number.POSITIVE_INFINITY,
    ...windows.map(({ limit }) => limit.powerLimitW ?? Number.POSITIVE_INFINITY),
  );
  return Number.isFinite(lowest) ? lowest : 'unlimited';
}

/** One thing that may fill up: a circuit's phase, in A, or a circuit's power, in W. */
export interface CapacityRow {
  readonly circuitId: string;
  readonly kind: Phase | 'power';
  /** Per interval: the limit less base load. May be negative. */
  readonly capacity: readonly number[];
}

export function capacityRows(capacities: readonly CircuitCapacity[], site: SiteModel): CapacityRow[] {
  const rows: CapacityRow[] = [];
  for (const { circuit, limitA, powerLimitW, baseLoadA: baseA } of capacities) {
    for (const phase of PHASES) {
      rows.push({ circuitId: circuit.id, kind: phase, capacity: limitA[phase].map((limit) => limit - baseA[phase]) });
    }
    if (powerLimitW.every((limit) => limit === 'unlimited')) continue;
    const baseW = PHASES.reduce((sum, phase) => sum + baseA[phase], 0) * site.voltageV;
    rows.push({
      circuitId: circuit.id,
      kind: 'power',
      capacity: powerLimitW.map((limit) => (limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit - baseW)),
    });
  }
  return rows;
}

/** How much of a row 1 A of an EVSE takes: 1 on each phase it loads, watts of a power row. */
export function loadPerAmpere(evse: Evse, phases: readonly Phase[], kind: Phase | 'power', voltageV: number): number {
  if (kind === 'power') return (wattsPerAmpere(evse, voltageV) * phases.length) / evse.phases.length;
  return phases.includes(kind) ? 1 : 0;
}
