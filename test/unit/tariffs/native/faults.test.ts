import { describe, expect, it } from 'vitest';
import { readNative } from '../../../../tariffs/native/readNative.js';
import { fault } from '../fault.js';

const small = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  components: [{ kind: 'tax', id: 'tax', pricePerKwh: 0.4 }],
};

function refused(document: unknown) {
  return fault(() => readNative(document));
}

function component(members: object): object {
  return { ...small, components: [{ id: 'x', ...members }] };
}

const touRates = (...rates: object[]) => component({ kind: 'timeOfUse', rates });
const when = (calendar: object) => touRates({ when: calendar, pricePerKwh: 1 }, { pricePerKwh: 2 });
const demand = (members: object) =>
  component({
    kind: 'demandCharge',
    sampleMinutes: 60,
    price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 50 }] },
    ...members,
  });
const steps = (...fromKw: number[]) =>
  demand({ price: { kind: 'steps', steps: fromKw.map((from) => ({ fromKw: from, pricePerMonth: 1 })) } });
const runs = (...prices: object[]) => component({ kind: 'priceSeries', prices });
const session = (members: object) =>
  component({ kind: 'sessionPrice', elements: [{ prices: [{ dimension: 'energy', price: 1 }], ...members }] });
const run = { start: '2026-01-01T00:00:00Z', resolution: 'PT1H', pricesPerKwh: [1, 2] };

describe('a native tariff is refused, with a pointer to the place,', () => {
  const x = '/components/0';
  it.each<[string, unknown, string | undefined]>([
    ['that is no object', [small], undefined],
    ['without a currency', { ...small, currency: undefined }, undefined],
    ['in a currency that there is not', { ...small, currency: 'SKR' }, '/currency'],
    ['in small letters', { ...small, currency: 'sek' }, '/currency'],
    ['of a zone that there is not', { ...small, timeZone: 'Europe/Atlantis' }, '/timeZone'],
    ['of an offset in place of a zone', { ...small, timeZone: '+01:00' }, '/timeZone'],
    ['with null for nothing', { ...small, name: null }, '/name'],
    ['with a VAT that is a fraction of nothing', { ...small, vatPercent: -1 }, '/vatPercent'],
    ['without components', { ...small, components: [] }, '/components'],
    ['with an empty id', component({ kind: 'tax', id: ' ', pricePerKwh: 1 }), `${x}/id`],
    ['with an id of two lines', component({ kind: 'tax', id: 'a\nb', pricePerKwh: 1 }), `${x}/id`],
    ['of another kind', component({ kind: 'rebate' }), `${x}/kind`],
    ['of no kind', component({}), `${x}/kind`],
    ['whose kind is inherited by all objects', component({ kind: 'constructor' }), `${x}/kind`],
    ['with an unknown member', component({ kind: 'tax', priceperkwh: 1, pricePerKwh: 1 }), `${x}/priceperkwh`],
    ['with a price that is a text', component({ kind: 'tax', pricePerKwh: '0.4' }), `${x}/pricePerKwh`],
    ['with a price per MWh', component({ kind: 'tax', pricePerKwh: 100_001 }), `${x}/pricePerKwh`],
    ['with NaN', component({ kind: 'tax', pricePerKwh: Number.NaN }), `${x}/pricePerKwh`],
    [
      'with a validity that goes back',
      { ...small, validity: { from: '2026-01-02T00:00Z', to: '2026-01-02T00:00Z' } },
      '/validity',
    ],
    ['with an instant without offset', { ...small, validity: { from: '2026-01-01T00:00:00' } }, '/validity/from'],
    ['of the year 1969', { ...small, validity: { from: '1969-12-31T23:59:59Z' } }, '/validity/from'],
    ['of the year 20260', { ...small, validity: { to: '20260-01-01T00:00:00Z' } }, '/validity/to'],
    ['with hour 24', { ...small, validity: { to: '2026-01-01T24:00:00Z' } }, '/validity/to'],
    ['with a yearly holiday that there is not', { ...small, holidays: { yearly: ['02-30'] } }, '/holidays/yearly/0'],
    ['with half a day from Easter', { ...small, holidays: { easter: [0.5] } }, '/holidays/easter/0'],
    ['with no rate for all other times', touRates({ when: { months: [1] }, pricePerKwh: 1 }), `${x}/rates`],
    ['with a rate that never holds', touRates({ pricePerKwh: 1 }, { pricePerKwh: 2 }), `${x}/rates/0`],
    ['without rates', touRates(), `${x}/rates`],
    ['with a calendar that says nothing', when({}), `${x}/rates/0/when`],
    ['with no months', when({ months: [] }), `${x}/rates/0/when/months`],
    ['with month 13', when({ months: [13] }), `${x}/rates/0/when/months/0`],
    ['with a month twice', when({ months: [1, 1] }), `${x}/rates/0/when/months`],
    ['with a day in words', when({ days: ['Monday'] }), `${x}/rates/0/when/days/0`],
    ['with 7:00', when({ hours: [{ from: '7:00', to: '10:00' }] }), `${x}/rates/0/when/hours/0/from`],
    ['from 24:00', when({ hours: [{ from: '24:00', to: '10:00' }] }), `${x}/rates/0/when/hours/0/from`],
    ['with 24:01', when({ hours: [{ from: '07:00', to: '24:01' }] }), `${x}/rates/0/when/hours/0/to`],
    [
      'with dates that go back',
      when({ dates: [{ from: '2026-06-02', to: '2026-06-02' }] }),
      `${x}/rates/0/when/dates/0`,
    ],
    ['with samples of 20 minutes', demand({ sampleMinutes: 20 }), `${x}/sampleMinutes`],
    ['with no peaks', demand({ peaks: 0 }), `${x}/peaks`],
    ['with 101 peaks', demand({ peaks: 101 }), `${x}/peaks`],
    ['with a peak and a half', demand({ peaks: 1.5 }), `${x}/peaks`],
    ['with a share in per cent', demand({ memory: { kind: 'ratchet', share: 80, months: 11 } }), `${x}/memory/share`],
    ['that rounds to 0 kW', demand({ roundToKw: 0 }), `${x}/roundToKw`],
    ['whose steps do not begin at 0', steps(2, 5), `${x}/price/steps/0/fromKw`],
    ['whose steps do not ascend', steps(0, 5, 5), `${x}/price/steps/2/fromKw`],
    [
      'whose price per kW is of some months alone',
      demand({ price: { kind: 'perKw', per: 'month', rates: [{ months: [1], pricePerKw: 1 }] } }),
      `${x}/price/rates`,
    ],
    [
      'with two peaks of a month',
      demand({ history: [1, 2].map((peakKw) => ({ month: '2026-01', peakKw })) }),
      `${x}/history`,
    ],
    ['with a peak of month 13', demand({ history: [{ month: '2026-13', peakKw: 1 }] }), `${x}/history/0/month`],
    ['with a resolution of days', runs({ ...run, resolution: 'P1D' }), `${x}/prices/0/resolution`],
    ['with a resolution of nothing', runs({ ...run, resolution: 'PT0M' }), `${x}/prices/0/resolution`],
    ['with a run of no prices', runs({ ...run, pricesPerKwh: [] }), `${x}/prices/0/pricesPerKwh`],
    ['with null for a price', runs({ ...run, pricesPerKwh: [1, null] }), `${x}/prices/0/pricesPerKwh/1`],
    ['with a run into the year 2201', runs({ ...run, start: '2200-12-31T23:00:00Z' }), `${x}/prices/0`],
    ['with runs out of order', runs({ ...run, start: '2026-01-02T00:00:00Z' }, run), `${x}/prices/1`],
    [
      'with an interval that goes back',
      component({ kind: 'priceSeries', intervals: [{ start: run.start, end: run.start, pricePerKwh: 1 }] }),
      `${x}/intervals/0`,
    ],
    ['with runs and intervals', component({ kind: 'priceSeries', prices: [run], intervals: [] }), `${x}/intervals`],
    [
      'with a dimension twice',
      session({ prices: [1, 2].map((price) => ({ dimension: 'time', price })) }),
      `${x}/elements/0/prices/1/dimension`,
    ],
    [
      'with a range that is empty',
      session({ restrictions: { powerMinW: 5, powerMaxW: 5 } }),
      `${x}/elements/0/restrictions/powerMaxW`,
    ],
    [
      'with a step of 0',
      session({ prices: [{ dimension: 'energy', price: 1, stepSize: 0 }] }),
      `${x}/elements/0/prices/0/stepSize`,
    ],
  ])('%s', (_, document, path) => {
    const { code, issues, more } = refused(document);
    expect(code).toBe('INVALID_TARIFF');
    expect(issues.map((issue) => issue.path)).toEqual([path]);
    expect(more).toBe(0);
    expect(issues.every(({ reason, fix }) => /^[A-Z"0-9].*\.$/.test(reason) && /^[A-Z"0-9].*\.$/.test(fix))).toBe(true);
  });

  it.each([
    ['priceperkwh', 'pricePerKwh'],
    ['price_per_kwh', 'pricePerKwh'],
    ['vat', 'validity'],
    ['validFrom', 'validity'],
  ])('%s is told to be perhaps %s, or what is known', (name, meant) => {
    expect(refused(component({ kind: 'tax', pricePerKwh: 1, [name]: 1 })).issues[0]?.fix).toContain(meant);
  });

  it('and every fault is listed, up to twenty, the rest counted', () => {
    const rates = Array.from({ length: 50 }, (_, index) => ({ when: { months: [index + 13] }, pricePerKwh: 1 }));
    const { issues, more } = refused(touRates(...rates, { pricePerKwh: 1 }));
    expect(issues).toHaveLength(20);
    expect(more).toBe(30);
    expect(issues[19]?.path).toBe('/components/0/rates/19/when/months/0');
  });
});

describe('an overlap', () => {
  it('of two versions names both and since when', () => {
    const [tax] = small.components;
    const from = { ...tax, validity: { from: '2026-01-01T00:00:00+01:00' } };
    const { code, issues } = refused({ ...small, components: [tax, { ...tax, id: 'other' }, from] });
    expect(code).toBe('TARIFF_OVERLAP');
    expect(issues).toHaveLength(1);
    expect(issues[0]?.path).toBe('/components/2');
    expect(issues[0]?.reason).toBe(
      'Components 0 and 2 are both "tax", and from 2025-12-31T23:00:00.000Z on both hold.',
    );
  });

  it('of two runs names the time', () => {
    const { code, issues } = refused(runs(run, { ...run, start: '2026-01-01T01:00:00Z' }));
    expect(code).toBe('TARIFF_OVERLAP');
    expect(issues[0]).toMatchObject({
      path: '/components/0/prices/1',
      reason: expect.stringContaining('2026-01-01T01:00:00Z to 2026-01-01T02:00:00Z'),
    });
  });

  it('of two intervals, such as an hour that stands twice, names the time', () => {
    const hour = { start: '2026-10-25T02:00:00+02:00', end: '2026-10-25T03:00:00+02:00', pricePerKwh: 1 };
    const { code, issues } = refused(component({ kind: 'priceSeries', intervals: [hour, hour] }));
    expect(code).toBe('TARIFF_OVERLAP');
    expect(issues[0]?.path).toBe('/components/0/intervals/1');
  });
});

describe('hostile documents', () => {
  it.each([
    [
      '__proto__',
      `{"currency":"SEK","timeZone":"UTC","components":[{"kind":"tax","id":"x","pricePerKwh":1,"__proto__":{"vatPercent":25}}]}`,
      '/components/0/__proto__',
    ],
    [
      '1e999',
      `{"currency":"SEK","timeZone":"UTC","components":[{"kind":"tax","id":"x","pricePerKwh":1e999}]}`,
      '/components/0/pricePerKwh',
    ],
  ])('%s is refused', (_, text, path) => {
    expect(refused(text).issues[0]?.path).toBe(path);
    expect(({} as { vatPercent?: number }).vatPercent).toBeUndefined();
  });

  it('NaN, which is no JSON, is refused with its line', () => {
    const { issues } = refused('{\n  "currency": "SEK",\n  "vatPercent": NaN\n}');
    expect(issues).toEqual([expect.objectContaining({ line: 3, text: 'NaN' })]);
  });

  it('a member that stands twice is refused, where JSON.parse takes the last', () => {
    const { issues } = refused('{"currency":"SEK",\n"currenc\\u0079":"EUR"}');
    expect(issues).toEqual([
      expect.objectContaining({ line: 2, reason: expect.stringContaining('"currency" stands twice') }),
    ]);
  });

  it('a million levels, in text or as a value, are refused', () => {
    const text = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    expect(refused(text).issues[0]?.reason).toContain('levels deep');
    const deep: unknown = JSON.parse(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`);
    expect(refused({ ...small, name: deep }).issues[0]?.path).toBe('/name');
    expect(refused({ ...small, components: deep }).issues[0]?.path).toBe('/components');
  });

  it('more components, prices or holidays than anybody has are refused by their count', () => {
    const many = {
      ...small,
      components: Array.from({ length: 201 }, (_, index) => ({ kind: 'tax', id: `${index}`, pricePerKwh: 1 })),
    };
    expect(refused(many).issues).toEqual([
      expect.objectContaining({ path: '/components', reason: 'There are 201 components, more than 200.' }),
    ]);
    const year = { ...run, pricesPerKwh: Array.from({ length: 300_001 }, () => 1) };
    expect(refused(runs(year)).issues[0]?.path).toBe('/components/0/prices/0/pricesPerKwh');
    const halves = [run, { ...run, start: '2050-01-01T00:00:00Z' }].map((half) => ({
      ...half,
      pricesPerKwh: Array.from({ length: 150_001 }, () => 1),
    }));
    expect(refused(runs(...halves)).issues[0]?.reason).toContain('300002 prices');
    const dates = Array.from({ length: 2001 }, () => '2026-01-01');
    expect(refused({ ...small, holidays: { dates } }).issues[0]?.path).toBe('/holidays/dates');
  });

  it('a hundred thousand faults are counted, and twenty of them listed', () => {
    const intervals = Array.from({ length: 100_000 }, () => ({ start: '2026', end: null }));
    const { issues, more } = refused(component({ kind: 'priceSeries', intervals }));
    expect(issues).toHaveLength(20);
    expect(more).toBe(299_980);
  });

  it('a text beyond all measure is refused unread', () => {
    expect(refused(' '.repeat(32_000_001)).issues[0]?.reason).toContain('32000001 characters');
  });
});
