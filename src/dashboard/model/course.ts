import type { LimitedBy, SessionWhy } from '../api/documents.js';
import { type CarPlan, slotAt } from './slots.js';

/** One car over time: what it was told, what flowed, what is planned, and why. */
export interface Course {
  readonly edgesMs: readonly number[];
  /** Told so far, then planned; A per phase. Undefined: not known. */
  readonly planA: readonly (number | undefined)[];
  readonly reasons: readonly Reason[];
  readonly measured: readonly { readonly atMs: number; readonly currentA: number }[];
  readonly nowMs: number;
  readonly maxA: number;
}

export type ReasonKind = 'circuit' | 'price' | 'evse' | 'energy' | 'demand' | 'other';
export interface Reason {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: ReasonKind;
}

interface Known {
  readonly currentA: number;
  readonly limitedBy: LimitedBy | null;
}

interface CourseOf {
  readonly why: SessionWhy | undefined;
  readonly carPlan: CarPlan | undefined;
  readonly samples: Course['measured'];
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly maxA: number;
}

export function courseOf({ why, carPlan, samples, fromMs, toMs, nowMs, maxA }: CourseOf): Course {
  const past = (why?.past ?? []).map((span) => ({ ...span, fromMs: Date.parse(span.from), toMs: Date.parse(span.to) }));
  const pastEdges = past.flatMap((span) => [span.fromMs, span.toMs]);
  const planEdges = (carPlan?.boundariesMs ?? []).filter((atMs) => atMs > nowMs);
  const all = [fromMs, ...pastEdges, nowMs, ...planEdges, toMs].filter((atMs) => atMs >= fromMs && atMs <= toMs);
  const edgesMs = [...new Set(all)].sort((a, b) => a - b);
  const known = edgesMs.slice(0, -1).map((atMs): Known | undefined => {
    if (atMs < nowMs) {
      const span = past.find((one) => one.fromMs <= atMs && atMs < one.toMs);
      return span === undefined ? undefined : { currentA: span.limitMaxA, limitedBy: span.limitedBy };
    }
    const slot = carPlan === undefined ? undefined : slotAt(carPlan.boundariesMs, atMs);
    if (carPlan === undefined || slot === undefined) return undefined;
    return { currentA: carPlan.currentA[slot] ?? 0, limitedBy: carPlan.limitedBy[slot] ?? null };
  });
  return {
    edgesMs,
    planA: known.map((one) => one?.currentA),
    reasons: reasonsOf(edgesMs, known),
    measured: samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    nowMs,
    maxA,
  };
}

/** Neighbours with the same reason are one. */
function reasonsOf(edgesMs: readonly number[], known: readonly (Known | undefined)[]): Reason[] {
  const reasons: Reason[] = [];
  known.forEach((one, at) => {
    const [fromMs, toMs] = [edgesMs[at] ?? 0, edgesMs[at + 1] ?? 0];
    const last = reasons.at(-1);
    // After it has left there is nothing to explain.
    if (one === undefined || ((one.limitedBy === null || one.limitedBy.by === 'absent') && one.currentA === 0)) return;
    const kind = kindOf(one.limitedBy);
    if (last !== undefined && last.kind === kind && last.toMs === fromMs)
      reasons[reasons.length - 1] = { ...last, toMs };
    else reasons.push({ fromMs, toMs, kind });
  });
  return reasons;
}

function kindOf(limitedBy: LimitedBy | null): ReasonKind {
  switch (limitedBy?.by) {
    case 'circuit':
    case 'powerLimit':
    case 'minimumCurrent':
      return 'circuit';
    case 'price':
      return 'price';
    case 'evse':
    case 'vehicle':
      return 'evse';
    case 'energy':
      return 'energy';
    case 'demandCharge':
      return 'demand';
    default:
      return 'other';
  }
}
