import { depthOf, groupRooms, placesAbove, preorder, sortInto } from './flow.js';
import type { Network } from './network.js';
import type { Primal } from './primal.js';

// Where all sessions load their limits alike (one set of phases, one voltage, no peaks), every circuit is a single limit, and the problem is a
// flow: energy goes from sessions through places and circuits to slots, and costs stand at the ends only, slot prices and shortfall
// prices. So a plan is optimal exactly when no session can exchange a dear end for a cheaper one along a path of residual capacity.

const KWH_EPSILON = 1e-9;
const PRICE_EPSILON = 1e-9;
/** A round that gains less than this share of what everything could cost is the last. */
const GAIN_LITTLE = 1e-8;
const PHASES_MAX = 200;
const DEPTH_MAX = 64;
const BUCKETS = 512;
const NOWHERE = 0x7fffffff;

/** Improves a plan until it is optimal, and finds the prices that prove it. */
export class Exchange {
  private readonly network: Network;
  private readonly primal: Primal;
  /** Per place: what is left of the group's own limits, in kWh; the same slot of the group above, -1 for none. */
  private readonly left: Float64Array;
  private readonly room: Float64Array;
  private readonly fullTolerance: Float64Array;
  private readonly above: Int32Array;
  /** The nearest full place at or above, and strictly above; -1 for none. */
  private readonly lowestFull: Int32Array;
  private readonly nextFull: Int32Array;
  private readonly placeStart: Int32Array;
  private readonly placeCell: Int32Array;
  private readonly cellSession: Int32Array;
  /** Groups in an order in which each stands before all that is below it: place in it, group at a place, and how many are below and itself. */
  private readonly rankOf: Int32Array;
  private readonly groupAt: Int32Array;
  private readonly subtree: Int32Array;
  private readonly slotOrder: Int32Array;
  private readonly worthOrder: Int32Array;
  /** The cheapest end that a session can reach, its place in the queue, and whether it is going without. */
  readonly label: Float64Array;
  private readonly position: Int32Array;
  private readonly isShed: Uint8Array;
  private readonly queue: Int32Array;
  private head = 0;
  private tail = 0;
  /** When a place opened, and behind which full place (-1: by itself). */
  private readonly opened: Int32Array;
  private readonly behind: Int32Array;
  /** Lists of those who can make room in a full group, in the order of their labels. */
  private readonly reliefFirst: Int32Array;
  private readonly reliefLast: Int32Array;
  private readonly reliefPrice: Float64Array;
  private readonly reliefCell: Int32Array;
  private readonly reliefNext: Int32Array;
  private reliefs = 0;
  /** Sources of a round, in buckets by what they gain. */
  private readonly source: Int32Array;
  private readonly gain: Float64Array;
  private readonly next: Int32Array;
  private readonly bucket = new Int32Array(BUCKETS);
  private readonly isDead: Uint8Array;
  private readonly arc: Int32Array;

  constructor(network: Network, primal: Primal) {
    const { groups, slots, sessions, cellStart, cellPlace, tiltedPrice, shortfallPrice } = network;
    const places = groups * slots;
    this.network = network;
    this.primal = primal;
    this.room = groupRooms(network);
    this.fullTolerance = this.room.map((kwh) => (kwh < 1e6 ? KWH_EPSILON * (1 + kwh) : 0));
    this.left = this.room.slice();
    this.lowestFull = new Int32Array(places);
    this.nextFull = new Int32Array(places);
    this.above = placesAbove(network);
    this.placeStart = new Int32Array(places + 1);
    this.placeCell = new Int32Array(cellPlace.length);
    this.cellSession = new Int32Array(cellPlace.length);
    for (let session = 0; session < sessions; session++) {
      this.cellSession.fill(session, cellStart[session], cellStart[session + 1]);
    }
    sortInto(cellPlace, this.placeStart, this.placeCell);
    const order = preorder(network.groupParent);
    this.rankOf = order.rankOf;
    this.groupAt = order.groupAt;
    this.subtree = order.subtree;
    this.slotOrder = Int32Array.from({ length: slots }, (_, slot) => slot).sort(
      (a, b) => (tiltedPrice[a] as number) - (tiltedPrice[b] as number),
    );
    this.worthOrder = Int32Array.from({ length: sessions }, (_, session) => session).sort(
      (a, b) => (shortfallPrice[a] as number) - (shortfallPrice[b] as number),
    );
    this.label = new Float64Array(sessions);
    this.position = new Int32Array(sessions);
    this.isShed = new Uint8Array(sessions);
    this.queue = new Int32Array(sessions);
    this.opened = new Int32Array(places);
    this.behind = new Int32Array(places);
    this.reliefFirst = new Int32Array(places);
    this.reliefLast = new Int32Array(places);
    this.reliefPrice = new Float64Array(places);
    const reliefsMax = cellPlace.length * depthOf(network);
    this.reliefCell = new Int32Array(reliefsMax);
    this.reliefNext = new Int32Array(reliefsMax);
    this.source = new Int32Array(cellPlace.length + sessions);
    this.gain = new Float64Array(cellPlace.length + sessions);
    this.next = new Int32Array(cellPlace.length + sessions);
    this.isDead = new Uint8Array(sessions);
    this.arc = new Int32Array(sessions);
    for (let cell = 0; cell < cellPlace.length; cell++) {
      const kwh = primal.kwh[cell] as number;
      if (kwh > 0) this.take(cellPlace[cell] as number, kwh);
    }
  }

  /** Exchanges until there is nothing to gain, or time is up. */
  run(isTimeUp: () => boolean): void {
    const little = GAIN_LITTLE * this.worthOfAll();
    for (let phase = 0; phase < PHASES_MAX && !isTimeUp(); phase++) {
      this.findLabels();
      const gained = this.pushAll();
      // Nothing moved: the labels stand. Little moved: they are found once more, and that is the end.
      if (gained === 0) return;
      if (gained <= little) break;
    }
    this.findLabels();
  }

  private worthOfAll(): number {
    const { sessions, wantedKwh, tiltedPrice } = this.network;
    let dearest = PRICE_EPSILON;
    for (const price of tiltedPrice) dearest = Math.max(dearest, Math.abs(price));
    let kwh = 0;
    for (let session = 0; session < sessions; session++) kwh += wantedKwh[session] as number;
    return kwh * dearest;
  }

  /** Row prices from the labels: what relief costs in a full group, above what it costs in those above it. */
  rowPrices(): Float64Array {
    const { groups, slots, groupParent, tiltedPrice } = this.network;
    const level = new Float64Array(groups * slots);
    const rowPrice = new Float64Array(this.network.rows);
    for (let group = 0; group < groups; group++) {
      const parent = groupParent[group] as number;
      for (let slot = 0; slot < slots; slot++) {
        const place = group * slots + slot;
        const above = parent < 0 ? (tiltedPrice[slot] as number) : (level[parent * slots + slot] as number);
        level[place] = above;
        if (!this.isFull(place) || (this.reliefFirst[place] as number) < 0) continue;
        const price = this.reliefPrice[place] as number;
        if (price <= above) continue;
        level[place] = price;
        this.priceTightest(rowPrice, { group, slot, price: price - above });
      }
    }
    return rowPrice;
  }

  private priceTightest(
    rowPrice: Float64Array,
    at: { readonly group: number; readonly slot: number; readonly price: number },
  ): void {
    const { linkStart, linkRowBase, linkFrom, linkTo, linkCoefficient, capacity } = this.network;
    let tightest = Number.POSITIVE_INFINITY;
    let tightestRow = -1;
    let coefficient = 1;
    for (let link = linkStart[at.group] as number; link < (linkStart[at.group + 1] as number); link++) {
      if (at.slot < (linkFrom[link] as number) || at.slot >= (linkTo[link] as number)) continue;
      const row = (linkRowBase[link] as number) + at.slot;
      const kwh = (capacity[row] as number) / (linkCoefficient[link] as number);
      if (kwh >= tightest) continue;
      tightest = kwh;
      tightestRow = row;
      coefficient = linkCoefficient[link] as number;
    }
    if (tightestRow >= 0) rowPrice[tightestRow] = at.price / coefficient;
  }

  private isFull(place: number): boolean {
    return (this.left[place] as number) <= (this.fullTolerance[place] as number);
  }

  private take(place: number, kwh: number): void {
    const { above, left } = this;
    for (let at = place; at >= 0; at = above[at] as number) left[at] = (left[at] as number) - kwh;
  }

  private move(cell: number, kwh: number): void {
    this.primal.kwh[cell] = Math.max(0, (this.primal.kwh[cell] as number) + kwh);
    this.take(this.network.cellPlace[cell] as number, kwh);
  }

  /** Labels all sessions, cheapest end first: free slots by price, then going without by its price. */
  private findLabels(): void {
    const { groups, slots, tiltedPrice } = this.network;
    const { above, lowestFull, nextFull } = this;
    // Parents have smaller indices than their children.
    for (let place = 0; place < lowestFull.length; place++) {
      const up = above[place] as number;
      const next = up < 0 ? -1 : (lowestFull[up] as number);
      nextFull[place] = next;
      lowestFull[place] = this.isFull(place) ? place : next;
    }
    this.label.fill(Number.POSITIVE_INFINITY);
    this.position.fill(NOWHERE);
    this.isShed.fill(0);
    this.opened.fill(-1);
    this.reliefFirst.fill(-1);
    this.reliefs = 0;
    this.head = 0;
    this.tail = 0;
    let shed = 0;
    for (const slot of this.slotOrder) {
      const price = tiltedPrice[slot] as number;
      shed = this.shedBelow(shed, price);
      for (let group = 0; group < groups; group++) {
        const place = group * slots + slot;
        if ((this.lowestFull[place] as number) < 0 && (this.opened[place] as number) < 0) this.open(place, price, -1);
      }
      this.drain();
    }
    this.shedBelow(shed, Number.POSITIVE_INFINITY);
  }

  /** Sessions that would rather go without than pay more than `price`. */
  private shedBelow(from: number, price: number): number {
    const { shortfallPrice, sessions } = this.network;
    let at = from;
    for (; at < sessions; at++) {
      const session = this.worthOrder[at] as number;
      const worth = shortfallPrice[session] as number;
      if (worth >= price) break;
      if (this.position[session] !== NOWHERE) continue;
      this.isShed[session] = 1;
      this.enqueue(session, worth);
      this.drain();
    }
    return at;
  }

  private enqueue(session: number, price: number): void {
    this.label[session] = price;
    this.position[session] = this.tail;
    this.queue[this.tail++] = session;
  }

  private open(place: number, price: number, behind: number): void {
    const { cellKwh } = this.network;
    this.opened[place] = this.tail;
    this.behind[place] = behind;
    for (let at = this.placeStart[place] as number; at < (this.placeStart[place + 1] as number); at++) {
      const cell = this.placeCell[at] as number;
      const session = this.cellSession[cell] as number;
      if (this.position[session] !== NOWHERE) continue;
      if ((this.primal.kwh[cell] as number) >= (cellKwh[cell] as number) - KWH_EPSILON) continue;
      this.enqueue(session, price);
    }
  }

  /** What a labelled session uses it can give up: full groups above get relief, and the places that these kept shut open. */
  private drain(): void {
    const { cellStart, cellPlace } = this.network;
    const { lowestFull, nextFull } = this;
    const { kwh } = this.primal;
    while (this.head < this.tail) {
      const session = this.queue[this.head++] as number;
      const price = this.label[session] as number;
      for (let cell = cellStart[session] as number, to = cellStart[session + 1] as number; cell < to; cell++) {
        if ((kwh[cell] as number) <= KWH_EPSILON) continue;
        let full = lowestFull[cellPlace[cell] as number] as number;
        for (; full >= 0; full = nextFull[full] as number) this.relieve(full, cell, price);
      }
    }
  }

  private relieve(place: number, cell: number, price: number): void {
    const entry = this.reliefs++;
    this.reliefCell[entry] = cell;
    this.reliefNext[entry] = -1;
    if ((this.reliefFirst[place] as number) >= 0) {
      this.reliefNext[this.reliefLast[place] as number] = entry;
      this.reliefLast[place] = entry;
      return;
    }
    this.reliefFirst[place] = entry;
    this.reliefLast[place] = entry;
    this.reliefPrice[place] = price;
    this.openBelow(place, price);
  }

  /** Opens the places for which this full group is the lowest full one. */
  private openBelow(full: number, price: number): void {
    const { slots } = this.network;
    const slot = full % slots;
    const top = (full / slots) | 0;
    const first = this.rankOf[top] as number;
    for (let rank = first, to = first + (this.subtree[top] as number); rank < to; rank++) {
      const place = (this.groupAt[rank] as number) * slots + slot;
      if (this.lowestFull[place] === full && (this.opened[place] as number) < 0) this.open(place, price, full);
    }
  }

  /** One round of exchanges, the most gainful first. Answers what was gained. */
  private pushAll(): number {
    this.isDead.fill(0);
    this.arc.fill(-1);
    const count = this.findSources();
    if (count === 0) return 0;
    const { source, gain, next, bucket } = this;
    let most = 0;
    for (let at = 0; at < count; at++) most = Math.max(most, gain[at] as number);
    const scale = (BUCKETS - 1) / most;
    bucket.fill(-1);
    for (let at = count - 1; at >= 0; at--) {
      const into = ((gain[at] as number) * scale) | 0;
      next[at] = bucket[into] as number;
      bucket[into] = at;
    }
    let gained = 0;
    for (let from = BUCKETS - 1; from >= 0; from--) {
      for (let at = bucket[from] as number; at >= 0; at = next[at] as number) {
        gained += this.pushSource(source[at] as number) * (gain[at] as number);
      }
    }
    return gained;
  }

  /** Cells, and as -1 - session what is missing, that a cheaper end is known for. */
  private findSources(): number {
    const { sessions, cellStart, cellSlot, tiltedPrice, shortfallPrice } = this.network;
    const { kwh, missingKwh } = this.primal;
    const { source, gain, label } = this;
    let count = 0;
    for (let session = 0; session < sessions; session++) {
      const cheapest = label[session] as number;
      const worth = (shortfallPrice[session] as number) - cheapest;
      if ((missingKwh[session] as number) > KWH_EPSILON && worth > PRICE_EPSILON) {
        source[count] = -1 - session;
        gain[count++] = worth;
      }
      for (let cell = cellStart[session] as number, to = cellStart[session + 1] as number; cell < to; cell++) {
        if ((kwh[cell] as number) <= KWH_EPSILON) continue;
        const value = (tiltedPrice[cellSlot[cell] as number] as number) - cheapest;
        if (value <= PRICE_EPSILON) continue;
        source[count] = cell;
        gain[count++] = value;
      }
    }
    return count;
  }

  private pushSource(what: number): number {
    const { kwh, missingKwh } = this.primal;
    const isMissing = what < 0;
    const session = isMissing ? -1 - what : (this.cellSession[what] as number);
    if (this.isDead[session] === 1) return 0;
    const wanted = isMissing ? (missingKwh[session] as number) : (kwh[what] as number);
    if (wanted <= KWH_EPSILON) return 0;
    // Going without is the end itself: no exchange with oneself.
    if (this.isShed[session] === 1 && isMissing) return 0;
    const moved = this.push(session, wanted, 0);
    if (moved <= 0) return 0;
    if (isMissing) missingKwh[session] = Math.max(0, (missingKwh[session] as number) - moved);
    else this.move(what, -moved);
    return moved;
  }

  /** Places up to `wanted` kWh more of a session, towards its label. Positions fall along the way, so there are no circles. */
  private push(session: number, wanted: number, depth: number): number {
    if (this.isDead[session] === 1 || depth > DEPTH_MAX) return 0;
    if (this.isShed[session] === 1) {
      const { missingKwh } = this.primal;
      missingKwh[session] = (missingKwh[session] as number) + wanted;
      return wanted;
    }
    const { cellStart, cellPlace, cellKwh } = this.network;
    const own = this.position[session] as number;
    const last = cellStart[session + 1] as number;
    let done = 0;
    let cell = (this.arc[session] as number) < 0 ? (cellStart[session] as number) : (this.arc[session] as number);
    for (; cell < last && wanted - done > KWH_EPSILON; cell++) {
      this.arc[session] = cell;
      const place = cellPlace[cell] as number;
      const opened = this.opened[place] as number;
      if (opened < 0 || opened > own) continue;
      const fits = Math.min(wanted - done, (cellKwh[cell] as number) - (this.primal.kwh[cell] as number));
      if (fits > KWH_EPSILON) done += this.pushInto(cell, fits, { own, depth });
    }
    if (wanted - done > KWH_EPSILON) this.isDead[session] = 1;
    return done;
  }

  private pushInto(cell: number, most: number, at: { readonly own: number; readonly depth: number }): number {
    const place = this.network.cellPlace[cell] as number;
    const behind = this.behind[place] as number;
    let wanted = Math.min(most, this.roomBelow(place, behind));
    if (wanted <= KWH_EPSILON) return 0;
    if (behind < 0) {
      this.move(cell, wanted);
      return wanted;
    }
    let done = 0;
    let entry = this.reliefFirst[behind] as number;
    while (entry >= 0 && wanted > KWH_EPSILON) {
      const given = this.reliefCell[entry] as number;
      const giver = this.cellSession[given] as number;
      if ((this.position[giver] as number) >= at.own) break;
      const has = this.primal.kwh[given] as number;
      if (this.isDead[giver] === 1 || has <= KWH_EPSILON) {
        entry = this.reliefNext[entry] as number;
        this.reliefFirst[behind] = entry;
        continue;
      }
      const asked = Math.min(wanted, has);
      const moved = this.push(giver, asked, at.depth + 1);
      if (moved > 0) {
        this.move(given, -moved);
        this.move(cell, moved);
        wanted -= moved;
        done += moved;
      }
      if (moved < asked - KWH_EPSILON) entry = this.reliefNext[entry] as number;
    }
    return done;
  }

  /** What the places from this one up to, and without, the full one admit. */
  private roomBelow(place: number, full: number): number {
    const { above, left } = this;
    let room = Number.POSITIVE_INFINITY;
    for (let at = place; at >= 0 && at !== full; at = above[at] as number) {
      if ((left[at] as number) < room) room = left[at] as number;
    }
    return room;
  }
}
