import type { HandOutResult } from '../handout/handOut.js';
import type { Schedule } from '../plan/guidance.js';
import { isFor } from '../plan/guided.js';
import type { StayHistory } from '../plan/learnedDefaults.js';
import type { SitePlan } from '../plan/plan.js';
import { statedFailsafeA } from '../plan/recurringFailsafe.js';
import { type TakenNeeds, takenNeeds } from '../plan/takenNeeds.js';
import type { LimitWindow } from '../site/capacity.js';
import { limitAt } from '../site/limitSteps.js';
import { type EvseInSite, mayDrawA, newestCandidate, phasesInUse, toldLimitA } from '../site/mayDraw.js';
import { PRIORITY_DEFAULT } from '../site/model.js';
import { perPhase } from '../site/phases.js';
import { evsesOfStation } from '../site/sites.js';
import type { EndedSession, SiteState, StationState, TransactionState } from '../site/state.js';
import { circuitViews, excessOf, freshCurrentA } from './circuitViews.js';
import { externalLimitViews } from './externalLimitViews.js';
import type { EnergyCost } from './history/priceBook.js';
import { endedStay, openStay, type Stay } from './history/stay.js';
import { quirkViews } from './profiles/quirkViews.js';
import type { EvseView, LimitedBy, SessionView, SiteView, StationView } from './service.js';
import { reasonNow } from './why/reasonNow.js';

export interface ViewContext {
  readonly state: SiteState;
  readonly plan: SitePlan | undefined;
  readonly schedule: Schedule | undefined;
  readonly handedOut: HandOutResult | undefined;
  readonly windows: readonly LimitWindow[];
  readonly nowMs: number;
  /** Absent: nothing was learned. */
  readonly stays?: StayHistory;
  /** Absent: nothing is known of prices. */
  readonly costOf?: (stay: Stay) => EnergyCost;
}

export function siteView(context: ViewContext): SiteView {
  const { state, nowMs } = context;
  const circuits = circuitViews(context);
  const excess = circuits.flatMap(excessOf);
  return {
    siteId: state.site.siteId,
    name: state.site.name,
    atMs: nowMs,
    protection: excess.length === 0 ? { status: 'protected' } : { status: 'unprotected', excess },
    circuits,
    stations: state.site.stations.map((station) => stationView(context, station.id)),
  };
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
      limitA: failsafeA === 'ended' ? statedFailsafeA(state.site, station, nowMs) : failsafeA,
      confirmed: failsafe?.status === 'confirmed',
    },
    quirks: quirkViews(state, stationId, nowMs),
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
    externalLimits: externalLimitViews(at, nowMs),
    transaction:
      transaction === null
        ? null
        : {
            transactionId: transaction.transactionId,
            sessionId: transaction.sessionId,
            startedAtMs: transaction.startedAtMs,
            energyWh: Math.round(transaction.energyWh),
            priorityCharging: transaction.priorityCharging === true,
          },
  };
}

/** Why the car gets no more right now. */
export function limitedBy(
  { plan, nowMs }: Pick<ViewContext, 'plan' | 'nowMs'>,
  at: EvseInSite,
  { sessionId }: TransactionState,
): LimitedBy | null {
  return reasonNow(
    at,
    plan?.sessions.find((session) => session.sessionId === sessionId),
    nowMs,
  );
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
    ...costOf(context, openStay(at, transaction, context.nowMs)),
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

export function endedSessionView(context: Pick<ViewContext, 'state' | 'costOf'>, session: EndedSession): SessionView {
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
    ...costOf(context, endedStay(session, context.state)),
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

function costOf(context: Pick<ViewContext, 'costOf'>, stay: Stay): EnergyCost {
  const { cost, currency } = context.costOf?.(stay) ?? { cost: null, currency: null };
  return { cost: cost === null ? null : roundMoney(cost), currency };
}

/** Sums of decimal fractions end in noise far behind this. */
function roundMoney(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
