import type { LimitedBy } from '../../optimizer/index.js';
import { evseCurrentMaxA, evseCurrentMinA, outletWattsPerAmpere, wireLimitA } from '../site/electricity.js';
import {
  type ChargingLimitSource,
  changesWithin,
  type ExternalLimit,
  inForce,
  periodsWithin,
} from '../site/externalLimit.js';
import type { EvseInSite } from '../site/mayDraw.js';
import { PHASES } from '../site/phases.js';
import { evsesOfStation } from '../site/sites.js';
import type { SiteState } from '../site/state.js';
import { divided, type Member, type SharedRow } from './divideLimit.js';
import { type ControllableSession, isContent, vehicleCapA } from './sessions.js';

// What stations say that others than us limit them to, as the most that their cars are planned with. It lowers plans only: a limit
// that is above what there is anyway changes nothing.

export interface ExternalReason {
  readonly by: 'externalLimit';
  readonly source: ChargingLimitSource;
  /** Of this EVSE, or of all of its station together. */
  readonly scope: 'evse' | 'station';
  /** What that leaves this car, A per phase on the grid side. */
  readonly limitA: number;
}

/** Why a session gets no more in a slot: the optimizer's reasons, and this one. */
export type PlannedReason = LimitedBy | ExternalReason;

/** Per slot. */
export interface ExternalCap {
  /** Infinity where nothing is limited. */
  readonly mostA: readonly number[];
  readonly reasons: readonly (ExternalReason | undefined)[];
}

/** More changes than this within a plan get no boundary of their own: over a slot the least holds. */
const CHANGES_MAX = 32;
const TOLERANCE_A = 1e-6;

/** By session; only of those that a limit may leave less than their EVSE can give. */
export function externalCaps(
  sessions: readonly ControllableSession[],
  boundariesMs: readonly number[],
  rotationS: number,
): ReadonlyMap<string, ExternalCap> {
  const caps = new Map<string, ExternalCap>();
  const [nowMs = 0] = boundariesMs;
  for (const cars of carsOfLimitedStations(sessions, nowMs)) {
    const slots = boundariesMs
      .slice(0, -1)
      .map((fromMs, slot) => slotCaps(cars, { fromMs, toMs: boundariesMs[slot + 1] ?? fromMs, rotationS }));
    cars.forEach(({ transaction }, index) => {
      const bySlot = slots.map((slot) => slot[index]);
      if (bySlot.every((cap) => cap === undefined)) return;
      caps.set(transaction.sessionId, {
        mostA: bySlot.map((cap) => cap?.limitA ?? Number.POSITIVE_INFINITY),
        reasons: bySlot,
      });
    });
  }
  return caps;
}

/** The instants at which a limit that may leave some car less begins, changes or ends; ascending, the nearest ones. */
export function externalChangesMs(state: SiteState, fromMs: number, toMs: number): readonly number[] {
  const changes = new Set<number>();
  for (const [stationId, { externalLimits = [] }] of state.stations) {
    if (externalLimits.length === 0) continue;
    const evses = [...evsesOfStation(state, stationId)];
    if (evses.every(({ evseState }) => evseState.transaction === null)) continue;
    for (const limit of inForce(externalLimits, fromMs)) {
      if (mayBind(limit, evses)) for (const ms of changesWithin(limit, fromMs, toMs)) changes.add(ms);
    }
  }
  return [...changes].sort((a, b) => a - b).slice(0, CHANGES_MAX);
}

/** Where it gets all that the limit leaves it, that is why it gets no more: not its EVSE, nor a better time. */
export function reasonUnderLimit(
  reason: LimitedBy,
  currentA: number,
  limited: ExternalReason | undefined,
): PlannedReason {
  if (limited === undefined || currentA < limited.limitA - TOLERANCE_A) return reason;
  if (reason.by === 'energy') return reason;
  return limited.limitA === 0 || AT_ITS_MOST.has(reason.by) ? limited : reason;
}

/** What is said of a car that gets all it is planned with at most. */
const AT_ITS_MOST: ReadonlySet<LimitedBy['by']> = new Set(['evse', 'price', 'demandCharge']);

function carsOfLimitedStations(sessions: readonly ControllableSession[], nowMs: number) {
  const byStation = new Map<string, ControllableSession[]>();
  for (const session of sessions) {
    const { station, stationState } = session.at;
    if (inForce(stationState.externalLimits ?? [], nowMs).length === 0) continue;
    byStation.set(station.id, [...(byStation.get(station.id) ?? []), session]);
  }
  return byStation.values();
}

interface Slot {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rotationS: number;
}

/** What each car of one station is left; undefined where that is no less than its EVSE can give. */
function slotCaps(cars: readonly ControllableSession[], slot: Slot): readonly (ExternalReason | undefined)[] {
  const limits = cars[0]?.at.stationState.externalLimits ?? [];
  const own = cars.map(({ at }) => leastOf(limits, at, slot, 'evse'));
  const ofStation = limits.filter(({ evseId }) => evseId === 0);
  const rows = ofStation.flatMap((limit) => rowsOf(limit, cars, slot));
  const members = cars.map((car, index) => memberOf(car, own[index]?.limitA));
  const parts =
    rows.length === 0 ? undefined : divided(members, rows, Math.floor(slot.fromMs / (slot.rotationS * 1000)));
  return cars.map(({ at }, index) => {
    const part = parts?.[index] ?? Number.POSITIVE_INFINITY;
    const hardwareA = evseCurrentMaxA(at.evse, at.site);
    const ownLeast = own[index];
    const leastA = Math.min(part, ownLeast?.limitA ?? Number.POSITIVE_INFINITY);
    if (leastA >= hardwareA - TOLERANCE_A) return undefined;
    const isOwn = ownLeast !== undefined && ownLeast.limitA <= part + TOLERANCE_A;
    const of = isOwn ? ownLeast : leastOf(limits, at, slot, 'station');
    if (of === undefined) return undefined;
    const limitA = leastA < evseCurrentMinA(at.evse) ? 0 : leastA;
    return { by: 'externalLimit', source: of.source, scope: isOwn ? 'evse' : 'station', limitA };
  });
}

/** The lowest of all sources, as amperes of this EVSE. */
function leastOf(
  limits: readonly ExternalLimit[],
  { evse, site }: EvseInSite,
  { fromMs, toMs }: Slot,
  scope: ExternalReason['scope'],
): { readonly source: ChargingLimitSource; readonly limitA: number } | undefined {
  let least: { readonly source: ChargingLimitSource; readonly limitA: number } | undefined;
  for (const limit of limits) {
    if (limit.evseId !== (scope === 'evse' ? evse.id : 0)) continue;
    const rateUnit = limit.schedule?.rateUnit ?? 'A';
    for (const period of periodsWithin(limit, fromMs, toMs)) {
      const limitA = wireLimitA(period.limit, rateUnit, evse, site.voltageV, period.numberPhases);
      // Amperes of a DC outlet: the station keeps to them, and the plan goes without.
      if (limitA === 'unknown') continue;
      if (least === undefined || limitA < least.limitA) least = { source: limit.source, limitA };
    }
  }
  return least;
}

/** Of a whole station: amperes hold on each phase, watts for all together. */
function rowsOf(limit: ExternalLimit, cars: readonly ControllableSession[], { fromMs, toMs }: Slot): SharedRow[] {
  const periods = periodsWithin(limit, fromMs, toMs);
  if (periods.length === 0) return [];
  const capacity = Math.min(...periods.map((period) => period.limit));
  if (limit.schedule?.rateUnit === 'W') {
    return [{ capacity, perAmpere: cars.map(({ at }) => outletWattsPerAmpere(at.evse, at.site.voltageV)) }];
  }
  return PHASES.map((phase) => ({
    capacity,
    perAmpere: cars.map(({ at }) => (at.evse.kind === 'AC' && at.evse.phases.includes(phase) ? 1 : 0)),
  }));
}

/** A car that takes less than its part leaves the rest to the others; one that takes nothing has its turn last. */
function memberOf({ at, transaction }: ControllableSession, ownLimitA = Number.POSITIVE_INFINITY): Member {
  const cap = vehicleCapA(at);
  const leastA = evseCurrentMinA(at.evse);
  const mostA = Math.min(evseCurrentMaxA(at.evse, at.site), ownLimitA, cap === 'unknown' ? Infinity : cap);
  return { id: transaction.sessionId, leastA, mostA: mostA < leastA ? 0 : mostA, isIdle: isContent(at) };
}

function mayBind(limit: ExternalLimit, evses: readonly EvseInSite[]): boolean {
  const { schedule, evseId } = limit;
  if (schedule === undefined) return false;
  const { rateUnit, periods } = schedule;
  if (evseId !== 0) {
    const at = evses.find(({ evse }) => evse.id === evseId);
    if (at === undefined || at.evseState.transaction === null) return false;
    const hardwareA = evseCurrentMaxA(at.evse, at.site);
    return periods.some(({ limit: most, numberPhases }) => {
      const limitA = wireLimitA(most, rateUnit, at.evse, at.site.voltageV, numberPhases);
      return limitA !== 'unknown' && limitA < hardwareA - TOLERANCE_A;
    });
  }
  const allOfIt = evses.reduce((sum, { evse, site }) => {
    const perAmpere = rateUnit === 'W' ? outletWattsPerAmpere(evse, site.voltageV) : 1;
    return sum + evseCurrentMaxA(evse, site) * perAmpere;
  }, 0);
  return periods.some(({ limit: most }) => most < allOfIt);
}
