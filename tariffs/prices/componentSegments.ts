import { assertNever } from '../assertNever.js';
import { choose } from '../calendar.js';
import type { PriceSeriesComponent, Rate, SessionElement, Tariff, TariffComponent, Validity } from '../types.js';
import { type PriceSpan, type PublishedReader, readPublished } from './published.js';

/** A stretch of time in which a component has one price per kWh. Half-open. */
export interface ComponentSegment {
  readonly startMs: number;
  readonly endMs: number;
  /** Without VAT; may be negative. Of an export price: what is paid. 'unknown': not published, or outside of the tariff's validity. */
  readonly pricePerKwh: number | 'unknown';
  /** 25 means 25 %. */
  readonly vatPercent: number;
  /** Of the rate that holds, where it has a name; of a markup, unless it always holds and tells nothing apart. */
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
  return segmentsReading(readPublished, component, tariff, { fromMs, toMs });
}

/** As componentSegments, with the published prices of series read by the given reader. */
export function segmentsReading(
  read: PublishedReader,
  component: TariffComponent,
  tariff: Tariff,
  span: PriceSpan,
): ComponentSegment[] {
  const segments: ComponentSegment[] = [];
  eachSegment(component, { ...span, tariff, read }, (segment) => segments.push(segment));
  return segments;
}

/** What the segments of a component are found for. */
export interface SegmentQuery extends PriceSpan {
  readonly tariff: Tariff;
  /** How the published prices of a series are read. */
  readonly read: PublishedReader;
}

/** As componentSegments, one after the other: years of them need not be kept. */
export function eachSegment(
  component: TariffComponent,
  query: SegmentQuery,
  visit: (segment: ComponentSegment) => void,
): void {
  const valid = within(query.tariff.validity, query);
  const active = component.validity === undefined ? valid : within(component.validity, valid);
  const vatPercent = vatPercentOf(component, query.tariff);
  const visitConstant = (pricePerKwh: number | 'unknown', startMs: number, endMs: number): void => {
    if (startMs < endMs) visit({ startMs, endMs, pricePerKwh, vatPercent, source: 'published' });
  };
  visitConstant('unknown', query.fromMs, valid.fromMs);
  visitConstant(0, valid.fromMs, active.fromMs);
  if (active.fromMs < active.toMs) eachActive(component, { ...query, ...active, vatPercent }, visit);
  visitConstant(0, active.toMs, valid.toMs);
  visitConstant('unknown', valid.toMs, query.toMs);
}

/** What of the span lies in the validity: within the span even where it is empty. */
function within({ fromMs, toMs }: Validity, span: PriceSpan): PriceSpan {
  const start = fromMs === 'open' ? span.fromMs : Math.min(Math.max(fromMs, span.fromMs), span.toMs);
  const end = toMs === 'open' ? span.toMs : Math.max(start, Math.min(toMs, span.toMs));
  return { fromMs: start, toMs: end };
}

function vatPercentOf(component: TariffComponent, tariff: Tariff): number {
  return component.vatPercent ?? (component.kind === 'exportPrice' ? 0 : tariff.vatPercent);
}

/** A query whose span lies wholly within the validities. */
interface ActiveQuery extends SegmentQuery {
  readonly vatPercent: number;
}

type Visit = (segment: ComponentSegment) => void;

function eachActive(component: TariffComponent, query: ActiveQuery, visit: Visit): void {
  if (component.kind === 'priceSeries') eachOfSeries(component, query, visit);
  else if (component.kind === 'exportPrice' && component.source.kind === 'series')
    eachOfSeries(component.source, query, visit);
  else eachRate(ratesOf(component), query, visit);
}

/** A rate may have a VAT of its own. */
type TaxedRate = Rate & { readonly vatPercent?: number };

function ratesOf(component: Exclude<TariffComponent, PriceSeriesComponent>): readonly TaxedRate[] {
  switch (component.kind) {
    case 'timeOfUse':
      return component.rates;
    case 'energyFee':
    case 'tax':
      return [{ pricePerKwh: component.pricePerKwh }];
    case 'exportPrice':
      return component.source.kind === 'rates' ? component.source.rates : [];
    case 'sessionPrice':
      return component.elements.flatMap(sessionRates);
    case 'fixedFee':
    case 'demandCharge':
      return [];
    default:
      return assertNever(component);
  }
}

/** Where no rate holds the price is 0. */
function eachRate(rates: readonly TaxedRate[], query: ActiveQuery, visit: Visit): void {
  for (const { startMs, endMs, choice } of choose(rates, query.tariff, query.fromMs, query.toMs)) {
    visit({
      startMs,
      endMs,
      pricePerKwh: choice?.pricePerKwh ?? 0,
      vatPercent: choice?.vatPercent ?? query.vatPercent,
      ...(choice?.name === undefined ? {} : { rateName: choice.name }),
      source: 'published',
    });
  }
}

type SeriesRule = Pick<PriceSeriesComponent, 'prices' | 'factor' | 'markups' | 'capPerKwh'>;

/** min(factor × published + markup, cap), cut wherever the published price or the markup changes. */
function eachOfSeries(
  { prices, factor = 1, markups = [], capPerKwh = Number.POSITIVE_INFINITY }: SeriesRule,
  { read, tariff, fromMs, toMs, vatPercent }: ActiveQuery,
  visit: Visit,
): void {
  const marked = choose(markups, tariff, fromMs, toMs);
  let next = 0;
  read(prices, { fromMs, toMs }, ({ startMs, endMs, pricePerKwh, source }) => {
    for (let atMs = startMs; atMs < endMs; ) {
      while ((marked[next]?.endMs ?? Number.POSITIVE_INFINITY) <= atMs) next += 1;
      const markup = marked[next];
      const untilMs = Math.min(markup?.endMs ?? endMs, endMs);
      const segment = {
        startMs: atMs,
        endMs: untilMs,
        pricePerKwh:
          pricePerKwh === 'unknown'
            ? pricePerKwh
            : Math.min(factor * pricePerKwh + (markup?.choice?.pricePerKwh ?? 0), capPerKwh),
        vatPercent,
        source,
      };
      const rateName = markupName(markups, markup?.choice);
      visit(rateName === undefined ? segment : { ...segment, rateName });
      atMs = untilMs;
    }
  });
}

/** The energy price of an element of which the clock alone says whether it holds; of others none. */
function sessionRates({ prices, restrictions = {} }: SessionElement): readonly TaxedRate[] {
  const { when, ...others } = restrictions;
  const energy = prices.find(({ dimension }) => dimension === 'energy');
  if (energy === undefined || Object.values(others).some((restriction) => restriction !== undefined)) return [];
  const { price: pricePerKwh, vatPercent } = energy;
  return [
    { pricePerKwh, ...(vatPercent === undefined ? {} : { vatPercent }), ...(when === undefined ? {} : { when }) },
  ];
}

function markupName(markups: readonly Rate[], holding: Rate | undefined): string | undefined {
  return markups.length === 1 && holding?.when === undefined ? undefined : holding?.name;
}
