import type { Tariff, TariffComponent } from '../../tariffs/index.js';
import type { DayType } from '../../tariffs/types.js';

const QUARTER_MS = 900_000;
const STOCKHOLM = 'Europe/Stockholm';
const WORKDAYS: readonly DayType[] = ['MO', 'TU', 'WE', 'TH', 'FR'];
const SWEDISH_HOLIDAYS = {
  dates: [],
  yearly: ['01-01', '01-06', '05-01', '06-06', '12-25', '12-26'],
  easter: [-2, 0, 1, 39, 49],
};
const ALWAYS = { fromMs: 'open', toMs: 'open' } as const;

/** A supplier's tariff: quarter-hour prices with the shape of a day, negative at times, a markup and the energy tax. */
export function spotTariff(fromMs: number, quarters: number, random: () => number): Tariff {
  const components: TariffComponent[] = [
    {
      kind: 'priceSeries',
      id: 'spot',
      prices: [{ startMs: fromMs, stepMs: QUARTER_MS, pricesPerKwh: dayShaped(quarters, random) }],
      markups: [{ pricePerKwh: 0.08 }],
    },
    { kind: 'tax', id: 'energy-tax', pricePerKwh: 0.439 },
  ];
  return {
    name: 'supplier',
    currency: 'SEK',
    timeZone: STOCKHOLM,
    validity: ALWAYS,
    vatPercent: 25,
    holidays: SWEDISH_HOLIDAYS,
    components,
  };
}

/** A grid company's tariff: dear on winter workdays by day, holidays apart. With a charge on the mean of the three highest days, if wanted. */
export function gridTariff(options: { withDemandCharge: boolean; highPricePerKwh: number }): Tariff {
  const winterDays = { months: [11, 12, 1, 2, 3], days: WORKDAYS, hours: [{ from: '06:00', to: '22:00' }] };
  const components: TariffComponent[] = [
    {
      kind: 'timeOfUse',
      id: 'transfer',
      rates: [
        { name: 'high', when: winterDays, pricePerKwh: options.highPricePerKwh },
        { name: 'low', pricePerKwh: 0.178 },
      ],
    },
    { kind: 'fixedFee', id: 'subscription', price: 180, per: 'month' },
  ];
  if (options.withDemandCharge) components.push(demandCharge());
  return {
    name: 'grid company',
    currency: 'SEK',
    timeZone: STOCKHOLM,
    validity: ALWAYS,
    vatPercent: 25,
    holidays: SWEDISH_HOLIDAYS,
    components,
  };
}

function demandCharge(): TariffComponent {
  return {
    kind: 'demandCharge',
    id: 'peak',
    sampleMinutes: 60,
    weights: [{ when: { hours: [{ from: '22:00', to: '06:00' }] }, weight: 0.5 }],
    peaks: 3,
    distinct: 'day',
    price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 65 }] },
  };
}

/** Cheap nights, dear mornings and evenings, noise; four decimals, as markets publish once per kWh. */
function dayShaped(quarters: number, random: () => number): number[] {
  return Array.from({ length: quarters }, (_, quarter) => {
    const hour = (quarter / 4) % 24;
    const shape = 0.45 - 0.25 * Math.cos((hour / 24) * 2 * Math.PI) + 0.3 * Math.exp(-((hour - 18) ** 2) / 6);
    return Math.round((shape + (random() - 0.6) * 0.5) * 10_000) / 10_000;
  });
}
