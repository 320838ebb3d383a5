import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../../tariffs/csv/readCsv.js';
import type { CsvOptions } from '../../../../tariffs/parseOptions.js';
import {
  at,
  fixture,
  HOUR_MS,
  HOURLY,
  hourlyRefusal,
  hourlyRuns,
  QUARTER_MS,
  refusal,
  runsOf,
  STOCKHOLM,
  table,
} from './csvFiles.js';

const FLUVIUS: CsvOptions = {
  delimiter: ';',
  decimalMark: ',',
  unit: 'perKwh',
  resolutionMinutes: 15,
  stamped: 'start',
  timestampColumn: 'Van (datum)',
  timeColumn: 'Van (tijdstip)',
  priceColumn: 'Prijs (EUR/kWh)',
  timestampFormat: 'dd-MM-yyyy HH:mm:ss',
  only: { column: 'Register', value: 'Afname Dag' },
  estimated: { column: 'Validatiestatus', value: 'Geschat' },
};

describe('files as others write them', () => {
  it('Fluvius: byte order mark, ="EAN", a row per register, the repeated hour interleaved', () => {
    const { tariff, warnings } = readCsv(fixture('fluviusLikeRepeatedHour.csv'), {
      currency: 'EUR',
      timeZone: 'Europe/Brussels',
      csv: FLUVIUS,
    });
    const written = Array.from({ length: 20 }, (_, k) => (k === 6 ? -0.0125 : (100 + k) / 10_000));
    // 02:00 A, 02:00 B, 02:15 A … : the first of each pair is summer time.
    const repeated = [8, 10, 12, 14, 9, 11, 13, 15].map((k) => written[k]);
    expect(tariff.components).toEqual([
      {
        kind: 'priceSeries',
        id: 'energy',
        prices: [
          {
            startMs: at('2026-10-24T22:00Z'),
            stepMs: QUARTER_MS,
            pricesPerKwh: [...written.slice(0, 8), ...repeated, ...written.slice(16)],
          },
        ],
      },
    ]);
    expect(warnings).toEqual(['4 prices are estimates (the first on line 34): load them again when they are final.']);
  });

  it('Octopus: spaces after commas, offsets, pence, zero as 0E-20, a half hour left out, newest first', () => {
    const csv: CsvOptions = {
      ...HOURLY,
      delimiter: ',',
      decimalMark: '.',
      unit: 'minorPerKwh',
      resolutionMinutes: 30,
      timestampColumn: 'Start',
      priceColumn: 'Consumption Price (p/kWh)',
      timestampFormat: 'iso',
    };
    const { tariff, warnings } = readCsv(fixture('octopusLike.csv'), {
      currency: 'GBP',
      timeZone: 'Europe/London',
      vatPercent: 5,
      csv,
    });
    expect(tariff.components).toMatchObject([
      {
        prices: [
          { startMs: at('2026-03-29T00:00Z'), stepMs: HOUR_MS / 2, pricesPerKwh: [0.22365, 0.1947, 0, -0.042] },
          { startMs: at('2026-03-29T02:30Z'), stepMs: HOUR_MS / 2, pricesPerKwh: [0.310905, 0.301, 0.18] },
        ],
      },
    ]);
    expect(warnings).toEqual([
      "There is no price for 2026-03-29T02:00Z to 2026-03-29T02:30Z: until one is loaded, an earlier day's stands in.",
    ]);
  });

  it('Nord Pool: lines before the header, tabs, a row per area', () => {
    const csv: CsvOptions = {
      ...HOURLY,
      delimiter: '\t',
      decimalMark: '.',
      unit: 'perMwh',
      timestampColumn: 'Date',
      timeColumn: 'Hours',
      priceColumn: 'Price',
      timestampFormat: 'yyyy-MM-dd HH:mm',
      preambleLines: 3,
      only: { column: 'Area', value: 'SE4' },
    };
    const [run] = runsOf(fixture('nordPoolLike.tsv'), { currency: 'EUR', timeZone: 'Europe/Stockholm', csv });
    expect(run?.startMs).toBe(at('2026-01-14T23:00Z'));
    expect(run?.pricesPerKwh).toHaveLength(24);
    expect(run?.pricesPerKwh[23]).toBe(0.15323);
    expect(
      refusal(fixture('nordPoolLike.tsv'), { ...STOCKHOLM, csv: { ...csv, only: { column: 'Area', value: 'SE9' } } })
        .message,
    ).toMatch(/no row with "SE9" in column "Area"/);
  });
});

describe('local time', () => {
  const night = (...hours: readonly string[]) => table(...hours.map((hour, index) => `2026-10-25 ${hour};${index}`));

  it('in the hour that is repeated: the first is summer, the second winter', () => {
    expect(hourlyRuns(night('01:00', '02:00', '02:00', '03:00'))).toEqual([
      { startMs: at('2026-10-24T23:00Z'), stepMs: HOUR_MS, pricesPerKwh: [0, 1, 2, 3] },
    ]);
  });

  it('whether the hour is written twice over or quarter by quarter', () => {
    const rows = (...times: readonly string[]) => table(...times.map((time, index) => `2026-10-25 ${time};${index}`));
    const twice = rows('02:00', '02:15', '02:30', '02:45', '02:00', '02:15', '02:30', '02:45');
    expect(hourlyRuns(twice, { resolutionMinutes: 15 })[0]?.pricesPerKwh).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const pairs = rows('02:00', '02:00', '02:15', '02:15', '02:30', '02:30', '02:45', '02:45');
    expect(hourlyRuns(pairs, { resolutionMinutes: 15 })[0]?.pricesPerKwh).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
  });

  it('where the newest stands first: the first is winter', () => {
    expect(hourlyRuns(night('03:00', '02:00', '02:00', '01:00'))[0]?.pricesPerKwh).toEqual([3, 2, 1, 0]);
  });

  it('written once is the first pass, and the second is a gap', () => {
    const { warnings } = readCsv(night('01:00', '02:00', '03:00'), { ...STOCKHOLM, csv: HOURLY });
    expect(warnings).toEqual([expect.stringMatching(/no price for 2026-10-25T01:00Z to 2026-10-25T02:00Z/)]);
  });

  it('a third time is one too many, and a second one anywhere else', () => {
    expect(hourlyRefusal(night('02:00', '02:00', '02:00'))).toMatchObject({
      code: 'TARIFF_OVERLAP',
      issues: [{ line: 4, column: 'Tid', text: '2026-10-25 02:00', reason: 'It holds at the same time as line 3.' }],
    });
    expect(hourlyRefusal(night('03:00', '03:00'))).toMatchObject({ code: 'TARIFF_OVERLAP', issues: [{ line: 3 }] });
  });

  it('in the gap of spring there is none', () => {
    const error = hourlyRefusal(table('2026-03-29 01:00;1', '2026-03-29 02:00;2', '2026-03-29 03:00;3'));
    expect(error.issues).toEqual([
      {
        line: 3,
        column: 'Tid',
        text: '2026-03-29 02:00',
        reason: 'Clocks of Europe/Stockholm never show this: they were put forward over it.',
        fix: 'Check options.timeZone and what the time is of, start or end; or write times with their offset.',
      },
    ]);
    expect(hourlyRuns(table('2026-03-29 01:00;1', '2026-03-29 03:00;3'))).toEqual([
      { startMs: at('2026-03-29T00:00Z'), stepMs: HOUR_MS, pricesPerKwh: [1, 3] },
    ]);
  });

  it("is the zone's: half hours in India, half an hour of daylight saving on Lord Howe Island", () => {
    const kolkata = runsOf(table('2026-01-15 00:00;1'), { currency: 'INR', timeZone: 'Asia/Kolkata', csv: HOURLY });
    expect(kolkata[0]?.startMs).toBe(at('2026-01-14T18:30Z'));
    // 5 April 2026: 02:00 becomes 01:30.
    const rows = table('2026-04-05 01:00;1', '2026-04-05 01:30;2', '2026-04-05 01:30;3', '2026-04-05 02:00;4');
    const lordHowe = runsOf(rows, {
      currency: 'AUD',
      timeZone: 'Australia/Lord_Howe',
      csv: { ...HOURLY, resolutionMinutes: 30 },
    });
    expect(lordHowe).toEqual([{ startMs: at('2026-04-04T14:00Z'), stepMs: HOUR_MS / 2, pricesPerKwh: [1, 2, 3, 4] }]);
  });

  it('may be the end of a row', () => {
    const ends = { stamped: 'end' } as const;
    expect(hourlyRuns(table('2026-01-15 00:00;1', '2026-01-15 01:00;2'), ends)[0]?.startMs).toBe(
      at('2026-01-14T22:00Z'),
    );
    expect(hourlyRuns(table('2026-01-14 24:00;1', '2026-01-15 01:00;2'), ends)[0]?.pricesPerKwh).toEqual([1, 2]);
    // 00:00 to 05:00 on the day of 25 hours, by the clock at the end of each hour.
    const autumn = night('01:00', '02:00', '02:00', '03:00', '04:00', '05:00');
    expect(hourlyRuns(autumn, ends)).toEqual([
      { startMs: at('2026-10-24T22:00Z'), stepMs: HOUR_MS, pricesPerKwh: [0, 1, 2, 3, 4, 5] },
    ]);
    expect(
      hourlyRuns(table('2026-03-29 01:00;1', '2026-03-29 03:00;2', '2026-03-29 04:00;3'), ends)[0]?.pricesPerKwh,
    ).toEqual([1, 2, 3]);
  });

  it('is by days where a row holds 1440 minutes, whatever their length', () => {
    const days = { resolutionMinutes: 1440, timestampFormat: 'yyyy-MM-dd' };
    const text = table('2026-10-24;1', '2026-10-25;2', '2026-10-26;3');
    const expected = [
      { startMs: at('2026-10-23T22:00Z'), stepMs: 24 * HOUR_MS, pricesPerKwh: [1] },
      { startMs: at('2026-10-24T22:00Z'), stepMs: 25 * HOUR_MS, pricesPerKwh: [2] },
      { startMs: at('2026-10-25T23:00Z'), stepMs: 24 * HOUR_MS, pricesPerKwh: [3] },
    ];
    expect(hourlyRuns(text, days)).toEqual(expected);
    const ends = table('2026-10-25;1', '2026-10-26;2', '2026-10-27;3');
    expect(hourlyRuns(ends, { ...days, stamped: 'end' })).toEqual(expected);
  });
});

describe('times', () => {
  it.each([
    ['iso', '2026-01-15T00:00'],
    ['iso', '2026-01-15 00:00:00'],
    ['iso', '2026-01-14T23:00:00Z'],
    ['iso', '2026-01-15T00:00:00+0100'],
    ['iso', '2026-01-15'],
    ['epochSeconds', '1768431600'],
    ['epochMilliseconds', '1768431600000'],
    ['dd/MM/yyyy HH:mm', '15/01/2026 00:00'],
    ['d.M.yyyy H:mm', '15.1.2026 0:00'],
    ['yyyyMMddHHmm', '202601150000'],
    ["d MMM yyyy 'kl' HH:mm", '15 Jan 2026 kl 00:00'],
    ['yyyy-MM-dd HH:mm ZZ', '2026-01-14 18:00 -05:00'],
  ])('as %s: %s', (timestampFormat, text) => {
    expect(hourlyRuns(table(`${text};1`), { timestampFormat })[0]?.startMs).toBe(at('2026-01-14T23:00Z'));
  });

  it.each([
    ['iso', '15-01-2026 00:00'],
    ['iso', '2026-13-01T00:00'],
    ['iso', '2026-01-15T25:00'],
    ['iso', ''],
    ['epochSeconds', '1.5'],
    ['epochSeconds', '99999999999999'],
    ['epochMilliseconds', '1768431600500'],
    ['dd-MM-yyyy HH:mm', '31-02-2026 00:00'],
    ['dd-MM-yyyy HH:mm', '15-01-0026 00:00'],
    ['dd-MM-yyyy HH:mm', '15-01-9999 00:00'],
    ['dd-MM-yyyy HH:mm', 'x'.repeat(5000)],
  ])('not as %s: %s', (timestampFormat, text) => {
    const [issue] = hourlyRefusal(table(`${text};1`), { timestampFormat }).issues;
    expect(issue).toMatchObject({ line: 2, column: 'Tid', text: text.slice(0, 80) });
    expect(issue?.reason).toMatch(/no time/);
  });
});

describe('prices', () => {
  const price = (text: string, csv: Partial<CsvOptions> = {}) =>
    hourlyRuns(table(`2026-01-15 00:00;${text}`), csv)[0]?.pricesPerKwh[0];
  const noPrice = (text: string, csv: Partial<CsvOptions> = {}) =>
    hourlyRefusal(table(`2026-01-15 00:00;${text}`), csv).issues[0];

  it('are in the unit that is declared, to the last bit', () => {
    expect(price('30,10', { unit: 'perMwh' })).toBe(0.0301);
    expect(price('82,57', { unit: 'minorPerKwh' })).toBe(0.8257);
    expect(price('-0,05')).toBe(-0.05);
    expect(price('1234,5', { unit: 'perMwh' })).toBe(1.2345);
    expect(price('1234.5', { unit: 'perMwh', decimalMark: '.' })).toBe(1.2345);
  });

  it('that are ambiguous are not guessed', () => {
    const ambiguous = 'This is thousands in one country and decimals in another.';
    expect(noPrice('1.234')).toEqual({
      line: 2,
      column: 'Pris',
      text: '1.234',
      reason: ambiguous,
      fix: 'The decimal mark is declared as comma: write thousands without a mark, and decimals with it.',
    });
    expect(noPrice('1,234', { decimalMark: '.' })?.reason).toBe(ambiguous);
    expect(noPrice('1.234.567')?.reason).toBe(ambiguous);
    expect(noPrice('1.234,56')?.reason).toMatch(/decimal mark is a comma/);
    expect(noPrice('0.5')?.reason).toMatch(/decimal mark is a comma/);
    expect(price('1,234')).toBe(1.234);
  });

  it('that are empty are not 0', () => {
    expect(noPrice('')?.reason).toBe('It is empty, which is not 0.');
    expect(price('0')).toBe(0);
  });

  it.each(['abc', '1 000', '1,2,3', '€1', '−1', '--1', 'NaN', '1e400', '="x"'])('"%s" is none', (text) => {
    expect(noPrice(text)).toMatchObject({ line: 2, column: 'Pris' });
  });
});

describe('the step of rows', () => {
  const rows = (...minutes: readonly number[]) =>
    table(
      ...minutes.map(
        (minute) =>
          `2026-01-15 ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')};1`,
      ),
    );

  it('is the one that is declared: neither less nor a part more', () => {
    expect(hourlyRefusal(rows(0, 60, 90)).issues).toMatchObject([
      {
        line: 4,
        reason: 'It is 30 minutes after line 3, but 60 are declared.',
        fix: 'Declare the right resolutionMinutes, or split the file where it changes.',
      },
    ]);
    expect(hourlyRefusal(rows(0, 60, 150)).issues).toMatchObject([
      { line: 4, reason: 'It is 90 minutes after line 3, but 60 are declared.' },
    ]);
  });

  it('may have gaps, but not so many alike that it is another', () => {
    expect(hourlyRuns(rows(0, 60, 180, 300))).toHaveLength(3);
    expect(hourlyRefusal(rows(0, 60, 120, 180), { resolutionMinutes: 15 }).message).toMatch(
      /60 minutes after line 4, as are those before it, but 15 are declared/,
    );
    expect(hourlyRefusal(rows(0, 15, 30, 90, 150, 210), { resolutionMinutes: 15 }).issues).toHaveLength(1);
  });

  it('is one that a row can have', () => {
    for (const resolutionMinutes of [0, -15, 7, 45, 61, 120, 0.5, Number.NaN]) {
      expect(hourlyRefusal(rows(0), { resolutionMinutes }).issues).toMatchObject([
        { path: 'options.csv.resolutionMinutes' },
      ]);
    }
  });
});

describe('what is declared', () => {
  const text = 'Datum;Börspris (öre/kWh);Anm\n15-01-2026 00:00;82,0;a\n15-01-2026 00:15;-5,25;b\n';

  it('must be all, and what is not is told with what it looks like', () => {
    const { issues } = refusal(text, { ...STOCKHOLM, csv: { timestampColumn: 'Datum' } });
    expect(issues.map(({ path, fix }) => [path, fix])).toEqual([
      ['options.csv.delimiter', 'Declare it: it looks like ";".'],
      ['options.csv.decimalMark', 'Declare it: it looks like ",".'],
      ['options.csv.unit', 'Declare it: it looks like "minorPerKwh".'],
      ['options.csv.resolutionMinutes', 'Declare it: it looks like 15.'],
      ['options.csv.stamped', 'Declare it.'],
      ['options.csv.priceColumn', 'Declare it: it looks like "Börspris (öre/kWh)".'],
      ['options.csv.timestampFormat', 'Declare it: it looks like "dd-MM-yyyy HH:mm".'],
    ]);
  });

  it('is needed unless the header is the plain one', () => {
    expect(refusal(text, STOCKHOLM).issues).toEqual([
      {
        line: 1,
        text: 'Datum;Börspris (öre/kWh);Anm',
        reason:
          'The file does not say how it is to be read: its header is not start,end,price_per_kwh (or price_per_mwh).',
        fix: 'It looks like delimiter ";", decimalMark ",", unit "minorPerKwh", resolutionMinutes 15, timestampColumn "Datum", priceColumn "Börspris (öre/kWh)", timestampFormat "dd-MM-yyyy HH:mm": if that is so, declare options.csv, or write that header.',
      },
    ]);
    expect(refusal('a\nb\n', STOCKHOLM).issues[0]?.fix).toBe('Declare options.csv, or write that header.');
    const wide = `day,${Array.from({ length: 96 }, (_, k) => `q${k}`).join(',')}\n2026-01-15,${Array(96).fill('0.1').join(',')}\n`;
    expect(refusal(wide, STOCKHOLM).issues[0]?.fix).toMatch(
      /looks like a row for each day with a column for each interval/,
    );
    expect(refusal('start,end,price_per_kwh,price_per_mwh\n', STOCKHOLM).message).toMatch(/does not say how/);
  });

  it.each<[keyof CsvOptions, unknown]>([
    ['delimiter', '|'],
    ['decimalMark', '·'],
    ['unit', 'EUR'],
    ['stamped', 'middle'],
    ['timestampColumn', ''],
    ['priceColumn', 5],
    ['timestampFormat', 'HH:mm'],
    ['timestampFormat', 'x'.repeat(200)],
    ['preambleLines', -1],
    ['preambleLines', 1.5],
    ['only', 'SE3'],
    ['estimated', { column: 1 }],
    ['timeColumn', null],
  ])('can not be %s %j', (option, value) => {
    expect(hourlyRefusal(table('2026-01-15 00:00;1'), { [option]: value } as Partial<CsvOptions>).issues).toMatchObject(
      [{ path: `options.csv.${option}` }],
    );
  });

  it('must name columns that are there, once', () => {
    expect(hourlyRefusal(table('2026-01-15 00:00;1'), { priceColumn: 'Priss' }).issues).toEqual([
      {
        line: 1,
        column: 'Priss',
        reason: 'There is no such column.',
        fix: 'Did you mean "Pris"? The columns are "Tid", "Pris".',
      },
    ]);
    expect(hourlyRefusal('Tid;Pris;Pris\n2026-01-15 00:00;1;2\n').issues).toMatchObject([
      { column: 'Pris', reason: 'There are two columns of this name.' },
    ]);
    expect(hourlyRefusal(table('2026-01-15 00:00;1'), { only: { column: 'Area', value: 'SE3' } }).message).toMatch(
      /column Area: There is no such column/,
    );
  });

  it('is not overruled by what the file looks like', () => {
    expect(hourlyRefusal(table('2026-01-15 00:00;1'), { delimiter: ',' }).issues).toMatchObject([
      { reason: 'There is no such column.' },
      { reason: 'There is no such column.' },
    ]);
  });
});
