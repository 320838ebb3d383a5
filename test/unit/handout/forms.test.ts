import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formOf, isExhausted, lessonsOf, limitsIn, stationForms, txForms } from '../../../src/handout/forms.js';
import type { ProfileForm } from '../../../src/site/chargingProfile.js';
import { refusesTxProfile } from '../../../src/site/controlObstacle.js';
import { constantSteps, type LimitSteps, limitAt } from '../../../src/site/limitSteps.js';
import type { Evse } from '../../../src/site/model.js';
import { EMPTY_SLOT } from '../../../src/site/profileSlots.js';
import type { ProfileSlot, StationState } from '../../../src/site/state.js';
import { STATION_QUIRKS, type StationQuirk } from '../../../src/site/stationQuirk.js';
import { acEvse, dcEvse, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stepsOf } from '../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;

interface Known {
  readonly quirks?: readonly StationQuirk[];
  readonly rateUnits?: StationState['capabilities']['rateUnits'];
  /** Undefined: nothing told. */
  readonly clockOffMs?: number | undefined;
}

function stationWith({ quirks = [], rateUnits = 'unknown', ...clock }: Known = {}): StationState {
  const clockOffMs = 'clockOffMs' in clock ? clock.clockOffMs : 0;
  const life = new SiteLife(siteOf()).connect('A');
  life.take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { rateUnits } });
  if (clockOffMs !== undefined) life.take({ type: 'clockSeen', stationId: 'A', clockOffMs });
  for (const quirk of quirks) life.take({ type: 'quirkLearned', stationId: 'A', quirk, evidence: 'seen' });
  return life.station('A');
}

const three = acEvse();
const slotOf = (refusals: number, unanswered = 0): ProfileSlot => ({ ...EMPTY_SLOT, refusals, unanswered });
const quarterHour = (limitA: number) => constantSteps(limitA, NOON_MS, NOON_MS + 15 * MINUTE_MS);

/** In few words: what differs from form to form. */
function word({ purpose, kind, rateUnit, wholeAmperes, pauseA }: ProfileForm): string {
  const of = { TxProfile: 'tx', TxDefaultProfile: 'default', ChargingStationMaxProfile: 'max' }[purpose];
  return `${of} ${kind} ${rateUnit}${wholeAmperes ? ' whole' : ''}${pauseA === undefined ? '' : ` ${pauseA}`}`;
}

const tx = (known: Known, limits: LimitSteps, { elapsedMs = HOUR_MS, evse = three as Evse } = {}) =>
  txForms(stationWith(known), evse, limits, elapsedMs).map(word);
const ofStation = (known: Known, limits: LimitSteps, evses: readonly Evse[] = [three]) =>
  stationForms(stationWith(known), evses, limits).map(word);

describe('the forms of a transaction’s limits', () => {
  it('are the same twice, then a pause as 1 A, whole amperes, and watts, each where it would make a difference', () => {
    expect(tx({}, quarterHour(16))).toEqual([
      'tx Absolute A',
      'tx Absolute A',
      'tx Absolute W',
      'tx Relative A',
      'tx Relative W',
    ]);
    expect(
      tx(
        {},
        stepsOf(
          [
            [NOON_MS, 8.5],
            [NOON_MS + MINUTE_MS, 0],
          ],
          NOON_MS + HOUR_MS,
        ),
      ),
    ).toEqual([
      'tx Absolute A',
      'tx Absolute A',
      'tx Absolute A 1',
      'tx Absolute A whole',
      'tx Absolute W',
      'tx Relative A',
      'tx Relative W',
    ]);
  });

  it('begin with what was learned', () => {
    const limits = stepsOf(
      [
        [NOON_MS, 8.5],
        [NOON_MS + MINUTE_MS, 0],
      ],
      NOON_MS + HOUR_MS,
    );
    for (const [quirk, first] of [
      ['takesWattsOnly', 'tx Absolute W'],
      ['takesWholeAmperesOnly', 'tx Absolute A whole'],
      ['takesNoZero', 'tx Absolute A 1'],
      ['takesNoAbsolute', 'tx Relative A'],
    ] as const)
      expect(tx({ quirks: [quirk] }, limits)[0]).toBe(first);
    expect(tx({ quirks: ['takesNoZero'] }, quarterHour(8.5))[0]).toBe('tx Absolute A');
  });

  it('are in the unit that the station says, and in watts at the outlet of a rectifier', () => {
    expect(tx({ rateUnits: ['W'] }, quarterHour(16))).toEqual(['tx Absolute W', 'tx Absolute W', 'tx Relative W']);
    expect(tx({ rateUnits: ['A', 'W'] }, quarterHour(16))[0]).toBe('tx Absolute A');
    expect(tx({}, quarterHour(16), { evse: dcEvse() })).toEqual(['tx Absolute W', 'tx Absolute W', 'tx Relative W']);
    // What it says counts for more than what another of its model was seen to do.
    expect(tx({ rateUnits: ['A'], quirks: ['takesWattsOnly'] }, quarterHour(16))[0]).toBe('tx Absolute A');
  });

  it('count from the transaction where the clock is wrong and it is young, or nothing is known of the clock', () => {
    const first = (known: Known, elapsedMs: number) => tx(known, quarterHour(16), { elapsedMs })[0];
    const wrong = { clockOffMs: MINUTE_MS };
    expect(first(wrong, 30 * MINUTE_MS)).toBe('tx Relative A');
    expect(first(wrong, 30 * MINUTE_MS + 1)).toBe('tx Absolute A');
    expect(first({ clockOffMs: MINUTE_MS - 1 }, 0)).toBe('tx Absolute A');
    expect(first({ clockOffMs: undefined }, 5 * HOUR_MS)).toBe('tx Relative A');
    expect(first({ clockOffMs: undefined, quirks: ['takesNoRelative'] }, 0)).toBe('tx Absolute A');
  });

  it('that count from the transaction say how long it lasts', () => {
    const forms = txForms(stationWith({ clockOffMs: HOUR_MS }), three, quarterHour(16), 7 * MINUTE_MS);
    for (const form of forms) expect(form.elapsedMs).toBe(form.kind === 'Relative' ? 7 * MINUTE_MS : undefined);
  });
});

describe('the forms of what a whole station falls to', () => {
  const inRounds: LimitSteps = {
    ...stepsOf(
      [
        [NOON_MS, 6],
        [NOON_MS + 8 * HOUR_MS, 0],
      ],
      'forever',
    ),
    everyMs: DAY_MS,
  };

  it('need no clock where it is one limit, and its maximum is the last resort', () => {
    expect(ofStation({}, constantSteps(6, NOON_MS))).toEqual([
      'default Relative A',
      'default Relative A',
      'default Relative W',
      'default Absolute A',
      'default Absolute W',
      'max Absolute A',
      'max Absolute W',
    ]);
  });

  it('repeat where it repeats', () => {
    expect(ofStation({ rateUnits: ['A'] }, inRounds)).toEqual([
      'default Recurring A',
      'default Recurring A',
      'default Recurring A 1',
      'default Absolute A',
      'default Relative A',
      'max Recurring A',
      'max Recurring A 1',
    ]);
    expect(ofStation({ quirks: ['takesNoRecurring'] }, inRounds)[0]).toBe('default Absolute A');
  });

  it('are its maximum where it takes no default, with its default once more at the end', () => {
    const forms = ofStation({ quirks: ['takesNoDefault'], rateUnits: ['A'] }, constantSteps(6, NOON_MS));
    expect(forms).toEqual(['max Absolute A', 'max Absolute A', 'default Relative A']);
  });

  it('are in watts where one of its EVSEs is a rectifier', () => {
    const evses = [three, dcEvse({ id: 2 })];
    for (const form of ofStation({}, constantSteps(6, NOON_MS), evses)) expect(form).toContain(' W');
  });
});

const quirks = fc.subarray([...STATION_QUIRKS]);
const known = fc.record({
  quirks,
  rateUnits: fc.constantFrom<StationState['capabilities']['rateUnits']>('unknown', ['A'], ['W'], ['A', 'W'], []),
  clockOffMs: fc.constantFrom(undefined, 0, HOUR_MS),
});
const limitA = fc.constantFrom(0, 6, 6.5, 16);
const limits: fc.Arbitrary<LimitSteps> = fc
  .record({
    steps: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 23 }), limitA), {
      minLength: 1,
      maxLength: 5,
      selector: ([hour]) => hour,
    }),
    until: fc.constantFrom('forever' as const, 'rounds' as const, 'end' as const),
    day: fc.integer({ min: -3, max: 3 }),
  })
  .map(({ steps, until, day }) => {
    const sorted = [...steps].sort(([a], [b]) => a - b);
    const anchorMs = NOON_MS + day * DAY_MS;
    const pairs = sorted.map(([hour, value]) => [anchorMs + hour * HOUR_MS, value] as const);
    if (until === 'end') return stepsOf(pairs, anchorMs + DAY_MS);
    return { ...stepsOf(pairs, 'forever'), ...(until === 'rounds' ? { everyMs: DAY_MS } : {}) };
  });
const evses = fc.constantFrom<readonly Evse[]>([three], [dcEvse()], [three, acEvse({ id: 2, phases: ['L1'] })]);

describe('whatever is known of a station', () => {
  it('a maximum is never Relative, only what repeats is Recurring, and a transaction’s profile never is', () => {
    fc.assert(
      fc.property(known, limits, evses, (of, wanted, all) => {
        const station = stationWith(of);
        for (const form of stationForms(station, all, wanted)) {
          expect(form.purpose).not.toBe('TxProfile');
          if (form.purpose === 'ChargingStationMaxProfile') expect(form.kind).not.toBe('Relative');
          if (form.kind === 'Recurring') expect(wanted.everyMs).toBeDefined();
        }
        for (const form of txForms(station, all[0] ?? three, wanted, 0)) {
          expect(form.purpose).toBe('TxProfile');
          expect(form.kind).not.toBe('Recurring');
        }
      }),
    );
  });

  it('there are two forms at least, the first of them twice, and never more than are tried before its default is', () => {
    fc.assert(
      fc.property(known, limits, evses, (of, wanted, all) => {
        const station = stationWith(of);
        const ofTransaction = txForms(station, all[0] ?? three, wanted, 0);
        for (const forms of [ofTransaction, stationForms(station, all, wanted)]) {
          expect(forms.length).toBeGreaterThan(2);
          expect(forms[1]).toEqual(forms[0]);
        }
        const refused = { ...slotOf(ofTransaction.length), lastRefusedMs: NOON_MS };
        expect(isExhausted(ofTransaction, refused)).toBe(true);
        expect(refusesTxProfile(station, { ...refused, refusals: ofTransaction.length - 1 })).toBe(false);
        expect(refusesTxProfile(station, { ...refused, refusals: 7 })).toBe(true);
        expect(ofTransaction.length).toBeLessThanOrEqual(7);
      }),
    );
  });

  it('what is written in a form is nowhere above the limits, and Relative is one limit', () => {
    const kinds = fc.constantFrom('Absolute' as const, 'Relative' as const, 'Recurring' as const);
    fc.assert(
      fc.property(limits, kinds, fc.integer({ min: 0, max: 30 }), (wanted, kind, hour) => {
        const nowMs = NOON_MS + hour * HOUR_MS + 1_234;
        const written = limitsIn({ purpose: 'TxDefaultProfile', kind, rateUnit: 'A' }, wanted, nowMs);
        if (kind === 'Relative') expect(written.steps).toHaveLength(1);
        if (kind !== 'Recurring') expect(written.everyMs).toBeUndefined();
        for (let ms = nowMs; ms < nowMs + 5 * DAY_MS; ms += HOUR_MS / 2) {
          const allowed = limitAt(wanted, ms);
          const held = limitAt(written, ms);
          if (allowed === 'ended') expect(held).toBe('ended');
          else expect(Number(held)).toBeLessThanOrEqual(allowed);
          // Of what repeats a day at least is as it was wanted.
          if (kind === 'Absolute' && ms < nowMs + DAY_MS) expect(held).toBe(allowed);
        }
      }),
    );
  });

  it('what is written of rounds by the clock stays the same all day, so that it is written once a day', () => {
    const wanted = {
      ...stepsOf(
        [
          [NOON_MS, 6],
          [NOON_MS + 8 * HOUR_MS, 0],
        ],
        'forever',
      ),
      everyMs: DAY_MS,
    };
    const form = { purpose: 'TxDefaultProfile', kind: 'Absolute', rateUnit: 'A' } as const;
    const midnightMs = NOON_MS + 12 * HOUR_MS;
    const lasts = [1, 6, 12, 18, 23].map((hour) => limitsIn(form, wanted, midnightMs + hour * HOUR_MS).steps.at(-1));
    expect(new Set(lasts.map((step) => step?.fromMs)).size).toBe(1);
  });
});

describe('whose turn it is', () => {
  const forms = txForms(stationWith(), three, quarterHour(16), HOUR_MS);

  it('is the next form after each refusal, and the first again after the last', () => {
    const tried = Array.from({ length: forms.length + 1 }, (_, refusals) => formOf(forms, slotOf(refusals)));
    expect(tried).toEqual([...forms, forms[0]]);
    expect(isExhausted(forms, slotOf(forms.length - 1))).toBe(false);
    expect(isExhausted(forms, slotOf(forms.length))).toBe(true);
  });

  it('is not moved on by one silence, for a message may be lost, but by a second', () => {
    expect(formOf(forms, slotOf(2, 1))).toBe(forms[2]);
    expect(formOf(forms, slotOf(2, 2))).toBe(forms[3]);
  });
});

describe('a lesson', () => {
  const all = stepsOf(
    [
      [NOON_MS, 8.5],
      [NOON_MS + MINUTE_MS, 0],
    ],
    NOON_MS + HOUR_MS,
  );
  const forms = txForms(stationWith(), three, all, HOUR_MS);
  const lessons = (index: number, list = forms, refusals = index) => {
    const taken = list[index];
    return taken === undefined ? [] : lessonsOf(taken, list, slotOf(refusals));
  };

  it('is what the form that was taken does otherwise than the first', () => {
    expect(forms.map((_, index) => lessons(index))).toEqual([
      [],
      [],
      ['takesNoZero'],
      ['takesWholeAmperesOnly'],
      ['takesWattsOnly'],
      ['takesNoAbsolute'],
      ['takesWattsOnly', 'takesNoAbsolute'],
    ]);
  });

  it('is none where the first was refused but once, or is taken after all', () => {
    expect(lessons(2, forms, 1)).toEqual([]);
    expect(lessons(0, forms, 7)).toEqual([]);
  });

  it('of a station that takes a maximum is that it takes no default; none where it takes its default again', () => {
    const ofDefault = stationForms(stationWith(), [three], constantSteps(6, NOON_MS));
    const max = ofDefault.findIndex(({ purpose }) => purpose === 'ChargingStationMaxProfile');
    expect(lessons(max, ofDefault)).toEqual(['takesNoDefault']);
    const ofMax = stationForms(stationWith({ quirks: ['takesNoDefault'] }), [three], constantSteps(6, NOON_MS));
    const again = ofMax.findIndex(({ purpose }) => purpose === 'TxDefaultProfile');
    expect(lessons(again, ofMax)).toEqual([]);
  });

  it('leads to a first form that has it: what was learned is not learned again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), (index) => {
        const learned = lessons(index);
        const first = txForms(stationWith({ quirks: learned }), three, all, HOUR_MS)[0];
        const { elapsedMs: _first, ...form } = first ?? {};
        const { elapsedMs: _taken, ...taken } = forms[index] ?? {};
        expect(form).toEqual(taken);
      }),
    );
  });
});
