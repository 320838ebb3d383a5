import { describe, expect, it } from 'vitest';
import type { ParseOptions } from '../../../../tariffs/index.js';
import { readNative } from '../../../../tariffs/native/readNative.js';
import { fault } from '../fault.js';

const tax = { kind: 'tax', id: 'energy tax', pricePerKwh: 0.4 };
const small = { currency: 'SEK', timeZone: 'Europe/Stockholm', components: [tax] };
const HOUR = 3_600_000;

function read(document: unknown, options?: ParseOptions) {
  return readNative(document, options).tariff;
}

function seriesOf(series: object) {
  const [component] = read({ ...small, components: [{ kind: 'priceSeries', id: 'spot', ...series }] }).components;
  return component?.kind === 'priceSeries' ? component.prices : undefined;
}

describe('a native tariff', () => {
  it('needs no more than currency, zone and components: the rest has its default', () => {
    expect(read(small)).toEqual({
      currency: 'SEK',
      timeZone: 'Europe/Stockholm',
      validity: { fromMs: 'open', toMs: 'open' },
      vatPercent: 0,
      holidays: { dates: [], yearly: [], easter: [] },
      components: [tax],
    });
  });

  it('may be text, with a byte order mark', () => {
    expect(read(`\uFEFF ${JSON.stringify(small)}\r\n`)).toEqual(read(small));
  });

  it('takes from the options what it leaves out, and refuses what contradicts them', () => {
    const { currency: _currency, timeZone: _timeZone, ...bare } = small;
    const options = { currency: 'SEK', timeZone: 'Europe/Stockholm', name: 'Grid', vatPercent: 25 };
    expect(read(bare, options)).toMatchObject(options);
    expect(read({ ...small, name: 'Own' }, options).name).toBe('Own');
    const { issues } = fault(() => read({ ...small, vatPercent: 12 }, { currency: 'EUR', vatPercent: 25 }));
    expect(issues.map(({ path, text }) => [path, text])).toEqual([
      ['/currency', 'SEK'],
      ['/vatPercent', '12'],
    ]);
  });

  it('knows instants with any offset, with or without seconds', () => {
    const validity = { from: '2026-01-01T00:00+01:00', to: '2026-07-01T03:30:00.250+05:30' };
    expect(read({ ...small, validity }).validity).toEqual({
      fromMs: Date.UTC(2025, 11, 31, 23),
      toMs: Date.UTC(2026, 5, 30, 22, 0, 0, 250),
    });
  });

  it('tells a component that is always valid from one that is valid as the tariff is', () => {
    const always = { ...tax, id: 'always', validity: {} };
    expect(read({ ...small, components: [tax, always] }).components.map(({ validity }) => validity)).toEqual([
      undefined,
      { fromMs: 'open', toMs: 'open' },
    ]);
  });

  it('knows leap days', () => {
    const holidays = { dates: ['2028-02-29'], yearly: ['02-29'], easter: [-2] };
    expect(read({ ...small, holidays }).holidays).toEqual(holidays);
    expect(fault(() => read({ ...small, holidays: { dates: ['2026-02-29'] } })).issues[0]?.path).toBe(
      '/holidays/dates/0',
    );
  });

  it('takes versions of one component that follow one another', () => {
    const until = { ...tax, validity: { to: '2026-01-01T00:00:00+01:00' } };
    const since = { ...tax, pricePerKwh: 0.36, validity: { from: '2026-01-01T00:00:00+01:00' } };
    expect(read({ ...small, components: [since, until] }).components).toHaveLength(2);
  });

  it('warns of a component that is valid only while the tariff is not', () => {
    const validity = { to: '2026-01-01T00:00:00Z' };
    const late = { ...tax, validity: { from: '2026-01-01T00:00:00Z' } };
    expect(readNative({ ...small, validity, components: [late] }).warnings).toEqual([
      '/components/0: "energy tax" is valid only while the tariff is not: it costs nothing.',
    ]);
  });
});

describe('published prices', () => {
  it('may still be missing', () => {
    expect(seriesOf({})).toEqual([]);
  });

  it('stand in runs of one resolution', () => {
    const prices = [{ start: '2026-10-25T00:00:00+02:00', resolution: 'PT15M', pricesPerKwh: [0.4, -0.1] }];
    expect(seriesOf({ prices })).toEqual([
      { startMs: Date.UTC(2026, 9, 24, 22), stepMs: HOUR / 4, pricesPerKwh: [0.4, -0.1] },
    ]);
  });

  it('may stand one by one: those of one length that follow one another become a run', () => {
    const intervals = [
      ['00:00', '01:00', 1],
      ['01:00', '02:00', 2],
      ['02:00', '02:15', 3],
      ['02:15', '02:30', 4],
      ['03:00', '03:15', 5],
    ].map(([start, end, pricePerKwh]) => ({ start: `2026-01-01T${start}Z`, end: `2026-01-01T${end}Z`, pricePerKwh }));
    const dayMs = Date.UTC(2026, 0, 1);
    expect(seriesOf({ intervals })).toEqual([
      { startMs: dayMs, stepMs: HOUR, pricesPerKwh: [1, 2] },
      { startMs: dayMs + 2 * HOUR, stepMs: HOUR / 4, pricesPerKwh: [3, 4] },
      { startMs: dayMs + 3 * HOUR, stepMs: HOUR / 4, pricesPerKwh: [5] },
    ]);
  });

  it('have no -0', () => {
    expect(
      seriesOf({ prices: [{ start: '2026-01-01T00:00Z', resolution: 'PT1H', pricesPerKwh: [-0] }] })?.[0]?.pricesPerKwh,
    ).toEqual([0]);
  });
});
