import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DashboardPage, DESKTOP, PHONE } from '../e2e/support/dashboardPage.js';
import { startChromium } from '../support/chromium.js';
import { CARS, GARAGE, GARAGE_NOW_MS, garage } from '../support/dashboardGarage.js';
import { stationDocuments } from '../support/dashboardGarageStations.js';
import { type DashboardScene, dashboardScene, SCENE_SITE } from '../support/dashboardScene.js';
import { DashboardServer } from '../support/dashboardServer.js';

// What is seldom seen, by day and by night, in both languages, at a desk and on a phone, on 14 January 2026 at 14:20: nothing is cut off,
// nothing is wider than its window, and axe finds nothing.

const SETUP_AT_MOST_MS = 420_000;
const SEED = 20_260_114;
const LOOKS = [
  { look: 'light', options: { ...DESKTOP, colorScheme: 'light', locale: 'en-GB' } },
  { look: 'dark-sv', options: { ...DESKTOP, colorScheme: 'dark', locale: 'sv-SE' } },
  { look: 'phone-sv', options: { ...PHONE, colorScheme: 'light', locale: 'sv-SE' } },
  { look: 'phone-dark', options: { ...PHONE, colorScheme: 'dark', locale: 'en-GB' } },
] as const;
/** Those that the docs show; of the others each look is made where all are asked for. */
const OF_DOCS: readonly string[] = [
  ...['live-late', 'live-over', 'live-empty', 'live-500', 'live-stale', 'live-lost'].map((name) => `${name}-light`),
  ...['plan-14', 'plan-500', 'stations-500', 'station-mismatch', 'station-no-control'].map((name) => `${name}-light`),
  ...['car-price', 'car-minimumCurrent', 'car-demandCharge'].map((name) => `${name}-dark-sv`),
  ...['live-late', 'live-over', 'plan-3', 'car-circuit'].map((name) => `${name}-phone-sv`),
];

interface Shot {
  readonly name: string;
  readonly scene: DashboardScene;
  readonly path: string;
  /** What is there when it is drawn. */
  readonly until: string;
  readonly silentForMs?: number;
  /** What is looked at is above the rows, or there are hundreds of them. */
  readonly isLong?: boolean;
}

const live = `/s/${GARAGE}`;
const crowd = dashboardScene(500, SEED, () => GARAGE_NOW_MS);
const late = CARS.map((car) => (car.bay === '03' ? { ...car, onTime: false } : car));
const three = garage({ cars: CARS.slice(0, 3) });
const fourteen = garage();
const troubled = (changes: Partial<(typeof CARS)[number]>) =>
  garage({ cars: CARS.map((car) => (car.bay === '12' ? { ...car, ...changes } : car)) });
const REASONS = new Map(CARS.flatMap(({ bay, by }) => (by === null ? [] : [[by.by, bay] as const])));

const SHOTS: readonly Shot[] = [
  { name: 'live-ok', scene: fourteen, path: live, until: '.u-over' },
  { name: 'live-late', scene: garage({ cars: late }), path: live, until: '.banner', isLong: true },
  { name: 'live-over', scene: garage({ moreA: 22 }), path: live, until: '.banner.lost', isLong: true },
  { name: 'live-empty', scene: garage({ cars: [], hasStations: false }), path: live, until: '.banner' },
  { name: 'live-no-cars', scene: garage({ cars: [] }), path: live, until: '.fuse' },
  { name: 'live-500', scene: crowd, path: `/s/${SCENE_SITE}`, until: '.u-over', isLong: true },
  { name: 'live-stale', scene: fourteen, path: live, until: '.pill.warn', silentForMs: 17_000, isLong: true },
  { name: 'live-lost', scene: fourteen, path: live, until: '.banner.lost', silentForMs: 60_000, isLong: true },
  { name: 'plan-3', scene: three, path: `${live}/plan?by=car`, until: '.u-over' },
  { name: 'plan-14', scene: fourteen, path: `${live}/plan?by=car&car=s-03`, until: '.u-over' },
  { name: 'plan-kw', scene: fourteen, path: `${live}/plan?phase=kW&hours=48`, until: '.u-over' },
  { name: 'plan-500', scene: crowd, path: `/s/${SCENE_SITE}/plan`, until: '.u-over', isLong: true },
  ...[...REASONS].map(([by, bay]) => ({
    name: `car-${by}`,
    scene: fourteen,
    path: `${live}/cars/s-${bay}`,
    until: '.course-figure .u-over',
  })),
  {
    name: 'car-offline',
    scene: troubled({ online: false }),
    path: `${live}/cars/s-12`,
    until: '.course-figure .u-over',
  },
  {
    name: 'car-fault',
    scene: troubled({ status: 'Faulted', currentA: 0 }),
    path: `${live}/cars/s-12`,
    until: '.course-figure .u-over',
  },
  { name: 'stations-500', scene: crowd, path: `/s/${SCENE_SITE}/stations`, until: '.stations tbody tr', isLong: true },
  ...(['match', 'mismatch', 'no-control'] as const).map((how) => ({
    name: `station-${how}`,
    scene: garage({
      documents: stationDocuments(how),
      ...(how === 'no-control'
        ? { cars: CARS.map((car) => (car.bay === '12' ? { ...car, control: 'refuses' as const } : car)) }
        : {}),
    }),
    path: `${live}/stations/12/now`,
    until: '.evse .steps-plot, .evse .warn-line',
  })),
];

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
}, SETUP_AT_MOST_MS);

afterAll(async () => {
  await browser?.close();
});

describe.each(LOOKS)('by $look', ({ look, options }) => {
  it.each(SHOTS)('$name can be read', async ({ name, scene, path, until, silentForMs = 0, isLong = false }) => {
    const server = await DashboardServer.start(scene);
    const view = await DashboardPage.open(browser, server.url, options);
    try {
      const { page } = view;
      await page.addInitScript("localStorage.setItem('evenkeel.signedIn', 'yes')");
      await page.clock.install({ time: GARAGE_NOW_MS });
      await view.goTo(path);
      await page.waitForSelector('main h1');
      await page.waitForSelector('[aria-busy=true]', { state: 'detached' });
      if (silentForMs > 0) {
        await page.waitForSelector('.u-over');
        await page.route('**/v1/**', (route) => route.abort());
        await page.clock.fastForward(silentForMs);
      }
      await page.waitForSelector(until);
      expect(await view.overflowPx()).toBe(0);
      expect(await view.clipped()).toEqual([]);
      expect(await view.violations()).toEqual([]);
      expect(view.complaints).toEqual([]);
      const isKept = {
        isSmall: true,
        isOfDocs: OF_DOCS.includes(`${name}-${look}`),
        ...(isLong ? { isFirstScreen: true } : {}),
      };
      await view.picture(`gallery-${name}-${look}`, isKept);
    } finally {
      await view.close();
      await server.stop();
    }
  });
});
