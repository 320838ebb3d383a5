import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printCsv } from '../../../../tariffs/csv/printCsv.js';
import { readCsv } from '../../../../tariffs/csv/readCsv.js';
import { arbitraryRuns } from '../published/arbitraryRuns.js';
import { at, fixture, HOUR_MS, QUARTER_MS, refusal, runsOf, STOCKHOLM } from './csvFiles.js';

const HEADER = 'start,end,price_per_kwh';
const ROW = '2026-01-14T23:00Z,2026-01-15T00:00Z,1';
const plain = (...rows: readonly string[]) => [HEADER, ...rows].join('\n');

describe('a file with the plain header', () => {
  it('needs no declaration but currency and zone', () => {
    const { tariff, warnings } = readCsv(fixture('plain.csv'), { ...STOCKHOLM, name: 'spot', vatPercent: 25 });
    expect(tariff).toEqual({
      name: 'spot',
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
            { startMs: at('2026-10-24T23:30Z'), stepMs: HOUR_MS / 2, pricesPerKwh: [0.1, 0.2, -0.05] },
            { startMs: at('2026-10-25T01:00Z'), stepMs: HOUR_MS, pricesPerKwh: [0.3] },
          ],
        },
      ],
    });
    expect(warnings).toEqual([]);
  });

  it('may be per MWh, in another order, with more columns, which are named', () => {
    const text = 'price_per_mwh,note,end,start\n-12.30,x,2026-01-15T00:00Z,2026-01-14T23:00Z\n';
    const { tariff, warnings } = readCsv(text, STOCKHOLM);
    expect(tariff.components).toMatchObject([{ prices: [{ pricesPerKwh: [-0.0123] }] }]);
    expect(warnings).toEqual(['Columns that are not read: note.']);
  });

  it('is read with any line ends, a byte order mark, spaces and exponents', () => {
    const rows = [
      ROW,
      ' 2026-01-15T00:00Z , 2026-01-15T01:00Z , 0E-20 ',
      '',
      '2026-01-15T01:00Z,"2026-01-15T02:00Z",="-2.5e-1"',
    ];
    for (const end of ['\n', '\r\n', '\r']) {
      expect(runsOf(`\uFEFF${plain(...rows).replaceAll('\n', end)}`, STOCKHOLM)).toEqual([
        { startMs: at('2026-01-14T23:00Z'), stepMs: HOUR_MS, pricesPerKwh: [1, 0, -0.25] },
      ]);
    }
  });

  it('may have gaps, which are said', () => {
    const { warnings } = readCsv(plain(ROW, '2026-01-15T02:00Z,2026-01-15T03:00Z,1'), STOCKHOLM);
    expect(warnings).toEqual([
      "There is no price for 2026-01-15T00:00Z to 2026-01-15T02:00Z: until one is loaded, an earlier day's stands in.",
    ]);
  });

  it('says where a cell is wrong, all cells at once', () => {
    const text = plain(
      ROW,
      '2026-01-15 00:00,2026-01-15T01:00Z,1',
      '2026-01-15T01:00Z,nonsense,',
      '2026-01-15T03:00Z,2026-01-15T02:00Z,1',
      'a,b',
    );
    expect(refusal(text, STOCKHOLM).issues).toEqual([
      {
        line: 6,
        text: 'a | b',
        reason: 'The row has 2 cells, the header 3.',
        fix: expect.stringContaining('quotation marks'),
      },
      {
        line: 3,
        column: 'start',
        text: '2026-01-15 00:00',
        reason: 'This time has no offset from UTC.',
        fix: 'Add one, such as +01:00 or Z, or declare the columns by options.csv.',
      },
      {
        line: 4,
        column: 'end',
        text: 'nonsense',
        reason: 'This is no instant in whole seconds, of 1970 to 2200.',
        fix: 'Write it as 2026-01-14T23:00:00+01:00.',
      },
      {
        line: 4,
        column: 'price_per_kwh',
        text: '',
        reason: 'It is empty, which is not 0.',
        fix: 'Write the price, or leave the row out.',
      },
      {
        line: 5,
        column: 'end',
        text: '2026-01-15T02:00Z',
        reason: 'The row ends before it has begun.',
        fix: 'Correct its start or its end.',
      },
    ]);
  });

  it('has one price for each time', () => {
    const error = refusal(
      plain(ROW, ROW, '2026-01-15T00:00Z,2026-01-15T01:00Z,1', '2026-01-15T00:59:59Z,2026-01-15T01:30Z,1'),
      STOCKHOLM,
    );
    expect(error.code).toBe('TARIFF_OVERLAP');
    expect(error.issues.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'It holds at the same time as line 2.'],
      [5, 'It holds at the same time as line 4.'],
    ]);
  });

  it('lists 20 faults and counts the rest', () => {
    const error = refusal(plain(...Array(500).fill('x,y,z')), STOCKHOLM);
    expect(error.issues).toHaveLength(20);
    expect(error.more).toBe(1480);
  });

  it('needs both options', () => {
    expect(refusal(plain(ROW), {}).issues.map(({ path }) => path)).toEqual(['options.currency', 'options.timeZone']);
    expect(refusal(plain(ROW), { ...STOCKHOLM, timeZone: 'Mars/Olympus' }).issues).toMatchObject([
      { path: 'options.timeZone' },
    ]);
  });

  it('has rows', () => {
    expect(refusal(HEADER, STOCKHOLM).message).toMatch(/no rows/);
  });

  it.each([
    ['1970 is the first year', '1969-06-01T00:00Z,1969-06-01T01:00Z,1', 'start'],
    ['2200 is the last', '2201-06-01T00:00Z,2201-06-01T01:00Z,1', 'start'],
    ['year 0', '0000-01-01T00:00Z,0000-01-01T01:00Z,1', 'start'],
    ['year 275760', '+275760-01-01T00:00Z,+275760-01-01T01:00Z,1', 'start'],
    ['30 February', '2026-02-30T00:00Z,2026-03-01T00:00Z,1', 'start'],
    ['half a second', '2026-01-14T23:00:00.5Z,2026-01-15T00:00Z,1', 'start'],
    ['NaN', '2026-01-14T23:00Z,2026-01-15T00:00Z,NaN', 'price_per_kwh'],
    ['infinity', '2026-01-14T23:00Z,2026-01-15T00:00Z,1e400', 'price_per_kwh'],
    ['an absurd price', '2026-01-14T23:00Z,2026-01-15T00:00Z,1e6', 'price_per_kwh'],
    ['a unit', '2026-01-14T23:00Z,2026-01-15T00:00Z,1 kr', 'price_per_kwh'],
    ['a decimal comma', '2026-01-14T23:00Z,2026-01-15T00:00Z,"1,5"', 'price_per_kwh'],
    ['thousands', '2026-01-14T23:00Z,2026-01-15T00:00Z,"1,500"', 'price_per_kwh'],
    ['a hexadecimal', '2026-01-14T23:00Z,2026-01-15T00:00Z,0x10', 'price_per_kwh'],
  ])('refuses %s', (_, row, column) => {
    expect(refusal(plain(row), STOCKHOLM).issues[0]).toMatchObject({ line: 2, column });
  });
});

describe('printing', () => {
  it('then reading gives the same prices, whatever they are', () => {
    const zone = fc.constantFrom('Europe/Stockholm', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
    fc.assert(
      fc.property(
        arbitraryRuns([1000, 300_000, QUARTER_MS, 2 * QUARTER_MS, HOUR_MS, 23 * HOUR_MS]),
        zone,
        (prices, timeZone) => {
          const text = printCsv({ timeZone, prices });
          expect(runsOf(text, { currency: 'EUR', timeZone })).toEqual(prices);
        },
      ),
      { seed: 20261101 },
    );
  });

  it('a year of half hours, and reading it, is done in one piece', () => {
    const startMs = at('2026-01-01T00:00Z');
    const pricesPerKwh = Array.from({ length: 17_520 }, (_, k) => Math.round(Math.cos(k / 48) * 30_000) / 100_000 + 0);
    const prices = [{ startMs, stepMs: HOUR_MS / 2, pricesPerKwh }];
    expect(
      runsOf(printCsv({ timeZone: 'Europe/London', prices }), { currency: 'GBP', timeZone: 'Europe/London' }),
    ).toEqual(prices);
  });

  it('writes local times with their offset', () => {
    expect(
      printCsv({
        timeZone: 'Europe/Stockholm',
        prices: [{ startMs: at('2026-10-25T00:00Z'), stepMs: HOUR_MS, pricesPerKwh: [0.1, -1e-7] }],
      }),
    ).toBe(
      'start,end,price_per_kwh\r\n2026-10-25T02:00:00+02:00,2026-10-25T02:00:00+01:00,0.1\r\n2026-10-25T02:00:00+01:00,2026-10-25T03:00:00+01:00,-0.0000001\r\n',
    );
    expect(() => printCsv({ timeZone: 'UTC', prices: [{ startMs: 1, stepMs: 1000, pricesPerKwh: [1] }] })).toThrow(
      RangeError,
    );
  });
});
