import { describe, expect, it } from 'vitest';
import type { NodeAnnouncement, Store } from '../../src/store/store.js';

const LONG_MS = 600_000;
const GONE_MS = 0;

/** Part of the store's contract: where a station belongs, and which processes run. */
export function describeDirectory(openNew: () => Promise<Store>): void {
  describe('the station directory', () => {
    it('says which site lists a station', async () => {
      const store = await openNew();
      await store.putStations('depot', ['CP1', 'CP2', 'CP1']);
      await store.putStations('other', ['CP3']);
      expect(await Promise.all(['CP1', 'CP2', 'CP3', 'cp1'].map((id) => store.siteOfStation(id)))).toEqual([
        'depot',
        'depot',
        'other',
        undefined,
      ]);
    });

    it('forgets stations that the site lists no more, which another may then list', async () => {
      const store = await openNew();
      await store.putStations('depot', ['CP1', 'CP2']);
      await store.putStations('depot', ['CP2']);
      await store.putStations('other', ['CP1']);
      expect(await store.siteOfStation('CP1')).toBe('other');
      await store.putStations('depot', []);
      expect(await store.siteOfStation('CP2')).toBeUndefined();
    });

    it('refuses a station of another site, and changes nothing', async () => {
      const store = await openNew();
      await store.putStations('depot', ['CP1', 'CP2']);
      await store.putStations('other', ['CP3']);
      const refused = store.putStations('other', ['CP4', 'CP2']);
      await expect(refused).rejects.toMatchObject({ code: 'STATION_TAKEN', retryable: false });
      await expect(refused).rejects.toThrow(/CP2.*site depot/);
      expect(await Promise.all(['CP2', 'CP3', 'CP4'].map((id) => store.siteOfStation(id)))).toEqual([
        'depot',
        'other',
        undefined,
      ]);
    });

    it('gives a station to one alone of two sites that list it at once', async () => {
      const store = await openNew();
      const sites = ['a', 'b', 'c', 'd'];
      const ids = Array.from({ length: 50 }, (_, index) => `CP${index}`);
      const outcomes = await Promise.allSettled(
        sites.map((siteId, index) => store.putStations(siteId, index % 2 === 0 ? ids : [...ids].reverse())),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const owners = new Set(await Promise.all(ids.map((id) => store.siteOfStation(id))));
      expect([...owners]).toEqual([sites[outcomes.findIndex(({ status }) => status === 'fulfilled')]]);
    });

    it('keeps thousands of one site', async () => {
      const store = await openNew();
      const ids = Array.from({ length: 1_200 }, (_, index) => `CP${index}`);
      await store.putStations('depot', ids);
      await store.putStations('depot', ids.slice(1_100));
      expect(await store.siteOfStation('CP1099')).toBeUndefined();
      expect(await store.siteOfStation('CP1199')).toBe('depot');
    });

    it('forgets the stations of a deleted site', async () => {
      const store = await openNew();
      await store.appendEvents([{ siteId: 'depot', seq: 1, atMs: 1, event: 'x' }]);
      await store.putStations('depot', ['CP1']);
      await store.deleteSite('depot');
      expect(await store.siteOfStation('CP1')).toBeUndefined();
    });

    it('refuses ids that would not come back the same', async () => {
      const store = await openNew();
      const invalid = { code: 'INVALID_RECORD' };
      await expect(store.putStations('depot', ['CP1', 'a\0b'])).rejects.toMatchObject(invalid);
      await expect(store.putStations('', ['CP1'])).rejects.toMatchObject(invalid);
    });
  });

  describe('the processes that run', () => {
    it('are listed in ascending order, with their roles, until they run out', async () => {
      const store = await openNew();
      await store.announceNode(node('n2', ['planner', 'api']), LONG_MS);
      await store.announceNode(node('n1', ['gateway']), LONG_MS);
      await store.announceNode(node('gone', ['all']), GONE_MS);
      const nodes = await store.listNodes();
      expect(nodes.map(({ expiresInMs, ...rest }) => rest)).toEqual([
        node('n1', ['gateway']),
        node('n2', ['planner', 'api']),
      ]);
      for (const { expiresInMs } of nodes) {
        expect(expiresInMs).toBeGreaterThan(LONG_MS - 60_000);
        expect(expiresInMs).toBeLessThanOrEqual(LONG_MS);
      }
    });

    it('replace what they said before, and last from then on', async () => {
      const store = await openNew();
      await store.announceNode(node('n1', ['all']), GONE_MS);
      await store.announceNode({ ...node('n1', ['gateway']), url: 'http://moved' }, LONG_MS);
      expect(await store.listNodes()).toMatchObject([{ nodeId: 'n1', roles: ['gateway'], url: 'http://moved' }]);
    });

    it('are gone when they are removed', async () => {
      const store = await openNew();
      await store.announceNode(node('n1', ['all']), LONG_MS);
      await store.removeNode('n1');
      await store.removeNode('never was');
      expect(await store.listNodes()).toEqual([]);
    });

    it('are refused without a name', async () => {
      const store = await openNew();
      const nameless = store.announceNode(node('', ['all']), LONG_MS);
      await expect(nameless).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    });
  });
}

function node(nodeId: string, roles: NodeAnnouncement['roles']): NodeAnnouncement {
  return { nodeId, roles, url: `http://${nodeId}:8080` };
}
