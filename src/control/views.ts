import type { HandOutResult } from '../handout/handOut.js';
import type { Schedule } from '../plan/guidance.js';
import { isFor } from '../plan/guided.js';
import type { StayHistory } from '../plan/learnedDefaults.js';
import type { SitePlan } from '../plan/plan.js';
import { vehicleCapA } from '../plan/sessions.js';
import { type TakenNeeds, takenNeeds } from '../plan/takenNeeds.js';
import { baseLoadA } from '../site/baseLoad.js';
import { circuitCapacities, type LimitWindow, loadPerAmpere } from '../site/capacity.js';
import { controlObstacle } from '../site/controlObstacle.js';
import { limitAt } from '../site/limitSteps.js';
import {
  type EvseInSite,
  mayDrawA,
  newestCandidate,
  phasesInUse,
  reservedPhases,
  toldLimitA,
} from '../site/mayDraw.js';
import type { Circuit } from '../site/model.js';
import { PRIORITY_DEFAULT } from '../site/model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from '../site/phases.js';
import { evsesBelow, evsesOfStation } from '../site/sites.js';
import type { EndedSession, SiteState, StationState, TransactionState } from '../site/state.js';
import type { CircuitView, EvseView, Excess, LimitedBy, SessionView, SiteView, StationView } from './service.js';

export interface ViewContext {
  readonly state: SiteState;
  readonly plan: SitePlan | undefined;
  readonly schedule: Schedule | undefined;
  readonly handedOut: HandOutResult | undefined;
  readonly windows: readonly LimitWindow[];
  readonly nowMs: number;
  /** Absent: nothing was learned. */
  readonly stays?: StayHistory;
}

/** A sample older than so many meter intervals is not shown as what flows now. */
const SAMPLE_STALE_INTERVALS = 3;

export function siteView(context: ViewContext): SiteView {
  const { state, nowMs } = context;
  const circuits = circuitViews(context);
  const excess = circuits.flatMap((circuit) => [...phaseExcess(circuit), ...powerExcess(circuit)]);
  return {
    siteId: state.site.siteId,
    name: state.site.name,
    atMs: nowMs,
    protection: excess.length === 0 ? { status: 'protected' } : { status: 'unprotected', excess },
    circuits,
    stations: state.site.stations.map((station) => stationView(context, station.id)),
  };
}

function phaseExcess(circuit: CircuitView): Excess[] {
  return PHASES.filter((phase) => circuit.headroomA[phase] < -EXCESS_MIN_A).map((phase) => ({
    circuitId: circuit.id,
    phase,
    excessA: round(-circuit.headroomA[phase]),
  }));
}

function powerExcess({ id, powerLimitW, reservedW }: CircuitView): Excess[] {
  if (powerLimitW === undefined || reservedW === undefined || reservedW <= powerLimitW + EXCESS_MIN_W) return [];
  return [{ circuitId: id, excessW: round(reservedW - powerLimitW) }];
}

/** Below this it is rounding. */
const EXCESS_MIN_A = 0.001;
const EXCESS_MIN_W = 1;

function circuitViews({ state, windows, nowMs }: ViewContext): CircuitView[] {
  return circuitCapacities(state, windows, [nowMs, nowMs + 1], nowMs).map(({ circuit, limitA, powerLimitW }) => {
    const base = baseLoadA(state, circuit, nowMs);
    const nowA = perPhase((phase) => limitA[phase][0] ?? 0);
    const reserved: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
    const drawn: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
    let reservedW = PHASES.reduce((sum, phase) => sum + base.currentA[phase], 0) * state.site.voltageV;
    for (const at of evsesBelow(state, circuit.id)) {
      const mayA = mayDrawA(at, nowMs, nowMs);
      const phases = reservedPhases(at.evse, at.evseState);
      for (const phase of phases) reserved[phase] += mayA;
      reservedW += mayA * loadPerAmpere(at.evse, phases, 'power', state.site.voltageV);
      const currentA = freshCurrentA(at, state, nowMs);
      if (currentA !== 'unknown') for (const phase of PHASES) drawn[phase] += currentA[phase];
    }
    const power = powerLimitW[0];
    return {
      id: circuit.id,
      parentId: circuit.parentId,
      limitA: nowA,
      ...(power === undefined || power === 'unlimited' ? {} : { powerLimitW: power, reservedW: round(reservedW) }),
      loadA: perPhase((phase) => round(loadA(state, circuit, base, drawn, phase))),
      baseLoadA: perPhase((phase) => round(base.currentA[phase])),
      reservedA: perPhase((phase) => round(reserved[phase])),
      headroomA: perPhase((phase) => round(nowA[phase] - base.currentA[phase] - reserved[phase])),
      meter: base.meter,
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

function freshCurrentA(at: EvseInSite, state: SiteState, nowMs: number): PerPhase<number> | 'unknown' {
  const sample = at.evseState.samples.at(-1);
  const staleMs = state.site.meterIntervalS * 1000 * SAMPLE_STALE_INTERVALS;
  if (sample !== undefined && nowMs - sample.atMs <= staleMs) return sample.currentA;
  return at.evseState.transaction === null && sample !== undefined ? perPhase(() => 0) : 'unknown';
}

function stationView(context: ViewContext, stationId: string): StationView {
  const { state, nowMs } = context;
  const station = state.index.stations.get(stationId);
  const stationState = state.stations.get(stationId);
  if (station === undefined || stationState === undefined) throw new Error(`station ${stationId} has no state`);
  const failsafe = newestCandidate(stationState.failsafe);
  const failsafeA = failsafe === undefined ? 'ended' : limitAt(failsafe.limits, nowMs);
  return {
    id: station.id,
    circuitId: station.circuitId,
    online: stationState.connection.status === 'online',
    ocppVersion: stationState.connection.status === 'neverSeen' ? null : stationState.connection.ocppVersion,
    vendor: stationState.identity?.vendor ?? null,
    model: stationState.identity?.model ?? null,
    firmwareVersion: stationState.identity?.firmwareVersion ?? null,
    control: controlOf(stationState, nowMs),
    failsafe: {
      limitA: failsafeA === 'ended' ? station.failsafeA : failsafeA,
      confirmed: failsafe?.status === 'confirmed',
    },
    evses: [...evsesOfStation(state, stationId)].map((at) => evseView(context, at)),
  };
}

function controlOf(station: StationState, nowMs: number): StationView['control'] {
  if (station.connection.status === 'neverSeen') return 'neverSeen';
  const evses = [...station.evses.values()];
  if (evses.some((evse) => evse.disobeys)) return 'disobeys';
  if (station.failsafe.refusals > 0 || evses.some((evse) => evse.txProfile.refusals > 0)) return 'refuses';
  const { missingUntilMs } = station.failsafe;
  if (missingUntilMs === 'unknown' || missingUntilMs > nowMs) return 'unconfirmed';
  return 'controlled';
}

function evseView(context: ViewContext, at: EvseInSite): EvseView {
  const { state, nowMs } = context;
  const { transaction } = at.evseState;
  const currentA = freshCurrentA(at, state, nowMs);
  return {
    id: at.evse.id,
    kind: at.evse.kind,
    phases: at.evse.phases,
    status: at.evseState.status,
    limitA: round(toldLimitA(at, nowMs)),
    reservedA: round(mayDrawA(at, nowMs, nowMs)),
    currentA: currentA === 'unknown' ? 'unknown' : perPhase((phase) => round(currentA[phase])),
    limitedBy: transaction === null ? null : limitedBy(context, at, transaction),
    transaction:
      transaction === null
        ? null
        : {
            transactionId: transaction.transactionId,
            sessionId: transaction.sessionId,
            startedAtMs: transaction.startedAtMs,
            energyWh: Math.round(transaction.energyWh),
          },
  };
}

/** Less than this apart, what is told is what was planned. */
const AS_PLANNED_A = 0.6;

/** Why the car gets no more right now. */
export function limitedBy(context: ViewContext, at: EvseInSite, transaction: TransactionState): LimitedBy | null {
  const { nowMs, plan } = context;
  const obstacle = controlObstacle(at, nowMs);
  switch (obstacle) {
    case 'neverSeen':
    case 'offline':
      return { by: 'station', reason: 'offline' };
    case 'disobeys':
      return { by: 'station', reason: 'disobeys' };
    case 'refuses':
      return { by: 'station', reason: 'refuses' };
    case 'notAccepted':
    case 'unauthorized':
      return { by: 'station', reason: 'unconfirmed' };
    case 'gone':
      return { by: 'absent' };
    case 'none':
      break;
  }
  const planned = plan?.sessions.find((session) => session.sessionId === transaction.sessionId);
  if (planned === undefined) return null;
  const first = planned.limitedBy[0] ?? null;
  const desiredA = limitAt(planned.desired, nowMs);
  const toldA = toldLimitA(at, nowMs);
  if (desiredA !== 'ended' && toldA < desiredA - AS_PLANNED_A) return { by: 'handOut' };
  // A car that takes less than it is offered is held back by nobody else.
  const capA = vehicleCapA(at);
  if (capA !== 'unknown' && toldA > 0 && capA <= toldA + AS_PLANNED_A) return { by: 'vehicle' };
  return first;
}

export function sessionViews(context: ViewContext): SessionView[] {
  const views: SessionView[] = [];
  const taken = takenNeeds(context.state.site, context.stays);
  for (const station of context.state.site.stations) {
    for (const at of evsesOfStation(context.state, station.id)) {
      const { transaction } = at.evseState;
      if (transaction !== null) views.push(describeSession(context, at, transaction, taken(transaction)));
    }
  }
  return views.sort((a, b) => b.startedAtMs - a.startedAtMs);
}

export function openSessionView(context: ViewContext, at: EvseInSite, transaction: TransactionState): SessionView {
  return describeSession(context, at, transaction, takenNeeds(context.state.site, context.stays)(transaction));
}

function describeSession(
  context: ViewContext,
  at: EvseInSite,
  transaction: TransactionState,
  taken: TakenNeeds,
): SessionView {
  const { needs } = transaction;
  return {
    sessionId: transaction.sessionId,
    transactionId: transaction.transactionId,
    stationId: at.station.id,
    evseId: at.evse.id,
    idToken: transaction.idToken,
    startedAtMs: transaction.startedAtMs,
    endedAtMs: null,
    energyWh: Math.round(transaction.energyWh),
    energyWantedWh: needs.energyWh ?? null,
    departureMs: needs.departureMs ?? null,
    priority: taken.priority,
    needsUsed: {
      departureMs: numberOrNull(taken.departureMs),
      energyWh: numberOrNull(taken.energyWh),
      priority: taken.priority,
    },
    needsFrom: taken.from,
    ...readiness(context, transaction),
    cost: null,
    currency: null,
    limitA: round(toldLimitA(at, context.nowMs)),
    limitedBy: limitedBy(context, at, transaction),
    phasesInUse: phasesInUse(at.evse, at.evseState),
    endReason: null,
  };
}

/** A rest that is less than this is no reason to worry a driver. */
const READY_SLACK_WH = 100;

/** Will it be ready? Known where the driver said how much, and a schedule counts with that. */
function readiness(
  { schedule, nowMs }: ViewContext,
  { needs, sessionId, energyWh }: TransactionState,
): Pick<SessionView, 'plannedEnergyWh' | 'shortfallWh' | 'onTime'> {
  const scheduled = schedule?.sessions.get(sessionId);
  if (scheduled === undefined || needs.energyWh === undefined || !isFor(scheduled, needs)) return NOT_KNOWN;
  // More is planned for than is wanted, for some of it is always lost on the way.
  const plannedWh = Math.max(energyWh, Math.min(needs.energyWh, scheduled.plannedEnergyWh));
  const missingWh = Math.max(0, needs.energyWh - plannedWh);
  const isAhead = needs.departureMs !== undefined && needs.departureMs > nowMs;
  return {
    plannedEnergyWh: Math.round(plannedWh),
    shortfallWh: Math.round(missingWh),
    onTime: isAhead ? missingWh <= READY_SLACK_WH : null,
  };
}

const NOT_KNOWN = { plannedEnergyWh: null, shortfallWh: null, onTime: null };

export function endedSessionView(session: EndedSession): SessionView {
  return {
    sessionId: session.sessionId,
    transactionId: session.transactionId,
    stationId: session.stationId,
    evseId: session.evseId,
    idToken: session.idToken,
    startedAtMs: session.startedAtMs,
    endedAtMs: session.endedAtMs,
    energyWh: Math.round(session.energyWh),
    energyWantedWh: session.needs.energyWh ?? null,
    departureMs: session.needs.departureMs ?? null,
    priority: session.needs.priority ?? PRIORITY_DEFAULT,
    needsUsed: null,
    needsFrom: null,
    ...NOT_KNOWN,
    cost: null,
    currency: null,
    limitA: 0,
    limitedBy: null,
    phasesInUse: session.phasesInUse,
    endReason: session.reason,
  };
}

function numberOrNull(value: number | 'unknown'): number | null {
  return value === 'unknown' ? null : value;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
