import { describe, expect, it } from 'vitest';
import { AREAS } from '../../../../tariffs/entsoe/areas.js';
import { readEntsoe } from '../../../../tariffs/entsoe/readEntsoe.js';
import { at, DE_LU, day, fixture, HOUR_MS, publication, QUARTER_MS, refusal, runsOf, SE3 } from './publications.js';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour + 1);

describe('a real-shaped day of SE3', () => {
  const { tariff, warnings } = readEntsoe(fixture('dayAheadSe3.xml'), { name: 'spot', vatPercent: 25 });

  it('is a price series per kWh, in the zone of its area', () => {
    expect(tariff).toEqual({
      name: 'spot',
      currency: 'EUR',
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
              startMs: at('2026-01-14T23:00Z'),
              stepMs: QUARTER_MS,
              pricesPerKwh: [
                ...Array(4).fill(0.0301),
                -0.002,
                ...Array(27).fill(0),
                ...Array(62).fill(0.11847),
                // The last two quarters, of which only the first is written.
                ...Array(2).fill(0.041),
              ],
            },
          ],
        },
      ],
    });
    expect(warnings).toEqual([]);
  });

  it('has the zone that is asked for, if one is', () => {
    expect(readEntsoe(fixture('dayAheadSe3.xml'), { timeZone: 'Europe/Oslo' }).tariff.timeZone).toBe('Europe/Oslo');
  });
});

describe('a real-shaped day of DE-LU with prefixed names, two auctions, a duplicate and hourly prices', () => {
  const xml = fixture('dayAheadDeLuTwoAuctions.xml');

  it('gives the quarter hours of the coupled auction, 92 on the day of 23 hours', () => {
    const { tariff, warnings } = readEntsoe(xml);
    expect(tariff.components).toMatchObject([
      {
        prices: [
          {
            startMs: at('2026-03-28T23:00Z'),
            stepMs: QUARTER_MS,
            pricesPerKwh: [...Array(8).fill(0.06), ...Array(84).fill(0.0525)],
          },
        ],
      },
    ]);
    expect(warnings).toEqual([
      'The document has several auctions: prices of 1 are taken, those of 2 left out (options.auction takes another).',
    ]);
  });

  it('gives the other auction when that is asked for', () => {
    expect(runsOf(xml, { auction: 2 })).toMatchObject([{ pricesPerKwh: Array(92).fill(0.0777) }]);
  });
});

describe('the length of a day', () => {
  it.each([
    ['2026-03-28T23:00Z', '2026-03-29T22:00Z', 'PT15M', 92],
    ['2026-10-24T22:00Z', '2026-10-25T23:00Z', 'PT15M', 100],
    ['2026-10-24T22:00Z', '2026-10-25T23:00Z', 'PT30M', 50],
    ['2026-10-24T22:00Z', '2026-10-25T23:00Z', 'PT1H', 25],
    ['2026-03-28T23:00Z', '2026-03-29T22:00Z', 'PT60M', 23],
  ])('%s to %s in %s has %i prices', (start, end, resolution, count) => {
    const prices = Array.from({ length: count }, (_, index) => index);
    const [run, second] = runsOf(publication([day({ start, end, resolution, prices, curveType: 'A01' })]));
    expect(run?.pricesPerKwh).toEqual(prices.map((price) => price / 1000));
    expect(second).toBeUndefined();
    expect((run?.startMs ?? 0) + (run?.stepMs ?? 0) * count).toBe(at(end));
    const short = refusal(publication([day({ start, end, resolution, prices: prices.slice(1), curveType: 'A01' })]));
    expect(short.message).toMatch(`Position ${count} of ${count} is missing.`);
  });

  it("is the local calendar's where the resolution is a day", () => {
    const runs = runsOf(
      publication([
        day({ start: '2026-10-23T22:00Z', end: '2026-10-26T23:00Z', resolution: 'P1D', prices: [1, 2, 3] }),
      ]),
    );
    expect(runs).toEqual([
      { startMs: at('2026-10-23T22:00Z'), stepMs: 24 * HOUR_MS, pricesPerKwh: [0.001] },
      { startMs: at('2026-10-24T22:00Z'), stepMs: 25 * HOUR_MS, pricesPerKwh: [0.002] },
      { startMs: at('2026-10-25T23:00Z'), stepMs: 24 * HOUR_MS, pricesPerKwh: [0.003] },
    ]);
  });

  it('must be whole', () => {
    expect(refusal(publication([day({ end: '2026-01-15T22:30Z' })])).message).toMatch(
      '/Publication_MarketDocument/TimeSeries[1]/Period[1]/resolution: 2026-01-14T23:00Z to 2026-01-15T22:30Z is no whole number of PT60M. ("PT60M")',
    );
    expect(refusal(publication([day({ resolution: 'P1D', end: '2026-01-16T22:00Z' })])).message).toMatch(
      /no whole number of P1D/,
    );
    expect(refusal(publication([day({ end: '2026-01-14T23:00Z' })])).message).toMatch(/ends before it has begun/);
  });
});

describe('curve types', () => {
  const some = ['10', undefined, '12', undefined, undefined, '15'];
  const sixHours = { end: '2026-01-15T05:00Z', prices: some };

  it('A03 repeats the position before one that is missing, at the end too', () => {
    expect(runsOf(publication([day({ ...sixHours, curveType: 'A03' })]))).toMatchObject([
      { pricesPerKwh: [0.01, 0.01, 0.012, 0.012, 0.012, 0.015] },
    ]);
    expect(runsOf(publication([day({ ...sixHours, prices: ['7'], curveType: 'A03' })]))).toMatchObject([
      { pricesPerKwh: Array(6).fill(0.007) },
    ]);
  });

  it('A03 needs its first position', () => {
    const error = refusal(publication([day({ ...sixHours, prices: [undefined, '1'], curveType: 'A03' })]));
    expect(error.issues).toEqual([
      {
        path: '/Publication_MarketDocument/TimeSeries[1]/Period[1]',
        reason: 'Position 1 of 6 is missing.',
        fix: 'Give it: a position without a price repeats the one before, and there is none.',
      },
    ]);
  });

  it('A01, and none, needs all positions', () => {
    for (const curveType of [{ curveType: 'A01' }, {}]) {
      expect(refusal(publication([day({ ...sixHours, ...curveType })])).message).toMatch(
        /Position 2 of 6 is missing, and 2 more/,
      );
    }
  });

  it('of points and of breakpoints are refused with the reason', () => {
    for (const [curveType, reason] of [
      ['A02', /instants/],
      ['A04', /overlapping breakpoints/],
      ['A05', /non-overlapping breakpoints/],
    ] as const) {
      const error = refusal(publication([day({ curveType })]));
      expect(error.code).toBe('TARIFF_NOT_EXPRESSIBLE');
      expect(error.message).toMatch(reason);
    }
    expect(refusal(publication([day({ curveType: 'A09' })]))).toMatchObject({ code: 'INVALID_TARIFF' });
    expect(refusal(publication([day({ curveType: 'toString' })]))).toMatchObject({ code: 'INVALID_TARIFF' });
  });

  it('positions need no order, and may repeat without contradiction', () => {
    const point = (position: number, price: string) =>
      `<Point><position>${position}</position><price.amount>${price}</price.amount></Point>`;
    const twoHours = (points: string) => publication([day({ end: '2026-01-15T01:00Z', points })]);
    expect(runsOf(twoHours(point(2, '2') + point(1, '1') + point(2, '2.0')))).toMatchObject([
      { pricesPerKwh: [0.001, 0.002] },
    ]);
    expect(refusal(twoHours(point(2, '2') + point(1, '1') + point(2, '3')))).toMatchObject({
      code: 'TARIFF_OVERLAP',
      issues: [
        { path: '/Publication_MarketDocument/TimeSeries[1]/Period[1]/Point[3]', reason: 'Position 2 has two prices.' },
      ],
    });
  });
});

describe('several series', () => {
  const next = { start: '2026-01-15T23:00Z', end: '2026-01-16T23:00Z' };

  it('of following days are one run, in whatever order', () => {
    expect(runsOf(publication([day({ ...next, prices: HOURS }), day()]))).toMatchObject([
      {
        startMs: at('2026-01-14T23:00Z'),
        pricesPerKwh: [...Array(24).fill(0.05), ...HOURS.map((hour) => hour / 1000)],
      },
    ]);
  });

  it('that are exact duplicates count once', () => {
    expect(runsOf(publication([day({ prices: HOURS }), day({ prices: HOURS })]))).toEqual(
      runsOf(publication([day({ prices: HOURS })])),
    );
  });

  it('that contradict each other are refused, with both prices', () => {
    const error = refusal(publication([day(), day({ prices: HOURS })]));
    expect(error.code).toBe('TARIFF_OVERLAP');
    expect(error.message).toMatch('From 2026-01-14T23:00Z on there are two prices: 0.05 and 0.001 per kWh.');
    expect(error.issues).toHaveLength(20);
    expect(error.more).toBe(4);
  });

  it('of two resolutions: the finer counts where it is, the coarser elsewhere', () => {
    const quarters = day({
      start: '2026-01-15T10:00Z',
      end: '2026-01-15T12:00Z',
      resolution: 'PT15M',
      prices: [1, 2, 3, 4, 5, 6, 7, 8],
    });
    const runs = runsOf(publication([day(), quarters, day({ ...next, resolution: 'P1D', prices: [9] })]));
    expect(runs).toEqual([
      { startMs: at('2026-01-14T23:00Z'), stepMs: HOUR_MS, pricesPerKwh: Array(11).fill(0.05) },
      {
        startMs: at('2026-01-15T10:00Z'),
        stepMs: QUARTER_MS,
        pricesPerKwh: [0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008],
      },
      { startMs: at('2026-01-15T12:00Z'), stepMs: HOUR_MS, pricesPerKwh: Array(11).fill(0.05) },
      { startMs: at('2026-01-15T23:00Z'), stepMs: 24 * HOUR_MS, pricesPerKwh: [0.009] },
    ]);
  });

  it('of intraday are left out with a warning', () => {
    const { tariff, warnings } = readEntsoe(
      publication([day({ contract: 'A07', prices: HOURS, currency: 'XXX' }), day({ contract: 'A01' })]),
    );
    expect(tariff.components).toMatchObject([{ prices: [{ pricesPerKwh: Array(24).fill(0.05) }] }]);
    expect(warnings).toEqual(['Prices of contract type A07 (intraday) are left out: day-ahead is A01.']);
    expect(refusal(publication([day({ contract: 'A07' })])).code).toBe('TARIFF_NOT_PUBLISHED');
  });
});

describe('auctions', () => {
  const first = day({ auction: 1, prices: HOURS });
  const second = day({ auction: 2 });

  it('of DE-LU and AT: only the coupled one is the price, and the other alone is none yet', () => {
    for (const area of [DE_LU, '10YAT-APG------L']) {
      expect(
        runsOf(
          publication([
            { ...second, area },
            { ...first, area },
          ]),
        )[0]?.pricesPerKwh[0],
      ).toBe(0.001);
      const error = refusal(publication([{ ...second, area }]));
      expect(error.code).toBe('TARIFF_NOT_PUBLISHED');
      expect(error.message).toMatch(/prices of auction 2 only; those of auction 1 are not published yet/);
      expect(runsOf(publication([{ ...second, area }]), { auction: 2 })[0]?.pricesPerKwh[0]).toBe(0.05);
    }
  });

  it('elsewhere the lowest is taken', () => {
    expect(runsOf(publication([second, first]))[0]?.pricesPerKwh[0]).toBe(0.001);
    expect(runsOf(publication([day({ auction: 3, prices: HOURS }), second]))[0]?.pricesPerKwh[0]).toBe(0.05);
    expect(runsOf(publication([second]))[0]?.pricesPerKwh[0]).toBe(0.05);
  });

  it('a series without a position is of the first', () => {
    expect(runsOf(publication([day({ area: DE_LU })]))).toHaveLength(1);
    expect(refusal(publication([day({ area: DE_LU })]), { auction: 2 }).code).toBe('TARIFF_NOT_PUBLISHED');
  });

  it('are chosen before resolutions: the quarter hours of the other one do not win', () => {
    const quarters = day({ area: DE_LU, auction: 2, resolution: 'PT15M', prices: Array(96).fill(9) });
    expect(runsOf(publication([quarters, { ...first, area: DE_LU }]))).toMatchObject([{ stepMs: HOUR_MS }]);
  });

  it('have numbers', () => {
    expect(refusal(publication([day({ auction: 'x' })])).message).toMatch(/no classification position/);
    expect(refusal(publication([day()]), { auction: 0 }).issues[0]?.path).toBe('options.auction');
  });
});

describe('units and currencies', () => {
  it('are MWH, or KWH', () => {
    expect(runsOf(publication([day({ unit: 'KWH', prices: HOURS })]))[0]?.pricesPerKwh).toEqual(HOURS);
    expect(refusal(publication([day({ unit: 'MAW' })]))).toMatchObject({ code: 'TARIFF_NOT_EXPRESSIBLE' });
  });

  it('must be one, known, and as the options say', () => {
    expect(readEntsoe(publication([day({ currency: 'SEK' })])).tariff.currency).toBe('SEK');
    expect(
      refusal(publication([day(), day({ start: '2026-01-15T23:00Z', end: '2026-01-16T23:00Z', currency: 'SEK' })]))
        .message,
    ).toMatch(/in SEK, others are in EUR/);
    expect(refusal(publication([day({ currency: 'EURO' })])).message).toMatch(/no currency/);
    expect(refusal(publication([day()]), { currency: 'SEK' }).message).toMatch(/in EUR, where SEK is asked for/);
  });

  it('must be there', () => {
    const xml = publication([day()]);
    expect(refusal(xml.replace(/<currency_Unit.name>.*<\/currency_Unit.name>/, '')).message).toMatch(
      /currency_Unit.name is missing/,
    );
    expect(refusal(xml.replace(/<price_Measure_Unit.name>.*<\/price_Measure_Unit.name>/, '')).message).toMatch(
      /price_Measure_Unit.name is missing/,
    );
  });

  it('are divided to the last bit', () => {
    const prices = ['30.10', '-500', '4000.00', '0.07', '1e3'.replace('1e3', '1000'), '-0.00', '.5', '7.'];
    expect(runsOf(publication([day({ end: '2026-01-15T07:00Z', prices })]))[0]?.pricesPerKwh).toEqual([
      0.0301, -0.5, 4, 0.00007, 1, 0, 0.0005, 0.007,
    ]);
  });
});

describe('areas', () => {
  it('have the check characters of their codes', () => {
    // EIC reference manual: the first 15 weighted 16 to 2, modulo 37.
    const value = (sign: string) => (sign === '-' ? 36 : Number.parseInt(sign, 36));
    for (const code of AREAS.keys()) {
      const sum = [...code.slice(0, 15)].reduce((total, sign, index) => total + value(sign) * (16 - index), 0);
      expect([code, value(code.slice(15))]).toEqual([code, 36 - ((sum - 1) % 37)]);
    }
  });

  it.each([
    ['10Y1001A1001A44P', 'SE1', 'Europe/Stockholm'],
    ['10Y1001A1001A45N', 'SE2', 'Europe/Stockholm'],
    [SE3, 'SE3', 'Europe/Stockholm'],
    ['10Y1001A1001A47J', 'SE4', 'Europe/Stockholm'],
    ['10Y1001A1001A48H', 'NO5', 'Europe/Oslo'],
    ['10YNO-1--------2', 'NO1', 'Europe/Oslo'],
    ['10Y1001A1001A39I', 'EE', 'Europe/Tallinn'],
    [DE_LU, 'DE-LU', 'Europe/Berlin'],
    ['10YDK-1--------W', 'DK1', 'Europe/Copenhagen'],
    ['10YDK-2--------M', 'DK2', 'Europe/Copenhagen'],
    ['10YFI-1--------U', 'FI', 'Europe/Helsinki'],
    ['10YNL----------L', 'NL', 'Europe/Amsterdam'],
    ['10YBE----------2', 'BE', 'Europe/Brussels'],
    ['10YFR-RTE------C', 'FR', 'Europe/Paris'],
    ['10YAT-APG------L', 'AT', 'Europe/Vienna'],
    ['10YES-REE------0', 'ES', 'Europe/Madrid'],
  ])('%s is %s', (code, name, timeZone) => {
    expect(AREAS.get(code)).toMatchObject({ name, timeZone });
    expect(readEntsoe(publication([day({ area: code })])).tariff.timeZone).toBe(timeZone);
  });

  it('that are not known need a time zone', () => {
    const xml = publication([day({ area: '10Y1001A1001A016' })]);
    expect(refusal(xml).issues).toEqual([
      {
        path: 'options.timeZone',
        reason: 'The time zone of area 10Y1001A1001A016 is not known here.',
        fix: 'Give options.timeZone, such as Europe/Berlin.',
      },
    ]);
    expect(readEntsoe(xml, { timeZone: 'Europe/Belfast' }).tariff.timeZone).toBe('Europe/Belfast');
    const none = publication([day()]).replaceAll(/<(in|out)_Domain.mRID>.*?<\/\1_Domain.mRID>/g, '');
    expect(refusal(none).message).toMatch(/names no area/);
    expect(runsOf(none, { timeZone: 'Europe/Oslo' })).toHaveLength(1);
  });

  it('must be one, and not two that exchange', () => {
    expect(refusal(publication([day(), day({ area: DE_LU })]))).toMatchObject({
      code: 'TARIFF_NOT_EXPRESSIBLE',
      issues: [{ reason: `The document has prices of 2 areas: ${SE3}, ${DE_LU}.` }],
    });
    expect(refusal(publication([day({ outArea: DE_LU })]))).toMatchObject({ code: 'TARIFF_NOT_EXPRESSIBLE' });
  });
});

describe('what is said about prices that are taken', () => {
  const warningsOf = (xml: string) => readEntsoe(xml).warnings;

  it('is where they have gaps', () => {
    const days = [day(), day({ start: '2026-01-16T23:00Z', end: '2026-01-17T23:00Z' })];
    expect(warningsOf(publication(days))).toEqual([
      "There is no price for 2026-01-15T23:00Z to 2026-01-16T23:00Z: until one is loaded, an earlier day's stands in.",
    ]);
  });

  it('is that they do not begin with the day: Belgium on 26 October 2025 came shifted by an hour', () => {
    const shifted = day({ area: '10YBE----------2', start: '2025-10-25T23:00Z', end: '2025-10-26T23:00Z' });
    expect(warningsOf(publication([shifted]))).toEqual([
      'Prices begin at 2025-10-25T23:00Z, which is not the start of a market day (00:00 CET or CEST): they may be shifted or incomplete.',
    ]);
  });

  it("is nothing about the day of Finland, which is the market's and not its own", () => {
    expect(warningsOf(publication([day({ area: '10YFI-1--------U' })]))).toEqual([]);
  });

  it('is that they fall short of what the document is about', () => {
    const xml = fixture('dayAheadSe3.xml').replace('<end>2026-01-15T23:00Z', '<end>2026-01-16T23:00Z');
    expect(warningsOf(xml)).toEqual([
      'The document is about 2026-01-14T23:00Z to 2026-01-16T23:00Z, but has prices of 2026-01-14T23:00Z to 2026-01-15T23:00Z only.',
    ]);
  });

  it('is that they are beyond the limits of the market, which can change', () => {
    const prices = [4000.01, -500.01, 4000, -500, ...Array(20).fill(1)];
    expect(warningsOf(publication([day({ prices })]))).toEqual([
      "2 prices are beyond the market's limits of -500 and 4000 EUR/MWh, the first at 2026-01-14T23:00Z.",
    ]);
    expect(warningsOf(publication([day({ prices, currency: 'SEK' })]))).toEqual([]);
  });
});

describe('not published yet', () => {
  it('is an acknowledgement, with its reason', () => {
    const error = refusal(fixture('noMatchingData.xml'));
    expect(error.code).toBe('TARIFF_NOT_PUBLISHED');
    expect(error.message).toMatch(/999: No matching data found for Data item ENERGY_PRICES/);
    expect(error.issues[0]?.fix).toMatch(/Ask again later/);
  });

  it('is told from a request that was wrong', () => {
    const xml = fixture('noMatchingData.xml').replace(
      /<text>[^<]*</,
      '<text>Delivered time interval is &lt;not&gt; valid &amp; so on<',
    );
    expect(refusal(xml).issues).toMatchObject([
      {
        reason: 'The market answered without prices (999: Delivered time interval is <not> valid & so on).',
        fix: 'Mend the request as it says, and ask again.',
      },
    ]);
    expect(refusal('<Acknowledgement_MarketDocument/>').message).toMatch(/gave no reason/);
  });

  it('is a publication without a series', () => {
    expect(refusal(publication([]))).toMatchObject({ code: 'TARIFF_NOT_PUBLISHED' });
  });
});
