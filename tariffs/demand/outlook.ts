import { localMonths } from '../calendar.js';
import { asList } from '../prices/importPrices.js';
import type { DemandChargeComponent, MeteredInterval, Tariff } from '../types.js';
import { outlookPieces } from './outlookPieces.js';
import { energyKwhBetween, windowMsFor } from './outlookWindows.js';
import { bestPeaks, type PeakBook, peakBook } from './peakBook.js';
import { groupOf, type Peak, type PeakGroup, sampleWeights } from './peaks.js';
import { checkReadings } from './readings.js';
import { importSamples, readingsNeeded, type Sample, sampleTimes } from './samples.js';
import { type DemandCharge, demandCharges, versionOf } from './versions.js';

/** A price on the largest weighted mean power over windows of the horizon, above the peak so far: what the optimizer plans with. */
export interface OutlookCharge {
  readonly componentId: string;
  /** VAT included; of all months that will pay for a peak of this one. > 0. */
  readonly pricePerKw: number;
  /** Below it a peak costs nothing more. */
  readonly peakSoFarKw: number;
  /** Per slot; 0 where nothing counts. Absent: 1. */
  readonly weight?: readonly number[];
  /** Windows begin at its multiples since the epoch, and hold whole slots. Absent: each slot is one, for no window holds whole slots. */
  readonly windowMs?: number;
  /** Taken before boundariesMs[0] in the window that is running then. Absent: nothing. */
  readonly windowSoFarKwh?: number;
  /** Half-open range of slots that count. */
  readonly slots: readonly [from: number, to: number];
}

/**
 * What peaks will cost over a horizon, in the terms of the optimizer; circuit and building load are for the caller to add. `soFar`: what
 * was metered until boundariesMs[0], of this month and of those that the demand charges remember. An entry costs
 * pricePerKw × max(0, highest weighted window − peakSoFarKw). The bill is exact; this is how it is approximated:
 *
 * - One peak counts (peaks 1): one entry per month; exact. Its peak so far is what is counted already, at least floor and threshold.
 * - The mean of N peaks of different days (weeks, months): an entry for each that the horizon touches, at a N-th of the price, above the
 *   N-th highest of the others so far (0 where there are fewer) and its own highest. Never less than the bill's increase over a month of
 *   at least N days. Where the mean is still below a floor or threshold: above what would bring it there, if it went to one day, or
 *   evenly to two … or N, whichever is least.
 * - N peaks of any hours: an entry per day in the same way. Several high hours of one day count as one: at least a N-th of the increase.
 * - A month that begins within the horizon begins afresh, with what is remembered of the months before.
 * - overMonths: a peak is paid for in so many months, at their prices.
 * - rollingMean: each of its months pays its part, of fewer while fewer are known; threshold is left aside.
 * - ratchet: two entries. The month's own price, above the month so far and the share of the highest before; and share × the prices of
 *   the months that will remember it, above the highest before: as if nothing else were to set them.
 * - previousMonth: this month's peak at the next month's price.
 * - steps: a price per kW, as if the way from the step that is reached to the next one cost its rise evenly. On the highest: nothing.
 * - roundToKw is left aside. A price of 0 or less makes no entry.
 *
 * Windows are aligned in UTC. Where the zone's offset is no multiple of the sample (60 minutes at UTC+5:45), they are as long as fits
 * both: a peak of a shorter window is no less than that of the sample, and what was taken in the running one already costs as much as it
 * would if it were billed. Throws RangeError as checkReadings does, and for boundaries
 * that do not ascend.
 */
export function demandOutlook(
  tariffs: Tariff | readonly Tariff[],
  soFar: readonly MeteredInterval[],
  boundariesMs: readonly number[],
): OutlookCharge[] {
  checkReadings(soFar);
  checkBoundaries(boundariesMs);
  return asList(tariffs).flatMap((tariff) =>
    demandCharges(tariff).flatMap((charge) =>
      scopesOf(charge, tariff, boundariesMs).flatMap((scope) =>
        scopeOutlook(scope, charge, { tariff, soFar, boundariesMs }),
      ),
    ),
  );
}

/** Slots whose peaks are billed together, by one version. Half-open. */
interface Scope {
  readonly component: DemandChargeComponent;
  /** YYYY-MM, of the first slot. */
  readonly month: string;
  readonly fromSlot: number;
  readonly toSlot: number;
}

interface Horizon {
  readonly tariff: Tariff;
  readonly soFar: readonly MeteredInterval[];
  readonly boundariesMs: readonly number[];
}

/** A scope for each month; with overMonths months go together, for a peak of the one is still ranked in the next. */
function scopesOf(charge: DemandCharge, tariff: Tariff, boundariesMs: readonly number[]): Scope[] {
  const slots = boundariesMs.length - 1;
  const scopes: Scope[] = [];
  let fromSlot = 0;
  for (const month of localMonths(tariff.timeZone, boundariesMs[0] ?? 0, boundariesMs[slots] ?? 0)) {
    let toSlot = fromSlot;
    while (toSlot < slots && (boundariesMs[toSlot] ?? 0) < month.endMs) toSlot += 1;
    const component = versionOf(charge, tariff, month.startMs);
    const last = scopes.at(-1);
    if (component !== undefined && toSlot > fromSlot) {
      if (last?.component === component && (component.overMonths ?? 1) > 1)
        scopes[scopes.length - 1] = { ...last, toSlot };
      else scopes.push({ component, month: month.month, fromSlot, toSlot });
    }
    fromSlot = toSlot;
  }
  return scopes;
}

function scopeOutlook(scope: Scope, charge: DemandCharge, horizon: Horizon): OutlookCharge[] {
  const { component, month, fromSlot } = scope;
  const { tariff, soFar, boundariesMs } = horizon;
  const [nowMs = 0] = boundariesMs;
  const windowMs = windowMsFor(tariff.timeZone, component.sampleMinutes, boundariesMs);
  const clock = { timeZone: tariff.timeZone, sampleMinutes: component.sampleMinutes };
  const samples = importSamples(readingsNeeded(soFar, component, nowMs), clock, nowMs);
  const isInWindow = windowMs === component.sampleMinutes * 60_000;
  const book = peakBook(component, tariff, {
    samples: isInWindow ? withoutRunning(samples, nowMs) : samples,
    history: charge.history,
  });
  const slots = slotsOf(scope, horizon);
  const weight = slots.some(({ weight }) => weight !== 1)
    ? weightSeries(slots, fromSlot, boundariesMs.length - 1)
    : undefined;
  const windowSoFarKwh =
    windowMs === undefined ? 0 : energyKwhBetween(soFar, Math.floor(nowMs / windowMs) * windowMs, nowMs);
  return outlookPieces(book, month).flatMap(({ pricePerKw, atLeastKw }) =>
    groupsOf(slots, fromSlot).map(
      ({ group, slots: range }): OutlookCharge => ({
        componentId: component.id,
        pricePerKw: (pricePerKw * (1 + (component.vatPercent ?? tariff.vatPercent) / 100)) / component.peaks,
        peakSoFarKw: peakSoFarKw(book, month, { group, atLeastKw }),
        slots: range,
        ...(weight === undefined ? {} : { weight }),
        ...(windowMs === undefined ? {} : { windowMs }),
        ...(range[0] === 0 && windowSoFarKwh > 0 ? { windowSoFarKwh } : {}),
      }),
    ),
  );
}

/** The optimizer counts the running sample as a window of its own, with what was taken in it so far. */
function withoutRunning(samples: readonly Sample[], nowMs: number): readonly Sample[] {
  return (samples.at(-1)?.endMs ?? nowMs) > nowMs ? samples.slice(0, -1) : samples;
}

interface Slot {
  /** 0: does not count. */
  readonly weight: number;
  /** Slots of the same group share an entry. */
  readonly group: PeakGroup | 'all';
}

/** A slot is of the sample that it begins in, and so of its day, and weighed as that is. */
function slotsOf({ component, fromSlot, toSlot }: Scope, { tariff, boundariesMs }: Horizon): Slot[] {
  const startsMs = boundariesMs.slice(fromSlot, toSlot);
  const clock = { timeZone: tariff.timeZone, sampleMinutes: component.sampleMinutes };
  const timeAt = sampleTimes(clock, startsMs[0] ?? 0, (startsMs.at(-1) ?? 0) + 1);
  const times = startsMs.map(timeAt);
  const weightAt = sampleWeights(component, tariff, times);
  const grouped = component.distinct === 'none' ? ({ distinct: 'day' } as const) : component;
  return times.map((time) => {
    const weight = weightAt(time.startMs);
    return { weight: weight === 'outside' ? 0 : weight, group: component.peaks === 1 ? 'all' : groupOf(grouped, time) };
  });
}

function weightSeries(slots: readonly Slot[], fromSlot: number, count: number): number[] {
  const series = new Array<number>(count).fill(0);
  for (const [index, { weight }] of slots.entries()) series[fromSlot + index] = weight;
  return series;
}

/** Ranges of slots of one group, without those in which nothing counts. */
function groupsOf(slots: readonly Slot[], fromSlot: number) {
  const groups: { group: PeakGroup; slots: readonly [number, number] }[] = [];
  for (let from = 0; from < slots.length; ) {
    const group = slots[from]?.group ?? 'all';
    let to = from;
    while (to < slots.length && slots[to]?.group === group) to += 1;
    if (slots.slice(from, to).some(({ weight }) => weight > 0))
      groups.push({ group, slots: [fromSlot + from, fromSlot + to] });
    from = to;
  }
  return groups;
}

/** Above what a peak of the group raises the mean of the N highest above atLeastKw. */
function peakSoFarKw(
  book: PeakBook,
  month: string,
  of: { readonly group: PeakGroup; readonly atLeastKw: number },
): number {
  const { peaks: count, distinct } = book.component;
  const isOwn = ({ group }: Peak) => distinct !== 'none' && group === of.group;
  const best = bestPeaks(book, month);
  const ownKw = best.filter(isOwn).reduce((most, { weightedKw }) => Math.max(most, weightedKw), 0);
  const others = best
    .filter((peak) => !isOwn(peak))
    .map(({ weightedKw }) => weightedKw)
    .sort((one, other) => other - one);
  return Math.max(0, ownKw, others[count - 1] ?? 0, levelKw(others, count, of.atLeastKw));
}

/** The least that m more peaks must have, for any m up to N, so that the mean of the N highest reaches atLeastKw. */
function levelKw(highestFirst: readonly number[], count: number, atLeastKw: number): number {
  let levelKw = Number.POSITIVE_INFINITY;
  let sumKw = 0;
  for (let kept = 0; kept < count; kept++) {
    levelKw = Math.min(levelKw, (count * atLeastKw - sumKw) / (count - kept));
    sumKw += highestFirst[kept] ?? 0;
  }
  return levelKw;
}

function checkBoundaries(boundariesMs: readonly number[]): void {
  if (boundariesMs.length < 2) throw new RangeError('boundariesMs must be two instants or more');
  for (const [index, atMs] of boundariesMs.entries()) {
    if (!Number.isFinite(atMs) || (index > 0 && atMs <= (boundariesMs[index - 1] ?? atMs)))
      throw new RangeError(`boundariesMs must ascend: [${index}] is ${atMs}, after ${boundariesMs[index - 1]}`);
  }
}
