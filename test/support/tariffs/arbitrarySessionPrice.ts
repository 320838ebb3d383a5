import fc from 'fast-check';
import type { SessionElement, SessionPriceComponent, SessionRestrictions } from '../../../tariffs/types.js';
import { arbitraryCalendar } from './arbitraryCalendar.js';
import { members, price, vatPercent } from './arbitraryValues.js';

// Every maximum is above every minimum.
const minimum = fc.integer({ min: 0, max: 50_000 });
const maximum = fc.integer({ min: 50_001, max: 100_000 });

const restrictions: fc.Arbitrary<SessionRestrictions> = members<object, Required<SessionRestrictions>>(
  {},
  {
    when: arbitraryCalendar,
    energyMinWh: minimum,
    energyMaxWh: maximum,
    currentMinA: minimum,
    currentMaxA: maximum,
    powerMinW: minimum,
    powerMaxW: maximum,
    durationMinS: minimum,
    durationMaxS: maximum,
    reservation: fc.constantFrom('RESERVATION', 'RESERVATION_EXPIRES'),
  },
);

const element: fc.Arbitrary<SessionElement> = members<
  Pick<SessionElement, 'prices'>,
  Required<Omit<SessionElement, 'prices'>>
>(
  {
    prices: fc.uniqueArray(
      members<Omit<SessionElement['prices'][number], 'vatPercent'>, { vatPercent: number }>(
        {
          dimension: fc.constantFrom('energy', 'time', 'parking', 'flat'),
          price,
          stepSize: fc.constantFrom(1, 60, 100, 500),
        },
        { vatPercent },
      ),
      { minLength: 1, maxLength: 4, selector: ({ dimension }) => dimension },
    ),
  },
  { restrictions },
);

export function arbitrarySessionPrice(): fc.Arbitrary<SessionPriceComponent> {
  return members<Pick<SessionPriceComponent, 'kind' | 'id' | 'elements'>, { minPrice: number; maxPrice: number }>(
    {
      kind: fc.constant('sessionPrice'),
      id: fc.constant('session'),
      elements: fc.array(element, { minLength: 1, maxLength: 4 }),
    },
    { minPrice: fc.integer({ min: 0, max: 100 }), maxPrice: fc.integer({ min: 100, max: 1000 }) },
  );
}
