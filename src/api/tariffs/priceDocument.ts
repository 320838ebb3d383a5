import { DateTime } from 'luxon';
import Type, { type Static } from 'typebox';
import type { PriceView, SitePriceView, TimeSpan } from '../../control/tariffs/tariffService.js';
import { Problem } from '../../site/problem.js';
import type { Cell } from '../csv.js';
import { parseInstant, writeInstant } from '../instant.js';
import { Instant, nullable, SiteId, TariffId } from '../schemas.js';

/** A quarter of a year in quarters of an hour is 9,000 prices. */
const SPAN_MAX_DAYS = 100;
const DAY_MS = 86_400_000;
/** Sums of decimal fractions end in noise far behind this. */
const PRICE_DECIMALS = 9;

const importPrice = Type.Object({
  start: Instant,
  end: Instant,
  pricePerKwh: Type.Number({ description: 'All in, VAT included.' }),
  source: Type.Enum(['published', 'fallback'], {
    description:
      'fallback: nothing is published for it; the last same weekday, or else the last day that has a price, stands in.',
  }),
});
const exportPrice = Type.Object({ start: Instant, end: Instant, pricePerKwh: Type.Number() });

const prices = {
  from: Instant,
  to: Instant,
  import: Type.Array(importPrice, {
    description: 'What a kWh from the grid costs. Neighbours of one price and source are merged.',
  }),
  export: Type.Array(exportPrice, {
    description: 'What a kWh into the grid brings, as means of quarters of an hour, merged.',
  }),
};

export const TariffPrices = Type.Object(
  { tariffId: TariffId, currency: Type.String(), ...prices },
  { title: 'TariffPrices' },
);

export const SitePrices = Type.Object(
  {
    siteId: SiteId,
    currency: nullable(Type.String({ description: 'Null where the site has no tariff: then there are no prices.' })),
    tariffIds: Type.Array(TariffId),
    missing: Type.Array(TariffId, {
      description: 'Named by the site and not there; they cost nothing until they are.',
    }),
    ...prices,
  },
  { title: 'SitePrices', description: 'All tariffs of the site together.' },
);

export const SpanQuery = {
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
};

/** By default two local days: today, or that of `from`, and the one after. */
export function readSpan(query: { from?: string; to?: string }, timeZone: string, nowMs: number): TimeSpan {
  const startOfDay = (atMs: number) => DateTime.fromMillis(atMs, { zone: timeZone }).startOf('day');
  const fromMs = query.from === undefined ? startOfDay(nowMs).toMillis() : parseInstant(query.from, 'from');
  const toMs = query.to === undefined ? startOfDay(fromMs).plus({ days: 2 }).toMillis() : parseInstant(query.to, 'to');
  if (!(fromMs < toMs)) throw new Problem('INVALID_REQUEST', 'to must be after from.', { field: 'to' });
  if (toMs - fromMs > SPAN_MAX_DAYS * DAY_MS) {
    throw new Problem(
      'INVALID_REQUEST',
      `At most ${SPAN_MAX_DAYS} days are answered at once; ask for the next ones after.`,
      {
        field: 'to',
      },
    );
  }
  return { fromMs, toMs };
}

export function writeTariffPrices(tariffId: string, view: PriceView, span: TimeSpan): Static<typeof TariffPrices> {
  return { tariffId, currency: view.currency, ...writePrices(view, span) };
}

export function writeSitePrices(siteId: string, view: SitePriceView, span: TimeSpan): Static<typeof SitePrices> {
  const { currency, tariffIds, missing } = view;
  return { siteId, currency, tariffIds: [...tariffIds], missing: [...missing], ...writePrices(view, span) };
}

function writePrices(view: Pick<PriceView, 'import' | 'export'>, { fromMs, toMs }: TimeSpan) {
  return {
    from: writeInstant(fromMs),
    to: writeInstant(toMs),
    import: view.import.map(({ startMs, endMs, pricePerKwh, source }) => ({
      start: writeInstant(startMs),
      end: writeInstant(endMs),
      pricePerKwh: rounded(pricePerKwh),
      source,
    })),
    export: view.export.map(({ startMs, endMs, pricePerKwh }) => ({
      start: writeInstant(startMs),
      end: writeInstant(endMs),
      pricePerKwh: rounded(pricePerKwh),
    })),
  };
}

export const PRICE_COLUMNS = ['start', 'end', 'importPricePerKwh', 'source', 'exportPricePerKwh', 'currency'];

/** A row for each stretch in which both prices are one. */
export function priceRows(view: Pick<SitePriceView, 'import' | 'export' | 'currency'>): readonly (readonly Cell[])[] {
  const rows: Cell[][] = [];
  let next = 0;
  for (const { startMs, endMs, pricePerKwh, source } of view.import) {
    for (let atMs = startMs; atMs < endMs; ) {
      while ((view.export[next]?.endMs ?? Number.POSITIVE_INFINITY) <= atMs) next += 1;
      const paid = view.export[next];
      const untilMs = Math.min(paid?.endMs ?? endMs, endMs);
      rows.push([
        writeInstant(atMs),
        writeInstant(untilMs),
        rounded(pricePerKwh),
        source,
        rounded(paid?.pricePerKwh ?? 0),
        view.currency,
      ]);
      atMs = untilMs;
    }
  }
  return rows;
}

function rounded(pricePerKwh: number): number {
  // Through text: a price times 10^9 would itself be rounded.
  return Number(pricePerKwh.toFixed(PRICE_DECIMALS));
}
