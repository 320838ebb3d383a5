import type { ParseOptions } from '../parseOptions.js';
import { type Place, placeIn, refuse } from '../reading/place.js';
import { currency as currencyShape } from '../reading/scalars.js';
import { childOf, childrenOf, requiredText, textOf } from './xml.js';

/** A TimeSeries of day-ahead prices; of several auctions it may be any. */
export interface Series {
  readonly place: Place;
  /** Its classification position; 1 where it has none. */
  readonly auction: number;
  /** EIC. */
  readonly area?: string;
}

/** What the day-ahead market is called as a contract. Absent, it is meant. */
const DAY_AHEAD = 'A01';
const CONTRACTS: Readonly<Record<string, string>> = { A07: 'intraday' };

/** The day-ahead series of a publication. Others are left out with a warning. */
export function dayAheadSeries(publication: Place): Series[] {
  return childrenOf(publication, 'TimeSeries').flatMap((place) => {
    const contract = textOf(place, 'contract_MarketAgreement.type') ?? DAY_AHEAD;
    if (contract !== DAY_AHEAD) {
      const name = CONTRACTS[contract];
      place.findings.warnings.add(
        `Prices of contract type ${contract.slice(0, 80)}${name === undefined ? '' : ` (${name})`} are left out: day-ahead is A01.`,
      );
      return [];
    }
    const area = readArea(place);
    return [{ place, auction: readAuction(place), ...(area === undefined ? {} : { area }) }];
  });
}

function readAuction(series: Place): number {
  const name = 'classificationSequence_AttributeInstanceComponent.position';
  const text = textOf(series, name);
  if (text === undefined) return 1;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  refuse(childOf(series, name) ?? series, { reason: 'This is no classification position.', fix: 'Give 1, 2 …' });
  return 1;
}

function readArea(series: Place): string | undefined {
  const into = textOf(series, 'in_Domain.mRID');
  const outOf = textOf(series, 'out_Domain.mRID');
  if (into === undefined || outOf === undefined || into === outOf) return into ?? outOf;
  return refuse(series, {
    code: 'TARIFF_NOT_EXPRESSIBLE',
    reason: `The series is about exchange from ${outOf.slice(0, 80)} to ${into.slice(0, 80)}, not about the price of one area.`,
    fix: 'Ask for prices with the same in_Domain and out_Domain.',
  });
}

/** What the numbers of a series mean. */
export interface Unit {
  readonly currency: string;
  /** The power of ten from a price of the unit to one per kWh. */
  readonly places: number;
}

/** Undefined, and reported, where it is none that can be read. */
export function unitOf(series: Place, options: ParseOptions): Unit | undefined {
  const currency = readCurrency(series, options);
  const places = readPlaces(series);
  return currency === undefined || places === undefined ? undefined : { currency, places };
}

function readCurrency(series: Place, options: ParseOptions): string | undefined {
  const name = 'currency_Unit.name';
  const text = requiredText(series, name);
  if (text === undefined) return undefined;
  const place = placeIn(series, name, text);
  const currency = currencyShape.read(place);
  if (currency === undefined || options.currency === undefined || currency === options.currency) return currency;
  return refuse(place, {
    reason: `The prices are in ${currency}, where ${options.currency} is asked for.`,
    fix: `Give prices in ${options.currency}: nothing is converted.`,
  });
}

function readPlaces(series: Place): number | undefined {
  const name = 'price_Measure_Unit.name';
  const text = requiredText(series, name);
  switch (text) {
    case undefined:
      return undefined;
    case 'MWH':
      return -3;
    case 'KWH':
      return 0;
    default:
      return refuse(placeIn(series, name, text), {
        code: 'TARIFF_NOT_EXPRESSIBLE',
        reason: 'Prices are not per energy of this unit.',
        fix: 'Give prices per MWH or KWH.',
      });
  }
}
