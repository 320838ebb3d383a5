import type {
  Calendar,
  DemandMemory,
  DemandPrice,
  EnergyFeeComponent,
  FixedFeeComponent,
  MonthPeak,
  Rate,
  SessionElement,
  SessionPriceComponent,
  TariffComponent,
  TaxComponent,
  TimeOfUseComponent,
} from '../types.js';

/** The JSON document of format 'evenkeel': a Tariff as people write it. What is left out has its default, as said there. */
export interface NativeTariff {
  readonly name?: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA. */
  readonly timeZone: string;
  /** Default: always. */
  readonly validity?: NativeValidity;
  /** Default 0: the prices are all there is to pay. */
  readonly vatPercent?: number;
  /** Default: none. */
  readonly holidays?: {
    /** YYYY-MM-DD. */
    readonly dates?: readonly string[];
    /** MM-DD. */
    readonly yearly?: readonly string[];
    /** Days from Easter Sunday. */
    readonly easter?: readonly number[];
  };
  readonly components: readonly NativeComponent[];
}

/** Instants are ISO 8601 with an offset: 2026-01-01T00:00:00+01:00. Half-open; left out: without a beginning, or an end. */
export interface NativeValidity {
  readonly from?: string;
  readonly to?: string;
}

type Native<Component extends TariffComponent> = Omit<Component, 'validity'> & { readonly validity?: NativeValidity };

export type NativeComponent =
  | NativePriceSeries
  | Native<TimeOfUseComponent>
  | Native<EnergyFeeComponent>
  | Native<TaxComponent>
  | Native<FixedFeeComponent>
  | NativeExportPrice
  | NativeDemandCharge
  | NativeSessionPrice;

/** Either of the two, or neither: prices that are still to be published. */
export interface NativePrices {
  readonly prices?: readonly NativePriceRun[];
  readonly intervals?: readonly NativePriceInterval[];
}

/** Consecutive intervals of one length. */
export interface NativePriceRun {
  readonly start: string;
  /** ISO 8601 in hours, minutes and seconds: PT15M. */
  readonly resolution: string;
  readonly pricesPerKwh: readonly number[];
}

export interface NativePriceInterval {
  readonly start: string;
  readonly end: string;
  readonly pricePerKwh: number;
}

interface NativeBase {
  readonly id: string;
  /** Default: the tariff's. An empty object: always. */
  readonly validity?: NativeValidity;
  readonly vatPercent?: number;
}

export interface NativePriceSeries extends NativeBase, NativePrices {
  readonly kind: 'priceSeries';
  readonly factor?: number;
  readonly markups?: readonly Rate[];
  readonly capPerKwh?: number;
}

export interface NativeExportPrice extends NativeBase {
  readonly kind: 'exportPrice';
  readonly source: NativeExportSeries | { readonly kind: 'rates'; readonly rates: readonly Rate[] };
}

export interface NativeExportSeries extends NativePrices {
  readonly kind: 'series';
  readonly factor?: number;
  readonly markups?: readonly Rate[];
}

export interface NativeDemandCharge extends NativeBase {
  readonly kind: 'demandCharge';
  readonly sampleMinutes: 15 | 30 | 60;
  readonly when?: Calendar;
  readonly weights?: readonly { readonly when?: Calendar; readonly weight: number }[];
  /** Default 1. */
  readonly peaks?: number;
  /** Default 'none'. */
  readonly distinct?: 'none' | 'day' | 'week' | 'month';
  readonly overMonths?: number;
  readonly floorKw?: number;
  readonly thresholdKw?: number;
  readonly roundToKw?: number;
  readonly memory?: DemandMemory;
  readonly price: DemandPrice;
  readonly history?: readonly MonthPeak[];
}

export interface NativeSessionPrice extends Omit<Native<SessionPriceComponent>, 'elements'> {
  readonly elements: readonly (Omit<SessionElement, 'prices'> & {
    readonly prices: readonly {
      readonly dimension: 'energy' | 'time' | 'parking' | 'flat';
      readonly price: number;
      readonly vatPercent?: number;
      /** Default 1. */
      readonly stepSize?: number;
    }[];
  })[];
}
