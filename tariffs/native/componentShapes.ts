import { NAME_MAX, number, words } from '../reading/scalars.js';
import { choice, optional, record, required, type Shape, union, withDefault } from '../reading/shapes.js';
import type {
  EnergyFeeComponent,
  ExportPriceComponent,
  FixedFeeComponent,
  PriceRun,
  PriceSeriesComponent,
  TariffComponent,
  TaxComponent,
  TimeOfUseComponent,
} from '../types.js';
import { markups, pricePerKwh, rates } from './calendarShapes.js';
import { componentBase } from './componentBase.js';
import { demandCharge } from './demandShapes.js';
import type { NativeComponent, NativeExportPrice, NativeExportSeries, NativePriceSeries } from './nativeTariff.js';
import { priceRuns, readIntervals } from './priceShapes.js';
import { sessionPrice } from './sessionShapes.js';

type Written<Kind extends TariffComponent['kind']> = Extract<NativeComponent, { kind: Kind }>;
type ExportSeries = Extract<ExportPriceComponent['source'], { kind: 'series' }>;
type ExportRates = Extract<ExportPriceComponent['source'], { kind: 'rates' }>;

/** Runs or single intervals; none yet is no fault. */
const prices = {
  ...withDefault(priceRuns, [], (runs: readonly PriceRun[]) => runs.length === 0),
  instead: { name: 'intervals', read: readIntervals },
};

const factor = number({ min: -1000, max: 1000, fix: 'It multiplies the published price.' });

const priceSeries = record<PriceSeriesComponent, NativePriceSeries>({
  kind: required(choice('priceSeries')),
  ...componentBase,
  factor: optional(factor),
  markups: optional(markups),
  capPerKwh: optional(pricePerKwh),
  prices,
});

const timeOfUse = record<TimeOfUseComponent, Written<'timeOfUse'>>({
  kind: required(choice('timeOfUse')),
  ...componentBase,
  rates: required(rates),
});

const energyFee = record<EnergyFeeComponent, Written<'energyFee'>>({
  kind: required(choice('energyFee')),
  ...componentBase,
  pricePerKwh: required(pricePerKwh),
});

const tax = record<TaxComponent, Written<'tax'>>({
  kind: required(choice('tax')),
  ...componentBase,
  pricePerKwh: required(pricePerKwh),
});

const fixedFee = record<FixedFeeComponent, Written<'fixedFee'>>({
  kind: required(choice('fixedFee')),
  ...componentBase,
  price: required(number({ min: -10_000_000, max: 10_000_000, fix: 'It is in the main unit of the currency.' })),
  per: required(choice('day', 'month', 'year')),
  quantity: optional(number({ min: 0, max: 1_000_000 })),
  unit: optional(words(NAME_MAX)),
});

const exportPrice = record<ExportPriceComponent, NativeExportPrice>({
  kind: required(choice('exportPrice')),
  ...componentBase,
  source: required(
    union<ExportPriceComponent['source'], NativeExportPrice['source']>({
      series: record<ExportSeries, NativeExportSeries>({
        kind: required(choice('series')),
        factor: optional(factor),
        markups: optional(markups),
        prices,
      }),
      rates: record<ExportRates>({ kind: required(choice('rates')), rates: required(rates) }),
    }),
    'Add a "source": { "kind": "rates", "rates": [ … ] } or { "kind": "series" }.',
  ),
});

export const component: Shape<TariffComponent, NativeComponent> = union<TariffComponent, NativeComponent>({
  priceSeries,
  timeOfUse,
  energyFee,
  tax,
  fixedFee,
  exportPrice,
  demandCharge,
  sessionPrice,
});
