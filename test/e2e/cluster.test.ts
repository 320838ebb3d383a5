import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresMissing } from '../support/ownPostgres.js';
import { redisMissing } from '../support/ownRedis.js';
import { buildingMaxA, ClusterRig } from './support/clusterRig.js';
import { RawStation } from './support/rawStation.js';
import { ADMIN_KEY } from './support/serviceProcess.js';
import { until } from './support/until.js';

const missing = postgresMissing() ?? redisMissing();
/** On a machine with little else to do it takes about four; here others are at work too. */
const TAKEN_OVER_AT_MOST_MS = 12_000;

function told(what: string, sinceMs: number): void {
  console.info(`cluster: ${what} after ${((Date.now() - sinceMs) / 1_000).toFixed(1)} s`);
}

describe.skipIf(missing !== undefined)(
  `two gateways, two planners and an API, in processes of their own${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let rig: ClusterRig;
    beforeAll(async () => {
      rig = await ClusterRig.start({ sites: 4, stationsPerSite: 2, meterIntervalS: 3 });
      // What its building draws is believed after a while only.
      await rig.buildingDraws(rig.meteredSite, 0);
      await rig.connect();
      rig.plugInAll();
      await rig.untilWell('every site is protected');
      await until(async () => (await rig.sessions()).length === 8, 'every car has a session', { atMostMs: 20_000 });
    }, 180_000);
    afterAll(() => rig?.stop(), 60_000);

    it('is one API: lists are whole, and the events of a site come from its owner', async () => {
      const { sites } = Object(await rig.api.api.get('/v1/sites'));
      expect((sites as { siteId: string }[]).map(({ siteId }) => siteId)).toEqual([
        'site-1',
        'site-2',
        'site-3',
        'site-4',
      ]);
      for (const { siteId } of sites) {
        const stream = await fetch(`${rig.api.httpUrl}/v1/sites/${siteId}/events`, {
          headers: { authorization: `Bearer ${ADMIN_KEY}` },
        });
        const first = await stream.body?.getReader().read();
        expect(new TextDecoder().decode(first?.value)).toMatch(/^retry: /);
        await stream.body?.cancel().catch(() => undefined);
      }
      expect(await rig.api.api.request('GET', '/v1/sites/nowhere')).toMatchObject({ status: 404 });
      expect(await rig.api.api.get('/v1/replan-jobs/failed')).toEqual({ failed: [] });
      const [station] = (Object(sites[0]) as { stations: { id: string }[] }).stations;
      const said = Object(await rig.api.api.get(`/v1/stations/${station?.id}/messages?limit=500`));
      expect(said).toMatchObject({ stationId: station?.id, complete: true });
      expect(said.messages).toContainEqual(expect.objectContaining({ direction: 'fromStation', kind: 'call' }));
      expect(said.messages).toContainEqual(expect.objectContaining({ direction: 'toStation', kind: 'result' }));
      const stray = await fetch(`${rig.gateways[0]?.httpUrl}/v1/sites`);
      expect(stray.status).toBe(404);
    });

    it('a newer connection wins, on whichever gateway it comes; a wrong password elsewhere touches nothing (abuse 5, 6)', async () => {
      const [here, there] = rig.gateways;
      if (here === undefined || there === undefined) throw new Error('there are not two gateways');
      const login = { stationId: 'TWICE', password: 'the password of both' };
      await rig.api.api.put('/v1/stations/TWICE/credentials', { password: login.password });
      const first = await RawStation.connect({ ...login, url: here.stationsUrl });
      expect(await RawStation.refusal({ ...login, url: there.stationsUrl, password: 'another password' })).toBe(401);
      expect(await first.boot()).toMatchObject({ status: 'Pending' });
      const second = await RawStation.connect({ ...login, url: there.stationsUrl });
      await until(() => !first.isOpen, 'the first connection is ended');
      expect(await second.boot()).toMatchObject({ status: 'Pending' });
      const third = await RawStation.connect({ ...login, url: here.stationsUrl });
      await until(() => !second.isOpen, 'the second connection is ended');
      expect(third.isOpen).toBe(true);
      third.close();
    });

    it('goes on with the other planner when the one that owns most is killed in mid-work', async () => {
      const victim = await rig.busiestPlanner();
      const killedMs = Date.now();
      await rig.kill(victim);
      await rig.untilWell('the other planner has all sites, and their stations', TAKEN_OVER_AT_MOST_MS + 20_000);
      told('every site of a killed planner is owned, and every station under control,', killedMs);
      expect(await rig.sessions()).toHaveLength(8);
    }, 60_000);

    it('goes on over the other gateway when one is killed with its stations', async () => {
      const [victim] = rig.gateways;
      if (victim === undefined) throw new Error('there is no gateway');
      const killedMs = Date.now();
      await rig.kill(victim);
      await rig.untilOnline('all stations are at the other gateway');
      await rig.untilWell('their owners know it');
      told('every station of a killed gateway is under control', killedMs);
    }, 60_000);

    it('brings cars down and answers stations while Redis is away, and goes on when it comes back empty', async () => {
      const site = rig.meteredSite;
      const { L1: limitA } = site.simulated.limitA('grid');
      const loadA = () => site.simulated.loadA('grid').L1;
      await rig.buildingDraws(site, 0);
      await until(() => loadA() > 0.9 * limitA, 'its cars draw what there is', { atMostMs: 30_000 });
      await rig.killRedis('empty');
      const killedMs = Date.now();
      await rig.buildingDraws(site, buildingMaxA(site.stations.length));
      expect(loadA()).toBeGreaterThan(limitA);
      await until(() => loadA() <= limitA + 0.1, 'its cars have made room for the building', {
        atMostMs: 10_000,
        otherwise: () => rig.output,
      });
      told('Redis killed, the building jumps: its cars have made room', killedMs);
      await rig.untilBusIs('broken', 'every process says that its messages do not pass');
      await rig.untilReady(true, 'and that it is ready all the same');
      const [moved] = site.stations;
      moved?.disconnect(100);
      await rig.untilOnline('a station that came anew is online');
      await rig.untilWell('without Redis every station is under control');
      const backMs = Date.now();
      await rig.redis.startAgain();
      await rig.untilBusIs('well', 'messages pass again');
      await rig.untilWell('all stations are under control');
      told('all is well again, when Redis was back empty,', backMs);
    }, 60_000);

    it('has lost no transaction, nor held any fuse over its limit', async () => {
      expect(await rig.lostTransactions()).toEqual([]);
      expect(rig.excesses()).toEqual([]);
    }, 60_000);
  },
);
