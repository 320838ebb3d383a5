import type { Network } from './network.js';

/** Rows of one slot beyond this many are preconditioned one by one. */
const BLOCK_MAX = 24;

/** The places whose loose cells bend the dual, and the active rows they load: as the Newton step collects them. */
export interface PlaceEntries {
  readonly places: number;
  readonly placeStart: Int32Array;
  readonly placeRow: Int32Array;
  readonly placeCoefficient: Float64Array;
}

/**
 * A preconditioner: the Hessian without what couples slots. Rows of one slot are strongly coupled, since a kWh loads its whole path, and there are
 * few of them: each slot's block is factored by Cholesky.
 */
export class SlotBlocks {
  private readonly network: Network;
  private readonly blockOf: Int32Array;
  private readonly indexIn: Int32Array;
  private readonly blockStart: Int32Array;
  private readonly blockRow: Int32Array;
  private readonly factorStart: Int32Array;
  private readonly count: Int32Array;
  private factor = new Float64Array(0);
  private readonly work = new Float64Array(BLOCK_MAX);
  private blocks = 0;

  constructor(network: Network) {
    this.network = network;
    this.blockOf = new Int32Array(network.rows);
    this.indexIn = new Int32Array(network.rows);
    this.blockStart = new Int32Array(network.rows + 1);
    this.blockRow = new Int32Array(network.rows);
    this.factorStart = new Int32Array(network.rows + 1);
    this.count = new Int32Array(network.slots);
  }

  /** `weight` per place: the diagonal of the Hessian over places; `diagonal` per active row, shift included; `activeRow` names rows. */
  factorize(
    entries: PlaceEntries,
    weight: Float64Array,
    of: {
      readonly activeRow: Int32Array;
      readonly activeRows: number;
      readonly bend: Float64Array;
      readonly shift: Float64Array;
    },
  ): void {
    this.layOut(of.activeRow, of.activeRows);
    const { blockOf, indexIn, factorStart, blockStart } = this;
    const size = factorStart[this.blocks] as number;
    if (this.factor.length < size) this.factor = new Float64Array(2 * size);
    const { factor } = this;
    factor.fill(0, 0, size);
    for (let at = 0; at < of.activeRows; at++) {
      const block = blockOf[at] as number;
      const width = (blockStart[block + 1] as number) - (blockStart[block] as number);
      const index = indexIn[at] as number;
      // Demand rows and rows of their own keep the whole diagonal.
      factor[(factorStart[block] as number) + index * width + index] =
        (of.shift[at] as number) + (width === 1 ? (of.bend[at] as number) : 0);
    }
    for (let place = 0; place < entries.places; place++) this.addPlace(entries, place, weight[place] as number);
    for (let block = 0; block < this.blocks; block++) this.cholesky(block);
  }

  private layOut(activeRow: Int32Array, activeRows: number): void {
    const { network, count, blockOf, indexIn, blockStart, blockRow, factorStart } = this;
    count.fill(0);
    for (let at = 0; at < activeRows; at++) {
      const row = activeRow[at] as number;
      if (row >= network.firstDemandRow) continue;
      const slot = network.rowSlot[row] as number;
      count[slot] = (count[slot] as number) + 1;
    }
    const blockOfSlot = new Int32Array(network.slots).fill(-1);
    let blocks = 0;
    const width: number[] = [];
    for (let at = 0; at < activeRows; at++) {
      const row = activeRow[at] as number;
      const slot = network.rowSlot[row] as number;
      const isAlone = row >= network.firstDemandRow || (count[slot] as number) > BLOCK_MAX || count[slot] === 1;
      if (isAlone) {
        blockOf[at] = blocks;
        indexIn[at] = 0;
        width[blocks++] = 1;
        continue;
      }
      let block = blockOfSlot[slot] as number;
      if (block < 0) {
        block = blocks;
        blockOfSlot[slot] = blocks;
        width[blocks++] = 0;
      }
      blockOf[at] = block;
      indexIn[at] = width[block] as number;
      width[block] = (width[block] as number) + 1;
    }
    for (let block = 0; block < blocks; block++) {
      const wide = width[block] as number;
      blockStart[block + 1] = (blockStart[block] as number) + wide;
      factorStart[block + 1] = (factorStart[block] as number) + wide * wide;
    }
    for (let at = 0; at < activeRows; at++) {
      blockRow[(blockStart[blockOf[at] as number] as number) + (indexIn[at] as number)] = at;
    }
    this.blocks = blocks;
  }

  private addPlace(entries: PlaceEntries, place: number, weight: number): void {
    const { blockOf, indexIn, factorStart, blockStart, factor } = this;
    const from = entries.placeStart[place] as number;
    const to = entries.placeStart[place + 1] as number;
    for (let first = from; first < to; first++) {
      const row = entries.placeRow[first] as number;
      const block = blockOf[row] as number;
      const width = (blockStart[block + 1] as number) - (blockStart[block] as number);
      if (width === 1) continue;
      const scaled = weight * (entries.placeCoefficient[first] as number);
      const base = (factorStart[block] as number) + (indexIn[row] as number) * width;
      for (let second = from; second < to; second++) {
        const other = entries.placeRow[second] as number;
        if (blockOf[other] !== block) continue;
        const cell = base + (indexIn[other] as number);
        factor[cell] = (factor[cell] as number) + scaled * (entries.placeCoefficient[second] as number);
      }
    }
  }

  /** In place, lower triangle; diagonals are stored inverted. A block that is not positive keeps its diagonal only. */
  private cholesky(block: number): void {
    const { factor } = this;
    const start = this.factorStart[block] as number;
    const width = (this.blockStart[block + 1] as number) - (this.blockStart[block] as number);
    for (let column = 0; column < width; column++) {
      let pivot = factor[start + column * width + column] as number;
      for (let k = 0; k < column; k++) pivot -= (factor[start + column * width + k] as number) ** 2;
      const inverse = pivot > 0 ? 1 / Math.sqrt(pivot) : 0;
      factor[start + column * width + column] = inverse;
      for (let row = column + 1; row < width; row++) {
        let sum = factor[start + row * width + column] as number;
        for (let k = 0; k < column; k++) {
          sum -= (factor[start + row * width + k] as number) * (factor[start + column * width + k] as number);
        }
        factor[start + row * width + column] = sum * inverse;
      }
    }
  }

  /** out = block-diagonal inverse * residual. */
  solve(residual: Float64Array, out: Float64Array): void {
    const { factor, blockStart, factorStart, blockRow, work } = this;
    for (let block = 0; block < this.blocks; block++) {
      const first = blockStart[block] as number;
      const width = (blockStart[block + 1] as number) - first;
      const start = factorStart[block] as number;
      for (let row = 0; row < width; row++) {
        let sum = residual[blockRow[first + row] as number] as number;
        for (let k = 0; k < row; k++) sum -= (factor[start + row * width + k] as number) * (work[k] as number);
        work[row] = sum * (factor[start + row * width + row] as number);
      }
      for (let row = width - 1; row >= 0; row--) {
        let sum = work[row] as number;
        for (let k = row + 1; k < width; k++) sum -= (factor[start + k * width + row] as number) * (work[k] as number);
        const value = sum * (factor[start + row * width + row] as number);
        work[row] = value;
        out[blockRow[first + row] as number] = value;
      }
    }
  }
}
