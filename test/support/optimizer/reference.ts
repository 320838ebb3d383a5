import loadHighs, { type Highs, type Model } from 'highs';
import type { ChargingProblem } from '../../../optimizer/index.js';
import { type Structure, structureOf } from './reference/structure.js';
import { type Values, valuesOf } from './reference/values.js';

// The contract as a linear program, solved exactly by HiGHS. It shares no code with our solver: what the two agree on is true.

export interface ReferenceOptions {
  /** 'respect' makes it a mixed-integer program, which takes long beyond some fifty sessions. Default 'relax'. */
  readonly minimumCurrent?: 'respect' | 'relax';
  /** Of one run. */
  readonly timeLimitMs?: number;
  /** At which a mixed-integer plan counts as optimal. Default 1e-6. */
  readonly gap?: number;
  /** Feasibility of rows and reduced costs. Default 1e-7, as HiGHS has it. */
  readonly tolerance?: number;
  /** HiGHS's own default is 'on'; these programs are often solved sooner without. A kept basis goes without anyway. Default 'on'. */
  readonly presolve?: 'on' | 'off';
}

export interface ReferenceSolution {
  readonly status: 'optimal' | 'timeLimit';
  /** cost.total of the contract. */
  readonly objective: number;
  /** No plan costs less; the objective itself where it is optimal. */
  readonly lowerBound: number;
  /** Time in HiGHS's run() alone: the model stands ready before. */
  readonly runMs: number;
  /** Per session and slot. */
  readonly currentA: readonly (readonly number[])[];
}

export interface Reference {
  solve(problem: ChargingProblem, options?: ReferenceOptions): ReferenceSolution;
  /** A model that is kept and changed. Its rows are those that can bind in the problem or in any of `others`. Dispose of it. */
  open(problem: ChargingProblem, others?: readonly ChargingProblem[], options?: ReferenceOptions): KeptModel;
}

export async function loadReference(): Promise<Reference> {
  // The package's types call it CommonJS, which has no default export of its own; what Node imports is its ES module.
  const highs = await (loadHighs as unknown as typeof loadHighs.default)();
  const open: Reference['open'] = (problem, others = [], options = {}) =>
    new KeptModel(highs, problem, { structure: structureOf([problem, ...others]), options });
  return {
    open,
    solve: (problem, options = {}) => {
      const model = open(problem, [], options);
      try {
        return model.solve();
      } finally {
        model.dispose();
      }
    },
  };
}

/** Owns memory of the WASM heap, which no garbage collector frees. */
export class KeptModel {
  readonly #highs: Highs;
  readonly #model: Model;
  readonly #structure: Structure;
  readonly #options: ReferenceOptions;
  #problem: ChargingProblem;
  #values: Values;

  constructor(
    highs: Highs,
    problem: ChargingProblem,
    of: { readonly structure: Structure; readonly options: ReferenceOptions },
  ) {
    this.#highs = highs;
    this.#structure = of.structure;
    this.#options = of.options;
    this.#problem = problem;
    this.#values = valuesOf(problem, of.structure, of.options.minimumCurrent ?? 'relax');
    this.#model = highs.createModel(this.#modelData());
    const { tolerance = 1e-7, gap = 1e-6, presolve = 'on', timeLimitMs } = of.options;
    this.#model.options.set({
      output_flag: false,
      presolve,
      primal_feasibility_tolerance: tolerance,
      dual_feasibility_tolerance: tolerance,
      mip_rel_gap: gap,
      ...(timeLimitMs === undefined ? {} : { time_limit: timeLimitMs / 1000 }),
    });
  }

  /** From the basis of the last solution, where there is one. */
  solve(): ReferenceSolution {
    this.#model.zeroAllClocks();
    const startedMs = performance.now();
    this.#model.run();
    const runMs = performance.now() - startedMs;
    const { optimal, timeLimit, empty } = this.#highs.constants.modelStatus;
    const code = this.#model.getModelStatus();
    if (code !== optimal && code !== timeLimit && code !== empty) throw new Error(`HiGHS ended with status ${code}`);
    const objective = this.#model.getObjectiveValue();
    const isInteger = this.#values.semiContinuous.length > 0;
    return {
      status: code === timeLimit ? 'timeLimit' : 'optimal',
      objective,
      lowerBound: isInteger ? Number(this.#model.info.get('mip_dual_bound')) : objective,
      runMs,
      currentA: this.#currentA(code === empty ? new Float64Array() : this.#model.getSolution().colValue),
    };
  }

  /** Numbers only: the same circuits, sessions and slots, of the problems it was opened for. The basis is kept. */
  change(problem: ChargingProblem): void {
    const before = this.#values;
    const after = valuesOf(problem, this.#structure, this.#options.minimumCurrent ?? 'relax');
    const columns = changed([before.columnLower, after.columnLower], [before.columnUpper, after.columnUpper]);
    const rows = changed([before.rowLower, after.rowLower], [before.rowUpper, after.rowUpper]);
    const costs = changed([before.cost, after.cost]);
    const pick = (indices: readonly number[], values: Float64Array) =>
      Float64Array.from(indices, (index) => values[index] ?? 0);
    if (columns.length > 0) {
      const [lower, upper] = [pick(columns, after.columnLower), pick(columns, after.columnUpper)];
      this.#model.changeColsBounds({ kind: 'set', indices: columns }, lower, upper);
    }
    if (rows.length > 0)
      this.#model.changeRowsBounds(
        { kind: 'set', indices: rows },
        pick(rows, after.rowLower),
        pick(rows, after.rowUpper),
      );
    if (costs.length > 0) this.#model.changeColsCost({ kind: 'set', indices: costs }, pick(costs, after.cost));
    if (before.offset !== after.offset) this.#model.changeObjectiveOffset(after.offset);
    this.#problem = problem;
    this.#values = after;
  }

  dispose(): void {
    this.#model.dispose();
  }

  #modelData() {
    const { columns, rows, matrix } = this.#structure;
    const { variableType } = this.#highs.constants;
    const integrality = new Int32Array(columns.count).fill(variableType.continuous);
    for (const column of this.#values.semiContinuous) integrality[column] = variableType.semiContinuous;
    return {
      numCols: columns.count,
      numRows: rows.count,
      colCost: this.#values.cost,
      colLower: this.#values.columnLower,
      colUpper: this.#values.columnUpper,
      rowLower: this.#values.rowLower,
      rowUpper: this.#values.rowUpper,
      offset: this.#values.offset,
      matrix: { format: 'csc' as const, numCols: columns.count, numRows: rows.count, ...matrix },
      ...(this.#values.semiContinuous.length === 0 ? {} : { integrality }),
    };
  }

  #currentA(columnValues: Float64Array): readonly (readonly number[])[] {
    const { firstCell, slotOfCell, slots } = this.#structure;
    return this.#problem.sessions.map((_, index) => {
      const row = new Array<number>(slots).fill(0);
      for (let cell = firstCell[index] ?? 0; cell < (firstCell[index + 1] ?? 0); cell++) {
        const slot = slotOfCell[cell] ?? 0;
        row[slot] = this.#withinBounds(cell, columnValues[cell] ?? 0);
      }
      return row;
    });
  }

  /** HiGHS keeps bounds only to its tolerance; a lower one that is not 0 holds unless the car is off. */
  #withinBounds(cell: number, currentA: number): number {
    const minA = this.#values.columnLower[cell] ?? 0;
    if (currentA < minA / 2) return 0;
    return Math.max(minA, Math.min(currentA, this.#values.columnUpper[cell] ?? 0));
  }
}

/** Where any pair differs. */
function changed(...pairs: readonly (readonly [Float64Array, Float64Array])[]): readonly number[] {
  const indices: number[] = [];
  for (let index = 0; index < (pairs[0]?.[0].length ?? 0); index++) {
    if (pairs.some(([before, after]) => before[index] !== after[index])) indices.push(index);
  }
  return indices;
}
