import type { ParseOptions } from '../parseOptions.js';
import { parseInstant } from '../reading/instants.js';
import { type Fields, isFields, memberOf, type Place, placeIn, refuse } from '../reading/place.js';
import type { SessionElement, SessionPriceComponent, Validity } from '../types.js';
import { readElements } from './elements.js';
import { NOT_KEPT, type OcpiVersion, tariffShapes } from './ocpiShapes.js';
import type { OcpiLimit, OcpiTariff } from './ocpiTariff.js';

/** One Tariff object. */
export interface OcpiVersionRead {
  readonly place: Place;
  /** Country and id of who owns it. */
  readonly party: string;
  readonly currency: string;
  readonly validity: Validity;
  readonly component: SessionPriceComponent;
}

/** Undefined after reporting what is wrong. */
export function readVersion(place: Place, options: ParseOptions): OcpiVersionRead | undefined {
  const tariff = tariffShapes[versionOf(place.value)].read(place);
  if (tariff === undefined) return undefined;
  const validity = readValidity(tariff, place);
  const elements = readElements(tariff, { place, vatPercent: options.vatPercent });
  const limits = readLimits(tariff, { elements, place });
  warnOf(tariff, place);
  return {
    place,
    party: `${tariff.country_code} ${tariff.party_id}`,
    currency: tariff.currency,
    validity,
    component: {
      kind: 'sessionPrice',
      id: tariff.id,
      ...(validity.fromMs === 'open' && validity.toMs === 'open' ? {} : { validity }),
      elements,
      ...limits,
    },
  };
}

/** An object says no version itself: tax_included and limits before taxes are of 2.3. */
function versionOf(value: unknown): OcpiVersion {
  if (!isFields(value)) return '2.2.1';
  const hasTaxes = (name: string) => {
    const limit = memberOf(value, name);
    return isFields(limit) && Object.hasOwn(limit, 'before_taxes');
  };
  return Object.hasOwn(value, 'tax_included') || hasTaxes('min_price') || hasTaxes('max_price') ? '2.3' : '2.2.1';
}

function readValidity({ start_date_time, end_date_time }: OcpiTariff, place: Place): Validity {
  const fromMs = start_date_time === undefined ? 'open' : (parseInstant(start_date_time, 'UTC') ?? 'open');
  const toMs = end_date_time === undefined ? 'open' : (parseInstant(end_date_time, 'UTC') ?? 'open');
  if (fromMs !== 'open' && toMs !== 'open' && fromMs >= toMs) {
    refuse(placeIn(place, 'end_date_time', end_date_time), {
      reason: 'It must be after start_date_time.',
      fix: 'Correct one of them.',
    });
  }
  return { fromMs, toMs };
}

function readLimits(
  { min_price, max_price }: OcpiTariff,
  { elements, place }: { elements: readonly SessionElement[]; place: Place },
): Pick<SessionPriceComponent, 'minPrice' | 'maxPrice'> {
  const minPrice = min_price && beforeTaxes(min_price);
  const maxPrice = max_price && beforeTaxes(max_price);
  if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice) {
    refuse(placeIn(place, 'max_price', undefined), {
      reason: `It must not be less than min_price, ${minPrice}.`,
      fix: 'Correct one of them.',
    });
  }
  const rates = new Set(elements.flatMap(({ prices }) => prices.map(({ vatPercent }) => vatPercent)));
  for (const [name, limit] of [
    ['min_price', min_price],
    ['max_price', max_price],
  ] as const) {
    if (limit === undefined || saysNoMore(limit, rates)) continue;
    place.findings.warnings.add(`The ${name} with taxes is not kept: the one without, and VAT by rate, is.`);
  }
  return {
    ...(minPrice === undefined ? {} : { minPrice }),
    ...(maxPrice === undefined ? {} : { maxPrice }),
  };
}

function beforeTaxes(limit: OcpiLimit): number {
  return 'excl_vat' in limit ? limit.excl_vat : limit.before_taxes;
}

/** With taxes it is what the one rate of all prices makes of it, to a hundredth. */
function saysNoMore(limit: OcpiLimit, rates: ReadonlySet<number | undefined>): boolean {
  const withTaxes = 'excl_vat' in limit ? limit.incl_vat : limit.after_taxes;
  if (withTaxes === undefined) return true;
  const [rate] = rates;
  return rates.size === 1 && rate !== undefined && Math.abs(beforeTaxes(limit) * (1 + rate / 100) - withTaxes) <= 0.01;
}

function warnOf({ type }: OcpiTariff, { value, findings }: Place): void {
  const fields: Fields = isFields(value) ? value : {};
  const notKept = NOT_KEPT.filter((name) => (memberOf(fields, name) ?? null) !== null);
  if (notKept.length > 0) findings.warnings.add(`Not kept, being no part of the price: ${notKept.join(', ')}.`);
  if (type === undefined || type === 'REGULAR') return;
  findings.warnings.add(`The tariff is of type ${type}: it is taken to hold for every session.`);
}
