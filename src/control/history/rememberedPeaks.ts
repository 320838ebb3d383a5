import { bill } from '../../../tariffs/bill/bill.js';
import { localMonths } from '../../../tariffs/calendar.js';
import type { DemandChargeComponent, MeteredInterval, MonthPeak, Tariff } from '../../../tariffs/types.js';

// A demand charge that remembers a year would have a year of quarters gone through for every month that is billed. Where all that it
// remembers of a month is one number, that is worked out once, and told to it as its history.

/** A month of the site, and what was read in it. */
export interface MonthRead {
  readonly month: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly intervals: readonly MeteredInterval[];
}

/** How many months before the billed one the demand charges of the tariffs look at. */
export function monthsRemembered(tariffs: readonly Tariff[]): number {
  return Math.max(0, ...tariffs.flatMap(demandCharges).map(monthsBefore));
}

function monthsBefore({ memory, overMonths = 1 }: DemandChargeComponent): number {
  const remembered = memory === undefined ? 0 : memory.kind === 'previousMonth' ? 1 : memory.months;
  return remembered + overMonths - 1;
}

/**
 * Can the months be told as one number each? Not where months are ranked together, where the month before is billed with its peaks, where
 * a charge has versions, or the tariff has other months than the site.
 */
export function isOneNumberAMonth(tariff: Tariff, months: readonly Omit<MonthRead, 'intervals'>[]): boolean {
  const charges = demandCharges(tariff);
  const ids = new Set(charges.map(({ id }) => id));
  return (
    ids.size === charges.length &&
    charges.every(({ memory, overMonths = 1 }) => overMonths === 1 && memory?.kind !== 'previousMonth') &&
    months.every(({ startMs, endMs }) => {
      const [own] = localMonths(tariff.timeZone, startMs, startMs + 1);
      return own?.startMs === startMs && own.endMs === endMs;
    })
  );
}

/** Numbers that were worked out, by what was read and for which charge. */
export type KnownPeaks = WeakMap<readonly MeteredInterval[], Map<DemandChargeComponent, number>>;

/** The tariff with what was measured in the months, in place of what it says of those itself. A month without readings is left out. */
export function withMeasured(tariff: Tariff, months: readonly MonthRead[], known: KnownPeaks): Tariff {
  const read = months.filter(({ intervals }) => intervals.length > 0);
  const names = new Set(read.map(({ month }) => month));
  const components = tariff.components.map((component) => {
    if (component.kind !== 'demandCharge' || component.memory === undefined) return component;
    const stated = (component.history ?? []).filter(({ month }) => !names.has(month));
    const measured = read.map(
      (one): MonthPeak => ({ month: one.month, peakKw: measuredKw(tariff, component, one, known) }),
    );
    return { ...component, history: [...stated, ...measured] };
  });
  return { ...tariff, components };
}

/** By the charge's own rule, before floor and memory. */
function measuredKw(tariff: Tariff, charge: DemandChargeComponent, read: MonthRead, known: KnownPeaks): number {
  const ofMonth = known.get(read.intervals) ?? new Map<DemandChargeComponent, number>();
  known.set(read.intervals, ofMonth);
  const before = ofMonth.get(charge);
  if (before !== undefined) return before;
  const { memory: _memory, history: _history, validity: _validity, ...rule } = charge;
  const alone = { ...tariff, validity: { fromMs: 'open', toMs: 'open' } as const, components: [rule] };
  const { peaks } = bill(alone, read.intervals, { fromMs: read.startMs, toMs: read.endMs });
  const counted = peaks.filter((peak) => peak.counted);
  const sum = counted.reduce((total, { weightedKw }) => total + weightedKw, 0);
  const kw = counted.length === 0 ? 0 : sum / counted.length;
  ofMonth.set(charge, kw);
  return kw;
}

function demandCharges({ components }: Tariff): readonly DemandChargeComponent[] {
  return components.filter((component) => component.kind === 'demandCharge');
}
