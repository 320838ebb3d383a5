import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFaults } from '../../../src/api/faults.js';
import { TariffDocument } from '../../../src/api/tariffs/document.js';
import { AUTHORIZED, type Harness, startApi } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startApi();
});
afterAll(async () => harness.app.close());

const when = {
  months: [1, 2],
  days: ['MO', 'HO'],
  hours: [{ from: '22:00', to: '06:00' }],
  dates: [{ from: '2026-01-01', to: '2026-02-01' }],
};
const validity = { from: '2026-01-01T00:00:00+01:00', to: '2027-01-01T00:00:00+01:00' };
const rates = [{ name: 'night', when, pricePerKwh: 0.1 }, { pricePerKwh: 0.2 }];
const prices = [{ start: '2026-01-14T00:00:00+01:00', resolution: 'PT15M', pricesPerKwh: [0.1, -0.2] }];
const demand = {
  kind: 'demandCharge',
  sampleMinutes: 60,
  when,
  weights: [{ when, weight: 0.5 }],
  peaks: 3,
  distinct: 'day',
  overMonths: 2,
  floorKw: 2.5,
  thresholdKw: 8,
  roundToKw: 1,
  history: [{ month: '2025-12', peakKw: 7 }],
};
const perKw = { kind: 'perKw', per: 'month', rates: [{ months: [1], pricePerKw: 10 }, { pricePerKw: 5 }] };
const restrictions = {
  when,
  energyMinWh: 1,
  energyMaxWh: 2,
  currentMinA: 1,
  currentMaxA: 2,
  powerMinW: 1,
  powerMaxW: 2,
  durationMinS: 1,
  durationMaxS: 2,
  reservation: 'RESERVATION',
};

/** Says all that a native tariff can say, and nothing that is a default. */
const COMPLETE = {
  name: 'All of it',
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  validity,
  vatPercent: 25,
  holidays: { dates: ['2026-06-20'], yearly: ['12-25'], easter: [-2, 1] },
  components: [
    { kind: 'priceSeries', id: 'spot', validity, vatPercent: 6, prices, factor: 1.1, markups: rates, capPerKwh: 1 },
    { kind: 'timeOfUse', id: 'grid', validity, vatPercent: 6, rates },
    { kind: 'energyFee', id: 'fee', validity, vatPercent: 6, pricePerKwh: 0.1 },
    { kind: 'tax', id: 'tax', validity, vatPercent: 6, pricePerKwh: 0.4 },
    { kind: 'fixedFee', id: 'month', validity, vatPercent: 6, price: 100, per: 'month', quantity: 2, unit: 'kW' },
    {
      kind: 'exportPrice',
      id: 'sold',
      validity,
      vatPercent: 6,
      source: { kind: 'series', prices, factor: 2, markups: rates },
    },
    { kind: 'exportPrice', id: 'given', source: { kind: 'rates', rates } },
    { ...demand, id: 'a', validity, vatPercent: 6, memory: { kind: 'rollingMean', months: 12 }, price: perKw },
    { ...demand, id: 'b', memory: { kind: 'ratchet', share: 0.8, months: 11 }, price: { ...perKw, per: 'year' } },
    {
      ...demand,
      id: 'c',
      memory: { kind: 'previousMonth' },
      price: { kind: 'steps', steps: [{ fromKw: 0, pricePerMonth: 155 }] },
    },
    {
      kind: 'sessionPrice',
      id: 'stay',
      validity,
      vatPercent: 6,
      elements: [{ prices: [{ dimension: 'energy', price: 3.1, vatPercent: 25, stepSize: 100 }], restrictions }],
      minPrice: 1,
      maxPrice: 100,
    },
  ],
};

async function put(document: object) {
  const response = await harness.app.inject({
    method: 'PUT',
    url: '/v1/tariffs/complete',
    headers: AUTHORIZED,
    payload: document,
  });
  return { status: response.statusCode, json: response.json() as Record<string, unknown> };
}

/** Each member that a schema names, as the path of schemas to it. */
function membersOf(schema: unknown, path = ''): string[] {
  const { properties, items, anyOf } = Object(schema);
  const own = Object.entries(properties ?? {}).flatMap(([name, member]) => [
    `${path}/${name}`,
    ...membersOf(member, `${path}/${name}`),
  ]);
  const within = [items, ...(anyOf ?? [])].filter((one) => one !== undefined).flatMap((one) => membersOf(one, path));
  return [...new Set([...own, ...within])];
}

function membersIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => membersIn(one, path)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    `${path}/${name}`,
    ...membersIn(member, `${path}/${name}`),
  ]);
}

describe('the native tariff as the OpenAPI document describes it', () => {
  it('has every member that one can have, and no other', async () => {
    const { status, json } = await put(COMPLETE);
    expect(json).toMatchObject(status === 200 ? COMPLETE : {});
    expect(status).toBe(200);
    expect(findFaults(TariffDocument, json)).toEqual([]);
    // Single intervals are read, and answered as runs.
    const described = membersOf(TariffDocument).filter((path) => !path.includes('/intervals'));
    expect(described.length).toBeGreaterThan(80);
    expect(described.filter((path) => !membersIn(json).includes(path))).toEqual([]);
  });

  it('would show a member that is not described, or has another type', async () => {
    const { json } = await put(COMPLETE);
    expect(findFaults(TariffDocument, { ...json, surprise: 1 })).toHaveLength(1);
    expect(findFaults(TariffDocument, { ...json, currency: 7 })).toHaveLength(1);
  });
});
