import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Car, realClock, SimulatedSite, Ticker, VirtualStation } from '../../src/simulator/index.js';
import { siteState } from '../e2e/support/documents.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { until } from '../e2e/support/until.js';
import { OwnPostgres, postgresMissing } from '../support/ownPostgres.js';
import { OwnRedis, redisMissing } from '../support/ownRedis.js';
import { PartingProxy } from '../support/partingProxy.js';
import { TestCsms } from '../support/testCsms.js';

// A station that moves from one gateway to another, while its CSMS never ceases to ask for more than its site allows.

const missing = postgresMissing() ?? redisMissing();
const STATION = 'P1';
const SITE = 'moving';
const LIMIT_A = 13;
const FAILSAFE_A = 6;
const LIFTED = 999_999;
const TICK_MS = 100;
const ASKED_EVERY_MS = 60;
const MOVES = 6;
/** Of what its CSMS asks on one connection, so many are answered before it moves on. */
const ANSWERED_PER_MOVE = 30;
const EXCESS_AT_MOST_MS = 1_000;
const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

type Frame = readonly [number, string, ...unknown[]];

describe.skipIf(missing !== undefined)(
  `a station that keeps its CSMS and has two gateways${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let postgres: OwnPostgres;
    let redis: OwnRedis;
    let csms: TestCsms;
    let balancer: PartingProxy;
    let api: ServiceProcess;
    const processes: ServiceProcess[] = [];
    const gateways: ServiceProcess[] = [];
    let station: VirtualStation;
    let site: SimulatedSite;
    /** What its profiles allowed it, whenever that changed. */
    const limitsA: number[] = [];
    const asked: { readonly id: string; readonly connection: number }[] = [];

    beforeAll(async () => {
      [postgres, redis] = await Promise.all([OwnPostgres.start(), OwnRedis.start()]);
      const { url } = await postgres.newSchema();
      csms = await TestCsms.listen('ocpp1.6', [STATION]);
      const start = (roles: string) =>
        ServiceProcess.start({
          dataDir: 'unused',
          environment: {
            DATABASE_URL: url,
            REDIS_URL: redis.url,
            EVENKEEL_ROLES: roles,
            EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS: 'true',
            EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8',
            LOG_LEVEL: 'warn',
          },
        });
      gateways.push(await start('gateway'), await start('gateway'));
      api = await start('planner,api');
      processes.push(...gateways, api);
      await api.api.put(`/v1/sites/${SITE}`, siteDocument());
      await api.api.put('/v1/upstreams/csms', { url: csms.url });
      balancer = await PartingProxy.start([portOf(0)]);
      const ticker = new Ticker(realClock, TICK_MS);
      station = new VirtualStation({
        stationId: STATION,
        url: `ws://127.0.0.1:${balancer.port}/proxy/csms`,
        evses: [{ id: 1, terminals: 3, currentMaxA: 32 }],
        meterIntervalS: 2,
        backOffMinMs: 100,
        backOffMaxMs: 500,
        ticker,
        onEvent: (event) => {
          if (event.type === 'limit') limitsA.push(event.limitA);
        },
      });
      site = new SimulatedSite({
        circuits: [{ id: 'grid', limitA: all(LIMIT_A) }],
        stations: [{ station, circuitId: 'grid', evses: [{ id: 1, phases: ['L1', 'L2', 'L3'] }] }],
        ticker,
      });
      station.start();
      site.start();
      await untilServed('it is served at first');
      station.plugIn(1, new Car({ batteryWh: 80_000, soC: 0.1, phases: 3, currentMaxA: 32, reactionS: 0.5 }), {
        idToken: 'ANNA',
      });
      await until(() => drawnA() > LIMIT_A - 1, 'the car has what its site allows', {
        atMostMs: 30_000,
        otherwise: () => `${drawnA()} A\n${output()}`,
      });
    }, 180_000);

    afterAll(async () => {
      site?.stop();
      await station?.stop();
      await Promise.all(processes.map((one) => one.kill()));
      await Promise.all([balancer?.stop(), csms?.close(), postgres?.stop(), redis?.stop()]);
    }, 60_000);

    const portOf = (n: number) => gateways[n]?.port ?? 0;
    const drawnA = () => station.currentA(1)[0] ?? 0;
    const output = () => processes.map((one) => one.output.split('\n').slice(-8).join('\n')).join('\n---\n');

    async function untilServed(what: string): Promise<void> {
      const isWell = async () => {
        const state = await siteState(api.api, SITE);
        return state.site === 'protected' && JSON.stringify(state).includes('"online":true');
      };
      await until(isWell, what, { atMostMs: 40_000, otherwise: output });
    }

    /** Whatever could lift a limit, in turn. */
    function ask(): void {
      const id = `lift-${asked.length}`;
      asked.push({ id, connection: csms.connections });
      const profile = (purpose: string, more: object = {}) => ({
        chargingProfileId: 7,
        stackLevel: 8,
        chargingProfilePurpose: purpose,
        chargingProfileKind: 'Relative',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: LIFTED }] },
        ...more,
      });
      const calls: readonly [string, object][] = [
        ['SetChargingProfile', { connectorId: 1, csChargingProfiles: profile('TxProfile') }],
        ['ClearChargingProfile', {}],
        ['SetChargingProfile', { connectorId: 0, csChargingProfiles: profile('TxDefaultProfile') }],
        ['RemoteStartTransaction', { connectorId: 1, idTag: 'BOB', chargingProfile: profile('TxProfile') }],
      ];
      const [action, payload] = calls[asked.length % calls.length] ?? calls[0] ?? ['', {}];
      void csms.call(action, payload, id);
    }

    it('is never told more than its site allows, and each call of its CSMS is answered once', async () => {
      const from = limitsA.length;
      const asking = setInterval(ask, ASKED_EVERY_MS);
      try {
        for (let move = 1; move <= MOVES; move++) {
          balancer.setTargets([portOf(move % 2)]);
          const connections = csms.connections;
          csms.socket?.terminate();
          await until(() => csms.connections > connections, 'it has come to the other gateway', {
            atMostMs: 20_000,
            otherwise: output,
          });
          const here = csms.connections;
          await until(() => answeredOn(here) >= ANSWERED_PER_MOVE, 'its CSMS is answered there', {
            atMostMs: 60_000,
            otherwise: () => `${answeredOn(here)} answers\n${output()}`,
          });
          await untilServed('it is served there');
          await until(() => drawnA() > LIMIT_A - 1, 'the car has again what its site allows', {
            atMostMs: 30_000,
            otherwise: () => `${drawnA()} A\n${output()}`,
          });
        }
      } finally {
        clearInterval(asking);
      }
      const last = csms.connections;
      await until(() => unanswered(last).length === 0, 'all that was asked last is answered', {
        atMostMs: 40_000,
        otherwise: () => `${unanswered(last).join()} are not\n${output()}`,
      });
      expect(limitsA.slice(from).filter((limitA) => limitA > LIMIT_A)).toEqual([]);
      expect(site.excessSpans().filter(({ durationMs }) => durationMs > EXCESS_AT_MOST_MS)).toEqual([]);
      const answers = answersTo(/^lift-/);
      expect(new Set(answers).size).toBe(answers.length);
      expect(answers.length).toBeGreaterThanOrEqual(MOVES * ANSWERED_PER_MOVE);
      const words = csms.received.filter((text) => text.includes('lift-'));
      expect(words.filter((text) => text.includes('Accepted')).length).toBeGreaterThan(MOVES);
    }, 300_000);

    function answersTo(ids: RegExp): readonly string[] {
      const frames = csms.received.map((text) => JSON.parse(text) as Frame);
      return frames.flatMap(([kind, id]) => (kind !== 2 && ids.test(id) ? [id] : []));
    }

    function answeredOn(connection: number): number {
      const answered = new Set(answersTo(/^lift-/));
      return asked.filter((one) => one.connection === connection && answered.has(one.id)).length;
    }

    function unanswered(connection: number): readonly string[] {
      const answered = new Set(answersTo(/^lift-/));
      return asked.flatMap((one) => (one.connection === connection && !answered.has(one.id) ? [one.id] : []));
    }
  },
);

function siteDocument(): object {
  return {
    name: SITE,
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    meterIntervalS: 2,
    circuits: [{ id: 'grid', limitA: all(LIMIT_A) }],
    stations: [
      {
        id: STATION,
        circuitId: 'grid',
        failsafeA: FAILSAFE_A,
        reactionS: 1,
        evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: 32 }],
      },
    ],
  };
}
