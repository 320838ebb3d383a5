/**
 * A current limit over time: limitA holds from fromMs until the next step. Before the first step the first value holds, after the
 * last one the last holds, until untilMs, when the limit is gone and something lower in the stack applies.
 *
 * With everyMs the steps are one round of something that repeats, before the first step as well as after the last: a day, or a week.
 */
export interface LimitSteps {
  /** Ascending in fromMs, at least one; with everyMs all of them within one round of the first. */
  readonly steps: readonly LimitStep[];
  /** With everyMs always 'forever'. */
  readonly untilMs: number | 'forever';
  readonly everyMs?: number;
}

export interface LimitStep {
  readonly fromMs: number;
  readonly limitA: number;
}

export function constantSteps(limitA: number, fromMs: number, untilMs: number | 'forever' = 'forever'): LimitSteps {
  return { steps: [{ fromMs, limitA }], untilMs };
}

/** The limit at one instant, or 'ended' from untilMs on. */
export function limitAt(limits: LimitSteps, atMs: number): number | 'ended' {
  if (limits.untilMs !== 'forever' && atMs >= limits.untilMs) return 'ended';
  const withinMs = inFirstRound(limits, atMs);
  let found = limits.steps[0]?.limitA ?? 0;
  for (const step of limits.steps) {
    if (step.fromMs > withinMs) break;
    found = step.limitA;
  }
  return found;
}

/** The same point of the round that the steps describe; of what does not repeat, the instant itself. */
function inFirstRound({ steps, everyMs }: LimitSteps, atMs: number): number {
  const anchorMs = steps[0]?.fromMs ?? 0;
  return everyMs === undefined ? atMs : atMs - Math.floor((atMs - anchorMs) / everyMs) * everyMs;
}

/** What repeats, as steps that do not: the same limits at each instant in [fromMs, toMs]. */
export function unrolled(limits: LimitSteps, fromMs: number, toMs: number): LimitSteps {
  const { everyMs } = limits;
  if (everyMs === undefined) return limits;
  const first = limitAt(limits, fromMs);
  const steps: LimitStep[] = [{ fromMs, limitA: first === 'ended' ? 0 : first }];
  for (const atMs of breakpoints(limits, fromMs, toMs)) {
    const limitA = limitAt(limits, atMs);
    if (limitA !== 'ended' && limitA !== steps.at(-1)?.limitA) steps.push({ fromMs: atMs, limitA });
  }
  return { steps, untilMs: 'forever' };
}

/** The largest, or the least, that a limit ever is. */
export function extremeOf({ steps }: LimitSteps, of: 'largest' | 'least'): number {
  const values = steps.map(({ limitA }) => limitA);
  return of === 'largest' ? Math.max(0, ...values) : Math.min(...values);
}

/** The largest limit within [fromMs, toMs], ends included; 'ended' when it is over before. */
export function largestWithin(limits: LimitSteps, fromMs: number, toMs: number): number | 'ended' {
  let largest = limitAt(limits, fromMs);
  if (largest === 'ended') return 'ended';
  if (limits.everyMs !== undefined) return largestOfRounds(limits, { fromMs, toMs, everyMs: limits.everyMs });
  for (const step of limits.steps) {
    if (step.fromMs <= fromMs) continue;
    if (step.fromMs > toMs || (limits.untilMs !== 'forever' && step.fromMs >= limits.untilMs)) break;
    largest = Math.max(largest, step.limitA);
  }
  return largest;
}

function largestOfRounds(
  limits: LimitSteps,
  { fromMs, toMs, everyMs }: { readonly fromMs: number; readonly toMs: number; readonly everyMs: number },
): number {
  if (toMs - fromMs >= everyMs) return extremeOf(limits, 'largest');
  return Math.max(...unrolled(limits, fromMs, toMs).steps.map(({ limitA }) => limitA));
}

/** The instants in (fromMs, toMs] at which the limit may change. */
export function breakpoints(limits: LimitSteps, fromMs: number, toMs: number): number[] {
  const times: number[] = [];
  if (limits.everyMs !== undefined) return roundsWithin(limits, { fromMs, toMs, everyMs: limits.everyMs });
  for (const step of limits.steps) if (step.fromMs > fromMs && step.fromMs <= toMs) times.push(step.fromMs);
  if (limits.untilMs !== 'forever' && limits.untilMs > fromMs && limits.untilMs <= toMs) times.push(limits.untilMs);
  return times;
}

function roundsWithin(
  { steps }: LimitSteps,
  { fromMs, toMs, everyMs }: { readonly fromMs: number; readonly toMs: number; readonly everyMs: number },
): number[] {
  const times: number[] = [];
  const anchorMs = steps[0]?.fromMs ?? 0;
  for (let round = Math.floor((fromMs - anchorMs) / everyMs); anchorMs + round * everyMs <= toMs; round++) {
    for (const step of steps) {
      const atMs = step.fromMs + round * everyMs;
      if (atMs > fromMs && atMs <= toMs) times.push(atMs);
    }
  }
  return times;
}

/** The same function of time with equal neighbours merged, and what lies before fromMs cut off. */
export function normalizeSteps(limits: LimitSteps, fromMs: number): LimitSteps {
  // Where its round begins is a part of what repeats.
  if (limits.everyMs !== undefined) return withoutRepeats(limits);
  const steps: LimitStep[] = [];
  for (const step of limits.steps) {
    const last = steps.at(-1);
    if (last !== undefined && step.fromMs <= fromMs) steps[steps.length - 1] = { fromMs, limitA: step.limitA };
    else if (last === undefined) steps.push({ fromMs: Math.max(step.fromMs, fromMs), limitA: step.limitA });
    else if (step.limitA !== last.limitA) steps.push(step);
  }
  return { steps, untilMs: limits.untilMs };
}

/** Equal neighbours merged; where that leaves one, it does not repeat. */
function withoutRepeats(limits: LimitSteps): LimitSteps {
  const steps = limits.steps.filter((step, index) => index === 0 || step.limitA !== limits.steps[index - 1]?.limitA);
  return steps.length === 1 ? { steps, untilMs: 'forever' } : { ...limits, steps };
}

export function sameSteps(a: LimitSteps, b: LimitSteps, fromMs: number): boolean {
  if (a.untilMs !== b.untilMs || a.everyMs !== b.everyMs) return false;
  if (a.everyMs !== undefined) {
    const toMs = fromMs + a.everyMs;
    return sameSteps(unrolled(a, fromMs, toMs), unrolled(b, fromMs, toMs), fromMs);
  }
  const left = normalizeSteps(a, fromMs).steps;
  const right = normalizeSteps(b, fromMs).steps;
  return (
    left.length === right.length &&
    left.every((step, index) => step.fromMs === right[index]?.fromMs && step.limitA === right[index]?.limitA)
  );
}

/** The smaller of two limits at each instant, until the first of them ends; of what repeats, the least it ever is. */
export function smallerOf(left: LimitSteps, right: LimitSteps): LimitSteps {
  const a = onceForAll(left, 'least');
  const b = onceForAll(right, 'least');
  const untilMs = Math.min(...[a, b].map((limits) => (limits.untilMs === 'forever' ? Infinity : limits.untilMs)));
  const times = [...new Set([...a.steps, ...b.steps].map((step) => step.fromMs))].sort((left, right) => left - right);
  const steps = times
    .filter((fromMs, index) => index === 0 || fromMs < untilMs)
    .map((fromMs) => ({ fromMs, limitA: Math.min(heldAt(a, fromMs), heldAt(b, fromMs)) }));
  return normalizeSteps({ steps, untilMs: Number.isFinite(untilMs) ? untilMs : 'forever' }, times[0] ?? 0);
}

function onceForAll(limits: LimitSteps, of: 'largest' | 'least'): LimitSteps {
  return limits.everyMs === undefined ? limits : constantSteps(extremeOf(limits, of), limits.steps[0]?.fromMs ?? 0);
}

/** The larger of two limits at each instant; where one has ended, the other; of what repeats, the largest it ever is. */
export function largerOf(left: LimitSteps, right: LimitSteps): LimitSteps {
  const a = onceForAll(left, 'largest');
  const b = onceForAll(right, 'largest');
  const untilMs = a.untilMs === 'forever' || b.untilMs === 'forever' ? 'forever' : Math.max(a.untilMs, b.untilMs);
  const times = new Set<number>();
  for (const limits of [a, b]) {
    for (const step of limits.steps) times.add(step.fromMs);
    if (limits.untilMs !== 'forever' && limits.untilMs !== untilMs) times.add(limits.untilMs);
  }
  const sorted = [...times].sort((left, right) => left - right);
  const steps = sorted.map((fromMs) => ({ fromMs, limitA: Math.max(heldAt(a, fromMs), heldAt(b, fromMs)) }));
  return normalizeSteps({ steps, untilMs }, sorted[0] ?? 0);
}

function heldAt(limits: LimitSteps, atMs: number): number {
  const limitA = limitAt(limits, atMs);
  return limitA === 'ended' ? 0 : limitA;
}
