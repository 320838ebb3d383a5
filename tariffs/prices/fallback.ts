import { DAY_MS, type LocalStretch, localStretches } from '../localStretches.js';
import type { PriceSegment } from './published.js';

/** How far back a price is looked for that stands in for one that is missing. */
const WEEKS_BACK_MAX = 8;
const DAYS_BACK_MAX = 7 * WEEKS_BACK_MAX;

/** The same weekday of the weeks before, the last first; then any earlier day, the last first. */
const CANDIDATE_DAYS_BACK: readonly number[] = [
  ...Array.from({ length: WEEKS_BACK_MAX }, (_, week) => 7 * (week + 1)),
  ...Array.from({ length: DAYS_BACK_MAX }, (_, day) => day + 1).filter((day) => day % 7 !== 0),
];

/** What prices are read from: segments that cover the span given without gap. */
type Reader<Segment> = (fromMs: number, toMs: number) => readonly Segment[];

/**
 * Fills what is unknown by what `read` knows of the same time by the wall clock on the last same weekday, else on the last earlier day
 * that has one. What nothing stands in for stays unknown. The segments cover their span without gap, and so does the answer.
 */
export function filled<Segment extends PriceSegment>(
  segments: readonly Segment[],
  timeZone: string,
  read: Reader<Segment>,
): Segment[] {
  const gaps = segments.filter(isUnknown);
  const [first] = gaps;
  const last = gaps.at(-1);
  if (first === undefined || last === undefined) return [...segments];
  const clock = stretchesByDay(timeZone, first.startMs - (DAYS_BACK_MAX + 2) * DAY_MS, last.endMs);
  return segments.flatMap((segment) =>
    isUnknown(segment) ? gapFilled(segment, { timeZone, clock, read }) : [segment],
  );
}

interface Sources<Segment> {
  readonly timeZone: string;
  /** When each local day, by its number, shows which time: one stretch, or several where clocks change. */
  readonly clock: ReadonlyMap<number, readonly LocalStretch[]>;
  readonly read: Reader<Segment>;
}

function stretchesByDay(timeZone: string, fromMs: number, toMs: number): Map<number, LocalStretch[]> {
  const byDay = new Map<number, LocalStretch[]>();
  for (const stretch of localStretches(timeZone, fromMs, toMs)) {
    const known = byDay.get(stretch.dayNumber);
    if (known === undefined) byDay.set(stretch.dayNumber, [stretch]);
    else known.push(stretch);
  }
  return byDay;
}

function gapFilled<Segment extends PriceSegment>(gap: Segment, sources: Sources<Segment>): Segment[] {
  const parts: Segment[] = [];
  for (const stretch of localStretches(sources.timeZone, gap.startMs, gap.endMs)) {
    const ofStretch = stretchFilled(gap, stretch, sources);
    parts.push(...ofStretch);
    // Later days of the gap look at no day that this one did not: where it found nothing at all, neither would they.
    if (stretch.endMs - stretch.startMs === DAY_MS && ofStretch.every(isUnknown)) {
      if (stretch.endMs < gap.endMs) parts.push({ ...gap, startMs: stretch.endMs });
      break;
    }
  }
  return parts;
}

function stretchFilled<Segment extends PriceSegment>(
  gap: Segment,
  stretch: LocalStretch,
  { clock, read }: Sources<Segment>,
): Segment[] {
  const found: Segment[] = [];
  let missing: readonly Segment[] = [{ ...gap, startMs: stretch.startMs, endMs: stretch.endMs }];
  for (const daysBack of CANDIDATE_DAYS_BACK) {
    for (const source of clock.get(stretch.dayNumber - daysBack) ?? []) {
      // From the source's instants to those of the stretch with the same wall clock. Where the source day skips a time nothing is
      // found there, where it repeats one the first pass is taken.
      const shiftMs = source.offsetMs + daysBack * DAY_MS - stretch.offsetMs;
      missing = missing.flatMap((part) => {
        const fromMs = Math.max(part.startMs, source.startMs + shiftMs);
        const toMs = Math.min(part.endMs, source.endMs + shiftMs);
        if (fromMs >= toMs) return [part];
        const moved = read(fromMs - shiftMs, toMs - shiftMs).map((segment) => shifted(segment, shiftMs));
        found.push(...moved.filter((segment) => !isUnknown(segment)));
        return [{ ...part, endMs: fromMs }, ...moved.filter(isUnknown), { ...part, startMs: toMs }].filter(isSome);
      });
    }
    if (missing.length === 0) break;
  }
  return [...found, ...missing].sort((a, b) => a.startMs - b.startMs);
}

/** What is still unknown there stays so by its own right, not as a price that stands in. */
function shifted<Segment extends PriceSegment>(segment: Segment, shiftMs: number): Segment {
  const moved = { ...segment, startMs: segment.startMs + shiftMs, endMs: segment.endMs + shiftMs };
  return isUnknown(segment) ? moved : { ...moved, source: 'fallback' };
}

function isUnknown({ pricePerKwh }: PriceSegment): boolean {
  return pricePerKwh === 'unknown';
}

function isSome({ startMs, endMs }: PriceSegment): boolean {
  return startMs < endMs;
}
