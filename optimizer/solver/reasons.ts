import type { ChargingProblem, LimitedBy, Phase, ProblemCircuit, ProblemSession, Series } from '../types.js';
import type { Network } from './network.js';
import { seriesAt } from './sessions.js';

/** What the reasons are read from: the prices of the proof, the rows of the plan, and what was planned with the minimum left aside. */
export interface Guide {
  readonly rowPrice: Float64Array;
  readonly free: Float64Array;
  readonly relaxedKwh: Float64Array;
  readonly places: PlaceTable;
}

const ABSENT: LimitedBy = Object.freeze({ by: 'absent' });
const ENERGY: LimitedBy = Object.freeze({ by: 'energy' });
const EVSE: LimitedBy = Object.freeze({ by: 'evse' });
const MINIMUM: LimitedBy = Object.freeze({ by: 'minimumCurrent' });
const PRICE: LimitedBy = Object.freeze({ by: 'price' });
const DEMAND: LimitedBy = Object.freeze({ by: 'demandCharge' });

/** Relative: what is this near its limit has reached it. */
const NEAR = 1e-6;
const KWH_EPSILON = 1e-9;
/** Prices that differ by less than this share are the same price. */
const PRICE_NEAR = 1e-3;

/** Why a session gets no more, slot by slot. */
export function reasonsOf(
  problem: ChargingProblem,
  network: Network,
  at: { readonly session: number; readonly currents: readonly number[]; readonly guide: Guide },
): LimitedBy[] {
  const { slots, problemIndex, kwPerAmpere, slotHours, wantedKwh, table } = network;
  const source = problemIndex[at.session] as number;
  const given = problem.sessions[source] as ProblemSession;
  const reasons = new Array<LimitedBy>(slots).fill(ABSENT);
  const kw = kwPerAmpere[at.session] as number;
  const wanted = wantedKwh[at.session] as number;
  const lastSlot = table.to[source] as number;
  const shift = (table.start[source] as number) - (table.from[source] as number);
  const relaxed = relaxedSlots(network, at.session, at.guide.relaxedKwh);
  const worth = worthOf(network, at);
  let kwh = 0;
  for (let slot = table.from[source] as number; slot < lastSlot; slot++) {
    const current = at.currents[slot] as number;
    kwh += current * kw * (slotHours[slot] as number);
    if (wanted - kwh <= NEAR * wanted) {
      reasons[slot] = ENERGY;
    } else if (current >= seriesAt(given.currentMaxA, slot) * (1 - NEAR)) {
      reasons[slot] = EVSE;
    } else if (current === 0 && given.currentMinA > 0 && (relaxed[slot] as number) > KWH_EPSILON) {
      reasons[slot] = MINIMUM;
    } else if (current >= (table.maxA[shift + slot] as number) * (1 - NEAR)) {
      reasons[slot] = ownCircuit(problem, network, given, slot) ?? EVSE;
    } else {
      reasons[slot] = priced(network, at.guide, { session: at.session, slot, worth });
    }
  }
  return reasons;
}

/** What one kWh more would be worth to a session: what going without costs where some is missing, else what it pays for its dearest. */
function worthOf(
  network: Network,
  at: { readonly session: number; readonly currents: readonly number[]; readonly guide: Guide },
): number {
  const { slots, kwPerAmpere, slotHours, wantedKwh, shortfallPrice, sessionGroup, tiltedPrice } = network;
  const { limits, demands } = at.guide.places;
  const base = (sessionGroup[at.session] as number) * slots;
  const wanted = wantedKwh[at.session] as number;
  let kwh = 0;
  let dearest = Number.NEGATIVE_INFINITY;
  for (let slot = 0; slot < slots; slot++) {
    const current = at.currents[slot] as number;
    if (current === 0) continue;
    kwh += current * (kwPerAmpere[at.session] as number) * (slotHours[slot] as number);
    const price = (tiltedPrice[slot] as number) + (limits[base + slot] as number) + (demands[base + slot] as number);
    if (price > dearest) dearest = price;
  }
  return wanted - kwh > NEAR * wanted ? (shortfallPrice[at.session] as number) : dearest;
}

function relaxedSlots(network: Network, session: number, relaxedKwh: Float64Array): Float64Array {
  const slots = new Float64Array(network.slots);
  for (let cell = network.cellStart[session] as number; cell < (network.cellStart[session + 1] as number); cell++) {
    const slot = network.cellSlot[cell] as number;
    slots[slot] = (slots[slot] as number) + (relaxedKwh[cell] as number);
  }
  return slots;
}

/** The tightest limit of the circuits that this session has to itself. */
function ownCircuit(
  problem: ChargingProblem,
  network: Network,
  session: ProblemSession,
  slot: number,
): LimitedBy | undefined {
  const { parent, below, indexOf } = network.circuits;
  let tightest = Number.POSITIVE_INFINITY;
  let found: LimitedBy | undefined;
  const consider = (limitA: number, reason: LimitedBy) => {
    if (limitA >= tightest) return;
    tightest = limitA;
    found = reason;
  };
  for (let at = indexOf.get(session.circuitId) ?? -1; at >= 0 && below[at] === 1; at = parent[at] as number) {
    const { id, limitA, powerLimitW } = problem.circuits[at] as ProblemCircuit;
    for (const phase of session.phases) {
      const limit: Series | 'unlimited' = limitA[phase as Phase];
      if (limit !== 'unlimited') consider(seriesAt(limit, slot), { by: 'circuit', circuitId: id, phase });
    }
    if (powerLimitW === undefined) continue;
    const perAmpere = session.voltageV * session.phases.length;
    consider(seriesAt(powerLimitW, slot) / perAmpere, { by: 'powerLimit', circuitId: id });
  }
  return found;
}

/** Per place, what the limits and the demand charges above it add to a kWh's price, the dearest of its rows, and one that is full; -1 for none. */
export interface PlaceTable {
  readonly limits: Float64Array;
  readonly demands: Float64Array;
  readonly dearest: Float64Array;
  readonly dearestRow: Int32Array;
  readonly fullRow: Int32Array;
}

/** Down the tree of groups, once for all sessions. */
export function tabulatePlaces(network: Network, guide: Pick<Guide, 'rowPrice' | 'free'>): PlaceTable {
  const { groups, slots, groupParent, linkStart, linkDemand } = network;
  const places = groups * slots;
  const table: PlaceTable = {
    limits: new Float64Array(places),
    demands: new Float64Array(places),
    dearest: new Float64Array(places),
    dearestRow: new Int32Array(places).fill(-1),
    fullRow: new Int32Array(places).fill(-1),
  };
  for (let group = 0; group < groups; group++) {
    const base = group * slots;
    const parent = groupParent[group] as number;
    if (parent >= 0) {
      const from = parent * slots;
      for (const values of [table.limits, table.demands, table.dearest]) values.copyWithin(base, from, from + slots);
      for (const rows of [table.dearestRow, table.fullRow]) rows.copyWithin(base, from, from + slots);
    }
    // Backwards, so that of equals the first phase is named.
    for (let link = (linkStart[group + 1] as number) - 1; link >= (linkStart[group] as number); link--) {
      if ((linkDemand[link] as number) >= 0) tabulateDemand(network, guide, table, { base, link });
      else tabulateLimit(network, guide, table, { base, link });
    }
  }
  return table;
}

function tabulateLimit(
  network: Network,
  guide: Pick<Guide, 'rowPrice' | 'free'>,
  table: PlaceTable,
  at: { readonly base: number; readonly link: number },
): void {
  const { linkCoefficient, linkRowBase, linkFrom, linkTo, capacity } = network;
  const coefficient = linkCoefficient[at.link] as number;
  const rowBase = linkRowBase[at.link] as number;
  for (let slot = linkFrom[at.link] as number; slot < (linkTo[at.link] as number); slot++) {
    const row = rowBase + slot;
    const place = at.base + slot;
    const price = (guide.rowPrice[row] as number) * coefficient;
    if (price > 0) {
      table.limits[place] = (table.limits[place] as number) + price;
      if (price >= (table.dearest[place] as number)) {
        table.dearest[place] = price;
        table.dearestRow[place] = row;
      }
    }
    // Of several that are full, the nearest to the car.
    if ((guide.free[row] as number) <= NEAR * Math.max(1e-3, capacity[row] as number)) table.fullRow[place] = row;
  }
}

function tabulateDemand(
  network: Network,
  guide: Pick<Guide, 'rowPrice' | 'free'>,
  table: PlaceTable,
  at: { readonly base: number; readonly link: number },
): void {
  const demand = network.demands[network.linkDemand[at.link] as number];
  for (const [slot, row] of demand?.slotRow.entries() ?? []) {
    if (row < 0) continue;
    const price = (guide.rowPrice[row] as number) * (demand?.slotKwPerKwh[slot] ?? 0);
    table.demands[at.base + slot] = (table.demands[at.base + slot] as number) + price;
  }
}

/**
 * What makes a kWh in this slot not worth having. A limit does, when without the prices of limits the slot would be cheap enough: the
 * dearest one is named. Else the demand charge, when without it the slot would be; else the price itself. A plan that was made without
 * prices is explained by the rows that are full.
 */
function priced(
  network: Network,
  guide: Guide,
  { session, slot, worth }: { readonly session: number; readonly slot: number; readonly worth: number },
): LimitedBy {
  const { places } = guide;
  const place = (network.sessionGroup[session] as number) * network.slots + slot;
  const limits = places.limits[place] as number;
  const demands = places.demands[place] as number;
  const fullRow = places.fullRow[place] as number;
  const dearestRow = (places.dearestRow[place] as number) < 0 ? fullRow : (places.dearestRow[place] as number);
  const price = network.tiltedPrice[slot] as number;
  const near = PRICE_NEAR * Math.max(Math.abs(price), Math.abs(worth));
  if (dearestRow >= 0 && price + demands < worth + near) return rowReason(network, dearestRow);
  if (demands > near && price + limits < worth + near) return DEMAND;
  if (price < worth - near && dearestRow >= 0) return rowReason(network, dearestRow);
  return price <= worth + near && fullRow < 0 && demands <= near ? ENERGY : PRICE;
}

function rowReason(network: Network, row: number): LimitedBy {
  return network.rowReason[network.rowReasonOf[row] as number] ?? PRICE;
}
