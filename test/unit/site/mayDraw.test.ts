import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakpoints, limitAt } from '../../../src/site/limitSteps.js';
import {
  CLOCK_OFF_MAX_MS,
  CLOCK_UNCERTAINTY_MS,
  clockUncertaintyMs,
  heldLimits,
  MESSAGE_LATE_MAX_MS,
  mayDrawA,
  mayDrawBreakpoints,
  toldLimitA,
} from '../../../src/site/mayDraw.js';
import {
  acEvse,
  dcEvse,
  evseAt,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
  stationOf,
  stepsOf,
} from '../../support/builders.js';

const REACTION_MS = 5_000;

describe('what an EVSE may draw', () => {
  it('is its hardware maximum while nothing is known of it', () => {
    expect(new SiteLife(siteOf()).mayA('A')).toBe(32);
    expect(new SiteLife(evseAt(acEvse({ currentMaxA: 16 }))).mayA('A')).toBe(16);
  });

  it('is, for a rectifier, what its grid side takes at full power', () => {
    const life = new SiteLife(evseAt(dcEvse({ powerMaxW: 69_000, efficiency: 0.5 })));
    expect(life.mayA('A')).toBeCloseTo(200, 6);
  });

  it('is never below the failsafe, for a transaction profile may be lost at any instant', () => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1);
    life.give('A', 0);
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(6);
  });

  it('falls to the failsafe after the end of the transaction profile', () => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1);
    life.give('A', stepsOf([[NOON_MS, 16]], NOON_MS + HOUR_MS));
    expect(life.mayA('A', NOON_MS + HOUR_MS + CLOCK_UNCERTAINTY_MS)).toBe(16);
    expect(life.mayA('A', NOON_MS + HOUR_MS + CLOCK_UNCERTAINTY_MS + REACTION_MS + 1)).toBe(6);
  });

  it('rises as early as the fastest clock says, and falls as late as the slowest clock and car do', () => {
    const life = new SiteLife(siteOf()).commission('A', 0).start('A', 1);
    const riseMs = NOON_MS + 10 * MINUTE_MS;
    const fallMs = NOON_MS + 20 * MINUTE_MS;
    life.give(
      'A',
      stepsOf(
        [
          [NOON_MS, 8],
          [riseMs, 16],
          [fallMs, 8],
        ],
        NOON_MS + HOUR_MS,
      ),
    );
    expect(life.mayA('A', riseMs - CLOCK_UNCERTAINTY_MS - 1)).toBe(8);
    expect(life.mayA('A', riseMs - CLOCK_UNCERTAINTY_MS)).toBe(16);
    expect(life.mayA('A', fallMs + CLOCK_UNCERTAINTY_MS + REACTION_MS - 1)).toBe(16);
    expect(life.mayA('A', fallMs + CLOCK_UNCERTAINTY_MS + REACTION_MS)).toBe(8);
  });

  it('stays what it was, not the hardware, while the station is out of reach', () => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1);
    life.give('A', 16);
    life.disconnect('A');
    expect(life.mayA('A')).toBe(16);
    expect(life.wait(HOUR_MS).mayA('A')).toBe(6);
  });

  it('never exceeds what its hardware can, whatever it is sent', () => {
    const life = new SiteLife(evseAt(acEvse({ currentMaxA: 16 }))).commission('A', 6).start('A', 1);
    life.give('A', 63);
    expect(life.mayA('A')).toBe(16);
  });

  it('counts the failsafe of a station once per EVSE', () => {
    const evses = [acEvse({ id: 1 }), acEvse({ id: 2 })];
    const life = new SiteLife(siteOf({ stations: [stationOf('A', { evses })] })).commission('A', 6);
    expect([life.mayA('A', life.nowMs, 1), life.mayA('A', life.nowMs, 2)]).toEqual([6, 6]);
  });

  it('changes by itself at no other instant than its breakpoints', () => {
    const step = fc.tuple(fc.integer({ min: -30, max: 90 }), fc.constantFrom(0, 6, 10, 16));
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.uniqueArray(step, { minLength: 1, maxLength: 4, selector: ([at]) => at }),
            fc.constantFrom('confirmed', 'accepted', 'unknown'),
          ),
          { maxLength: 4 },
        ),
        (given) => {
          const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1);
          for (const [steps, how] of given) {
            const sorted = [...steps].sort(([a], [b]) => a - b);
            life.give(
              'A',
              stepsOf(
                sorted.map(([s, limitA]) => [NOON_MS + s * 1000, limitA]),
                NOON_MS + 100_000,
              ),
              how,
            );
            life.wait(700);
          }
          const at = life.at('A');
          const changes = new Set(mayDrawBreakpoints(at, life.nowMs, life.nowMs + 130_000));
          for (let ms = life.nowMs + 1; ms < life.nowMs + 130_000; ms++) {
            if (changes.has(ms) || changes.has(ms - 1) || ms % 499 !== 0) continue;
            const since = [...changes].filter((change) => change <= ms).reduce((a, b) => Math.max(a, b), life.nowMs);
            expect(mayDrawA(at, life.nowMs, ms)).toBe(mayDrawA(at, life.nowMs, since));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('limits that repeat', () => {
  const DAY_MS = 24 * HOUR_MS;

  it('count on every day, with the clock and the car as late and as early as they may be', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 6, 10, 16));
    fc.assert(
      fc.property(
        fc.uniqueArray(step, { minLength: 1, maxLength: 4, selector: ([at]) => at }),
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: 0, max: 3 * DAY_MS }),
        (steps, day, laterMs) => {
          const sorted = [...steps].sort(([a], [b]) => a - b);
          const limits = {
            ...stepsOf(
              sorted.map(([hour, limitA]) => [NOON_MS + day * DAY_MS + hour * HOUR_MS, limitA]),
              'forever',
            ),
            everyMs: DAY_MS,
          };
          const life = new SiteLife(siteOf()).commission('A', limits).wait(MINUTE_MS);
          const atMs = life.nowMs + laterMs;
          const times = [atMs - CLOCK_UNCERTAINTY_MS - REACTION_MS, atMs + CLOCK_UNCERTAINTY_MS];
          const held = [...times, ...breakpoints(limits, times[0] ?? 0, times[1] ?? 0)].map((ms) =>
            limitAt(limits, ms),
          );
          expect(life.mayA('A', atMs)).toBe(Math.max(...held.map(Number)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('change what may be drawn at their breakpoints alone', () => {
    const limits = {
      ...stepsOf(
        [
          [NOON_MS - 10 * DAY_MS, 6],
          [NOON_MS - 10 * DAY_MS + 8 * HOUR_MS, 10],
        ],
        'forever',
      ),
      everyMs: DAY_MS,
    };
    const life = new SiteLife(siteOf()).commission('A', limits).wait(MINUTE_MS);
    const changes = mayDrawBreakpoints(life.at('A'), life.nowMs, life.nowMs + 2 * DAY_MS).sort((a, b) => a - b);
    const values = changes.map((ms) => mayDrawA(life.at('A'), life.nowMs, ms));
    for (const [index, fromMs] of changes.entries()) {
      const toMs = changes[index + 1] ?? life.nowMs + 2 * DAY_MS;
      for (let ms = fromMs; ms < toMs; ms += 10 * MINUTE_MS)
        expect(mayDrawA(life.at('A'), life.nowMs, ms)).toBe(values[index]);
    }
    // It rises and falls on each of both days.
    expect(new Set(values)).toEqual(new Set([6, 10]));
    expect(changes.length).toBeGreaterThanOrEqual(4);
  });
});

describe('a clock of which nothing is known', () => {
  const fallMs = NOON_MS + 3 * HOUR_MS;
  const falling = stepsOf(
    [
      [NOON_MS, 16],
      [fallMs, 6],
    ],
    'forever',
  );
  const unseen = () => {
    const life = new SiteLife(siteOf()).connect('A');
    const attemptId = life.intend('A', { kind: 'failsafe' }, falling);
    return life.answer('A', { kind: 'failsafe' }, attemptId, 'accepted').verify('A', { kind: 'failsafe' }, attemptId);
  };

  it('may be an hour off, until something tells', () => {
    const life = unseen();
    expect(life.mayA('A', fallMs + CLOCK_OFF_MAX_MS + REACTION_MS - 1)).toBe(16);
    expect(life.mayA('A', fallMs + CLOCK_OFF_MAX_MS + REACTION_MS)).toBe(6);
    life.take({ type: 'clockSeen', stationId: 'A', clockOffMs: 0 });
    expect(life.mayA('A', fallMs + CLOCK_UNCERTAINTY_MS + REACTION_MS + 1)).toBe(6);
  });

  it('is unknown again when another device comes under its name', () => {
    const life = unseen().take({ type: 'clockSeen', stationId: 'A', clockOffMs: 0 });
    expect(clockUncertaintyMs(life.boot('A', '1').station('A'))).toBe(CLOCK_UNCERTAINTY_MS);
    expect(clockUncertaintyMs(life.boot('A', '2').station('A'))).toBe(CLOCK_OFF_MAX_MS);
  });

  it('that was seen to be off counts by so much more, an hour at most', () => {
    const life = unseen();
    for (const [clockOffMs, expected] of [
      [70_000, 75_000],
      [9 * HOUR_MS, CLOCK_OFF_MAX_MS + CLOCK_UNCERTAINTY_MS],
    ] as const) {
      life.take({ type: 'clockSeen', stationId: 'A', clockOffMs });
      expect(clockUncertaintyMs(life.station('A'))).toBe(expected);
    }
  });
});

describe('a Relative profile of a transaction', () => {
  const form = { purpose: 'TxProfile', kind: 'Relative', rateUnit: 'A', elapsedMs: 10 * MINUTE_MS } as const;
  const limits = stepsOf([[NOON_MS, 16]], NOON_MS + 15 * MINUTE_MS);

  it('may last longer by what the transaction lasted already, and by how late it may come', () => {
    expect(heldLimits({ limits, form }).untilMs).toBe(NOON_MS + 25 * MINUTE_MS + MESSAGE_LATE_MAX_MS);
    expect(heldLimits({ limits, form: { ...form, kind: 'Absolute' } })).toEqual(limits);
    expect(heldLimits({ limits })).toEqual(limits);
    expect(heldLimits({ limits: { ...limits, untilMs: 'forever' }, form }).untilMs).toBe('forever');
  });

  it('counts as long in what may be drawn', () => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1);
    const slot = life.txSlot('A');
    life.take({ type: 'profileIntended', stationId: 'A', attemptId: 'r', slot, limits, form });
    life.answer('A', slot, 'r', 'accepted').verify('A', slot, 'r');
    const endMs = NOON_MS + 25 * MINUTE_MS + MESSAGE_LATE_MAX_MS;
    expect(life.mayA('A', endMs - 1)).toBe(16);
    expect(life.mayA('A', endMs + CLOCK_UNCERTAINTY_MS + REACTION_MS + 1)).toBe(6);
    expect(mayDrawBreakpoints(life.at('A'), life.nowMs, NOON_MS + HOUR_MS)).toContain(
      endMs + CLOCK_UNCERTAINTY_MS + REACTION_MS + 1,
    );
  });
});

describe('what an EVSE is told', () => {
  it('is the newest profile that it took, else its failsafe, else its hardware', () => {
    const life = new SiteLife(siteOf());
    expect(toldLimitA(life.at('A'), life.nowMs)).toBe(32);
    life.commission('A', 6).start('A', 1);
    expect(toldLimitA(life.at('A'), life.nowMs)).toBe(6);
    life.give('A', 16);
    life.give('A', 20, 'unknown');
    expect(toldLimitA(life.at('A'), life.nowMs)).toBe(16);
    expect(toldLimitA(life.at('A'), NOON_MS + HOUR_MS)).toBe(6);
  });
});
