import { type CircuitLimits, circuitLimits, type LimitWindow, limitChanges } from '../../site/capacity.js';
import type { CapacityLimit, Circuit } from '../../site/model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from '../../site/phases.js';
import { chargingPowerLimitOf } from '../../site/section14a.js';
import type { SiteState } from '../../site/state.js';

/** What a circuit is limited to, by minimum of all that is in force. */
export interface CombinedLimits {
  readonly limitA: PerPhase<number>;
  /** Of all that flows through it. */
  readonly powerLimitW?: number;
  /** Of the cars below it together. */
  readonly chargingPowerLimitW?: number;
}

export type LimitKind = Phase | 'power' | 'chargingPower';

export interface LimitInForce extends Partial<CombinedLimits> {
  /** Null: the circuit's own rating. */
  readonly limitId: string | null;
  readonly source: 'circuit' | CapacityLimit['source'];
  /** Null: always. */
  readonly fromMs: number | null;
  /** Null: until it is deleted. */
  readonly untilMs: number | null;
  readonly reason?: string;
  readonly eventId?: string;
  /** Where none is lower. */
  readonly binding: readonly LimitKind[];
}

/** The next instant at which a circuit is limited to something else, and what to. */
export interface LimitChange extends CombinedLimits {
  readonly atMs: number;
  /** Limits that begin and end then. */
  readonly begins: readonly string[];
  readonly ends: readonly string[];
}

export interface CircuitLimitView {
  readonly now: CombinedLimits;
  /** The circuit's own first. */
  readonly inForce: readonly LimitInForce[];
  /** Null: none as far as windows were worked out. */
  readonly next: LimitChange | null;
}

/** windows: those of this circuit, from now on. */
export function circuitLimitView(
  state: SiteState,
  circuit: Circuit,
  windows: readonly LimitWindow[],
  nowMs: number,
): CircuitLimitView {
  const changesMs = limitChanges(windows, nowMs, Number.POSITIVE_INFINITY);
  const startsMs = [nowMs, ...changesMs];
  const limits = circuitLimits(state, circuit, windows, [...startsMs, (startsMs.at(-1) ?? nowMs) + 1]);
  const now = combinedAt(limits, 0);
  const changed = startsMs.findIndex((_, slot) => slot > 0 && !isSame(combinedAt(limits, slot), now));
  const atMs = startsMs[changed];
  return {
    now,
    inForce: inForceNow(state, circuit, windows, { nowMs, now }),
    next: atMs === undefined ? null : { atMs, ...combinedAt(limits, changed), ...turnsAt(windows, atMs) },
  };
}

export function combinedAt({ limitA, powerLimitW, chargingPowerLimitW }: CircuitLimits, slot: number): CombinedLimits {
  const powerW = powerLimitW[slot] ?? 'unlimited';
  const chargingW = chargingPowerLimitW[slot] ?? 'unlimited';
  return {
    limitA: perPhase((phase) => limitA[phase][slot] ?? 0),
    ...(powerW === 'unlimited' ? {} : { powerLimitW: powerW }),
    ...(chargingW === 'unlimited' ? {} : { chargingPowerLimitW: chargingW }),
  };
}

export function isSame(a: CombinedLimits, b: CombinedLimits): boolean {
  return (
    PHASES.every((phase) => a.limitA[phase] === b.limitA[phase]) &&
    a.powerLimitW === b.powerLimitW &&
    a.chargingPowerLimitW === b.chargingPowerLimitW
  );
}

/** What one limit says, a dimming worked out by the site as it is. */
export function statedBy(state: Pick<SiteState, 'site' | 'index'>, limit: CapacityLimit): Partial<CombinedLimits> {
  const { limitA, powerLimitW } = limit;
  const chargingPowerLimitW = chargingPowerLimitOf(state.site, state.index, limit);
  return {
    ...(limitA === undefined ? {} : { limitA }),
    ...(powerLimitW === undefined ? {} : { powerLimitW }),
    ...(chargingPowerLimitW === 'unlimited' ? {} : { chargingPowerLimitW }),
  };
}

function inForceNow(
  state: SiteState,
  circuit: Circuit,
  windows: readonly LimitWindow[],
  { nowMs, now }: { readonly nowMs: number; readonly now: CombinedLimits },
): LimitInForce[] {
  const { limitA, powerLimitW } = circuit;
  const rating = { limitA, ...(powerLimitW === undefined ? {} : { powerLimitW }) };
  const own = { limitId: null, source: 'circuit', ...rating, fromMs: null, untilMs: null } as const;
  const temporary = stretchesNow(windows, nowMs).map(({ limit, fromMs, toMs }) => ({
    limitId: limit.limitId,
    source: limit.source,
    ...statedBy(state, limit),
    fromMs,
    untilMs: toMs === 'open' ? null : toMs,
    ...(limit.reason === undefined ? {} : { reason: limit.reason }),
    ...(limit.eventId === undefined ? {} : { eventId: limit.eventId }),
  }));
  return [own, ...temporary].map((limit) => ({ ...limit, binding: bindingKinds(limit, now) }));
}

function bindingKinds(limit: Partial<CombinedLimits>, now: CombinedLimits): LimitKind[] {
  const kinds: LimitKind[] = PHASES.filter((phase) => limit.limitA?.[phase] === now.limitA[phase]);
  if (limit.powerLimitW !== undefined && limit.powerLimitW === now.powerLimitW) kinds.push('power');
  if (limit.chargingPowerLimitW !== undefined && limit.chargingPowerLimitW === now.chargingPowerLimitW)
    kinds.push('chargingPower');
  return kinds;
}

/** Of each limit in force: from the start of the occurrence under way, until the end of the last that follows without a break. */
function stretchesNow(windows: readonly LimitWindow[], nowMs: number): LimitWindow[] {
  const byLimit = new Map<CapacityLimit, LimitWindow[]>();
  for (const window of windows) byLimit.set(window.limit, [...(byLimit.get(window.limit) ?? []), window]);
  return [...byLimit.values()].flatMap((ofLimit) => {
    const holdsNow = ({ fromMs, toMs }: LimitWindow) => fromMs <= nowMs && (toMs === 'open' || toMs > nowMs);
    const stretch = joined(ofLimit).find(holdsNow);
    if (stretch === undefined) return [];
    // What has ended may no longer be among the windows: where the stretch began is not known.
    return { ...stretch, fromMs: Math.min(...ofLimit.filter(holdsNow).map(({ fromMs }) => fromMs)) };
  });
}

function joined(windows: readonly LimitWindow[]): LimitWindow[] {
  const stretches: LimitWindow[] = [];
  for (const window of [...windows].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = stretches.at(-1);
    if (last === undefined || (last.toMs !== 'open' && last.toMs < window.fromMs)) stretches.push(window);
    else stretches[stretches.length - 1] = { ...last, toMs: later(last.toMs, window.toMs) };
  }
  return stretches;
}

function later(a: number | 'open', b: number | 'open'): number | 'open' {
  return a === 'open' || b === 'open' ? 'open' : Math.max(a, b);
}

function turnsAt(windows: readonly LimitWindow[], atMs: number): Pick<LimitChange, 'begins' | 'ends'> {
  const idsOf = (list: readonly LimitWindow[]) => new Set(list.map(({ limit }) => limit.limitId));
  const before = idsOf(windows.filter(({ fromMs, toMs }) => fromMs < atMs && (toMs === 'open' || toMs >= atMs)));
  const after = idsOf(windows.filter(({ fromMs, toMs }) => fromMs <= atMs && (toMs === 'open' || toMs > atMs)));
  return {
    begins: [...after].filter((limitId) => !before.has(limitId)).sort(),
    ends: [...before].filter((limitId) => !after.has(limitId)).sort(),
  };
}
