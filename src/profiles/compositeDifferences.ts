import { EXACT_A, ROUNDING_A } from './compositeCheck.js';

/** A limit over [startMs, startMs + durationS), A per phase on the grid side. Periods in any order. */
export interface CurrentCurve {
  readonly startMs: number;
  readonly durationS: number;
  readonly periods: readonly { readonly startPeriodS: number; readonly limit: number | 'unlimited' }[];
}

/** Over [fromMs, toMs). */
export interface CompositeDifference {
  readonly fromMs: number;
  readonly toMs: number;
  readonly computedA: number | 'unlimited';
  readonly reportedA: number | 'unlimited';
}

export const DIFFERENCES_MAX = 20;

/**
 * Where a station reports another limit than was computed, ascending, the first DIFFERENCES_MAX, over the time that both speak of.
 * What its rounding explains is none, nor what is over within `ignoreMs`: a clock that is a little off. No limit is the hardware's.
 */
export function compositeDifferences(
  computed: CurrentCurve,
  reported: CurrentCurve,
  { hardwareA, ignoreMs }: { readonly hardwareA: number; readonly ignoreMs: number },
): CompositeDifference[] {
  const [ours, theirs] = [stepsOf(computed), stepsOf(reported)];
  const endMs = Math.min(ours.endMs, theirs.endMs);
  const times = [...new Set([...ours.steps, ...theirs.steps].map(({ fromMs }) => fromMs))].sort((a, b) => a - b);
  const runs: CompositeDifference[][] = [];
  for (const [index, fromMs] of times.entries()) {
    const toMs = Math.min(endMs, times[index + 1] ?? endMs);
    const [computedA, reportedA] = [limitAt(ours, fromMs), limitAt(theirs, fromMs)];
    if (toMs <= fromMs || computedA === undefined || reportedA === undefined) continue;
    if (alike(capped(computedA, hardwareA), capped(reportedA, hardwareA))) continue;
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run === undefined || last?.toMs !== fromMs) runs.push([{ fromMs, toMs, computedA, reportedA }]);
    else if (last.computedA === computedA && last.reportedA === reportedA) run[run.length - 1] = { ...last, toMs };
    else run.push({ fromMs, toMs, computedA, reportedA });
  }
  return runs
    .filter((run) => lengthMs(run) > ignoreMs)
    .flat()
    .slice(0, DIFFERENCES_MAX);
}

interface Steps {
  /** Ascending. */
  readonly steps: readonly { readonly fromMs: number; readonly limit: number | 'unlimited' }[];
  readonly endMs: number;
}

function stepsOf({ startMs, durationS, periods }: CurrentCurve): Steps {
  const steps = periods.map(({ startPeriodS, limit }) => ({ fromMs: startMs + startPeriodS * 1000, limit }));
  return { steps: steps.sort((a, b) => a.fromMs - b.fromMs), endMs: startMs + durationS * 1000 };
}

/** Undefined before the first. */
function limitAt({ steps }: Steps, atMs: number): number | 'unlimited' | undefined {
  return steps.findLast(({ fromMs }) => fromMs <= atMs)?.limit;
}

function capped(limit: number | 'unlimited', hardwareA: number): number {
  return limit === 'unlimited' ? hardwareA : Math.min(limit, hardwareA);
}

/** As when a profile is verified: stations round, and more often down. */
function alike(computedA: number, reportedA: number): boolean {
  return reportedA <= computedA + ROUNDING_A && reportedA >= computedA - EXACT_A;
}

function lengthMs(run: readonly CompositeDifference[]): number {
  return (run.at(-1)?.toMs ?? 0) - (run[0]?.fromMs ?? 0);
}
