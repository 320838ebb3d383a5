import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOpenAdr3 } from '../../../../tariffs/openadr3/readOpenAdr3.js';
import type { ParseOptions } from '../../../../tariffs/parseOptions.js';
import type { PriceRun } from '../../../../tariffs/types.js';
import { at, type EventParts, event, HOUR_MS, interval, refusalOf } from './openAdrDocuments.js';

const FIXTURE = readFileSync(new URL('../../../fixtures/tariffs/openadr3/dayAheadEvent.json', import.meta.url), 'utf8');
const STOCKHOLM = { timeZone: 'Europe/Stockholm' };
const START = '2026-01-14T23:00:00Z';
const price = (values: unknown, intervalPeriod?: object) => interval('PRICE', values, intervalPeriod);
const read = (input: unknown, options: ParseOptions = {}) => readOpenAdr3(input, { ...STOCKHOLM, ...options });

function energyRuns(input: unknown, options: ParseOptions = {}): readonly PriceRun[] {
  const [component] = read(input, options).tariff.components;
  if (component?.kind !== 'priceSeries') throw new Error('there are no prices');
  return component.prices;
}

/** "from to price" of each interval, from START in hours. */
function spans(input: unknown, options: ParseOptions = {}): string[] {
  return energyRuns(input, options).flatMap(({ startMs, stepMs, pricesPerKwh }) =>
    pricesPerKwh.map((value, k) => {
      const from = (startMs + k * stepMs - at(START)) / HOUR_MS;
      return `${from}-${from + stepMs / HOUR_MS}: ${value}`;
    }),
  );
}

const refusal = (input: unknown, options: ParseOptions = {}) => refusalOf(() => read(input, options));
const hourly = (...values: unknown[]): EventParts => ({
  intervalPeriod: { start: START, duration: 'PT1H' },
  intervals: values.map((value) => price(value)),
});

describe('a real-shaped day-ahead event of 3.1', () => {
  const { tariff, warnings } = read(FIXTURE, { name: 'dynamic', vatPercent: 25 });

  it('is a price series and an export price per kWh', () => {
    expect(tariff).toEqual({
      name: 'dynamic',
      currency: 'SEK',
      timeZone: 'Europe/Stockholm',
      validity: { fromMs: 'open', toMs: 'open' },
      vatPercent: 25,
      holidays: { dates: [], yearly: [], easter: [] },
      components: [
        {
          kind: 'priceSeries',
          id: 'energy',
          prices: [
            {
              startMs: at(START),
              stepMs: HOUR_MS,
              pricesPerKwh: [
                0.82, 0.8, 0.79, 0.79, 0.81, 0.95, 1.31, 1.62, 1.58, 1.2, 1.04, 0.9, 0.41, 0.12, -0.05, -0.31, 0.2, 0.7,
                1.1, 1.9, 2.05, 1.5, 1.1, 0.88,
              ],
            },
          ],
        },
        {
          kind: 'exportPrice',
          id: 'export',
          source: {
            kind: 'series',
            prices: [{ startMs: at(START), stepMs: 6 * HOUR_MS, pricesPerKwh: [0.6105, 0.98, -0.01225, 1.1] }],
          },
        },
      ],
    });
  });

  it('comes with a warning about payloads that no tariff has a use for', () => {
    expect(warnings).toEqual(['Payloads of type GHG are not used in a tariff.']);
  });

  it('is the same parsed', () => {
    expect(read(JSON.parse(FIXTURE)).tariff.components).toEqual(tariff.components);
  });
});

describe('prices', () => {
  it('are read from the shape of 3.0: targets of type and values, descriptors without objectType, on the program', () => {
    const program = {
      id: 'p1',
      programName: 'tou',
      timeZoneOffset: 'PT1H',
      payloadDescriptors: [{ payloadType: 'PRICE', units: 'KWH', currency: 'EUR' }],
    };
    const events = [{ programID: 'p1', targets: [{ type: 'GROUP', values: ['a'] }], ...hourly(0.2, -0.05) }];
    expect(spans({ program, events })).toEqual(['0-1: 0.2', '1-2: -0.05']);
    expect(read({ program, events }).tariff.currency).toBe('EUR');
  });

  it('may come in several events, in any order and with gaps', () => {
    const later = event({ intervalPeriod: { start: '2026-01-15T03:00:00Z', duration: 'PT1H' }, intervals: [price(3)] });
    expect(spans([later, event(hourly(1, 2))])).toEqual(['0-1: 1', '1-2: 2', '4-5: 3']);
    expect(energyRuns([later, event(hourly(1, 2))])).toHaveLength(2);
  });

  it('share an interval out equally where there are several (3.1)', () => {
    expect(
      spans(
        event({ intervalPeriod: { start: START, duration: 'PT3H' }, intervals: [price([0.17, 0.03, 0.11]), price(5)] }),
      ),
    ).toEqual(['0-1: 0.17', '1-2: 0.03', '2-3: 0.11', '3-6: 5']);
    const unequal = event({ intervalPeriod: { start: START, duration: 'PT1S' }, intervals: [price([1, 2])] });
    expect(refusal(unequal)).toMatchObject({ code: 'TARIFF_NOT_EXPRESSIBLE' });
    expect(refusal(event({ intervalPeriod: { start: START }, intervals: [price([1, 2])] })).message).toMatch(
      /has no end/,
    );
  });

  it('of a higher priority stand before the others', () => {
    const critical = event({
      priority: 0,
      intervalPeriod: { start: '2026-01-15T00:30:00Z', duration: 'PT1H' },
      intervals: [price(9)],
    });
    expect(spans([event({ ...hourly(1, 2, 3), priority: 5 }), critical])).toEqual([
      '0-1: 1',
      '1-1.5: 2',
      '1.5-2.5: 9',
      '2.5-3: 3',
    ]);
  });

  it('of one priority must not contradict each other, but may repeat', () => {
    expect(spans([event(hourly(1, 2)), event(hourly(1, 2))])).toEqual(['0-1: 1', '1-2: 2']);
    const error = refusal([event(hourly(1, 2)), event(hourly(1, 3))]);
    expect(error.code).toBe('TARIFF_OVERLAP');
    expect(error.issues).toEqual([
      {
        path: '/1/intervals/1/payloads/0',
        reason: 'A second PRICE of the same priority holds from 2026-01-15T00:00Z on.',
        fix: 'Give one of the events a lower number as its priority, or correct them.',
      },
    ]);
  });

  it('of export do not displace those of import', () => {
    const both = event({
      priority: 0,
      intervalPeriod: { start: START, duration: 'PT1H' },
      intervals: [interval('EXPORT_PRICE', 7)],
    });
    expect(spans([event(hourly(1)), both])).toEqual(['0-1: 1']);
    expect(read(both).tariff.components.map(({ id }) => id)).toEqual(['export']);
  });

  it('without end are taken for a year from now, or from their start, and it is said', () => {
    const flat = event({ intervalPeriod: { start: START, duration: 'P9999Y' }, intervals: [price(1)] });
    expect(energyRuns(flat)).toEqual([{ startMs: at(START), stepMs: 366 * 24 * HOUR_MS, pricesPerKwh: [1] }]);
    const { warnings } = read(flat, { nowMs: at('2027-06-01T00:00:00Z') });
    expect(warnings).toEqual(['A price from 2026-01-14T23:00Z on has no end: it is taken until 2028-06-01T00:00Z.']);
  });

  it('that begin now begin at the whole second', () => {
    const now = event({ intervalPeriod: { start: '0001-01-01', duration: 'PT1H' }, intervals: [price(1)] });
    expect(energyRuns(now, { nowMs: at(START) + 123 })).toEqual([
      { startMs: at(START), stepMs: HOUR_MS, pricesPerKwh: [1] },
    ]);
    expect(refusal(now).message).toMatch(/options.nowMs/);
  });

  it('repeat as long as the event says, over a change of clocks by time that passes', () => {
    const day = event({
      intervalPeriod: { start: '2026-03-27T23:00:00Z', duration: 'PT1H' },
      intervals: Array.from({ length: 24 }, (_, hour) => price(hour)),
      duration: 'P3D',
    });
    const [run] = energyRuns(day);
    // Three days in Stockholm, of which 29 March has 23 hours: 71 hours, cut off by the third local midnight.
    expect(run?.pricesPerKwh).toHaveLength(71);
    expect(run?.pricesPerKwh.slice(46)).toEqual([22, 23, ...Array.from({ length: 23 }, (_, hour) => hour)]);
    expect(read(day).warnings[0]).toMatch(/every 24 h of time that passes/);
  });

  it('per MWh are divided exactly', () => {
    const payloadDescriptors = [{ payloadType: 'PRICE', units: 'MWH', currency: 'EUR' }];
    expect(spans(event({ ...hourly(30.1, -2, 1e-7, -0), payloadDescriptors }))).toEqual([
      '0-1: 0.0301',
      '1-2: -0.002',
      '2-3: 1e-10',
      '3-4: 0',
    ]);
  });
});

describe('prices are refused', () => {
  const described = (descriptor: object) =>
    event({
      ...hourly(1),
      payloadDescriptors: [{ payloadType: 'PRICE', units: 'KWH', currency: 'SEK', ...descriptor }],
    });

  it('without units, or per something that is no energy we know', () => {
    expect(refusal(described({ units: null })).message).toMatch(
      /units of PRICE are not stated.*payloadDescriptor of PRICE/,
    );
    expect(refusal(described({ units: 'THERMS' }))).toMatchObject({
      issues: [{ path: '/payloadDescriptors/0', reason: 'The units of PRICE are THERMS.' }],
    });
  });

  it('without a currency, unless the options say it', () => {
    expect(refusal(described({ currency: null })).message).toMatch(/currency of PRICE is not stated/);
    expect(read(described({ currency: null }), { currency: 'NOK' }).tariff.currency).toBe('NOK');
    expect(refusal(described({ currency: 'SEKX' })).message).toMatch(/no currency/);
  });

  it('in another currency than the options say, or in two', () => {
    expect(refusal(described({}), { currency: 'EUR' }).message).toMatch(/in SEK, where EUR is asked for/);
    expect(refusal([described({}), described({ currency: 'EUR' })]).message).toMatch(/in EUR, others are in SEK/);
  });

  it('without a time zone', () => {
    expect(refusalOf(() => readOpenAdr3(event(hourly(1)))).issues[0]).toMatchObject({ path: 'options.timeZone' });
  });

  it('that begin by chance', () => {
    const random = event({ ...hourly(1), intervalPeriod: { start: START, duration: 'PT1H', randomizeStart: 'PT10M' } });
    expect(refusal(random)).toMatchObject({
      code: 'TARIFF_NOT_EXPRESSIBLE',
      issues: [{ path: '/intervalPeriod/randomizeStart', text: 'PT10M' }],
    });
  });

  it('that are no numbers, or absurd', () => {
    for (const value of ['0.2', null, true, 1e6, -1e6, [], ['x'], { x: 1, y: 2 }]) {
      expect(refusal(event(hourly(value))).code).toBe('INVALID_TARIFF');
    }
    expect(refusal(JSON.stringify(event(hourly(1))).replace('[1]', '[1e400]')).message).toMatch(/finite/);
    expect(refusal(JSON.stringify(event(hourly(1))).replace('[1]', '[NaN]')).message).toMatch(/no JSON/);
  });

  it('that do not begin on a whole second', () => {
    expect(
      refusal(event({ ...hourly(1), intervalPeriod: { start: '2026-01-14T23:00:00.5Z', duration: 'PT1H' } })),
    ).toMatchObject({ code: 'TARIFF_NOT_EXPRESSIBLE' });
  });

  it('where there are none: not published when cancelled or gone, invalid when there never were', () => {
    const cancelled = event({ ...hourly(1), intervalPeriod: { start: '0001-01-01', duration: 'PT0S' } });
    for (const input of [
      cancelled,
      [],
      { events: [] },
      { operation: 'DELETE', objectType: 'EVENT', object: event(hourly(1)) },
    ]) {
      expect(refusal(input).code).toBe('TARIFF_NOT_PUBLISHED');
    }
    const limits = event({ ...hourly(), intervals: [interval('IMPORT_CAPACITY_LIMIT', 4)] });
    expect(refusal(limits)).toMatchObject({
      code: 'INVALID_TARIFF',
      issues: [{ reason: 'No event has a PRICE or an EXPORT_PRICE.' }],
    });
  });

  it('all at once: 20 are listed and the rest is counted', () => {
    const error = refusal(event(hourly(...Array(50).fill('x'))));
    expect(error.issues).toHaveLength(20);
    expect(error.more).toBe(30);
  });

  it('that are too many for memory, before they are there', () => {
    const values = Array(1000).fill(1);
    const second = event({
      intervalPeriod: { start: START, duration: 'PT1000S' },
      intervals: [price(values)],
      duration: 'P2Y',
    });
    expect(refusal(second)).toMatchObject({ code: 'TARIFF_NOT_EXPRESSIBLE' });
    expect(refusal([...Array(2000).fill(event({ ...hourly(1), duration: 'P9999Y' }))])).toMatchObject({
      code: 'TARIFF_NOT_EXPRESSIBLE',
    });
  });
});

describe('whatever the events', () => {
  const stretch = fc.record({
    priority: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
    from: fc.nat(20),
    minutes: fc.constantFrom(15, 30, 60),
    prices: fc.array(fc.integer({ min: -500, max: 4000 }), { minLength: 1, maxLength: 12 }),
  });

  it('each quarter hour has the price of the highest priority, or of two that contradict each other none is taken', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 6 }), (stretches) => {
        const events = stretches.map(({ priority, from, minutes, prices }) =>
          event({
            priority,
            payloadDescriptors: [{ payloadType: 'PRICE', units: 'MWH', currency: 'EUR' }],
            intervalPeriod: { start: new Date(at(START) + from * HOUR_MS).toISOString(), duration: `PT${minutes}M` },
            intervals: prices.map((value) => price(value)),
          }),
        );
        const expected = new Map<number, number>();
        let contradiction = false;
        for (let quarter = 0; quarter < 4 * 33; quarter++) {
          const here = stretches.flatMap(({ priority, from, minutes, prices }) => {
            const value = prices[Math.floor((quarter - from * 4) / (minutes / 15))];
            return value === undefined ? [] : [{ priority: priority ?? 99, value }];
          });
          for (const level of [0, 1, 2, 3, 99]) {
            if (new Set(here.filter(({ priority }) => priority === level).map(({ value }) => value)).size > 1)
              contradiction = true;
          }
          const [first] = here.toSorted((a, b) => a.priority - b.priority);
          if (first !== undefined) expected.set(quarter, first.value / 1000);
        }
        if (contradiction) {
          expect(refusal(events).code).toBe('TARIFF_OVERLAP');
          return;
        }
        const seen = new Map<number, number>();
        for (const { startMs, stepMs, pricesPerKwh } of energyRuns(events)) {
          for (const [k, value] of pricesPerKwh.entries()) {
            for (let atMs = startMs + k * stepMs; atMs < startMs + (k + 1) * stepMs; atMs += HOUR_MS / 4) {
              const quarter = (atMs - at(START)) / (HOUR_MS / 4);
              expect(seen.has(quarter)).toBe(false);
              seen.set(quarter, value);
            }
          }
        }
        expect([...seen].sort(([a], [b]) => a - b)).toEqual([...expected]);
      }),
      { seed: 20260115 },
    );
  });
});
