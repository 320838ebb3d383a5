import { assertNever } from '../assertNever.js';
import { choose, type LocalZone } from '../calendar.js';
import type { DemandChargeComponent } from '../types.js';
import { meanKw, type Sample, type SampleTime } from './samples.js';

export type PeakGroup = number | string;

/** A sample as a demand charge ranks it. */
export interface Peak {
  readonly startMs: number;
  readonly endMs: number;
  /** YYYY-MM. */
  readonly month: string;
  /** As measured. */
  readonly powerKw: number;
  /** What it is ranked by. */
  readonly weightedKw: number;
  /** Of several with the same group only the highest counts: a day, a week, a month, or the sample itself. */
  readonly group: PeakGroup;
}

/** Monday is the first day of an ISO week; 1970-01-01 was a Thursday. */
const DAYS_FROM_MONDAY = 3;

/** The samples that are ranked, weighed: those that begin within the component's calendar. */
export function weighedPeaks(component: DemandChargeComponent, zone: LocalZone, samples: readonly Sample[]): Peak[] {
  const weightOf = sampleWeights(component, zone, samples);
  const peaks: Peak[] = [];
  for (const sample of samples) {
    const weight = weightOf(sample.startMs);
    if (weight === 'outside') continue;
    const { startMs, endMs, month } = sample;
    const powerKw = meanKw(sample);
    peaks.push({ startMs, endMs, month, powerKw, weightedKw: weight * powerKw, group: groupOf(component, sample) });
  }
  return peaks;
}

/** What a sample that begins at an instant is weighed with, for ascending instants from the first time's start to the last one's. */
export function sampleWeights(
  { when, weights = [] }: Pick<DemandChargeComponent, 'when' | 'weights'>,
  zone: LocalZone,
  times: readonly Pick<SampleTime, 'startMs' | 'endMs'>[],
): (atMs: number) => number | 'outside' {
  const fromMs = times[0]?.startMs ?? 0;
  const toMs = times.at(-1)?.endMs ?? fromMs;
  const inside = chosenAt(choose([when === undefined ? {} : { when }], zone, fromMs, toMs));
  const weight = chosenAt(choose(weights, zone, fromMs, toMs));
  return (atMs) => (inside(atMs) === undefined ? 'outside' : (weight(atMs)?.weight ?? 1));
}

/** Of which only the highest counts. */
export function groupOf(
  { distinct }: Pick<DemandChargeComponent, 'distinct'>,
  { startMs, dayNumber, month }: Pick<SampleTime, 'startMs' | 'dayNumber' | 'month'>,
): PeakGroup {
  switch (distinct) {
    case 'none':
      return startMs;
    case 'day':
      return dayNumber;
    case 'week':
      return Math.floor((dayNumber + DAYS_FROM_MONDAY) / 7);
    case 'month':
      return month;
    default:
      return assertNever(distinct);
  }
}

/** The highest of each group, highest first; of equal ones the earlier. At most `count`. */
export function highestOfGroups(peaks: readonly Peak[], count: number): Peak[] {
  const best = new Map<PeakGroup, Peak>();
  for (const peak of peaks) {
    const known = best.get(peak.group);
    if (known === undefined || peak.weightedKw > known.weightedKw) best.set(peak.group, peak);
  }
  return highest(best.values(), count);
}

/** Highest first; of equal ones the earlier. At most `count`. */
export function highest(peaks: Iterable<Peak>, count: number): Peak[] {
  const ranked: Peak[] = [];
  for (const peak of peaks) {
    const last = ranked.at(-1);
    if (ranked.length === count && (last === undefined || !isBefore(peak, last))) continue;
    const place = ranked.findIndex((other) => isBefore(peak, other));
    ranked.splice(place === -1 ? ranked.length : place, 0, peak);
    if (ranked.length > count) ranked.pop();
  }
  return ranked;
}

export function meanOf(peaks: readonly Peak[]): number {
  return peaks.length === 0 ? 0 : peaks.reduce((sum, { weightedKw }) => sum + weightedKw, 0) / peaks.length;
}

function isBefore(one: Peak, other: Peak): boolean {
  return one.weightedKw > other.weightedKw || (one.weightedKw === other.weightedKw && one.startMs < other.startMs);
}

/** The choice at ascending instants. */
function chosenAt<T>(
  segments: readonly { readonly endMs: number; readonly choice: T | undefined }[],
): (atMs: number) => T | undefined {
  let next = 0;
  return (atMs) => {
    while (next < segments.length && (segments[next]?.endMs ?? 0) <= atMs) next += 1;
    return segments[next]?.choice;
  };
}
