import type { Schedule } from '../plan/guidance.js';
import type { SitePlan } from '../plan/plan.js';
import { perPhase } from '../site/phases.js';
import type { LimitedBy, PlanPrices, PlanView } from './service.js';

type Slots<T> = readonly T[];

/**
 * What is planned: the near plan, which is what the stations are told, and from its end on the schedule's slots, so that an owner
 * sees the night. Cost, gap and bound are the schedule's, where there is one: it is the plan of the whole.
 */
export function planView(siteId: string, plan: SitePlan | undefined, schedule: Schedule | undefined): PlanView {
  if (plan === undefined) return { siteId, ...NOTHING };
  const nearEndMs = plan.boundariesMs.at(-1) ?? plan.computedAtMs;
  const tail = schedule === undefined ? undefined : tailOf(schedule, nearEndMs);
  const { cost, gap, lowerBound, relaxedGap } = schedule ?? plan;
  const scheduledCircuits = new Map(schedule?.circuits.map((circuit) => [circuit.id, circuit]));
  return {
    siteId,
    computedAtMs: plan.computedAtMs,
    boundariesMs: [...plan.boundariesMs, ...(tail?.boundariesMs ?? [])],
    sessions: plan.sessions.map(({ sessionId, stationId, evseId, currentA, limitedBy }) => {
      const scheduled = schedule?.sessions.get(sessionId);
      return {
        sessionId,
        stationId,
        evseId,
        currentA: [...currentA, ...(tail?.cut(scheduled?.currentA, 0) ?? [])],
        limitedBy: [...limitedBy, ...(tail?.cut<LimitedBy | null>(scheduled?.limitedBy, null) ?? [])],
      };
    }),
    circuits: plan.circuits.map((circuit) => {
      const scheduled = scheduledCircuits.get(circuit.id);
      const joined = (of: 'limitA' | 'loadA') =>
        perPhase((phase) => [...circuit[of][phase], ...(tail?.cut(scheduled?.[of][phase], 0) ?? [])]);
      return { id: circuit.id, limitA: joined('limitA'), loadA: joined('loadA') };
    }),
    cost,
    prices: schedule === undefined ? null : planPrices(schedule, [...plan.boundariesMs, ...(tail?.boundariesMs ?? [])]),
    gap,
    lowerBound,
    relaxedGap,
    schedule:
      schedule === undefined
        ? null
        : { computedAtMs: schedule.computedAtMs, fromMs: nearEndMs, status: schedule.status },
  };
}

const NO_COST = { energy: 0, demand: 0, shortfall: 0, total: 0 };
const NOTHING: Omit<PlanView, 'siteId'> = {
  computedAtMs: null,
  boundariesMs: [],
  sessions: [],
  circuits: [],
  cost: NO_COST,
  prices: null,
  gap: null,
  lowerBound: null,
  relaxedGap: null,
  schedule: null,
};

function planPrices({ boundariesMs, prices }: Schedule, shownMs: readonly number[]): PlanPrices {
  return {
    ...prices.known,
    energyPricePerKwh: shownMs
      .slice(0, -1)
      .map((fromMs, slot) => meanPrice(boundariesMs, prices.energyPricePerKwh, [fromMs, shownMs[slot + 1] ?? fromMs])),
    demandCharges: prices.demandCharges.map(({ circuitId, pricePerKw, peakSoFarKw, windowMs, slots }) => ({
      circuitId,
      pricePerKw,
      peakSoFarKw,
      windowMs: windowMs ?? null,
      fromMs: boundariesMs[slots?.[0] ?? 0] ?? 0,
      toMs: boundariesMs[slots?.[1] ?? boundariesMs.length - 1] ?? 0,
    })),
  };
}

/** Over [fromMs, toMs), within the schedule. */
function meanPrice(
  boundariesMs: readonly number[],
  pricePerKwh: Slots<number>,
  [fromMs, toMs]: readonly [number, number],
): number {
  let weighted = 0;
  let coveredMs = 0;
  for (const [slot, price] of pricePerKwh.entries()) {
    const partMs = Math.min(toMs, boundariesMs[slot + 1] ?? toMs) - Math.max(fromMs, boundariesMs[slot] ?? fromMs);
    if (partMs <= 0) continue;
    weighted += price * partMs;
    coveredMs += partMs;
  }
  return coveredMs === 0 ? 0 : weighted / coveredMs;
}

/** The schedule's slots from an instant on; the one that the instant lies in counts from there. */
function tailOf(
  { boundariesMs }: Schedule,
  fromMs: number,
): {
  readonly boundariesMs: readonly number[];
  readonly cut: <T>(slots: Slots<T> | undefined, absent: T) => Slots<T>;
} {
  const next = boundariesMs.findIndex((ms) => ms > fromMs);
  const first = next < 0 ? boundariesMs.length - 1 : Math.max(0, next - 1);
  const ends = boundariesMs.slice(first + 1);
  return { boundariesMs: ends, cut: (slots, absent) => slots?.slice(first) ?? ends.map(() => absent) };
}
