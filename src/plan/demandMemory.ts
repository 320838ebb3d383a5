import { localMonths } from '../../tariffs/calendar.js';
import { bill, type MeteredInterval, type Tariff, type TariffComponent } from '../../tariffs/index.js';
import type { DemandChargeComponent, MonthPeak } from '../../tariffs/types.js';

// What demand charges remember of earlier months, cut down to the few peaks that count: a year of quarters need not be kept at hand.

export interface PastMonth {
  /** YYYY-MM, of the tariff's zone. */
  readonly month: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** The months before the running one that a demand charge of the tariff looks at, the oldest first. */
export function rememberedMonths(tariff: Tariff, nowMs: number): readonly PastMonth[] {
  const depth = Math.max(0, ...demandCharges(tariff).map(monthsBack));
  if (depth === 0) return [];
  const runningMs = monthStartMs(tariff, nowMs);
  // A month has no more than 31 days, and what begins before the oldest one is left out.
  return localMonths(tariff.timeZone, runningMs - depth * MONTH_AT_MOST_MS, runningMs).slice(-depth);
}

/** When the running month of the tariff's zone began. */
export function monthStartMs({ timeZone }: Tariff, nowMs: number): number {
  return localMonths(timeZone, nowMs, nowMs + 1)[0]?.startMs ?? nowMs;
}

const MONTH_AT_MOST_MS = 32 * 86_400_000;

/** The peaks of one month by demand charge, from its readings. */
export function peaksOfMonth(
  tariff: Tariff,
  { startMs: fromMs, endMs: toMs }: PastMonth,
  intervals: readonly MeteredInterval[],
): ReadonlyMap<string, readonly MonthPeak[]> {
  const alone = { ...tariff, components: demandCharges(tariff).map(ofOneMonth) };
  const peaks = new Map<string, MonthPeak[]>();
  if (alone.components.length === 0 || intervals.length === 0) return peaks;
  for (const { component, month, weightedKw, counted } of bill(alone, intervals, { fromMs, toMs }).peaks) {
    if (!counted) continue;
    const known = peaks.get(component) ?? [];
    peaks.set(component, [...known, { month, peakKw: weightedKw }]);
  }
  return peaks;
}

/** The tariff with what was measured in earlier months: it takes the place of what the tariff itself says of those. */
export function withPeaks(tariff: Tariff, peaks: ReadonlyMap<string, readonly MonthPeak[]>): Tariff {
  if (peaks.size === 0) return tariff;
  const given = new Set<string>();
  const components = tariff.components.map((component): TariffComponent => {
    const measured = peaks.get(component.id);
    if (component.kind !== 'demandCharge' || measured === undefined) return component;
    const months = new Set(measured.map(({ month }) => month));
    const stated = (component.history ?? []).filter(({ month }) => !months.has(month));
    // Of several versions of one charge the first has what was measured, for what any of them has counts for all.
    const isFirst = !given.has(component.id);
    given.add(component.id);
    return { ...component, history: isFirst ? [...stated, ...measured] : stated };
  });
  return { ...tariff, components };
}

export function demandCharges({ components }: Tariff): readonly DemandChargeComponent[] {
  return components.filter((component) => component.kind === 'demandCharge');
}

function monthsBack({ overMonths = 1, memory }: DemandChargeComponent): number {
  const own = overMonths - 1;
  switch (memory?.kind) {
    case undefined:
      return own;
    case 'rollingMean':
      return own + memory.months - 1;
    case 'ratchet':
      return own + memory.months;
    case 'previousMonth':
      return own + 1;
  }
}

/** Of no other month, and not yet floored, rounded or remembered. */
function ofOneMonth(component: DemandChargeComponent): DemandChargeComponent {
  const { memory: _memory, history: _history, ...rest } = component;
  return { ...rest, overMonths: 1 };
}
