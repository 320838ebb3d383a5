import { assertNever } from '../assertNever.js';
import { choose } from '../calendar.js';
import type {
  Calendar,
  ExportPriceComponent,
  PriceSeriesComponent,
  Rate,
  SessionElement,
  SessionPriceComponent,
  Tariff,
  TariffComponent,
  Validity,
} from '../types.js';
import { type PublishedReader, publishedSegments } from './publishedSegments.js';

/** A stretch of time in which a component has one price per kWh. Half-open. */
export interface ComponentSegment {
  readonly startMs: number;
  readonly endMs: number;
  /** Without VAT; may be negative. Of an export price: what is paid. 'unknown': not published, or outside of the tariff's validity. */
  readonly pricePerKwh: number | 'unknown';
  /** 25 means 25 %. */
  readonly vatPercent: number;
  /** Of the rate or markup that holds, where it has a name. */
  readonly rateName?: string;
  /** 'fallback' only where the caller had gaps filled. */
  readonly source: 'published' | 'fallback';
}

/**
 * What a component costs per kWh over [fromMs, toMs): ascending segments that cover the span without gap. Outside of the tariff's
 * validity the price is 'unknown', outside of the component's it is 0; so it is for kinds that have no price per kWh (fixed fees,
 * demand charges). Session prices are read by the clock: elements that ask for more than a calendar are left out.
 */
export function componentSegments(
  component: TariffComponent,
  tariff: Tariff,
  fromMs: number,
  toMs: number,
): ComponentSegment[] {
  return segmentsReading(publishedSegments, component, tariff, { fromMs, toMs });
}

/** As componentSegments, with the published prices of series read by the given reader. */
export function segmentsReading(
  read: PublishedReader,
  component: TariffComponent,
  tariff: Tariff,
  span: Span,
): ComponentSegment[] {
  const valid = within(tariff.validity, span);
  const active = component.validity === undefined ? valid : within(component.validity, valid);
  const vatPercent = vatPercentOf(component, tariff);
  const constant = (pricePerKwh: number | 'unknown', fromMs: number, toMs: number): ComponentSegment[] =>
    fromMs < toMs ? [{ startMs: fromMs, endMs: toMs, pricePerKwh, vatPercent, source: 'published' }] : [];
  return [
    ...constant('unknown', span.fromMs, valid.fromMs),
    ...constant(0, valid.fromMs, active.fromMs),
    ...(active.fromMs < active.toMs ? activeSegments(read, component, tariff, { ...active, vatPercent }) : []),
    ...constant(0, active.toMs, valid.toMs),
    ...constant('unknown', valid.toMs, span.toMs),
  ];
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of the span lies in the validity: within the span even where it is empty. */
function within({ fromMs, toMs }: Validity, span: Span): Span {
  const start = fromMs === 'open' ? span.fromMs : Math.min(Math.max(fromMs, span.fromMs), span.toMs);
  const end = toMs === 'open' ? span.toMs : Math.max(start, Math.min(toMs, span.toMs));
  return { fromMs: start, toMs: end };
}

interface TaxedSpan extends Span {
  readonly vatPercent: number;
}

function activeSegments(
  read: PublishedReader,
  component: TariffComponent,
  tariff: Tariff,
  span: TaxedSpan,
): readonly ComponentSegment[] {
  switch (component.kind) {
    case 'priceSeries':
      return seriesSegments(read, component, tariff, span);
    case 'timeOfUse':
      return rateSegments(component.rates, tariff, span);
    case 'energyFee':
    case 'tax':
      return rateSegments([{ pricePerKwh: component.pricePerKwh }], tariff, span);
    case 'exportPrice':
      return exportSegments(read, component, tariff, span);
    case 'sessionPrice':
      return sessionSegments(component, tariff, span);
    case 'fixedFee':
    case 'demandCharge':
      return rateSegments([{ pricePerKwh: 0 }], tariff, span);
    default:
      return assertNever(component);
  }
}

function vatPercentOf(component: TariffComponent, tariff: Tariff): number {
  return component.vatPercent ?? (component.kind === 'exportPrice' ? 0 : tariff.vatPercent);
}

function exportSegments(
  read: PublishedReader,
  { source }: ExportPriceComponent,
  tariff: Tariff,
  span: TaxedSpan,
): readonly ComponentSegment[] {
  switch (source.kind) {
    case 'series':
      return seriesSegments(read, source, tariff, span);
    case 'rates':
      return rateSegments(source.rates, tariff, span);
    default:
      return assertNever(source);
  }
}

/** Where no rate holds the price is 0. */
function rateSegments(rates: readonly Rate[], tariff: Tariff, span: TaxedSpan): readonly ComponentSegment[] {
  return choose(rates, tariff, span.fromMs, span.toMs).map(({ startMs, endMs, choice }) => ({
    startMs,
    endMs,
    pricePerKwh: choice?.pricePerKwh ?? 0,
    vatPercent: span.vatPercent,
    ...(choice?.name === undefined ? {} : { rateName: choice.name }),
    source: 'published',
  }));
}

type SeriesRule = Pick<PriceSeriesComponent, 'prices' | 'factor' | 'markups' | 'capPerKwh'>;

/** min(factor × published + markup, cap), cut wherever the published price or the markup changes. */
function seriesSegments(
  read: PublishedReader,
  { prices, factor = 1, markups = [], capPerKwh = Number.POSITIVE_INFINITY }: SeriesRule,
  tariff: Tariff,
  { fromMs, toMs, vatPercent }: TaxedSpan,
): ComponentSegment[] {
  const segments: ComponentSegment[] = [];
  const marked = choose(markups, tariff, fromMs, toMs);
  let next = 0;
  for (const { startMs, endMs, pricePerKwh, source } of read(prices, fromMs, toMs)) {
    for (let atMs = startMs; atMs < endMs; ) {
      while ((marked[next]?.endMs ?? Number.POSITIVE_INFINITY) <= atMs) next += 1;
      const markup = marked[next];
      const untilMs = Math.min(markup?.endMs ?? endMs, endMs);
      const price =
        pricePerKwh === 'unknown'
          ? pricePerKwh
          : Math.min(factor * pricePerKwh + (markup?.choice?.pricePerKwh ?? 0), capPerKwh);
      segments.push(
        markup?.choice?.name === undefined
          ? { startMs: atMs, endMs: untilMs, pricePerKwh: price, vatPercent, source }
          : { startMs: atMs, endMs: untilMs, pricePerKwh: price, vatPercent, rateName: markup.choice.name, source },
      );
      atMs = untilMs;
    }
  }
  return segments;
}

/** An element's price of energy, and when it is known by the clock alone to be the one that holds. */
interface ClockElement {
  readonly when?: Calendar;
  readonly price: number;
  readonly vatPercent?: number;
}

function sessionSegments({ elements }: SessionPriceComponent, tariff: Tariff, span: TaxedSpan): ComponentSegment[] {
  return choose(elements.flatMap(clockElements), tariff, span.fromMs, span.toMs).map(({ startMs, endMs, choice }) => ({
    startMs,
    endMs,
    pricePerKwh: choice?.price ?? 0,
    vatPercent: choice?.vatPercent ?? span.vatPercent,
    source: 'published',
  }));
}

function clockElements({ prices, restrictions = {} }: SessionElement): readonly ClockElement[] {
  const { when, ...others } = restrictions;
  const energy = prices.find(({ dimension }) => dimension === 'energy');
  if (energy === undefined || Object.values(others).some((restriction) => restriction !== undefined)) return [];
  const { price, vatPercent } = energy;
  return [{ price, ...(when === undefined ? {} : { when }), ...(vatPercent === undefined ? {} : { vatPercent }) }];
}
