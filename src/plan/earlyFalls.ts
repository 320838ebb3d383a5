import { constantSteps, extremeOf, type LimitStep, type LimitSteps, limitAt, unrolled } from '../site/limitSteps.js';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** How much earlier limits fall, and how much later they rise: a station's clock may differ from ours, and its car takes time. */
export interface Margins {
  readonly leadMs: number;
  readonly lagMs: number;
}

/** At each instant the least that the limits are within the margins: what is higher for a shorter time than these is lost. */
export function withMargins(limits: LimitSteps, margins: Margins): LimitSteps {
  if (limits.everyMs === undefined) return { ...limits, steps: leastWithin(limits.steps, margins) };
  const anchorMs = limits.steps[0]?.fromMs ?? 0;
  const endMs = anchorMs + limits.everyMs;
  const around = unrolled(limits, anchorMs - limits.everyMs, endMs + limits.everyMs).steps;
  const changes = leastWithin(around, margins).filter(({ fromMs }) => fromMs >= anchorMs && fromMs < endMs);
  if (changes.length < 2) return constantSteps(extremeOf(limits, 'least'), 0);
  return dailyWhereEqual({
    steps: beginningWithFall(changes, limits.everyMs),
    untilMs: 'forever',
    everyMs: limits.everyMs,
  });
}

/** What repeats, as steps that do not: from lastMs on, without us, the least that it ever is. */
export function onceUntil(limits: LimitSteps, fromMs: number, lastMs: number): LimitSteps {
  if (limits.everyMs === undefined) return limits;
  const { steps } = unrolled(limits, fromMs, lastMs - 1);
  const leastA = extremeOf(limits, 'least');
  return steps.at(-1)?.limitA === leastA
    ? { steps, untilMs: 'forever' }
    : { steps: [...steps, { fromMs: lastMs, limitA: leastA }], untilMs: 'forever' };
}

function leastWithin(steps: readonly LimitStep[], { leadMs, lagMs }: Margins): LimitStep[] {
  const [first] = steps;
  if (first === undefined) return [];
  const times = new Set([first.fromMs]);
  steps.forEach(({ fromMs, limitA }, index) => {
    if (index === 0) return;
    const atMs = limitA < (steps[index - 1]?.limitA ?? limitA) ? fromMs - leadMs : fromMs + lagMs;
    if (atMs > first.fromMs) times.add(atMs);
  });
  const least: LimitStep[] = [];
  let from = 0;
  for (const atMs of [...times].sort((a, b) => a - b)) {
    while ((steps[from + 1]?.fromMs ?? Number.POSITIVE_INFINITY) <= atMs - lagMs) from += 1;
    let limitA = steps[from]?.limitA ?? 0;
    for (let index = from + 1; (steps[index]?.fromMs ?? Number.POSITIVE_INFINITY) <= atMs + leadMs; index++)
      limitA = Math.min(limitA, steps[index]?.limitA ?? limitA);
    if (limitA !== least.at(-1)?.limitA) least.push({ fromMs: atMs, limitA });
  }
  return least;
}

/** A profile's start is a whole second, rounded down: a rise must not come of it. */
function beginningWithFall(changes: readonly LimitStep[], everyMs: number): LimitStep[] {
  const fall = changes.findIndex(({ limitA }, index) => limitA < (changes.at(index - 1)?.limitA ?? limitA));
  const later = changes.slice(0, Math.max(0, fall)).map((step) => ({ ...step, fromMs: step.fromMs + everyMs }));
  return [...changes.slice(Math.max(0, fall)), ...later];
}

function dailyWhereEqual(limits: LimitSteps): LimitSteps {
  const { steps, everyMs } = limits;
  if (everyMs !== WEEK_MS || steps.length % 7 !== 0) return limits;
  const aDay = steps.length / 7;
  const isDaily = steps.every((step, index) => {
    const before = steps[index - aDay];
    return before === undefined || (step.fromMs - before.fromMs === DAY_MS && step.limitA === before.limitA);
  });
  return isDaily ? { ...limits, steps: steps.slice(0, aDay), everyMs: DAY_MS } : limits;
}

/** The same limits, 0 within the spans. */
export function pausedWithin(
  limits: LimitSteps,
  spans: readonly { readonly fromMs: number; readonly toMs: number | 'open' }[],
): LimitSteps {
  const ends = spans.flatMap(({ fromMs, toMs }) => (toMs === 'open' ? [fromMs] : [fromMs, toMs]));
  const times = [...new Set([...limits.steps.map(({ fromMs }) => fromMs), ...ends])].sort((a, b) => a - b);
  const steps: LimitStep[] = [];
  for (const fromMs of times) {
    const pauses = spans.some((span) => span.fromMs <= fromMs && (span.toMs === 'open' || fromMs < span.toMs));
    const heldA = limitAt(limits, fromMs);
    const limitA = pauses || heldA === 'ended' ? 0 : heldA;
    if (limitA !== steps.at(-1)?.limitA) steps.push({ fromMs, limitA });
  }
  return { ...limits, steps };
}
