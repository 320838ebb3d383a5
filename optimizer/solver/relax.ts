import { Augmentation, type SlotIndex } from './augment.js';
import { SmoothedDual } from './dual.js';
import type { Network } from './network.js';
import { NewtonAscent } from './newton.js';
import { lowerBoundAt } from './prices.js';
import { costOf, type Primal, peakOf, repair, rowLoadsOf } from './primal.js';

/** The relaxed problem, solved: the best plan found, and the prices that prove how good it is. */
export interface Relaxed {
  readonly primal: Primal;
  readonly cost: number;
  readonly lowerBound: number;
  /** Per row and per session, as at the best bound. */
  readonly rowPrice: Float64Array;
  readonly energyPrice: Float64Array;
  /** Of the plan, per demand charge. */
  readonly peakKw: Float64Array;
}

export interface Start {
  readonly primal: Primal;
  /** From an earlier solution; else prices start at 0. */
  readonly rowPrice?: Float64Array;
  readonly energyPrice?: Float64Array;
}

export interface RelaxOptions {
  readonly gap: number;
  readonly isTimeUp: () => boolean;
}

/** Gaps are taken against at least this much money. */
export const GAP_COST_MIN = 0.01;

/** Widths, as a share of each session's price of energy: the first, from one stage to the next, and the least. Found by measuring. */
const WIDTH_FIRST = 2;
const WIDTH_FIRST_WARM = 0.15;
const WIDTH_FACTOR = 0.6;
const WIDTH_LEAST = 0.01;
const STAGES_MAX = 60;
const STEPS_MAX = 10;
const DAMPING_FIRST = 0.01;
/** Inner goals, as a share of the width. */
const VIOLATION = 0.005;
const COMPLEMENTARITY = 0.01;
const GOAL_LEAST = 1e-4;
/** The least span of a peak, as a share of it. */
const PEAK_SPAN_LEAST = 0.05;
const KWH_EPSILON = 1e-9;
/** A plan is made of the answers once a stage raises the bound by less than this, in gaps asked for. */
const REPAIR_BELOW = 2;
/** Rows that are almost met need no chains of moves. */
const AUGMENT_WITHIN = 6;

function isWithin(cost: number, lowerBound: number, gap: number): boolean {
  return cost - lowerBound <= gap * Math.max(GAP_COST_MIN, Math.abs(lowerBound));
}

/**
 * The proximal point method on the dual, each stage solved by Newton's method, until the best plan is within the gap of the best bound. Stops
 * early, with what there is, when time is up.
 */
export function relax(network: Network, index: SlotIndex, start: Start, options: RelaxOptions): Relaxed {
  const search = new Search(network, index, start);
  const isWarm = start.rowPrice !== undefined;
  let width = isWarm ? WIDTH_FIRST_WARM : WIDTH_FIRST;
  for (let stage = 0; stage < STAGES_MAX && !search.isDone(options.gap) && !options.isTimeUp(); stage++) {
    const isReached = search.climb(width);
    const before = search.lowerBound;
    search.bound();
    const isLast = stage === STAGES_MAX - 1 || options.isTimeUp();
    if (isLast || isWithin(search.lowerBound, before, options.gap * REPAIR_BELOW)) search.makePlan(options.gap);
    // What was not reached would only be harder with less width.
    if (isReached) width = Math.max(WIDTH_LEAST, width * WIDTH_FACTOR);
  }
  return search.result();
}

class Search {
  cost: number;
  lowerBound = Number.NEGATIVE_INFINITY;
  private best: Primal;
  private readonly network: Network;
  private readonly index: SlotIndex;
  private readonly start: Start;
  private readonly bestRowPrice: Float64Array;
  private readonly bestEnergyPrice: Float64Array;
  private readonly placePrice: Float64Array;
  private readonly trialRowPrice: Float64Array;
  private readonly priceScale: number;
  private readonly peakSpanKw: Float64Array;
  /** Made when first needed: a start that is good enough needs neither. */
  private newton: NewtonAscent | undefined;
  private augmentation: Augmentation | undefined;

  constructor(network: Network, index: SlotIndex, start: Start) {
    this.network = network;
    this.index = index;
    this.start = start;
    this.best = start.primal;
    this.cost = costOf(network, start.primal);
    this.priceScale = priceScaleOf(network);
    this.peakSpanKw = new Float64Array(network.demands.length);
    this.bestRowPrice = new Float64Array(network.rows);
    this.bestEnergyPrice = startPrices(network, start);
    this.placePrice = new Float64Array(network.groups * network.slots);
    this.trialRowPrice = new Float64Array(network.rows);
    this.tryBound(start.rowPrice ?? this.trialRowPrice, this.bestEnergyPrice);
  }

  isDone(gap: number): boolean {
    return isWithin(this.cost, this.lowerBound, gap);
  }

  /** A stage with this width, centred at the last answers. Tells whether it reached its goals. */
  climb(width: number): boolean {
    this.newton ??= this.startNewton();
    const { network, newton } = this;
    const { dual } = newton;
    dual.centre.set(dual.share);
    dual.peakCentreKw.set(dual.peakKw);
    for (let session = 0; session < network.sessions; session++) {
      const price = Math.min(network.shortfallPrice[session] as number, dual.energyPrice[session] as number);
      dual.width[session] = width * Math.max(this.priceScale, price);
    }
    for (const [index, demand] of network.demands.entries()) {
      dual.peakWidth[index] = (width * demand.pricePerKw) / (this.peakSpanKw[index] as number);
    }
    newton.damping = DAMPING_FIRST;
    return newton.climb({
      violation: Math.max(GOAL_LEAST, VIOLATION * width),
      complementarity: Math.max(GOAL_LEAST, COMPLEMENTARITY * width),
      stepsMax: STEPS_MAX,
      costScale: Math.max(GAP_COST_MIN, Math.abs(this.lowerBound), Math.abs(this.cost) * 0.1),
    });
  }

  private startNewton(): NewtonAscent {
    const { network, start } = this;
    const newton = new NewtonAscent(new SmoothedDual(network));
    const { dual } = newton;
    if (start.rowPrice !== undefined) newton.rowPrice.set(start.rowPrice);
    for (let cell = 0; cell < dual.share.length; cell++) {
      dual.share[cell] = (start.primal.kwh[cell] as number) / (network.cellKwh[cell] as number);
    }
    dual.energyPrice.set(this.bestEnergyPrice);
    for (let session = 0; session < network.sessions; session++) {
      dual.isShort[session] = (start.primal.missingKwh[session] as number) > KWH_EPSILON ? 1 : 0;
    }
    this.startPeaks(dual);
    return newton;
  }

  /** A peak may move as far, for the same relative change of its price, as the first plan's peak lies above the least. */
  private startPeaks(dual: SmoothedDual): void {
    const { network, start } = this;
    if (network.demands.length === 0) return;
    const load = rowLoadsOf(network, start.primal.kwh);
    for (const [index, demand] of network.demands.entries()) {
      const peakKw = peakOf(network, demand, load);
      this.peakSpanKw[index] = Math.max(PEAK_SPAN_LEAST * peakKw, peakKw - demand.peakMinKw, 1e-3);
      dual.peakKw[index] = start.rowPrice === undefined ? demand.peakMinKw : peakKw;
    }
  }

  /** What the prices at hand prove. */
  bound(): void {
    const { newton } = this;
    if (newton !== undefined) this.tryBound(newton.rowPrice, newton.dual.energyPrice);
  }

  private tryBound(rowPrice: Float64Array, energyPrice: Float64Array): void {
    const { network, trialRowPrice, placePrice } = this;
    trialRowPrice.set(rowPrice);
    const bound = lowerBoundAt(network, trialRowPrice, { placePrice, energyPrice });
    if (bound <= this.lowerBound) return;
    this.lowerBound = bound;
    this.bestRowPrice.set(trialRowPrice);
    this.bestEnergyPrice.set(energyPrice);
  }

  makePlan(gap: number): void {
    const { network, newton } = this;
    if (newton === undefined) return;
    const primal = repair(network, newton.dual);
    let cost = costOf(network, primal);
    if (!isWithin(cost, this.lowerBound, gap) && isWithin(cost, this.lowerBound, gap * AUGMENT_WITHIN)) {
      this.augmentation ??= new Augmentation(network, this.index);
      this.augmentation.run(primal, newton.dual.isShort);
      cost = costOf(network, primal);
    }
    if (cost >= this.cost) return;
    this.cost = cost;
    this.best = primal;
  }

  result(): Relaxed {
    return {
      primal: this.best,
      cost: this.cost,
      lowerBound: this.lowerBound,
      rowPrice: this.bestRowPrice,
      energyPrice: this.bestEnergyPrice,
      peakKw: peaksOf(this.network, this.best),
    };
  }
}

function peaksOf(network: Network, primal: Primal): Float64Array {
  if (network.demands.length === 0) return new Float64Array(0);
  const load = rowLoadsOf(network, primal.kwh);
  return Float64Array.from(network.demands, (demand) => peakOf(network, demand, load));
}

/** What a kWh is worth to each session in the plan to start from: the dearest slot it uses, or what going without costs. */
function startPrices(network: Network, { primal, energyPrice }: Start): Float64Array {
  if (energyPrice !== undefined) return energyPrice.slice();
  const { sessions, cellStart, cellSlot, tiltedPrice, shortfallPrice } = network;
  const prices = new Float64Array(sessions);
  for (let session = 0; session < sessions; session++) {
    const worth = shortfallPrice[session] as number;
    prices[session] = worth;
    if ((primal.missingKwh[session] as number) > KWH_EPSILON) continue;
    let dearest = Number.NEGATIVE_INFINITY;
    for (let cell = cellStart[session] as number; cell < (cellStart[session + 1] as number); cell++) {
      if ((primal.kwh[cell] as number) === 0) continue;
      const price = tiltedPrice[cellSlot[cell] as number] as number;
      if (price > dearest) dearest = price;
    }
    if (dearest < worth) prices[session] = Number.isFinite(dearest) ? dearest : Math.min(0, worth);
  }
  return prices;
}

/** What prices are like here: widths do not shrink below it with a session's price of energy, which may be 0. */
function priceScaleOf({ price, shortfallPrice, sessions }: Network): number {
  let slots = 0;
  for (const value of price) slots += Math.abs(value);
  let shortfalls = 0;
  for (const value of shortfallPrice) shortfalls += value;
  return Math.max(1e-9, slots / price.length, (SHORTFALL_SHARE * shortfalls) / Math.max(1, sessions));
}

/** Where energy costs nothing, prices are measured by what going without costs. */
const SHORTFALL_SHARE = 0.01;
