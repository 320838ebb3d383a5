import { type Place, placeIn, refuse } from '../reading/place.js';
import { currency, localDate, NAME_MAX, number, timeZone, vatPercent, words, yearlyDate } from '../reading/scalars.js';
import { checked, list, optional, record, required, type Shape, withDefault } from '../reading/shapes.js';
import { neverBoth, overlappingVersions } from '../reading/versions.js';
import type { Holidays, Tariff, TariffComponent } from '../types.js';
import { component } from './componentShapes.js';
import type { NativeTariff } from './nativeTariff.js';
import { isAlways, PRICES_MAX, validity } from './priceShapes.js';

const COMPONENTS_MAX = 200;

const holidays = record<Holidays, NonNullable<NativeTariff['holidays']>>({
  dates: withDefault(list(localDate, { max: 2000, what: 'holidays' }), [], isEmpty),
  yearly: withDefault(list(yearlyDate, { max: 366, what: 'holidays' }), [], isEmpty),
  easter: withDefault(
    list(number({ min: -200, max: 200, whole: true, fix: 'It is in days from Easter Sunday.' }), {
      max: 100,
      what: 'holidays',
    }),
    [],
    isEmpty,
  ),
});

function isEmpty(values: readonly unknown[]): boolean {
  return values.length === 0;
}

export const tariffShape: Shape<Tariff, NativeTariff> = checked(
  record<Tariff, NativeTariff>({
    name: optional(words(NAME_MAX)),
    currency: required(currency, 'Add "currency", such as "EUR".'),
    timeZone: required(timeZone, 'Add "timeZone", such as "Europe/Stockholm".'),
    validity: withDefault(validity, { fromMs: 'open', toMs: 'open' }, isAlways),
    vatPercent: withDefault(vatPercent, 0),
    holidays: withDefault(
      holidays,
      { dates: [], yearly: [], easter: [] },
      ({ dates, yearly, easter }) => isEmpty(dates) && isEmpty(yearly) && isEmpty(easter),
    ),
    components: required(list(component, { min: 1, max: COMPONENTS_MAX, what: 'components' })),
  }),
  (tariff, place) => {
    refuseOverlaps(tariff, place);
    refuseTooManyPrices(tariff, place);
    warnOfTheNeverValid(tariff, place);
  },
);

function refuseOverlaps(tariff: Tariff, place: Place): void {
  const versions = tariff.components.map(({ id, validity: own }) => ({ id, validity: own ?? tariff.validity }));
  for (const { id, first, second, fromMs } of overlappingVersions(versions)) {
    const since = fromMs === 'open' ? 'from the beginning' : `from ${new Date(fromMs).toISOString()} on`;
    refuse(placeIn(placeIn(place, 'components', undefined), second, undefined), {
      code: 'TARIFF_OVERLAP',
      reason: `Components ${first} and ${second} are both "${id}", and ${since} both hold.`,
      fix: 'Give them different ids, or a "validity" each that ends before the next begins.',
    });
  }
}

function refuseTooManyPrices(tariff: Tariff, place: Place): void {
  const count = tariff.components.reduce((sum, one) => sum + countPrices(one), 0);
  if (count <= PRICES_MAX) return;
  refuse(placeIn(place, 'components', undefined), {
    reason: `There are ${count} prices, more than ${PRICES_MAX}.`,
    fix: 'Leave out prices of times long past.',
  });
}

function countPrices(one: TariffComponent): number {
  const series =
    one.kind === 'priceSeries' ? one : one.kind === 'exportPrice' && one.source.kind === 'series' && one.source;
  return series ? series.prices.reduce((sum, { pricesPerKwh }) => sum + pricesPerKwh.length, 0) : 0;
}

function warnOfTheNeverValid(tariff: Tariff, place: Place): void {
  for (const [index, { id, validity: own }] of tariff.components.entries()) {
    if (own === undefined || !neverBoth(own, tariff.validity)) continue;
    place.findings.warnings.add(
      `/components/${index}: "${id}" is valid only while the tariff is not: it costs nothing.`,
    );
  }
}
