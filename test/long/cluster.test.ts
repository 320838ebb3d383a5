import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterRig, metric } from '../e2e/support/clusterRig.js';
import { until } from '../e2e/support/until.js';
import { postgresMissing } from '../support/ownPostgres.js';
import { redisMissing } from '../support/ownRedis.js';

const missing = postgresMissing() ?? redisMissing();
/** 500 stations, unless a smaller machine is told otherwise. */
const SITES = Number(process.env.EVENKEEL_TEST_CLUSTER_SITES ?? 20);
const STATIONS_PER_SITE = Number(process.env.EVENKEEL_TEST_CLUSTER_STATIONS_PER_SITE ?? 25);
const POSTGRES_AWAY_MS = 30_000;
const PARTED_MS = 15_000;
/** Longer than a lease, and than another takes to see that it is gone. */
const STOPPED_MS = 8_000;
const WELL_AT_MOST_MS = 120_000;
const TEST_MS = 300_000;

describe.skipIf(missing !== undefined)(
  `${SITES * STATIONS_PER_SITE} stations at ${SITES} sites, and every fault once${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let rig: ClusterRig;
    beforeAll(async () => {
      rig = await ClusterRig.start({ sites: SITES, stationsPerSite: STATIONS_PER_SITE, meterIntervalS: 10 });
      await rig.connect();
      await rig.untilWell('every site is protected', WELL_AT_MOST_MS);
      rig.plugInAll();
      const all = SITES * STATIONS_PER_SITE;
      await until(async () => (await rig.sessions()).length === all, 'every car has a session', { atMostMs: 60_000 });
    }, TEST_MS);
    afterAll(() => rig?.stop(), 60_000);

    async function well(what: string, sinceMs: number): Promise<void> {
      await rig.untilWell(what, WELL_AT_MOST_MS);
      console.info(`cluster: ${what}: ${((Date.now() - sinceMs) / 1_000).toFixed(1)} s`);
      expect(rig.excesses()).toEqual([]);
      expect(await rig.sessions()).toHaveLength(SITES * STATIONS_PER_SITE);
    }

    it(
      'two planners both believe that they own a site: the one that was stopped finds out, and sends nothing that counts',
      async () => {
        const stopped = await rig.busiestPlanner();
        const owned = await metric(stopped, 'evenkeel_sites');
        stopped.signal('SIGSTOP');
        const sinceMs = Date.now();
        try {
          const other = rig.planners.find((planner) => planner !== stopped);
          if (other === undefined) throw new Error('there is no other planner');
          await until(
            async () => (await metric(other, 'evenkeel_sites')) === SITES,
            'the other planner has every site',
            {
              atMostMs: 60_000,
              otherwise: () => rig.output,
            },
          );
          console.info(
            `cluster: ${owned} sites of a stopped planner are owned: ${((Date.now() - sinceMs) / 1_000).toFixed(1)} s`,
          );
          await well('a planner was stopped: the other has its sites and their stations', sinceMs);
          await sleep(Math.max(0, sinceMs + STOPPED_MS - Date.now()));
        } finally {
          stopped.signal('SIGCONT');
        }
        const wokenMs = Date.now();
        await until(
          () => stopped.output.includes('a site was lost') || stopped.output.includes('owned by another'),
          'it finds out',
          {
            otherwise: () => stopped.output,
          },
        );
        console.info(`cluster: ${owned} sites were owned twice; that was found out after ${Date.now() - wokenMs} ms`);
        await well('a stopped planner goes on as one that lost its sites', wokenMs);
      },
      TEST_MS,
    );

    it(
      'a planner is parted from Postgres and from Redis, and comes back',
      async () => {
        const sinceMs = Date.now();
        rig.toPostgres.cut();
        rig.toRedis.cut();
        await well('a planner was parted from everything: the other has its sites', sinceMs);
        await sleep(Math.max(0, sinceMs + PARTED_MS - Date.now()));
        const healedMs = Date.now();
        rig.toPostgres.heal();
        rig.toRedis.heal();
        await rig.untilReady(true, 'every process is ready again', 60_000);
        await well('the network is whole again', healedMs);
      },
      TEST_MS,
    );

    it(
      'a planner is parted from Redis only',
      async () => {
        rig.toRedis.cut();
        await sleep(PARTED_MS);
        const healedMs = Date.now();
        rig.toRedis.heal();
        await rig.untilReady(true, 'every process is ready again', 60_000);
        await well('a planner was parted from Redis only', healedMs);
      },
      TEST_MS,
    );

    it(
      'Redis is killed, and comes back with what it knew',
      async () => {
        await rig.killRedis('kept');
        await rig.untilBusIs('broken', 'every process says so');
        await rig.untilWell('without Redis every station is under control', WELL_AT_MOST_MS);
        await rig.redis.startAgain();
        const backMs = Date.now();
        await rig.untilBusIs('well', 'messages pass again');
        await well('Redis is back with its data', backMs);
      },
      TEST_MS,
    );

    it(
      'Redis is killed, and comes back empty',
      async () => {
        await rig.killRedis('empty');
        await rig.untilBusIs('broken', 'every process says so');
        await rig.untilWell('without Redis every station is under control', WELL_AT_MOST_MS);
        await rig.redis.startAgain();
        const backMs = Date.now();
        await rig.untilBusIs('well', 'messages pass again');
        await well('Redis is back without its data', backMs);
      },
      TEST_MS,
    );

    it(
      `Postgres is killed, and is away for ${POSTGRES_AWAY_MS / 1_000} s`,
      async () => {
        await rig.postgres.kill();
        await sleep(POSTGRES_AWAY_MS);
        await rig.postgres.startAgain();
        const backMs = Date.now();
        await rig.untilReady(true, 'every process is ready again', 60_000);
        await well('Postgres is back', backMs);
      },
      TEST_MS,
    );

    it(
      'a gateway is killed with its stations',
      async () => {
        const [victim] = rig.gateways;
        if (victim === undefined) throw new Error('there is no gateway');
        const held = await metric(victim, 'evenkeel_connections');
        const killedMs = Date.now();
        await rig.kill(victim);
        await rig.untilOnline('all stations are at the other gateway');
        await well(`a gateway was killed with ${held} stations: they are under control at the other`, killedMs);
      },
      TEST_MS,
    );

    it(
      'a gateway is drained, and hands over without a gap that anybody notices',
      async () => {
        const added = await rig.addGateway();
        const [drained] = rig.gateways;
        if (drained === undefined) throw new Error('there is no gateway');
        const sinceMs = Date.now();
        await Promise.all([rig.drain(drained), until(() => added.api.isHealthy(), 'the new one answers')]);
        await rig.untilOnline('all stations are at the new gateway');
        await well('a gateway was drained', sinceMs);
      },
      TEST_MS,
    );

    it(
      'a planner is killed in mid-work',
      async () => {
        const victim = await rig.busiestPlanner();
        const owned = await metric(victim, 'evenkeel_sites');
        const [other] = rig.planners.filter((planner) => planner !== victim);
        if (other === undefined) throw new Error('there is no other planner');
        const killedMs = Date.now();
        await rig.kill(victim);
        await until(async () => (await metric(other, 'evenkeel_sites')) === SITES, 'the other planner has every site', {
          atMostMs: 60_000,
          otherwise: () => rig.output,
        });
        console.info(
          `cluster: ${owned} sites of a killed planner are owned: ${((Date.now() - killedMs) / 1_000).toFixed(1)} s`,
        );
        await well('a planner was killed: its stations are under control', killedMs);
      },
      TEST_MS,
    );

    it(
      'no transaction was lost, and none made up',
      async () => {
        expect(await rig.lostTransactions()).toEqual([]);
        expect(rig.excesses()).toEqual([]);
      },
      TEST_MS,
    );
  },
);
