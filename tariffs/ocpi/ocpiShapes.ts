import { PRICE_MAX, RATES_MAX } from '../native/calendarShapes.js';
import { RESTRICTION_MAX, STEP_MAX, TOTAL_MAX } from '../native/sessionShapes.js';
import { currency, instantAt, isClock, localDate, number, textOf, vatPercent, words } from '../reading/scalars.js';
import { choice, knownOf, list, optional, plain, record, required, type Shape } from '../reading/shapes.js';
import type { OcpiElement, OcpiLimit, OcpiPriceComponent, OcpiRestrictions, OcpiTariff } from './ocpiTariff.js';

export type OcpiVersion = '2.2.1' | '2.3';

/** Members that are no part of the price. */
export const NOT_KEPT = ['tariff_alt_text', 'tariff_alt_url', 'energy_mix', 'preauthorize_amount'] as const;

/** What is not known may well change the price. */
const MANNERS = { strangers: 'TARIFF_NOT_EXPRESSIBLE', nulls: 'absent' } as const;

const dateTime: Shape<string> = plain((place) =>
  instantAt(place, 'UTC') === undefined ? undefined : String(place.value),
);
const time = textOf(isClock, { form: 'time of day', fix: 'Write it as HH:MM from 00:00 to 23:59.' });
const amount = number({ min: 0, max: RESTRICTION_MAX });
const thousands = number({ min: 0, max: RESTRICTION_MAX / 1000 });

const restrictions = record<OcpiRestrictions>(
  {
    start_time: optional(time),
    end_time: optional(time),
    start_date: optional(localDate),
    end_date: optional(localDate),
    min_kwh: optional(thousands),
    max_kwh: optional(thousands),
    min_current: optional(amount),
    max_current: optional(amount),
    min_power: optional(thousands),
    max_power: optional(thousands),
    min_duration: optional(amount),
    max_duration: optional(amount),
    day_of_week: optional(
      list(knownOf('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'), {
        max: 7,
        what: 'days',
      }),
    ),
    reservation: optional(knownOf('RESERVATION', 'RESERVATION_EXPIRES')),
  },
  MANNERS,
);

const priceComponent = record<OcpiPriceComponent>(
  {
    type: required(knownOf('ENERGY', 'FLAT', 'PARKING_TIME', 'TIME')),
    price: required(number({ min: -PRICE_MAX, max: PRICE_MAX, fix: 'It is in the main unit of the currency.' })),
    vat: optional(vatPercent),
    step_size: required(number({ min: 0, max: STEP_MAX, whole: true, fix: 'It is in Wh, or in seconds.' })),
  },
  MANNERS,
);

const element = record<OcpiElement>(
  {
    price_components: required(list(priceComponent, { min: 1, max: 4, what: 'price components' })),
    restrictions: optional(restrictions),
  },
  MANNERS,
);

const total = number({ min: 0, max: TOTAL_MAX });

type Limit<Version extends OcpiVersion> = Extract<
  OcpiLimit,
  Version extends '2.3' ? { before_taxes: number } : { excl_vat: number }
>;

const limits: { readonly [Version in OcpiVersion]: Shape<Limit<Version>> } = {
  '2.2.1': record<Limit<'2.2.1'>>({ excl_vat: required(total), incl_vat: optional(total) }, MANNERS),
  '2.3': record<Limit<'2.3'>>({ before_taxes: required(total), after_taxes: optional(total) }, MANNERS),
};

export const tariffShapes: { readonly [Version in OcpiVersion]: Shape<OcpiTariff> } = {
  '2.2.1': tariffShape('2.2.1'),
  '2.3': tariffShape('2.3'),
};

function tariffShape(version: OcpiVersion): Shape<OcpiTariff> {
  const limit = plain<OcpiLimit>((place) => limits[version].read(place));
  const taxes = choice('YES', 'NO', 'N/A');
  return record<OcpiTariff>(
    {
      country_code: required(words(2)),
      party_id: required(words(3)),
      id: required(words(36)),
      currency: required(currency),
      type: optional(knownOf('AD_HOC_PAYMENT', 'PROFILE_CHEAP', 'PROFILE_FAST', 'PROFILE_GREEN', 'REGULAR')),
      // In 2.2.1 there is none: where it stands, the object is one of 2.3.
      tax_included:
        version === '2.3' ? required(taxes, 'Say "YES", "NO" or "N/A": OCPI 2.3 requires it.') : optional(taxes),
      min_price: optional(limit),
      max_price: optional(limit),
      elements: required(list(element, { min: 1, max: RATES_MAX, what: 'elements' })),
      start_date_time: optional(dateTime),
      end_date_time: optional(dateTime),
      last_updated: required(dateTime),
    },
    { ...MANNERS, ignored: NOT_KEPT },
  );
}
