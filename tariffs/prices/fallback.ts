import { DAY_MS, type LocalStretch, localStretches } from '../localStretches.js';
import type { PriceSegment } from './publishedSegments.js';

/** How far back a price is looked for that stands in for one that is missing. */
const FALLBACK_WEEKS_MAX = 8;

/** The same weekday of the weeks before, the last first; then any earlier day, the last first. */
const CANDIDATE_DAYS_BACK: readonly number[] = [
  ...Array.from({ length: FALLBACK_WEEKS_MAX }, (_, week) => 7 * (week + 1)),
  ...Array.from({ length: 7 * FALLBACK_WEEKS_MAX }, (_, day) => day + 1).filter((day) => day % 7 !== 0),
];

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** What prices are read from: segments that cover the span given without gap. */
type Reader = (fromMs: number, toMs: number) => readonly PriceSegment[];

/**
 * Fills what is unknown by what `read` knows of the same time by the wall clock on the last same weekday, else on the last earlier day
 * that has one. Once a part can't be filled, the rest is left as it is: whoever needs it all has to give up anyway.
 */
export function filled(segments: readonly PriceSegment[], timeZone: string, read: Reader): PriceSegment[] {
  const all: PriceSegment[] = [];
  let canFill = true;
  for (const segment of segments) {
    if (segment.pricePerKwh !== 'unknown' || !canFill) {
      all.push(segment);
      continue;
    }
    for (const stretch of localStretches(timeZone, segment.startMs, segment.endMs)) {
      const parts: readonly PriceSegment[] = canFill ? stretchFilled(stretch, timeZone, read) : [unknown(stretch)];
      canFill &&= parts.every(({ pricePerKwh }) => pricePerKwh !== 'unknown');
      all.push(...parts);
    }
  }
  return all;
}

function stretchFilled(stretch: LocalStretch, timeZone: string, read: Reader): PriceSegment[] {
  const found: PriceSegment[] = [];
  let missing: readonly Span[] = [stretch];
  for (const daysBack of CANDIDATE_DAYS_BACK) {
    for (const { shiftMs, startMs, endMs } of sources(stretch, timeZone, daysBack)) {
      missing = missing.flatMap((span) => {
        const fromMs = Math.max(span.startMs, startMs + shiftMs);
        const toMs = Math.min(span.endMs, endMs + shiftMs);
        if (fromMs >= toMs) return [span];
        const moved = read(fromMs - shiftMs, toMs - shiftMs).map((segment) => shifted(segment, shiftMs));
        found.push(...moved.filter(({ pricePerKwh }) => pricePerKwh !== 'unknown'));
        return [
          { startMs: span.startMs, endMs: fromMs },
          ...moved.filter(({ pricePerKwh }) => pricePerKwh === 'unknown'),
          { startMs: toMs, endMs: span.endMs },
        ].filter((part) => part.startMs < part.endMs);
      });
    }
    if (missing.length === 0) break;
  }
  return [...found, ...missing.map(unknown)].sort((a, b) => a.startMs - b.startMs);
}

interface Source extends Span {
  /** From its instants to those of the stretch with the same wall clock. */
  readonly shiftMs: number;
}

/** Where the earlier day shows the stretch's time of day: once as a rule, nowhere in the gap of spring, twice in autumn (the first pass first). */
function sources(stretch: LocalStretch, timeZone: string, daysBack: number): readonly Source[] {
  const backMs = daysBack * DAY_MS;
  return localStretches(timeZone, stretch.startMs - backMs - DAY_MS, stretch.endMs - backMs + DAY_MS)
    .filter(({ dayNumber }) => dayNumber === stretch.dayNumber - daysBack)
    .map(({ startMs, endMs, offsetMs }) => ({ startMs, endMs, shiftMs: offsetMs + backMs - stretch.offsetMs }));
}

function shifted({ startMs, endMs, pricePerKwh }: PriceSegment, shiftMs: number): PriceSegment {
  return { startMs: startMs + shiftMs, endMs: endMs + shiftMs, pricePerKwh, source: 'fallback' };
}

function unknown({ startMs, endMs }: Span): PriceSegment {
  return { startMs, endMs, pricePerKwh: 'unknown', source: 'published' };
}
