import { placeIn, refuse } from '../reading/place.js';
import { number, vatPercent } from '../reading/scalars.js';
import { checked, choice, list, optional, record, required, type Shape, withDefault } from '../reading/shapes.js';
import type { SessionDimensionPrice, SessionElement, SessionPriceComponent, SessionRestrictions } from '../types.js';
import { calendar, PRICE_MAX, RATES_MAX } from './calendarShapes.js';
import { componentBase } from './componentBase.js';
import type { NativeSessionPrice } from './nativeTariff.js';

/** Of any restriction: W, Wh, A or s. More than a truck draws, or a stay lasts. */
export const RESTRICTION_MAX = 1_000_000_000;
export const STEP_MAX = 1_000_000;
/** Of a session's least and greatest price. */
export const TOTAL_MAX = 10_000_000;

type NativeElement = NativeSessionPrice['elements'][number];

const amount = number({ min: 0, max: RESTRICTION_MAX });
const price = number({ min: -PRICE_MAX, max: PRICE_MAX, fix: 'It is in the main unit of the currency.' });

const dimensionPrice = record<SessionDimensionPrice, NativeElement['prices'][number]>({
  dimension: required(choice('energy', 'time', 'parking', 'flat')),
  price: required(price),
  vatPercent: optional(vatPercent),
  stepSize: withDefault(number({ min: 1, max: STEP_MAX, whole: true }), 1),
});

const restrictions: Shape<SessionRestrictions> = checked(
  record<SessionRestrictions>({
    when: optional(calendar),
    energyMinWh: optional(amount),
    energyMaxWh: optional(amount),
    currentMinA: optional(amount),
    currentMaxA: optional(amount),
    powerMinW: optional(amount),
    powerMaxW: optional(amount),
    durationMinS: optional(amount),
    durationMaxS: optional(amount),
    reservation: optional(choice('RESERVATION', 'RESERVATION_EXPIRES')),
  }),
  (value, place) => {
    for (const [min, max] of RANGES) {
      const least = value[min];
      const most = value[max];
      if (least === undefined || most === undefined || least < most) continue;
      refuse(placeIn(place, max, most), {
        reason: `It must be more than ${min}, ${least}.`,
        fix: 'Correct one of them.',
      });
    }
  },
);

const RANGES = [
  ['energyMinWh', 'energyMaxWh'],
  ['currentMinA', 'currentMaxA'],
  ['powerMinW', 'powerMaxW'],
  ['durationMinS', 'durationMaxS'],
] as const;

const prices = checked(list(dimensionPrice, { min: 1, max: 4, what: 'prices' }), (all, place) => {
  const twice = all.findIndex((one, index) => all.findIndex(({ dimension }) => dimension === one.dimension) !== index);
  if (twice === -1) return;
  refuse(placeIn(placeIn(place, twice, undefined), 'dimension', all[twice]?.dimension), {
    reason: 'This dimension has a price already in this element.',
    fix: 'Leave one of them out, or put it into an element of its own.',
  });
});

const element = record<SessionElement, NativeElement>({
  prices: required(prices),
  restrictions: optional(restrictions),
});

const total = number({ min: 0, max: TOTAL_MAX });

export const sessionPrice: Shape<SessionPriceComponent, NativeSessionPrice> = checked(
  record<SessionPriceComponent, NativeSessionPrice>({
    kind: required(choice('sessionPrice')),
    ...componentBase,
    elements: required(list(element, { min: 1, max: RATES_MAX, what: 'elements' })),
    minPrice: optional(total),
    maxPrice: optional(total),
  }),
  ({ minPrice, maxPrice }, place) => {
    if (minPrice === undefined || maxPrice === undefined || minPrice <= maxPrice) return;
    refuse(placeIn(place, 'maxPrice', maxPrice), {
      reason: `It must not be less than minPrice, ${minPrice}.`,
      fix: 'Correct one of them.',
    });
  },
);
