import { describe, expect, it } from 'vitest';
import { perPhaseIn, perPhaseText } from '../../../src/dashboard/model/amounts.js';
import { isBelowCars, isRaised, limitProblems, limitText, readLimit } from '../../../src/dashboard/model/limitForm.js';
import { blanksBefore, daysOf, monthBy } from '../../../src/dashboard/model/months.js';
import {
  emptySetup,
  firstPhases,
  idFrom,
  newStation,
  raisedFuses,
  readSetup,
  setupProblems,
  setupText,
} from '../../../src/dashboard/model/setupForm.js';
import { fileKind, gapsIn, stretchesOf, unusualPrices } from '../../../src/dashboard/model/tariffFile.js';

const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });
const SITE = {
  timeZone: 'Europe/Stockholm',
  circuits: [{ id: 'grid', parentId: null, limitA: { L1: 63, L2: 63, L3: 32 } }],
};
const LIMIT = {
  circuitId: 'grid',
  kind: 'currentA',
  value: '40/40/32',
  from: '2026-01-14T17:00',
  to: '2026-01-14T20:00',
  repeats: 'weekdays',
  reason: ' Kitchen ',
} as const;

describe('currents as people write them', () => {
  it('are one for all phases, or one for each', () => {
    expect(perPhaseIn('63')).toEqual(all(63));
    expect(perPhaseIn('16,5')).toEqual(all(16.5));
    expect(perPhaseIn('40/32/20')).toEqual({ L1: 40, L2: 32, L3: 20 });
    expect(perPhaseIn('40 32 20')).toEqual({ L1: 40, L2: 32, L3: 20 });
    for (const text of ['', 'x', '40/32', '40/x/32', '1/2/3/4']) expect(perPhaseIn(text)).toBeUndefined();
  });

  it('are written back as they were', () => {
    for (const text of ['63', '40/32/20']) expect(perPhaseText(perPhaseIn(text) ?? all(0))).toBe(text);
  });
});

describe('the form of a limit', () => {
  it('is read into the limit that it was written from', () => {
    const limit = readLimit(LIMIT, SITE.timeZone);
    expect(limit).toEqual({
      circuitId: 'grid',
      limitA: { L1: 40, L2: 40, L3: 32 },
      from: '2026-01-14T16:00:00.000Z',
      to: '2026-01-14T19:00:00.000Z',
      recurrence: 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
      source: 'owner',
      reason: 'Kitchen',
    });
    expect(limitText(limit, SITE.timeZone)).toEqual({ ...LIMIT, reason: 'Kitchen' });
  });

  it('tells each field that is wrong', () => {
    const wordsOf = (changes: object) => limitProblems({ ...LIMIT, ...changes }, SITE).map(({ word }) => word);
    expect(wordsOf({})).toEqual([]);
    expect(wordsOf({ value: '40' })).toEqual(['form.tooHigh']);
    expect(wordsOf({ value: 'much' })).toEqual(['limits.badCurrent']);
    expect(wordsOf({ value: '-1' })).toEqual(['limits.badCurrent']);
    expect(wordsOf({ kind: 'powerKw', value: '' })).toEqual(['limits.badPower']);
    expect(wordsOf({ to: LIMIT.from })).toEqual(['form.end']);
    expect(wordsOf({ from: '', to: '' })).toEqual(['limits.needsTimes', 'limits.needsTimes']);
    expect(wordsOf({ from: '', to: '', repeats: 'once' })).toEqual([]);
    expect(isBelowCars({ ...LIMIT, value: '5' })).toBe(true);
    expect(isBelowCars({ ...LIMIT, value: '0' })).toBe(false);
  });

  it('keeps a rule that it can not show', () => {
    const before = {
      circuitId: 'grid',
      powerLimitW: 20_000,
      recurrence: 'RRULE:FREQ=MONTHLY',
      source: 'owner',
    } as const;
    const text = { ...limitText(before, SITE.timeZone), from: LIMIT.from, to: LIMIT.to };
    expect(text.repeats).toBe('kept');
    expect(readLimit(text, SITE.timeZone, before)).toMatchObject({
      powerLimitW: 20_000,
      recurrence: before.recurrence,
    });
  });

  it('knows when more may flow than before', () => {
    const before = readLimit(LIMIT, SITE.timeZone);
    expect(isRaised(before, before)).toBe(false);
    expect(isRaised(before, { ...before, limitA: { L1: 40, L2: 41, L3: 10 } })).toBe(true);
    expect(isRaised(before, { ...before, limitA: all(10) })).toBe(false);
    expect(isRaised(before, { ...before, to: '2026-01-14T18:00:00Z' })).toBe(true);
    expect(isRaised(before, { ...before, circuitId: 'row-a' })).toBe(true);
  });
});

describe('months', () => {
  it('have days of 23 to 25 hours, and begin on their own day of the week', () => {
    const march = daysOf('2026-03', 'Europe/Stockholm').map(({ fromMs, toMs }) => (toMs - fromMs) / 3_600_000);
    expect(march).toHaveLength(31);
    expect(march[28]).toBe(23);
    expect(daysOf('2026-10', 'Europe/Stockholm').map(({ fromMs, toMs }) => (toMs - fromMs) / 3_600_000)[24]).toBe(25);
    expect(blanksBefore('2026-01')).toBe(3);
    expect([monthBy('2026-01', -1), monthBy('2026-12', 1)]).toEqual(['2025-12', '2027-01']);
  });
});

describe('the wizard of a site', () => {
  const whole = () => {
    const text = emptySetup('Europe/Stockholm');
    return {
      ...text,
      name: 'Depot',
      siteId: 'depot',
      circuits: text.circuits.map((one) => ({ ...one, limit: '63' })),
      stations: [newStation('CP001', 'grid', 0), newStation('CP002', 'grid', 1)],
    };
  };

  it('makes ids of names', () => {
    expect(idFrom('Björkhagen garage, hus 2')).toBe('bjorkhagen-garage-hus-2');
  });

  it('finds nothing wrong with what is whole, and reads it back as it was stored', () => {
    expect(setupProblems(whole(), [])).toEqual([]);
    const draft = readSetup(whole());
    expect(readSetup(setupText(draft))).toEqual(draft);
    expect(firstPhases(whole())).toEqual({ L1: 1, L2: 1, L3: 0 });
  });

  it('keeps what it does not show', () => {
    const draft = { ...readSetup(whole()) };
    const [first] = draft.stations;
    const kept = { ...first, id: 'CP001', circuitId: 'grid', reactionS: 9, evses: first?.evses ?? [] };
    expect(readSetup(setupText({ ...draft, stations: [kept] })).stations[0]).toMatchObject({ reactionS: 9 });
  });

  it('names the field of each fault, step by step', () => {
    const text = whole();
    const faults = setupProblems(
      {
        ...text,
        siteId: 'a b',
        timeZone: '+02:00',
        circuits: [
          ...text.circuits,
          { id: 'grid', name: '', parentId: 'grid', limit: '80', powerKw: 'x', baseLoad: '' },
        ],
        stations: [{ ...newStation('CP001', 'gone', 0), failsafeA: '3', password: 'short' }],
      },
      [],
    ).map(({ step, field }) => `${step} ${field}`);
    expect(faults).toEqual([
      '1 site-id',
      '1 site-zone',
      '2 circuit-1-id',
      '2 circuit-1-load',
      '2 circuit-1-power',
      '2 circuit-1-limit',
      '3 station-0-circuit',
      '3 station-0-password',
      '3 station-0-failsafe',
    ]);
  });

  it('knows which fuse was raised', () => {
    const before = readSetup(whole());
    const after = {
      ...before,
      circuits: before.circuits.map((one) => ({ ...one, limitA: { L1: 63, L2: 80, L3: 50 } })),
    };
    expect(raisedFuses(before, after)).toEqual([{ id: 'grid', was: '63', is: '63/80/50' }]);
    expect(raisedFuses(after, after)).toEqual([]);
  });
});

describe('a file of prices', () => {
  it('is known by what is in it', () => {
    expect(fileKind('mail.txt', 'start,end,price\n1,2,3')).toEqual({ type: 'text/csv', format: 'csv' });
    expect(fileKind('', '{"components": []}')).toMatchObject({ format: 'evenkeel' });
    expect(fileKind('', '{"party_id": "A"}')).toMatchObject({ format: 'ocpi' });
    expect(fileKind('', '[{"intervals": []}]')).toMatchObject({ format: 'openadr3' });
    expect(fileKind('', '<Publication_MarketDocument>')).toMatchObject({ format: 'entsoe' });
    expect(fileKind('a.xlsx', 'PK\u0000')).toBeUndefined();
    expect(fileKind('a.csv', 'one line')).toBeUndefined();
  });

  it('is unfolded into its stretches, with gaps and odd prices named', () => {
    const stretches = stretchesOf({
      components: [
        { kind: 'energyFee', id: 'fee' },
        {
          kind: 'priceSeries',
          id: 'spot',
          prices: [
            { start: '2026-01-14T01:00:00Z', resolution: 'PT15M', pricesPerKwh: [0.5, 0.6] },
            { start: '2026-01-14T00:00:00Z', resolution: 'PT30M', pricesPerKwh: [0.4, 5] },
          ],
          intervals: [{ start: '2026-01-14T03:00:00Z', end: '2026-01-14T04:00:00Z', pricePerKwh: 0.45 }],
        },
      ],
    });
    expect(stretches.map(({ pricePerKwh }) => pricePerKwh)).toEqual([0.4, 5, 0.5, 0.6, 0.45]);
    expect(unusualPrices(stretches)).toEqual([{ row: 2, times: 10 }]);
    expect(gapsIn(stretches).map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-01-14T01:30:00.000Z',
    ]);
  });
});
