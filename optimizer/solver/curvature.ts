import { SlotBlocks } from './blocks.js';
import type { SmoothedDual } from './dual.js';
import type { Network } from './network.js';

const CONJUGATE_STEPS_MAX = 12;
const CONJUGATE_TOLERANCE = 0.1;

/**
 * The smoothed dual around its last answers: which rows are in play, how it slopes there, and a direction to go. The generalised Hessian of a
 * session is 1/width * (diag(kwh) - kwh kwh' / sum of kwh) over its loose cells, those between nothing and all (without the second term where
 * it goes short). It is never formed: conjugate gradients apply it cell by cell.
 */
export class Curvature {
  private readonly dual: SmoothedDual;
  private readonly network: Network;
  /** Rows that are priced or exceeded, and how far each is: the slope of the dual. The rows' arrays below go by their order. */
  readonly activeRow: Int32Array;
  activeRows = 0;
  readonly slope: Float64Array;
  /** The direction found. */
  readonly move: Float64Array;
  private readonly rowId: Int32Array;
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
  private readonly placeBend: Float64Array;
  private readonly residual: Float64Array;
  private readonly search: Float64Array;
  private readonly image: Float64Array;
  private readonly preconditioned: Float64Array;
  private readonly blocks: SlotBlocks;
  readonly bend: Float64Array;
  readonly shift: Float64Array;
  private readonly loosePeak: Uint8Array;

  constructor(dual: SmoothedDual) {
    const { network } = dual;
    const { rows, sessions, groups, slots } = network;
    const places = groups * slots;
    const cells = network.cellKwh.length;
    const entries = entriesMax(network);
    this.dual = dual;
    this.network = network;
    this.rowId = new Int32Array(rows).fill(-1);
    this.activeRow = new Int32Array(rows);
    this.slope = new Float64Array(rows);
    this.move = new Float64Array(rows);
    this.placeId = new Int32Array(places).fill(-1);
    this.activePlace = new Int32Array(places);
    this.looseStart = new Int32Array(sessions + 1);
    this.looseIsShort = new Uint8Array(sessions);
    this.loosePlace = new Int32Array(cells);
    this.looseWeight = new Float64Array(cells);
    this.placeStart = new Int32Array(places + 1);
    this.placeRow = new Int32Array(entries);
    this.placeCoefficient = new Float64Array(entries);
    this.placeWeight = new Float64Array(places);
    this.placeIn = new Float64Array(places);
    this.placeOut = new Float64Array(places);
    this.placeBend = new Float64Array(places);
    this.residual = new Float64Array(rows);
    this.search = new Float64Array(rows);
    this.image = new Float64Array(rows);
    this.preconditioned = new Float64Array(rows);
    this.blocks = new SlotBlocks(network);
    this.bend = new Float64Array(rows);
    this.shift = new Float64Array(rows);
    this.loosePeak = new Uint8Array(network.demands.length);
  }

  /** Takes the dual's last answers, which were given at these prices. */
  collect(rowPrice: Float64Array): void {
    this.collectRows(rowPrice);
    this.collectLooseCells();
    this.collectPlaces();
    this.prepareDiagonal();
  }

  private collectRows(rowPrice: Float64Array): void {
    const { rowId, activeRow, slope } = this;
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

  /** move = (H + shift)^-1 slope, roughly. The more damping, the shorter the move, and the more it turns to the slope itself. */
  solve(damping: number): void {
    const { bend, shift, slope, activeRow, activeRows } = this;
    const { capacity } = this.network;
    for (let at = 0; at < activeRows; at++) {
      const size = Math.abs(capacity[activeRow[at] as number] as number) + Math.abs(slope[at] as number) + 1e-3;
      shift[at] = damping * ((bend[at] as number) + 10 * size);
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
