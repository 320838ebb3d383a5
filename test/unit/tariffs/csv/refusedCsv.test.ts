import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../../tariffs/csv/readCsv.js';
import { InvalidTariff } from '../../../../tariffs/index.js';
import type { ParseOptions } from '../../../../tariffs/parseOptions.js';
import { fixture, HOURLY, hourlyRefusal, refusal, STOCKHOLM, table } from './csvFiles.js';

const ROW = '2026-01-15 00:00;1';

describe('files of another kind are refused', () => {
  it.each([
    ['nothing', ''],
    ['spaces', '  \n \n'],
    ['text', 'hello'],
    ['XML', '<?xml version="1.0"?><a/>'],
    ['JSON', '{"a": [1, 2]}'],
    ['bytes', 'PK\u0003\u0004\u0000\u0000'],
    ['a number', 5],
    ['a list', ['a']],
    ['null', null],
  ])('%s', (_, input) => {
    expect(refusal(input, STOCKHOLM).code).toBe('INVALID_TARIFF');
    expect(refusal(input, { ...STOCKHOLM, csv: HOURLY }).code).toBe('INVALID_TARIFF');
  });

  it('and rows that are none, with their line', () => {
    expect(hourlyRefusal(table(ROW, '2026-01-15 01:00', '2026-01-15 02:00;1;2')).issues).toMatchObject([
      { line: 3, reason: 'The row has 1 cell, the header 2.' },
      { line: 4, reason: 'The row has 3 cells, the header 2.' },
    ]);
    expect(hourlyRefusal(table(ROW, '"2026-01-15 01:00;1')).issues).toMatchObject([
      { line: 3, reason: 'A quotation mark is not closed on its line.' },
    ]);
    expect(hourlyRefusal(table(ROW, '"2026-01-15 01:00"x;1')).issues).toMatchObject([
      { line: 3, reason: 'Something stands behind a closing quotation mark.' },
    ]);
    expect(hourlyRefusal(table(ROW, '2026-01-15 "01:00";1')).issues).toMatchObject([
      { line: 3, reason: 'A quotation mark stands within a cell that does not begin with one.' },
    ]);
  });

  it('but not lines that are empty, or that spreadsheets leave', () => {
    expect(
      readCsv(table('', ROW, ';', ' ; ', '""; ""', '2026-01-15 01:00;2', ''), { ...STOCKHOLM, csv: HOURLY }).tariff
        .components,
    ).toMatchObject([{ prices: [{ pricesPerKwh: [1, 2] }] }]);
  });

  it('and a column may have a quotation mark or the delimiter in its name', () => {
    const text = '"Tid";"Pris; ""spot"""\n2026-01-15 00:00;"1,5"\n2026-01-15 01:00;"=""2"""\n';
    expect(
      readCsv(text, { ...STOCKHOLM, csv: { ...HOURLY, priceColumn: 'Pris; "spot"' } }).tariff.components,
    ).toMatchObject([{ prices: [{ pricesPerKwh: [1.5, 2] }] }]);
  });
});

describe('attacks are refused before there is work to do', () => {
  it('a hundred megabytes, by their length alone', () => {
    const line = '2026-01-15 00:00;1\n';
    const huge = line.repeat(Math.ceil(100_000_000 / line.length));
    for (const options of [STOCKHOLM, { ...STOCKHOLM, csv: HOURLY }]) {
      expect(refusal(huge, options).issues).toEqual([
        {
          reason: `The file has ${huge.length} characters, more than 16000000.`,
          fix: 'Upload a shorter span of prices.',
        },
      ]);
    }
  });

  it('one enormous line', () => {
    expect(hourlyRefusal('x'.repeat(15_000_000)).issues).toEqual([
      {
        line: 1,
        reason: 'The line has 15000000 characters, more than 10000.',
        fix: expect.any(String),
        text: 'x'.repeat(80),
      },
    ]);
    expect(hourlyRefusal(table(ROW, '1'.repeat(10_001))).issues).toMatchObject([{ line: 3 }]);
    expect(refusal(`start,end,price_per_kwh\n${'"'.repeat(1_000_000)}`, STOCKHOLM).issues).toMatchObject([
      { line: 2, reason: expect.stringMatching(/more than 10000/) },
    ]);
    for (const sign of ['"', ',', ';', '"",'])
      expect(refusal(sign.repeat(5_000_000), STOCKHOLM).message).toMatch(/does not say how it is to be read/);
  });

  it('more rows than are taken, and more columns', () => {
    expect(hourlyRefusal(`Tid;Pris\n${'a;b\n'.repeat(300_001)}`).message).toMatch(/more than 300000 rows/);
    expect(hourlyRefusal(`${';'.repeat(600)}\n`).message).toMatch(/more than 500 columns/);
  });

  it('expressions that backtrack', () => {
    const long = '1'.repeat(4000);
    for (const price of [
      `${long}x`,
      `${'1.'.repeat(2000)}x`,
      `${'1,'.repeat(2000)}x`,
      `${'='.repeat(4000)}`,
      `=${'""'.repeat(2000)}`,
    ]) {
      expect(hourlyRefusal(table(`2026-01-15 00:00;${price}`)).code).toBe('INVALID_TARIFF');
      expect(refusal(`a;b\n${price};${price}\n`, STOCKHOLM).code).toBe('INVALID_TARIFF');
    }
  });

  it('years that would be a long walk', () => {
    const error = hourlyRefusal(table('0001-01-01 00:00;1', '9999-12-31 23:00;1', '275760-01-01 00:00;1'));
    expect(error.issues.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(hourlyRefusal(table('1970-01-01 01:00;1', '2200-12-31 23:00;1')).issues).toEqual([
      {
        reason: 'The times of the file are more than 50 years apart.',
        fix: 'Correct the year of those that are far off.',
      },
    ]);
  });
});

describe('whatever is done to a valid file', () => {
  const scraps = [
    ';',
    ',',
    '"',
    '""',
    '="',
    '\n',
    '\r',
    '\uFEFF',
    '\u0000',
    '-',
    '.',
    'e',
    '9',
    'NaN',
    '02:30',
    '2026-03-29T02:30',
    'Z',
  ];
  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    scrap: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 4 })),
  });
  const fluvius: ParseOptions = {
    currency: 'EUR',
    timeZone: 'Europe/Brussels',
    csv: {
      ...HOURLY,
      resolutionMinutes: 15,
      timestampColumn: 'Van (datum)',
      timeColumn: 'Van (tijdstip)',
      priceColumn: 'Prijs (EUR/kWh)',
      timestampFormat: 'dd-MM-yyyy HH:mm:ss',
      only: { column: 'Register', value: 'Afname Dag' },
    },
  };
  const files: readonly (readonly [string, ParseOptions])[] = [
    [fixture('plain.csv'), STOCKHOLM],
    [fixture('fluviusLikeRepeatedHour.csv'), fluvius],
    [fixture('octopusLike.csv'), STOCKHOLM],
    [table(ROW, '2026-01-15 01:00;2', '2026-03-29 01:00;3', '2026-10-25 02:00;4'), { ...STOCKHOLM, csv: HOURLY }],
  ];

  it('it is read or refused with InvalidTariff, never anything else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        ([text, options], mutations) => {
          let mutated = text;
          for (const { at, length, scrap } of mutations) {
            const from = Math.floor(at * mutated.length);
            mutated = mutated.slice(0, from) + scrap + mutated.slice(from + length);
          }
          try {
            const { tariff } = readCsv(mutated, options);
            for (const component of tariff.components) {
              if (component.kind === 'priceSeries')
                expect(component.prices.flatMap(({ pricesPerKwh }) => pricesPerKwh).every(Number.isFinite)).toBe(true);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidTariff);
          }
        },
      ),
      { seed: 5, numRuns: 600 },
    );
  });
});
