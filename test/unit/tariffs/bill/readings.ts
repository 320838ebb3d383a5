import { DateTime } from 'luxon';
import type { Bill, DemandChargeComponent, MeteredInterval } from '../../../../tariffs/types.js';

export const MINUTE = 60_000;
export const QUARTER = 15 * MINUTE;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The instant at which the wall clock of a zone first shows a time: '2026-01-03T18:00'. */
export function local(zone: string, text: string): number {
  const time = DateTime.fromISO(text, { zone });
  if (!time.isValid) throw new RangeError(`${text} in ${zone}: ${time.invalidExplanation}`);
  return time.toMillis();
}

/** Readings of one length without gap, each of the mean power that is given for its start. */
export function readings(
  span: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
  kwAt: (startMs: number) => number,
): MeteredInterval[] {
  return Array.from({ length: Math.round((span.toMs - span.fromMs) / span.stepMs) }, (_, index) => {
    const startMs = span.fromMs + index * span.stepMs;
    return { startMs, endMs: startMs + span.stepMs, importWh: kwAt(startMs) * 1000 * (span.stepMs / HOUR) };
  });
}

/**
 * Quarters from one local time to another: what is listed, by the local time of its start, is so many kW for so many quarters; the
 * rest is `kw`.
 */
export function quarters(
  zone: string,
  span: readonly [from: string, to: string],
  listed: Readonly<Record<string, readonly number[] | number>>,
  kw = 0,
): MeteredInterval[] {
  const byStart = new Map<number, number>();
  for (const [text, listedKw] of Object.entries(listed)) {
    const fourTimes = typeof listedKw === 'number' ? [listedKw, listedKw, listedKw, listedKw] : listedKw;
    for (const [index, one] of fourTimes.entries()) byStart.set(local(zone, text) + index * QUARTER, one);
  }
  const [fromMs = 0, toMs = 0] = span.map((text) => local(zone, text));
  return readings({ fromMs, toMs, stepMs: QUARTER }, (ms) => byStart.get(ms) ?? kw);
}

/** A charge on the highest hour of the month at 1 per kW, unless said otherwise. */
export function demandCharge(others: Partial<DemandChargeComponent>): DemandChargeComponent {
  return {
    kind: 'demandCharge',
    id: 'peak',
    sampleMinutes: 60,
    peaks: 1,
    distinct: 'none',
    price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 1 }] },
    ...others,
  };
}

/** What a line of a component costs; of several months, all together. */
export function amountOf(bill: Bill, component: string): number {
  return bill.lines.filter((line) => line.component === component).reduce((sum, { amount }) => sum + amount, 0);
}

/** [component, quantity, unit, price, amount] of each line, rounded to what is worth comparing. */
export function table(bill: Bill): (readonly [string, number, string, number, number])[] {
  return bill.lines.map(({ component, quantity, unit, price, amount }) => [
    component,
    rounded(quantity),
    unit,
    rounded(price),
    rounded(amount),
  ]);
}

/** The counted peaks, as [local start, kW as weighed]. */
export function countedPeaks(bill: Bill, zone: string): (readonly [string, number])[] {
  return bill.peaks
    .filter(({ counted }) => counted)
    .map(({ startMs, weightedKw }) => [
      DateTime.fromMillis(startMs, { zone }).toFormat("yyyy-MM-dd'T'HH:mm"),
      rounded(weightedKw),
    ]);
}

function rounded(value: number): number {
  return Number(value.toFixed(6));
}
