import { expect, it } from 'vitest';
import { Links } from '../../../src/ocpi/links.js';
import { Peers } from '../../../src/ocpi/peers.js';
import { Reach } from '../../../src/ocpi/reach.js';
import { until } from '../../e2e/support/until.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { sessionAt } from '../../support/ocpi/rig.js';
import { OcpiWorld } from '../../support/ocpi/world.js';
import { ManualClock } from '../api/harness.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

it('what an operator said is read until it was, from where that came to nothing', async () => {
  const world = await OcpiWorld.begin();
  world.rig.ocpi.close();
  const clock = new ManualClock();
  const { service } = world.rig;
  const peers = new Peers(world.rig.documents);
  const asked: number[] = [];
  const failures = { left: 0, thrown: 0 };
  const links = new Links({
    service: () => service,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    peers,
    reach: new Reach({ service: () => service, organisationOfSite: async () => 'default' }),
    client: { ask: async () => ({ outcome: 'done', data: [], headers: {}, timestampMs: 'unknown' }) } as never,
    reconcile: async (_peer, sinceMs) => {
      asked.push(clock.nowMs() - sinceMs);
      if (failures.thrown-- > 0) throw new Error('the store is away');
      return failures.left-- > 0 ? 'failed' : 'done';
    },
  });
  const after = async (ms: number) => {
    clock.advance(ms);
    await links.look();
    // Asking goes on beside looking.
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    return asked.splice(0);
  };
  try {
    failures.left = 1;
    expect(await after(0)).toEqual([7 * DAY_MS]);
    failures.thrown = 1;
    // Neither what failed nor what broke counts as read.
    expect(await after(MINUTE_MS)).toEqual([7 * DAY_MS]);
    expect(await after(MINUTE_MS)).toEqual([7 * DAY_MS]);
    expect(await after(MINUTE_MS)).toEqual([]);
    expect(await after(5 * MINUTE_MS)).toEqual([16 * MINUTE_MS]);
    // Of what it is said to have from now on nothing was read yet.
    await peers.change('cpo', 0, (peer) => ({ ...peer, stations: peer.stations.slice(0, 1) }));
    expect(await after(MINUTE_MS)).toEqual([7 * DAY_MS]);
  } finally {
    links.close();
    await world.end();
  }
});

/** Of one session nothing can be kept. */
class Torn extends MemoryDocuments {
  override async put(document: Parameters<MemoryDocuments['put']>[0]): Promise<void> {
    if (document.kind === 'ocpiSession' && document.id === 'cpo/torn') throw new Error('the disk is full');
    await super.put(document);
  }
}

it('a session that fails keeps none of the others away, and one that makes no sense neither', async () => {
  const world = await OcpiWorld.begin({ documents: new Torn() });
  try {
    const nonsense = { ...sessionAt(0, 'nonsense'), kwh: 'much' };
    world.cpo.sessions = [nonsense, sessionAt(0, 'torn'), sessionAt(1, 'whole')];
    await until(
      async () => (await world.sessions()).some(({ transactionId }) => transactionId === 'whole'),
      'the last of them is known',
    );
    const told = world.rig.log.filter((line) => line.includes('torn'));
    expect(told.join('\n')).toContain('trying again');
  } finally {
    await world.end();
  }
});
