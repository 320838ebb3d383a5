import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from '../support/chromium.js';
import { DashboardPage, DESKTOP, PHONE } from './support/dashboardPage.js';
import { sessionsOf } from './support/documents.js';
import { CAR_COUNT, GARAGE_ID, Garage } from './support/garage.js';
import { until } from './support/until.js';

// The dashboard in a real browser, against the service with virtual stations. The reader sits in New York; the garage is in Stockholm.

const SETUP_AT_MOST_MS = 420_000;
const LIVE = `/s/${GARAGE_ID}`;
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-dashboard-'));
let garage: Garage;
let browser: Browser;
let view: DashboardPage;

beforeAll(async () => {
  browser = await startChromium();
  garage = await Garage.start(join(directory, 'data'));
  await garage.settle();
}, SETUP_AT_MOST_MS);

afterEach(async () => {
  const complaints = view?.complaints ?? [];
  await view?.close();
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await garage?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const open = async (path: string, options = DESKTOP) => {
  view = await DashboardPage.open(browser, garage.service.httpUrl, options);
  await view.signInAt(path);
  return view;
};
const openSession = async (stationId: string) => {
  const found = (await sessionsOf(garage.service.api, GARAGE_ID)).find(
    (session) => session.stationId === stationId && session.endedAt === null,
  );
  if (found === undefined) throw new Error(`nobody charges at ${stationId}`);
  return found;
};
/** As a form writes it, by the clock in Stockholm. */
const wallIn = (hours: number) =>
  new Date(Date.now() + hours * 3_600_000)
    .toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' })
    .slice(0, 16)
    .replace(' ', 'T');

describe('Live', () => {
  it('shows the fuse, the price, the next day, and every car with why, as the service knows them', async () => {
    const { page } = await open(LIVE);
    await view.untilCharted();
    expect(await view.heading()).toBe(
      `${CAR_COUNT} cars are plugged in; all ${CAR_COUNT - 1} with a leave time will be ready.`,
    );
    expect(await page.locator('[role=meter]').count()).toBe(3);
    expect(await page.innerText('.fuse h2')).toMatch(/^Main fuse 63 A$/);
    expect(await page.innerText('.price-now')).toMatch(/\d+\söre\/kWh/);
    expect(await page.locator('.cars tbody tr').count()).toBe(CAR_COUNT);
    const whys = await page.locator('.cars td.why').allInnerTexts();
    expect(whys.filter((why) => why.trim() === '')).toEqual([]);
    // The one that has a name, and those that have only their ids.
    expect(await page.locator('.circuit .name').allInnerTexts()).toEqual(['Row A 32 A', 'Row B 32 A', 'Besök 25 A']);
    const load = Number(await page.getAttribute('.gauge.L1', 'aria-valuenow'));
    expect(load).toBeGreaterThan(10);
    expect(load).toBeLessThanOrEqual(61);
    expect(await view.violations()).toEqual([]);
    await view.picture('live');
  });

  it('follows what happens, without being loaded again', async () => {
    const { page } = await open(LIVE);
    const rows = page.locator('.cars tbody tr');
    garage.fleet.stations.get('01')?.unplug(1);
    await until(async () => (await rows.count()) === CAR_COUNT - 1, 'the car has left the list');
    await until(
      async () => (await view.heading()) === `All ${CAR_COUNT - 1} cars will be ready in time.`,
      'the headline follows',
    );
    garage.fleet.command('plug 01 1 CARD-01');
    await until(async () => (await rows.count()) === CAR_COUNT, 'a car has come');
  });

  it('is as good by night, in Swedish', async () => {
    await open(LIVE, { ...DESKTOP, colorScheme: 'dark', locale: 'sv-SE' });
    await view.untilCharted();
    expect(await view.page.getAttribute('html', 'lang')).toBe('sv');
    expect(await view.heading()).toMatch(/^6 bilar är inkopplade/);
    expect(await view.violations()).toEqual([]);
    await view.picture('live-dark-sv');
  });

  it('fits a phone, and one that is 320 wide', async () => {
    const { page } = await open(LIVE, PHONE);
    await view.untilCharted();
    expect(await view.overflowPx()).toBe(0);
    expect(await page.locator('.tabs a').first().innerText()).toBe('Nu');
    expect(await view.violations()).toEqual([]);
    await view.picture('live-phone');
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await view.overflowPx()).toBe(0);
  });
});

describe('Plan', () => {
  it('is read column by column from the keyboard, and as a table', async () => {
    const { page } = await open(`${LIVE}/plan`);
    await view.untilCharted();
    expect(await view.heading()).toMatch(/^\d cars are planned until /);
    const chart = page.locator('.plan-chart');
    await chart.focus();
    const first = await chart.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowRight');
    const second = await chart.getAttribute('aria-valuetext');
    expect(second).not.toBe(first);
    expect(second).toMatch(/L\d \d+ of \d+\sA.*Building/);
    await page.waitForSelector('.tip');
    await view.picture('plan');
    await page.keyboard.press('End');
    expect(await chart.getAttribute('aria-valuenow')).toBe(await chart.getAttribute('aria-valuemax'));
    await page.keyboard.press('Escape');
    expect(await page.locator('.tip').count()).toBe(0);
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('t');
    await page.waitForSelector('.table-box tbody tr');
    expect(await page.locator('.table-box tbody tr').count()).toBeGreaterThan(50);
    expect(await view.violations()).toEqual([]);
  });

  it('keeps what was chosen in its address, and picks a car out of the rest', async () => {
    const { page } = await open(`${LIVE}/plan?by=car`);
    await view.untilCharted();
    expect(await page.locator('.plan-figure .key > span').count()).toBe(CAR_COUNT + 1);
    await page.locator('.seg label:has-text("L2")').click();
    await page.locator('.picks button').nth(1).click();
    const { sessionId } = await openSession((await page.locator('.picks b').nth(1).innerText()).replace('Bay ', ''));
    expect(new URL(page.url()).search).toBe(`?by=car&phase=L2&car=${encodeURIComponent(sessionId)}`);
    expect(await page.locator('.plan-figure .key .dimmed').count()).toBe(CAR_COUNT);
    await page.reload();
    await page.waitForSelector('.picks button[aria-pressed=true]');
    expect(await page.isChecked('.seg input[value=L2]')).toBe(true);
  });

  it('fits a phone', async () => {
    await open(`${LIVE}/plan`, { ...PHONE, colorScheme: 'dark' });
    await view.untilCharted();
    expect(await view.overflowPx()).toBe(0);
    expect(await view.violations()).toEqual([]);
    await view.picture('plan-phone-dark');
  });
});

describe('a car', () => {
  const carOf = async (stationId: string) => `${LIVE}/cars/${(await openSession(stationId)).sessionId}`;

  it('says why it gets what it gets, and keeps the protocol under Technical', async () => {
    const { page } = await open(await carOf('03'));
    await page.waitForSelector('.course-figure .u-over');
    expect(await view.heading()).toMatch(/^Bay 03/);
    expect((await page.innerText('.why-now')).length).toBeGreaterThan(10);
    expect(await page.innerText('main')).not.toMatch(/EVSE|transactionId|OCPP/);
    await page.click('.technical summary');
    expect(await page.innerText('.technical')).toContain('transactionId');
    expect(await view.violations()).toEqual([]);
    await page.click('.technical summary');
    await view.picture('car');
  });

  it('takes no needs that make no sense, and leads to the first of them', async () => {
    const before = await openSession('03');
    const { page } = await open(await carOf('03'));
    await page.fill('#needs-departure', wallIn(-1));
    await page.fill('#needs-energy', 'a lot');
    await page.fill('#needs-priority', '11');
    await page.click('form.needs button[type=submit]');
    expect(await page.locator('.needs .problem').allInnerTexts()).toEqual([
      'The leave time must be in the future.',
      expect.stringMatching(/^Write a number of kWh, 0 to 1\s?000\.$/),
      'Write a whole number from 0 to 10.',
    ]);
    expect(await page.locator('#needs-departure:focus').count()).toBe(1);
    expect(await view.violations()).toEqual([]);
    const after = await openSession('03');
    expect([after.departure, after.energyWantedWh, after.priority]).toEqual([
      before.departure,
      before.energyWantedWh,
      before.priority,
    ]);
  });

  it('saves what its driver needs by the clock of the site, and takes it back', async () => {
    const before = await openSession('09');
    const { page } = await open(await carOf('09'));
    const wall = wallIn(20);
    await page.fill('#needs-departure', wall);
    await page.fill('#needs-energy', '18,5');
    await page.click('form.needs button[type=submit]');
    await page.waitForSelector('.outcome.saved');
    const saved = await openSession('09');
    expect(saved.energyWantedWh).toBe(18_500);
    const savedWall = new Date(saved.departure ?? 0).toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' });
    expect(savedWall.slice(0, 16).replace(' ', 'T')).toBe(wall);
    await page.keyboard.press('Control+z');
    await page.waitForSelector('.outcome.undone');
    const undone = await openSession('09');
    expect([undone.departure, undone.energyWantedWh]).toEqual([before.departure, before.energyWantedWh]);
  });

  it('fits a phone', async () => {
    await open(await carOf('12'), { ...PHONE, colorScheme: 'dark' });
    await view.page.waitForSelector('.course-figure .u-over');
    expect(await view.overflowPx()).toBe(0);
    expect(await view.violations()).toEqual([]);
    await view.picture('car-phone-dark');
  });
});

describe('other addresses', () => {
  it('say that there is no such page, and lead to one that there is', async () => {
    const { page } = await open(LIVE);
    await view.goTo('/s/nowhere');
    await page.waitForSelector('h1:has-text("No such page.")');
    expect(await view.violations()).toEqual([]);
    await page.click('main a');
    await page.waitForSelector('.fuse');
    expect(new URL(page.url()).pathname).toBe(LIVE);
  });
});

// The last one: it ends the service that the others ask.
describe('a lost connection', () => {
  it('makes everything stand still, and say so, and go on when it is back', async () => {
    view = await DashboardPage.open(browser, garage.service.httpUrl);
    const { page } = view;
    await page.clock.install();
    await view.signInAt(LIVE);
    await view.untilCharted();
    // The other views have come meanwhile: they could not now.
    await page.clock.fastForward(3_000);
    await page.waitForSelector('html[data-views=prepared]', { state: 'attached' });
    await garage.service.kill();
    await page.clock.fastForward(16_000);
    await page.waitForSelector('.pill.warn:has-text("Updated")');
    await page.clock.fastForward(31_000);
    await page.waitForSelector('.banner.lost:has-text("No contact with Evenkeel. You see")');
    expect(await view.heading()).toMatch(/^At \d\d:\d\d: /);
    const spoken = async () => (await page.locator('.hidden[role=status]').allInnerTexts()).join();
    await until(async () => (await spoken()).startsWith('No contact with Evenkeel'), 'a screen reader hears of it');
    expect(await view.violations()).toEqual([]);
    await view.picture('lost');
    const session = page.locator('.who a').first();
    await session.click();
    await page.waitForSelector('form.needs');
    expect(await page.isDisabled('form.needs button[type=submit]')).toBe(true);
    await garage.restartService();
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.waitForSelector('.pill:has-text("Live")');
    await page.waitForSelector('.banner.lost', { state: 'detached' });
    expect(await page.isDisabled('form.needs button[type=submit]')).toBe(false);
  }, 90_000);
});
