import { SlotBlocks } from './blocks.js';
import type { SmoothedDual } from './dual.js';
import type { Network } from './network.js';

export interface NewtonGoals {
  /** Ends when rows are exceeded by less than this share of all energy wanted … */
  readonly violation: number;
  /** … and complementarity is off by less than this share of the cost. */
  readonly complementarity: number;
  readonly stepsMax: number;
  /** A cost to measure against, > 0. */
  readonly costScale: number;
}

const CONJUGATE_STEPS_MAX = 12;
const CONJUGATE_TOLERANCE = 0.1;
const LINE_STEPS_MAX = 16;
const EXPANSIONS_MAX = 4;
const DAMPING_MIN = 1e-5;
const DAMPING_MAX = 1e4;

/**
 * Maximizes the smoothed dual over row prices >= 0 by a projected Newton method. The generalised Hessian of a session is
 * 1/width * (diag(kwh) - kwh kwh' / sum of kwh) over its loose cells (without the second term where it goes short); it is never formed:
 * conjugate gradients apply it cell by cell.
 */
export class NewtonAscent {
  readonly dual: SmoothedDual;
  rowPrice: Float64Array;
  damping = 0.02;
  steps = 0;
  conjugateSteps = 0;
  private trial: Float64Array;
  private spare: Float64Array;
  private readonly network: Network;
  private readonly rowId: Int32Array;
  readonly activeRow: Int32Array;
  activeRows = 0;
  private readonly placeId: Int32Array;
  private readonly activePlace: Int32Array;
  places = 0;
  private readonly looseStart: Int32Array;
  private readonly looseIsShort: Uint8Array;
  private looseSessions = 0;
  private readonly loosePlace: Int32Array;
  private readonly looseWeight: Float64Array;
  readonly placeStart: Int32Array;
  readonly placeRow: Int32Array;
  readonly placeCoefficient: Float64Array;
  private readonly placeWeight: Float64Array;
  private readonly placeIn: Float64Array;
  private readonly placeOut: Float64Array;
  private readonly rowKwh: Float64Array;
  /** No row is worth more: at this price nobody uses it. */
  private readonly rowPriceMax: Float64Array;
  private readonly slope: Float64Array;
  private readonly move: Float64Array;
  private readonly residual: Float64Array;
  private readonly search: Float64Array;
  private readonly image: Float64Array;
  private readonly preconditioned: Float64Array;
  private readonly placeBend: Float64Array;
  private readonly blocks: SlotBlocks;
  readonly bend: Float64Array;
  readonly shift: Float64Array;
  private readonly loosePeak: Uint8Array;
  private readonly totalKwh: number;

  constructor(dual: SmoothedDual) {
    const { network } = dual;
    const { rows, sessions, groups, slots } = network;
    const places = groups * slots;
    const cells = network.cellKwh.length;
    this.dual = dual;
    this.network = network;
    this.rowPrice = new Float64Array(rows);
    this.trial = new Float64Array(rows);
    this.spare = new Float64Array(rows);
    this.rowId = new Int32Array(rows).fill(-1);
    this.activeRow = new Int32Array(rows);
    this.placeId = new Int32Array(places).fill(-1);
    this.activePlace = new Int32Array(places);
    this.looseStart = new Int32Array(sessions + 1);
    this.looseIsShort = new Uint8Array(sessions);
    this.loosePlace = new Int32Array(cells);
    this.looseWeight = new Float64Array(cells);
    this.placeStart = new Int32Array(places + 1);
    const entries = entriesMax(network);
    this.placeRow = new Int32Array(entries);
    this.placeCoefficient = new Float64Array(entries);
    this.placeWeight = new Float64Array(places);
    this.placeIn = new Float64Array(places);
    this.placeOut = new Float64Array(places);
    this.rowKwh = kwhPerRowUnit(network);
    this.rowPriceMax = rowPricesMax(network, this.rowKwh);
    this.slope = new Float64Array(rows);
    this.move = new Float64Array(rows);
    this.residual = new Float64Array(rows);
    this.search = new Float64Array(rows);
    this.image = new Float64Array(rows);
    this.preconditioned = new Float64Array(rows);
    this.placeBend = new Float64Array(places);
    this.blocks = new SlotBlocks(network);
    this.bend = new Float64Array(rows);
    this.shift = new Float64Array(rows);
    this.loosePeak = new Uint8Array(network.demands.length);
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
      this.steps++;
      this.findDirection();
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
    const { dual, activeRow, activeRows, slope } = this;
    const scale = Math.abs(value) + 1e-9;
    let length = 1;
    for (let attempt = 0; attempt < LINE_STEPS_MAX; attempt++) {
      this.trial.set(this.rowPrice);
      let promised = 0;
      for (let at = 0; at < activeRows; at++) {
        const row = activeRow[at] as number;
        const before = this.rowPrice[row] as number;
        const after = this.within(row, before + length * (this.move[at] as number));
        promised += (slope[at] as number) * (after - before);
        this.trial[row] = after;
      }
      if (promised <= 0) {
        // What projection cut off was what made it a climb. With more damping the direction turns to the slope itself.
        this.damping = Math.min(DAMPING_MAX, this.damping * 8);
        this.solveDirection();
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
        this.solveDirection();
      }
    }
    return undefined;
  }

  /** Where the value rises as if along a line, further steps of triple length are tried. */
  private expand(reached: number): number {
    const { dual, activeRow, activeRows } = this;
    let best = reached;
    let length = 1;
    for (let step = 0; step < EXPANSIONS_MAX; step++) {
      length *= 3;
      this.spare.set(this.rowPrice);
      for (let at = 0; at < activeRows; at++) {
        const row = activeRow[at] as number;
        this.spare[row] = this.within(row, (this.rowPrice[row] as number) + length * (this.move[at] as number));
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

  private findDirection(): void {
    this.collectRows();
    this.collectLooseCells();
    this.collectPlaces();
    this.prepareDiagonal();
    this.solveDirection();
  }

  private collectRows(): void {
    const { rowPrice, rowId, activeRow, slope } = this;
    const { rowLoad, room, peakKw } = this.dual;
    for (const [index, demand] of this.network.demands.entries()) {
      this.loosePeak[index] = (peakKw[index] as number) > demand.peakMinKw ? 1 : 0;
    }
    for (let at = 0; at < this.activeRows; at++) rowId[activeRow[at] as number] = -1;
    let count = 0;
    for (let row = 0; row < rowPrice.length; row++) {
      const over = (rowLoad[row] as number) - (room[row] as number);
      if ((rowPrice[row] as number) > 0 || over > 1e-12) {
        rowId[row] = count;
        slope[count] = over;
        activeRow[count++] = row;
      }
    }
    this.activeRows = count;
  }

  private collectLooseCells(): void {
    const { looseIsShort, looseStart, loosePlace, looseWeight, placeId, activePlace, placeWeight } = this;
    const { share, width, looseKwh, isShort } = this.dual;
    const { sessions, cellStart, cellPlace, cellKwh } = this.network;
    let cells = 0;
    let places = 0;
    let count = 0;
    for (let session = 0; session < sessions; session++) {
      if ((looseKwh[session] as number) === 0) continue;
      const first = cells;
      const steep = 1 / (width[session] as number);
      const to = cellStart[session + 1] as number;
      for (let cell = cellStart[session] as number; cell < to; cell++) {
        const part = share[cell] as number;
        if (part <= 0 || part >= 1) continue;
        loosePlace[cells] = cellPlace[cell] as number;
        looseWeight[cells++] = (cellKwh[cell] as number) * steep;
      }
      // One loose cell of a session whose energy is met can not move.
      if (cells === first || (cells === first + 1 && isShort[session] === 0)) {
        cells = first;
        continue;
      }
      looseIsShort[count] = isShort[session] as number;
      looseStart[count++] = first;
    }
    looseStart[count] = cells;
    for (let cell = 0; cell < cells; cell++) {
      const place = loosePlace[cell] as number;
      let id = placeId[place] as number;
      if (id < 0) {
        id = places++;
        placeId[place] = id;
        activePlace[id] = place;
        placeWeight[id] = 0;
      }
      loosePlace[cell] = id;
      placeWeight[id] = (placeWeight[id] as number) + (looseWeight[cell] as number);
    }
    this.looseSessions = count;
    this.places = places;
  }

  private collectPlaces(): void {
    const { placeStart, placeRow, placeCoefficient, activePlace, placeId, rowId, places } = this;
    const { slots, pathStart, pathCoefficient, pathRowBase, pathFrom, pathTo, pathDemand, demands } = this.network;
    let entries = 0;
    for (let id = 0; id < places; id++) {
      placeStart[id] = entries;
      const place = activePlace[id] as number;
      placeId[place] = -1;
      const group = (place / slots) | 0;
      const slot = place - group * slots;
      for (let step = pathStart[group] as number; step < (pathStart[group + 1] as number); step++) {
        let row: number;
        let coefficient = pathCoefficient[step] as number;
        const demand = pathDemand[step] as number;
        if (demand >= 0) {
          row = demands[demand]?.slotRow[slot] ?? -1;
          coefficient = demands[demand]?.slotKwPerKwh[slot] ?? 0;
        } else {
          if (slot < (pathFrom[step] as number) || slot >= (pathTo[step] as number)) continue;
          row = (pathRowBase[step] as number) + slot;
        }
        const rowAt = row < 0 ? -1 : (rowId[row] as number);
        if (rowAt < 0) continue;
        placeRow[entries] = rowAt;
        placeCoefficient[entries++] = coefficient;
      }
    }
    placeStart[places] = entries;
  }

  private prepareDiagonal(): void {
    const { bend, activeRows, places, placeStart, placeRow, placeCoefficient, placeBend } = this;
    bend.fill(0, 0, activeRows);
    // Diagonal of each place: the weights of its cells, less what the sum over each session takes off.
    placeBend.set(this.placeWeight.subarray(0, places));
    for (let at = 0; at < this.looseSessions; at++) {
      if (this.looseIsShort[at] === 1) continue;
      const from = this.looseStart[at] as number;
      const to = this.looseStart[at + 1] as number;
      let sum = 0;
      for (let cell = from; cell < to; cell++) sum += this.looseWeight[cell] as number;
      for (let cell = from; cell < to; cell++) {
        const weight = this.looseWeight[cell] as number;
        const id = this.loosePlace[cell] as number;
        placeBend[id] = (placeBend[id] as number) - (weight * weight) / sum;
      }
    }
    for (let id = 0; id < places; id++) {
      const weight = placeBend[id] as number;
      for (let entry = placeStart[id] as number; entry < (placeStart[id + 1] as number); entry++) {
        const row = placeRow[entry] as number;
        const coefficient = placeCoefficient[entry] as number;
        bend[row] = (bend[row] as number) + weight * coefficient * coefficient;
      }
    }
    this.addPeaksToDiagonal();
  }

  /** move = (H + shift)^-1 slope, roughly, with the damping as it is. */
  private solveDirection(): void {
    const { bend, shift, slope, activeRow, activeRows } = this;
    const { capacity } = this.network;
    for (let at = 0; at < activeRows; at++) {
      const size = Math.abs(capacity[activeRow[at] as number] as number) + Math.abs(slope[at] as number) + 1e-3;
      shift[at] = this.damping * ((bend[at] as number) + 10 * size);
    }
    this.blocks.factorize(this, this.placeBend, this);
    this.conjugateGradients();
  }

  private addPeaksToDiagonal(): void {
    for (const [index, demand] of this.network.demands.entries()) {
      if (!this.isPeakLoose(index)) continue;
      for (let row = demand.firstRow; row < demand.firstRow + demand.windows; row++) {
        const at = this.rowId[row] as number;
        if (at >= 0) this.bend[at] = (this.bend[at] as number) + 1 / (this.dual.peakWidth[index] as number);
      }
    }
  }

  private isPeakLoose(index: number): boolean {
    return this.loosePeak[index] === 1;
  }

  private conjugateGradients(): void {
    const { activeRows, slope, move, residual, search, image, preconditioned } = this;
    for (let at = 0; at < activeRows; at++) {
      move[at] = 0;
      residual[at] = slope[at] as number;
    }
    this.blocks.solve(residual, preconditioned);
    let norm = 0;
    for (let at = 0; at < activeRows; at++) {
      search[at] = preconditioned[at] as number;
      norm += (residual[at] as number) * (preconditioned[at] as number);
    }
    const goal = CONJUGATE_TOLERANCE * CONJUGATE_TOLERANCE * norm;
    for (let step = 0; step < CONJUGATE_STEPS_MAX && norm > goal; step++) {
      this.conjugateSteps++;
      this.applyHessian();
      let curve = 0;
      for (let at = 0; at < activeRows; at++) curve += (search[at] as number) * (image[at] as number);
      if (!(curve > 0)) break;
      const length = norm / curve;
      for (let at = 0; at < activeRows; at++) {
        move[at] = (move[at] as number) + length * (search[at] as number);
        residual[at] = (residual[at] as number) - length * (image[at] as number);
      }
      this.blocks.solve(residual, preconditioned);
      let next = 0;
      for (let at = 0; at < activeRows; at++) next += (residual[at] as number) * (preconditioned[at] as number);
      const keep = next / norm;
      norm = next;
      for (let at = 0; at < activeRows; at++) {
        search[at] = (preconditioned[at] as number) + keep * (search[at] as number);
      }
    }
  }

  /** image = (H + shift) search. */
  private applyHessian(): void {
    const { activeRows, search, image, shift, places, placeStart, placeRow, placeCoefficient } = this;
    const { placeIn, placeOut, placeWeight, looseIsShort, looseStart, loosePlace, looseWeight, looseSessions } = this;
    for (let id = 0; id < places; id++) {
      let sum = 0;
      for (let entry = placeStart[id] as number, to = placeStart[id + 1] as number; entry < to; entry++) {
        sum += (placeCoefficient[entry] as number) * (search[placeRow[entry] as number] as number);
      }
      placeIn[id] = sum;
      placeOut[id] = sum * (placeWeight[id] as number);
    }
    for (let at = 0; at < looseSessions; at++) {
      if (looseIsShort[at] === 1) continue;
      const from = looseStart[at] as number;
      const to = looseStart[at + 1] as number;
      let sum = 0;
      let weights = 0;
      for (let cell = from; cell < to; cell++) {
        const weight = looseWeight[cell] as number;
        weights += weight;
        sum += weight * (placeIn[loosePlace[cell] as number] as number);
      }
      const mean = sum / weights;
      for (let cell = from; cell < to; cell++) {
        const id = loosePlace[cell] as number;
        placeOut[id] = (placeOut[id] as number) - (looseWeight[cell] as number) * mean;
      }
    }
    for (let at = 0; at < activeRows; at++) image[at] = (shift[at] as number) * (search[at] as number);
    for (let id = 0; id < places; id++) {
      const value = placeOut[id] as number;
      for (let entry = placeStart[id] as number, to = placeStart[id + 1] as number; entry < to; entry++) {
        const row = placeRow[entry] as number;
        image[row] = (image[row] as number) + (placeCoefficient[entry] as number) * value;
      }
    }
    this.applyPeaks();
  }

  private applyPeaks(): void {
    for (const [index, demand] of this.network.demands.entries()) {
      if (!this.isPeakLoose(index)) continue;
      let sum = 0;
      const last = demand.firstRow + demand.windows;
      for (let row = demand.firstRow; row < last; row++) {
        const at = this.rowId[row] as number;
        if (at >= 0) sum += this.search[at] as number;
      }
      const moved = sum / (this.dual.peakWidth[index] as number);
      for (let row = demand.firstRow; row < last; row++) {
        const at = this.rowId[row] as number;
        if (at >= 0) this.image[at] = (this.image[at] as number) + moved;
      }
    }
  }
}

/** Entries that all places together can have: the length of their paths. */
function entriesMax({ groups, slots, pathStart }: Network): number {
  return (pathStart[groups] as number) * slots;
}

/** Roughly how many kWh one unit of a row stands for, to measure violations of all kinds by one yardstick. */
function kwhPerRowUnit(network: Network): Float64Array {
  const { rows, linkCoefficient, linkRowBase, linkFrom, linkTo, linkDemand, demands } = network;
  const kwh = new Float64Array(rows).fill(1);
  const seen = new Uint8Array(rows);
  for (let link = 0; link < linkCoefficient.length; link++) {
    if ((linkDemand[link] as number) >= 0) continue;
    const unit = 1 / (linkCoefficient[link] as number);
    for (let slot = linkFrom[link] as number; slot < (linkTo[link] as number); slot++) {
      const row = (linkRowBase[link] as number) + slot;
      if (seen[row] === 0 || unit > (kwh[row] as number)) kwh[row] = unit;
      seen[row] = 1;
    }
  }
  for (const demand of demands) {
    for (const [slot, row] of demand.slotRow.entries()) {
      if (row >= 0) kwh[row] = 1 / Math.max(1e-9, demand.slotKwPerKwh[slot] as number);
    }
  }
  return kwh;
}

/**
 * No row needs a price far above what drives everybody out: the shortfall price, and the width on top of it. Without a bound, a row that
 * nothing relieves would be priced without end.
 */
const PRICES_ABOVE_SHORTFALL = 20;

function rowPricesMax(
  { rows, firstDemandRow, shortfallPrice, price, demands }: Network,
  rowKwh: Float64Array,
): Float64Array {
  let dearest = 0;
  for (const value of shortfallPrice) dearest = Math.max(dearest, value);
  let cheapest = 0;
  for (const value of price) cheapest = Math.min(cheapest, value);
  const most = new Float64Array(rows);
  const placePriceMax = PRICES_ABOVE_SHORTFALL * (dearest - cheapest);
  for (let row = 0; row < firstDemandRow; row++) most[row] = placePriceMax * (rowKwh[row] as number);
  for (const demand of demands) {
    most.fill(PRICES_ABOVE_SHORTFALL * demand.pricePerKw, demand.firstRow, demand.firstRow + demand.windows);
  }
  return most;
}
