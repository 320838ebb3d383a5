import { describe, expect, it } from 'vitest';
import { spansOf } from '../../../../src/control/why/reasonHistory.js';
import { WhyRecorder } from '../../../../src/control/why/whyRecorder.js';
import { planSite, type SitePlan } from '../../../../src/plan/plan.js';
import type { SiteState } from '../../../../src/site/state.js';
import { circuitOf, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../../support/builders.js';
import { VirtualClock } from '../../../support/virtualClock.js';

/** Two one-phase cars behind 20 A, and the recorder that looks at them. */
function open() {
  const clock = new VirtualClock(NOON_MS);
  const stations = ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'], failsafeA: 0 }));
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', 20)] })).commission('A', 0).start('A', 1);
  const said: string[] = [];
  const world = {
    isThere: true,
    looks: 0,
    plan: (state: SiteState): SitePlan => planSite(state, [], clock.nowMs()),
  };
  const recorder = new WhyRecorder({
    clock,
    log: { warn: (_fields, message) => said.push(message) },
    find: () => {
      if (!world.isThere) return undefined;
      world.looks += 1;
      return { state: life.state, plan: world.plan(life.state) };
    },
  });
  const wait = async (ms: number) => {
    await clock.runUntil(clock.nowMs() + ms);
    life.nowMs = clock.nowMs();
  };
  const seen = (sessionId = 'A-1') => {
    const history = recorder.of('depot', sessionId);
    return history === undefined ? undefined : spansOf(history).map(({ limitedBy }) => limitedBy?.by ?? null);
  };
  return { clock, life, recorder, world, said, wait, seen };
}

describe('the recorder of reasons', () => {
  it('knows nothing of a site that nothing happened to', async () => {
    const { wait, seen, world } = open();
    await wait(10 * MINUTE_MS);
    expect(seen()).toBeUndefined();
    expect(world.looks).toBe(0);
  });

  it('looks a second after a change, and no more than once in five however much happens', async () => {
    const { recorder, wait, world } = open();
    for (let k = 0; k < 600; k++) {
      recorder.changed('depot');
      await wait(100);
    }
    expect(world.looks).toBeGreaterThanOrEqual(11);
    expect(world.looks).toBeLessThanOrEqual(13);
    await wait(MINUTE_MS);
    const settled = world.looks;
    await wait(10 * MINUTE_MS);
    expect(world.looks).toBe(settled);
  });

  it('notes what held a session back when, and since when that is known', async () => {
    const { life, recorder, wait, seen } = open();
    life.give('A', 20);
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect(seen()).toEqual(['circuit']);
    expect(recorder.of('depot', 'A-1')?.sinceMs).toBe(NOON_MS + 1_000);
    life.disconnect('A');
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect(seen()).toEqual(['circuit', 'station']);
    expect(recorder.of('depot', 'A-1')?.spans[1]).toEqual({
      fromMs: NOON_MS + MINUTE_MS + 1_000,
      limitedBy: { by: 'station', reason: 'offline' },
      limitMinA: 20,
      limitMaxA: 20,
    });
  });

  it('forgets a session that ends, and a site that is gone', async () => {
    const { life, recorder, wait, seen, world } = open();
    life.commission('B', 0).start('B', 2);
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect([seen('A-1')?.length, seen('B-2')?.length]).toEqual([1, 1]);
    life.end('A', 1);
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect([seen('A-1'), seen('B-2')?.length]).toEqual([undefined, 1]);
    world.isThere = false;
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect(seen('B-2')).toBeUndefined();
  });

  it('says so and goes on where a look fails', async () => {
    const { recorder, wait, seen, said, world } = open();
    const plan = world.plan;
    world.plan = () => ({ sessions: [{ sessionId: 'A-1', limitedBy: [] }] }) as unknown as SitePlan;
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect(said).toEqual(['what holds the cars of this site back could not be noted']);
    world.plan = plan;
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect(seen()).toHaveLength(1);
  });

  it('looks no more once it is closed', async () => {
    const { recorder, wait, world } = open();
    recorder.changed('depot');
    recorder.close();
    recorder.changed('depot');
    await wait(MINUTE_MS);
    expect(world.looks).toBe(0);
  });
});
