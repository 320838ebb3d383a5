import { slotsOfStay } from '../stay.js';
import type { ChargingProblem, Phase, ProblemSession, Series } from '../types.js';

/** The sessions as the caller lists them. Arrays per slot of a session run over [from, to) only, from start[session] on. */
export interface SessionTable {
  readonly count: number;
  /** Index in problem.circuits. */
  readonly circuit: Int32Array;
  /** Bit k is set when it loads phase L(k + 1). */
  readonly mask: Uint8Array;
  /** Sessions of one kind draw the same power at the same current. */
  readonly kind: Int32Array;
  readonly kinds: number;
  readonly kwPerAmpere: Float64Array;
  readonly currentMinA: Float64Array;
  readonly wantedKwh: Float64Array;
  readonly shortfallPrice: Float64Array;
  /** Slots that lie wholly inside its stay: [from, to). */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly start: Int32Array;
  /** What it may take: first the EVSE's maximum, then lowered by circuits that it has to itself. */
  readonly maxA: Float64Array;
  /** 0 for almost all. */
  readonly reserved: readonly Series[];
  readonly hasReservations: boolean;
  /** Filled in last: the part that is reserved anyway, and what may come on top of it. */
  readonly reservedKwh: Float64Array;
  readonly headKwh: Float64Array;
}

const PHASE_BIT: Readonly<Record<Phase, number>> = { L1: 1, L2: 2, L3: 4 };

export function layOutSessions(problem: ChargingProblem, circuitIndex: ReadonlyMap<string, number>): SessionTable {
  const { sessions, boundariesMs } = problem;
  const count = sessions.length;
  const circuit = new Int32Array(count);
  const mask = new Uint8Array(count);
  const kind = new Int32Array(count);
  const kwPerAmpere = new Float64Array(count);
  const currentMinA = new Float64Array(count);
  const wantedKwh = new Float64Array(count);
  const shortfallPrice = new Float64Array(count);
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const start = new Int32Array(count + 1);
  const kinds = new Map<number, number>();
  const reserved: Series[] = new Array(count);
  let hasReservations = false;
  for (let index = 0; index < count; index++) {
    const session = sessions[index] as ProblemSession;
    circuit[index] = circuitIndex.get(session.circuitId) ?? 0;
    for (const phase of session.phases) mask[index] = (mask[index] as number) | PHASE_BIT[phase];
    const kw = (session.voltageV * session.phases.length) / 1000;
    kwPerAmpere[index] = kw;
    let known = kinds.get(kw);
    if (known === undefined) {
      known = kinds.size;
      kinds.set(kw, known);
    }
    kind[index] = known;
    currentMinA[index] = session.currentMinA;
    wantedKwh[index] = session.energyWh / 1000;
    shortfallPrice[index] = session.shortfallPricePerKwh;
    const stay = slotsOfStay(session, boundariesMs);
    from[index] = stay.from;
    to[index] = Math.max(stay.from, stay.to);
    start[index + 1] = (start[index] as number) + Math.max(0, (to[index] as number) - (from[index] as number));
    reserved[index] = session.reservedA ?? 0;
    if (session.reservedA !== undefined && session.reservedA !== 0) hasReservations = true;
  }
  const cells = start[count] as number;
  return {
    count,
    circuit,
    mask,
    kind,
    kinds: kinds.size,
    kwPerAmpere,
    currentMinA,
    wantedKwh,
    shortfallPrice,
    from,
    to,
    start,
    maxA: maximaA(sessions, { start, from }),
    reserved,
    hasReservations,
    reservedKwh: new Float64Array(hasReservations ? cells : 0),
    headKwh: new Float64Array(cells),
  };
}

/** Cell by cell: what is reserved anyway, and what may come on top; no cell holds more than the whole energy wanted. */
export function fillCells(table: SessionTable, slotHours: Float64Array): void {
  const { count, start, from, to, maxA, reserved, kwPerAmpere, wantedKwh, headKwh, reservedKwh } = table;
  for (let session = 0; session < count; session++) {
    const kw = kwPerAmpere[session] as number;
    const wanted = wantedKwh[session] as number;
    const first = (start[session] as number) - (from[session] as number);
    const own = reserved[session] as Series;
    for (let slot = from[session] as number; slot < (to[session] as number); slot++) {
      const most = Math.min(wanted, (maxA[first + slot] as number) * kw * (slotHours[slot] as number));
      if (own === 0) {
        headKwh[first + slot] = most;
        continue;
      }
      const part = Math.min(most, seriesAt(own, slot) * kw * (slotHours[slot] as number));
      reservedKwh[first + slot] = part;
      headKwh[first + slot] = most - part;
    }
  }
}

export function seriesAt(series: Series, slot: number): number {
  return typeof series === 'number' ? series : (series[slot] as number);
}

function maximaA(
  sessions: readonly ProblemSession[],
  at: { readonly start: Int32Array; readonly from: Int32Array },
): Float64Array {
  const maxA = new Float64Array(at.start[sessions.length] as number);
  for (let index = 0; index < sessions.length; index++) {
    const max = (sessions[index] as ProblemSession).currentMaxA;
    const first = at.start[index] as number;
    const last = at.start[index + 1] as number;
    if (typeof max === 'number') {
      maxA.fill(max, first, last);
      continue;
    }
    const shift = (at.from[index] as number) - first;
    for (let cell = first; cell < last; cell++) maxA[cell] = max[cell + shift] as number;
  }
  return maxA;
}
