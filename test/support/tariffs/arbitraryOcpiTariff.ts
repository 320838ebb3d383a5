import fc from 'fast-check';
import type { SessionElement, SessionPriceComponent, Tariff } from '../../../tariffs/types.js';
import { arbitrarySessionPrice } from './arbitrarySessionPrice.js';
import { arbitraryTariff } from './arbitraryTariff.js';

/** Tariffs that OCPI has words for, to the last member: VAT stands with each price. */
export function arbitraryOcpiTariff(): fc.Arbitrary<Tariff> {
  return fc
    .tuple(
      arbitraryTariff({ kinds: ['tax'] }),
      fc.array(arbitrarySessionPrice(), { minLength: 1, maxLength: 3 }),
      fc.uniqueArray(fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) }), { minLength: 4, maxLength: 4 }),
      fc.stringMatching(/^[!-~]{1,36}$/),
    )
    .map(([{ currency, timeZone, vatPercent }, components, cuts, id]) => {
      const [, ...bounds] = cuts.sort((a, b) => a - b);
      return {
        currency,
        timeZone,
        vatPercent,
        validity: { fromMs: 'open', toMs: 'open' },
        holidays: { dates: [], yearly: [], easter: [] },
        components: components.map((component, index): SessionPriceComponent => {
          const validity = {
            fromMs: index === 0 ? 'open' : (bounds[index - 1] ?? 'open'),
            toMs: bounds[index] ?? 'open',
          } as const;
          return { ...component, id, validity, elements: component.elements.map(asOcpiSays) };
        }),
      };
    });
}

/** What OCPI has words for: one span of hours and of dates, weekdays, reservations of time and flat prices alone. */
function asOcpiSays({ prices, restrictions = {} }: SessionElement): SessionElement {
  const { when = {}, ...others } = restrictions;
  const { months: _months, ...calendar } = when;
  const days = DAYS.filter((day) => calendar.days?.includes(day));
  const [hours] = calendar.hours ?? [];
  const [dates] = calendar.dates ?? [];
  const said = {
    ...(days.length === 0 ? {} : { days }),
    ...(hours === undefined || hours.from === hours.to
      ? {}
      : { hours: [hours.to === '00:00' ? { ...hours, to: '24:00' } : hours] }),
    ...(dates === undefined ? {} : { dates: [dates] }),
  };
  const ofReservation = prices.every(({ dimension }) => dimension === 'time' || dimension === 'flat');
  const { reservation: _reservation, ...withoutReservation } = others;
  const kept = {
    ...(Object.keys(said).length === 0 ? {} : { when: said }),
    ...(ofReservation ? others : withoutReservation),
  };
  return {
    prices: prices.map((price) => ({ ...price, vatPercent: price.vatPercent ?? 25 })),
    ...(Object.keys(kept).length === 0 ? {} : { restrictions: kept }),
  };
}

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
