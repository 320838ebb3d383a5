import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { columns } from '../../../src/cli/columns.js';
import { compositeLines } from '../../../src/cli/compositeScheduleCommand.js';
import { DemoJson } from '../../../src/cli/demoScreen.js';
import { whyLines } from '../../../src/cli/explainCommand.js';
import { limitTable } from '../../../src/cli/limitCommand.js';
import { LocalTime } from '../../../src/cli/localTime.js';
import { optimizedLines } from '../../../src/cli/optimizeCommand.js';
import { progressLine } from '../../../src/cli/progress.js';
import { cut, screenOf, widthOf } from '../../../src/cli/screen.js';
import { sessionTable } from '../../../src/cli/sessionsCommand.js';
import { profileLines, waitingTable } from '../../../src/cli/stationTables.js';
import { priceTable, tariffLines } from '../../../src/cli/tariffTable.js';

const PLAIN = { columns: 110, color: false };
const TIME = new LocalTime('Europe/Stockholm');

describe('a table', () => {
  it('wraps its last column at the edge of the screen, between words where it can', () => {
    const titles = [{ title: 'id' }, { title: 'A', align: 'right' as const }, { title: 'why' }];
    const rows = [
      ['CP1', '6 A', 'a reason that is longer than a narrow screen has room for'],
      ['CP0002', '16 A', ''],
      ['CP3', '', 'a-word-that-is-longer-than-a-narrow-screen'],
    ];
    expect(columns({ columns: 40, color: false }, { titles, rows, empty: '' })).toEqual([
      'id         A  why',
      'CP1      6 A  a reason that is longer',
      '              than a narrow screen has',
      '              room for',
      'CP0002  16 A',
      'CP3           a-word-that-is-longer-than',
      '              -a-narrow-screen',
    ]);
  });

  it('counts wide characters twice', () => {
    expect([widthOf('å'), widthOf('充電'), widthOf('🔌')]).toEqual([1, 4, 2]);
    expect(cut('充電器', 5)).toBe('充電…');
  });
});

describe('the screen', () => {
  it('has colours in a terminal only, and never with NO_COLOR', () => {
    expect(screenOf({ isTTY: true, columns: 90 }, {})).toEqual({ columns: 90, color: true });
    expect(screenOf({ isTTY: true, columns: 90 }, { NO_COLOR: '1' }).color).toBe(false);
    expect(screenOf({ isTTY: true, columns: 90 }, { TERM: 'dumb' }).color).toBe(false);
    expect(screenOf({}, {})).toEqual({ columns: 100, color: false });
    expect(screenOf({}, { COLUMNS: '60' }).columns).toBe(60);
  });
});

describe('the demo for programs', () => {
  it('says what happens and how the site stands, a JSON object on each line', () => {
    const output = new PassThrough();
    const demo = new DemoJson(output);
    demo.news('the service starts');
    demo.show({ site: 'protected' });
    demo.close();
    const lines = String(output.read()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { at: expect.any(String), type: 'news', detail: 'the service starts' },
      { at: expect.any(String), type: 'state', state: { site: 'protected' } },
    ]);
  });
});

describe('progress', () => {
  it('says how far it is, or how long it has taken where nobody knows', () => {
    expect(progressLine({ label: 'Uploading', done: 3, total: 12, elapsedMs: 2_300 }, 80)).toBe(
      'Uploading ██████·················· 25 %, 2 s',
    );
    expect(progressLine({ label: 'Solving', done: 0, total: undefined, elapsedMs: 12_900 }, 80)).toBe('Solving … 12 s');
  });
});

describe('what people read of an answer', () => {
  it('why a car gets what it gets', () => {
    const why = {
      stationId: 'CP001',
      evseId: 1,
      sessionId: 's1',
      at: '2026-03-02T17:20:00.000Z',
      now: { sentence: 'Is offered 12.5 A and takes 12.5 A: grid is full on L1.' },
      past: [
        {
          from: '2026-03-02T17:02:10.000Z',
          to: '2026-03-02T17:20:00.000Z',
          limitMinA: 8,
          limitMaxA: 16,
          sentence: 'Was.',
        },
      ],
      ahead: [
        {
          from: '2026-03-02T17:20:00.000Z',
          to: '2026-03-02T23:30:00.000Z',
          currentA: 12.5,
          source: 'plan',
          sentence: 'Will.',
        },
        {
          from: '2026-03-02T23:30:00.000Z',
          to: '2026-03-03T02:00:00.000Z',
          currentA: 0,
          source: 'schedule',
          sentence: 'Waits.',
        },
      ],
      since: '2026-03-02T17:02:10.000Z',
    };
    expect(whyLines(PLAIN, why, TIME).join('\n')).toMatchInlineSnapshot(`
      "CP001/1, session s1, at Mon 2 Mar 18:20 (Europe/Stockholm)

      now  Is offered 12.5 A and takes 12.5 A: grid is full on L1.

      before                 A  why
      18:02 - 18:20  8 to 16 A  Was.
      Nothing is known of before 18:02.

      ahead                         A  why
      18:20 - Tue 3 Mar 00:30  12.5 A  Will.
      Tue 3 Mar 00:30 - 03:00     0 A  Waits. (intended)"
    `);
    expect(whyLines(PLAIN, { ...why, past: [], ahead: [], since: null }, TIME).join('\n')).toContain(
      'Nothing is planned',
    );
  });

  it('sessions, open and past', () => {
    const open = { sessionId: 's1', stationId: 'CP001', evseId: 1, startedAt: '2026-03-02T17:00:00Z', endedAt: null };
    const rows = [
      {
        ...open,
        energyWh: 1_234,
        cost: 2.5,
        currency: 'SEK',
        limitA: 12.5,
        departure: '2026-03-03T06:00:00Z',
        limitedBy: { by: 'price' },
      },
      {
        ...open,
        sessionId: 's0',
        endedAt: '2026-03-02T18:00:00Z',
        energyWh: 20_000,
        cost: null,
        limitA: 0,
        limitedBy: null,
      },
    ];
    expect(sessionTable(PLAIN, rows, TIME).join('\n')).toMatchInlineSnapshot(`
      "session  outlet   began            ended    energy      cost   limit  leaves           held back by
      s1       CP001/1  Mon 2 Mar 18:00  open    1.2 kWh  2.50 SEK  12.5 A  Tue 3 Mar 07:00  waits for a cheaper
                                                                                             hour
      s0       CP001/1  Mon 2 Mar 18:00  19:00  20.0 kWh"
    `);
  });

  it('limits', () => {
    const rows = [
      {
        limitId: 'oven',
        circuitId: 'grid',
        limitA: { L1: 40, L2: 40, L3: 30 },
        from: '2026-03-02T17:00:00Z',
        to: '2026-03-02T19:00:00Z',
        source: 'owner',
        reason: 'dinner',
        recurrence: 'RRULE:FREQ=DAILY',
      },
      {
        limitId: 'dim',
        circuitId: 'grid',
        section14a: { mode: 'ems', leastPowerW: 10_500 },
        powerLimitW: 20_000,
        from: '2026-03-02T17:00:00Z',
        source: 'grid-operator',
      },
    ];
    expect(limitTable(PLAIN, rows, TIME).join('\n')).toMatchInlineSnapshot(`
      "limit  circuit  to                                 from             until    by             why
      oven   grid     40/40/30 A                         Mon 2 Mar 18:00  20:00    owner          dinner,
                                                                                                  RRULE:FREQ=DAILY
      dim    grid     20000 W, dimmed (§14a) to 10500 W  Mon 2 Mar 18:00  deleted  grid-operator"
    `);
  });

  it('what a station was told beside what it says', () => {
    const schedule = {
      start: '2026-03-02T17:00:00Z',
      durationS: 600,
      rateUnit: 'A',
      periods: [
        { startPeriodS: 0, limit: 12.5 },
        { startPeriodS: 300, limit: 'unlimited' },
      ],
    };
    const alike = { stationId: 'CP001', evseId: 1, computed: schedule, reported: schedule, differences: [] };
    expect(compositeLines(PLAIN, alike, TIME).join('\n')).toMatchInlineSnapshot(`
      "CP001/1, Mon 2 Mar 18:00 to Mon 2 Mar 18:10 (Europe/Stockholm)

      computed          A
      18:00          12.5
      18:05     unlimited

      reported          A
      18:00          12.5
      18:05     unlimited

      The two agree."
    `);
    const silent = { ...alike, reported: { unavailable: 'It is offline.' } };
    expect(compositeLines(PLAIN, silent, TIME).slice(-3)).toEqual([
      'The station says nothing: It is offline.',
      '',
      'There is nothing to compare.',
    ]);
    const differences = [
      { from: '2026-03-02T17:00:00Z', to: '2026-03-02T17:05:00Z', computedA: 6, reportedA: 'unlimited' },
    ];
    expect(compositeLines(PLAIN, { ...alike, differences }, TIME).at(-1)).toBe(
      'They differ 18:00 - 18:05: 6 A computed, unlimited A reported.',
    );
  });

  it('what the optimizer found', () => {
    const plan = {
      status: 'optimal',
      cost: { energy: 10, demand: 2, shortfall: 1, total: 13 },
      gap: 0.00012,
      energyWh: [9_000, 500],
      shortfallWh: [0, 1_500],
    };
    expect(optimizedLines(PLAIN, plan, { sessions: [{ id: 'van' }, { id: 'car' }] }).join('\n')).toMatchInlineSnapshot(`
      "optimal: costs 13.00 (energy 10.00, peaks 2.00, shortfall 1.00); proven within 0.01 % of the best

      session     gets    lacks
      van      9.0 kWh
      car      0.5 kWh  1.5 kWh"
    `);
  });

  it('a tariff as it was understood, and its prices', () => {
    const tariff = {
      tariffId: 'spot',
      name: 'Spot',
      currency: 'SEK',
      timeZone: 'Europe/Stockholm',
      vatPercent: 25,
      components: [
        {
          kind: 'priceSeries',
          id: 'energy',
          prices: [{ start: '2026-03-02T23:00:00Z', resolution: 'PT1H', pricesPerKwh: [0.5, 1.5] }],
        },
        {
          kind: 'priceSeries',
          id: 'other',
          intervals: [{ start: '2026-03-02T23:00:00Z', end: '2026-03-02T23:15:00Z', pricePerKwh: 2 }],
        },
        { kind: 'tax', id: 'energy tax', pricePerKwh: 0.428 },
      ],
      warnings: ['Two rows said the same.'],
    };
    expect(tariffLines(PLAIN, tariff).join('\n')).toMatchInlineSnapshot(`
      "spot "Spot": SEK, Europe/Stockholm, 25 % VAT
      component   kind         prices
      energy      priceSeries  2, Tue 3 Mar 00:00 to Tue 3 Mar 02:00, 0.5 to 1.5 per kWh
      other       priceSeries  1, Tue 3 Mar 00:00 to Tue 3 Mar 00:15, 2 to 2 per kWh
      energy tax  tax          0.428 per kWh
      Note: Two rows said the same."
    `);
    const prices = {
      tariffId: 'spot',
      currency: 'SEK',
      import: [
        { start: '2026-03-02T23:00:00Z', end: '2026-03-03T00:00:00Z', pricePerKwh: 0.5, source: 'published' },
        { start: '2026-03-03T00:00:00Z', end: '2026-03-03T01:00:00Z', pricePerKwh: 1.5, source: 'fallback' },
      ],
      export: [],
    };
    expect(priceTable(PLAIN, prices, TIME).join('\n')).toMatchInlineSnapshot(`
      "spot, Tue 3 Mar 00:00 to Tue 3 Mar 02:00 (Europe/Stockholm), SEK/kWh all in
      ▁▁▁▁████

      from             to     SEK/kWh
      Tue 3 Mar 00:00  01:00   0.5000
      Tue 3 Mar 01:00  02:00   1.5000  not published yet: an earlier day stands in"
    `);
  });

  it('what a station may hold', () => {
    const candidate = {
      status: 'confirmed',
      mayBeInForce: true,
      sentAt: '2026-03-02T17:00:00Z',
      until: '2026-03-02T17:20:00Z',
      limits: [{ from: '2026-03-02T17:00:00Z', limitA: 12.5 }],
    };
    const profiles = {
      at: '2026-03-02T17:05:00Z',
      slots: [
        { slot: 'failsafe', purpose: 'TxDefaultProfile', evseId: 0, candidates: [] },
        { slot: 'transaction', purpose: 'TxProfile', evseId: 1, candidates: [candidate] },
      ],
      evses: [{ evseId: 1, limitA: 12.5, mayDrawA: 16, obstacle: { is: 'offline', sentence: 'It is offline.' } }],
      quirks: [{ quirk: 'wholeAmperes', sentence: 'It rounds down.' }],
    };
    expect(profileLines(PLAIN, profiles, TIME).join('\n')).toMatchInlineSnapshot(`
      "slot         evse  purpose           status        counts  sent   until  limits
      failsafe     0     TxDefaultProfile  nothing sent
      transaction  1     TxProfile         confirmed     yes     18:00  18:20  12.5 A from 18:00

      evse    told  may draw  obstacle
      1     12.5 A      16 A  It is offline.

      what it does otherwise
        wholeAmperes: It rounds down."
    `);
  });

  it('never lets what a station calls itself steer the terminal', () => {
    const [, row = ''] = waitingTable(PLAIN, [{ stationId: 'CP\x1b[2J', vendor: 'Evil\x07', address: '\u009b31m' }]);
    expect(row).not.toMatch(/\p{Cc}/u);
    expect(row).toContain('CP\ufffd[2J');
  });
});
