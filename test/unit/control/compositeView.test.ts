import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeView } from '../../../src/control/compositeView.js';
import { toldLimitA } from '../../../src/site/mayDraw.js';
import type { Evse } from '../../../src/site/model.js';
import type {
  CommandOutcome,
  CommandResponses,
  StationCaller,
  StationCommand,
} from '../../../src/site/stationMessages.js';
import { acEvse, dcEvse, evseAt, MINUTE_MS, NOON_MS, SiteLife, siteOf, stepsOf } from '../../support/builders.js';

type Outcome = CommandOutcome<'getCompositeSchedule'>;
const OFFLINE: Outcome = { outcome: 'notSent', reason: 'offline' };

const asked: StationCommand[] = [];

/** A station that answers this, and is asked nothing else. */
function answering(outcome: Outcome): StationCaller {
  return {
    call: async (_stationId, command) => {
      expect(command.type).toBe('getCompositeSchedule');
      asked.push(command);
      return outcome as never;
    },
  };
}

const view = (life: SiteLife, outcome: Outcome = OFFLINE, durationS = 3_600) =>
  compositeView(life.at('A'), durationS, { caller: answering(outcome), nowMs: life.nowMs });

const reports = (
  schedule: Omit<NonNullable<CommandResponses['getCompositeSchedule']['schedule']>, 'rateUnit'> & {
    rateUnit?: 'A' | 'W';
  },
): Outcome => ({
  outcome: 'answered',
  response: { status: 'Accepted', schedule: { rateUnit: 'A', ...schedule } },
});

const charging = (evse: Evse = acEvse()) => new SiteLife(evseAt(evse)).commission('A').start('A', 1).wait(MINUTE_MS);

describe('the computed composite schedule', () => {
  it('is what was accepted last, then the failsafe once that has run out', async () => {
    const life = charging();
    life.give('A', 16);
    life.give(
      'A',
      stepsOf(
        [
          [life.nowMs, 12],
          [life.nowMs + 600_000, 8],
        ],
        life.nowMs + 1_800_000,
      ),
      'accepted',
    );
    expect((await view(life)).computed).toEqual({
      startMs: life.nowMs,
      durationS: 3_600,
      rateUnit: 'A',
      periods: [
        { startPeriodS: 0, limit: 12 },
        { startPeriodS: 600, limit: 8 },
        { startPeriodS: 1_800, limit: 6 },
      ],
    });
  });

  it.each(['sent', 'unknown', 'refused', 'notSent'] as const)('does not count one that was %s', async (status) => {
    const life = charging();
    life.give('A', 16);
    life.give('A', 10, status);
    expect((await view(life)).computed.periods[0]).toEqual({ startPeriodS: 0, limit: 16 });
  });

  it('is unlimited where nothing was ever taken', async () => {
    const life = new SiteLife(siteOf()).connect('A');
    expect((await view(life)).computed.periods).toEqual([{ startPeriodS: 0, limit: 'unlimited' }]);
  });

  it('of a DC outlet is asked for in watts, and not compared with amperes', async () => {
    const life = charging(dcEvse());
    life.give('A', 16);
    const inAmperes = reports({ durationS: 3_600, periods: [{ startPeriodS: 0, limit: 99 }] });
    expect((await view(life, inAmperes)).differences).toEqual([]);
    expect(asked.at(-1)).toMatchObject({ rateUnit: 'W' });
    expect((await view(charging(), inAmperes)).differences).not.toEqual([]);
    expect(asked.at(-1)).not.toHaveProperty('rateUnit');
  });

  it('is the failsafe alone without a transaction', async () => {
    expect((await view(new SiteLife(siteOf()).commission('A'))).computed.periods).toEqual([
      { startPeriodS: 0, limit: 6 },
    ]);
  });

  const evses: readonly (readonly [string, Evse, ('A' | 'W')[]])[] = [
    ['three phases in A', acEvse(), ['A']],
    ['one phase in W', acEvse({ phases: ['L2'] }), ['W']],
    ['two phases in W', acEvse({ phases: ['L2', 'L3'] }), ['W']],
    ['a supply of 208 V in W', acEvse({ phases: ['L1', 'L2'], wattsPerAmpere: 208 }), ['W']],
    ['DC', dcEvse(), ['A', 'W']],
  ];

  it.each(evses)('is at every instant what the EVSE is told, on the grid side: %s', async (_name, evse, rateUnits) => {
    const step = fc.tuple(fc.integer({ min: 1, max: 3_500 }), fc.integer({ min: 0, max: 320 }));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(step, { selector: ([second]) => second, maxLength: 6 }),
        fc.integer({ min: 60, max: 4_000 }),
        async (steps, untilS) => {
          const life = new SiteLife(evseAt(evse));
          life.connect('A').take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { rateUnits } });
          const failsafe = life.intend('A', { kind: 'failsafe' }, 6);
          life.answer('A', { kind: 'failsafe' }, failsafe, 'accepted').start('A', 1);
          const pairs = steps.map(([second, deciA]) => [NOON_MS + second * 1000, deciA / 10] as const);
          const sorted = [[NOON_MS, 16] as const, ...pairs].sort(([a], [b]) => a - b);
          life.give('A', stepsOf(sorted, NOON_MS + untilS * 1000), 'accepted');
          const { periods } = (await view(life)).computed;
          for (let second = 0; second < 3_600; second += 7) {
            const limit = periods.findLast(({ startPeriodS }) => startPeriodS <= second)?.limit;
            const toldA = toldLimitA(life.at('A'), NOON_MS + second * 1000);
            // Never above; below by what one decimal, or one watt, gives away.
            expect(Number(limit)).toBeLessThanOrEqual(toldA + 0.001);
            expect(Number(limit)).toBeGreaterThan(toldA - 0.1);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the reported composite schedule', () => {
  it.each([
    [OFFLINE, 'the station is not connected'],
    [{ outcome: 'notSent', reason: 'queueFull' } as const, 'too much is waiting to be sent to the station'],
    [{ outcome: 'unknown', reason: 'timeout' } as const, 'the station gave no answer (timeout)'],
    [{ outcome: 'error', code: 'NotSupported', description: 'no' } as const, 'the station answered NotSupported: no'],
    [{ outcome: 'answered', response: { status: 'Rejected' } } as const, 'the station answered Rejected'],
  ])('is missing with the reason, and nothing differs: %j', async (outcome, unavailable) => {
    expect(await view(charging(), outcome)).toMatchObject({ reported: { unavailable }, differences: [] });
  });

  it('is no different where the station says what it was told, rounded down', async () => {
    const life = charging();
    life.give('A', 10.4);
    const answer = await view(life, reports({ durationS: 1_500, periods: [{ startPeriodS: 0, limit: 10 }] }));
    expect(answer.reported).toEqual({
      startMs: life.nowMs,
      durationS: 1_500,
      rateUnit: 'A',
      periods: [{ startPeriodS: 0, limit: 10 }],
    });
    expect(answer.differences).toEqual([]);
  });

  it('differs where the station has lost its profile, and from when on', async () => {
    const life = charging();
    life.give('A', 16);
    const lost = reports({ startMs: life.nowMs, durationS: 3_600, periods: [{ startPeriodS: 0, limit: 6 }] });
    expect((await view(life, lost)).differences).toEqual([
      { fromMs: life.nowMs, toMs: life.nowMs + 1_800_000, computedA: 16, reportedA: 6 },
    ]);
    const none = reports({ durationS: 600, periods: [{ startPeriodS: 0, limit: 999_999 }] });
    const answer = await view(life, none);
    expect(answer.reported).toMatchObject({ periods: [{ limit: 'unlimited' }] });
    expect(answer.differences).toMatchObject([{ computedA: 16, reportedA: 'unlimited' }]);
  });

  it('in watts is compared on the grid side', async () => {
    const life = charging(dcEvse());
    life.give('A', 30);
    const reported = (limit: number) =>
      reports({ durationS: 1_500, rateUnit: 'W', periods: [{ startPeriodS: 0, limit }] });
    // 30 A · 690 W/A · 0.94
    expect((await view(life, reported(19_458))).differences).toEqual([]);
    expect((await view(life, reported(20_700))).differences).toMatchObject([{ reportedA: 31.915 }]);
  });

  it('of a clock that is known to be off may come so much later, where it counts from its own now', async () => {
    const life = charging();
    life.give(
      'A',
      stepsOf(
        [
          [life.nowMs, 16],
          [life.nowMs + 600_000, 6],
        ],
        life.nowMs + 1_800_000,
      ),
    );
    life.meter('A', { currentA: 10, clockOffMs: 60_000 });
    const late = {
      durationS: 1_500,
      periods: [
        { startPeriodS: 0, limit: 16 },
        { startPeriodS: 650, limit: 6 },
      ],
    };
    expect((await view(life, reports(late))).differences).toEqual([]);
    expect((await view(life, reports({ ...late, startMs: life.nowMs }))).differences).toHaveLength(1);
  });
});
