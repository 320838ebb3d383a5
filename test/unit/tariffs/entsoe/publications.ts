import { readFileSync } from 'node:fs';
import { readEntsoe } from '../../../../tariffs/entsoe/readEntsoe.js';
import { InvalidTariff } from '../../../../tariffs/index.js';
import type { ParseOptions } from '../../../../tariffs/parseOptions.js';
import type { PriceRun } from '../../../../tariffs/types.js';

export const SE3 = '10Y1001A1001A46L';
export const DE_LU = '10Y1001A1001A82H';
export const QUARTER_MS = 900_000;
export const HOUR_MS = 3_600_000;
export const at = (text: string) => Date.parse(text);

export function fixture(name: string): string {
  return readFileSync(new URL(`../../../fixtures/tariffs/entsoe/${name}`, import.meta.url), 'utf8');
}

export interface PeriodParts {
  readonly start: string;
  readonly end: string;
  readonly resolution?: string;
  /** The price text at each position from 1; undefined leaves the Point out. */
  readonly prices?: readonly (string | number | undefined)[];
  /** Written instead of the points of `prices`. */
  readonly points?: string;
}

export interface SeriesParts {
  readonly area?: string;
  readonly outArea?: string;
  readonly contract?: string;
  readonly currency?: string;
  readonly unit?: string;
  readonly curveType?: string;
  readonly auction?: string | number;
  readonly periods: readonly PeriodParts[];
}

const tag = (name: string, text: string | number | undefined) =>
  text === undefined ? '' : `<${name}>${text}</${name}>`;

function period({ start, end, resolution = 'PT60M', prices = [], points }: PeriodParts): string {
  const written = prices.map((price, index) =>
    price === undefined ? '' : `<Point><position>${index + 1}</position><price.amount>${price}</price.amount></Point>`,
  );
  return `<Period><timeInterval><start>${start}</start><end>${end}</end></timeInterval><resolution>${resolution}</resolution>${points ?? written.join('')}</Period>`;
}

export function series(parts: SeriesParts): string {
  const { area = SE3, outArea = area, contract, currency = 'EUR', unit = 'MWH', curveType, auction } = parts;
  return `<TimeSeries><mRID>1</mRID>${tag('in_Domain.mRID', area)}${tag('out_Domain.mRID', outArea)}${tag('contract_MarketAgreement.type', contract)}${tag('currency_Unit.name', currency)}${tag('price_Measure_Unit.name', unit)}${tag('classificationSequence_AttributeInstanceComponent.position', auction)}${tag('curveType', curveType)}${parts.periods.map(period).join('')}</TimeSeries>`;
}

export function publication(all: readonly SeriesParts[], type = 'A44'): string {
  return `<?xml version="1.0"?><Publication_MarketDocument xmlns="urn:x"><type>${type}</type>${all.map(series).join('')}</Publication_MarketDocument>`;
}

/** One hourly day in January, by default all of one price. */
export function day(parts: Partial<SeriesParts & PeriodParts> = {}): SeriesParts {
  const {
    start = '2026-01-14T23:00Z',
    end = '2026-01-15T23:00Z',
    resolution = 'PT60M',
    prices,
    points,
    ...rest
  } = parts;
  return {
    ...rest,
    periods: [
      {
        start,
        end,
        resolution,
        prices: prices ?? Array(24).fill('50.00'),
        ...(points === undefined ? {} : { points }),
      },
    ],
  };
}

export function runsOf(xml: unknown, options: ParseOptions = {}): readonly PriceRun[] {
  const [component] = readEntsoe(xml, options).tariff.components;
  if (component?.kind !== 'priceSeries') throw new Error('there are no prices');
  return component.prices;
}

export function refusal(xml: unknown, options: ParseOptions = {}): InvalidTariff {
  try {
    readEntsoe(xml, options);
  } catch (error) {
    if (error instanceof InvalidTariff) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
