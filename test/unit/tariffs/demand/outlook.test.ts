import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandCost, demandWindows } from '../../../../optimizer/demand.js';
import { validateDemandCharges } from '../../../../optimizer/validateDemand.js';
import { bill } from '../../../../tariffs/bill/bill.js';
import { demandOutlook, type OutlookCharge } from '../../../../tariffs/demand/outlook.js';
import type { DemandChargeComponent, MeteredInterval, Tariff } from '../../../../tariffs/types.js';
import { demandCharge, HOUR, local, MINUTE, QUARTER, quarters, readings } from '../bill/readings.js';
import { tariffOf } from '../prices/tariffBuilders.js';

const STOCKHOLM = 'Europe/Stockholm';

/** What the optimizer takes the outlook to cost when the site draws kw[slot], after checking that it accepts it. */
function outlookCost(
  charges: readonly OutlookCharge[],
  boundariesMs: readonly number[],
  kw: readonly number[],
): number {
  const given = charges.map(({ componentId: _id, ...charge }) => ({ ...charge, circuitId: 'grid' }));
  validateDemandCharges(given, boundariesMs, new Set(['grid']));
  return given.reduce((sum, charge) => {
    const windows = demandWindows(charge, boundariesMs);
    return sum + demandCost(charge, windows, { carKw: (slot) => kw[slot] ?? 0, boundariesMs });
  }, 0);
}

function asReadings(boundariesMs: readonly number[], kw: readonly number[]): MeteredInterval[] {
  return kw.map((powerKw, slot) => {
    const startMs = boundariesMs[slot] ?? 0;
    const endMs = boundariesMs[slot + 1] ?? 0;
    return { startMs, endMs, importWh: (powerKw * 1000 * (endMs - startMs)) / HOUR };
  });
}

interface Case {
  readonly tariff: Tariff;
  readonly soFar: readonly MeteredInterval[];
  readonly boundariesMs: readonly number[];
  readonly kw: readonly number[];
}

/** What the plan costs more than drawing nothing: by the outlook, and on the bills of all months until the last reading. */
function differences({ tariff, soFar, boundariesMs, kw }: Case, later: readonly MeteredInterval[] = []) {
  const nothing = kw.map(() => 0);
  const outlook = demandOutlook(tariff, soFar, boundariesMs);
  const billed = (plan: readonly number[]) =>
    bill(tariff, [...soFar, ...asReadings(boundariesMs, plan), ...later]).total;
  return {
    byOutlook: outlookCost(outlook, boundariesMs, kw) - outlookCost(outlook, boundariesMs, nothing),
    byBill: billed(kw) - billed(nothing),
  };
}

/** Slots as the planner's: the running one's rest, then of 5 and of 15 minutes, to a whole hour. */
function slotsFrom(nowMs: number, hours: number): number[] {
  const endMs = Math.ceil(nowMs / HOUR) * HOUR + hours * HOUR;
  const fineEndMs = Math.min(Math.ceil(nowMs / QUARTER) * QUARTER + 2 * HOUR, endMs);
  const boundaries = [nowMs];
  for (let ms = Math.floor(nowMs / (5 * MINUTE) + 1) * 5 * MINUTE; ms < fineEndMs; ms += 5 * MINUTE)
    boundaries.push(ms);
  for (let ms = fineEndMs; ms <= endMs; ms += QUARTER) boundaries.push(ms);
  return boundaries;
}

function isOfOneDay({ tariff: { timeZone }, boundariesMs }: Case): boolean {
  const day = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' });
  return day.format(boundariesMs[0]) === day.format((boundariesMs.at(-1) ?? 0) - 1);
}

const powerKw = fc.integer({ min: 0, max: 200 }).map((tenths) => tenths / 10);

interface CaseOptions {
  readonly zones: readonly string[];
  /** Days of the month that are over. */
  readonly daysBefore: { readonly min: number; readonly max: number };
  readonly hours: { readonly min: number; readonly max: number };
  /** So many of the days before were read; fewer are faster. Default 2. */
  readonly daysRead?: number;
  /** The latest hour of the day that it may be. Default 23. */
  readonly hourMax?: number;
}

/** A month metered by the hour, up to some minute of some day, and a plan. */
function cases(component: fc.Arbitrary<DemandChargeComponent>, options: CaseOptions): fc.Arbitrary<Case> {
  return fc
    .record({
      component,
      zone: fc.constantFrom(...options.zones),
      month: fc.constantFrom('2026-01', '2026-03', '2026-10'),
      days: fc.integer(options.daysBefore),
      minutes: fc.integer({ min: 0, max: 12 * (options.hourMax ?? 23) + 11 }).map((fives) => fives * 5),
      hours: fc.integer(options.hours),
      vatPercent: fc.constantFrom(0, 25),
      seed: fc.array(powerKw, { minLength: 7, maxLength: 40 }),
      // Days differ, or their highest would all be the same.
      daySeed: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 5, maxLength: 9 }),
      plan: fc.array(powerKw, { minLength: 5, maxLength: 60 }),
    })
    .map(({ component, zone, month, days, minutes, hours, vatPercent, seed, daySeed, plan }) => {
      const fromMs = local(zone, `${month}-01T00:00`);
      const nowMs = fromMs + days * 24 * HOUR + minutes * MINUTE;
      const readMs = Math.max(0, days - (options.daysRead ?? 2)) * 24 * HOUR;
      const quarters = Math.floor((nowMs - fromMs - readMs) / QUARTER);
      const whole = readings(
        { fromMs: fromMs + readMs, toMs: fromMs + readMs + quarters * QUARTER, stepMs: QUARTER },
        (ms) =>
          ((seed[Math.floor((ms - fromMs) / QUARTER) % seed.length] ?? 0) *
            (daySeed[Math.floor((ms - fromMs) / (24 * HOUR)) % daySeed.length] ?? 0)) /
          10,
      );
      const lastMs = whole.at(-1)?.endMs ?? fromMs + readMs;
      const rest =
        lastMs < nowMs ? readings({ fromMs: lastMs, toMs: nowMs, stepMs: nowMs - lastMs }, () => seed[0] ?? 0) : [];
      const boundariesMs = slotsFrom(nowMs, hours);
      return {
        tariff: tariffOf([component], { timeZone: zone, vatPercent }),
        soFar: [...whole, ...rest],
        boundariesMs,
        kw: boundariesMs.slice(1).map((_, slot) => plan[slot % plan.length] ?? 0),
      };
    });
}

const rule = fc.record(
  {
    when: fc.constantFrom(
      { hours: [{ from: '07:00', to: '19:00' }] },
      { days: ['MO', 'TU', 'WE', 'TH', 'FR'] as const, hours: [{ from: '06:00', to: '22:00' }] },
    ),
    weights: fc.constantFrom([{ when: { hours: [{ from: '22:00', to: '06:00' }] }, weight: 0.5 }]),
    floorKw: fc.constantFrom(2.5, 15, 19),
    thresholdKw: fc.constantFrom(8, 14, 18),
  },
  { requiredKeys: [] },
);

const WHOLE_HOURS = [STOCKHOLM, 'America/New_York', 'Europe/London'];
const ODD_ZONES = ['Asia/Kathmandu', 'Asia/Kolkata', 'Australia/Adelaide'];
const price = {
  kind: 'perKw',
  per: 'month',
  rates: [{ months: [11, 12, 1, 2, 3], pricePerKw: 111.5 }, { pricePerKw: 55.75 }],
} as const;

describe('the outlook of one peak', () => {
  const exact = (sampleMinutes: 15 | 30 | 60) =>
    rule.map((others) => demandCharge({ ...others, sampleMinutes, price }));
  const options = { daysBefore: { min: 0, max: 30 }, hours: { min: 1, max: 30 } };

  it('costs what the bill will, by the hour, over the end of the month, and on days of 23 and 25 hours', () => {
    fc.assert(
      fc.property(cases(exact(60), { ...options, zones: WHOLE_HOURS }), (one) => {
        const { byOutlook, byBill } = differences(one);
        expect(byOutlook).toBeCloseTo(byBill, 6);
      }),
    );
  });

  it('costs what the bill will, by the quarter, in zones off the hour too', () => {
    fc.assert(
      fc.property(cases(exact(15), { ...options, zones: [...WHOLE_HOURS, ...ODD_ZONES] }), (one) => {
        const { byOutlook, byBill } = differences(one);
        expect(byOutlook).toBeCloseTo(byBill, 6);
      }),
    );
  });

  it('costs no less than the bill rises where the hours of the zone are not those of UTC', () => {
    fc.assert(
      fc.property(cases(exact(60), { ...options, zones: ODD_ZONES }), ({ tariff, soFar, boundariesMs, kw }) => {
        const { byBill } = differences({ tariff, soFar, boundariesMs, kw });
        const cost = outlookCost(demandOutlook(tariff, soFar, boundariesMs), boundariesMs, kw);
        expect(cost).toBeGreaterThanOrEqual(byBill - 1e-6);
      }),
    );
  });

  // Found by the property above when it left aside what drawing nothing costs (seed 538806669).
  it('takes a running hour off the hours of UTC for its quarter: drawing nothing more costs something by it, too', () => {
    const zone = 'Asia/Kathmandu';
    const fromMs = local(zone, '2026-01-01T00:00');
    const nowMs = fromMs + 20 * MINUTE;
    const tariff = tariffOf([demandCharge({ sampleMinutes: 60, price })], { timeZone: zone });
    const soFar = [
      { startMs: fromMs, endMs: fromMs + QUARTER, importWh: 0 },
      { startMs: fromMs + QUARTER, endMs: nowMs, importWh: 750 },
    ];
    const boundariesMs = slotsFrom(nowMs, 1);
    const nothing = boundariesMs.slice(1).map(() => 0);
    const outlook = demandOutlook(tariff, soFar, boundariesMs);
    // 0.75 kWh in a quarter are 3 kW; in its hour, which the bill goes by, 0.75 are counted already.
    expect(outlookCost(outlook, boundariesMs, nothing)).toBeCloseTo(111.5 * (3 - 0.75), 6);
  });

  it('is one entry with the window that is running, and what is counted already', () => {
    const charge = demandCharge({
      sampleMinutes: 60,
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 80 }] },
    });
    const soFar = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-01-20T17:30'], { '2026-01-08T18:00': 11 }, 3);
    const boundariesMs = slotsFrom(local(STOCKHOLM, '2026-01-20T17:30'), 4);
    expect(demandOutlook(tariffOf([charge], { vatPercent: 25 }), soFar, boundariesMs)).toEqual([
      {
        componentId: 'peak',
        pricePerKw: 100,
        peakSoFarKw: 11,
        windowMs: HOUR,
        windowSoFarKwh: 1.5,
        slots: [0, boundariesMs.length - 1],
      },
    ]);
  });

  it('costs nothing below floor and threshold', () => {
    const soFar = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-01-20T17:00'], {}, 1);
    const boundariesMs = slotsFrom(local(STOCKHOLM, '2026-01-20T17:00'), 4);
    const peakSoFar = (others: Partial<DemandChargeComponent>) =>
      demandOutlook(tariffOf([demandCharge(others)]), soFar, boundariesMs).map(({ peakSoFarKw }) => peakSoFarKw);
    expect(peakSoFar({ floorKw: 2.5 })).toEqual([2.5]);
    expect(peakSoFar({ thresholdKw: 8 })).toEqual([8]);
    expect(peakSoFar({ floorKw: 9, thresholdKw: 8 })).toEqual([9]);
    expect(peakSoFar({})).toEqual([1]);
  });

  it('has no entry where nothing in the horizon counts', () => {
    const winter = demandCharge({ when: { months: [11, 12, 1, 2, 3] } });
    const soFar = quarters(STOCKHOLM, ['2026-06-01T00:00', '2026-06-10T00:00'], {}, 1);
    expect(demandOutlook(tariffOf([winter]), soFar, slotsFrom(soFar.at(-1)?.endMs ?? 0, 4))).toEqual([]);
  });

  it('takes each slot as a window where slots are longer than samples', () => {
    const nowMs = local(STOCKHOLM, '2026-01-20T17:00');
    const [entry] = demandOutlook(
      tariffOf([demandCharge({ sampleMinutes: 15 })]),
      [],
      [nowMs, nowMs + HOUR, nowMs + 2 * HOUR],
    );
    expect(entry).toEqual({ componentId: 'peak', pricePerKw: 1, peakSoFarKw: 0, slots: [0, 2] });
  });

  it('uses windows of a quarter for hours at UTC+5:45', () => {
    const nowMs = local('Asia/Kathmandu', '2026-01-20T17:30');
    const soFar = quarters('Asia/Kathmandu', ['2026-01-20T17:00', '2026-01-20T17:30'], { '2026-01-20T17:00': 8 });
    const [entry] = demandOutlook(
      tariffOf([demandCharge({})], { timeZone: 'Asia/Kathmandu' }),
      soFar,
      [0, 1, 2, 3, 4].map((count) => nowMs + count * QUARTER),
    );
    // Of the hour that began at 17:00, 4 kWh are taken: its mean is 4 kW at least.
    expect(entry).toEqual({ componentId: 'peak', pricePerKw: 1, peakSoFarKw: 4, windowMs: QUARTER, slots: [0, 4] });
  });

  it('refuses boundaries that do not ascend', () => {
    expect(() => demandOutlook([], [], [0])).toThrow(RangeError);
    expect(() => demandOutlook([], [], [0, 5, 5])).toThrow(/\[2\] is 5, after 5/);
  });
});

describe('the outlook of the mean of several peaks', () => {
  const several = (distinct: DemandChargeComponent['distinct']) =>
    fc
      .record({ rule, peaks: fc.integer({ min: 2, max: 4 }) })
      .map((of) => demandCharge({ ...of.rule, peaks: of.peaks, distinct, price }));
  // Up to the 28th, so that all is in one month, and from the 8th on, so that there are days enough behind.
  const inMonth = { zones: WHOLE_HOURS, daysBefore: { min: 8, max: 25 }, hours: { min: 1, max: 40 }, daysRead: 7 };

  it('costs no less than the bill where they are of different days', () => {
    fc.assert(
      fc.property(cases(several('day'), inMonth), (one) => {
        const { byOutlook, byBill } = differences(one);
        expect(byOutlook).toBeGreaterThanOrEqual(byBill - 1e-6);
      }),
      { numRuns: 100 },
    );
  });

  it('costs what the bill will where only one day is ahead', () => {
    const plain = several('day').map(({ floorKw: _floor, thresholdKw: _threshold, ...others }) => others);
    // After a day of 25 hours, which days of 24 count as 24, the last hour of a day may be taken for the next day's first.
    const oneDay = cases(plain, { ...inMonth, hours: { min: 1, max: 6 }, hourMax: 15 }).filter(isOfOneDay);
    fc.assert(
      fc.property(oneDay, (one) => {
        const { byOutlook, byBill } = differences(one);
        expect(byOutlook).toBeCloseTo(byBill, 6);
      }),
    );
  });

  it('costs at least a N-th of the bill where they are of any hours', () => {
    fc.assert(
      fc.property(cases(several('none'), inMonth), (one) => {
        const [component] = one.tariff.components;
        const peaks = component?.kind === 'demandCharge' ? component.peaks : 1;
        const { byOutlook, byBill } = differences(one);
        expect(byOutlook * peaks).toBeGreaterThanOrEqual(byBill - 1e-6);
      }),
    );
  });

  it('has an entry per day, above the third highest of the others and its own highest', () => {
    const charge = demandCharge({
      peaks: 3,
      distinct: 'day',
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 60 }] },
    });
    const soFar = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-01-20T22:00'], {
      '2026-01-03T18:00': 9,
      '2026-01-08T18:00': 7,
      '2026-01-11T18:00': 6,
      '2026-01-20T18:00': 8,
    });
    const entries = demandOutlook(tariffOf([charge]), soFar, slotsFrom(local(STOCKHOLM, '2026-01-20T22:00'), 30));
    expect(entries.map(({ pricePerKw, peakSoFarKw }) => [pricePerKw, peakSoFarKw])).toEqual([
      // The 20th: of the other days the third is 6 kW, but its own is 8.
      [20, 8],
      // The 21st and 22nd: of the days so far the third is 7 kW.
      [20, 7],
      [20, 7],
    ]);
  });

  it('leaves the running hour to the window that is running', () => {
    const charge = demandCharge({ peaks: 2 });
    const soFar = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-01-20T17:30'], {
      '2026-01-03T18:00': 5,
      '2026-01-08T18:00': 4,
      '2026-01-20T17:00': [12, 12],
    });
    const [entry] = demandOutlook(tariffOf([charge]), soFar, slotsFrom(local(STOCKHOLM, '2026-01-20T17:30'), 4));
    expect(entry).toMatchObject({ peakSoFarKw: 4, windowSoFarKwh: 6 });
  });

  it('begins where the mean would reach the threshold', () => {
    const charge = demandCharge({ peaks: 2, distinct: 'day', thresholdKw: 18 });
    const peakSoFar = (...peaksKw: readonly number[]) => {
      const listed = Object.fromEntries(peaksKw.map((kw, index) => [`2026-01-0${index + 1}T18:00`, kw]));
      const soFar = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-01-20T12:00'], listed);
      return demandOutlook(tariffOf([charge]), soFar, slotsFrom(local(STOCKHOLM, '2026-01-20T12:00'), 4))[0]
        ?.peakSoFarKw;
    };
    // With 19.5 kW on one day, 16.5 on another are a mean of 18.
    expect(peakSoFar(19.5, 12)).toBeCloseTo(16.5, 9);
    // Nothing is high yet: 18 on two days are.
    expect(peakSoFar(10, 4)).toBeCloseTo(18, 9);
    // It is reached already: above the second highest.
    expect(peakSoFar(19.5, 17)).toBeCloseTo(17, 9);
  });

  it('begins a new month afresh', () => {
    const charge = demandCharge({ peaks: 2, distinct: 'day', price });
    const soFar = quarters(STOCKHOLM, ['2026-03-01T00:00', '2026-03-31T12:00'], {
      '2026-03-03T18:00': 9,
      '2026-03-04T18:00': 5,
    });
    const entries = demandOutlook(tariffOf([charge]), soFar, slotsFrom(local(STOCKHOLM, '2026-03-31T12:00'), 24));
    expect(entries.map(({ pricePerKw, peakSoFarKw }) => [pricePerKw, peakSoFarKw])).toEqual([
      [111.5 / 2, 5],
      [55.75 / 2, 0],
    ]);
  });

  it('has an entry per week where peaks are of different weeks, priced for all the months that rank it', () => {
    const fjellnett = demandCharge({
      peaks: 5,
      distinct: 'week',
      overMonths: 12,
      price: { kind: 'perKw', per: 'year', rates: [{ pricePerKw: 667.5 }] },
    });
    const oslo = 'Europe/Oslo';
    // Sunday, 31 May 2026: the new week begins with the new month.
    const soFar = quarters(oslo, ['2026-05-01T00:00', '2026-05-31T12:00'], {}, 4);
    const entries = demandOutlook(
      tariffOf([fjellnett], { timeZone: oslo }),
      soFar,
      slotsFrom(local(oslo, '2026-05-31T12:00'), 24),
    );
    expect(entries.map(({ pricePerKw, peakSoFarKw }) => [pricePerKw, peakSoFarKw])).toEqual([
      [expect.closeTo(667.5 / 5, 9), 4],
      // April's last days are not known: there are five weeks in May, the last of which has begun.
      [expect.closeTo(667.5 / 5, 9), 4],
    ]);
  });
});

describe('the outlook of a charge that remembers', () => {
  const options = { zones: [STOCKHOLM], daysBefore: { min: 5, max: 25 }, hours: { min: 1, max: 30 } };
  /** Nothing is drawn in the months after the plan. */
  const laterMonths = ({ boundariesMs }: Case, count: number): MeteredInterval[] => {
    const fromMs = boundariesMs.at(-1) ?? 0;
    const toMs = fromMs + count * 31 * 24 * HOUR;
    return readings({ fromMs, toMs, stepMs: HOUR * 24 }, () => 0);
  };

  it('costs what the bills of twelve months will, of a rolling mean', () => {
    const rolling = rule.map(({ thresholdKw: _none, ...others }) =>
      demandCharge({
        ...others,
        memory: { kind: 'rollingMean', months: 12 },
        price,
        history: [{ month: '2025-12', peakKw: 6 }],
      }),
    );
    fc.assert(
      fc.property(cases(rolling, options), (one) => {
        const { byOutlook, byBill } = differences(one, laterMonths(one, 13));
        expect(byOutlook).toBeCloseTo(byBill, 5);
      }),
      { numRuns: 12 },
    );
  });

  it('costs what the bills of two months will, where the month before is billed', () => {
    const previous = rule.map((others) => demandCharge({ ...others, memory: { kind: 'previousMonth' }, price }));
    fc.assert(
      fc.property(cases(previous, options), (one) => {
        // This month itself is billed by the one before, as it must be for the comparison.
        const [component] = one.tariff.components;
        const known = {
          ...one.tariff,
          components: [
            { ...component, history: ['2025-12', '2026-02', '2026-09'].map((month) => ({ month, peakKw: 1 })) },
          ],
        };
        const { byOutlook, byBill } = differences({ ...one, tariff: known as Tariff }, laterMonths(one, 1));
        expect(byOutlook).toBeCloseTo(byBill, 6);
      }),
      { numRuns: 25 },
    );
  });

  it('costs what the bills of a ratchet will where nothing is remembered yet', () => {
    const ratchet = rule.map((others) =>
      demandCharge({ ...others, memory: { kind: 'ratchet', share: 0.8, months: 3 }, price }),
    );
    fc.assert(
      fc.property(cases(ratchet, { ...options, hours: { min: 1, max: 24 } }), (one) => {
        const { byOutlook, byBill } = differences(one, laterMonths(one, 4));
        expect(byOutlook).toBeCloseTo(byBill, 5);
      }),
      { numRuns: 25 },
    );
  });

  it('costs no more than the bills of a ratchet will where more is remembered than will last', () => {
    const history = ['2025-12', '2026-02', '2026-09'].map((month) => ({ month, peakKw: 12 }));
    const ratchet = rule.map((others) =>
      demandCharge({ ...others, memory: { kind: 'ratchet', share: 0.8, months: 3 }, price, history }),
    );
    fc.assert(
      fc.property(cases(ratchet, { ...options, hours: { min: 1, max: 24 } }), (one) => {
        const { byOutlook, byBill } = differences(one, laterMonths(one, 4));
        expect(byOutlook).toBeLessThanOrEqual(byBill + 1e-6);
      }),
      { numRuns: 25 },
    );
  });

  it('prices a kW above the highest of a ratchet for the months that will remember it', () => {
    const ratchet = demandCharge({
      sampleMinutes: 15,
      memory: { kind: 'ratchet', share: 0.8, months: 11 },
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 15 }] },
      history: [{ month: '2025-08', peakKw: 210 }],
    });
    const chicago = 'America/Chicago';
    const soFar = quarters(chicago, ['2025-11-01T00:00', '2025-11-12T12:00'], { '2025-11-05T12:00': [120] });
    const tariff = tariffOf([ratchet], { timeZone: chicago });
    const entries = demandOutlook(tariff, soFar, slotsFrom(local(chicago, '2025-11-12T12:00'), 4));
    expect(entries.map(({ pricePerKw, peakSoFarKw }) => [pricePerKw, peakSoFarKw])).toEqual([
      // The month itself is billed for 0.8 × 210 = 168 kW already.
      [15, 168],
      // A new highest costs 0.8 × 15 in each of eleven months.
      [expect.closeTo(0.8 * 15 * 11, 9), 210],
    ]);
  });
});

describe('the outlook of steps', () => {
  const steps = demandCharge({
    peaks: 3,
    distinct: 'day',
    price: {
      kind: 'steps',
      steps: [
        { fromKw: 0, pricePerMonth: 155 },
        { fromKw: 2, pricePerMonth: 195 },
        { fromKw: 5, pricePerMonth: 335 },
      ],
    },
  });
  const oslo = 'Europe/Oslo';
  const outlookAfter = (peakKw: number) =>
    demandOutlook(
      tariffOf([steps], { timeZone: oslo }),
      quarters(oslo, ['2024-02-01T00:00', '2024-02-20T10:00'], {
        '2024-02-03T18:00': peakKw,
        '2024-02-04T18:00': peakKw,
        '2024-02-05T18:00': peakKw,
      }),
      slotsFrom(local(oslo, '2024-02-20T10:00'), 4),
    );

  it('spreads the rise to the next step over the way to it', () => {
    expect(outlookAfter(4).map(({ pricePerKw, peakSoFarKw }) => [pricePerKw, peakSoFarKw])).toEqual([
      [expect.closeTo((335 - 195) / (5 - 2) / 3, 9), 4],
    ]);
    expect(outlookAfter(1)[0]?.pricePerKw).toBeCloseTo((195 - 155) / 2 / 3, 9);
  });

  it('is nothing once the highest step is reached', () => {
    expect(outlookAfter(5)).toEqual([]);
  });
});
