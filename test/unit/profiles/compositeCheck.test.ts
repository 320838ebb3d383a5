import { describe, expect, it } from 'vitest';
import { checkComposite } from '../../../src/profiles/compositeCheck.js';
import { constantSteps, type LimitSteps } from '../../../src/site/limitSteps.js';
import type { CommandResponses } from '../../../src/site/stationMessages.js';
import { acEvse, dcEvse, HOUR_MS, MINUTE_MS, NOON_MS, stepsOf } from '../../support/builders.js';

type Composite = CommandResponses['getCompositeSchedule'];
type Schedule = NonNullable<Composite['schedule']>;

const reports = (periods: Schedule['periods'], more: Partial<Schedule> = {}): Composite => ({
  status: 'Accepted',
  schedule: { startMs: NOON_MS, durationS: 1_800, rateUnit: 'A', periods, ...more },
});
const flat = (limit: number, more: Partial<Schedule> = {}) => reports([{ startPeriodS: 0, limit }], more);
const check = (response: Composite, limits: LimitSteps) =>
  checkComposite(response, limits, { evse: acEvse(), voltageV: 230, nowMs: NOON_MS });
const sent = constantSteps(16, NOON_MS, NOON_MS + HOUR_MS);

describe('a composite schedule', () => {
  it('that says what was sent confirms it exactly, rounding of the station included', () => {
    for (const limit of [16, 16.05, 15.6])
      expect(check(flat(limit), sent)).toEqual({ verdict: 'confirms', exact: true });
  });

  it('that says less confirms it, but is no record of obedience', () => {
    expect(check(flat(6), sent)).toEqual({ verdict: 'confirms', exact: false });
    expect(check(flat(0), sent)).toEqual({ verdict: 'confirms', exact: false });
  });

  it('that says more contradicts it', () => {
    // A tenth of an ampere too: it may be what was sent before (seed 310174).
    expect(check(flat(16.1), sent)).toMatchObject({ verdict: 'contradicts' });
    expect(
      check(
        reports([
          { startPeriodS: 0, limit: 16 },
          { startPeriodS: 900, limit: 32 },
        ]),
        sent,
      ),
    ).toMatchObject({ verdict: 'contradicts' });
  });

  it('in watts is compared in amperes, by the phases that it names', () => {
    expect(check(flat(11_040, { rateUnit: 'W' }), sent)).toEqual({ verdict: 'confirms', exact: true });
    expect(
      check(reports([{ startPeriodS: 0, limit: 11_040, numberPhases: 1 }], { rateUnit: 'W' }), sent),
    ).toMatchObject({ verdict: 'contradicts' });
  });

  it('of a DC outlet is compared in watts, whatever number of phases it names, and says nothing in amperes', () => {
    const outlet = dcEvse({ efficiency: 0.9 });
    const of = (response: Composite) => checkComposite(response, sent, { evse: outlet, voltageV: 230, nowMs: NOON_MS });
    expect(of(flat(9_936, { rateUnit: 'W' }))).toEqual({ verdict: 'confirms', exact: true });
    expect(of(reports([{ startPeriodS: 0, limit: 9_936, numberPhases: 1 }], { rateUnit: 'W' }))).toMatchObject({
      verdict: 'confirms',
    });
    expect(of(flat(11_040, { rateUnit: 'W' }))).toMatchObject({ verdict: 'contradicts' });
    // At 800 V that is more power than was sent, and at 400 V less.
    expect(of(flat(16))).toMatchObject({ verdict: 'silent' });
  });

  it('that falls when it was sent to, but not as far, contradicts it', () => {
    const falls = stepsOf(
      [
        [NOON_MS, 16],
        [NOON_MS + 20 * MINUTE_MS, 8],
      ],
      NOON_MS + HOUR_MS,
    );
    const fallsTo = (limit: number) =>
      check(
        reports([
          { startPeriodS: 0, limit: 16 },
          { startPeriodS: 1_200, limit },
        ]),
        falls,
      );
    expect(fallsTo(12)).toMatchObject({ verdict: 'contradicts' });
    expect(fallsTo(8)).toEqual({ verdict: 'confirms', exact: true });
  });

  it('that has no fall where one was sent contradicts it: the profile before may read the same until then', () => {
    const falls = stepsOf(
      [
        [NOON_MS, 16],
        [NOON_MS + 20 * MINUTE_MS, 8],
      ],
      NOON_MS + HOUR_MS,
    );
    expect(check(flat(16), falls)).toMatchObject({ verdict: 'contradicts' });
    expect(
      check(
        reports([
          { startPeriodS: 0, limit: 16 },
          { startPeriodS: 1_203, limit: 8 },
        ]),
        falls,
      ),
    ).toEqual({ verdict: 'confirms', exact: true });
  });

  it('of a station whose clock is a few seconds off still confirms a fall', () => {
    const falls = stepsOf(
      [
        [NOON_MS, 16],
        [NOON_MS + 5 * MINUTE_MS, 8],
      ],
      NOON_MS + HOUR_MS,
    );
    for (const skewS of [-4, 4]) {
      const schedule = reports(
        [
          { startPeriodS: 0, limit: 16 },
          { startPeriodS: 300 - skewS, limit: 8 },
        ],
        { startMs: NOON_MS + skewS * 1000 },
      );
      expect(check(schedule, falls)).toMatchObject({ verdict: 'confirms' });
    }
  });

  it('may say anything of the time after what was sent has ended', () => {
    const short = constantSteps(8, NOON_MS, NOON_MS + 10 * MINUTE_MS);
    expect(
      check(
        reports([
          { startPeriodS: 0, limit: 8 },
          { startPeriodS: 600, limit: 16 },
        ]),
        short,
      ),
    ).toEqual({ verdict: 'confirms', exact: true });
  });

  it('that speaks only of a time after it says nothing, however a clock got there', () => {
    expect(check(flat(6, { startMs: NOON_MS + 2 * HOUR_MS }), sent)).toMatchObject({ verdict: 'silent' });
  });

  it('that is refused, missing, empty or endless says nothing', () => {
    const endless = reports(Array.from({ length: 5_000 }, (_, startPeriodS) => ({ startPeriodS, limit: 6 })));
    for (const response of [{ status: 'Rejected' }, { status: 'Accepted' }, reports([]), endless])
      expect(check(response, sent)).toMatchObject({ verdict: 'silent' });
  });

  it('without a start or a duration is taken to begin now', () => {
    const {
      startMs: _start,
      durationS: _duration,
      ...bare
    } = flat(16).schedule ?? { rateUnit: 'A' as const, periods: [] };
    expect(check({ status: 'Accepted', schedule: bare }, sent)).toEqual({ verdict: 'confirms', exact: true });
    expect(
      check({ status: 'Accepted', schedule: { ...bare, periods: [{ startPeriodS: 0, limit: 20 }] } }, sent),
    ).toMatchObject({ verdict: 'contradicts' });
  });
});
