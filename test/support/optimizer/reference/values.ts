import type { ChargingProblem } from '../../../../optimizer/index.js';
import { capacityOf } from './loadRows.js';
import { baseMeanKw, leastPeakKw } from './peakRows.js';
import { at, kwPerAmpere, maximumA, slotHours } from './series.js';
import type { Structure } from './structure.js';

/** The numbers of one problem in a structure that fits it. */
export interface Values {
  readonly cost: Float64Array;
  readonly columnLower: Float64Array;
  readonly columnUpper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** Paid whatever is planned: less than nothing where a peak so far is taken off. */
  readonly offset: number;
  /** Columns that are 0 or at least their lower bound. */
  readonly semiContinuous: readonly number[];
}

/** `respect`: the lower bound of a cell is its minimum current, to be read together with `semiContinuous`. */
export function valuesOf(problem: ChargingProblem, structure: Structure, minimumCurrent: 'respect' | 'relax'): Values {
  const { columns, rows, firstCell, slotOfCell, slots } = structure;
  const cost = new Float64Array(columns.count);
  const columnLower = new Float64Array(columns.count);
  const columnUpper = new Float64Array(columns.count).fill(Number.POSITIVE_INFINITY);
  const rowLower = new Float64Array(rows.count).fill(Number.NEGATIVE_INFINITY);
  const rowUpper = new Float64Array(rows.count);
  const semiContinuous: number[] = [];
  const reserved = new Map(Array.from(structure.reservedCells, (cell, index) => [cell, index]));
  for (const [index, session] of problem.sessions.entries()) {
    rowLower[index] = rowUpper[index] = session.energyWh / 1000;
    cost[columns.shortfall + index] = session.shortfallPricePerKwh;
    for (let cell = firstCell[index] ?? 0; cell < (firstCell[index + 1] ?? 0); cell++) {
      const slot = slotOfCell[cell] ?? 0;
      const maxA = maximumA(problem, session, slot);
      cost[cell] = (problem.energyPricePerKwh[slot] ?? 0) * kwPerAmpere(session) * slotHours(problem, slot);
      columnUpper[cell] = maxA;
      if (minimumCurrent === 'respect' && maxA > 0 && session.currentMinA > 0) {
        columnLower[cell] = session.currentMinA;
        semiContinuous.push(cell);
      }
      const exceeding = reserved.get(cell);
      if (exceeding !== undefined) rowUpper[rows.exceeding + exceeding] = at(session.reservedA, slot);
    }
  }
  for (const [index, row] of structure.loadRows.entries()) {
    const capacity = capacityOf(problem, row);
    for (let slot = 0; slot < slots; slot++) {
      const loadRow = structure.rowOfLoad[index * slots + slot] ?? -1;
      if (loadRow >= 0) rowUpper[loadRow] = capacity[slot] ?? 0;
    }
  }
  for (const [index, row] of structure.peakRows.entries()) rowUpper[rows.peak + index] = -baseMeanKw(problem, row);
  let offset = 0;
  for (const [index, charge] of (problem.demandCharges ?? []).entries()) {
    cost[columns.peak + index] = charge.pricePerKw;
    columnLower[columns.peak + index] = leastPeakKw(problem, index, structure.allPeakRows);
    offset -= charge.pricePerKw * charge.peakSoFarKw;
  }
  return { cost, columnLower, columnUpper, rowLower, rowUpper, offset, semiContinuous };
}
