import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { desiredFailsafes, FAILSAFE_HORIZON_MS } from '../../../src/plan/failsafe.js';
import { expandLimits } from '../../../src/plan/limitWindows.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import { type LimitSteps, limitAt, sameSteps } from '../../../src/site/limitSteps.js';
import type { CapacityLimit, FailsafeHours, SiteModel, Weekday } from '../../../src/site/model.js';
import { PHASES, type Phase } from '../../../src/site/phases.js';
import { Problem } from '../../../src/site/problem.js';
import { validateSite } from '../../../src/site/validateSite.js';
import { acEvse, ampere, circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** Fifteen thousand times, on a machine that may have other things to do. */
const ASKED_AT_MOST_MS = 120_000;
const ZONE = 'Europe/Stockholm';

const at = (text: string, timeZone = ZONE) =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds;

function limitOf(more: Partial<CapacityLimit> & { recurrence?: string }): CapacityLimit {
  return {
    limitId: 'evenings',
    circuitId: 'grid',
    limitA: ampere(6),
    fromMs: at('2026-01-05T17:00'),
    toMs: at('2026-01-05T20:00'),
    source: 'owner',
    ...more,
  };
}
const WEEKDAYS = limitOf({ recurrence: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR' });
const DAILY = limitOf({ recurrence: 'FREQ=DAILY' });

function twoOnL1(more: Partial<SiteModel> = {}): SiteLife {
  const phases: readonly Phase[] = ['L1'];
  return new SiteLife(siteOf({ timeZone: ZONE, stations: ['A', 'B'].map((id) => stationOf(id, { phases })), ...more }));
}

function under(life: SiteLife, ...limits: readonly CapacityLimit[]): SiteLife {
  for (const limit of limits) life.take({ type: 'limitPut', limit });
  return life;
}

function desiredAt(life: SiteLife, nowMs: number): ReadonlyMap<string, LimitSteps> {
  life.nowMs = nowMs;
  const { site, limits } = life.state;
  const windows = expandLimits(
    limits.values(),
    site.timeZone,
    nowMs - HOUR_MS,
    nowMs + FAILSAFE_HORIZON_MS + 14 * HOUR_MS,
  );
  return desiredFailsafes(life.state, windows, nowMs);
}

function heldA(desired: ReadonlyMap<string, LimitSteps>, id: string, atMs: number): number {
  const steps = desired.get(id);
  const held = steps === undefined ? 'ended' : limitAt(steps, atMs);
  if (held === 'ended') throw new Error('a failsafe has no end');
  return held;
}

/** The first instant at which, their clocks being off by so much this way and that, left alone from now on, stations may draw more than some limit. */
function firstExcess(
  life: SiteLife,
  desired: ReadonlyMap<string, LimitSteps>,
  span: { fromMs: number; toMs: number; stepMs: number; skewMs?: number },
) {
  const { site, limits, index } = life.state;
  const { skewMs = 0 } = span;
  const windows = expandLimits(limits.values(), site.timeZone, span.fromMs, span.toMs);
  for (let ms = span.fromMs; ms < span.toMs; ms += span.stepMs) {
    const inForce = windows.filter((w) => w.fromMs <= ms && (w.toMs === 'open' || ms < w.toMs));
    for (const circuit of site.circuits) {
      const below = index.stationsBelow.get(circuit.id) ?? [];
      for (const phase of PHASES) {
        const sumA = below
          .filter(({ evses }) => evses[0]?.phases.includes(phase))
          .reduce((sum, { id }, index) => sum + heldA(desired, id, ms + skewMs * (index % 2 === 0 ? 1 : -1)), 0);
        const caps = inForce
          .filter(({ limit }) => limit.circuitId === circuit.id)
          .map(({ limit }) => limit.limitA?.[phase] ?? 99);
        const leftA = Math.min(circuit.limitA[phase], ...caps);
        if (sumA > leftA) return `${circuit.id} ${phase}: ${sumA} of ${leftA} A at ${new Date(ms).toISOString()}`;
      }
    }
  }
  return undefined;
}

describe('limits that recur', () => {
  it('are kept week after week, and leave the failsafe alone at all other times', () => {
    const life = under(twoOnL1(), limitOf({ ...WEEKDAYS, limitA: ampere(0) }));
    const desired = desiredAt(life, at('2026-01-14T12:00'));
    expect(desired.get('A')?.everyMs).toBe(WEEK_MS);
    for (const [text, expectedA] of [
      ['2026-02-05T18:30', 0],
      ['2026-02-05T16:59', 6],
      ['2026-02-05T20:01', 6],
      ['2026-02-07T18:30', 6],
      ['2026-03-27T18:30', 0],
    ] as const)
      expect([text, heldA(desired, 'A', at(text))]).toEqual([text, expectedA]);
  });

  it('are a day that repeats where all days agree', () => {
    const desired = desiredAt(under(twoOnL1(), DAILY), at('2026-01-14T12:00'));
    expect([...desired.values()].map(({ everyMs }) => everyMs)).toEqual([DAY_MS, DAY_MS]);
    const everyDay = limitOf({ recurrence: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU' });
    expect(desiredAt(under(twoOnL1(), everyDay), at('2026-01-14T12:00')).get('A')?.everyMs).toBe(DAY_MS);
  });

  it('are taken in turns, of which none ends as another begins', () => {
    const life = under(twoOnL1(), DAILY);
    const desired = desiredAt(life, at('2026-01-14T12:00'));
    const fromMs = at('2026-02-10T17:00');
    const minutes = ['A', 'B'].map((id) => {
      let kept = 0;
      for (let ms = fromMs; ms < fromMs + 3 * HOUR_MS; ms += MINUTE_MS) if (heldA(desired, id, ms) > 0) kept += 1;
      return kept;
    });
    for (const kept of minutes) expect(kept).toBeGreaterThan(80);
    expect(firstExcess(life, desired, { fromMs, toMs: fromMs + DAY_MS, stepMs: 1_000 })).toBeUndefined();
  });

  it('are not told as such where failsafes have room under them', () => {
    const desired = desiredAt(under(twoOnL1(), limitOf({ ...DAILY, limitA: ampere(12) })), at('2026-01-14T12:00'));
    expect([...desired.values()]).toEqual(
      [6, 6].map((limitA) => ({ steps: [{ fromMs: 0, limitA }], untilMs: 'forever' })),
    );
  });

  it.each([
    ['every second week', { recurrence: 'FREQ=WEEKLY;INTERVAL=2' }],
    ['every month', { recurrence: 'FREQ=MONTHLY;BYDAY=1MO' }],
    ['every third day', { recurrence: 'FREQ=DAILY;INTERVAL=3' }],
    ['once', {}],
    ['later in the year', { ...DAILY, fromMs: at('2026-06-01T17:00'), toMs: at('2026-06-01T20:00') }],
    ['no more', { recurrence: 'FREQ=DAILY;COUNT=3' }],
  ])('are not those that recur %s', (_, more) => {
    const desired = desiredAt(under(twoOnL1(), limitOf(more)), at('2026-01-14T12:00'));
    expect(desired.get('A')?.everyMs).toBeUndefined();
  });

  it('are kept as they were until they end, by a date or a count', () => {
    for (const end of ['UNTIL=20260123T225959Z', 'COUNT=19']) {
      const life = under(twoOnL1(), limitOf({ recurrence: `FREQ=DAILY;${end}` }));
      for (const text of ['2026-01-10T12:00', '2026-01-18T12:00', '2026-01-22T12:00', '2026-01-23T18:00'])
        expect([end, text, desiredAt(life, at(text)).get('A')?.everyMs]).toEqual([end, text, DAY_MS]);
      expect(desiredAt(life, at('2026-01-24T12:00')).get('A')?.everyMs).toBeUndefined();
    }
  });

  it('are told before the clock is set, so that either hour is kept', () => {
    // On 29 March the clock goes from 02:00 to 03:00.
    const life = under(twoOnL1(), limitOf({ ...DAILY, limitA: ampere(0) }));
    const early = desiredAt(life, at('2026-03-10T12:00'));
    expect(heldA(early, 'A', at('2026-03-12T20:30'))).toBe(6);
    expect(heldA(early, 'A', at('2026-04-01T17:30'))).toBe(6);
    const soon = desiredAt(life, at('2026-03-20T12:00'));
    for (const text of ['2026-03-22T18:00', '2026-04-02T17:30', '2026-04-02T19:30'])
      expect([text, heldA(soon, 'A', at(text))]).toEqual([text, 0]);
    const after = desiredAt(life, at('2026-03-31T12:00'));
    expect(heldA(after, 'A', at('2026-04-02T16:30'))).toBe(6);
    expect(heldA(after, 'A', at('2026-04-02T17:30'))).toBe(0);
  });

  it('give way to what is told for once beside a limit that does not recur, and after some days, without us, to the least', () => {
    const once = { limitId: 'once', limitA: ampere(0), fromMs: at('2026-01-14T22:00'), toMs: at('2026-01-15T02:00') };
    const life = under(twoOnL1(), DAILY, limitOf(once));
    const desired = desiredAt(life, at('2026-01-14T12:00'));
    expect(desired.get('A')?.everyMs).toBeUndefined();
    expect(heldA(desired, 'A', at('2026-01-14T23:00'))).toBe(0);
    expect(heldA(desired, 'A', at('2026-01-15T12:00'))).toBe(6);
    expect(heldA(desired, 'A', at('2026-01-20T12:00'))).toBe(0);
    expect(desiredAt(life, at('2026-01-15T03:00')).get('A')?.everyMs).toBe(DAY_MS);
  });

  it('are not disturbed by limits under which there is room for what is left by them', () => {
    const once = limitOf({
      limitId: 'once',
      limitA: ampere(6),
      fromMs: at('2026-01-14T18:00'),
      toMs: at('2026-01-14T19:00'),
    });
    const desired = desiredAt(under(twoOnL1(), DAILY, once), at('2026-01-14T12:00'));
    expect([...desired.values()].map(({ everyMs }) => everyMs)).toEqual([DAY_MS, DAY_MS]);
  });
});

describe('hours in which a station falls to something else', () => {
  const night: FailsafeHours = { from: '22:00', to: '06:00', limitA: 16 };

  it('are kept by the local clock, over midnight, on the days on which they begin', () => {
    const hours: FailsafeHours[] = [{ ...night, days: ['FR', 'SA'] }];
    const life = twoOnL1({ stations: [stationOf('A', { failsafeHours: hours })] });
    const desired = desiredAt(life, at('2026-01-14T12:00'));
    for (const [text, expectedA] of [
      ['2026-01-16T21:59', 6],
      ['2026-01-16T23:00', 16],
      ['2026-01-17T05:00', 16],
      ['2026-01-17T07:00', 6],
      ['2026-01-18T05:00', 16],
      ['2026-01-18T23:00', 6],
      ['2026-02-14T05:00', 16],
    ] as const)
      expect([text, heldA(desired, 'A', at(text))]).toEqual([text, expectedA]);
  });

  it('around the day on which the clock is set are the lower of both', () => {
    const life = twoOnL1({ stations: [stationOf('A', { failsafeHours: [night] })] });
    const soon = desiredAt(life, at('2026-03-20T12:00'));
    const valuesAt = (...texts: string[]) => texts.map((text) => heldA(soon, 'A', at(text)));
    expect(valuesAt('2026-03-21T22:30', '2026-03-21T05:30', '2026-03-21T04:30')).toEqual([16, 6, 16]);
    expect(valuesAt('2026-04-02T22:30', '2026-04-02T23:30', '2026-04-02T05:30')).toEqual([6, 16, 16]);
  });

  it('are lowered under limits by what stations would fall to then', () => {
    const stations = ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'], failsafeA: 0, failsafeHours: [night] }));
    const life = under(twoOnL1({ stations }), limitOf({ ...DAILY, limitA: ampere(16), toMs: at('2026-01-05T23:00') }));
    const desired = desiredAt(life, at('2026-01-14T12:00'));
    const sumAt = (text: string) => heldA(desired, 'A', at(text)) + heldA(desired, 'B', at(text));
    expect(['18:30', '22:10', '22:50', '23:30'].map((time) => sumAt(`2026-01-20T${time}`))).toEqual([0, 16, 16, 32]);
  });

  it('may be a pause in dear hours, and a limit for once is told beside them', () => {
    const dear: FailsafeHours = { from: '17:00', to: '20:00', limitA: 0 };
    const life = twoOnL1({ stations: [stationOf('A', { failsafeHours: [dear] })] });
    under(life, limitOf({ limitA: ampere(0), fromMs: at('2026-01-14T22:00'), toMs: at('2026-01-14T23:00') }));
    const desired = desiredAt(life, at('2026-01-14T12:00'));
    const values = ['13:00', '18:00', '21:00', '22:30', '23:30'].map((time) =>
      heldA(desired, 'A', at(`2026-01-14T${time}`)),
    );
    expect(values).toEqual([6, 0, 6, 0, 6]);
  });
});

const DAYS: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const time = fc.integer({ min: 0, max: 95 }).map((quarter) => {
  const [hours, minutes] = [Math.floor(quarter / 4), (quarter % 4) * 15].map((n) => String(n).padStart(2, '0'));
  return `${hours}:${minutes}` as FailsafeHours['from'];
});
const anyHours: fc.Arbitrary<FailsafeHours> = fc.record({
  from: time,
  to: time,
  days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 7 }),
  limitA: fc.constantFrom(0, 8, 16),
});
const anyLimit = fc
  .record({
    circuitId: fc.constantFrom('grid', 'row'),
    limitA: fc.integer({ min: 0, max: 12 }),
    quarter: fc.integer({ min: 0, max: 4 * 24 * 40 }),
    lastsMin: fc.integer({ min: 5, max: 30 * 60 }),
    rule: fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'FREQ=WEEKLY', 'FREQ=WEEKLY;BYDAY=SA,SU'),
  })
  .map(({ circuitId, limitA, quarter, lastsMin, rule }) => {
    const fromMs = at('2026-02-02T00:00', 'UTC') + quarter * 900_000;
    return limitOf({
      circuitId,
      limitA: ampere(limitA),
      fromMs,
      toMs: fromMs + lastsMin * MINUTE_MS,
      recurrence: rule,
    });
  });
const anySite = fc.record({
  timeZone: fc.constantFrom(ZONE, 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'),
  stations: fc.array(
    fc.record({
      circuitId: fc.constantFrom('grid', 'row'),
      phases: fc.constantFrom<readonly Phase[]>(['L1'], ['L1', 'L2', 'L3']),
      hours: fc.array(anyHours, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  limits: fc.array(anyLimit, { maxLength: 3 }),
});

/** Undefined where it is refused, as one with overlapping hours is. */
function lifeOf({
  timeZone,
  stations,
  limits,
}: typeof anySite extends fc.Arbitrary<infer T> ? T : never): SiteLife | undefined {
  const site = siteOf({
    timeZone,
    circuits: [circuitOf('grid', 63), circuitOf('row', 40)],
    stations: stations.map(({ circuitId, phases, hours }, index) =>
      stationOf(`S${index}`, { circuitId, evses: [acEvse({ phases })], failsafeHours: hours }),
    ),
  });
  try {
    validateSite(site);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
  const life = new SiteLife(site);
  under(life, ...limits.map((limit, index) => ({ ...limit, limitId: `l${index}` })));
  return life;
}

describe('whatever recurs', () => {
  it('is kept by stations that are left alone for two weeks, over a change of clocks, from any instant on', () => {
    let lives = 0;
    fc.assert(
      fc.property(
        anySite,
        fc.integer({ min: 0, max: 45 * 24 * 60 }),
        fc.integer({ min: -5_000, max: 5_000 }),
        (chosen, minute, skewMs) => {
          const life = lifeOf(chosen);
          if (life === undefined) return;
          lives += 1;
          const nowMs = at('2026-02-21T00:00', 'UTC') + minute * MINUTE_MS;
          const desired = desiredAt(life, nowMs);
          const span = { fromMs: nowMs, toMs: nowMs + 14 * DAY_MS, stepMs: 7 * MINUTE_MS + 1_000, skewMs };
          expect(firstExcess(life, desired, span)).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
    expect(lives).toBeGreaterThan(50);
  });

  it('is told anew, asked every twenty minutes for two weeks, once for each limit that comes in sight and twice where clocks are set', {
    timeout: ASKED_AT_MOST_MS,
  }, () => {
    fc.assert(
      fc.property(anySite, fc.integer({ min: 0, max: 60 }), (chosen, day) => {
        const life = lifeOf(chosen);
        if (life === undefined) return;
        const mostOften = Math.max(...changesFrom(life, at('2026-02-14T00:00', 'UTC') + day * DAY_MS).values());
        expect(mostOften).toBeLessThanOrEqual(chosen.limits.length + 2);
      }),
      { numRuns: 15 },
    );
  });

  it('is not told anew at all where no clock is set, and no limit begins', () => {
    const life = under(twoOnL1(), WEEKDAYS, limitOf({ ...DAILY, limitId: 'all', limitA: ampere(10) }));
    expect([...changesFrom(life, at('2026-01-12T00:00')).values()]).toEqual([0, 0]);
  });

  it('beside a limit for once is told anew four times: as that comes in sight, twice at noon, and when it is over', () => {
    const span = { fromMs: at('2026-01-20T22:00'), toMs: at('2026-01-21T02:00') };
    const life = under(twoOnL1(), WEEKDAYS, limitOf({ limitId: 'once', limitA: ampere(0), ...span }));
    const changes = [...changesFrom(life, at('2026-01-12T00:00')).values()];
    expect(Math.min(...changes)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...changes)).toBeLessThanOrEqual(4);
  });
});

/** How often what each station is to be told changes within two weeks, asked every twenty minutes. */
function changesFrom(life: SiteLife, startMs: number): ReadonlyMap<string, number> {
  const { site, limits } = life.state;
  const changes = new Map(site.stations.map(({ id }) => [id, 0]));
  let windows: LimitWindow[] = [];
  let before: ReadonlyMap<string, LimitSteps> | undefined;
  for (let nowMs = startMs; nowMs <= startMs + 2 * WEEK_MS; nowMs += 20 * MINUTE_MS) {
    if ((nowMs - startMs) % HOUR_MS === 0)
      windows = expandLimits(limits.values(), site.timeZone, nowMs - HOUR_MS, nowMs + 50 * HOUR_MS);
    const desired = desiredFailsafes(life.state, windows, nowMs);
    for (const [id, steps] of desired) {
      const last = before?.get(id) ?? steps;
      if (!sameSteps(last, steps, nowMs)) changes.set(id, (changes.get(id) ?? 0) + 1);
    }
    before = desired;
  }
  return changes;
}
