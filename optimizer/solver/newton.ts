import { Curvature } from './curvature.js';
import type { SmoothedDual } from './dual.js';
import { kwhPerRowUnit, rowPricesMax } from './rowUnits.js';

export interface NewtonGoals {
  /** Ends when rows are exceeded by less than this share of all energy wanted … */
  readonly violation: number;
  /** … and complementarity is off by less than this share of the cost. */
  readonly complementarity: number;
  readonly stepsMax: number;
  /** A cost to measure against, > 0. */
  readonly costScale: number;
}

const LINE_STEPS_MAX = 16;
const EXPANSIONS_MAX = 4;
const DAMPING_MIN = 1e-5;
const DAMPING_MAX = 1e4;

/** Maximizes the smoothed dual over row prices >= 0 by a projected Newton method with damping. */
export class NewtonAscent {
  readonly dual: SmoothedDual;
  rowPrice: Float64Array;
  damping = 0.02;
  private readonly curvature: Curvature;
  private trial: Float64Array;
  private spare: Float64Array;
  private readonly rowKwh: Float64Array;
  private readonly rowPriceMax: Float64Array;
  private readonly totalKwh: number;

  constructor(dual: SmoothedDual) {
    const { network } = dual;
    this.dual = dual;
    this.curvature = new Curvature(dual);
    this.rowPrice = new Float64Array(network.rows);
    this.trial = new Float64Array(network.rows);
    this.spare = new Float64Array(network.rows);
    this.rowKwh = kwhPerRowUnit(network);
    this.rowPriceMax = rowPricesMax(network, this.rowKwh);
    let total = 0;
    for (const kwh of network.wantedKwh) total += kwh;
    this.totalKwh = total;
  }

  /** Climbs; the dual's answers are those at rowPrice afterwards. Tells whether the goals were reached. */
  climb(goals: NewtonGoals): boolean {
    const { dual } = this;
    let value = dual.evaluate(this.rowPrice);
    for (let step = 0; step < goals.stepsMax; step++) {
      if (this.isGood(goals)) return true;
      this.curvature.collect(this.rowPrice);
      this.curvature.solve(this.damping);
      const next = this.advance(value);
      if (next === undefined) {
        dual.evaluate(this.rowPrice);
        return this.isGood(goals);
      }
      value = next.value;
      if (next.isLast) break;
    }
    return this.isGood(goals);
  }

  private isGood(goals: NewtonGoals): boolean {
    const { rowPrice, rowKwh } = this;
    const { rowLoad, room } = this.dual;
    let violatedKwh = 0;
    let complementarity = 0;
    for (let row = 0; row < rowPrice.length; row++) {
      const over = (rowLoad[row] as number) - (room[row] as number);
      const price = rowPrice[row] as number;
      if (over > 0) {
        violatedKwh += over * (rowKwh[row] as number);
        complementarity += over * price;
      } else if (price > 0) complementarity -= over * price;
    }
    return violatedKwh < goals.violation * this.totalKwh && complementarity < goals.complementarity * goals.costScale;
  }

  /**
   * A step along the direction, projected. Where the model promised too much, a shorter one is tried, then a new direction with more damping.
   * Undefined when there is no progress.
   */
  private advance(value: number): { readonly value: number; readonly isLast: boolean } | undefined {
    const { dual } = this;
    const { activeRow, activeRows, slope, move } = this.curvature;
    const scale = Math.abs(value) + 1e-9;
    let length = 1;
    for (let attempt = 0; attempt < LINE_STEPS_MAX; attempt++) {
      this.trial.set(this.rowPrice);
      let promised = 0;
      for (let at = 0; at < activeRows; at++) {
        const row = activeRow[at] as number;
        const before = this.rowPrice[row] as number;
        const after = this.within(row, before + length * (move[at] as number));
        promised += (slope[at] as number) * (after - before);
        this.trial[row] = after;
      }
      if (promised <= 0) {
        // What projection cut off was what made it a climb. With more damping the direction turns to the slope itself.
        this.damping = Math.min(DAMPING_MAX, this.damping * 8);
        this.curvature.solve(this.damping);
        continue;
      }
      const isLast = attempt === 0 && promised < 1e-7 * scale;
      const reached = dual.evaluate(this.trial);
      const ratio = (reached - value + 1e-8 * scale) / promised;
      if (ratio > 0.02) {
        let best = reached;
        if (ratio > 0.8 && attempt === 0 && promised > 1e-4 * scale) best = this.expand(reached);
        if (ratio > 0.35) this.damping = Math.max(DAMPING_MIN, this.damping * 0.3);
        else if (ratio < 0.12) this.damping = Math.min(DAMPING_MAX, this.damping * 3);
        const swap = this.rowPrice;
        this.rowPrice = this.trial;
        this.trial = swap;
        return { value: best, isLast };
      }
      if (isLast) return undefined;
      if (attempt % 2 === 0) {
        length *= Math.max(0.1, Math.min(0.5, 1 / (2 * (1 - ratio))));
        this.damping = Math.min(DAMPING_MAX, this.damping * 2);
      } else {
        length = 1;
        this.damping = Math.min(DAMPING_MAX, this.damping * 8);
        this.curvature.solve(this.damping);
      }
    }
    return undefined;
  }

  /** Where the value rises as if along a line, further steps of triple length are tried. */
  private expand(reached: number): number {
    const { dual } = this;
    const { activeRow, activeRows, move } = this.curvature;
    let best = reached;
    let length = 1;
    for (let step = 0; step < EXPANSIONS_MAX; step++) {
      length *= 3;
      this.spare.set(this.rowPrice);
      for (let at = 0; at < activeRows; at++) {
        const row = activeRow[at] as number;
        this.spare[row] = this.within(row, (this.rowPrice[row] as number) + length * (move[at] as number));
      }
      const value = dual.evaluate(this.spare);
      if (value <= best) {
        best = dual.evaluate(this.trial);
        break;
      }
      best = value;
      const swap = this.trial;
      this.trial = this.spare;
      this.spare = swap;
    }
    this.damping = Math.max(DAMPING_MIN, this.damping * 0.1);
    return best;
  }

  private within(row: number, price: number): number {
    const most = this.rowPriceMax[row] as number;
    return price > 0 ? (price < most ? price : most) : 0;
  }
}
