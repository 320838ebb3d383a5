import { describe, expect, it } from 'vitest';
import type { CapacityLimit } from '../../../src/site/model.js';
import { Problem } from '../../../src/site/problem.js';
import { ampere, HOUR_MS, MINUTE_MS, NOON_MS, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { VirtualSite } from '../../support/virtualSite.js';

const limitOf = (more: Partial<CapacityLimit>): CapacityLimit => ({
  limitId: 'l',
  circuitId: 'grid',
  limitA: ampere(10),
  fromMs: NOON_MS,
  toMs: NOON_MS + HOUR_MS,
  source: 'owner',
  ...more,
});

async function open() {
  const world = new VirtualSite(siteOf({ siteId: 's', stations: [stationOf('A')] }), new SeededRandom(1));
  await world.start();
  const codeOf = (more: Partial<CapacityLimit>) =>
    world.service.putLimit('s', limitOf(more)).then(
      () => 'taken',
      (error: unknown) => (error instanceof Problem ? error.code : String(error)),
    );
  return { world, codeOf };
}

describe('a temporary limit is refused', () => {
  it('for a circuit that is not there, without a limit, or when it ends before it begins', async () => {
    const { codeOf } = await open();
    expect(await codeOf({ circuitId: 'x' })).toBe('CIRCUIT_UNKNOWN');
    expect(await codeOf({ toMs: NOON_MS })).toBe('INVALID_LIMIT');
    expect(await codeOf({ recurrence: 'FREQ=DAILY', toMs: 'open' })).toBe('INVALID_LIMIT');
    const { limitA: _limitA, ...none } = limitOf({});
    const { world } = await open();
    await expect(world.service.putLimit('s', none)).rejects.toMatchObject({ code: 'INVALID_LIMIT' });
  });

  it('for a rule that can not be read, or recurs too often to be worked out', async () => {
    const { codeOf } = await open();
    for (const recurrence of ['often', 'FREQ=NEVER', 'FREQ=SECONDLY', 'FREQ=MINUTELY', 'FREQ=HOURLY;COUNT=90000'])
      expect(await codeOf({ recurrence, toMs: NOON_MS + 1_000 }), recurrence).toBe('INVALID_RECURRENCE');
    expect(await codeOf({ recurrence: 'RRULE:FREQ=WEEKLY;BYDAY=MO' })).toBe('taken');
  });
});

describe('the service', () => {
  it('goes on, with the limit in force, where a rule in its journal can no longer be worked out', async () => {
    const { world } = await open();
    const owner = world.service.sites.find('s');
    if (owner === undefined) throw new Error('the site has no owner');
    const nowMs = world.clock.nowMs();
    owner.dispatch({
      type: 'limitPut',
      limit: limitOf({ fromMs: nowMs, toMs: nowMs + 500, recurrence: 'FREQ=SECONDLY' }),
    });
    await owner.durable();
    world.crash();
    await world.restart();
    await world.connect('A', true);
    await world.clock.runUntil(world.clock.nowMs() + MINUTE_MS);
    expect(world.service.getState('s').circuits[0]?.limitA).toEqual(ampere(10));
  });
});
