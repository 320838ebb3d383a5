import { assertNever } from '../assertNever.js';
import { localDays } from '../calendar.js';
import type { FixedFeeComponent, Tariff } from '../types.js';
import type { Ledger } from './ledger.js';
import { isEmpty, type Span, within } from './span.js';

/**
 * A fee by the day, month or year costs each local day its part: a month has as many days as it has, a year 365 or 366. Of a day that is
 * billed in part its part counts. So the bills of consecutive spans add up to that of all.
 */
export function addFixedFee(ledger: Ledger, component: FixedFeeComponent, tariff: Tariff, span: Span): void {
  const valid = within(component.validity, within(tariff.validity, span));
  if (isEmpty(valid)) return;
  const { id, kind, price, per, quantity = 1, unit } = component;
  const vatPercent = component.vatPercent ?? tariff.vatPercent;
  for (const [month, days] of billedDays(tariff, valid)) {
    ledger.add({
      id,
      month,
      kind,
      quantity: (quantity * days) / daysIn(per, month),
      unit: unit === undefined ? per : `${unit}·${per}`,
      price,
      vatPercent,
    });
  }
}

/** By month, ascending. */
function billedDays({ timeZone, holidays }: Tariff, { fromMs, toMs }: Span): ReadonlyMap<string, number> {
  const days = new Map<string, number>();
  for (const { month, startMs, endMs } of localDays(timeZone, holidays, fromMs, toMs)) {
    const part = (Math.min(endMs, toMs) - Math.max(startMs, fromMs)) / (endMs - startMs);
    days.set(month, (days.get(month) ?? 0) + part);
  }
  return days;
}

function daysIn(per: FixedFeeComponent['per'], month: string): number {
  const year = Number(month.slice(0, 4));
  switch (per) {
    case 'day':
      return 1;
    case 'month':
      return new Date(Date.UTC(year, Number(month.slice(5, 7)), 0)).getUTCDate();
    case 'year':
      return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366 : 365;
    default:
      return assertNever(per);
  }
}
