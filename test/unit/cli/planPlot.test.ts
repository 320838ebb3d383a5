import { describe, expect, it } from 'vitest';
import { planPlot } from '../../../src/cli/planPlot.js';
import { type PlanState, readPlan, tightestPhase, withSitePrices } from '../../../src/cli/planState.js';
import { planTable } from '../../../src/cli/planTable.js';
import { widthOf } from '../../../src/cli/screen.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-01-14T16:00:00Z');
const PLAIN = { columns: 60, color: false };

const SITE = {
  siteId: 'depot',
  timeZone: 'Europe/Stockholm',
  circuits: [
    { id: 'grid', parentId: null },
    { id: 'row', parentId: 'grid' },
    { id: 'elsewhere', parentId: 'grid' },
  ],
  stations: [
    { id: 'CP001', circuitId: 'row', evses: [{ id: 1, phases: ['L1', 'L2', 'L3'] }] },
    {
      id: 'CP002',
      circuitId: 'row',
      evses: [
        { id: 1, phases: ['L2'] },
        { id: 2, phases: ['L3'] },
      ],
    },
    { id: 'CP003', circuitId: 'elsewhere', evses: [{ id: 1, phases: ['L1', 'L2', 'L3'] }] },
  ],
};

/** Twelve hours: CP001 waits for the cheaper ones, CP002 charges at once, a building is always there. */
function plan(changes: object = {}): PlanState {
  const slots = Array.from({ length: 12 }, (_, t) => t);
  const every = (value: (t: number) => number) => slots.map(value);
  const first = every((t) => (t >= 6 && t < 10 ? 16 : 0));
  const second = every((t) => (t < 4 ? 8 : 0));
  const third = every((t) => (t === 7 ? 4 : 0));
  const limitA = every((t) => (t === 11 ? 24 : 32));
  const loadA = every((t) => 8 + (first[t] ?? 0) + (second[t] ?? 0) + (third[t] ?? 0));
  const document = {
    siteId: 'depot',
    boundariesMs: Array.from({ length: 13 }, (_, t) => START_MS + t * HOUR_MS),
    circuits: [
      { id: 'grid', limitA: { L1: limitA, L2: limitA, L3: limitA }, loadA: { L1: first, L2: loadA, L3: first } },
      { id: 'row', limitA: { L1: limitA, L2: limitA, L3: limitA }, loadA: { L1: first, L2: loadA, L3: first } },
    ],
    sessions: [
      {
        sessionId: 's1',
        stationId: 'CP001',
        evseId: 1,
        currentA: first,
        limitedBy: first.map(() => ({ by: 'price' })),
      },
      { sessionId: 's2', stationId: 'CP002', evseId: 1, currentA: second, limitedBy: [{ by: 'evse' }] },
      { sessionId: 's3', stationId: 'CP003', evseId: 1, currentA: third, limitedBy: [null] },
    ],
    currency: 'SEK',
    prices: { from: 'published', energyPricePerKwh: every((t) => 2 - Math.min(t, 8) * 0.2) },
    cost: { energy: 12.3, demand: 4, shortfall: 100, total: 116.3 },
    gap: 0.0004,
    ...changes,
  };
  return readPlan(document, SITE);
}

describe('the plot of a plan', () => {
  it('stacks the building and the cars under the limit, over the local clock and the price', () => {
    expect(planPlot(PLAIN, plan(), { circuitId: 'grid', phase: 'L2' }).join('\n')).toMatchInlineSnapshot(`
      "grid L2, A (░ building, ─ limit, letters: cars)
      32 ┤─────────────────────────────────────────────────
         ┤
         ┤                               AAAAA
         ┤                           AAAAAAAAAAAAAAAAAA    ─────
         ┤                           AAAAAAAAAAAAAAAAAA
         ┤                           AAAAAAAAAAAAAAAAAA
         ┤BBBBBBBBBBBBBBBBBB         AAAAAAAAAAAAAAAAAA
         ┤BBBBBBBBBBBBBBBBBB         AAAAAAAAAAAAAAAAAA
         ┤BBBBBBBBBBBBBBBBBB         AAAA░░░░░AAAAAAAAA
         ┤░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
         ┤░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
       0 ┤░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
         ┴─────┬────────┬────────┬────────┬────────┬────────────
               18:00    20:00    22:00    Thu 15   02:00
          █████▇▇▇▇▆▆▆▆▆▅▅▅▅▅▅▅▅▄▄▄▄▄▃▃▃▃▂▂▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
          price 0.40 to 2.00 SEK/kWh"
    `);
  });

  it('shows only cars at the circuit or below it', () => {
    const lines = planPlot(PLAIN, plan(), { circuitId: 'row', phase: 'L2' }).slice(1, -2).join('\n');
    expect(lines).toContain('A');
    expect(lines).not.toContain('C');
  });

  it('shows only cars on that phase', () => {
    expect(planPlot(PLAIN, plan(), { circuitId: 'grid', phase: 'L1' }).slice(1, 13).join('\n')).not.toContain('B');
  });

  it('is never wider than the screen', () => {
    for (const columns of [40, 77, 200]) {
      const lines = planPlot({ columns, color: false }, plan(), { circuitId: 'grid', phase: 'L2' });
      expect(Math.max(...lines.map(widthOf)), String(columns)).toBeLessThanOrEqual(columns);
    }
  });

  it('has colours only where they are wanted, and the same picture without', () => {
    const choice = { circuitId: 'grid', phase: 'L2' } as const;
    const colored = planPlot({ columns: 60, color: true }, plan(), choice).join('\n');
    expect(colored).toContain('\x1b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes are what is looked for.
    expect(colored.replaceAll(/\x1b\[\d+m/g, '')).toBe(planPlot(PLAIN, plan(), choice).join('\n'));
  });

  it('says where prices are not all published, and draws none where nothing costs anything', () => {
    const fallback = plan({ prices: { from: 'fallback', energyPricePerKwh: [1] } });
    expect(planPlot({ columns: 90, color: false }, fallback, { circuitId: 'grid', phase: 'L2' }).at(-1)).toContain(
      'not all published',
    );
    const free = planPlot(PLAIN, plan({ prices: null }), { circuitId: 'grid', phase: 'L2' });
    expect(free.join('\n')).not.toContain('price');
  });

  it('takes the prices of the site where the plan needed none, and none where they do not reach', () => {
    const unpriced = plan({ prices: null, currency: null });
    const stretch = (from: string, to: string, pricePerKwh: number) => ({
      start: from,
      end: to,
      pricePerKwh,
      source: 'published',
    });
    const site = {
      currency: 'SEK',
      import: [
        stretch('2026-01-14T15:00:00Z', '2026-01-14T16:30:00Z', 1),
        stretch('2026-01-14T16:30:00Z', '2026-01-15T05:00:00Z', 2),
      ],
    };
    const priced = withSitePrices(unpriced, site);
    expect(priced.pricesPerKwh.slice(0, 3)).toEqual([1.5, 2, 2]);
    expect(planPlot(PLAIN, priced, { circuitId: 'grid', phase: 'L2' }).at(-1)).toContain('price 1.50 to 2.00 SEK/kWh');
    expect(withSitePrices(unpriced, { ...site, import: site.import.slice(0, 1) })).toBe(unpriced);
    expect(withSitePrices(unpriced, {})).toBe(unpriced);
  });

  it('keeps the hours of the local clock over the day of 25 hours', () => {
    const boundariesMs = Array.from({ length: 13 }, (_, t) => Date.parse('2026-10-24T22:00:00Z') + t * HOUR_MS);
    const lines = planPlot(PLAIN, plan({ boundariesMs }), { circuitId: 'grid', phase: 'L2' });
    expect(lines.at(-3)).toMatch(/Sun 25 .*02:00.*04:00.*06:00/);
  });

  it('is nothing without a plan', () => {
    expect(planPlot(PLAIN, plan({ boundariesMs: [] }), { circuitId: 'grid', phase: 'L2' })).toEqual([]);
  });

  it('takes the phase that comes nearest to its limit', () => {
    const [grid] = plan().circuits;
    expect(grid && tightestPhase(grid)).toBe('L2');
  });
});

describe('the table of a plan', () => {
  it('has a line for each car: what it gets when, whether it will be ready, and why', () => {
    const sessions = [
      { sessionId: 's1', energyWh: 2_000, energyWantedWh: 12_000, departure: '2026-01-15T06:00:00Z', onTime: true },
      { sessionId: 's2', energyWh: 500, onTime: false, shortfallWh: 3_000, departure: '2026-01-14T20:00:00Z' },
    ];
    expect(planTable({ columns: 110, color: false }, plan(), sessions).join('\n')).toMatchInlineSnapshot(`
      "   outlet   now           energy  leaves            ready          charges      why no more now
      A  CP001    0 A  2.0 of 12.0 kWh  Thu 15 Jan 07:00  yes            23:00-03:00  waits for a cheaper hour
      B  CP002/1  8 A          0.5 kWh  21:00             lacks 3.0 kWh  17:00-21:00  charges as fast as the station
                                                                                      can
      C  CP003    0 A          0.0 kWh                                   00:00-01:00"
    `);
  });

  it('says so where no car is there', () => {
    expect(planTable(PLAIN, plan({ sessions: [] }), [])).toEqual(['No car is plugged in: nothing is planned.']);
  });
});
