import { baseLoadA } from './baseLoad.js';
import { wattsPerAmpere } from './electricity.js';
import type { CapacityLimit, Circuit, Evse, SiteModel } from './model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from './phases.js';
import { chargingPowerLimitOf } from './section14a.js';
import type { SiteState } from './state.js';

/** One stretch of time in which a temporary limit holds. */
export interface LimitWindow {
  readonly limit: CapacityLimit;
  readonly fromMs: number;
  readonly toMs: number | 'open';
}

/** A circuit's limits over the intervals of a time grid: its own and each temporary one in force within the interval, by minimum. */
export interface CircuitLimits {
  readonly limitA: PerPhase<readonly number[]>;
  readonly powerLimitW: readonly (number | 'unlimited')[];
  /** Of the cars below together, the building left aside. */
  readonly chargingPowerLimitW: readonly (number | 'unlimited')[];
}

export interface CircuitCapacity extends CircuitLimits {
  readonly circuit: Circuit;
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
  const byCircuit = windowsByCircuit(windows);
  return state.site.circuits.map((circuit) => ({
    circuit,
    ...circuitLimits(state, circuit, byCircuit.get(circuit.id) ?? [], boundariesMs),
    baseLoadA: baseLoadA(state, circuit, nowMs).currentA,
  }));
}

export function windowsByCircuit(windows: readonly LimitWindow[]): Map<string, LimitWindow[]> {
  const byCircuit = new Map<string, LimitWindow[]>();
  for (const window of windows) {
    const list = byCircuit.get(window.limit.circuitId);
    if (list === undefined) byCircuit.set(window.limit.circuitId, [window]);
    else list.push(window);
  }
  return byCircuit;
}

/** windows: those of this circuit. */
export function circuitLimits(
  { site, index }: Pick<SiteState, 'site' | 'index'>,
  circuit: Circuit,
  windows: readonly LimitWindow[],
  boundariesMs: readonly number[],
): CircuitLimits {
  // Most circuits have no temporary limits at all.
  if (windows.length === 0) return ownLimits(circuit, boundariesMs.length - 1);
  const inForce = inForceOverSlots(windows, boundariesMs);
  const chargingW = new Map<CapacityLimit, number | 'unlimited'>();
  for (const { limit } of windows)
    if (!chargingW.has(limit)) chargingW.set(limit, chargingPowerLimitOf(site, index, limit));
  return {
    limitA: perPhase((phase) =>
      inForce.map((list) =>
        lowestOf(circuit.limitA[phase], list, ({ limitA }) => limitA?.[phase] ?? Number.POSITIVE_INFINITY),
      ),
    ),
    powerLimitW: inForce.map((list) =>
      finite(lowestOf(infinite(circuit.powerLimitW), list, ({ powerLimitW }) => infinite(powerLimitW))),
    ),
    chargingPowerLimitW: inForce.map((list) =>
      finite(lowestOf(Number.POSITIVE_INFINITY, list, (limit) => infinite(chargingW.get(limit)))),
    ),
  };
}

function ownLimits({ limitA, powerLimitW }: Circuit, slots: number): CircuitLimits {
  return {
    limitA: perPhase((phase) => new Array<number>(slots).fill(limitA[phase])),
    powerLimitW: new Array<number | 'unlimited'>(slots).fill(powerLimitW ?? 'unlimited'),
    chargingPowerLimitW: new Array<'unlimited'>(slots).fill('unlimited'),
  };
}

/** Of each interval the windows that touch it. Both ascend, so that each window is looked at few times. */
function inForceOverSlots(
  windows: readonly LimitWindow[],
  boundariesMs: readonly number[],
): readonly (readonly LimitWindow[])[] {
  const coming = [...windows].sort((a, b) => a.fromMs - b.fromMs);
  const slots: (readonly LimitWindow[])[] = [];
  let inForce: readonly LimitWindow[] = [];
  let begun = 0;
  for (let slot = 0; slot + 1 < boundariesMs.length; slot++) {
    const fromMs = boundariesMs[slot] ?? 0;
    const toMs = boundariesMs[slot + 1] ?? fromMs;
    const before = begun;
    while ((coming[begun]?.fromMs ?? Number.POSITIVE_INFINITY) < toMs) begun += 1;
    if (begun > before) inForce = [...inForce, ...coming.slice(before, begun)];
    const hasEnded = (window: LimitWindow) => window.toMs !== 'open' && window.toMs <= fromMs;
    if (inForce.some(hasEnded)) inForce = inForce.filter((window) => !hasEnded(window));
    slots.push(inForce);
  }
  return slots;
}

function lowestOf(own: number, inForce: readonly LimitWindow[], limitIn: (limit: CapacityLimit) => number): number {
  let lowest = own;
  for (const { limit } of inForce) lowest = Math.min(lowest, limitIn(limit));
  return lowest;
}

function infinite(limit: number | 'unlimited' = 'unlimited'): number {
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit;
}

function finite(limit: number): number | 'unlimited' {
  return Number.isFinite(limit) ? limit : 'unlimited';
}

/** One thing that may fill up: a circuit's phase, in A, or a circuit's power, in W. */
export interface CapacityRow {
  readonly circuitId: string;
  readonly kind: Phase | 'power';
  /** Per interval: the limit less base load. May be negative. */
  readonly capacity: readonly number[];
}

/** A circuit has a power row where its power or the charging below it is limited at any time: the tighter of the two counts. */
export function capacityRows(capacities: readonly CircuitCapacity[], site: SiteModel): CapacityRow[] {
  const rows: CapacityRow[] = [];
  for (const { circuit, limitA, powerLimitW, chargingPowerLimitW, baseLoadA: baseA } of capacities) {
    for (const phase of PHASES) {
      rows.push({ circuitId: circuit.id, kind: phase, capacity: limitA[phase].map((limit) => limit - baseA[phase]) });
    }
    if ([powerLimitW, chargingPowerLimitW].every((limits) => limits.every((limit) => limit === 'unlimited'))) continue;
    const baseW = PHASES.reduce((sum, phase) => sum + baseA[phase], 0) * site.voltageV;
    rows.push({
      circuitId: circuit.id,
      kind: 'power',
      capacity: powerLimitW.map((limit, slot) => {
        const leftW = limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit - baseW;
        const carsW = chargingPowerLimitW[slot] ?? 'unlimited';
        return carsW === 'unlimited' ? leftW : Math.min(leftW, carsW);
      }),
    });
  }
  return rows;
}

/** How much of a row 1 A of an EVSE takes: 1 on each phase it loads, watts of a power row. */
export function loadPerAmpere(evse: Evse, phases: readonly Phase[], kind: Phase | 'power', voltageV: number): number {
  if (kind === 'power') return (wattsPerAmpere(evse, voltageV) * phases.length) / evse.phases.length;
  return phases.includes(kind) ? 1 : 0;
}
