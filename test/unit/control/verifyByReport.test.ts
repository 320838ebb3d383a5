import { describe, expect, it } from 'vitest';
import type { StationCommand } from '../../../src/site/stationMessages.js';
import { ampere, circuitOf, MINUTE_MS, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { ownerOf } from '../../support/siteLife.js';
import type { Quirk } from '../../support/stationQuirks.js';
import { VirtualSite } from '../../support/virtualSite.js';

const STEP_MS = 500;

/** One station with these quirks, connected; what it was asked is told by kind. */
async function connected(quirks: readonly Quirk[], prepare: (world: VirtualSite) => void = () => undefined) {
  const site = siteOf({ siteId: 's', circuits: [circuitOf('grid', ampere(40))], stations: [stationOf('A')] });
  const world = new VirtualSite(site, new SeededRandom(1), () => ({ quirks: new Set(quirks), skewMs: 0 }));
  const asked: StationCommand['type'][] = [];
  world.tamper = (outcome, command) => {
    asked.push(command.type);
    return outcome;
  };
  prepare(world);
  await world.start();
  await world.connect('A', true);
  return { world, asked };
}

async function run(world: VirtualSite, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await world.clock.runUntil(world.clock.nowMs() + STEP_MS, () => world.follow(0));
    world.follow(STEP_MS);
    if (world.clock.nowMs() % 10_000 < STEP_MS) world.meter('A');
  }
}

const stateOf = (world: VirtualSite) => {
  const state = ownerOf(world).state.stations.get('A');
  if (state === undefined) throw new Error('no state');
  return state;
};
const quirksOf = (world: VirtualSite) => (stateOf(world).quirks ?? []).map(({ quirk }) => quirk);
const looksOf = (asked: readonly string[]) =>
  asked.filter((type) => type === 'getCompositeSchedule' || type === 'requestProfiles');
const newestFailsafe = (world: VirtualSite) => stateOf(world).failsafe.candidates.at(-1);

describe('the ladder of proofs', () => {
  it('begins with a composite schedule, and asks for no report where that says what was sent', async () => {
    const { world, asked } = await connected(['reportsProfiles']);
    await run(world, 10_000);
    expect(looksOf(asked)).toEqual(['getCompositeSchedule']);
    expect(stateOf(world)).toMatchObject({ trusted: true, failsafe: { candidates: [{ status: 'confirmed' }] } });
  });

  it.each<Quirk>(['refusesComposite', 'emptyComposite'])(
    'goes on to a report at once where a station %s, which is learned with the next profile',
    async (silence) => {
      const { world, asked } = await connected([silence, 'reportsProfiles', 'roundsDown']);
      await run(world, 10_000);
      expect(looksOf(asked)).toEqual(['getCompositeSchedule', 'requestProfiles']);
      expect(stateOf(world)).toMatchObject({ trusted: true, reportsProfiles: true });
      expect(newestFailsafe(world)?.status).toBe('confirmed');
      expect(world.service.getState('s').stations[0]?.control).toBe('controlled');
      expect(quirksOf(world)).toEqual([]);
      expect(stateOf(world).suspected).toEqual(['saysNoComposite']);
    },
  );

  it('begins with a report where a station is known to say nothing, and ends at its meter where it does not report', async () => {
    const { world, asked } = await connected(['refusesComposite', 'reportsNothing']);
    await run(world, 15 * MINUTE_MS);
    expect(quirksOf(world)).toEqual(['saysNoComposite', 'saysNoReport']);
    const looks = looksOf(asked).length;
    await run(world, 15 * MINUTE_MS);
    expect(looksOf(asked)).toHaveLength(looks);
    expect(stateOf(world).trusted).toBe(false);
    // Its car draws as much as two limits, one after the other.
    await world.plugIn('A', { phases: 3, wantsA: 32 });
    await run(world, 3 * MINUTE_MS);
    expect(stateOf(world).trusted).toBe(true);
  });

  it.each<Quirk>(['reportsEndlessly', 'reportsNever'])(
    'confirms nothing of a station that %s, and gives up on it',
    async (quirk) => {
      const { world, asked } = await connected(['refusesComposite', quirk]);
      await run(world, 2 * MINUTE_MS);
      expect(newestFailsafe(world)?.status).toBe('accepted');
      expect(stateOf(world).failsafe.missingUntilMs).toBe('unknown');
      expect(quirksOf(world)).toContain('saysNoReport');
      expect(looksOf(asked).length).toBeLessThan(10);
    },
  );

  it('does not take what no report has shown yet for lost', async () => {
    const { world } = await connected(['refusesComposite', 'reportsNothing']);
    await run(world, MINUTE_MS);
    const car = { phases: 3, wantsA: 32 };
    await world.plugIn('A', car);
    await run(world, 2 * MINUTE_MS);
    expect(quirksOf(world)).not.toContain('ignoresTxProfile');
    expect(world.station('A').drawnA).toBeGreaterThan(20);
  });

  it('finds that a profile of a transaction is not there, sends it once more, and steers through the default then', async () => {
    const { world } = await connected(['refusesComposite', 'reportsProfiles', 'ignoresTxProfile']);
    await run(world, 20_000);
    expect(stateOf(world).trusted).toBe(true);
    await world.plugIn('A', { phases: 3, wantsA: 32 });
    await run(world, 2 * MINUTE_MS);
    expect(quirksOf(world)).toContain('ignoresTxProfile');
    expect(world.station('A').drawnA).toBeGreaterThan(20);
  });

  it('finds by a report that a copy of an earlier profile came late, and sends again what that replaced', async () => {
    const { world, asked } = await connected(['refusesComposite', 'reportsProfiles']);
    await run(world, 20_000);
    await world.plugIn('A', { phases: 3, wantsA: 32 });
    await run(world, 2_000);
    const station = world.station('A');
    const earlier = station.profiles.all.find(({ profile }) => profile.purpose === 'TxProfile');
    if (earlier === undefined) throw new Error('no profile of the transaction');
    const limit = {
      limitId: 'l',
      circuitId: 'grid',
      limitA: ampere(10),
      fromMs: 0,
      toMs: 'open',
      source: 'owner',
    } as const;
    await world.service.putLimit('s', limit);
    await run(world, 1_000);
    expect(station.limitA(world.clock.nowMs())).toBe(10);
    station.profiles.install(earlier);
    const before = looksOf(asked).length;
    expect(station.limitA(world.clock.nowMs())).toBe(32);
    await run(world, 30_000);
    expect(looksOf(asked).slice(before)).toContain('requestProfiles');
    expect(station.limitA(world.clock.nowMs())).toBe(10);
    expect(station.drawnA).toBe(10);
  });

  it('lets other messages leave while a report is still coming', async () => {
    const { world, asked } = await connected(['refusesComposite', 'reportsNever']);
    await run(world, 1_000);
    expect(looksOf(asked)).toEqual(['getCompositeSchedule', 'requestProfiles']);
    const before = asked.length;
    await world.plugIn('A', { phases: 3, wantsA: 32 });
    await run(world, 2_000);
    expect(asked.slice(before)).toContain('setChargingProfile');
    expect(newestFailsafe(world)?.checks).toBe(0);
  });
});
