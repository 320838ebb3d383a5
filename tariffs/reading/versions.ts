import type { Validity } from '../types.js';

interface Version {
  readonly id: string;
  readonly validity: Validity;
}

export interface VersionOverlap {
  readonly id: string;
  /** Indexes into the versions, the lower one first. */
  readonly first: number;
  readonly second: number;
  /** From when on both hold. */
  readonly fromMs: number | 'open';
}

/** Those with the same id are versions of one thing: two that hold at the same time leave open what it costs. One overlap per id. */
export function overlappingVersions(versions: readonly Version[]): VersionOverlap[] {
  const byId = new Map<string, { index: number; startMs: number; endMs: number }[]>();
  for (const [index, { id, validity }] of versions.entries()) {
    const of = byId.get(id) ?? [];
    of.push({ index, startMs: startOf(validity), endMs: endOf(validity) });
    byId.set(id, of);
  }
  return [...byId].flatMap(([id, of]) => {
    const ordered = of.toSorted((a, b) =>
      a.startMs === b.startMs ? a.index - b.index : a.startMs < b.startMs ? -1 : 1,
    );
    for (const [position, next] of ordered.entries()) {
      const before = ordered[position - 1];
      if (before === undefined || before.endMs <= next.startMs) continue;
      const [first = 0, second = 0] = [before.index, next.index].sort((a, b) => a - b);
      return [{ id, first, second, fromMs: Number.isFinite(next.startMs) ? next.startMs : 'open' }];
    }
    return [];
  });
}

/** There is no time at which both hold. */
export function neverBoth(a: Validity, b: Validity): boolean {
  return endOf(a) <= startOf(b) || endOf(b) <= startOf(a);
}

function startOf({ fromMs }: Validity): number {
  return fromMs === 'open' ? Number.NEGATIVE_INFINITY : fromMs;
}

function endOf({ toMs }: Validity): number {
  return toMs === 'open' ? Number.POSITIVE_INFINITY : toMs;
}
