import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EvseInSite, mayDrawA, mayDrawBreakpoints } from '../../../src/site/mayDraw.js';
import { evsesOfSite } from '../../../src/site/sites.js';
import { STATION_QUIRKS } from '../../../src/site/stationQuirk.js';
import { acEvse, circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf, stepsOf } from '../../support/builders.js';
import { answer, intend, pass, sends, type Wanted } from './passes.js';

// Whatever is known of stations and whatever becomes of messages: one pass of the hand-out never takes more than there is.

const LIMIT_A = 40;
const AHEAD_MS = 40 * HOUR_MS;
/** Of rounding, per EVSE. */
const TOLERANCE_A = 0.01;
/** The hand-out counts falls on a grid of a quarter of a second. */
const FALL_LATE_MS = 251;
const DAY_MS = 24 * HOUR_MS;

const site = siteOf({
  circuits: [circuitOf('grid', LIMIT_A)],
  stations: [
    stationOf('A', { phases: ['L1'], failsafeA: 6 }),
    stationOf('B', { failsafeA: 3, evses: [acEvse({ phases: ['L1'] }), acEvse({ id: 2, phases: ['L1'] })] }),
    stationOf('C', { phases: ['L1'], failsafeA: 0 }),
  ],
});
const STATIONS = site.stations.map(({ id }) => id);

const limit = fc.integer({ min: 0, max: 33 });
/** Minutes from now, A. */
const steps = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 120 }), limit), {
  minLength: 1,
  maxLength: 4,
  selector: ([minute]) => minute,
});
const rounds = fc.option(fc.constant(DAY_MS), { nil: undefined });
const outcome = fc.constantFrom('confirmed', 'confirmed', 'accepted', 'refused', 'unknown');
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('nothing' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('reconnect' as const, 'car' as const, 'clock' as const),
      station: fc.constantFrom(...STATIONS),
      clockOffMs: fc.constantFrom(0, 90_000, 20 * MINUTE_MS),
    }),
  },
);
const turn = fc.record({
  wanted: fc.dictionary(fc.constantFrom('A', 'B', 'B/2', 'C'), steps),
  failsafes: fc.dictionary(fc.constantFrom(...STATIONS), fc.record({ steps, everyMs: rounds })),
  outcomes: fc.array(outcome, { minLength: 3, maxLength: 3 }),
  waitMs: fc.oneof(fc.integer({ min: 100, max: 20_000 }), fc.integer({ min: 100, max: 50 * MINUTE_MS })),
  happening,
});
const station = fc.record({
  quirks: fc.subarray([...STATION_QUIRKS], { maxLength: 3 }),
  clockOffMs: fc.constantFrom(undefined, 0, 0, 20 * MINUTE_MS),
  maxPeriods: fc.constantFrom('unknown' as const, 1, 4, 24),
});

type Known = typeof station extends fc.Arbitrary<infer K> ? K : never;
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

function begin(known: readonly Known[]): SiteLife {
  const life = new SiteLife(site);
  STATIONS.forEach((stationId, index) => {
    const { quirks = [], clockOffMs, maxPeriods = 'unknown' } = known[index] ?? {};
    life.connect(stationId, { firmware: stationId });
    const slot = { kind: 'failsafe' } as const;
    const attemptId = life.intend(stationId, slot, site.stations[index]?.failsafeA ?? 0);
    life.answer(stationId, slot, attemptId, 'accepted').verify(stationId, slot, attemptId);
    life.take({ type: 'capabilitiesRead', stationId, capabilities: { maxPeriods } });
    if (clockOffMs !== undefined) life.take({ type: 'clockSeen', stationId, clockOffMs });
    for (const quirk of quirks) life.take({ type: 'quirkLearned', stationId, quirk, evidence: 'seen' });
    life.start(stationId, index + 1);
  });
  return life.start('B', 9, { evseId: 2 }).wait(MINUTE_MS);
}

const inTime = (life: SiteLife, of: readonly (readonly [number, number])[], everyMs?: number) => {
  const sorted = [...of].sort(([a], [b]) => a - b);
  const pairs = sorted.map(([minute, limitA]) => [life.nowMs + minute * MINUTE_MS, limitA] as const);
  if (everyMs === undefined || pairs.length === 1) return stepsOf(pairs, 'forever');
  return { ...stepsOf(pairs, 'forever'), everyMs };
};

/** What all of them may draw together at each of these instants; a fall counts so much late. */
function totalA(life: SiteLife, timesMs: readonly number[], lateMs: number): number[] {
  const all = [...evsesOfSite(life.state)];
  const mayA = (at: EvseInSite, ms: number) => mayDrawA(at, life.nowMs, Math.max(ms, life.nowMs));
  return timesMs.map((ms) => all.reduce((sum, at) => sum + Math.max(mayA(at, ms), mayA(at, ms - lateMs)), 0));
}

function changesMs(life: SiteLife): number[] {
  const all = [...evsesOfSite(life.state)];
  return all.flatMap((at) => mayDrawBreakpoints(at, life.nowMs, life.nowMs + AHEAD_MS));
}

function happen(life: SiteLife, { happening: it }: Turn): void {
  if (it.kind === 'nothing') return;
  const { station: id, kind, clockOffMs } = it;
  if (kind === 'clock') life.take({ type: 'clockSeen', stationId: id, clockOffMs });
  else if (kind === 'reconnect') life.disconnect(id).wait(1_000).connect(id, { firmware: id });
  else {
    const { transaction } = life.at(id).evseState;
    if (transaction === null) life.start(id, life.nowMs);
    else life.end(id, transaction.transactionId);
  }
}

function play(life: SiteLife, of: Turn): void {
  happen(life, of);
  const wanted: Wanted = Object.fromEntries(Object.entries(of.wanted).map(([id, one]) => [id, inTime(life, one)]));
  const failsafes: Wanted = Object.fromEntries(
    Object.entries(of.failsafes).map(([id, one]) => [id, inTime(life, one.steps, one.everyMs)]),
  );
  const messages = sends(pass(life, wanted, { failsafes }));
  const before = life.state;
  const earlierMs = changesMs(life);
  const attempts = messages.map((send) => intend(life, send));
  const timesMs = [...new Set([life.nowMs, ...earlierMs, ...changesMs(life)])];
  const after = totalA(life, timesMs, 0);
  life.state = before;
  const was = totalA(life, timesMs, FALL_LATE_MS);
  timesMs.forEach((ms, index) => {
    const mostA = Math.max(LIMIT_A, was[index] ?? 0) + TOLERANCE_A;
    expect(after[index], `${(ms - life.nowMs) / MINUTE_MS} minutes from now`).toBeLessThanOrEqual(mostA);
  });
  messages.forEach((send, index) => {
    life.take(...(attempts[index]?.events ?? []));
    answer(life, send, attempts[index]?.attemptId ?? '', of.outcomes[index] ?? 'unknown');
  });
  life.wait(of.waitMs);
}

describe('a pass', () => {
  it('raises what may be drawn together nowhere above the limit, now or later', () => {
    fc.assert(
      fc.property(
        fc.tuple(station, station, station),
        fc.array(turn, { minLength: 1, maxLength: 12 }),
        (known, turns) => {
          const life = begin(known);
          for (const one of turns) play(life, one);
        },
      ),
      { numRuns: 100 },
    );
  });
});
