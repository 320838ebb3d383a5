import { assertNever } from '../assertNever.js';
import { checkReadings } from '../demand/readings.js';
import { roundHalfUp } from '../demand/roundHalfUp.js';
import { asList, checkCurrencies } from '../prices/importPrices.js';
import type { Bill, BilledPeak, BillLine, MeteredInterval, Tariff, TariffComponent } from '../types.js';
import { addDemandCharges } from './demand.js';
import { addEnergy } from './energy.js';
import { addFixedFee } from './fixedFees.js';
import { type Ledger, ledgerOf } from './ledger.js';
import { type MeteredPiece, meteredPieces } from './meteredPieces.js';
import { addSession } from './session.js';
import { omittedNotes } from './sessionNotes.js';
import { smallestUnit } from './smallestUnit.js';
import { type Span, within } from './span.js';

export interface BillOptions {
  /** What is billed, [fromMs, toMs). Default: from the first reading's start to the last one's end. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /**
   * Session prices (OCPI): 'one' takes the readings of the span as one charging session. 'omit' bills only what follows from clock and
   * energy, as is right for a whole site, and notes what is left out. Default 'one'.
   */
  readonly sessions?: 'one' | 'omit';
  /** What power is divided by where a session's price depends on current. Default 230. */
  readonly voltageV?: number;
}

/** Phase to neutral in most of the world; OCPI means the sum of the phases' currents. */
const VOLTAGE_V = 230;

/**
 * What the readings cost by all the tariffs together, line by line: per local month of the tariff's zone, per component and rate, then
 * VAT. Readings before the span serve demand charges that remember; those after it are left out. Energy is spread evenly over its
 * reading. Energy and fixed fees add up over any cuts in time; a month's demand charge is on every bill that touches the month, so it adds
 * up over whole months (demand.ts).
 *
 * Throws RangeError: for a reading that can't be (checkReadings), a span that is none, no tariff, different currencies. Throws NoPrice
 * where energy has no price and none can stand in.
 */
export function bill(
  tariffs: Tariff | readonly Tariff[],
  intervals: readonly MeteredInterval[],
  options: BillOptions = {},
): Bill {
  checkReadings(intervals);
  const all = asList(tariffs);
  checkCurrencies(all);
  const currency = all[0]?.currency;
  if (currency === undefined) throw new RangeError('there is no tariff to bill by: give at least one');
  const span = spanOf(intervals, options);
  const parts = all.map((tariff) => tariffBill(tariff, { readings: intervals, span, options }));
  const lines = parts.flatMap((part) => part.lines).sort((one, other) => compareText(one.month, other.month));
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  return {
    currency,
    lines,
    total,
    totalRounded: roundHalfUp(total, smallestUnit(currency)),
    peaks: parts.flatMap(({ peaks }) => peaks),
    notes: [...gapNote(intervals, span), ...parts.flatMap(({ notes }) => notes)],
  };
}

interface Billed {
  readonly readings: readonly MeteredInterval[];
  readonly span: Span;
  readonly options: BillOptions;
}

interface TariffBill {
  readonly lines: readonly BillLine[];
  readonly peaks: readonly BilledPeak[];
  readonly notes: readonly string[];
}

function tariffBill(tariff: Tariff, of: Billed): TariffBill {
  const ledger = ledgerOf(tariff);
  const pieces = meteredPieces(of.readings, tariff.timeZone, of.span);
  const notes = tariff.components.flatMap((component) => addComponent(ledger, component, tariff, { ...of, pieces }));
  const demand = addDemandCharges(ledger, tariff, of);
  const name = tariff.name === undefined ? '' : `${tariff.name}, `;
  return {
    lines: ledger.lines(),
    peaks: demand.peaks,
    notes: [...validityNote(tariff, of.span), ...notes, ...demand.notes].map((note) => `${name}${note}`),
  };
}

function validityNote({ validity }: Tariff, span: Span): string[] {
  const valid = within(validity, span);
  if (valid.fromMs === span.fromMs && valid.toMs === span.toMs) return [];
  const [from, to] = [validity.fromMs, validity.toMs].map((ms) => (ms === 'open' ? ms : new Date(ms).toISOString()));
  return [`the tariff is valid from ${from} to ${to} only; no fees and no demand charges are billed outside of it.`];
}

/** Answers notes. Demand charges are added together, for they are versions of each other. */
function addComponent(
  ledger: Ledger,
  component: TariffComponent,
  tariff: Tariff,
  { pieces, span, options }: Billed & { readonly pieces: readonly MeteredPiece[] },
): readonly string[] {
  switch (component.kind) {
    case 'priceSeries':
    case 'timeOfUse':
    case 'energyFee':
    case 'tax':
    case 'exportPrice':
      return addEnergy(ledger, component, tariff, { pieces, span });
    case 'fixedFee':
      addFixedFee(ledger, component, tariff, span);
      return [];
    case 'sessionPrice':
      if (options.sessions !== 'omit')
        return addSession(ledger, component, tariff, { pieces, voltageV: options.voltageV ?? VOLTAGE_V });
      return [...addEnergy(ledger, component, tariff, { pieces, span }), ...omittedNotes(component)];
    case 'demandCharge':
      return [];
    default:
      return assertNever(component);
  }
}

function spanOf(intervals: readonly MeteredInterval[], options: BillOptions): Span {
  const { fromMs = intervals[0]?.startMs, toMs = intervals.at(-1)?.endMs } = options;
  if (fromMs === undefined || toMs === undefined)
    throw new RangeError('there are no intervals, and no span to bill: give fromMs and toMs');
  if (!(Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs) && fromMs < toMs))
    throw new RangeError(`no span to bill: fromMs is ${fromMs}, toMs is ${toMs}; give ascending epoch milliseconds`);
  return { fromMs, toMs };
}

/** Time without readings costs no energy, which should not go unseen. */
function gapNote(intervals: readonly MeteredInterval[], { fromMs, toMs }: Span): string[] {
  const readMs = intervals.reduce(
    (sum, { startMs, endMs }) => sum + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)),
    0,
  );
  const hours = (ms: number) => Number((ms / 3_600_000).toFixed(2));
  if (readMs >= toMs - fromMs) return [];
  return [
    `For ${hours(toMs - fromMs - readMs)} of ${hours(toMs - fromMs)} hours there are no readings; no energy is billed for them.`,
  ];
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
