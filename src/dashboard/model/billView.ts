import type { Bill, BilledPeak, DayHistory } from '../api/billDocuments.js';
import type { StepPicture } from '../charts/stepFigure.js';
import type { ViewSpeech } from '../words/views/viewSpeech.js';
import type { DaySpan } from './months.js';

export type BillPart = 'energy' | 'grid' | 'peak' | 'vat';
export const BILL_PARTS: readonly BillPart[] = ['energy', 'grid', 'peak', 'vat'];

const PARTS: Readonly<Record<string, BillPart>> = {
  priceSeries: 'energy',
  timeOfUse: 'energy',
  exportPrice: 'energy',
  sessionPrice: 'energy',
  demandCharge: 'peak',
  vat: 'vat',
};

/** What each part comes to; what has no place of its own is of the grid: fees and taxes. */
export function partsOf({ lines }: Pick<Bill, 'lines'>): Readonly<Record<BillPart, number>> {
  const sums = { energy: 0, grid: 0, peak: 0, vat: 0 };
  for (const { kind, amount } of lines) sums[PARTS[kind] ?? 'grid'] += amount;
  return sums;
}

/** The peaks that are paid for, of the first charge that has any, the highest first. */
function countedPeaks({ peaks }: Pick<Bill, 'peaks'>): readonly BilledPeak[] {
  const component = peaks.find(({ counted }) => counted)?.component;
  return peaks
    .filter((peak) => peak.counted && peak.component === component)
    .sort((a, b) => b.weightedKw - a.weightedKw);
}

/** A bar for each day of the month: its highest hour. Those that set the bill stand out, with their rank. */
export function peaksPicture(
  { periods }: DayHistory,
  days: readonly DaySpan[],
  bill: Bill | undefined,
  { say, numbers, clock, language }: ViewSpeech,
): StepPicture {
  const counted = bill === undefined ? [] : countedPeaks(bill);
  const kwOf = new Map(
    periods.map(({ start, peakHourW }) => [Date.parse(start), peakHourW === null ? undefined : peakHourW / 1_000]),
  );
  const rankOf = ({ fromMs, toMs }: DaySpan) =>
    counted.findIndex(({ start }) => Date.parse(start) >= fromMs && Date.parse(start) < toMs);
  const mean = counted.reduce((sum, { weightedKw }) => sum + weightedKw, 0) / Math.max(1, counted.length);
  const weekday = new Intl.DateTimeFormat(language === 'sv' ? 'sv-SE' : 'en-GB', {
    weekday: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
  const line =
    bill === undefined || counted.length === 0
      ? []
      : [
          {
            value: mean,
            label: say('bill.mean', {
              k: numbers.short(mean),
              m: numbers.money(partsOf(bill).peak, bill.currency),
            }),
            isDashed: false,
          },
        ];
  return {
    edgesMs: [...days.map(({ fromMs }) => fromMs), days.at(-1)?.toMs ?? 0],
    layers: [
      {
        id: 'peak',
        label: say('bill.dayPeak'),
        look: 'columns',
        tone: 'building',
        tones: days.map((day) => (rankOf(day) >= 0 ? 'counted' : 'building')),
        values: days.map(({ fromMs }) => kwOf.get(fromMs)),
      },
    ],
    lines: line,
    unit: 'kW',
    valueText: (value) => numbers.short(value),
    spanText: (step) => weekday.format(Date.parse(`${days[step]?.day ?? '2000-01-01'}T00:00Z`)),
    noteText: (step) => {
      const rank = days[step] === undefined ? -1 : rankOf(days[step]);
      const peak = counted[rank];
      return peak === undefined
        ? undefined
        : say('bill.counted', {
            n: rank + 1,
            t: clock.time(Date.parse(peak.start)),
            k: numbers.short(peak.weightedKw),
          });
    },
    ticks: days
      .map(({ day, fromMs, toMs }) => ({ atMs: (fromMs + toMs) / 2, label: String(Number(day.slice(8))) }))
      .filter((_, place) => place % 3 === 0),
    pageSteps: 7,
  };
}
