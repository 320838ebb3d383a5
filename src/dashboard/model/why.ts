import type { EvseState, LimitedBy, Plan, Session, SitePrices, SiteState, SiteSummary } from '../api/documents.js';
import type { Names } from './names.js';
import { priceAt } from './prices.js';
import { type CarPlan, spanOf } from './slots.js';
import type { Speech } from './speech.js';

/** All that a sentence about one car may be made of. */
export interface WhyOf {
  readonly site: SiteSummary;
  readonly state: SiteState;
  readonly evse: EvseState;
  readonly circuitId: string;
  readonly session: Session | undefined;
  readonly carPlan: CarPlan | undefined;
  readonly plan: Plan | undefined;
  readonly prices: SitePrices | undefined;
  /** The most that the outlet can give, A per phase on the grid side. */
  readonly maxA: number;
  readonly minA: number;
  readonly nowMs: number;
}

/** Below this nothing flows: meters show a little where a car is only awake. */
const DRAWS_FROM_A = 1;

function drawnA(evse: EvseState): number {
  if (evse.currentA === 'unknown') return 0;
  return Math.max(evse.currentA.L1, evse.currentA.L2, evse.currentA.L3);
}

export function isDrawing(evse: EvseState): boolean {
  return drawnA(evse) >= DRAWS_FROM_A;
}

/** One plain sentence: why this car gets what it gets now. */
export function whyNow(of: WhyOf, names: Names, speech: Speech): string {
  return capitalized(reasonNow(of, names, speech));
}

/** Some begin with a name that is written small within one. */
export function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function reasonNow(of: WhyOf, names: Names, speech: Speech): string {
  const { evse, session, maxA } = of;
  const { say, numbers } = speech;
  const limitedBy = evse.limitedBy ?? session?.limitedBy ?? null;
  const a = numbers.amperes(evse.limitA);
  const m = numbers.amperes(maxA);
  if (limitedBy === null) {
    if (evse.limitA >= maxA) return say('why.evse', { a });
    return say(session?.needsUsed?.departure ? 'why.notYet' : 'why.noPlan');
  }
  switch (limitedBy.by) {
    case 'circuit': {
      const c = names.theCircuit(limitedBy.circuitId);
      // It binds, but leaves all that the outlet can give.
      if (a === m) return say('why.evse', { a });
      return evse.limitA > 0
        ? say('why.circuit', { c, p: limitedBy.phase, a, m })
        : say('why.circuitWaits', { c, p: limitedBy.phase });
    }
    case 'powerLimit':
      return say('why.power', {
        c: names.theCircuit(limitedBy.circuitId),
        k: powerLimitOf(of, limitedBy, speech),
        a,
        m,
      });
    case 'price':
      return whyPrice(of, speech);
    case 'demandCharge':
      return whyDemand(of, speech);
    case 'evse':
      return say('why.evse', { a: numbers.amperes(Math.min(maxA, evse.limitA || maxA)) });
    case 'energy':
      return whyEnergy(of, speech);
    case 'minimumCurrent':
      return whyMinimum(of, speech);
    case 'vehicle':
      return isDrawing(evse) ? say('why.car', { a: numbers.amperes(drawnA(evse)), m: a }) : say('why.carPaused');
    case 'externalLimit':
      return say('why.external', { a: numbers.amperes(limitedBy.limitA) });
    case 'handOut':
      return say(isDrawing(evse) ? 'why.handOutSlow' : 'why.handOut');
    case 'absent':
      return say('why.absent');
    case 'station':
      return whyStation(limitedBy.reason, numbers.amperes(evse.reservedA), speech);
  }
}

export function whyStation(
  reason: 'offline' | 'refuses' | 'disobeys' | 'unconfirmed',
  a: string,
  { say }: Speech,
): string {
  if (reason === 'offline') return say('why.offline', { a });
  return say(reason === 'unconfirmed' ? 'why.unconfirmed' : 'why.noControl', { a });
}

function powerLimitOf({ state }: WhyOf, limitedBy: Extract<LimitedBy, { by: 'powerLimit' }>, speech: Speech): string {
  const limitW = state.circuits.find(({ id }) => id === limitedBy.circuitId)?.powerLimitW;
  return limitW === undefined ? speech.say('missing') : speech.numbers.short(limitW / 1_000);
}

function whyPrice({ evse, carPlan, prices, nowMs }: WhyOf, { say, numbers, clock }: Speech): string {
  if (isDrawing(evse)) return say('why.priceSlow', { a: numbers.amperes(evse.limitA) });
  const { startMs, endMs } = carPlan === undefined ? {} : spanOf(carPlan, nowMs);
  if (startMs === undefined || endMs === undefined || startMs <= nowMs) return say('why.priceLater');
  const [now, then] = [priceAt(prices, nowMs), priceAt(prices, startMs)];
  const t = clock.when(startMs, nowMs);
  const r = clock.when(endMs, nowMs);
  const currency = prices?.currency ?? null;
  if (now === undefined || then === undefined || currency === null || then >= now)
    return say('why.priceFrom', { t, r });
  return say('why.price', { y: numbers.price(then, currency), t, x: numbers.priceNumber(now, currency), r });
}

function whyDemand({ evse, carPlan, plan, nowMs }: WhyOf, { say, numbers, clock }: Speech): string {
  const a = numbers.amperes(evse.limitA);
  const untilMs = carPlan === undefined ? undefined : spanOf(carPlan, nowMs).sameUntilMs;
  const peakKw = plan?.prices?.demandCharges[0]?.peakSoFarKw;
  if (untilMs === undefined || peakKw === undefined || peakKw <= 0) return say('why.demandShort', { a });
  return say('why.demand', { a, t: clock.when(untilMs, nowMs), k: numbers.short(peakKw) });
}

function whyEnergy({ session }: WhyOf, { say, numbers }: Speech): string {
  const wantedWh = session?.needsUsed?.energyWh ?? session?.energyWantedWh ?? null;
  if (wantedWh === null) return say('why.energy', { e: numbers.short((session?.energyWh ?? 0) / 1_000) });
  const isDone = (session?.energyWh ?? 0) >= wantedWh - DONE_WITHIN_WH;
  return say(isDone ? 'why.energy' : 'why.energyPlanned', { e: numbers.short(wantedWh / 1_000) });
}

function whyMinimum(of: WhyOf, { say, numbers, clock }: Speech): string {
  const filling = { a: numbers.amperes(freeA(of)), m: numbers.amperes(of.minA) };
  const startMs = of.carPlan === undefined ? undefined : spanOf(of.carPlan, of.nowMs).startMs;
  if (startMs === undefined || startMs <= of.nowMs) return say('why.minCurrentLater', filling);
  return say('why.minCurrent', { ...filling, t: clock.when(startMs, of.nowMs) });
}

/** What is left for this outlet on its fullest phase, all the way up to the grid. */
function freeA({ state, evse, circuitId }: WhyOf): number {
  const circuits = new Map(state.circuits.map((circuit) => [circuit.id, circuit]));
  let free = Number.POSITIVE_INFINITY;
  for (let at = circuits.get(circuitId); at !== undefined; at = circuits.get(at.parentId ?? '')) {
    for (const phase of evse.phases) free = Math.min(free, at.headroomA[phase]);
  }
  return Math.max(0, Math.floor(free));
}

/** What a meter's last digit may be off by. */
export const DONE_WITHIN_WH = 100;
