import { instant, list, type Members, members, number, numbers, records, text } from './lenient.js';
import { type LimitedByState, PHASES, type PhaseName, readLimitedBy } from './siteState.js';

/** A site's plan as the table and the plot need it: what the API answers of the plan, laid over what it answers of the site. */
export interface PlanState {
  readonly siteId: string;
  readonly timeZone: string;
  /** Slot t is [boundariesMs[t], boundariesMs[t + 1]). */
  readonly boundariesMs: readonly number[];
  readonly circuits: readonly PlanCircuit[];
  readonly sessions: readonly PlanSession[];
  readonly currency: string;
  /** Per slot, all in; empty where nothing costs anything. */
  readonly pricesPerKwh: readonly number[];
  readonly pricesCurrency: string;
  readonly pricesFrom: string;
  /** Of energy and peaks; what is missing at departures is weighed by the planner, and not paid. */
  readonly costPaid: number;
  readonly gap: number | undefined;
}

export interface PlanCircuit {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly limitA: Readonly<Record<PhaseName, readonly number[]>>;
  readonly loadA: Readonly<Record<PhaseName, readonly number[]>>;
}

export interface PlanSession {
  readonly sessionId: string;
  /** The station's name, with the EVSE's number where it has several. */
  readonly outlet: string;
  readonly circuitId: string;
  readonly phases: readonly PhaseName[];
  readonly currentA: readonly number[];
  readonly limitedBy: readonly (LimitedByState | undefined)[];
}

export function readPlan(document: unknown, site: Members): PlanState {
  const plan = members(document);
  const prices = members(plan.prices);
  return {
    siteId: text(plan.siteId, '?'),
    timeZone: text(site.timeZone, 'utc'),
    boundariesMs: numbers(plan.boundariesMs),
    circuits: records(plan.circuits).map((circuit) => readCircuit(circuit, site)),
    sessions: records(plan.sessions).map((session) => readSession(session, site)),
    currency: text(plan.currency, ''),
    pricesPerKwh: numbers(prices.energyPricePerKwh),
    pricesCurrency: text(plan.currency, ''),
    pricesFrom: text(prices.from, 'none'),
    costPaid: number(members(plan.cost).energy) + number(members(plan.cost).demand),
    gap: typeof plan.gap === 'number' ? plan.gap : undefined,
  };
}

function readCircuit({ id, limitA, loadA }: Members, site: Members): PlanCircuit {
  const parentId = records(site.circuits).find((circuit) => circuit.id === id)?.parentId;
  return {
    id: text(id, '?'),
    parentId: typeof parentId === 'string' ? parentId : undefined,
    limitA: perPhase(limitA),
    loadA: perPhase(loadA),
  };
}

function readSession(session: Members, site: Members): PlanSession {
  const { sessionId, stationId, evseId } = session;
  const station = members(records(site.stations).find(({ id }) => id === stationId));
  const evses = records(station.evses);
  const phases = list(evses.find(({ id }) => id === evseId)?.phases);
  const name = text(stationId, '?');
  return {
    sessionId: text(sessionId, '?'),
    outlet: evses.length === 1 ? name : `${name}/${String(evseId)}`,
    circuitId: text(station.circuitId, '?'),
    phases: PHASES.filter((phase) => phases.includes(phase)),
    currentA: numbers(session.currentA),
    limitedBy: list(session.limitedBy).map(readLimitedBy),
  };
}

function perPhase(document: unknown): Readonly<Record<PhaseName, readonly number[]>> {
  const { L1, L2, L3 } = members(document);
  return { L1: numbers(L1), L2: numbers(L2), L3: numbers(L3) };
}

/** A plan that needed no prices shows those of the site: means over each slot, where there is one for all of it. */
export function withSitePrices(plan: PlanState, document: unknown): PlanState {
  const prices = members(document);
  const stretches = records(prices.import).flatMap((one) => {
    const [startMs, endMs] = [instant(one.start), instant(one.end)];
    return startMs === undefined || endMs === undefined
      ? []
      : [{ startMs, endMs, pricePerKwh: number(one.pricePerKwh) }];
  });
  const [firstMs, lastMs] = [plan.boundariesMs[0], plan.boundariesMs.at(-1)];
  if (firstMs === undefined || lastMs === undefined) return plan;
  if (!((stretches[0]?.startMs ?? lastMs) <= firstMs && (stretches.at(-1)?.endMs ?? firstMs) >= lastMs)) return plan;
  const mean = (fromMs: number, toMs: number) =>
    stretches.reduce((sum, { startMs, endMs, pricePerKwh }) => {
      const sharedMs = Math.min(endMs, toMs) - Math.max(startMs, fromMs);
      return sharedMs > 0 ? sum + (pricePerKwh * sharedMs) / (toMs - fromMs) : sum;
    }, 0);
  return {
    ...plan,
    pricesPerKwh: plan.boundariesMs.slice(0, -1).map((fromMs, t) => mean(fromMs, plan.boundariesMs[t + 1] ?? fromMs)),
    pricesCurrency: text(prices.currency, ''),
    pricesFrom: records(prices.import).every(({ source }) => source === 'published') ? 'published' : 'fallback',
  };
}

/** Sessions at the circuit or at one below it. */
export function sessionsBelow(plan: PlanState, circuitId: string): readonly PlanSession[] {
  const parents = new Map(plan.circuits.map(({ id, parentId }) => [id, parentId]));
  const isBelow = (id: string): boolean => {
    // No more steps than circuits: a tree that is none ends too.
    let at: string | undefined = id;
    for (let steps = 0; at !== undefined && steps <= parents.size; steps += 1) {
      if (at === circuitId) return true;
      at = parents.get(at);
    }
    return false;
  };
  return plan.sessions.filter((session) => isBelow(session.circuitId));
}

/** Where it is tightest: the phase that comes nearest to its limit. */
export function tightestPhase({ limitA, loadA }: PlanCircuit): PhaseName {
  const share = (phase: PhaseName) =>
    Math.max(0, ...loadA[phase].map((currentA, t) => currentA / Math.max(1e-9, limitA[phase][t] ?? 0)));
  return [...PHASES].sort((a, b) => share(b) - share(a))[0] ?? 'L1';
}
