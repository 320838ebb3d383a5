import { describe, expect, it } from 'vitest';
import { constantSteps, type LimitSteps, limitAt } from '../../../src/site/limitSteps.js';
import { writesLeft } from '../../../src/site/messageBudget.js';
import { hasQuirk, type StationQuirk } from '../../../src/site/stationQuirk.js';
import { acEvse, circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf, stepsOf } from '../../support/builders.js';
import {
  answer,
  carryOut,
  charging,
  intend,
  oneCircuit,
  pass,
  type Send,
  sends,
  sent,
  short,
  type Wanted,
} from './passes.js';

const DAY_MS = 24 * HOUR_MS;
/** Until the next try, while there are forms that were not tried. */
const TRY_MS = 5_000;

const garage = (limitA = 32) =>
  siteOf({
    circuits: [circuitOf('grid', limitA)],
    stations: [stationOf('A', { phases: ['L1'] }), stationOf('B', { phases: ['L1'] })],
  });

/** Its failsafe is its maximum by now, or its default is what steers it. */
function steered(quirk: StationQuirk, limitA = 32): SiteLife {
  const life = new SiteLife(garage(limitA)).commission('A').start('A', 1);
  // Of another model.
  life.connect('B', { firmware: '2' }).take({ type: 'clockSeen', stationId: 'B', clockOffMs: 0 });
  carryOut(life, sent(pass(life, {}), 'B'));
  life.start('B', 2).wait(MINUTE_MS);
  life.take({ type: 'quirkLearned', stationId: 'A', quirk, evidence: 'seen' });
  life.give('B', 6);
  const [first] = sends(pass(life, { A: 6 })).filter(({ stationId }) => stationId === 'A');
  if (first !== undefined) carryOut(life, first);
  return life.wait(MINUTE_MS);
}

/** By itself it falls there. */
function steersUntilMs({ form }: Send): number {
  if (form.steersUntilMs === undefined) throw new Error('it steers nothing');
  return form.steersUntilMs;
}

const fromStation = (result: ReturnType<typeof pass>) => sends(result).filter(({ slot }) => slot.kind === 'failsafe');

describe('a station that refuses its default', () => {
  function refusing(): { life: SiteLife; tried: Send[]; max: Send } {
    const life = new SiteLife(garage()).connect('A');
    const tried: Send[] = [];
    for (;;) {
      const send = sent(pass(life, {}));
      if (send.form.purpose !== 'TxDefaultProfile') return { life, tried, max: carryOut(life, send) };
      tried.push(carryOut(life, send, 'refused'));
      if (tried.length > 20) throw new Error('it never thinks of anything else');
      life.wait(TRY_MS);
    }
  }

  it('in every form gets its failsafe as its maximum, which is not Relative, and that is learned', () => {
    const { life, tried, max } = refusing();
    // The same twice, in watts, and by the clock in either.
    expect(tried.map(({ form }) => `${form.kind} ${form.rateUnit}`)).toEqual([
      'Relative A',
      'Relative A',
      'Relative W',
      'Absolute A',
      'Absolute W',
    ]);
    expect(max.form).toMatchObject({ purpose: 'ChargingStationMaxProfile', kind: 'Absolute' });
    expect(max.limits).toMatchObject({ steps: [{ limitA: 6 }], untilMs: 'forever' });
    expect(hasQuirk(life.station('A'), 'takesNoDefault')).toBe(true);
    expect(life.wait(MINUTE_MS).mayA('A')).toBe(6);
  });

  it('is given a maximum at once the next time, and as one of its model', () => {
    const { life } = refusing();
    life.disconnect('A').wait(MINUTE_MS).connect('A').connect('B');
    expect(sends(pass(life, {})).map(({ stationId, form }) => `${stationId} ${form.purpose}`)).toEqual([
      'A ChargingStationMaxProfile',
      'B ChargingStationMaxProfile',
    ]);
  });
});

describe.each(['takesNoDefault', 'takesNoTxProfile', 'ignoresTxProfile'] as const)('a station that %s', (quirk) => {
  const purpose = quirk === 'takesNoDefault' ? 'ChargingStationMaxProfile' : 'TxDefaultProfile';

  it('is steered through what it falls to by itself, within the room, and gets no profile for its transaction', () => {
    const life = steered(quirk);
    const result = pass(life, { A: 32, B: 6 });
    expect(short(life, result)).toEqual(['A first 26']);
    const send = sent(result);
    expect(send.slot).toEqual({ kind: 'failsafe' });
    expect(send.form).toMatchObject({ purpose, kind: 'Absolute' });
    expect(carryOut(life, send).needsDisk).toBe(true);
    expect(life.mayA('A')).toBe(26);
    expect(sends(pass(life.wait(MINUTE_MS), { A: 26, B: 32 }))).toEqual([]);
    expect(short(life, pass(life, { A: 20, B: 6 }))).toEqual(['A lower 20']);
  });

  it('falls to its failsafe by itself, and what it may draw with it', () => {
    const life = steered(quirk);
    const send = carryOut(life, sent(pass(life, { A: 20, B: 6 })));
    const endMs = steersUntilMs(send);
    expect(endMs - life.nowMs).toBeGreaterThanOrEqual(HOUR_MS);
    expect(endMs - life.nowMs).toBeLessThanOrEqual(HOUR_MS + 5 * MINUTE_MS);
    expect([limitAt(send.limits, endMs - 1), limitAt(send.limits, endMs), send.limits.untilMs]).toEqual([
      20,
      6,
      'forever',
    ]);
    life.disconnect('A');
    expect(life.mayA('A', endMs)).toBe(20);
    expect(life.mayA('A', endMs + MINUTE_MS)).toBe(6);
    expect(life.mayA('A', endMs + 5 * DAY_MS)).toBe(6);
  });

  it('falls to each step of its failsafe, where that is not one', () => {
    const life = steered(quirk);
    life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { maxPeriods: 24 } });
    const nightMs = life.nowMs + 5 * HOUR_MS;
    const failsafe = stepsOf(
      [
        [0, 6],
        [nightMs, 0],
      ],
      'forever',
    );
    const send = sent(pass(life, { A: 20, B: 6 }, { failsafes: { A: failsafe } }));
    const values = [nightMs - HOUR_MS, nightMs].map((ms) => limitAt(send.limits, ms));
    expect(values).toEqual([6, 0]);
  });

  it('is told anew before its hour is over, and not long before', () => {
    const life = steered(quirk);
    const endMs = steersUntilMs(carryOut(life, sent(pass(life, { A: 20, B: 6 }))));
    life.give('B', 6);
    life.wait(endMs - life.nowMs - 15 * MINUTE_MS);
    life.give('B', 6);
    expect(fromStation(pass(life, { A: 20, B: 6 }))).toEqual([]);
    const renewed = fromStation(pass(life.wait(1), { A: 20, B: 6 }));
    expect(renewed.map((send) => send.purpose)).toEqual(['renew']);
    expect(renewed.map(steersUntilMs)[0]).toBeGreaterThan(endMs);
  });

  it('is lowered at once, and raised only when there is something left to write with', () => {
    const life = steered(quirk);
    let limitA = 8;
    let writes = 0;
    // Each is at least half an ampere, and waits for the one before.
    for (; writes < 30; writes++) {
      const [send] = fromStation(pass(life, { A: limitA, B: 6 }));
      if (send === undefined) break;
      expect(send.purpose).toBe(writes === 0 ? 'first' : 'raise');
      carryOut(life, send);
      limitA += 0.5;
      life.wait(5_000);
    }
    expect(writes).toBeGreaterThan(5);
    expect(writes).toBeLessThanOrEqual(12);
    expect(fromStation(pass(life, { A: 7, B: 6 })).map((send) => send.purpose)).toEqual(['lower']);
    for (const lowerA of [7.5, 7, 6.5]) {
      const send = carryOut(life, sent(pass(life, { A: lowerA, B: 6 })));
      expect(send.purpose).toBe('lower');
      life.wait(5_000);
    }
    expect(fromStation(pass(life, { A: 16, B: 6 }))).toEqual([]);
    // Its lowerings were written as well.
    life.wait(40 * MINUTE_MS);
    life.give('B', 6);
    expect(fromStation(pass(life, { A: 16, B: 6 }))).toHaveLength(1);
  });

  it('is raised for a car that just came, whatever is left to write with, and after silence only with something left', () => {
    const life = steered(quirk);
    for (let writes = 0; writes < 14; writes++) {
      const limitA = writes % 2 === 0 ? 20 : 6;
      const [send] = fromStation(pass(life, { A: limitA, B: 6 }));
      if (send !== undefined) carryOut(life, send);
      life.wait(3_000);
      // Lowered, it is back at its failsafe.
      const [back] = fromStation(pass(life, { B: 6 }));
      if (back !== undefined) carryOut(life, back);
      life.wait(3_000);
    }
    expect(writesLeft(life.station('A').failsafe, 'failsafe', life.nowMs)).toBeLessThan(1);
    life.end('A', 1).wait(10_000).start('A', 3).wait(1_000);
    const first = sent(pass(life, { A: 20, B: 6 }));
    expect(first.purpose).toBe('first');
    carryOut(life, first, 'unknown');
    expect(fromStation(pass(life.wait(10_000), { A: 20, B: 6 }))).toEqual([]);
    expect(fromStation(pass(life.wait(10 * MINUTE_MS), { A: 20, B: 6 }))).toHaveLength(1);
  });

  it('is told nothing while its car is to have no more than the failsafe', () => {
    const life = steered(quirk);
    expect(fromStation(pass(life, { A: 6, B: 6 }))).toEqual([]);
  });

  it('is lowered before others are raised, and they wait until that is confirmed', () => {
    const life = steered(quirk);
    carryOut(life, sent(pass(life, { A: 26, B: 6 })));
    life.wait(MINUTE_MS);
    const wanted = { A: 10, B: 22 };
    const lowering = sent(pass(life, wanted));
    expect(short(life, pass(life, wanted))).toEqual(['A lower 10']);
    carryOut(life, lowering, 'accepted');
    expect(short(life.wait(MINUTE_MS), pass(life, wanted))).toEqual([]);
    carryOut(life, lowering);
    expect(short(life.wait(MINUTE_MS), pass(life, wanted)).filter((line) => line.startsWith('B'))).toEqual([
      'B raise 22',
    ]);
  });

  it('is back at its failsafe when its car is gone', () => {
    const life = steered(quirk);
    carryOut(life, sent(pass(life, { A: 20, B: 6 })));
    life.wait(MINUTE_MS).end('A', 1).wait(MINUTE_MS);
    const send = sent(pass(life, { B: 6 }));
    expect([send.purpose, limitAt(send.limits, life.nowMs)]).toEqual(['lower', 6]);
    carryOut(life, send);
    expect(fromStation(pass(life.wait(MINUTE_MS), { B: 6 }))).toEqual([]);
  });
});

describe('a station with several EVSEs that is steered through its default', () => {
  const evses = [acEvse({ phases: ['L1'] }), acEvse({ id: 2, phases: ['L1'] }), acEvse({ id: 3, phases: ['L1'] })];

  function life(limitA: number): SiteLife {
    const site = siteOf({ circuits: [circuitOf('grid', limitA)], stations: [stationOf('A', { evses })] });
    const all = charging(site);
    all.take({ type: 'quirkLearned', stationId: 'A', quirk: 'takesNoTxProfile', evidence: 'seen' });
    return all.start('A', 2, { evseId: 2 }).wait(MINUTE_MS);
  }

  it('is allowed what the one with the least is to have', () => {
    const wanted: Wanted = { A: 20, 'A/2': 11 };
    const site = life(63);
    const send = sent(pass(site, wanted));
    expect([send.purpose, limitAt(send.limits, site.nowMs)]).toEqual(['first', 11]);
    carryOut(site, send);
    expect([1, 2, 3].map((evseId) => site.mayA('A', site.nowMs, evseId))).toEqual([11, 11, 11]);
  });

  it('is allowed what there is room for on each of its EVSEs, also on those without a car', () => {
    const toldA = (limitA: number) => {
      const site = life(limitA);
      return sends(pass(site, { A: 11, 'A/2': 11 })).map(({ limits }) => limitAt(limits, site.nowMs));
    };
    expect(toldA(33)).toEqual([11]);
    expect(toldA(32.9)).toEqual([10]);
    expect(toldA(19)).toEqual([]);
  });

  it('is lowered for the one that is to have less', () => {
    const site = life(63);
    carryOut(site, sent(pass(site, { A: 20, 'A/2': 20 })));
    const send = sent(pass(site.wait(MINUTE_MS), { A: 20, 'A/2': 8 }));
    expect([send.purpose, limitAt(send.limits, site.nowMs)]).toEqual(['lower', 8]);
  });
});

describe('a failsafe that repeats', () => {
  const inRounds = (life: SiteLife, night: number): LimitSteps => ({
    steps: [
      { fromMs: life.nowMs - 3 * DAY_MS, limitA: 6 },
      { fromMs: life.nowMs - 3 * DAY_MS + 8 * HOUR_MS, limitA: night },
    ],
    untilMs: 'forever',
    everyMs: DAY_MS,
  });

  const empty = () =>
    charging(oneCircuit(32, ['A']))
      .end('A', 1)
      .wait(MINUTE_MS);

  it('over a week is raised for a day beyond the horizon only once nobody else may hold another week', () => {
    const site = siteOf({
      circuits: [circuitOf('grid', 32)],
      stations: ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'] })),
    });
    const life = new SiteLife(site).commission('A', 6).commission('B', 6).wait(MINUTE_MS);
    for (const stationId of ['A', 'B'])
      life.take({ type: 'capabilitiesRead', stationId, capabilities: { maxPeriods: 24 } });
    const week = (onFridayA: number): LimitSteps => ({
      steps: [
        { fromMs: life.nowMs, limitA: 6 },
        { fromMs: life.nowMs + 5 * DAY_MS, limitA: onFridayA },
      ],
      untilMs: 'forever',
      everyMs: 7 * DAY_MS,
    });
    const wanted = { A: week(16), B: week(0) };
    const told = () => sends(pass(life, {}, { failsafes: wanted }));
    const [ofB, ...others] = told();
    if (ofB === undefined) throw new Error('nothing was sent');
    expect([ofB.stationId, ofB.purpose, others]).toEqual(['B', 'lower', []]);
    const { attemptId } = intend(life, ofB);
    answer(life, ofB, attemptId, 'accepted');
    expect(told()).toEqual([]);
    life.verify('B', { kind: 'failsafe' }, attemptId);
    expect(told().map(({ stationId, purpose }) => `${stationId} ${purpose}`)).toEqual(['A raise']);
  });

  it('is written so that it repeats', () => {
    const life = empty();
    const send = sent(pass(life, {}, { failsafes: { A: inRounds(life, 0) } }));
    expect(send.form.kind).toBe('Recurring');
    expect(send.limits).toMatchObject({ everyMs: DAY_MS });
    carryOut(life, send);
    for (let day = 0; day < 9; day++) {
      expect(life.mayA('A', life.nowMs + day * DAY_MS + HOUR_MS)).toBe(6);
      expect(life.mayA('A', life.nowMs + day * DAY_MS + 12 * HOUR_MS)).toBe(0);
    }
    // The same is not sent again on another day.
    life.wait(2 * DAY_MS + 5 * HOUR_MS);
    expect(sends(pass(life, {}, { failsafes: { A: send.limits } }))).toEqual([]);
  });

  it('is written for two days at a time, and then at its least, where nothing that repeats is taken', () => {
    const life = empty();
    life.take({ type: 'quirkLearned', stationId: 'A', quirk: 'takesNoRecurring', evidence: 'seen' });
    const wanted = inRounds(life, 3);
    const send = sent(pass(life, {}, { failsafes: { A: wanted } }));
    expect(send.form.kind).toBe('Absolute');
    expect(send.limits.everyMs).toBeUndefined();
    for (let hour = 0; hour < 24 * 7; hour++) {
      const atMs = life.nowMs + hour * HOUR_MS;
      expect(Number(limitAt(send.limits, atMs))).toBeLessThanOrEqual(Number(limitAt(wanted, atMs)));
      if (hour < 24) expect(limitAt(send.limits, atMs)).toBe(limitAt(wanted, atMs));
    }
    expect(limitAt(send.limits, life.nowMs + 5 * DAY_MS)).toBe(3);
  });

  it('has no more steps than the station can hold, and at one it is its least, all day', () => {
    const life = empty();
    life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { maxPeriods: 1 } });
    const send = sent(pass(life, {}, { failsafes: { A: inRounds(life, 3) } }));
    expect(send.limits).toMatchObject({ steps: [{ limitA: 3 }], untilMs: 'forever' });
    expect(send.form.kind).not.toBe('Recurring');
  });
});

describe('a change of what stations fall to', () => {
  it('that raises waits for the budget, and one that lowers does not', () => {
    const life = charging(oneCircuit(63, ['A']))
      .end('A', 1)
      .wait(MINUTE_MS);
    let failsafeA = 1;
    let writes = 0;
    for (; writes < 30; writes++) {
      const [send] = sends(pass(life, {}, { failsafes: { A: failsafeA } }));
      if (send === undefined) break;
      carryOut(life, send);
      failsafeA += 1;
      life.wait(1_000);
    }
    expect(writes).toBeGreaterThan(5);
    expect(writes).toBeLessThan(13);
    for (const lowerA of [5, 4, 3]) {
      const send = carryOut(life, sent(pass(life, {}, { failsafes: { A: lowerA } })));
      expect([send.purpose, send.limits.steps[0]?.limitA]).toEqual(['lower', lowerA]);
      life.wait(1_000);
    }
    expect(sends(pass(life, {}, { failsafes: { A: 6 } }))).toEqual([]);
    expect(sends(pass(life.wait(40 * MINUTE_MS), {}, { failsafes: { A: 6 } }))).toHaveLength(1);
  });

  it('is said again to a station that does not answer only while there is something left to write with', () => {
    const life = new SiteLife(oneCircuit(32, ['A'])).connect('A');
    let writes = 0;
    for (let tries = 0; tries < 240; tries++) {
      for (const send of sends(pass(life, {}))) {
        carryOut(life, send, 'unknown');
        writes += 1;
      }
      life.wait(15_000);
    }
    expect(writes).toBeGreaterThan(12);
    expect(writes).toBeLessThanOrEqual(12 + 6 + 1);
    life.disconnect('A').wait(MINUTE_MS).connect('A');
    expect(short(life, pass(life, {}))).toEqual(['A failsafe 0']);
  });

  it('of a station that takes no Relative profile is written by its clock', () => {
    const life = new SiteLife(oneCircuit(32, ['A'])).connect('A');
    expect(sent(pass(life, {})).form.kind).toBe('Relative');
    life.take({ type: 'quirkLearned', stationId: 'A', quirk: 'takesNoRelative', evidence: 'seen' });
    expect(sent(pass(life, {})).form.kind).toBe('Absolute');
    expect(sent(pass(life, {})).limits).toEqual(constantSteps(0, life.nowMs));
  });
});
