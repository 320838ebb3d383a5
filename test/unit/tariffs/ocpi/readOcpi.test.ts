import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTariff } from '../../../../tariffs/index.js';
import { readOcpi } from '../../../../tariffs/ocpi/readOcpi.js';

function fixture(name: string): string {
  return readFileSync(new URL(`../../../fixtures/tariffs/ocpi/${name}`, import.meta.url), 'utf8');
}

const STOCKHOLM = { timeZone: 'Europe/Stockholm' };

const simple = {
  country_code: 'SE',
  party_id: 'EVK',
  id: 't1',
  currency: 'SEK',
  elements: [{ price_components: [{ type: 'ENERGY', price: 3.1, vat: 25, step_size: 1 }] }],
  last_updated: '2026-01-01T00:00:00Z',
};

describe('a tariff of OCPI 2.2.1', () => {
  const { tariff: read, warnings } = readOcpi(fixture('depot-221.json'), { ...STOCKHOLM, name: 'Depot Nord' });
  const [component] = read.components;

  it('is one session price for the time between its dates', () => {
    expect(read).toMatchObject({ name: 'Depot Nord', currency: 'SEK', timeZone: 'Europe/Stockholm', vatPercent: 0 });
    expect(read.components).toHaveLength(1);
    expect(component).toMatchObject({
      kind: 'sessionPrice',
      id: 'depot-nord-2026',
      validity: { fromMs: Date.UTC(2025, 11, 31, 23), toMs: Date.UTC(2026, 11, 31, 23) },
      minPrice: 20,
      maxPrice: 800,
    });
  });

  it('keeps every element in its order, with its restrictions in Wh, W, A and local time', () => {
    const elements = component?.kind === 'sessionPrice' ? component.elements : [];
    const weekdays = { days: ['MO', 'TU', 'WE', 'TH', 'FR'], hours: [{ from: '06:00', to: '22:00' }] };
    expect(elements.map(({ restrictions }) => restrictions)).toEqual([
      undefined,
      { when: weekdays, powerMinW: 50_000 },
      { when: weekdays },
      { when: { dates: [{ from: '2026-12-24', to: '2026-12-27' }] }, energyMaxWh: 20_001 },
      { when: { hours: [{ from: '22:00', to: '06:00' }] } },
      undefined,
      { when: { hours: [{ from: '08:00', to: '24:00' }] }, durationMinS: 14_400 },
      { reservation: 'RESERVATION' },
    ]);
    expect(elements.at(-1)?.prices).toEqual([
      { dimension: 'flat', price: 10, vatPercent: 25, stepSize: 1 },
      { dimension: 'time', price: 30, vatPercent: 25, stepSize: 60 },
    ]);
  });

  it('says what is not kept, and what the planner takes no account of', () => {
    expect(warnings).toEqual([
      'Only for the bill of a session, for planning takes no account of it: FLAT prices, PARKING_TIME prices, TIME prices, ' +
        'max_kwh, min_power, min_duration, reservation, min_price, max_price.',
      'Not kept, being no part of the price: tariff_alt_text, tariff_alt_url, energy_mix.',
    ]);
  });

  it('is known by having no tax_included; a missing VAT is unknown, and the given one is taken', () => {
    const untaxed = { ...simple, elements: [{ price_components: [{ type: 'ENERGY', price: 2, step_size: 1 }] }] };
    const { tariff: of, warnings: said } = readOcpi(untaxed, { ...STOCKHOLM, vatPercent: 25 });
    expect(of.vatPercent).toBe(25);
    expect(of.components[0]).toMatchObject({ elements: [{ prices: [{ price: 2 }] }] });
    expect(JSON.stringify(of.components)).not.toContain('vatPercent');
    expect(said.join()).toContain('options.vatPercent, else 0 %');
  });

  it('may say null where it says nothing, and leave Z out of its times', () => {
    const nulls = { ...simple, type: null, min_price: null, energy_mix: null, end_date_time: '2026-07-01T00:00:00' };
    const { tariff: of, warnings: said } = readOcpi(nulls, STOCKHOLM);
    expect(of.components[0]?.validity).toEqual({ fromMs: 'open', toMs: Date.UTC(2026, 6, 1) });
    expect(said).toEqual([]);
  });

  it('takes a step of 0 as the smallest, and says so', () => {
    const stepless = {
      ...simple,
      elements: [{ price_components: [{ type: 'ENERGY', price: 2, vat: 25, step_size: 0 }] }],
    };
    const { tariff: of, warnings: said } = readOcpi(stepless, STOCKHOLM);
    expect(of.components[0]).toMatchObject({ elements: [{ prices: [{ stepSize: 1 }] }] });
    expect(said.join()).toContain('step_size of 0');
  });
});

describe('a tariff of OCPI 2.3', () => {
  const berlin = { timeZone: 'Europe/Berlin' };

  it('that includes taxes is read without them', () => {
    const { tariff, warnings } = readOcpi(fixture('adhoc-230.json'), berlin);
    const [component] = tariff.components;
    const prices = component?.kind === 'sessionPrice' ? component.elements.flatMap((element) => element.prices) : [];
    expect(prices.map(({ price }) => price)).toEqual([
      expect.closeTo(0.5, 12),
      expect.closeTo(0.6, 12),
      expect.closeTo(5, 12),
    ]);
    expect(prices.every(({ vatPercent }) => vatPercent === 19)).toBe(true);
    expect(component).toMatchObject({
      maxPrice: 100,
      elements: [{ restrictions: { currentMaxA: 96, powerMaxW: 50_000 } }, {}, {}],
    });
    expect(warnings).toContain('The tariff is of type AD_HOC_PAYMENT: it is taken to hold for every session.');
    expect(warnings).toContain('Not kept, being no part of the price: preauthorize_amount.');
  });

  it('that includes taxes without a rate takes the given one', () => {
    const gross = {
      ...simple,
      tax_included: 'YES',
      elements: [{ price_components: [{ type: 'ENERGY', price: 2.5, step_size: 1 }] }],
    };
    const { tariff } = readOcpi(gross, { ...STOCKHOLM, vatPercent: 25 });
    expect(tariff.components[0]).toMatchObject({ elements: [{ prices: [{ price: 2 }] }] });
    expect(tariff.vatPercent).toBe(25);
  });

  it('to which no taxes apply has a VAT of 0 %', () => {
    const free = {
      ...simple,
      tax_included: 'N/A',
      elements: [{ price_components: [{ type: 'ENERGY', price: 2, step_size: 1 }] }],
    };
    expect(readOcpi(free, { ...STOCKHOLM, vatPercent: 25 }).tariff.components[0]).toMatchObject({
      elements: [{ prices: [{ price: 2, vatPercent: 0 }] }],
    });
  });

  it('says when a limit with taxes tells more than the one without', () => {
    const limited = { ...simple, tax_included: 'NO', min_price: { before_taxes: 10, after_taxes: 12.5 } };
    expect(readOcpi(limited, STOCKHOLM).warnings.join()).not.toContain('min_price with taxes');
    const odd = { ...limited, min_price: { before_taxes: 10, after_taxes: 13 } };
    expect(readOcpi(odd, STOCKHOLM).warnings.join()).toContain('The min_price with taxes is not kept');
  });
});

describe('a response with versions', () => {
  it('is one tariff, whose versions follow one another under one id', () => {
    const { tariff } = readTariff(fixture('versions-response-230.json'), 'ocpi', { timeZone: 'Europe/Amsterdam' });
    const change = Date.UTC(2026, 5, 30, 22);
    expect(tariff.components.map(({ id, validity }) => ({ id, validity }))).toEqual([
      { id: 'city-12', validity: { fromMs: 'open', toMs: change } },
      { id: 'city-12', validity: { fromMs: change, toMs: 'open' } },
    ]);
  });

  it('may have one object in its data', () => {
    expect(readOcpi({ status_code: 1000, data: simple }, STOCKHOLM)).toEqual(readOcpi(simple, STOCKHOLM));
  });
});

describe('local times', () => {
  function whenOf(restrictions: object) {
    const [component] = readOcpi({ ...simple, elements: [{ ...simple.elements[0], restrictions }] }, STOCKHOLM).tariff
      .components;
    return component?.kind === 'sessionPrice' ? component.elements[0]?.restrictions?.when : undefined;
  }

  it('that end at 00:00 end with the day', () => {
    expect(whenOf({ start_time: '17:30', end_time: '00:00' })).toEqual({ hours: [{ from: '17:30', to: '24:00' }] });
    expect(whenOf({ start_time: '00:00', end_time: '00:00' })).toEqual({ hours: [{ from: '00:00', to: '24:00' }] });
  });

  it('go on past midnight where they end before they begin', () => {
    expect(whenOf({ start_time: '22:00', end_time: '06:00' })).toEqual({ hours: [{ from: '22:00', to: '06:00' }] });
  });

  it('without a beginning or an end are from or to midnight', () => {
    expect(whenOf({ start_time: '17:30' })).toEqual({ hours: [{ from: '17:30', to: '24:00' }] });
    expect(whenOf({ end_time: '06:00' })).toEqual({ hours: [{ from: '00:00', to: '06:00' }] });
  });

  it('of no days are of all days, and dates may be open', () => {
    expect(whenOf({ day_of_week: [] })).toBeUndefined();
    expect(whenOf({ start_date: '2026-06-01' })).toEqual({ dates: [{ from: '2026-06-01', to: '2200-12-31' }] });
    expect(whenOf({ end_date: '2026-06-01' })).toEqual({ dates: [{ from: '1970-01-01', to: '2026-06-01' }] });
  });
});

describe('a tariff of realistic size', () => {
  it('of 200 elements is read in its order', () => {
    const elements = Array.from({ length: 200 }, (_, index) => ({
      price_components: [
        { type: 'ENERGY', price: index / 100, vat: 25, step_size: 1 },
        { type: 'PARKING_TIME', price: 1, vat: 25, step_size: 60 },
      ],
      restrictions: {
        start_time: `${String(Math.floor(index / 10)).padStart(2, '0')}:00`,
        end_time: '23:30',
        min_kwh: index,
        max_kwh: index + 1,
      },
    }));
    const [component] = readOcpi(JSON.stringify({ ...simple, elements }), STOCKHOLM).tariff.components;
    const read = component?.kind === 'sessionPrice' ? component.elements : [];
    expect(read.map(({ prices }) => prices[0]?.price)).toEqual(elements.map((_, index) => index / 100));
    expect(read[199]?.restrictions).toEqual({
      when: { hours: [{ from: '19:00', to: '23:30' }] },
      energyMinWh: 199_000,
      energyMaxWh: 200_000,
    });
  });
});
