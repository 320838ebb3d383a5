import { DAY_MS, dateOf, type LocalStretch, localStretches } from '../localStretches.js';
import type { DemandChargeComponent, MeteredInterval } from '../types.js';

/** By which clock means are taken. */
export interface SampleClock {
  readonly timeZone: string;
  readonly sampleMinutes: number;
}

/** A stretch of the local clock over which a demand charge takes the mean, half-open. */
export interface SampleTime {
  readonly startMs: number;
  readonly endMs: number;
  /** Days from 1970-01-01 to its local date. */
  readonly dayNumber: number;
  /** YYYY-MM. */
  readonly month: string;
}

export interface Sample extends SampleTime {
  /** Export does not count, and is not set off. */
  readonly importWh: number;
  /** For how much of it there are readings. The rest is taken to be without import. */
  readonly coveredMs: number;
}

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
/** Longer than any month. */
const MONTH_MAX_MS = 32 * DAY_MS;

/**
 * The samples that readings up to untilMs touch, ascending. They begin where the local clock shows a multiple of sampleMinutes, so
 * that in a zone at UTC+5:45 an hour begins at :15 UTC. Where clocks change by less than a sample (Lord Howe Island) one is cut there,
 * and is a mean over less. A reading's energy is spread evenly over it. Readings as checkReadings accepts them.
 */
export function importSamples(readings: readonly MeteredInterval[], clock: SampleClock, untilMs: number): Sample[] {
  const startMs = readings[0]?.startMs ?? untilMs;
  const endMs = Math.min(untilMs, readings.at(-1)?.endMs ?? untilMs);
  if (startMs >= endMs) return [];
  const timeAt = sampleTimes(clock, startMs, endMs);
  const samples: Sample[] = [];
  let time = timeAt(startMs);
  // Summed up here and not in the sample: of years of quarters, that takes a third of the time.
  let importWh = 0;
  let coveredMs = 0;
  for (const reading of readings) {
    const lengthMs = reading.endMs - reading.startMs;
    const stopMs = Math.min(reading.endMs, untilMs);
    for (let atMs = reading.startMs; atMs < stopMs; ) {
      if (atMs >= time.endMs) {
        samples.push(sampleOf(time, importWh, coveredMs));
        time = timeAt(atMs);
        importWh = 0;
        coveredMs = 0;
      }
      const partMs = Math.min(stopMs, time.endMs) - atMs;
      importWh += reading.importWh * (partMs / lengthMs);
      coveredMs += partMs;
      atMs += partMs;
    }
  }
  samples.push(sampleOf(time, importWh, coveredMs));
  return samples;
}

function sampleOf({ startMs, endMs, dayNumber, month }: SampleTime, importWh: number, coveredMs: number): Sample {
  return { startMs, endMs, dayNumber, month, importWh, coveredMs };
}

export function meanKw({ importWh, startMs, endMs }: Sample): number {
  return importWh / 1000 / ((endMs - startMs) / MS_PER_HOUR);
}

/** The readings that a demand charge may look at when it bills from fromMs on, and some before. */
export function readingsNeeded(
  readings: readonly MeteredInterval[],
  { overMonths = 1, memory }: DemandChargeComponent,
  fromMs: number,
): readonly MeteredInterval[] {
  const remembered = memory === undefined || memory.kind === 'previousMonth' ? 1 : memory.months;
  const earliestMs = fromMs - (overMonths + remembered + 1) * MONTH_MAX_MS;
  return readings.slice(firstEndingAfter(readings, earliestMs));
}

function firstEndingAfter(readings: readonly MeteredInterval[], atMs: number): number {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((readings[middle]?.endMs ?? atMs) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sample that an instant lies in, for ascending instants within [fromMs, toMs). */
export function sampleTimes(clock: SampleClock, fromMs: number, toMs: number): (atMs: number) => SampleTime {
  const sampleMs = clock.sampleMinutes * MS_PER_MINUTE;
  // A day more on either side, so that what cuts a sample is a change of the clocks and not the span.
  const stretches = localStretches(clock.timeZone, fromMs - DAY_MS, toMs + DAY_MS);
  let next = 0;
  let month = '';
  let stretch: LocalStretch | undefined;
  return (atMs) => {
    while (stretch === undefined || stretch.endMs <= atMs) {
      stretch = stretches[next];
      next += 1;
      if (stretch === undefined) throw new RangeError(`${atMs} lies outside of the span ${fromMs} to ${toMs}`);
      month = dateOf(stretch.dayNumber).slice(0, 7);
    }
    const { offsetMs, dayNumber } = stretch;
    const startMs = Math.floor((atMs + offsetMs) / sampleMs) * sampleMs - offsetMs;
    return {
      startMs: Math.max(startMs, stretch.startMs),
      endMs: Math.min(startMs + sampleMs, stretch.endMs),
      dayNumber,
      month,
    };
  };
}
