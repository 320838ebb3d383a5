import type { ChargingProblem, DemandCharge } from '../../../../optimizer/index.js';
import { at, kwPerAmpere, maximumA, slotCount, slotHours } from './series.js';

/** One averaging window of a demand charge: its mean power is at most the charge's peak. Slots [fromSlot, toSlot). */
export interface PeakRow {
  readonly charge: number;
  readonly fromSlot: number;
  readonly toSlot: number;
  /** From its start on the clock to its end, or the horizon's. */
  readonly hours: number;
}

export function peakRowsOf(problem: ChargingProblem): readonly PeakRow[] {
  return (problem.demandCharges ?? []).flatMap((charge, index) => {
    const [from, to] = charge.slots ?? [0, slotCount(problem)];
    const rows: PeakRow[] = [];
    let fromSlot = from;
    for (let slot = from; slot < to; slot++) {
      const isLast =
        slot + 1 === to || windowStartMs(problem, charge, slot + 1) !== windowStartMs(problem, charge, slot);
      if (!isLast) continue;
      const lastMs = (problem.boundariesMs[slot + 1] ?? 0) - windowStartMs(problem, charge, fromSlot);
      rows.push({ charge: index, fromSlot, toSlot: slot + 1, hours: lastMs / 3_600_000 });
      fromSlot = slot + 1;
    }
    return rows;
  });
}

/** Its mean power before any car draws: building, and what was taken before the horizon. */
export function baseMeanKw(problem: ChargingProblem, row: PeakRow): number {
  const charge = chargeOf(problem, row);
  let kwh = row.fromSlot === 0 ? at(charge.weight, 0, 1) * (charge.windowSoFarKwh ?? 0) : 0;
  for (let slot = row.fromSlot; slot < row.toSlot; slot++) {
    kwh += at(charge.weight, slot, 1) * at(charge.baseLoadKw, slot) * slotHours(problem, slot);
  }
  return kwh / row.hours;
}

/** The peak that is paid for, or has been, whatever the cars do. */
export function leastPeakKw(problem: ChargingProblem, charge: number, rows: readonly PeakRow[]): number {
  let peakKw = problem.demandCharges?.[charge]?.peakSoFarKw ?? 0;
  for (const row of rows) if (row.charge === charge) peakKw = Math.max(peakKw, baseMeanKw(problem, row));
  return peakKw;
}

/** What the mean rises by if every car takes all it can. */
export function potentialKw(problem: ChargingProblem, row: PeakRow, members: ReadonlySet<number>): number {
  const charge = chargeOf(problem, row);
  let kwh = 0;
  for (const index of members) {
    const session = problem.sessions[index];
    if (session === undefined) continue;
    for (let slot = row.fromSlot; slot < row.toSlot; slot++) {
      const kw = maximumA(problem, session, slot) * kwPerAmpere(session);
      kwh += at(charge.weight, slot, 1) * kw * slotHours(problem, slot);
    }
  }
  return kwh / row.hours;
}

/** Sessions whose power counts for the charge. */
export function membersOfCharge(problem: ChargingProblem, charge: number): ReadonlySet<number> {
  const circuitId = problem.demandCharges?.[charge]?.circuitId;
  const parents = new Map(problem.circuits.map(({ id, parentId }) => [id, parentId]));
  const isUnder = (id: string) => {
    for (let upId: string | null = id; upId !== null; upId = parents.get(upId) ?? null)
      if (upId === circuitId) return true;
    return false;
  };
  return new Set(problem.sessions.flatMap((session, index) => (isUnder(session.circuitId) ? [index] : [])));
}

export function chargeOf(problem: ChargingProblem, row: PeakRow): DemandCharge {
  const charge = problem.demandCharges?.[row.charge];
  if (charge === undefined) throw new Error('a problem lost a demand charge');
  return charge;
}

function windowStartMs(problem: ChargingProblem, { windowMs }: DemandCharge, slot: number): number {
  const startMs = problem.boundariesMs[slot] ?? 0;
  return windowMs === undefined ? startMs : Math.floor(startMs / windowMs) * windowMs;
}
