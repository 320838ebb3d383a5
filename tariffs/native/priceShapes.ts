import { DateTime } from 'luxon';
import { INSTANT_MAX_MS, parseDuration, printDuration } from '../reading/instants.js';
import { type Place, placeIn, refuse } from '../reading/place.js';
import { instantAt, textAt } from '../reading/scalars.js';
import { checked, list, optional, record, required, type Shape } from '../reading/shapes.js';
import type { PriceRun, Validity } from '../types.js';
import { pricePerKwh } from './calendarShapes.js';
import type { NativePriceInterval, NativePriceRun, NativeValidity } from './nativeTariff.js';

/** Of a whole document: eight years of quarter hours. */
export const PRICES_MAX = 300_000;

const instant: Shape<number, string> = {
  read: (place) => instantAt(place),
  print: (ms, timeZone) => {
    const local = DateTime.fromMillis(ms, { zone: timeZone });
    // Old offsets may have seconds (Monrovia until 1972), which ISO 8601 can't write.
    const written = Number.isInteger(local.offset) ? local : local.toUTC();
    return written.toISO({ suppressMilliseconds: true }) ?? new Date(ms).toISOString();
  },
};

interface Bounds {
  readonly from?: number;
  readonly to?: number;
}

const bounds = record<Bounds, NativeValidity>({ from: optional(instant), to: optional(instant) });

export const validity: Shape<Validity, NativeValidity> = checked(
  {
    read: (place) => {
      const read = bounds.read(place);
      return read === undefined ? undefined : { fromMs: read.from ?? 'open', toMs: read.to ?? 'open' };
    },
    print: ({ fromMs, toMs }, timeZone) =>
      bounds.print(
        { ...(fromMs === 'open' ? {} : { from: fromMs }), ...(toMs === 'open' ? {} : { to: toMs }) },
        timeZone,
      ),
  },
  ({ fromMs, toMs }, place) => {
    if (fromMs === 'open' || toMs === 'open' || fromMs < toMs) return;
    refuse(place, { reason: '"to" must be after "from".', fix: 'Correct one of them.' });
  },
);

export function isAlways({ fromMs, toMs }: Validity): boolean {
  return fromMs === 'open' && toMs === 'open';
}

const resolution: Shape<number, string> = {
  read: (place) => {
    const text = textAt(place);
    if (text === undefined) return undefined;
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    return refuse(place, {
      reason: 'This is no length of time in hours, minutes and seconds.',
      fix: 'Write PT15M or PT1H. Days may have 23 or 25 hours: for those use "intervals".',
    });
  },
  print: printDuration,
};

interface WrittenRun {
  readonly start: number;
  readonly resolution: number;
  readonly pricesPerKwh: readonly number[];
}

const writtenRun = record<WrittenRun, NativePriceRun>({
  start: required(instant),
  resolution: required(resolution),
  pricesPerKwh: required(list(pricePerKwh, { min: 1, max: PRICES_MAX, what: 'prices' })),
});

const priceRun: Shape<PriceRun, NativePriceRun> = checked(
  {
    read: (place) => {
      const run = writtenRun.read(place);
      return run && { startMs: run.start, stepMs: run.resolution, pricesPerKwh: run.pricesPerKwh };
    },
    print: ({ startMs, stepMs, pricesPerKwh }, timeZone) =>
      writtenRun.print({ start: startMs, resolution: stepMs, pricesPerKwh }, timeZone),
  },
  (run, place) => {
    if (endOf(run) <= INSTANT_MAX_MS) return;
    refuse(place, { reason: 'It ends after the year 2200.', fix: 'Correct its start or its resolution.' });
  },
);

export const priceRuns: Shape<readonly PriceRun[], readonly NativePriceRun[]> = checked(
  list(priceRun, { max: PRICES_MAX, what: 'price runs' }),
  (runs, place) =>
    refuseDisorder(
      runs.map((run) => ({ startMs: run.startMs, endMs: endOf(run) })),
      place,
    ),
);

interface WrittenInterval {
  readonly start: number;
  readonly end: number;
  readonly pricePerKwh: number;
}

const priceIntervals = checked(
  list(
    checked(
      record<WrittenInterval, NativePriceInterval>({
        start: required(instant),
        end: required(instant),
        pricePerKwh: required(pricePerKwh),
      }),
      ({ start, end }, place) => {
        if (start >= end) refuse(place, { reason: '"end" must be after "start".', fix: 'Correct one of them.' });
        else if ((end - start) % 1000 !== 0) {
          refuse(place, { reason: 'It does not last whole seconds.', fix: 'Round its start and its end.' });
        }
      },
    ),
    { max: PRICES_MAX, what: 'intervals' },
  ),
  (intervals, place) =>
    refuseDisorder(
      intervals.map(({ start, end }) => ({ startMs: start, endMs: end })),
      place,
    ),
);

/** Prices of single intervals: those of one length that follow one another are one run. */
export function readIntervals(place: Place): readonly PriceRun[] | undefined {
  const runs: { startMs: number; stepMs: number; pricesPerKwh: number[] }[] = [];
  for (const { start, end, pricePerKwh: price } of priceIntervals.read(place) ?? []) {
    const last = runs.at(-1);
    if (last !== undefined && endOf(last) === start && last.stepMs === end - start) last.pricesPerKwh.push(price);
    else runs.push({ startMs: start, stepMs: end - start, pricesPerKwh: [price] });
  }
  return runs;
}

function endOf({ startMs, stepMs, pricesPerKwh }: PriceRun): number {
  return startMs + stepMs * pricesPerKwh.length;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Two prices at one time are one too many; times that go back are a slip that is better looked at. */
function refuseDisorder(spans: readonly Span[], place: Place): void {
  const ordered = spans
    .map((span, index) => ({ ...span, index }))
    .sort((a, b) => a.startMs - b.startMs || a.index - b.index);
  for (const [position, span] of ordered.entries()) {
    const before = ordered[position - 1];
    if (before !== undefined && before.endMs > span.startMs) {
      const index = Math.max(before.index, span.index);
      const fromTo = `${utc(span.startMs)} to ${utc(Math.min(before.endMs, span.endMs))}`;
      refuse(placeIn(place, index, undefined), {
        code: 'TARIFF_OVERLAP',
        reason: `From ${fromTo} it overlaps with number ${Math.min(before.index, span.index)}.`,
        fix: 'Leave one price for each time.',
      });
      return;
    }
  }
  const back = spans.findIndex((span, index) => span.startMs < (spans[index - 1]?.startMs ?? span.startMs));
  if (back === -1) return;
  refuse(placeIn(place, back, undefined), {
    reason: `It starts before number ${back - 1}, at ${utc(spans[back]?.startMs ?? 0)}.`,
    fix: 'List them in the order of time.',
  });
}

function utc(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
