import fc from 'fast-check';
import type {
  EnergyFeeComponent,
  ExportPriceComponent,
  FixedFeeComponent,
  Holidays,
  PriceRun,
  PriceSeriesComponent,
  Rate,
  Tariff,
  TariffComponent,
  TaxComponent,
  TimeOfUseComponent,
  Validity,
} from '../../../tariffs/types.js';
import { arbitraryCalendar, choices, localDate } from './arbitraryCalendar.js';
import { arbitraryDemandCharge } from './arbitraryDemandCharge.js';
import { arbitrarySessionPrice } from './arbitrarySessionPrice.js';
import { decimal, members, names, price, vatPercent } from './arbitraryValues.js';

export interface ArbitraryTariffOptions {
  /** Default: a few with half hours, with and without summer time. */
  readonly timeZones?: readonly string[];
  /** Default: all. */
  readonly kinds?: readonly TariffComponent['kind'][];
  /** Where validities and prices lie. Default: 1970 to 2200. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const DAY_MS = 86_400_000;

const ZONES = [
  'Europe/Stockholm',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Monrovia',
  'America/St_Johns',
  'UTC',
];

/** Whole tariffs that are valid in every respect: what any reader of tariffs may have to deal with. */
export function arbitraryTariff({
  timeZones = ZONES,
  kinds = KINDS,
  fromMs = Date.UTC(1970, 0, 1),
  toMs = Date.UTC(2200, 11, 31),
}: ArbitraryTariffOptions = {}): fc.Arbitrary<Tariff> {
  const span = { fromMs, toMs };
  return members<Omit<Tariff, 'name'>, { name: string }>(
    {
      currency: fc.constantFrom('SEK', 'EUR', 'GBP', 'USD', 'JPY'),
      timeZone: fc.constantFrom(...timeZones),
      validity: arbitraryValidity(span),
      vatPercent,
      holidays: arbitraryHolidays(),
      components: arbitraryComponents(kinds, span),
    },
    { name: names },
  );
}

const KINDS: readonly TariffComponent['kind'][] = [
  'priceSeries',
  'timeOfUse',
  'energyFee',
  'tax',
  'fixedFee',
  'exportPrice',
  'demandCharge',
  'sessionPrice',
];

/** Some of them are versions of one, whose validities do not overlap. */
function arbitraryComponents(
  kinds: readonly TariffComponent['kind'][],
  span: Span,
): fc.Arbitrary<readonly TariffComponent[]> {
  const versions = fc.oneof(
    { weight: 4, arbitrary: arbitraryComponent(kinds, span).map((component) => [component]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(instants(span, 3), arbitraryComponent(kinds, span), arbitraryComponent(kinds, span))
        .map(inTurn),
    },
  );
  return fc
    .uniqueArray(fc.tuple(names, versions), { minLength: 1, maxLength: 6, selector: ([id]) => id })
    .map((all) => all.flatMap(([id, components]) => components.map((component) => ({ ...component, id }))));
}

function inTurn([cuts, first, second]: [readonly number[], TariffComponent, TariffComponent]): TariffComponent[] {
  const [start = 0, middle = 0, end = 0] = cuts;
  return [
    { ...first, validity: { fromMs: start, toMs: middle } },
    { ...second, validity: { fromMs: middle, toMs: end } },
  ];
}

function instants({ fromMs, toMs }: Span, count: number): fc.Arbitrary<number[]> {
  return fc
    .uniqueArray(fc.integer({ min: fromMs, max: toMs }), { minLength: count, maxLength: count })
    .map((all) => all.sort((a, b) => a - b));
}

function arbitraryValidity(span: Span): fc.Arbitrary<Validity> {
  const open = fc.constantFrom<'both' | 'from' | 'to' | 'none'>('both', 'from', 'to', 'none');
  return fc.tuple(instants(span, 2), open).map(([[fromMs = 0, toMs = 0], side]) => ({
    fromMs: side === 'both' || side === 'from' ? 'open' : fromMs,
    toMs: side === 'both' || side === 'to' ? 'open' : toMs,
  }));
}

function arbitraryHolidays(): fc.Arbitrary<Holidays> {
  return members<Holidays, object>(
    {
      dates: fc.array(localDate, { maxLength: 4 }),
      yearly: fc.array(fc.constantFrom('01-01', '02-29', '12-24', '12-31'), { maxLength: 4 }),
      easter: fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 4 }),
    },
    {},
  );
}

/** Ascending, with gaps or without, of any lengths. */
function arbitraryPriceRuns({ fromMs, toMs }: Span): fc.Arbitrary<readonly PriceRun[]> {
  const run = fc.record({
    gapMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 })),
    stepMs: fc.constantFrom(1000, 300_000, 900_000, 1_800_000, 3_600_000, 5_400_000, DAY_MS),
    pricesPerKwh: fc.array(price, { minLength: 1, maxLength: 30 }),
  });
  const start = fc.integer({ min: Math.ceil(fromMs / 60_000), max: Math.floor(toMs / 60_000) });
  return fc.tuple(start, fc.array(run, { maxLength: 4 })).map(([startMinute, runs]) => {
    let atMs = startMinute * 60_000;
    return runs.flatMap(({ gapMinutes, stepMs, pricesPerKwh }) => {
      const startMs = atMs + gapMinutes * 60_000;
      atMs = startMs + stepMs * pricesPerKwh.length;
      return atMs > toMs ? [] : [{ startMs, stepMs, pricesPerKwh }];
    });
  });
}

function arbitraryComponent(kinds: readonly TariffComponent['kind'][], span: Span): fc.Arbitrary<TariffComponent> {
  const base = members<object, { validity: Validity; vatPercent: number }>(
    {},
    { validity: arbitraryValidity(span), vatPercent },
  );
  return fc
    .tuple(fc.oneof(...kinds.map((kind) => ofKind(kind, span))), base)
    .map(([component, of]) => ({ ...component, ...of }));
}

const rate = members<{ pricePerKwh: number }, { name: string }>({ pricePerKwh: price }, { name: names });
const rates: fc.Arbitrary<readonly Rate[]> = choices<Rate, 'when'>(rate, {
  name: 'when',
  condition: arbitraryCalendar,
  last: 'always',
});
const markups: fc.Arbitrary<readonly Rate[]> = choices<Rate, 'when'>(rate, {
  name: 'when',
  condition: arbitraryCalendar,
  last: 'perhaps',
});
const factor = decimal(-2, 2);

function ofKind(kind: TariffComponent['kind'], span: Span): fc.Arbitrary<TariffComponent> {
  const id = fc.constant(kind);
  switch (kind) {
    case 'priceSeries':
      return members<
        Pick<PriceSeriesComponent, 'kind' | 'id' | 'prices'>,
        Required<Pick<PriceSeriesComponent, 'factor' | 'markups' | 'capPerKwh'>>
      >({ kind: fc.constant(kind), id, prices: arbitraryPriceRuns(span) }, { factor, markups, capPerKwh: price });
    case 'timeOfUse':
      return members<TimeOfUseComponent, object>({ kind: fc.constant(kind), id, rates }, {});
    case 'energyFee':
      return members<EnergyFeeComponent, object>({ kind: fc.constant(kind), id, pricePerKwh: price }, {});
    case 'tax':
      return members<TaxComponent, object>({ kind: fc.constant(kind), id, pricePerKwh: price }, {});
    case 'fixedFee':
      return members<Pick<FixedFeeComponent, 'kind' | 'id' | 'price' | 'per'>, { quantity: number; unit: string }>(
        { kind: fc.constant(kind), id, price, per: fc.constantFrom('day', 'month', 'year') },
        { quantity: decimal(0, 1000), unit: names },
      );
    case 'exportPrice':
      return members<Pick<ExportPriceComponent, 'kind' | 'id' | 'source'>, object>(
        { kind: fc.constant(kind), id, source: fc.oneof(exportRates, exportSeries(span)) },
        {},
      );
    case 'demandCharge':
      return arbitraryDemandCharge();
    case 'sessionPrice':
      return arbitrarySessionPrice();
  }
}

type ExportSource = ExportPriceComponent['source'];

const exportRates: fc.Arbitrary<ExportSource> = rates.map((all) => ({ kind: 'rates', rates: all }));

function exportSeries(span: Span): fc.Arbitrary<ExportSource> {
  return members<{ kind: 'series'; prices: readonly PriceRun[] }, { factor: number; markups: readonly Rate[] }>(
    { kind: fc.constant('series'), prices: arbitraryPriceRuns(span) },
    { factor, markups },
  );
}
