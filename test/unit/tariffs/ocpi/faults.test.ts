import { describe, expect, it } from 'vitest';
import type { InvalidTariff, ParseOptions } from '../../../../tariffs/index.js';
import { readOcpi } from '../../../../tariffs/ocpi/readOcpi.js';
import { fault } from '../fault.js';

const energy = { type: 'ENERGY', price: 3.1, vat: 25, step_size: 1 };
const tariff = {
  country_code: 'SE',
  party_id: 'EVK',
  id: 't1',
  currency: 'SEK',
  elements: [{ price_components: [energy] }],
  last_updated: '2026-01-01T00:00:00Z',
};

function refused(document: unknown, options: ParseOptions = {}): InvalidTariff {
  return fault(() => readOcpi(document, { timeZone: 'Europe/Stockholm', ...options }));
}

function withRestrictions(restrictions: object): object {
  return { ...tariff, elements: [{ price_components: [energy], restrictions }] };
}

function withPrices(...price_components: object[]): object {
  return { ...tariff, elements: [{ price_components }] };
}

describe('what is not known here', () => {
  it.each([
    ['a dimension', withPrices({ ...energy, type: 'ENERGY_PEAK' }), '/elements/0/price_components/0/type'],
    ['a restriction', withRestrictions({ booking: true }), '/elements/0/restrictions/booking'],
    ['a day', withRestrictions({ day_of_week: ['HOLIDAY'] }), '/elements/0/restrictions/day_of_week/0'],
    ['a reservation', withRestrictions({ reservation: 'LATE' }), '/elements/0/restrictions/reservation'],
    ['a member of a price', withPrices({ ...energy, discount: 0.1 }), '/elements/0/price_components/0/discount'],
    ['a member of the tariff', { ...tariff, surge: 2 }, '/surge'],
    ['a type of tariff', { ...tariff, type: 'PROFILE_SUN' }, '/type'],
  ])('%s is refused as not expressible, and named', (_, document, path) => {
    const { code, issues } = refused(document);
    expect(code).toBe('TARIFF_NOT_EXPRESSIBLE');
    expect(issues.map((issue) => issue.path)).toEqual([path]);
  });

  it('is told from a slip by the nearest known word', () => {
    expect(refused(withRestrictions({ min_kWh: 3 })).issues[0]?.fix).toContain('"min_kwh"');
    expect(refused(withPrices({ ...energy, type: 'PARKING' })).issues[0]?.fix).toContain('"PARKING_TIME"');
  });
});

describe('what contradicts itself', () => {
  it.each([
    [
      'times that are the same',
      withRestrictions({ start_time: '08:00', end_time: '08:00' }),
      '/elements/0/restrictions/end_time',
    ],
    ['a day that there is not', withRestrictions({ start_date: '2026-02-29' }), '/elements/0/restrictions/start_date'],
    [
      'dates that go back',
      withRestrictions({ start_date: '2026-03-02', end_date: '2026-03-02' }),
      '/elements/0/restrictions/end_date',
    ],
    ['a range that is empty', withRestrictions({ min_power: 50, max_power: 50 }), '/elements/0/restrictions/max_power'],
    ['24:00, which OCPI has not', withRestrictions({ end_time: '24:00' }), '/elements/0/restrictions/end_time'],
    ['a dimension twice in one element', withPrices(energy, energy), '/elements/0/price_components/1/type'],
    [
      'a reservation that has energy',
      withRestrictions({ reservation: 'RESERVATION' }),
      '/elements/0/price_components/0/type',
    ],
    ['a price that is a text', withPrices({ ...energy, price: '3.1' }), '/elements/0/price_components/0/price'],
    ['a step below 0', withPrices({ ...energy, step_size: -1 }), '/elements/0/price_components/0/step_size'],
    ['VAT where no taxes apply', { ...tariff, tax_included: 'N/A' }, '/elements/0/price_components/0/vat'],
    ['limits of two versions', { ...tariff, min_price: { excl_vat: 1 }, tax_included: 'NO' }, '/min_price'],
    ['limits that cross', { ...tariff, min_price: { excl_vat: 9 }, max_price: { excl_vat: 8 } }, '/max_price'],
    [
      'dates of validity that go back',
      { ...tariff, start_date_time: '2026-02-01T00:00:00Z', end_date_time: '2026-01-01T00:00:00Z' },
      '/end_date_time',
    ],
    ['no tax_included in 2.3', { ...tariff, max_price: { before_taxes: 8 } }, undefined],
    ['no elements', { ...tariff, elements: [] }, '/elements'],
  ])('%s is refused', (_, document, path) => {
    const { code, issues } = refused(document);
    expect(code).toBe('INVALID_TARIFF');
    expect(issues.map((issue) => issue.path)).toContain(path);
  });
});

describe('prices that include taxes', () => {
  it('are refused where no rate is said', () => {
    const gross = { ...withPrices({ type: 'ENERGY', price: 2.5, step_size: 1 }), tax_included: 'YES' };
    const { code, issues } = refused(gross);
    expect(code).toBe('TARIFF_NOT_EXPRESSIBLE');
    expect(issues[0]).toMatchObject({
      path: '/elements/0/price_components/0/price',
      fix: expect.stringContaining('vatPercent'),
    });
  });
});

describe('options', () => {
  it('must name the time zone, which is in the Location', () => {
    const { issues } = fault(() => readOcpi(tariff));
    expect(issues[0]).toMatchObject({ path: 'options.timeZone', reason: expect.stringContaining('Location') });
  });

  it('that can not be are refused before the document is read', () => {
    expect(refused(tariff, { timeZone: 'Europe/Atlantis' }).issues[0]?.path).toBe('options.timeZone');
    expect(refused(tariff, { vatPercent: Number.NaN }).issues[0]?.path).toBe('options.vatPercent');
  });

  it('must agree on the currency', () => {
    expect(refused(tariff, { currency: 'EUR' }).issues[0]).toMatchObject({ path: '/currency', text: 'SEK' });
  });
});

describe('a list', () => {
  const until = { ...tariff, end_date_time: '2026-07-01T00:00:00Z' };
  const since = { ...tariff, start_date_time: '2026-07-01T00:00:00Z' };

  it('of versions that overlap is refused, naming both and the time', () => {
    const early = { ...since, start_date_time: '2026-06-30T23:59:59Z' };
    const { code, issues } = refused([until, early]);
    expect(code).toBe('TARIFF_OVERLAP');
    expect(issues[0]).toMatchObject({
      path: '/1/start_date_time',
      reason: expect.stringContaining('2026-06-30T23:59:59.000Z'),
    });
    expect(refused([tariff, since]).code).toBe('TARIFF_OVERLAP');
  });

  it('of different tariffs is refused', () => {
    expect(refused({ data: [until, { ...since, id: 't2' }] }).issues[0]?.path).toBe('/data/1/id');
    expect(refused([until, { ...since, party_id: 'ABC' }]).issues[0]?.path).toBe('/1/id');
    expect(refused([until, { ...since, currency: 'EUR' }]).issues[0]?.path).toBe('/1/currency');
  });

  it('of none, and a response that is an error, are refused', () => {
    expect(refused([]).code).toBe('INVALID_TARIFF');
    expect(refused({ status_code: 2003, status_message: 'Unknown tariff' }).issues[0]?.path).toBe('/status_code');
    expect(refused({ status_code: 1000 }).issues[0]?.path).toBe('/data');
  });
});
