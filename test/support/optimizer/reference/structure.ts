import type { ChargingProblem } from '../../../../optimizer/index.js';
import { capacityOf, type LoadRows, loadRowsOf, perAmpere, potentialOf } from './loadRows.js';
import {
  baseMeanKw,
  chargeOf,
  leastPeakKw,
  membersOfCharge,
  type PeakRow,
  peakRowsOf,
  potentialKw,
} from './peakRows.js';
import { at, kwPerAmpere, maximumA, slotCount, slotHours } from './series.js';

/**
 * Which columns and rows a model has, and its matrix in compressed columns. Columns, in this order: the current of each cell (a
 * session in a slot it may charge in); per cell with a reservation, what exceeds it; per session, the shortfall in kWh; per demand
 * charge, the peak in kW. Rows: per session, energy and shortfall make what is wanted; load rows; per cell with a reservation, what
 * exceeds it; windows of demand charges.
 */
export interface Structure {
  readonly slots: number;
  /** Cells of session s are [firstCell[s], firstCell[s + 1]). */
  readonly firstCell: Int32Array;
  readonly slotOfCell: Int32Array;
  /** Cells that have a reservation. */
  readonly reservedCells: Int32Array;
  readonly loadRows: readonly LoadRows[];
  /** Index of the model's row by [index in loadRows * slots + slot]; -1 where it is left out. */
  readonly rowOfLoad: Int32Array;
  readonly allPeakRows: readonly PeakRow[];
  readonly peakRows: readonly PeakRow[];
  readonly columns: {
    readonly exceeding: number;
    readonly shortfall: number;
    readonly peak: number;
    readonly count: number;
  };
  readonly rows: { readonly exceeding: number; readonly peak: number; readonly count: number };
  readonly matrix: { readonly starts: Int32Array; readonly indices: Int32Array; readonly values: Float64Array };
}

/** Below this, in A or kW, a limit cannot be told from the load it meets. */
const NEGLIGIBLE = 1e-9;

type Parts = Omit<Structure, 'matrix'>;

/** Of all problems given, which differ in numbers only. Rows that bind in none of them are left out. */
export function structureOf(problems: readonly [ChargingProblem, ...ChargingProblem[]]): Structure {
  const [problem] = problems;
  const slots = slotCount(problem);
  const cells = cellsOf(problems);
  const cellCount = cells.slotOfCell.length;
  const sessions = problem.sessions.length;
  const loadRows = loadRowsOf(problem);
  const load = bindingLoadRows(problems, loadRows);
  const allPeakRows = peakRowsOf(problem);
  const peakRows = bindingPeakRows(problems, allPeakRows);
  const shortfall = cellCount + cells.reservedCells.length;
  const peak = shortfall + sessions;
  const exceedingRow = sessions + load.count;
  const peakRow = exceedingRow + cells.reservedCells.length;
  const parts: Parts = {
    slots,
    ...cells,
    loadRows,
    rowOfLoad: load.rowOf,
    allPeakRows,
    peakRows,
    columns: { exceeding: cellCount, shortfall, peak, count: peak + (problem.demandCharges?.length ?? 0) },
    rows: { exceeding: exceedingRow, peak: peakRow, count: peakRow + peakRows.length },
  };
  return { ...parts, matrix: matrixOf(problem, parts) };
}

function cellsOf(problems: readonly ChargingProblem[]): Pick<Parts, 'firstCell' | 'slotOfCell' | 'reservedCells'> {
  const sessions = problems[0]?.sessions.length ?? 0;
  const firstCell = new Int32Array(sessions + 1);
  const slotOfCell: number[] = [];
  const reservedCells: number[] = [];
  const anyHas = (
    index: number,
    has: (problem: ChargingProblem, session: ChargingProblem['sessions'][number]) => boolean,
  ) =>
    problems.some((problem) => {
      const session = problem.sessions[index];
      return session !== undefined && has(problem, session);
    });
  for (let index = 0; index < sessions; index++) {
    for (let slot = 0; slot < (problems[0] === undefined ? 0 : slotCount(problems[0])); slot++) {
      if (!anyHas(index, (problem, session) => maximumA(problem, session, slot) > 0)) continue;
      if (anyHas(index, (_, session) => at(session.reservedA, slot) > 0)) reservedCells.push(slotOfCell.length);
      slotOfCell.push(slot);
    }
    firstCell[index + 1] = slotOfCell.length;
  }
  return { firstCell, slotOfCell: Int32Array.from(slotOfCell), reservedCells: Int32Array.from(reservedCells) };
}

function bindingLoadRows(
  problems: readonly [ChargingProblem, ...ChargingProblem[]],
  loadRows: readonly LoadRows[],
): { readonly rowOf: Int32Array; readonly count: number } {
  const slots = slotCount(problems[0]);
  const firstRow = problems[0].sessions.length;
  const rowOf = new Int32Array(loadRows.length * slots).fill(-1);
  let count = 0;
  for (const [index, row] of loadRows.entries()) {
    const limits = problems.map((problem) => ({ of: capacityOf(problem, row), under: potentialOf(problem, row) }));
    for (let slot = 0; slot < slots; slot++) {
      const binds = limits.some(({ of, under }) => (under[slot] ?? 0) > (of[slot] ?? 0) + NEGLIGIBLE);
      if (binds) rowOf[index * slots + slot] = firstRow + count++;
    }
  }
  return { rowOf, count };
}

function bindingPeakRows(problems: readonly ChargingProblem[], all: readonly PeakRow[]): readonly PeakRow[] {
  const limits = problems.map((problem) => ({
    problem,
    members: (problem.demandCharges ?? []).map((_, charge) => membersOfCharge(problem, charge)),
    leastKw: (problem.demandCharges ?? []).map((_, charge) => leastPeakKw(problem, charge, all)),
  }));
  return all.filter((row) =>
    limits.some(({ problem, members, leastKw }) => {
      const risesKw = potentialKw(problem, row, members[row.charge] ?? new Set());
      return baseMeanKw(problem, row) + risesKw > (leastKw[row.charge] ?? 0) + NEGLIGIBLE;
    }),
  );
}

function matrixOf(problem: ChargingProblem, parts: Parts): Structure['matrix'] {
  const starts = new Int32Array(parts.columns.count + 1);
  const indices: number[] = [];
  const values: number[] = [];
  let column = 0;
  const add = (row: number, value: number) => {
    indices.push(row);
    values.push(value);
  };
  const endColumn = () => {
    starts[++column] = indices.length;
  };
  const entriesOf = entriesByCell(problem, parts);
  const reserved = new Map(Array.from(parts.reservedCells, (cell, index) => [cell, index]));
  for (const cell of parts.slotOfCell.keys()) {
    const { energyRow, kwhPerAmpere, load, peaks } = entriesOf(cell);
    const exceeding = reserved.get(cell);
    add(energyRow, kwhPerAmpere);
    if (exceeding === undefined) for (const { row, value } of load) add(row, value);
    else add(parts.rows.exceeding + exceeding, 1);
    for (const { row, value } of peaks) add(row, value);
    endColumn();
  }
  for (const [index, cell] of parts.reservedCells.entries()) {
    for (const { row, value } of entriesOf(cell).load) add(row, value);
    add(parts.rows.exceeding + index, -1);
    endColumn();
  }
  for (const session of problem.sessions.keys()) {
    add(session, 1);
    endColumn();
  }
  for (const charge of (problem.demandCharges ?? []).keys()) {
    for (const [index, row] of parts.peakRows.entries()) if (row.charge === charge) add(parts.rows.peak + index, -1);
    endColumn();
  }
  return { starts, indices: Int32Array.from(indices), values: Float64Array.from(values) };
}

interface CellEntries {
  readonly energyRow: number;
  readonly kwhPerAmpere: number;
  /** What an ampere of the cell counts in each load row, and in each window. */
  readonly load: readonly { readonly row: number; readonly value: number }[];
  readonly peaks: readonly { readonly row: number; readonly value: number }[];
}

function entriesByCell(problem: ChargingProblem, parts: Parts): (cell: number) => CellEntries {
  const loadsOf = problem.sessions.map((): { readonly index: number; readonly counts: number }[] => []);
  for (const [index, row] of parts.loadRows.entries()) {
    for (const session of row.members) loadsOf[session]?.push({ index, counts: perAmpere(problem, row, session) });
  }
  const members = (problem.demandCharges ?? []).map((_, charge) => membersOfCharge(problem, charge));
  const sessionOf = new Int32Array(parts.slotOfCell.length);
  for (const session of problem.sessions.keys()) {
    sessionOf.fill(session, parts.firstCell[session], parts.firstCell[session + 1]);
  }
  return (cell) => {
    const energyRow = sessionOf[cell] ?? 0;
    const slot = parts.slotOfCell[cell] ?? 0;
    const session = problem.sessions[energyRow];
    if (session === undefined) throw new Error('a cell without a session');
    const kwhPerAmpere = kwPerAmpere(session) * slotHours(problem, slot);
    const load = (loadsOf[energyRow] ?? []).flatMap(({ index, counts }) => {
      const row = parts.rowOfLoad[index * parts.slots + slot] ?? -1;
      return row < 0 ? [] : [{ row, value: counts }];
    });
    const peaks = parts.peakRows.flatMap((row, index) => {
      const counts = slot >= row.fromSlot && slot < row.toSlot && members[row.charge]?.has(energyRow) === true;
      const weight = counts ? at(chargeOf(problem, row).weight, slot, 1) : 0;
      return weight === 0 ? [] : [{ row: parts.rows.peak + index, value: (weight * kwhPerAmpere) / row.hours }];
    });
    return { energyRow, kwhPerAmpere, load, peaks };
  };
}
