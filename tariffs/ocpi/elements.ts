import { type Place, placeIn, refuse } from '../reading/place.js';
import type { SessionDimensionPrice, SessionElement } from '../types.js';
import type { OcpiElement, OcpiPriceComponent, OcpiTariff } from './ocpiTariff.js';
import { readRestrictions } from './restrictions.js';

const DIMENSIONS = {
  ENERGY: 'energy',
  TIME: 'time',
  PARKING_TIME: 'parking',
  FLAT: 'flat',
} as const satisfies Record<OcpiPriceComponent['type'], SessionDimensionPrice['dimension']>;

interface Terms {
  /** Of the tariff. */
  readonly place: Place;
  /** Where a price says no VAT. */
  readonly vatPercent: number | undefined;
}

/** Reports what contradicts itself, and warns of what only the bill of a single session can tell. */
export function readElements(tariff: OcpiTariff, terms: Terms): readonly SessionElement[] {
  warnOfBillingOnly(tariff, terms.place);
  const elementsPlace = placeIn(terms.place, 'elements', undefined);
  return tariff.elements.map((element, index) => {
    const place = placeIn(elementsPlace, index, element);
    const restrictions =
      element.restrictions && readRestrictions(element.restrictions, placeIn(place, 'restrictions', undefined));
    const components = placeIn(place, 'price_components', undefined);
    refuseRepeated(element, components);
    return {
      prices: element.price_components.map((component, position) =>
        readPrice(component, tariff.tax_included ?? 'NO', {
          ...terms,
          place: placeIn(components, position, component),
        }),
      ),
      ...(restrictions === undefined ? {} : { restrictions }),
    };
  });
}

function readPrice(
  { type, price, vat, step_size }: OcpiPriceComponent,
  taxIncluded: 'YES' | 'NO' | 'N/A',
  terms: Terms,
): SessionDimensionPrice {
  const vatPercent = taxIncluded === 'N/A' ? 0 : vat;
  if (taxIncluded === 'N/A' && vat !== undefined && vat !== 0) {
    refuse(placeIn(terms.place, 'vat', vat), {
      reason: 'The tariff says "tax_included": "N/A", so that no taxes apply.',
      fix: 'Leave "vat" out, or say whether it is included.',
    });
  }
  return {
    dimension: DIMENSIONS[type],
    price: taxIncluded === 'YES' ? withoutTaxes({ price, vat: vat ?? terms.vatPercent }, terms.place) : price,
    ...(vatPercent === undefined ? {} : { vatPercent }),
    stepSize: stepOf(type, step_size, terms.place),
  };
}

function withoutTaxes({ price, vat }: { price: number; vat: number | undefined }, place: Place): number {
  if (price === 0) return 0;
  if (vat !== undefined) return price / (1 + vat / 100);
  refuse(placeIn(place, 'price', price), {
    code: 'TARIFF_NOT_EXPRESSIBLE',
    reason: 'This price includes taxes, but it is not said at what rate.',
    fix: 'Add "vat" to the price component, or give options.vatPercent.',
  });
  return price;
}

/** Nothing can be rounded to multiples of 0: what is meant is no rounding. */
function stepOf(type: OcpiPriceComponent['type'], stepSize: number, { findings }: Place): number {
  if (stepSize > 0) return stepSize;
  if (type !== 'FLAT') findings.warnings.add('A step_size of 0 is taken as 1: the smallest unit.');
  return 1;
}

function refuseRepeated({ price_components, restrictions }: OcpiElement, place: Place): void {
  const types = price_components.map(({ type }) => type);
  for (const [index, type] of types.entries()) {
    const at = placeIn(placeIn(place, index, undefined), 'type', type);
    if (types.indexOf(type) !== index) {
      refuse(at, {
        reason: 'This dimension has a price already in this element.',
        fix: 'Leave one of them out, or put it into an element of its own.',
      });
    }
    // OCPI 2.2.1 mod_tariffs, TariffRestrictions: a reservation only has FLAT and TIME.
    if (restrictions?.reservation === undefined || type === 'FLAT' || type === 'TIME') continue;
    refuse(at, {
      reason: 'A reservation has only TIME and FLAT.',
      fix: 'Put it into an element without "reservation".',
    });
  }
}

const BY_MORE_THAN_CLOCK = [
  'min_kwh',
  'max_kwh',
  'min_current',
  'max_current',
  'min_power',
  'max_power',
  'min_duration',
  'max_duration',
  'reservation',
] as const;

/** Which of its parts are of no use to the planner, which knows clock and calendar alone. */
function warnOfBillingOnly({ elements, min_price, max_price }: OcpiTariff, { findings }: Place): void {
  const types = new Set(elements.flatMap(({ price_components }) => price_components.map(({ type }) => type)));
  const parts = [
    ...[...types].filter((type) => type !== 'ENERGY').map((type) => `${type} prices`),
    ...BY_MORE_THAN_CLOCK.filter((name) => elements.some(({ restrictions }) => restrictions?.[name] !== undefined)),
    ...(min_price === undefined ? [] : ['min_price']),
    ...(max_price === undefined ? [] : ['max_price']),
  ];
  if (parts.length > 0) {
    findings.warnings.add(`Only for the bill of a session, for planning takes no account of it: ${parts.join(', ')}.`);
  }
  if (!types.has('ENERGY')) findings.warnings.add('It has no ENERGY price: for planning a kWh costs nothing.');
  const untaxed = elements.some(({ price_components }) =>
    price_components.some(({ vat, price }) => vat === undefined && price !== 0),
  );
  if (untaxed) findings.warnings.add(UNTAXED);
}

const UNTAXED =
  "Some prices say no VAT, which OCPI tells from 0 %: the tariff's is taken, of options.vatPercent, else 0 %.";
