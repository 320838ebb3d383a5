import { describe, expect, it } from 'vitest';
import type { CapacityLimit, FailsafeHours, SiteModel } from '../../src/site/model.js';
import { validateSite } from '../../src/site/validateSite.js';
import { SeededRandom } from '../support/seededRandom.js';
import { excessOf, type TimedLimit } from '../support/siteLimits.js';
import type { Quirk } from '../support/stationQuirks.js';
import { VirtualSite } from '../support/virtualSite.js';

// The service dies and stays away for ten days. What stations hold by then must keep every limit, by the local clock, over the night in
// which that is set: in New York on Sunday, 8 March 2026, from 02:00 to 03:00.

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS_AWAY = 10;
const WINDOW_A = 7;

const all = (a: number) => ({ L1: a, L2: a, L3: a });
const PHASES = ['L1', 'L2', 'L3'] as const;
const HOURS: readonly (readonly FailsafeHours[])[] = [
  [{ from: '22:00', to: '06:00', limitA: 8 }],
  [{ from: '07:00', to: '09:00', days: ['MO', 'TU', 'WE', 'TH', 'FR'], limitA: 12 }],
  [{ from: '07:00', to: '09:00', days: ['MO', 'TU', 'WE', 'TH', 'FR'], limitA: 0 }],
];

function siteIn(timeZone: string): SiteModel {
  return {
    siteId: 's',
    name: 's',
    timeZone,
    voltageV: 230,
    tariffIds: [],
    circuits: [{ id: 'grid', parentId: null, limitA: all(20), baseLoadMaxA: all(0), meterStaleS: 30 }],
    stations: HOURS.map((failsafeHours, index) => ({
      id: `CP${index + 1}`,
      circuitId: 'grid',
      failsafeA: 6,
      failsafeHours,
      reactionS: 5,
      evses: [{ id: 1, kind: 'AC', phases: PHASES, currentMinA: 6, currentMaxA: 16, trustLearnedPhases: false }],
    })),
    meterIntervalS: 10,
    rotationS: 900,
  };
}

/** Every weekday from 17:00 to 20:00 in New York, reckoned by hand: five hours behind UTC until 8 March, then four. */
const EVENINGS = [2, 3, 4, 5, 6, 9, 10, 11, 12].map((day) => {
  const fromMs = Date.UTC(2026, 2, day, 17 + (day < 8 ? 5 : 4));
  return { fromMs, toMs: fromMs + 3 * HOUR_MS };
});
const EVENING_LIMIT: CapacityLimit = {
  limitId: 'evenings',
  circuitId: 'grid',
  limitA: all(WINDOW_A),
  fromMs: Date.UTC(2026, 1, 2, 22),
  toMs: Date.UTC(2026, 1, 3, 1),
  recurrence: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  source: 'owner',
};
const TIMED: readonly TimedLimit[] = [{ limit: EVENING_LIMIT, times: EVENINGS }];

interface Away {
  /** What the service is told of the limit; it is looked at in any case. */
  readonly told?: readonly CapacityLimit[];
  readonly timeZone?: string;
  readonly quirks?: ReadonlySet<Quirk>;
  /** How long the service is there before. */
  readonly livesMinutes?: number;
}

interface Outcome {
  readonly violation: string | undefined;
  readonly world: VirtualSite;
  /** What was charged while nobody was there, by station. */
  readonly chargedWh: readonly number[];
}

async function away(
  seed: number,
  { told = [EVENING_LIMIT], timeZone = 'America/New_York', quirks = new Set(), livesMinutes = 0 }: Away = {},
): Promise<Outcome> {
  const random = new SeededRandom(seed);
  const site = siteIn(timeZone);
  validateSite(site);
  const world = new VirtualSite(site, random, () => ({ quirks }));
  await world.start();
  for (const limit of told) await world.service.putLimit(site.siteId, limit);
  for (const id of world.stations.keys()) await world.connect(id, true);
  await liveOn(world, 20 * SECOND_MS);
  for (const id of world.stations.keys()) if (random.chance(0.5)) await world.plugIn(id, carOf(random));
  await liveOn(world, random.integer(2, 6) * MINUTE_MS);
  for (let minutes = 0; minutes < livesMinutes; minutes += 1) {
    happen(world, random);
    await liveOn(world, MINUTE_MS, 10 * SECOND_MS);
  }
  world.crash();
  const before = [...world.stations.values()].map(({ energyWh }) => energyWh);
  const diedMs = Math.ceil(world.clock.nowMs() / MINUTE_MS) * MINUTE_MS;
  let violation: string | undefined;
  for (let ms = diedMs + MINUTE_MS; ms <= diedMs + DAYS_AWAY * DAY_MS && violation === undefined; ms += MINUTE_MS) {
    happen(world, random);
    violation = await nextMinute(world, ms);
  }
  const chargedWh = [...world.stations.values()].map(({ energyWh }, index) => energyWh - (before[index] ?? 0));
  return { violation, world, chargedWh };
}

async function liveOn(world: VirtualSite, forMs: number, stepMs = SECOND_MS): Promise<void> {
  for (let passed = 0; passed < forMs; passed += stepMs) {
    await world.clock.runUntil(world.clock.nowMs() + stepMs, () => world.follow(0));
    world.follow(stepMs);
    if (passed % (10 * SECOND_MS) === 0) for (const id of world.stations.keys()) world.meter(id);
  }
}

/** Cars come and go, each a few times a day; what a station tells of it is heard by nobody. */
function happen(world: VirtualSite, random: SeededRandom): void {
  for (const [id, station] of world.stations) {
    if (!random.chance(1 / 150)) continue;
    if (station.car === undefined) void world.plugIn(id, carOf(random));
    else void world.unplug(id);
  }
}

function carOf(random: SeededRandom) {
  return { phases: random.pick([1, 3]), wantsA: random.pick([10, 16]) };
}

/** Looked at some seconds before, so that cars have begun to follow, and on the minute, when they must have. */
async function nextMinute(world: VirtualSite, ms: number): Promise<string | undefined> {
  for (const atMs of [ms - 8 * SECOND_MS, ms - 2 * SECOND_MS, ms]) {
    const passedMs = atMs - world.clock.nowMs();
    await world.clock.runUntil(atMs);
    world.follow(passedMs);
  }
  const flows = new Map([...world.loadA()].map(([id, loadA]) => [id, { loadA, buildingA: all(0) }]));
  const excess = excessOf(world.site, TIMED, flows, ms);
  return excess === undefined ? undefined : `${excess} at ${new Date(ms).toISOString()}`;
}

function defaultsSentTo(world: VirtualSite, stationId: string): number {
  return world.timeline.filter((line) => line.includes(`→ ${stationId} TxDefaultProfile`)).length;
}

/** Each dies at another time: soon after the start, and three and six hours later. */
const LIVES = [
  { seed: 1, livesMinutes: 6 },
  { seed: 2, livesMinutes: 180 },
  { seed: 3, livesMinutes: 360 },
];

describe('while the service is away for ten days', () => {
  it.each(LIVES)(
    'stations keep what recurs, over a change of clocks, and cars charge at all other times: $seed',
    async ({ seed, livesMinutes }) => {
      const { violation, world, chargedWh } = await away(seed, { livesMinutes });
      expect(violation).toBeUndefined();
      for (const { failsafe } of world.stations.values())
        expect([failsafe?.kind, failsafe?.recurrency]).toEqual(['Recurring', 'Weekly']);
      // First what any station can hold, then what this one can, and once more where it had to wait for room.
      for (const id of world.stations.keys()) expect(defaultsSentTo(world, id)).toBeLessThanOrEqual(3);
      // Cars are there for half of the time: 6 A of one phase for a quarter of ten days is 80 kWh.
      for (const wh of chargedWh) expect(wh).toBeGreaterThan(80_000);
    },
  );

  it('stations that take nothing that recurs keep it too, with less: after two days they pause', async () => {
    const [full, less] = [await away(1), await away(1, { quirks: new Set(['refusesRecurring']) })];
    expect(less.violation).toBeUndefined();
    for (const { failsafe } of less.world.stations.values()) expect(failsafe?.kind).toBe('Absolute');
    const sum = (values: readonly number[]) => values.reduce((total, wh) => total + wh, 0);
    expect(sum(less.chargedWh)).toBeGreaterThan(0);
    expect(sum(less.chargedWh)).toBeLessThan(0.5 * sum(full.chargedWh));
  });
});

describe('the check can fail', () => {
  it('where stations were told of the next evenings only', async () => {
    const told = EVENINGS.slice(0, 2).map(({ fromMs, toMs }, index): CapacityLimit => {
      const { recurrence, ...once } = EVENING_LIMIT;
      return { ...once, limitId: `e${index}`, fromMs, toMs };
    });
    expect((await away(1, { told })).violation).toContain('OVERLOAD grid');
  });

  it('where nobody knew that the clock would be set', async () => {
    const { violation } = await away(1, { timeZone: 'Etc/GMT+5' });
    expect(violation).toMatch(/OVERLOAD grid .* at 2026-03-(09|10|11)T21/);
  });
});
