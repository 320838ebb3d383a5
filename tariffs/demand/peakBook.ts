import { type LocalZone, localMonths } from '../calendar.js';
import type { DemandChargeComponent, MonthPeak } from '../types.js';
import { monthsUpTo } from './months.js';
import { highest, highestOfGroups, meanOf, type Peak, weighedPeaks } from './peaks.js';
import type { Sample } from './samples.js';

/** So many of the highest that do not count are kept beside those that do. */
const PEAKS_MORE = 3;

/** The peaks of all months that a demand charge may look at. */
export interface PeakBook {
  readonly component: DemandChargeComponent;
  readonly months: ReadonlyMap<string, MonthOfPeaks>;
}

/** Of a month that was read, or of which there is history. No more than may count, or be listed. */
interface MonthOfPeaks {
  /** The highest of each group, one group more than may count, highest first. */
  readonly best: readonly Peak[];
  /** The highest of all, highest first. */
  readonly top: readonly Peak[];
}

/**
 * `history` of all versions of the component. Several entries of one month are so many peaks of it, which are ranked and averaged like
 * any. A month with any reading counts as read, and its history is left aside: a bill is on what was metered wherever something was. A
 * month that was read is known even where none of its samples is ranked.
 */
export function peakBook(
  component: DemandChargeComponent,
  zone: LocalZone,
  of: { readonly samples: readonly Sample[]; readonly history: readonly MonthPeak[] },
): PeakBook {
  const months = new Map<string, MonthOfPeaks>();
  for (const [month, peaks] of historyPeaks(zone, of.history)) months.set(month, kept(component, peaks));
  const read = new Map<string, Peak[]>();
  for (const { month } of of.samples) if (!read.has(month)) read.set(month, []);
  for (const peak of weighedPeaks(component, zone, of.samples)) read.get(peak.month)?.push(peak);
  for (const [month, peaks] of read) months.set(month, kept(component, peaks));
  return { component, months };
}

/** The peaks that are averaged for a month, highest first: of the month and, with overMonths, of those before it. */
export function countedPeaks(book: PeakBook, month: string): Peak[] {
  return highestOfGroups(bestPeaks(book, month), book.component.peaks);
}

/** The highest of each group, in no order; those that may count are among them, and the next one. */
export function bestPeaks(book: PeakBook, month: string): readonly Peak[] {
  return rankedMonths(book, month).flatMap(({ best }) => best);
}

/** The highest that do not count, highest first. */
export function nextPeaks(book: PeakBook, month: string): Peak[] {
  const counted = new Set(countedPeaks(book, month));
  const others = rankedMonths(book, month).flatMap(({ top }) => top.filter((peak) => !counted.has(peak)));
  return highest(others, PEAKS_MORE);
}

/** The month's peak, weighed and averaged, before floor and memory. 'unknown': nothing was read, and there is no history. */
export function measuredKw(book: PeakBook, month: string): number | 'unknown' {
  return rankedMonths(book, month).length === 0 ? 'unknown' : meanOf(countedPeaks(book, month));
}

function rankedMonths({ component, months }: PeakBook, month: string): readonly MonthOfPeaks[] {
  return monthsUpTo(month, component.overMonths ?? 1).flatMap((one) => months.get(one) ?? []);
}

function kept({ peaks: count }: DemandChargeComponent, peaks: readonly Peak[]): MonthOfPeaks {
  return { best: highestOfGroups(peaks, count + 1), top: highest(peaks, count + PEAKS_MORE) };
}

/** A peak of old is in a group of its own: when in the month it was is not known. */
function historyPeaks({ timeZone }: LocalZone, history: readonly MonthPeak[]): ReadonlyMap<string, Peak[]> {
  const months = new Map<string, Peak[]>();
  for (const { month, peakKw } of history) {
    const withinMs = Date.parse(`${month}-15`);
    const { startMs = withinMs, endMs = withinMs } = localMonths(timeZone, withinMs, withinMs + 1)[0] ?? {};
    const peaks = months.get(month) ?? [];
    const group = `history ${month} ${peaks.length}`;
    months.set(month, [...peaks, { startMs, endMs, month, powerKw: peakKw, weightedKw: peakKw, group }]);
  }
  return months;
}
