import type { Network } from './network.js';
import { loadRows, pricePlaces } from './prices.js';

/** How exactly a session's energy is met inside an evaluation, relative to what it wants. The rest is counted at its price. */
const ENERGY_TOLERANCE = 1e-7;
const SEARCH_STEPS_MAX = 60;

/**
 * The dual of the problem with a proximal term, which makes it smooth. Row prices are the variables; at given prices each session
 * answers alone, in closed form:
 *     share(cell) = clip(centre + (l - price) / width, 0, 1),    l <= shortfall price such that the energy is met
 * `width` (per session, in price per kWh) is how far prices move before an answer goes from nothing to all: the wider, the smoother
 * and the further from the true dual. Moving the centres to the last answers takes that distance away again.
 */
export class SmoothedDual {
  readonly network: Network;
  /** In: per session, and per cell. */
  readonly width: Float64Array;
  readonly centre: Float64Array;
  /** Out, of the last evaluation: the answer of each cell, each session's price of energy, and whether it goes without some. */
  readonly share: Float64Array;
  readonly energyPrice: Float64Array;
  readonly isShort: Uint8Array;
  readonly placePrice: Float64Array;
  readonly rowLoad: Float64Array;
  /** What each row admits: capacity, and for a demand row what its peak leaves. */
  readonly room: Float64Array;
  /** Per demand charge: the peak answered, its centre, and its width in price per kW for each kW. */
  readonly peakKw: Float64Array;
  readonly peakCentreKw: Float64Array;
  readonly peakWidth: Float64Array;
  /** Sum of cellKwh over the cells of a session that are between nothing and all. */
  readonly looseKwh: Float64Array;
  private readonly placeKwh: Float64Array;
  private readonly offset: Float64Array;

  constructor(network: Network) {
    const cells = network.cellKwh.length;
    const places = network.groups * network.slots;
    this.network = network;
    this.width = new Float64Array(network.sessions).fill(1);
    this.centre = new Float64Array(cells);
    this.share = new Float64Array(cells);
    this.energyPrice = new Float64Array(network.sessions);
    this.isShort = new Uint8Array(network.sessions);
    this.looseKwh = new Float64Array(network.sessions);
    this.placePrice = new Float64Array(places);
    this.placeKwh = new Float64Array(places);
    this.rowLoad = new Float64Array(network.rows);
    this.room = Float64Array.from(network.capacity);
    this.peakKw = Float64Array.from(network.demands, (demand) => demand.peakMinKw);
    this.peakCentreKw = this.peakKw.slice();
    this.peakWidth = new Float64Array(network.demands.length).fill(1);
    this.offset = new Float64Array(network.slots * 2);
  }

  /** The value of the smoothed dual at these row prices, up to a constant that depends on the centres alone. */
  evaluate(rowPrice: Float64Array): number {
    const { network, placePrice, placeKwh, rowLoad, room } = this;
    pricePlaces(network, rowPrice, network.tiltedPrice, placePrice);
    placeKwh.fill(0);
    let value = this.answerAll();
    loadRows(network, placeKwh, rowLoad);
    value += this.answerPeaks(rowPrice);
    const { rows, capacity } = network;
    for (let row = 0; row < rows; row++) {
      const price = rowPrice[row] as number;
      if (price > 0) value -= price * (capacity[row] as number);
    }
    for (const [index, demand] of network.demands.entries()) {
      const last = demand.firstRow + demand.windows;
      for (let row = demand.firstRow; row < last; row++) {
        room[row] = (capacity[row] as number) + (this.peakKw[index] as number);
      }
    }
    return value;
  }

  private answerPeaks(rowPrice: Float64Array): number {
    let value = 0;
    for (const [index, demand] of this.network.demands.entries()) {
      let paid = 0;
      const last = demand.firstRow + demand.windows;
      for (let row = demand.firstRow; row < last; row++) paid += rowPrice[row] as number;
      const width = this.peakWidth[index] as number;
      const centre = this.peakCentreKw[index] as number;
      const peak = Math.max(demand.peakMinKw, centre + (paid - demand.pricePerKw) / width);
      this.peakKw[index] = peak;
      value += (demand.pricePerKw - paid) * peak + 0.5 * width * (peak - centre) ** 2;
    }
    return value;
  }

  private answerAll(): number {
    let value = 0;
    for (let session = 0; session < this.network.sessions; session++) {
      this.findPrice(session, this.shiftPrices(session));
      value += this.take(session);
    }
    return value;
  }

  /**
   * offset[cell] is the price from which on a cell of the session takes something. Answers where its price of energy would be, did the same
   * cells stay between nothing and all as before.
   */
  private shiftPrices(session: number): number {
    const { network, placePrice, offset, share, centre } = this;
    const { cellStart, cellPlace, cellKwh } = network;
    const from = cellStart[session] as number;
    const count = (cellStart[session + 1] as number) - from;
    const wide = this.width[session] as number;
    let loose = 0;
    let looseAt = 0;
    let full = 0;
    for (let cell = 0; cell < count; cell++) {
      const at = from + cell;
      const shifted = (placePrice[cellPlace[at] as number] as number) - wide * (centre[at] as number);
      offset[cell] = shifted;
      const before = share[at] as number;
      const kwh = cellKwh[at] as number;
      if (before >= 1) full += kwh;
      else if (before > 0) {
        loose += kwh;
        looseAt += kwh * shifted;
      }
    }
    if (this.isShort[session] === 1 || loose === 0) return this.energyPrice[session] as number;
    return (wide * ((network.wantedKwh[session] as number) - full) + looseAt) / loose;
  }

  /** The price of energy at which the session's energy is met, or the shortfall price: a root of a rising, piecewise linear function. */
  private findPrice(session: number, guess: number): void {
    const { network, offset } = this;
    const { cellStart, cellKwh, wantedKwh, shortfallPrice } = network;
    const from = cellStart[session] as number;
    const count = (cellStart[session + 1] as number) - from;
    const most = shortfallPrice[session] as number;
    const wanted = wantedKwh[session] as number;
    const wide = this.width[session] as number;
    const steep = 1 / wide;
    const tolerance = ENERGY_TOLERANCE * wanted;
    let price = guess < most ? guess : most;
    let low = Number.NEGATIVE_INFINITY;
    let high = most;
    let loose = 0;
    let isShort = 0;
    for (let step = 0; step <= SEARCH_STEPS_MAX; step++) {
      let taken = 0;
      loose = 0;
      for (let cell = 0; cell < count; cell++) {
        const kwh = cellKwh[from + cell] as number;
        const part = (price - (offset[cell] as number)) * steep;
        if (part > 0) {
          if (part < 1) {
            taken += kwh * part;
            loose += kwh;
          } else taken += kwh;
        }
      }
      const missing = wanted - taken;
      if (missing > tolerance) {
        if (price >= most) {
          isShort = 1;
          break;
        }
        low = price;
        price = loose > 0 ? price + (missing * wide) / loose : nextStart(offset, count, price);
        if (!(price < high)) price = high === most ? most : low + 0.5 * (high - low);
      } else if (missing < -tolerance) {
        high = price;
        price = loose > 0 ? price + (missing * wide) / loose : previousEnd(offset, count, price, wide);
        if (!(price > low)) price = low === Number.NEGATIVE_INFINITY ? high - wide : low + 0.5 * (high - low);
      } else break;
    }
    this.energyPrice[session] = price;
    this.isShort[session] = isShort;
    this.looseKwh[session] = loose;
  }

  /** Takes what the price found says. Answers what that costs, the proximal term included. */
  private take(session: number): number {
    const { network, placeKwh, offset, share } = this;
    const { cellStart, cellPlace, cellKwh } = network;
    const from = cellStart[session] as number;
    const count = (cellStart[session + 1] as number) - from;
    const price = this.energyPrice[session] as number;
    const wide = this.width[session] as number;
    const steep = 1 / wide;
    let taken = 0;
    let cost = 0;
    for (let cell = 0; cell < count; cell++) {
      const at = from + cell;
      const shifted = offset[cell] as number;
      let part = (price - shifted) * steep;
      part = part > 0 ? (part < 1 ? part : 1) : 0;
      share[at] = part;
      if (part === 0) continue;
      const kwh = part * (cellKwh[at] as number);
      const place = cellPlace[at] as number;
      placeKwh[place] = (placeKwh[place] as number) + kwh;
      taken += kwh;
      cost += kwh * (shifted + 0.5 * wide * part);
    }
    return cost + price * ((network.wantedKwh[session] as number) - taken);
  }
}

/** The next price at which another cell begins to take. */
function nextStart(offset: Float64Array, count: number, price: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (let cell = 0; cell < count; cell++) {
    const start = offset[cell] as number;
    if (start >= price && start < next) next = start;
  }
  // A little beyond, so that the cell counts as loose.
  return next + 1e-12 * Math.max(1, Math.abs(next));
}

/** The next price downwards at which a full cell begins to give. */
function previousEnd(offset: Float64Array, count: number, price: number, wide: number): number {
  let next = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < count; cell++) {
    const end = (offset[cell] as number) + wide;
    if (end <= price && end > next) next = end;
  }
  return next - 1e-12 * Math.max(1, Math.abs(next));
}
