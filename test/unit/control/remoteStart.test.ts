import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RemoteStartAnswer, remoteStart } from '../../../src/control/remoteStart.js';
import type { SitePlan } from '../../../src/plan/plan.js';
import type { LimitSteps } from '../../../src/site/limitSteps.js';
import { Problem } from '../../../src/site/problem.js';
import type { StationCommand } from '../../../src/site/stationMessages.js';
import type { StationQuirk } from '../../../src/site/stationQuirk.js';
import {
  circuitOf,
  dcEvse,
  HOUR_MS,
  MINUTE_MS,
  NOON_MS,
  SiteLife,
  siteOf,
  stationOf,
  stepsOf,
} from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { VirtualSite } from '../../support/virtualSite.js';

type Start = StationCommand & { type: 'remoteStart' };
type Word = 'Accepted' | 'Rejected' | 'error' | 'silence';

const learn = (life: SiteLife, quirk: StationQuirk) =>
  life.take({ type: 'quirkLearned', stationId: 'A', quirk, evidence: 'seen' });

/** Starts at A, the station giving these answers; with what it was asked. */
async function start(
  life: SiteLife,
  words: readonly Word[] = ['Accepted'],
  failsafe?: LimitSteps,
): Promise<{ answer: RemoteStartAnswer | Problem; asked: Start[]; logged: string[] }> {
  const asked: Start[] = [];
  const logged: string[] = [];
  const note = (_fields: object, message: string) => void logged.push(message);
  const status = async (_stationId: string, command: StationCommand): Promise<{ status: string }> => {
    const word = words[asked.length] ?? 'silence';
    if (command.type === 'remoteStart') asked.push(command);
    if (word === 'error') throw new Problem('STATION_REFUSED', 'The station answered FormationViolation');
    if (word === 'silence') throw new Problem('STATION_TIMEOUT', 'no answer');
    return { status: word };
  };
  const plan = failsafe === undefined ? undefined : ({ failsafes: new Map([['A', failsafe]]) } as unknown as SitePlan);
  const answer = await remoteStart(life.at('A'), 'TAG', {
    owner: { plan, dispatch: (...events) => void life.take(...events), durable: async () => undefined },
    commands: { status },
    clock: { nowMs: () => life.nowMs, after: () => () => undefined },
    log: { info: note, warn: note, error: note },
  }).catch((error: unknown) => {
    if (error instanceof Problem) return error;
    throw error;
  });
  return { answer, asked, logged };
}

const ready = () => new SiteLife(siteOf()).commission('A', 6).wait(MINUTE_MS);

describe('a remote start', () => {
  it('carries a profile that counts from the transaction it begins, and holds it at the failsafe for a quarter of an hour', async () => {
    const { asked, answer } = await start(ready());
    expect(answer).toEqual({ status: 'Accepted' });
    expect(asked).toEqual([
      {
        type: 'remoteStart',
        evseId: 1,
        idToken: 'TAG',
        profile: {
          profileId: 101,
          stackLevel: 0,
          purpose: 'TxProfile',
          kind: 'Relative',
          schedule: { durationS: 900, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
        },
      },
    ]);
  });

  it('carries what its station takes: watts, whole amperes, 1 A for a pause', async () => {
    const periodOf = async (life: SiteLife) => (await start(life)).asked[0]?.profile?.schedule;
    const inWatts = await periodOf(learn(ready(), 'takesWattsOnly'));
    expect(inWatts).toMatchObject({ rateUnit: 'W', periods: [{ limit: 4_140, numberPhases: 3 }] });
    const life = new SiteLife(siteOf({ stations: [stationOf('A', { failsafeA: 0 })] })).commission('A', 0);
    expect(await periodOf(learn(life, 'takesNoZero'))).toMatchObject({ periods: [{ limit: 1 }] });
    const half = new SiteLife(siteOf({ stations: [stationOf('A', { failsafeA: 6.5 })] })).commission('A', 6.5);
    expect(await periodOf(learn(half, 'takesWholeAmperesOnly'))).toMatchObject({ periods: [{ limit: 6 }] });
    const dc = new SiteLife(siteOf({ stations: [stationOf('A', { evses: [dcEvse({ efficiency: 1 })] })] }));
    expect(await periodOf(dc.commission('A', 6))).toMatchObject({ rateUnit: 'W', periods: [{ limit: 4_140 }] });
  });

  it('carries none where the station takes none, or is steered by what the profile would lie over', async () => {
    for (const quirk of ['takesNoRelative', 'takesNoTxProfile', 'ignoresTxProfile', 'takesNoDefault'] as const) {
      const { asked, answer } = await start(learn(ready(), quirk));
      expect(asked).toEqual([{ type: 'remoteStart', evseId: 1, idToken: 'TAG' }]);
      expect(answer).toEqual({ status: 'Accepted' });
    }
  });

  it('that is refused is asked again without a profile where the failsafe is confirmed, and says so', async () => {
    for (const word of ['Rejected', 'error'] as const) {
      const { asked, answer, logged } = await start(ready(), [word, 'Accepted']);
      expect(asked.map(({ profile }) => profile === undefined)).toEqual([false, true]);
      expect(answer).toEqual({ status: 'Accepted', note: expect.stringContaining('its failsafe holds') });
      expect(logged).toHaveLength(2);
    }
    const again = await start(ready(), ['Rejected', 'Rejected']);
    expect(again.answer).toEqual({ status: 'Rejected' });
  });

  it('that is refused is not asked again where nothing else would limit it', async () => {
    const life = new SiteLife(siteOf()).connect('A');
    const refused = await start(life, ['Rejected', 'Accepted']);
    expect(refused.asked).toHaveLength(1);
    expect(refused.answer).toEqual({ status: 'Rejected', note: expect.stringContaining('not confirmed') });
    const failed = await start(life, ['error', 'Accepted']);
    expect(failed.asked).toHaveLength(1);
    expect(failed.answer).toMatchObject({ code: 'STATION_REFUSED' });
  });

  it('that is not answered is not asked again: it may have begun', async () => {
    const { asked, answer } = await start(ready(), ['silence', 'Accepted']);
    expect(asked).toHaveLength(1);
    expect(answer).toMatchObject({ code: 'STATION_TIMEOUT' });
  });

  it('has the least of what its failsafe is, or is to be, while its profile may be in force', async () => {
    const window = stepsOf(
      [
        [NOON_MS, 6],
        [NOON_MS + 20 * MINUTE_MS, 0],
        [NOON_MS + HOUR_MS, 6],
      ],
      'forever',
    );
    const limit = async (life: SiteLife, failsafe?: LimitSteps) =>
      (await start(life, ['Accepted'], failsafe)).asked[0]?.profile?.schedule.periods[0]?.limit;
    // Nothing is confirmed of it: its hardware is reserved, and what it is to fall to is what it begins with.
    expect(await limit(new SiteLife(siteOf()).connect('A'), window)).toBe(0);
    expect(await limit(new SiteLife(siteOf()).connect('A'))).toBe(6);
    expect(await limit(new SiteLife(siteOf()).commission('A', 4))).toBe(4);
    expect(await limit(ready(), stepsOf([[NOON_MS, 16]], 'forever'))).toBe(6);
  });

  it('takes no more than was reserved before it, at any instant', async () => {
    const step = fc.tuple(fc.integer({ min: -30, max: 90 }), fc.constantFrom(0, 6, 6.5, 10));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(step, { minLength: 1, maxLength: 4, selector: ([at]) => at }),
        fc.boolean(),
        fc.option(fc.constantFrom('end', 'none')),
        async (steps, isConfirmed, transaction) => {
          const sorted = [...steps].sort(([a], [b]) => a - b);
          const failsafe = stepsOf(
            sorted.map(([minutes, limitA]) => [NOON_MS + minutes * MINUTE_MS, limitA]),
            'forever',
          );
          const life = new SiteLife(siteOf());
          if (isConfirmed) life.commission('A', failsafe).wait(MINUTE_MS);
          else life.connect('A');
          if (transaction !== null) life.start('A', 1);
          if (transaction === 'end') life.end('A', 1);
          const times = Array.from({ length: 240 }, (_, half) => life.nowMs + half * 30_000);
          const before = times.map((ms) => life.mayA('A', ms));
          await start(life);
          expect(times.map((ms) => life.mayA('A', ms))).toEqual(before);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a transaction that was started from afar', () => {
  const STEP_MS = 100;

  it('begins no higher than the failsafe, though its station lost its default, and is steered on by a profile in the same place', async () => {
    const site = siteOf({ siteId: 's', circuits: [circuitOf('grid', 20)], stations: [stationOf('A')] });
    const world = new VirtualSite(site, new SeededRandom(3));
    await world.start();
    await world.connect('A', true);
    await world.clock.runUntil(world.clock.nowMs() + MINUTE_MS, () => world.follow(0));
    world.park('A', { phases: 3, wantsA: 32 });
    const station = world.station('A');
    expect(station.profiles.clear({ type: 'clearChargingProfile', purpose: 'TxDefaultProfile' })).toBe(true);
    expect(station.limitA(world.clock.nowMs())).toBe(32);
    world.remotelyStart('A');
    const limits: number[] = [];
    for (let passed = 0; passed < 20_000; passed += STEP_MS) {
      await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
      world.follow(STEP_MS);
      if (station.transaction !== undefined) limits.push(station.limitA(world.clock.nowMs()));
    }
    expect(limits[0]).toBe(6);
    expect(limits.at(-1)).toBe(20);
    const ofTransaction = station.profiles.all.filter(({ profile }) => profile.purpose === 'TxProfile');
    expect(ofTransaction.map(({ profile }) => [profile.profileId, profile.transactionId])).toEqual([
      [101, station.transactionId],
    ]);
  });
});
