import Type, { type Static } from 'typebox';
import type { SiteBill } from '../../control/history/historyService.js';
import type { Cell } from '../csv.js';
import { Instant, nullable, PhaseName, SiteId } from '../schemas.js';
import { money, PeriodDocument, type WriteTime, writePeriod } from './document.js';

type Bill = SiteBill['bill'];

const Line = Type.Object(
  {
    tariff: nullable(Type.String({ description: 'Of those that have a name.' })),
    month: Type.String({ description: "YYYY-MM, of the tariff's calendar." }),
    component: Type.String(),
    kind: Type.String(),
    quantity: Type.Number(),
    unit: Type.String(),
    price: Type.Number({ description: 'Per unit, without VAT: that is a line of its own.' }),
    amount: Type.Number({ description: 'quantity × price, or as near as the price is a mean.' }),
  },
  { title: 'BillLine' },
);

const BilledPeak = Type.Object(
  {
    tariff: nullable(Type.String()),
    month: Type.String(),
    component: Type.String(),
    start: Instant,
    end: Instant,
    powerKw: Type.Number({ description: 'As measured.' }),
    weightedKw: Type.Number({ description: 'What it is ranked by.' }),
    counted: Type.Boolean({ description: 'Is one of those that are averaged; the others stand for comparison.' }),
  },
  { title: 'BilledPeak' },
);

const bill = {
  total: Type.Number({ description: 'VAT included.' }),
  totalRounded: Type.Number({ description: "Half up to the currency's smallest unit." }),
  lines: Type.Array(Line),
  peaks: Type.Array(BilledPeak),
};

export const BillDocument = Type.Object(
  {
    siteId: SiteId,
    timeZone: Type.String(),
    month: Type.String({ description: "YYYY-MM, of the site's calendar." }),
    start: Instant,
    end: Instant,
    complete: Type.Boolean({ description: 'False of a month that runs: it is billed to `end`.' }),
    currency: Type.String(),
    ...bill,
    notes: Type.Array(Type.String(), { description: 'What is left out, and what was estimated.' }),
    energy: PeriodDocument,
    uncontrolled: Type.Object(
      {
        ...bill,
        sessions: Type.Integer({ description: 'Cars that would have charged in this time.' }),
        carsWh: Type.Number(),
        peakQuarterW: nullable(Type.Number()),
        peakQuarterAt: nullable(Instant),
        connection: Type.Object(
          {
            phase: PhaseName,
            limitA: Type.Number(),
            peakA: Type.Number(),
            peakAt: nullable(Instant),
            excessA: Type.Number({
              description: 'By how much the limit would have been exceeded; 0: it would have held.',
            }),
            quartersExceeded: Type.Integer({ description: 'Quarters of an hour with such a moment.' }),
          },
          { description: 'The most loaded phase of the grid connection, had no fuse limited anything.' },
        ),
      },
      { title: 'UncontrolledBill', description: 'With everyone at full power on arrival, by the same tariffs.' },
    ),
    saving: Type.Number({ description: 'What that would have cost more.' }),
  },
  { title: 'SiteBill' },
);

export function writeBill(
  site: { readonly timeZone: string },
  of: SiteBill,
  time: WriteTime,
): Static<typeof BillDocument> {
  const { uncontrolled } = of;
  const { peakQuarter, connection } = uncontrolled;
  return {
    siteId: of.siteId,
    timeZone: site.timeZone,
    month: of.month,
    start: time(of.startMs),
    end: time(of.endMs),
    complete: of.isComplete,
    currency: of.bill.currency,
    ...writeOne(of.bill, time),
    notes: [...of.bill.notes, ...of.notes],
    energy: writePeriod(of.period, time),
    uncontrolled: {
      ...writeOne(uncontrolled.bill, time),
      sessions: uncontrolled.sessions,
      carsWh: Math.round(uncontrolled.carsWh),
      peakQuarterW: peakQuarter === null ? null : Math.round(peakQuarter.powerW),
      peakQuarterAt: peakQuarter === null ? null : time(peakQuarter.startMs),
      connection: {
        phase: connection.phase,
        limitA: connection.limitA,
        peakA: tenths(connection.peakA),
        peakAt: connection.peakAtMs === null ? null : time(connection.peakAtMs),
        excessA: tenths(connection.excessA),
        quartersExceeded: connection.quartersExceeded,
      },
    },
    saving: money(of.saving),
  };
}

function writeOne({ total, totalRounded, lines, peaks }: Bill, time: WriteTime) {
  return {
    total: money(total),
    totalRounded,
    lines: lines.map(({ tariff, month, component, kind, quantity, unit, price, amount }) => ({
      tariff: tariff ?? null,
      month,
      component,
      kind,
      quantity: decimals(quantity),
      unit,
      price: decimals(price),
      amount: money(amount),
    })),
    peaks: peaks.map(({ tariff, month, component, startMs, endMs, powerKw, weightedKw, counted }) => ({
      tariff: tariff ?? null,
      month,
      component,
      start: time(startMs),
      end: time(endMs),
      powerKw: decimals(powerKw),
      weightedKw: decimals(weightedKw),
      counted,
    })),
  };
}

export const BILL_COLUMNS = [
  'bill',
  'tariff',
  'month',
  'component',
  'kind',
  'quantity',
  'unit',
  'price',
  'amount',
  'currency',
];

/** Both bills line by line, each with its total, and the saving. */
export function billRows(of: SiteBill): readonly (readonly Cell[])[] {
  const { currency } = of.bill;
  const rowsOf = (name: string, { lines, total }: Bill): Cell[][] => [
    ...lines.map(({ tariff, month, component, kind, quantity, unit, price, amount }) => [
      name,
      tariff ?? null,
      month,
      component,
      kind,
      decimals(quantity),
      unit,
      decimals(price),
      money(amount),
      currency,
    ]),
    sumRow(name, 'total', total),
  ];
  const sumRow = (name: string, kind: string, amount: number): Cell[] => [
    name,
    null,
    of.month,
    null,
    kind,
    null,
    null,
    null,
    money(amount),
    currency,
  ];
  return [
    ...rowsOf('actual', of.bill),
    ...rowsOf('uncontrolled', of.uncontrolled.bill),
    sumRow('difference', 'saving', of.saving),
  ];
}

/** Quantities and unit prices: beyond this there is only noise. */
function decimals(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

function tenths(currentA: number): number {
  return Math.round(currentA * 10) / 10;
}
