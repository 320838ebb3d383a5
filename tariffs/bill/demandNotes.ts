import { assertNever } from '../assertNever.js';
import type { LocalMonth } from '../calendar.js';
import type { BilledDemand } from '../demand/billedDemand.js';
import type { Sample } from '../demand/samples.js';
import type { DemandCharge } from '../demand/versions.js';
import type { DemandChargeComponent, MeteredInterval, Tariff } from '../types.js';
import { isEmpty, type Span, within } from './span.js';

interface Billed {
  readonly readings: readonly MeteredInterval[];
  readonly samples: readonly Sample[];
  readonly span: Span;
  readonly month: LocalMonth;
  readonly billed: BilledDemand;
}

/** What a reader must know of a month's demand charge, in sentences. */
export function demandNotes(component: DemandChargeComponent, of: Billed): string[] {
  return [...partlyBilled(component, of), ...coverage(component, of), ...memoryGaps(component, of)];
}

/** A charge that begins within a month bills from the next one on: this month of it is free, which should not go unseen. */
export function startsWithin({ id, versions }: DemandCharge, tariff: Tariff, month: LocalMonth): string[] {
  const span = { fromMs: month.startMs, toMs: month.endMs };
  const begins = versions.some(({ validity }) => !isEmpty(within(validity, within(tariff.validity, span))));
  if (!begins) return [];
  const reason = 'a demand charge bills the months that begin within its validity';
  return [`${id}: it becomes valid within ${month.month} and does not bill it; ${reason}.`];
}

function partlyBilled({ id }: DemandChargeComponent, { span, month }: Billed): string[] {
  if (span.fromMs <= month.startMs && month.endMs <= span.toMs) return [];
  return [
    `${id}: ${month.month} is billed in part, but its charge is that of the whole month, on the peaks read so far.`,
  ];
}

/** Of the month that has the peaks, as far as the bill reaches. */
function coverage({ id, sampleMinutes }: DemandChargeComponent, of: Billed): string[] {
  if (of.billed.peakMonth !== of.month.month) return [];
  const { startMs } = of.month;
  const endMs = Math.min(of.month.endMs, of.span.toMs);
  const month = of.month.month;
  const coveredMs = of.samples.reduce((sum, sample) => (sample.month === month ? sum + sample.coveredMs : sum), 0);
  if (coveredMs === 0) return [];
  const notes: string[] = [];
  if (coveredMs < endMs - startMs) {
    const percent = ((100 * coveredMs) / (endMs - startMs)).toFixed(1);
    notes.push(`${id}: readings cover ${percent} % of ${month}; a peak in the rest of it is not counted.`);
  }
  const longest = of.readings.reduce(
    (most, reading) =>
      reading.startMs < endMs && reading.endMs > startMs ? Math.max(most, reading.endMs - reading.startMs) : most,
    0,
  );
  if (longest > sampleMinutes * 60_000)
    notes.push(
      `${id}: readings of ${month} are longer than ${sampleMinutes} minutes; shorter peaks are hidden in them.`,
    );
  return notes;
}

function memoryGaps({ id, memory }: DemandChargeComponent, { month: { month }, billed }: Billed): string[] {
  const { unknownMonths } = billed;
  if (unknownMonths.length === 0) return [];
  const nothing = `nothing is known of ${unknownMonths.join(', ')}`;
  switch (memory?.kind) {
    case undefined:
      return [`${id}: ${nothing}; it is billed as 0 kW.`];
    case 'rollingMean':
      return [`${id}: the mean for ${month} is over fewer months; ${nothing}.`];
    case 'ratchet':
      return [`${id}: ${month} is billed as if there had been no peak in some months; ${nothing}.`];
    case 'previousMonth':
      return [`${id}: ${month} is billed on its own peak; ${nothing}.`];
    default:
      return assertNever(memory);
  }
}
