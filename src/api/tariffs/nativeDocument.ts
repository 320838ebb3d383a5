import Type, { type TSchema } from 'typebox';
import { Instant } from '../schemas.js';

// The native tariff as the OpenAPI document describes it. It is read by tariffs/, which says more exactly what is wrong; these
// schemas are for those who write one. A test holds them to what is printed.

const fixed = { additionalProperties: false } as const;
const optional = Type.Optional;

const CLOCK = '^([01]\\d|2[0-3]):[0-5]\\d$';
const CLOCK_END = '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$';
const DATE = '^\\d{4}-\\d\\d-\\d\\d$';
const MONTH = '^\\d{4}-\\d\\d$';

const Months = Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), { description: '1 is January.' });

const Calendar = Type.Object(
  {
    months: optional(Months),
    days: optional(
      Type.Array(Type.Enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU', 'HO']), {
        description: 'HO: a holiday, which then is no weekday.',
      }),
    ),
    hours: optional(
      Type.Array(
        Type.Object({ from: Type.String({ pattern: CLOCK }), to: Type.String({ pattern: CLOCK_END }) }, fixed),
        {
          description: 'HH:MM, half-open. Where "to" is not after "from" it goes on past midnight.',
        },
      ),
    ),
    dates: optional(
      Type.Array(Type.Object({ from: Type.String({ pattern: DATE }), to: Type.String({ pattern: DATE }) }, fixed), {
        description: 'YYYY-MM-DD, half-open.',
      }),
    ),
  },
  {
    ...fixed,
    title: 'TariffCalendar',
    description: "All members given must hold. By the local clock of the tariff's zone.",
  },
);

const Rates = Type.Array(
  Type.Object({ name: optional(Type.String()), when: optional(Calendar), pricePerKwh: Type.Number() }, fixed),
  { description: 'The first whose calendar holds.' },
);

const Validity = Type.Object(
  { from: optional(Instant), to: optional(Instant) },
  {
    ...fixed,
    title: 'TariffValidity',
    description: 'Half-open; left out: without a beginning, or an end.',
  },
);

const published = {
  prices: optional(
    Type.Array(
      Type.Object(
        {
          start: Instant,
          resolution: Type.String({ description: 'PT15M, PT1H …' }),
          pricesPerKwh: Type.Array(Type.Number()),
        },
        fixed,
      ),
      { description: 'Runs of consecutive intervals of one length.' },
    ),
  ),
  intervals: optional(
    Type.Array(Type.Object({ start: Instant, end: Instant, pricePerKwh: Type.Number() }, fixed), {
      description: 'Single intervals, in place of runs.',
    }),
  ),
};
const formula = { factor: optional(Type.Number()), markups: optional(Rates) };

function component<K extends string, P extends Record<string, TSchema>>(kind: K, description: string, own: P) {
  return Type.Object(
    {
      kind: Type.Literal(kind),
      id: Type.String({ description: 'What the bill calls it.' }),
      validity: optional(Validity),
      vatPercent: optional(Type.Number({ minimum: 0, maximum: 100 })),
      ...own,
    },
    { ...fixed, description },
  );
}

const DemandPrice = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('perKw'),
      per: Type.Enum(['month', 'year']),
      rates: Type.Array(Type.Object({ months: optional(Months), pricePerKw: Type.Number() }, fixed)),
    },
    fixed,
  ),
  Type.Object(
    {
      kind: Type.Literal('steps'),
      steps: Type.Array(Type.Object({ fromKw: Type.Number(), pricePerMonth: Type.Number() }, fixed)),
    },
    fixed,
  ),
]);

const DemandMemory = Type.Union([
  Type.Object({ kind: Type.Literal('rollingMean'), months: Type.Integer() }, fixed),
  Type.Object({ kind: Type.Literal('ratchet'), share: Type.Number(), months: Type.Integer() }, fixed),
  Type.Object({ kind: Type.Literal('previousMonth') }, fixed),
]);

const SessionElement = Type.Object(
  {
    prices: Type.Array(
      Type.Object(
        {
          dimension: Type.Enum(['energy', 'time', 'parking', 'flat']),
          price: Type.Number(),
          vatPercent: optional(Type.Number()),
          stepSize: optional(Type.Integer({ default: 1, description: 'Wh or s.' })),
        },
        fixed,
      ),
    ),
    restrictions: optional(
      Type.Object(
        {
          when: optional(Calendar),
          energyMinWh: optional(Type.Number()),
          energyMaxWh: optional(Type.Number()),
          currentMinA: optional(Type.Number()),
          currentMaxA: optional(Type.Number()),
          powerMinW: optional(Type.Number()),
          powerMaxW: optional(Type.Number()),
          durationMinS: optional(Type.Number()),
          durationMaxS: optional(Type.Number()),
          reservation: optional(Type.Enum(['RESERVATION', 'RESERVATION_EXPIRES'])),
        },
        fixed,
      ),
    ),
  },
  fixed,
);

const Component = Type.Union(
  [
    component('priceSeries', 'min(factor × published + markup, cap), such as day-ahead prices.', {
      ...published,
      ...formula,
      capPerKwh: optional(Type.Number()),
    }),
    component('timeOfUse', 'Prices by the clock.', { rates: Rates }),
    component('energyFee', 'So much per kWh.', { pricePerKwh: Type.Number() }),
    component('tax', 'A tax per kWh; VAT is a rate, not a component.', { pricePerKwh: Type.Number() }),
    component('fixedFee', 'So much per day, month or year.', {
      price: Type.Number(),
      per: Type.Enum(['day', 'month', 'year']),
      quantity: optional(Type.Number()),
      unit: optional(Type.String()),
    }),
    component('exportPrice', 'What is paid for energy fed into the grid.', {
      source: Type.Union([
        Type.Object({ kind: Type.Literal('series'), ...published, ...formula }, fixed),
        Type.Object({ kind: Type.Literal('rates'), rates: Rates }, fixed),
      ]),
    }),
    component('demandCharge', 'A price on the highest means of power of a month.', {
      sampleMinutes: Type.Enum([15, 30, 60]),
      when: optional(Calendar),
      weights: optional(Type.Array(Type.Object({ when: optional(Calendar), weight: Type.Number() }, fixed))),
      peaks: optional(Type.Integer({ default: 1, description: 'So many of the highest are averaged.' })),
      distinct: optional(Type.Enum(['none', 'day', 'week', 'month'], { default: 'none' })),
      overMonths: optional(Type.Integer({ default: 1 })),
      floorKw: optional(Type.Number()),
      thresholdKw: optional(Type.Number()),
      roundToKw: optional(Type.Number()),
      memory: optional(DemandMemory),
      price: DemandPrice,
      history: optional(
        Type.Array(Type.Object({ month: Type.String({ pattern: MONTH }), peakKw: Type.Number() }, fixed)),
      ),
    }),
    component('sessionPrice', 'What a driver pays for a session (OCPI).', {
      elements: Type.Array(SessionElement),
      minPrice: optional(Type.Number()),
      maxPrice: optional(Type.Number()),
    }),
  ],
  { title: 'TariffComponent' },
);

/** The members of a native tariff. */
export const nativeMembers = {
  name: optional(Type.String()),
  currency: Type.String({ description: 'ISO 4217.', examples: ['SEK'] }),
  timeZone: Type.String({ description: 'IANA.', examples: ['Europe/Stockholm'] }),
  validity: optional(Validity),
  vatPercent: optional(Type.Number({ minimum: 0, maximum: 100, default: 0, description: '25 means 25 %.' })),
  holidays: optional(
    Type.Object(
      {
        dates: optional(Type.Array(Type.String({ pattern: DATE }))),
        yearly: optional(Type.Array(Type.String({ pattern: '^\\d\\d-\\d\\d$', description: 'MM-DD.' }))),
        easter: optional(Type.Array(Type.Integer(), { description: 'Days from Easter Sunday.' })),
      },
      fixed,
    ),
  ),
  components: Type.Array(Component),
};
