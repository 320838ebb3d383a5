import { expect, test } from 'vitest';
import { scenesBetween } from '../../../src/cli/demoScenes.js';
import {
  DEMO_GRID_LIMIT_A,
  DEMO_LOWERED_LIMIT_A,
  DEMO_STATIONS,
  demoFleet,
  demoSite,
} from '../../../src/cli/demoSite.js';
import { readSiteState } from '../../../src/cli/siteState.js';
import { bar, protection, siteSummary, siteTable } from '../../../src/cli/table.js';
import { checkFleet } from '../../../src/simulator/index.js';

const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

function stateWith(evse: Record<string, unknown>, station: Record<string, unknown> = {}) {
  return readSiteState({
    at: '2026-01-14T12:00:00Z',
    protection: { status: 'protected' },
    circuits: [
      {
        id: 'grid',
        parentId: null,
        limitA: all(63),
        loadA: all(30),
        baseLoadA: all(10),
        reservedA: all(40),
        headroomA: all(4),
      },
      {
        id: 'row-a',
        parentId: 'grid',
        limitA: all(32),
        loadA: all(20),
        baseLoadA: all(0),
        reservedA: all(20),
        headroomA: all(12),
      },
    ],
    stations: [
      {
        id: 'CP001',
        circuitId: 'row-a',
        online: true,
        control: 'controlled',
        failsafe: { limitA: 6, confirmed: true },
        evses: [
          {
            id: 1,
            phases: ['L1', 'L2', 'L3'],
            status: 'Charging',
            limitA: 10,
            reservedA: 0,
            currentA: all(9.5),
            transaction: { energyWh: 1500 },
            limitedBy: null,
            ...evse,
          },
        ],
        ...station,
      },
    ],
  });
}

const lastLine = (...state: Parameters<typeof stateWith>): string => siteTable(stateWith(...state)).at(-1) ?? '';

test.each([
  [{ limitedBy: { by: 'circuit', circuitId: 'row-a', phase: 'L1' } }, {}, 'row-a is full on L1'],
  [{ limitedBy: { by: 'evse' } }, {}, 'charges as fast as the station can'],
  [{ limitedBy: { by: 'vehicle' } }, {}, 'the car takes less than it is offered'],
  [{ limitA: 0, limitedBy: { by: 'minimumCurrent' } }, {}, 'waits: only 4 A free, a car needs 6 A'],
  [
    { limitA: 0, reservedA: 3, limitedBy: { by: 'minimumCurrent' } },
    {},
    'waits its turn: not everyone can have 6 A at once',
  ],
  [{ reservedA: 6 }, { online: false }, 'station offline: its failsafe is reserved'],
  [{ reservedA: 16 }, { online: false }, 'station offline: 16 A are reserved for it'],
  [{}, { online: false, control: 'neverSeen' }, 'has not connected yet'],
  [{ reservedA: 32 }, { control: 'disobeys' }, 'does not obey: 32 A are kept free for it'],
  [{ transaction: null, status: 'Available' }, {}, 'free'],
  [{ limitedBy: { by: 'somethingNew' } }, {}, 'held back: somethingNew'],
])('says why in plain words %#', (evse, station, words) => {
  expect(lastLine(evse, station)).toContain(words);
});

test('a row shows what an outlet is told, draws and has taken', () => {
  expect(lastLine({})).toMatch(/CP001 +row-a +L1L2L3 +Charging +10\.0 A +9\.5 A +1\.5 kWh/);
});

test('says whether every fuse holds, and if not, what is the matter and what is done about it', () => {
  const site = stateWith({});
  expect(protection(site)).toBe('protected: every fuse holds, whatever happens next');
  const excess = [
    { circuitId: 'row-a', phase: 'L3', excessA: 1 },
    { circuitId: 'grid', phase: 'L2', excessA: 3.14 },
  ];
  expect(protection({ ...site, protectedNow: false, excess })).toBe(
    'making room: no fuse is over its limit, but grid L2 could be, by 3.1 A; the cars are being told to take less',
  );
  expect(protection({ ...stateWith({}, { control: 'unconfirmed' }), protectedNow: false, excess })).toBe(
    'not protected yet: 1 station has not confirmed a failsafe, so it counts at all the hardware can draw',
  );
  const circuits = site.circuits.map((circuit) => ({ ...circuit, loadA: { ...all(10), L1: 70 } }));
  expect(protection({ ...site, circuits })).toMatch(/^ABOVE THE LIMIT: grid L1 by 7 A, row-a L1 by 38 A; /);
});

test('sums up what the outlets do and what the cars take', () => {
  expect(siteSummary(stateWith({ currentA: all(10) }))).toBe(
    '1 outlet: 1 charging, 0 waiting, 0 free or done, the cars take 7 kW',
  );
  expect(siteSummary(stateWith({}, { online: false }))).toContain('0 free or done, 1 offline');
});

test('a bar ends at the limit and shouts when it is passed', () => {
  expect(bar(16, 24, 32)).toBe(`${'█'.repeat(16)}${'▒'.repeat(8)}${'·'.repeat(8)}|`);
  expect(bar(40, 40, 32)).toBe(`${'█'.repeat(32)}!`);
  expect(bar(0, 0, 0)).toBe(`${'·'.repeat(32)}|`);
});

test('a state of a service we do not know is shown as far as it goes', () => {
  expect(siteTable(readSiteState({ stations: [{ evses: [{}] }], circuits: [null] })).length).toBeGreaterThan(0);
  expect(siteTable(readSiteState('nonsense')).length).toBeGreaterThan(0);
});

test('the demo site can serve about a third of its stations at full power, and its failsafes fit also when the grid is lowered', () => {
  expect(DEMO_STATIONS).toHaveLength(24);
  const sum = (ampereOf: (station: (typeof DEMO_STATIONS)[number]) => number) => (phase: 'L1' | 'L2' | 'L3') =>
    DEMO_STATIONS.filter((station) => station.phases.includes(phase)).reduce((total, one) => total + ampereOf(one), 0);
  const phases = ['L1', 'L2', 'L3'] as const;
  const full = Math.max(...phases.map(sum((station) => station.currentMaxA)));
  const failsafe = Math.max(...phases.map(sum(() => 6)));
  const share = (DEMO_GRID_LIMIT_A - 60) / full;
  expect(share).toBeGreaterThan(0.28);
  expect(share).toBeLessThan(0.38);
  expect(failsafe).toBeLessThanOrEqual(DEMO_LOWERED_LIMIT_A - 60);
  expect(demoSite()).toMatchObject({ timeZone: 'Europe/Stockholm' });
  const fleet = demoFleet({ port: 8080, passwords: new Map([['CP001', 'secret']]), seed: 1 });
  expect(checkFleet(JSON.parse(JSON.stringify(fleet)))).toEqual(fleet);
});

test('each scene of the demo is played once per lap', () => {
  const seen: number[] = [];
  for (let s = 0; s < 960; s += 0.7) seen.push(...scenesBetween(s, s + 0.7).map((scene) => scene.atS));
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe(28);
});
