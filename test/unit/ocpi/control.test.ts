import { describe, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import type { CpoFaults } from '../../support/ocpi/cpo.js';
import { stationId } from '../../support/ocpi/rig.js';
import { DEFAULT_A, LIMIT_A, OcpiWorld } from '../../support/ocpi/world.js';

type Json = Readonly<Record<string, unknown>>;
const AT_MOST_MS = 60_000;

// Each has a service and an operator of its own: what takes time in them is waiting. Cars that come one after the other wait for each
// other's lowerings: test/long/ocpi.test.ts.
async function inWorld(play: (world: OcpiWorld) => Promise<void>, stationDefault = 'failsafe'): Promise<void> {
  const world = await OcpiWorld.begin({ stationDefault });
  try {
    await play(world);
    if (stationDefault === 'failsafe') expect(world.mostA).toBeLessThanOrEqual(LIMIT_A);
  } finally {
    await world.end();
  }
}

describe.concurrent('two outlets behind one fuse', () => {
  it(
    'share it, and who stays has more again when the other is gone',
    async () => {
      await inWorld(async (world) => {
        const { cpo, rig } = world;
        await Promise.all([world.plugIn(0), world.plugIn(1)]);
        await world.untilBothHave();
        const set = cpo.received.filter(({ method }) => method === 'PUT').at(-1);
        expect(set?.path).toMatch(/^\/cpo\/2\.3\.0\/chargingprofiles\/session-\d$/);
        expect(set?.headers).toMatchObject({ 'ocpi-from-party-id': 'EVK', 'ocpi-to-party-id': 'CPO' });
        const { charging_profile: profile, response_url: url } = (set?.body ?? {}) as {
          charging_profile: Json;
          response_url: string;
        };
        expect(url.startsWith(`${rig.url}/ocpi/results/`) && url.length <= 255).toBe(true);
        expect(profile).toMatchObject({ charging_rate_unit: 'A', start_date_time: expect.any(String) });
        // It ends in an open period at what the station falls to.
        expect(profile).not.toHaveProperty('duration');
        expect((profile.charging_profile_period as readonly Json[]).at(-1)).toMatchObject({ limit: DEFAULT_A });
        await world.leave(1, 3.5);
        await world.untilHeld([LIMIT_A - DEFAULT_A]);
        expect(await world.sessions()).toMatchObject([
          { stationId: stationId(0), transactionId: 'session-1', idToken: 'TAG-1', endedAt: null },
          { stationId: stationId(1), transactionId: 'session-2', energyWh: 3_500 },
        ]);
        expect((await world.state()).site).toBe('protected');
      });
    },
    AT_MOST_MS,
  );

  const FAULTS: readonly (readonly [string, CpoFaults])[] = [
    ['come before the answer to their request', { callback: 'early' }],
    ['come twice', { callback: 'twice' }],
    ['come a while later', { callback: { lateMs: 700 } }],
  ];
  it.each(FAULTS)(
    'share it as well where results %s',
    async (_how, faults) => {
      await inWorld(async (world) => {
        Object.assign(world.cpo.faults, faults);
        await Promise.all([world.plugIn(0), world.plugIn(1)]);
        await world.untilBothHave();
      });
    },
    AT_MOST_MS,
  );

  it(
    'leave an operator alone that is told too often, and tell it the newest then',
    async () => {
      await inWorld(async (world) => {
        world.cpo.faults.tooOften = 2;
        await Promise.all([world.plugIn(0), world.plugIn(1)]);
        await world.untilBothHave();
        expect(world.cpo.faults.tooOften).toBe(0);
      });
    },
    AT_MOST_MS,
  );

  it(
    'count at their default where the operator refuses, in HTTP 200 too',
    async () => {
      await inWorld(async (world) => {
        const { cpo } = world;
        cpo.faults.refuses2001 = true;
        await world.plugIn(0);
        await until(() => cpo.received.some(({ path }) => path.includes('chargingprofiles')), 'it was told');
        expect(cpo.profiles.size).toBe(0);
        await until(async () => (await world.state()).site === 'protected', 'what it may draw fits');
        expect((await world.state()).circuits[0]).toMatchObject({ reservedA: { L1: 2 * DEFAULT_A } });
      });
    },
    AT_MOST_MS,
  );

  it(
    'count at what their hardware can where nobody agreed on a default, and are lowered all the same',
    async () => {
      await inWorld(async (world) => {
        await world.plugIn(0);
        await until(() => world.cpo.profiles.has('session-1'), 'it was told');
        expect(await world.state()).toMatchObject({
          site: 'unprotected',
          circuits: [{ reservedA: { L1: 2 * LIMIT_A } }],
        });
        await world.untilHeld([DEFAULT_A]);
      }, 'unknown');
    },
    AT_MOST_MS,
  );
});
