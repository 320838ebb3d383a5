import { type Place, placeIn, refuse } from '../reading/place.js';
import { clock, clockEnd, localDate, NAME_MAX, number, words } from '../reading/scalars.js';
import { checked, choice, list, optional, record, required, type Shape } from '../reading/shapes.js';
import type { Calendar, DayType, LocalDates, LocalHours, Rate } from '../types.js';

export const RATES_MAX = 200;
/** Of any currency, per kWh or kW. */
export const PRICE_MAX = 100_000;

export const months = checked(
  list(number({ min: 1, max: 12, whole: true, fix: 'Months are 1 (January) to 12 (December).' }), {
    min: 1,
    max: 12,
    what: 'months',
  }),
  refuseRepeated,
);

const days = checked(
  list<DayType, DayType>(choice('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU', 'HO'), { min: 1, max: 8, what: 'days' }),
  refuseRepeated,
);

const localHours = record<LocalHours>({ from: required(clock), to: required(clockEnd) });

const localDates = checked(
  record<LocalDates>({ from: required(localDate), to: required(localDate) }),
  (dates, place) => {
    if (dates.from < dates.to) return;
    refuse(place, {
      reason: '"to" must be after "from".',
      fix: '"to" is the first day after: from 2026-06-01 to 2026-09-01 is the summer.',
    });
  },
);

/** An empty one would hold always, an empty list never: neither is what anybody means. */
export const calendar: Shape<Calendar> = checked(
  record<Calendar>({
    months: optional(months),
    days: optional(days),
    hours: optional(list(localHours, { min: 1, max: 100, what: 'hours' })),
    dates: optional(list(localDates, { min: 1, max: 2000, what: 'dates' })),
  }),
  (value, place) => {
    if (Object.keys(value).length > 0) return;
    refuse(place, { reason: 'This calendar says nothing.', fix: 'Leave "when" out where a price always holds.' });
  },
);

export const pricePerKwh = number({
  min: -PRICE_MAX,
  max: PRICE_MAX,
  fix: 'Prices are per kWh, in the main unit of the currency: a market price per MWh is divided by 1000.',
});

const rate = record<Rate>({
  name: optional(words(NAME_MAX)),
  when: optional(calendar),
  pricePerKwh: required(pricePerKwh),
});

/** There always is one that holds: the last, and only it, has no calendar. */
export const rates: Shape<readonly Rate[]> = checked(
  list(rate, { min: 1, max: RATES_MAX, what: 'rates' }),
  (choices, place) => refuseUnlessLastHolds(choices, place, 'when'),
);

/** What comes on top: where none holds, nothing does. */
export const markups: Shape<readonly Rate[]> = checked(
  list(rate, { max: RATES_MAX, what: 'markups' }),
  (choices, place) => refuseUnreachable(choices, place, 'when'),
);

/** Of choices of which the first that holds is taken: `condition` is the member that says when. */
export function refuseUnlessLastHolds<Choice>(
  choices: readonly Choice[],
  place: Place,
  condition: keyof Choice & string,
): void {
  if (choices.at(-1)?.[condition] !== undefined) {
    refuse(place, {
      reason: `The last one has "${condition}": there are times at which none holds.`,
      fix: `Put one without "${condition}" at the end, for all other times.`,
    });
  }
  refuseUnreachable(choices, place, condition);
}

/** What comes after one that always holds is never looked at. */
export function refuseUnreachable<Choice>(
  choices: readonly Choice[],
  place: Place,
  condition: keyof Choice & string,
): void {
  const always = choices.findIndex((choice) => choice[condition] === undefined);
  if (always === -1 || always === choices.length - 1) return;
  refuse(placeIn(place, always, undefined), {
    reason: `This one has no "${condition}", so that those after it never hold.`,
    fix: `Put the one without "${condition}" at the end: the first that holds is taken.`,
  });
}

export function refuseRepeated(values: readonly (string | number)[], place: Place): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated === undefined) return;
  refuse(place, { reason: `${JSON.stringify(repeated)} stands twice.`, fix: 'Leave one of them out.' });
}
