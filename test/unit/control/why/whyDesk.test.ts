import { describe, expect, it } from 'vitest';
import { circuitOf, MINUTE_MS, siteOf, stationOf } from '../../../support/builders.js';
import { SeededRandom } from '../../../support/seededRandom.js';
import { VirtualSite } from '../../../support/virtualSite.js';

/** The whole core: two one-phase cars behind a fuse that carries both at 10 A. */
async function open() {
  const stations = ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'] }));
  const world = new VirtualSite(siteOf({ stations, circuits: [circuitOf('grid', 20)] }), new SeededRandom(1));
  await world.start();
  for (const id of ['A', 'B']) await world.connect(id, true);
  const wait = (ms: number) => world.clock.runUntil(world.clock.nowMs() + ms);
  await wait(MINUTE_MS);
  const plugIn = async (id: string) => {
    await world.plugIn(id, { phases: 1, wantsA: 32 });
    await wait(MINUTE_MS);
  };
  const why = (stationId: string) => {
    const session = world.service
      .getState('depot')
      .stations.flatMap(({ id, evses }) => (id === stationId ? evses : []))
      .map(({ transaction }) => transaction?.sessionId)[0];
    return world.service.why.ofSession('depot', session ?? 'none');
  };
  return { world, wait, plugIn, why };
}

describe('the service says why a car gets what it gets', () => {
  it('over its stay: alone on the circuit, beside another, and when its station is gone', async () => {
    const { world, plugIn, why, wait } = await open();
    await plugIn('A');
    const alone = why('A');
    expect(alone.now).toMatchObject({ limitedBy: { by: 'circuit', circuitId: 'grid', phase: 'L1' } });
    expect(alone.now.limitA).toBeGreaterThan(13);
    await plugIn('B');
    expect(why('A').now).toMatchObject({ limitA: 10, limitedBy: { by: 'circuit' } });
    expect(why('A').now.sentence).toMatch(/^Is offered 10 A.*: grid is full on L1\.$/);
    world.disconnect('A');
    await wait(2 * MINUTE_MS);
    const { now, past, sinceMs, ahead } = why('A');
    expect(now.sentence).toMatch(/^The station is offline: 1\d A are kept free for it\.$/);
    expect(past.at(-1)).toMatchObject({ limitedBy: { by: 'station', reason: 'offline' }, toMs: world.clock.nowMs() });
    expect(past[0]?.fromMs).toBe(sinceMs);
    expect(past.some(({ limitedBy }) => limitedBy?.by === 'circuit')).toBe(true);
    for (const [k, { fromMs }] of past.entries()) if (k > 0) expect(fromMs).toBe(past[k - 1]?.toMs);
    // What can't be steered is not planned: it is counted.
    expect(ahead).toEqual([]);
  });

  it('and after a restart since when it knows', async () => {
    const { world, plugIn, why, wait } = await open();
    await plugIn('A');
    world.crash();
    await wait(MINUTE_MS);
    await world.restart();
    const restartedMs = world.clock.nowMs();
    expect(why('A')).toMatchObject({ past: [], sinceMs: null });
    await world.connect('A', false);
    await wait(MINUTE_MS);
    expect(why('A').sinceMs).toBeGreaterThanOrEqual(restartedMs);
    expect(why('A').past.length).toBeGreaterThan(0);
  });

  it('but not of a session that is over', async () => {
    const { world, plugIn, why, wait } = await open();
    await plugIn('A');
    const { sessionId } = why('A');
    await world.unplug('A');
    await wait(MINUTE_MS);
    expect(() => world.service.why.ofSession('depot', sessionId)).toThrow(/no open session/);
    expect(() => world.service.why.ofSession('none', sessionId)).toThrow(/no site/);
    expect(() => world.service.profiles.ofStation('none')).toThrow(/No site lists/);
  });

  it('while its profiles say the same as what its station reports', async () => {
    const { world, plugIn } = await open();
    await plugIn('A');
    const { slots, evses } = world.service.profiles.ofStation('A');
    expect(slots.map(({ candidates }) => candidates.at(-1)?.status)).toEqual(['confirmed', 'confirmed']);
    expect(evses[0]?.obstacle).toBeNull();
    const asked = world.service.compositeSchedule('A', 1, 3_600);
    await world.clock.runUntil(world.clock.nowMs() + 20_000);
    const composite = await asked;
    expect(composite.reported).toHaveProperty('periods');
    expect(composite.differences).toEqual([]);
    expect(composite.computed.periods[0]?.limit).toBe(evses[0]?.limitA);
  });
});
