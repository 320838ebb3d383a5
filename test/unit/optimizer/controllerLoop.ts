import {
  type ChargingProblem,
  checkPlan,
  type OptimizeOptions,
  type ProblemSession,
  shareFairly,
} from '../../../optimizer/index.js';
import { QUARTER_MS, START_MS } from './problems.js';

export const MINUTE_MS = 60_000;

export interface Stint {
  readonly id: string;
  readonly on: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  /** False for the first and the last of a run: cut off by its beginning or its end. */
  readonly isWhole: boolean;
}

export interface Run {
  readonly stints: readonly Stint[];
  /** Per session: milliseconds with current. */
  readonly onMs: ReadonlyMap<string, number>;
  readonly longestWaitMs: ReadonlyMap<string, number>;
}

/**
 * A controller as a site runs it: plans anew every few minutes, carries out the beginning of each plan, and passes on since when
 * each car has been on or off. Every plan is checked.
 */
export function runController(
  given: {
    readonly sessions: readonly ProblemSession[];
    readonly circuitsAt: (atMs: number) => ChargingProblem['circuits'];
  },
  times: { readonly replanMs: number; readonly durationMs: number },
  options: OptimizeOptions = {},
): Run {
  const switches = new Map<string, { on: boolean; atMs: number }>();
  const since = new Map(
    given.sessions.map((each) => [
      each.id,
      { on: each.lastSwitch?.on ?? false, fromMs: each.lastSwitch?.atMs ?? START_MS, isFirst: true },
    ]),
  );
  const stints: Stint[] = [];
  const endMs = START_MS + times.durationMs;
  for (let nowMs = START_MS; nowMs < endMs; nowMs += times.replanMs) {
    const sessions = given.sessions.map((each) => {
      const last = switches.get(each.id);
      return { arrivalMs: START_MS, ...each, ...(last === undefined ? {} : { lastSwitch: last }) };
    });
    const site: ChargingProblem = {
      boundariesMs: [nowMs, nowMs + QUARTER_MS, nowMs + 2 * QUARTER_MS],
      circuits: given.circuitsAt(nowMs),
      sessions,
      energyPricePerKwh: [0, 0],
    };
    const plan = shareFairly(site, options);
    const violations = checkPlan(site, plan);
    if (violations.length > 0) throw new Error(`plan at ${nowMs} breaks ${JSON.stringify(violations[0])}`);
    for (const [index, { id }] of sessions.entries()) {
      const on = (plan.currentA[index]?.[0] ?? 0) > 0;
      const stint = since.get(id);
      if (stint === undefined || stint.on === on) continue;
      if (nowMs > stint.fromMs)
        stints.push({ id, on: stint.on, fromMs: stint.fromMs, toMs: nowMs, isWhole: !stint.isFirst });
      since.set(id, { on, fromMs: nowMs, isFirst: false });
      switches.set(id, { on, atMs: nowMs });
    }
  }
  for (const [id, { on, fromMs }] of since) stints.push({ id, on, fromMs, toMs: endMs, isWhole: false });
  return { stints, ...summarize(given.sessions, stints) };
}

function summarize(sessions: readonly ProblemSession[], stints: readonly Stint[]): Omit<Run, 'stints'> {
  const lengths = (id: string, on: boolean) =>
    stints
      .filter((stint) => stint.id === id && stint.on === on)
      .map((stint) => stint.toMs - Math.max(START_MS, stint.fromMs));
  return {
    onMs: new Map(sessions.map(({ id }) => [id, lengths(id, true).reduce((sum, each) => sum + each, 0)])),
    longestWaitMs: new Map(sessions.map(({ id }) => [id, Math.max(0, ...lengths(id, false))])),
  };
}
