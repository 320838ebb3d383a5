// The words of tariffs. Amounts are in the tariff's currency and without VAT; VAT is added by rate. Local times are of the tariff's zone.

/** What energy and peaks cost, by one contract: an energy supplier's, or a grid company's. A site may have several, which add up. */
export interface Tariff {
  /** What a bill of several tariffs calls this one. */
  readonly name?: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA. */
  readonly timeZone: string;
  /** Outside of it there is no price. */
  readonly validity: Validity;
  /** 25 means 25 %. For every component that does not say otherwise; export prices are without, unless they say so. */
  readonly vatPercent: number;
  readonly holidays: Holidays;
  /** In the order of the bill. Those with the same id are versions of one: their validities must not overlap. */
  readonly components: readonly TariffComponent[];
}

/** Half-open, epoch milliseconds. */
export interface Validity {
  readonly fromMs: number | 'open';
  readonly toMs: number | 'open';
}

/** Days that count as 'HO', and as no weekday. */
export interface Holidays {
  /** YYYY-MM-DD. */
  readonly dates: readonly string[];
  /** MM-DD, each year. */
  readonly yearly: readonly string[];
  /** Days from Easter Sunday (Gregorian): -2 is Good Friday, 1 is Easter Monday. */
  readonly easter: readonly number[];
}

export type TariffComponent =
  | PriceSeriesComponent
  | TimeOfUseComponent
  | EnergyFeeComponent
  | TaxComponent
  | FixedFeeComponent
  | ExportPriceComponent
  | DemandChargeComponent
  | SessionPriceComponent;

interface ComponentBase {
  /** What the bill calls it. */
  readonly id: string;
  /** Outside of it the component costs nothing. Default: the tariff's. */
  readonly validity?: Validity;
  /** Default: the tariff's. */
  readonly vatPercent?: number;
}

/** Prices as published, such as the day-ahead market's: min(factor × published + markup, cap). */
export interface PriceSeriesComponent extends ComponentBase {
  readonly kind: 'priceSeries';
  /** Ascending, not overlapping; there may be gaps between them. */
  readonly prices: readonly PriceRun[];
  /** Default 1. */
  readonly factor?: number;
  /** Added after the factor. Default: nothing. */
  readonly markups?: readonly Rate[];
  readonly capPerKwh?: number;
}

/** Consecutive intervals of one length: the k-th is [startMs + k · stepMs, startMs + (k + 1) · stepMs). */
export interface PriceRun {
  readonly startMs: number;
  readonly stepMs: number;
  /** At least one. May be negative. */
  readonly pricesPerKwh: readonly number[];
}

/** The first rate whose calendar holds is the price; the last has no calendar, so that there always is one. */
export interface TimeOfUseComponent extends ComponentBase {
  readonly kind: 'timeOfUse';
  readonly rates: readonly Rate[];
}

export interface Rate {
  /** Has its own line in the bill under this name. */
  readonly name?: string;
  /** Absent: always. */
  readonly when?: Calendar;
  readonly pricePerKwh: number;
}

/** All members that are given must hold; one that is absent always does. Judged by the local wall clock at the instant itself. */
export interface Calendar {
  /** 1..12. */
  readonly months?: readonly number[];
  readonly days?: readonly DayType[];
  readonly hours?: readonly LocalHours[];
  readonly dates?: readonly LocalDates[];
}

/** 'HO': a holiday of the tariff, which then is no weekday. */
export type DayType = 'MO' | 'TU' | 'WE' | 'TH' | 'FR' | 'SA' | 'SU' | 'HO';

/** HH:MM, half-open; `to` may be 24:00. Where `to` is not after `from`, it goes on past midnight: the early hours are of their own day. */
export interface LocalHours {
  readonly from: string;
  readonly to: string;
}

/** YYYY-MM-DD, half-open. */
export interface LocalDates {
  readonly from: string;
  readonly to: string;
}

export interface EnergyFeeComponent extends ComponentBase {
  readonly kind: 'energyFee';
  readonly pricePerKwh: number;
}

/** A tax per kWh. VAT is no component: it has a rate. */
export interface TaxComponent extends ComponentBase {
  readonly kind: 'tax';
  readonly pricePerKwh: number;
}

/** So much per local day, month or year, for each unit: a subscription, contracted kW, blocks of power. Part of a period costs its part. */
export interface FixedFeeComponent extends ComponentBase {
  readonly kind: 'fixedFee';
  /** May be negative: a yearly credit. */
  readonly price: number;
  readonly per: 'day' | 'month' | 'year';
  /** Default 1. */
  readonly quantity?: number;
  /** Of the quantity, for the bill. */
  readonly unit?: string;
}

/** What is paid for energy fed into the grid: on the bill a negative amount. Never netted against import. */
export interface ExportPriceComponent extends ComponentBase {
  readonly kind: 'exportPrice';
  readonly source:
    | {
        readonly kind: 'series';
        readonly prices: readonly PriceRun[];
        readonly factor?: number;
        readonly markups?: readonly Rate[];
      }
    | { readonly kind: 'rates'; readonly rates: readonly Rate[] };
}

/**
 * The one rule that all peak charges come down to: mean import over clock-aligned samples → those within the calendar → weighed →
 * the highest few → their mean → floor, rounding → memory of earlier months → threshold → price. Billed per local calendar month.
 */
export interface DemandChargeComponent extends ComponentBase {
  readonly kind: 'demandCharge';
  readonly sampleMinutes: 15 | 30 | 60;
  /** Samples that begin outside of it do not count. Absent: all do. */
  readonly when?: Calendar;
  /** Applied before ranking: the first whose calendar holds when the sample begins; none, 1. */
  readonly weights?: readonly { readonly when?: Calendar; readonly weight: number }[];
  /** So many of the highest are averaged. Fewer, where the month has fewer. */
  readonly peaks: number;
  /** Of each of these only the highest sample counts. 'none': the highest may lie in one hour after the other. */
  readonly distinct: 'none' | 'day' | 'week' | 'month';
  /** Ranked among the samples of so many months, the billed one the last. Default 1. */
  readonly overMonths?: number;
  /** The least that a month counts as. */
  readonly floorKw?: number;
  /** Only what is above it is billed. */
  readonly thresholdKw?: number;
  /** The peak is rounded half up to a multiple of this. */
  readonly roundToKw?: number;
  /** Absent: the month itself is billed. */
  readonly memory?: DemandMemory;
  readonly price: DemandPrice;
  /** What was measured in months before there are readings: the month's peak, weighed and averaged, before floor and memory. */
  readonly history?: readonly MonthPeak[];
}

export type DemandMemory =
  /** The mean of so many months, the billed one the last; of fewer, where fewer are known. Each is floored by itself. */
  | { readonly kind: 'rollingMean'; readonly months: number }
  /** The greater of the month and a share of the highest of so many months before it. */
  | { readonly kind: 'ratchet'; readonly share: number; readonly months: number }
  /** The month before is billed. */
  | { readonly kind: 'previousMonth' };

export type DemandPrice =
  /** The first that holds in the month; the last has no months. Per year: a twelfth each month. */
  | {
      readonly kind: 'perKw';
      readonly per: 'month' | 'year';
      readonly rates: readonly { readonly months?: readonly number[]; readonly pricePerKw: number }[];
    }
  /** A price per month by the peak's step, its lower bound inclusive. Ascending, the first from 0. */
  | { readonly kind: 'steps'; readonly steps: readonly { readonly fromKw: number; readonly pricePerMonth: number }[] };

export interface MonthPeak {
  /** YYYY-MM. */
  readonly month: string;
  readonly peakKw: number;
}

/** What a driver pays for one session (OCPI). Per dimension the first element that has it and whose restrictions hold; none is free. */
export interface SessionPriceComponent extends ComponentBase {
  readonly kind: 'sessionPrice';
  readonly elements: readonly SessionElement[];
  /** Of a whole session, without VAT. */
  readonly minPrice?: number;
  readonly maxPrice?: number;
}

export interface SessionElement {
  readonly prices: readonly SessionDimensionPrice[];
  readonly restrictions?: SessionRestrictions;
}

export interface SessionDimensionPrice {
  /** 'energy': per kWh. 'time': per hour of charging. 'parking': per hour without. 'flat': once. */
  readonly dimension: 'energy' | 'time' | 'parking' | 'flat';
  readonly price: number;
  /** Absent: unknown, which is not 0; the tariff's is then taken. */
  readonly vatPercent?: number;
  /** The session's total is rounded up to a multiple: Wh for energy, seconds for times. */
  readonly stepSize: number;
}

/** All must hold at the moment itself. Minima inclusive, maxima exclusive. */
export interface SessionRestrictions {
  readonly when?: Calendar;
  readonly energyMinWh?: number;
  readonly energyMaxWh?: number;
  readonly currentMinA?: number;
  readonly currentMaxA?: number;
  readonly powerMinW?: number;
  readonly powerMaxW?: number;
  readonly durationMinS?: number;
  readonly durationMaxS?: number;
  readonly reservation?: 'RESERVATION' | 'RESERVATION_EXPIRES';
}

/** A stretch of metered energy, spread evenly over it. */
export interface MeteredInterval {
  readonly startMs: number;
  readonly endMs: number;
  readonly importWh: number;
  readonly exportWh?: number;
}

export interface Bill {
  readonly currency: string;
  readonly lines: readonly BillLine[];
  /** The sum of the lines, VAT included, not rounded. */
  readonly total: number;
  /** Half up to the currency's smallest unit. */
  readonly totalRounded: number;
  /** The samples that demand charges looked at, highest first per component and month; those not counted stand for comparison. */
  readonly peaks: readonly BilledPeak[];
  /** What a reader must know: what is left out, and what was estimated. */
  readonly notes: readonly string[];
}

/** amount = quantity × price, or as near as the price is a mean. */
export interface BillLine {
  /** The component's id, with its rate's name: "energy: peak". "VAT 25 %" is one too. */
  readonly component: string;
  /** Of the tariff, where it has a name. */
  readonly tariff?: string;
  /** YYYY-MM, of the tariff's zone. */
  readonly month: string;
  readonly kind: TariffComponent['kind'] | 'vat';
  readonly quantity: number;
  /** "kWh", "kW", "month", the currency for VAT … */
  readonly unit: string;
  readonly price: number;
  readonly amount: number;
}

export interface BilledPeak {
  readonly component: string;
  readonly tariff?: string;
  readonly month: string;
  readonly startMs: number;
  readonly endMs: number;
  /** As measured. */
  readonly powerKw: number;
  /** What it is ranked by. */
  readonly weightedKw: number;
  /** Is one of those that are averaged. */
  readonly counted: boolean;
}

/** A price for each interval of time: what every tariff comes down to before energy is planned. */
export interface PriceSeries {
  readonly currency: string;
  /** Ascending, not overlapping, without gaps; half-open. Neighbours with the same price and source are merged. */
  readonly prices: readonly PriceInterval[];
}

export interface PriceInterval {
  readonly startMs: number;
  readonly endMs: number;
  /** All-in: VAT included. May be negative. */
  readonly pricePerKwh: number;
  /** 'fallback': nothing is published for it; the price of the last same weekday stands in (see priceSeries). */
  readonly source: 'published' | 'fallback';
}
