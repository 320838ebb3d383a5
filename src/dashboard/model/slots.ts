import type { LimitedBy, Plan } from '../api/documents.js';

// Slots of a plan: slot t is [boundariesMs[t], boundariesMs[t + 1]).

/** The slot that an instant is in; before the first it is the first, since the plan is for now. Undefined: after the last. */
export function slotAt(boundariesMs: readonly number[], atMs: number): number | undefined {
  if (boundariesMs.length < 2) return undefined;
  let low = 0;
  let high = boundariesMs.length - 1;
  if (atMs >= (boundariesMs[high] ?? 0)) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((boundariesMs[middle] ?? 0) <= atMs) low = middle;
    else high = middle;
  }
  return low;
}

/** What is planned for one car from now on. */
export interface CarPlan {
  readonly boundariesMs: readonly number[];
  readonly currentA: readonly number[];
  readonly limitedBy: readonly (LimitedBy | null)[];
}

/** By session. What is planned as it was `before` stays the same object. */
export function carPlans(
  plan: Plan | undefined,
  before: ReadonlyMap<string, CarPlan> = new Map(),
): ReadonlyMap<string, CarPlan> {
  const boundariesMs = plan?.boundariesMs ?? [];
  return new Map(
    (plan?.sessions ?? []).map(({ sessionId, currentA, limitedBy }) => {
      const old = before.get(sessionId);
      const isSame = old?.boundariesMs === boundariesMs && old.currentA === currentA && old.limitedBy === limitedBy;
      return [sessionId, isSame ? old : { boundariesMs, currentA, limitedBy }];
    }),
  );
}

/** When it first gets something, when it last does, and until when the reason of now holds. */
export function spanOf(plan: CarPlan, nowMs: number): { startMs?: number; endMs?: number; sameUntilMs?: number } {
  const { boundariesMs, currentA, limitedBy } = plan;
  const now = slotAt(boundariesMs, nowMs);
  if (now === undefined) return {};
  const charging = currentA.flatMap((current, slot) => (slot >= now && current > 0 ? [slot] : []));
  const [first, last] = [charging[0], charging.at(-1)];
  let same = now;
  while (same + 1 < limitedBy.length && limitedBy[same + 1]?.by === limitedBy[now]?.by) same += 1;
  const at = (slot: number | undefined) => (slot === undefined ? undefined : boundariesMs[slot]);
  const startMs = at(first);
  const endMs = at(last === undefined ? undefined : last + 1);
  const sameUntilMs = at(same + 1);
  return {
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
    ...(sameUntilMs === undefined ? {} : { sameUntilMs }),
  };
}
