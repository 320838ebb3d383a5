import { describe, expect, it } from 'vitest';
import { bill } from '../../../../tariffs/bill/bill.js';
import { tariffOf } from '../prices/tariffBuilders.js';
import { amountOf, countedPeaks, DAY, demandCharge, local, quarters, readings, table } from './readings.js';

// Bills with demand charges, each worked out by hand in the comment above it.

describe('a Swedish effekttariff', () => {
  const STOCKHOLM = 'Europe/Stockholm';
  const gridCompany = tariffOf(
    [
      { kind: 'fixedFee', id: 'subscription', price: 375, per: 'month' },
      { kind: 'energyFee', id: 'transfer', pricePerKwh: 0.26 },
      { kind: 'tax', id: 'energy tax', pricePerKwh: 0.439 },
      demandCharge({
        id: 'effekt',
        peaks: 3,
        distinct: 'day',
        weights: [{ when: { hours: [{ from: '22:00', to: '06:00' }] }, weight: 0.5 }],
        price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 65 }] },
      }),
    ],
    { vatPercent: 25 },
  );

  // October 2026, 745 hours: on the 25th the hour from 02:00 comes twice, first in summer time.
  //   6th 18:00                8.0 kW, by day            8.0
  //   14th 07:00               7.1 kW, by day            7.1
  //   25th 02:00 (summer)     12.0 kW, by night half     6.0
  //   25th 02:00 (winter)     13.0 kW, by night half     6.5   the 25th's highest
  //   25th 17:00               6.2 kW, by day            6.2   the same day as 6.5
  // Mean (8.0 + 7.1 + 6.5) / 3 = 7.2 kW × 65 = 468.00. Were both hours from 02:00 taken for one of 25 kWh, 12.5 kW would lead.
  // Energy 8.0 + 7.1 + 12.0 + 13.0 + 6.2 = 46.3 kWh × 0.26 = 12.038, × 0.439 = 20.3257.
  // 375 + 12.038 + 20.3257 + 468 = 875.3637; × 1.25 = 1094.2046.
  it('counts the two hours from 2 in the night of October as two hours', () => {
    const again = local(STOCKHOLM, '2026-10-25T02:00') + 3_600_000;
    const october = quarters(STOCKHOLM, ['2026-10-01T00:00', '2026-11-01T00:00'], {
      '2026-10-06T18:00': 8,
      '2026-10-14T07:00': 7.1,
      '2026-10-25T02:00': 12,
      '2026-10-25T17:00': 6.2,
    }).map((reading) =>
      reading.startMs >= again && reading.startMs < again + 3_600_000 ? { ...reading, importWh: 3250 } : reading,
    );
    expect(october).toHaveLength(745 * 4);
    const billed = bill(gridCompany, october);
    expect(table(billed)).toEqual([
      ['subscription', 1, 'month', 375, 375],
      ['transfer', 46.3, 'kWh', 0.26, 12.038],
      ['energy tax', 46.3, 'kWh', 0.439, 20.3257],
      ['effekt', 7.2, 'kW', 65, 468],
      ['VAT 25 %', 875.3637, 'SEK', 0.25, 218.840925],
    ]);
    expect(billed.totalRounded).toBe(1094.2);
    expect(billed.peaks.find(({ weightedKw }) => weightedKw === 6.5)?.startMs).toBe(again);
    expect(billed.notes).toEqual([]);
  });

  // March 2026, 743 hours: on the 29th the hour from 02:00 is missing, and 03:00 follows 01:59.
  //   3rd 08:00    5.0 kW      5.0
  //   29th 01:00  11.0 kW, by night  5.5
  //   29th 03:00  14.0 kW, by night  7.0, the hour after
  //   30th 22:00   9.0 kW, by night  4.5   it is 20:00 UTC: by a clock an hour off it would be by day
  // Mean (7.0 + 5.0 + 4.5) / 3 = 5.5 kW × 65 = 357.50.
  it('goes by the new clock from the hour that is missing in March on', () => {
    const march = quarters(STOCKHOLM, ['2026-03-01T00:00', '2026-04-01T00:00'], {
      '2026-03-03T08:00': 5,
      '2026-03-29T01:00': 11,
      '2026-03-29T03:00': 14,
      '2026-03-30T22:00': 9,
    });
    expect(march).toHaveLength(743 * 4);
    const billed = bill(gridCompany, march);
    expect(countedPeaks(billed, STOCKHOLM)).toEqual([
      ['2026-03-29T03:00', 7],
      ['2026-03-03T08:00', 5],
      ['2026-03-30T22:00', 4.5],
    ]);
    expect(amountOf(billed, 'effekt')).toBeCloseTo(357.5, 9);
  });

  // Sollentuna: the three highest hours on weekdays 07–19 that are no holidays, of whatever days. April 2026:
  //   Good Friday 3 April 10:00 8.8, Easter Monday 6 April 12:00 9.0: holidays. Saturday 11 April 12:00 8.0: no weekday.
  //   8 April 19:00 7.7: too late. 8 April 06:00 7.5: too early.
  //   8 April 08:00 6.0, 09:00 5.8, 15 April 18:00 5.3: mean 17.1 / 3 = 5.7 kW × 55.75 = 317.775, half up 317.78.
  const sollentuna = tariffOf(
    [
      demandCharge({
        id: 'effekt',
        peaks: 3,
        when: { days: ['MO', 'TU', 'WE', 'TH', 'FR'], hours: [{ from: '07:00', to: '19:00' }] },
        price: {
          kind: 'perKw',
          per: 'month',
          rates: [{ months: [11, 12, 1, 2, 3], pricePerKw: 111.5 }, { pricePerKw: 55.75 }],
        },
      }),
    ],
    { holidays: { dates: [], yearly: ['01-01', '05-01', '06-06', '12-25'], easter: [-2, 1, 39] } },
  );

  it('of Sollentuna counts working hours only, and rounds half up', () => {
    const april = quarters(
      STOCKHOLM,
      ['2026-04-01T00:00', '2026-05-01T00:00'],
      {
        '2026-04-03T10:00': 8.8,
        '2026-04-06T12:00': 9,
        '2026-04-08T06:00': 7.5,
        '2026-04-08T08:00': 6,
        '2026-04-08T09:00': 5.8,
        '2026-04-08T19:00': 7.7,
        '2026-04-11T12:00': 8,
        '2026-04-15T18:00': 5.3,
      },
      1,
    );
    const billed = bill(sollentuna, april);
    expect(billed.lines[0]?.quantity).toBeCloseTo(5.7, 9);
    expect(billed.totalRounded).toBe(317.78);
    // In winter the same peaks cost twice as much: 5.7 × 111.50 = 635.55.
    const november = quarters(STOCKHOLM, ['2026-11-01T00:00', '2026-12-01T00:00'], {
      '2026-11-10T08:00': 6,
      '2026-11-10T09:00': 5.8,
      '2026-11-12T18:00': 5.3,
    });
    expect(bill(sollentuna, november).totalRounded).toBe(635.55);
  });
});

describe('the Belgian capacity tariff over fourteen months', () => {
  const BRUSSELS = 'Europe/Brussels';
  const peaksKw = [6, 2, 5.5, 4, 3, 2.4, 2.5, 3.5, 4.5, 5, 7, 8, 10, 2];
  const months = peaksKw.map(
    (_, index) => `${2025 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`,
  );
  const metered = quarters(
    BRUSSELS,
    ['2025-01-01T00:00', '2026-03-01T00:00'],
    Object.fromEntries(months.map((month, index) => [`${month}-12T18:30`, [peaksKw[index] ?? 0]])),
    0.4,
  );
  const tariff = tariffOf(
    [
      demandCharge({
        id: 'capaciteitstarief',
        sampleMinutes: 15,
        floorKw: 2.5,
        memory: { kind: 'rollingMean', months: 12 },
        price: { kind: 'perKw', per: 'year', rates: [{ pricePerKw: 48 }] },
      }),
    ],
    { currency: 'EUR', timeZone: BRUSSELS, vatPercent: 6 },
  );

  // Floored at 2.5 kW each: 6 2.5 5.5 4 3 2.5 2.5 3.5 4.5 5 7 8 | 10 2.5. Sums up to each month of the first year, over so many months:
  //   6/1  8.5/2  14/3  18/4  21/5  23.5/6  26/7  29.5/8  34/9  39/10  46/11  54/12 = 4.5
  // In January 2026 the 6 of the year before leaves and 10 comes: 58/12; in February 2.5 leaves and 2.5 comes: 58/12.
  // At 48 / 12 = 4 a month. Had each mean been floored instead of each month, December would be 53.4 / 12 × 4 = 17.80, not 18.00.
  const sums = [6, 8.5, 14, 18, 21, 23.5, 26, 29.5, 34, 39, 46, 54, 58, 58];
  const billed = bill(tariff, metered);

  it('is the mean of the months so far, then of the last twelve', () => {
    const demand = billed.lines.filter(({ kind }) => kind === 'demandCharge');
    expect(demand.map(({ month, amount }) => [month, amount])).toEqual(
      months.map((month, index) => [month, expect.closeTo(((sums[index] ?? 0) / Math.min(index + 1, 12)) * 4, 9)]),
    );
    expect(demand.at(11)?.amount).toBeCloseTo(18, 9);
    expect(demand.at(12)?.amount).toBeCloseTo(19.3333, 4);
  });

  it('says where the mean is over fewer than twelve months', () => {
    expect(billed.notes.filter((note) => note.includes('over fewer months'))).toHaveLength(11);
    expect(billed.notes[10]).toBe(
      'capaciteitstarief: the mean for 2025-11 is over fewer months; nothing is known of 2024-12.',
    );
  });

  it('is the same when each month is billed by itself with the readings before it', () => {
    const each = months.map((month, index) => {
      const next = months[index + 1] ?? '2026-03';
      return bill(tariff, metered, {
        fromMs: local(BRUSSELS, `${month}-01T00:00`),
        toMs: local(BRUSSELS, `${next}-01T00:00`),
      });
    });
    expect(each.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(billed.total, 9);
    expect(each.flatMap(({ lines }) => lines)).toEqual(billed.lines);
  });
});

describe('a tariff of the US with time of use and a demand charge', () => {
  const DENVER = 'America/Denver';
  const tariff = tariffOf(
    [
      {
        kind: 'timeOfUse',
        id: 'energy',
        rates: [
          {
            name: 'on-peak',
            when: {
              months: [6, 7, 8, 9],
              days: ['MO', 'TU', 'WE', 'TH', 'FR'],
              hours: [{ from: '12:00', to: '18:00' }],
            },
            pricePerKwh: 0.18,
          },
          { name: 'summer off-peak', when: { months: [6, 7, 8, 9] }, pricePerKwh: 0.09 },
          { name: 'winter', pricePerKwh: 0.08 },
        ],
      },
      demandCharge({
        id: 'demand',
        sampleMinutes: 15,
        roundToKw: 1,
        price: { kind: 'perKw', per: 'month', rates: [{ months: [6, 7, 8, 9], pricePerKw: 18 }, { pricePerKw: 9 }] },
      }),
    ],
    {
      currency: 'USD',
      timeZone: DENVER,
      vatPercent: 7.25,
      holidays: { dates: ['2026-09-07'], yearly: ['07-04'], easter: [] },
    },
  );

  // September 2026: Labor Day, Monday the 7th, 14:00: 40 kWh off-peak × 0.09 = 3.60.
  //   Tuesday the 8th, 13:00: quarters of 104.5, 60, 60 and 60 kW = 71.125 kWh on-peak × 0.18 = 12.8025.
  //   Saturday the 12th, 13:00: 50 kWh off-peak × 0.09 = 4.50.
  //   Demand 104.5, half up to whole kW: 105 × 18 = 1890.
  // October: Tuesday the 6th, 13:00: 87.4, 80, 80, 80 = 81.85 kWh × 0.08 = 6.548. Demand 87 × 9 = 783.
  // 3.60 + 12.8025 + 4.50 + 1890 + 6.548 + 783 = 2700.4505; × 1.0725 = 2896.2332.
  it('bills summer and winter, each at its own prices', () => {
    const metered = quarters(DENVER, ['2026-09-01T00:00', '2026-11-01T00:00'], {
      '2026-09-07T14:00': 40,
      '2026-09-08T13:00': [104.5, 60, 60, 60],
      '2026-09-12T13:00': 50,
      '2026-10-06T13:00': [87.4, 80, 80, 80],
    });
    const billed = bill(tariff, metered);
    expect(table(billed)).toEqual([
      ['energy: on-peak', 71.125, 'kWh', 0.18, 12.8025],
      ['energy: summer off-peak', 90, 'kWh', 0.09, 8.1],
      ['demand', 105, 'kW', 18, 1890],
      ['VAT 7.25 %', 1910.9025, 'USD', 0.0725, expect.closeTo(138.540431, 6)],
      ['energy: winter', 81.85, 'kWh', 0.08, 6.548],
      ['demand', 87, 'kW', 9, 783],
      ['VAT 7.25 %', 789.548, 'USD', 0.0725, expect.closeTo(57.24223, 6)],
    ]);
    expect(billed.totalRounded).toBe(2896.23);
  });
});

describe('Norwegian demand charges', () => {
  const OSLO = 'Europe/Oslo';

  // Rakkestad: the month before sets the step. January's mean (5.6 + 4.9 + 4.2) / 3 = 4.9 kW is billed in February: 195.
  // February's (5.8 + 5.0 + 4.2) / 3 = 5.0 in March: 335. January's bill has no month before it: its own 4.9 stands in, with a note.
  it('bill the month before', () => {
    const tariff = tariffOf(
      [
        demandCharge({
          id: 'kapasitet',
          peaks: 3,
          distinct: 'day',
          memory: { kind: 'previousMonth' },
          price: {
            kind: 'steps',
            steps: [
              { fromKw: 0, pricePerMonth: 155 },
              { fromKw: 2, pricePerMonth: 195 },
              { fromKw: 5, pricePerMonth: 335 },
            ],
          },
        }),
      ],
      { currency: 'NOK', timeZone: OSLO },
    );
    const metered = quarters(OSLO, ['2024-01-01T00:00', '2024-04-01T00:00'], {
      '2024-01-05T17:00': 5.6,
      '2024-01-06T17:00': 4.9,
      '2024-01-07T17:00': 4.2,
      '2024-02-05T17:00': 5.8,
      '2024-02-06T17:00': 5,
      '2024-02-07T17:00': 4.2,
      '2024-03-05T17:00': 1,
    });
    const billed = bill(tariff, metered);
    expect(billed.lines.map(({ month, component, amount }) => [month, component, amount])).toEqual([
      ['2024-01', 'kapasitet: 2 to 5 kW', 195],
      ['2024-02', 'kapasitet: 2 to 5 kW', 195],
      ['2024-03', 'kapasitet: from 5 kW', 335],
    ]);
    expect(billed.notes).toEqual(['kapasitet: 2024-01 is billed on its own peak; nothing is known of 2023-12.']);
    expect(
      billed.peaks.filter(({ month, counted }) => month === '2024-03' && counted).map(({ powerKw }) => powerKw),
    ).toEqual([5.8, 5, 4.2]);
  });

  // Like Fjellnett: the five highest weekly maxima of twelve months, each weighed by its month, at 667.50 a year, a twelfth a month.
  // Up to June 2026, weights: winter 1, spring and autumn 0.5, summer 0.25.
  //   Jan 13th 12 (week 3)        12.0 counts      Jan 15th 11 (week 3 too)     11.0 does not
  //   Jan 28th 10 (week 5)        10.0 counts      Feb 10th 9 (week 7)           9.0 counts
  //   Dec 30th 9.5 (week 1)        9.5 does not    Jan 2nd 9.7 (week 1 too)      9.7 counts
  //   Apr 14th 16 (week 16)        8.0 counts      Jul 8th 2025 30 (week 28)     7.5 does not
  //   Jun 30th 2025, 80 (week 27) 20.0: thirteen months back, and past.
  // (12 + 10 + 9.7 + 9 + 8) / 5 = 9.74 kW × 667.5 / 12 = 541.7875; × 1.25 = 677.234. By days it would be (12 + 11 + 10 + 9.7 + 9.5) / 5.
  it('rank the weekly maxima of a year', () => {
    const tariff = tariffOf(
      [
        demandCharge({
          id: 'effektledd',
          peaks: 5,
          distinct: 'week',
          overMonths: 12,
          weights: [
            { when: { months: [12, 1, 2] }, weight: 1 },
            { when: { months: [6, 7, 8] }, weight: 0.25 },
            { weight: 0.5 },
          ],
          price: { kind: 'perKw', per: 'year', rates: [{ pricePerKw: 667.5 }] },
        }),
      ],
      { currency: 'NOK', timeZone: OSLO, vatPercent: 25 },
    );
    const metered = quarters(
      OSLO,
      ['2025-06-01T00:00', '2026-07-01T00:00'],
      {
        '2025-06-30T12:00': 80,
        '2025-07-08T12:00': 30,
        '2025-12-30T17:00': 9.5,
        '2026-01-02T17:00': 9.7,
        '2026-01-13T17:00': 12,
        '2026-01-15T17:00': 11,
        '2026-01-28T17:00': 10,
        '2026-02-10T17:00': 9,
        '2026-04-14T17:00': 16,
      },
      1,
    );
    const june = bill(tariff, metered, {
      fromMs: local(OSLO, '2026-06-01T00:00'),
      toMs: local(OSLO, '2026-07-01T00:00'),
    });
    expect(countedPeaks(june, OSLO)).toEqual([
      ['2026-01-13T17:00', 12],
      ['2026-01-28T17:00', 10],
      ['2026-01-02T17:00', 9.7],
      ['2026-02-10T17:00', 9],
      ['2026-04-14T17:00', 8],
    ]);
    expect(june.lines[0]?.quantity).toBeCloseTo(9.74, 9);
    expect(june.lines[0]?.amount).toBeCloseTo(541.7875, 9);
    expect(june.totalRounded).toBe(677.23);
    // In May the thirty days of last June still count: (20 + 12 + 10 + 9.7 + 9) / 5 = 12.14.
    const may = bill(tariff, metered, {
      fromMs: local(OSLO, '2026-05-01T00:00'),
      toMs: local(OSLO, '2026-06-01T00:00'),
    });
    expect(may.lines[0]?.quantity).toBeCloseTo(12.14, 9);
  });
});

describe('the Finnish demand charge from 2029', () => {
  const HELSINKI = 'Europe/Helsinki';
  const tariff = tariffOf(
    [
      demandCharge({
        id: 'tehomaksu',
        thresholdKw: 8,
        price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 4 }] },
      }),
    ],
    { currency: 'EUR', timeZone: HELSINKI, vatPercent: 25.5 },
  );

  // Quarters of 16, 12, 9 and 8.2 kW: the hour's mean is 11.3. 3.3 kW above 8 × 4 = 13.20; × 1.255 = 16.566.
  it('bills what is above 8 kW', () => {
    const january = quarters(
      HELSINKI,
      ['2029-01-01T00:00', '2029-02-01T00:00'],
      { '2029-01-09T18:00': [16, 12, 9, 8.2] },
      2,
    );
    const billed = bill(tariff, january);
    expect(billed.lines[0]).toMatchObject({ unit: 'kW', price: 4 });
    expect(billed.lines[0]?.quantity).toBeCloseTo(3.3, 9);
    expect(billed.totalRounded).toBe(16.57);
  });

  it('bills nothing where the month stays below', () => {
    const january = quarters(HELSINKI, ['2029-01-01T00:00', '2029-02-01T00:00'], { '2029-01-09T18:00': 8 });
    expect(bill(tariff, january).totalRounded).toBe(0);
  });
});

describe('a demand charge', () => {
  const STOCKHOLM = 'Europe/Stockholm';
  const month = (from: string, to: string) => ({ fromMs: local(STOCKHOLM, from), toMs: local(STOCKHOLM, to) });

  it('ignores export, and does not set it off', () => {
    const plain = quarters(STOCKHOLM, ['2026-06-01T00:00', '2026-07-01T00:00'], { '2026-06-09T18:00': 5 });
    const feedingIn = plain.map((reading) => ({ ...reading, exportWh: 4000 }));
    const tariff = tariffOf([demandCharge({})]);
    expect(bill(tariff, feedingIn).total).toBe(5);
  });

  it('bills a month by the version that is valid when it begins, and remembers over versions', () => {
    const changed = local(STOCKHOLM, '2026-02-15T00:00');
    const before = demandCharge({
      memory: { kind: 'rollingMean', months: 2 },
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 10 }] },
      validity: { fromMs: 'open', toMs: changed },
      history: [{ month: '2025-12', peakKw: 8 }],
    });
    const { history: _history, ...rest } = before;
    const after = {
      ...rest,
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 100 }] },
      validity: { fromMs: changed, toMs: 'open' },
    } as const;
    const metered = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-04-01T00:00'], {
      '2026-01-09T18:00': 4,
      '2026-02-20T18:00': 6,
      '2026-03-09T18:00': 2,
    });
    const billed = bill(tariffOf([before, after]), metered);
    expect(billed.lines.map(({ month, price, quantity }) => [month, price, quantity])).toEqual([
      ['2026-01', 10, 6],
      ['2026-02', 10, 5],
      // The new version's first month, with February's peak as the old one's time saw it.
      ['2026-03', 100, 4],
    ]);
  });

  it('says when it becomes valid within a month, which it then does not bill', () => {
    const late = demandCharge({ validity: { fromMs: local(STOCKHOLM, '2026-01-10T00:00'), toMs: 'open' } });
    const billed = bill(tariffOf([late]), quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-03-01T00:00'], {}, 3));
    expect(billed.lines.map((line) => line.month)).toEqual(['2026-02']);
    expect(billed.notes).toEqual([
      'peak: it becomes valid within 2026-01 and does not bill it; a demand charge bills the months that begin within its validity.',
    ]);
  });

  it('takes history only where nothing was read', () => {
    const remembering = demandCharge({
      memory: { kind: 'rollingMean', months: 3 },
      history: [
        { month: '2025-12', peakKw: 9 },
        { month: '2026-01', peakKw: 100 },
      ],
    });
    const metered = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-03-01T00:00'], {}, 3);
    const february = bill(tariffOf([remembering]), metered, month('2026-02-01T00:00', '2026-03-01T00:00'));
    expect(february.lines[0]?.quantity).toBeCloseTo((9 + 3 + 3) / 3, 9);
  });

  it('averages several peaks of history of one month as if they had been read', () => {
    const history = [8, 7, 6, 1].map((peakKw) => ({ month: '2025-12', peakKw }));
    const remembering = demandCharge({ peaks: 3, distinct: 'day', memory: { kind: 'previousMonth' }, history });
    const january = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-02-01T00:00'], {}, 3);
    expect(bill(tariffOf([remembering]), january).lines[0]?.quantity).toBeCloseTo(7, 9);
  });

  it('says how much of a month was read, and that long readings hide peaks', () => {
    const half = quarters(STOCKHOLM, ['2026-02-01T00:00', '2026-02-15T00:00'], {}, 3);
    const february = month('2026-02-01T00:00', '2026-03-01T00:00');
    expect(bill(tariffOf([demandCharge({})]), half, february).notes).toContain(
      'peak: readings cover 50.0 % of 2026-02; a peak in the rest of it is not counted.',
    );
    const byDay = readings({ ...february, stepMs: DAY }, () => 3);
    expect(bill(tariffOf([demandCharge({})]), byDay).notes).toEqual([
      'peak: readings of 2026-02 are longer than 60 minutes; shorter peaks are hidden in them.',
    ]);
  });

  it('charges a month whole that is billed in part, and says so', () => {
    const january = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-02-01T00:00'], {
      '2026-01-05T18:00': 7,
      '2026-01-25T18:00': 9,
    });
    const first = bill(tariffOf([demandCharge({})]), january, month('2026-01-01T00:00', '2026-01-15T00:00'));
    expect(first.total).toBe(7);
    expect(first.notes).toEqual([
      'peak: 2026-01 is billed in part, but its charge is that of the whole month, on the peaks read so far.',
    ]);
  });

  it('rounds half up to a multiple', () => {
    const rounding = (peakKw: number, roundToKw: number) =>
      bill(
        tariffOf([demandCharge({ roundToKw })]),
        quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-02-01T00:00'], { '2026-01-05T18:00': peakKw }),
      ).total;
    expect(rounding(104.5, 1)).toBe(105);
    expect(rounding(104.49, 1)).toBe(104);
    expect(rounding(5.65, 0.1)).toBe(5.7);
    expect(rounding(12.4, 5)).toBe(10);
  });

  it('takes the hours of the local clock in zones that are off by half or three quarters of one', () => {
    for (const zone of ['Asia/Kolkata', 'Asia/Kathmandu']) {
      const january = quarters(zone, ['2026-01-01T00:00', '2026-02-01T00:00'], { '2026-01-05T18:00': 10 });
      const billed = bill(tariffOf([demandCharge({})], { timeZone: zone }), january);
      // By the hours of UTC its quarters would fall in two, and neither would be 10 kW.
      expect(countedPeaks(billed, zone)).toEqual([['2026-01-05T18:00', 10]]);
      expect(billed.notes).toEqual([]);
    }
  });

  it('cuts the hour in which the clocks of Lord Howe Island change by half of one', () => {
    const island = 'Australia/Lord_Howe';
    // On 4 October 2026 the clocks go from 02:00 to 02:30: the hour from 02:00 has 30 minutes, of 6 kW.
    const october = quarters(island, ['2026-10-01T00:00', '2026-11-01T00:00'], { '2026-10-04T02:30': [6, 6, 2, 2] }, 1);
    const [highest] = bill(tariffOf([demandCharge({})], { timeZone: island }), october).peaks;
    expect(highest).toMatchObject({ powerKw: 6, counted: true });
    expect((highest?.endMs ?? 0) - (highest?.startMs ?? 0)).toBe(30 * 60_000);
  });
});
