import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DashboardPage, DESKTOP, PHONE } from '../e2e/support/dashboardPage.js';
import { ADMIN_KEY, ServiceProcess } from '../e2e/support/serviceProcess.js';
import { smallSite } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { startChromium } from '../support/chromium.js';

// Who comes in, who may do what, and what is kept for when the service is away, in a real browser. The tests go on from each other:
// first there is nobody but the key that the start printed.

const SETUP_AT_MOST_MS = 420_000;
const LIVE = '/s/depot';
const ANNA = { email: 'anna@example.com', password: 'correct horse battery' };
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-dashboard-accounts-'));
let service: ServiceProcess;
let browser: Browser;
let view: DashboardPage;

beforeAll(async () => {
  browser = await startChromium();
  service = await start();
  await service.api.put('/v1/sites/depot', site('Depot'));
}, SETUP_AT_MOST_MS);

afterEach(async () => {
  const complaints = view?.complaints ?? [];
  await view?.close();
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await service?.kill();
  rmSync(directory, { recursive: true, force: true });
});

const start = (port = 0) =>
  ServiceProcess.start({ dataDir: join(directory, 'data'), port, environment: { LOG_LEVEL: 'warn' } });
const open = async (path: string, options = DESKTOP) => {
  view = await DashboardPage.open(browser, service.httpUrl, options);
  await view.goTo(path);
  return view.page;
};
const openAs = async (path: string, who: { email: string; password: string } = ANNA, options = DESKTOP) => {
  const page = await open(path, options);
  await view.signIn(who);
  await page.waitForSelector('[aria-busy=true]', { state: 'detached' });
  return page;
};
const site = (name: string) => ({ ...smallSite(), name });
const pathOf = () => new URL(view.page.url()).pathname + new URL(view.page.url()).search;

describe('the first start', () => {
  it('lets the printed key in, has somebody added with it, and leads to where its reader was going', async () => {
    const page = await open(`${LIVE}/plan?by=car`);
    await page.click('text=Sign in with a key');
    await page.click('button[type=submit]');
    await page.waitForSelector('text=Write your key.');
    await page.fill('#signIn-key', 'a key that is wrong');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=This key is not valid.');
    expect(await view.violations()).toEqual([]);
    await page.fill('#signIn-key', ADMIN_KEY);
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("Add yourself")');
    await page.fill('#first-email', 'anna');
    await page.fill('#first-password', 'short');
    await page.click('button[type=submit]');
    expect(await page.innerText('#first-email-problem')).toBe('Write an e-mail address, such as anna@example.com.');
    expect(await page.innerText('#first-password-problem')).toBe('12 to 128 characters.');
    expect(await page.evaluate('document.activeElement.id')).toBe('first-email');
    expect(await view.violations()).toEqual([]);
    await view.picture('first-user');
    await page.fill('#first-email', ANNA.email);
    await page.fill('#first-name', 'Anna');
    await page.fill('#first-password', ANNA.password);
    await page.click('button[type=submit]');
    await page.waitForSelector('.pill:has-text("Live")');
    expect(pathOf()).toBe(`${LIVE}/plan?by=car`);
    // The key is put away: what shows who this is now, no script can read.
    expect(await page.evaluate('[sessionStorage.length, document.cookie]')).toEqual([0, '']);
  });
});

describe('signing in', () => {
  it('refuses a wrong password word for word, keeps the address, and comes back without asking again', async () => {
    const page = await open(`${LIVE}/stations?state=help`);
    await page.click('button[type=submit]');
    await page.waitForSelector('text=Write your e-mail address.');
    await page.fill('#signIn-email', ANNA.email);
    await page.fill('#signIn-password', 'correct horse');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Wrong e-mail or password.');
    expect(await view.violations()).toEqual([]);
    await view.picture('sign-in-wrong');
    await view.signIn(ANNA);
    expect(pathOf()).toBe(`${LIVE}/stations?state=help`);
    await view.goTo('/');
    await page.waitForSelector('.live-foot');
    expect(pathOf()).toBe(LIVE);
  });

  it('says how long to wait after too many tries, in Swedish on a phone', async () => {
    const page = await open('/', PHONE);
    await page.route('**/v1/sign-in', (route) =>
      route.fulfill({ status: 429, headers: { 'retry-after': '41' }, json: { code: 'TOO_MANY_REQUESTS' } }),
    );
    await page.fill('#signIn-email', ANNA.email);
    await page.fill('#signIn-password', 'fel');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=För många försök, vänta 41\u00a0s.');
    expect(await view.overflowPx()).toBe(0);
    expect(await view.violations()).toEqual([]);
    await view.picture('sign-in-phone');
  });

  it('offers who else vouches for its readers, with the way back', async () => {
    view = await DashboardPage.open(browser, service.httpUrl, { ...DESKTOP, colorScheme: 'dark' });
    await view.page.route('**/v1/sign-in/methods', (route) =>
      route.fulfill({ json: { password: true, oidc: { name: 'North ID', url: '/v1/sign-in/oidc' } } }),
    );
    await view.goTo(`${LIVE}/plan`);
    const link = view.page.locator('a:has-text("Sign in with North ID")');
    expect(await link.getAttribute('href')).toBe('/v1/sign-in/oidc?to=%2Fs%2Fdepot%2Fplan');
    expect(await view.violations()).toEqual([]);
    await view.picture('sign-in-dark');
  });

  it('says that one was signed out, where that was done elsewhere, and signs out when told to', async () => {
    const page = await openAs(`${LIVE}/stations`);
    await page.context().clearCookies();
    await page.click('.main-nav a:has-text("Bill")');
    await page.waitForSelector('text=You were signed out.');
    await view.signIn(ANNA);
    expect(pathOf()).toBe(`${LIVE}/bill`);
    await page.click('.account summary');
    expect(await page.innerText('.who-here')).toBe('Anna');
    const cookies = () => page.context().cookies();
    expect(await cookies()).toHaveLength(1);
    await page.click('text=Sign out');
    await page.waitForSelector('#signIn-email');
    expect(await cookies()).toEqual([]);
  });
});

describe('Users', () => {
  it('adds a person once everything is right, changes the role, takes that back, and asks before removing', async () => {
    const page = await openAs('/users');
    expect(await page.innerText('table.desk tbody')).toMatch(/Anna \(you\)\s*anna@example\.com\s*Admin/);
    await page.click('text=Add a person');
    await page.fill('#user-email', 'nils');
    await page.fill('#user-password', 'too short');
    await page.waitForSelector('#user-email-problem:has-text("Write an e-mail address")');
    await page.waitForSelector('#user-password-problem:has-text("12 to 128 characters.")');
    await page.click('form button[type=submit]');
    expect(await page.evaluate('document.activeElement.id')).toBe('user-email');
    expect(await view.violations()).toEqual([]);
    await page.fill('#user-email', ANNA.email);
    await page.fill('#user-password', 'a long password of his');
    await page.click('form button[type=submit]');
    await page.waitForSelector('.outcome.failed');
    await page.fill('#user-email', 'nils@example.com');
    await page.fill('#user-name', 'Nils');
    await page.selectOption('#user-role', 'provider');
    await view.picture('users-form');
    await page.click('form button[type=submit]');
    await page.waitForSelector('tr:has-text("Nils") >> text=Energy provider');
    await page.click('[aria-label="Change: Nils"]');
    await page.selectOption('#user-role', 'viewer');
    await page.waitForSelector('text=They are signed out everywhere when this is saved.');
    await page.click('form button[type=submit]');
    await page.waitForSelector('tr:has-text("Nils") >> text=Viewer');
    await page.keyboard.press('Control+z');
    await page.waitForSelector('tr:has-text("Nils") >> text=Energy provider');
    await view.picture('users');
    await page.click('text=Add a person');
    await page.fill('#user-email', 'eva@example.com');
    await page.fill('#user-password', 'a long password of hers');
    await page.click('form button[type=submit]');
    await page.click('[aria-label="Remove: eva@example.com"]');
    await page.waitForSelector('dialog:has-text("Remove eva@example.com?")');
    expect(await view.violations()).toEqual([]);
    await page.click('dialog .primary');
    await page.waitForSelector('tr:has-text("eva@example.com")', { state: 'detached' });
  });

  it('shows each reader what is theirs: an energy provider begins with tariffs, and sees no people', async () => {
    const page = await openAs('/', { email: 'nils@example.com', password: 'a long password of his' });
    await page.waitForURL('**/tariffs');
    await page.waitForSelector('.sub-nav');
    expect(await page.locator('.sub-nav a').allInnerTexts()).toEqual(['Tariffs']);
    await view.goTo('/users');
    await page.waitForSelector('[role=alert]:has-text("No access.")');
  });

  it('shows an energy provider the limits of a site, what the grid asks for among them, and none of its cars', async () => {
    const start = new Date(Date.now() - 3_600_000).toISOString();
    await service.api.put('/v1/sites/depot/grid-events/evening-peak', {
      programID: 'capacity',
      eventName: 'Evening peak',
      intervalPeriod: { start, duration: 'PT3H' },
      payloadDescriptors: [
        { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' },
      ],
      intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [9] }] }],
    });
    const page = await openAs('/', { email: 'nils@example.com', password: 'a long password of his' });
    await page.waitForURL('**/tariffs');
    await page.click('.main-nav >> text=Limits');
    await page.waitForSelector('h1:has-text("9 kW")');
    expect(await page.locator('.main-nav a').allInnerTexts()).toEqual(['Limits', 'Settings']);
    expect(await page.locator('.limit-bar.grid-operator').count()).toBeGreaterThan(0);
    expect(await page.locator('text=Add a limit').count()).toBe(0);
    expect(await view.violations()).toEqual([]);
    await view.goTo('/s/depot');
    await page.waitForSelector('[role=alert]:has-text("No access.")');
    expect((await service.api.request('DELETE', '/v1/sites/depot/grid-events/evening-peak')).status).toBe(204);
  });

  it('makes a key whose secret is told once, gives it a new one, and revokes it', async () => {
    const page = await openAs('/users?show=keys');
    await page.click('text=Make a key');
    await page.click('form button[type=submit]');
    await page.waitForSelector('#key-name-problem:has-text("Write what it is for.")');
    await page.fill('#key-expires', '2020-01-01T00:00');
    await page.waitForSelector('#key-expires-problem:has-text("This is in the past.")');
    await page.fill('#key-expires', '2099-01-01T00:00');
    await page.fill('#key-name', 'Meter');
    await page.selectOption('#key-role', 'integrator');
    await page.check('.checks label:has-text("Depot") input');
    expect(await view.violations()).toEqual([]);
    await view.picture('keys-form');
    await page.click('form button[type=submit]');
    const secret = await page.innerText('.secret code');
    expect(await view.violations()).toEqual([]);
    await view.picture('keys');
    const meter = service.apiWith(secret);
    expect((await meter.request('GET', '/v1/sites/depot')).status).toBe(200);
    await page.click('text=I have it');
    expect(await page.innerText('main')).not.toContain(secret);
    expect(await page.innerText('tr:has-text("Meter")')).toMatch(/Integrator\s+Depot\s+1 Jan 2099/);
    await page.click('[aria-label="New secret: Meter"]');
    await page.click('dialog .primary');
    await page.waitForSelector('.secret');
    const second = await page.innerText('.secret code');
    expect(second).not.toBe(secret);
    await page.click('text=I have it');
    await page.click('[aria-label="Revoke: Meter"]');
    await page.waitForSelector('dialog:has-text("can not be undone")');
    await page.click('dialog .primary');
    await page.waitForSelector('tr.over:has-text("Meter")');
    expect((await service.apiWith(second).request('GET', '/v1/sites/depot')).status).toBe(401);
  });

  it('tells who changed what, from what to what', async () => {
    await service.api.put('/v1/sites/depot', site('Depot Nord'));
    const page = await openAs('/users?show=log');
    await page.waitForSelector('.audit li');
    const [newest, next] = await page.locator('.audit li').allInnerTexts();
    expect(newest).toMatch(/set the site up/);
    expect(next).toMatch(/Anna revoked a key/);
    await page.click('.audit li:first-child summary');
    expect(await page.innerText('.changes tbody')).toMatch(/name\s+Depot\s+Depot Nord/);
    expect(await view.violations()).toEqual([]);
    await view.picture('audit');
    await page.click('.audit li:first-child .quiet-link');
    await page.waitForSelector('text=Only of depot.');
  });

  it('fits a phone by night in Swedish, and one that is 320 wide', async () => {
    const page = await openAs('/users', ANNA, { ...PHONE, colorScheme: 'dark' });
    const wrong: string[] = [];
    for (const path of ['/users', '/users?show=keys', '/users?show=log']) {
      await page.setViewportSize({ width: 390, height: 844 });
      await view.goTo(path);
      await page.waitForSelector('main .card');
      await page.waitForSelector('[aria-busy=true]', { state: 'detached' });
      wrong.push(...(await view.violations()).map((one) => `${path}: ${one}`));
      await view.picture(`${path.slice(1).replace('?show=', '-')}-phone`);
      await page.setViewportSize({ width: 320, height: 700 });
      const overflowPx = await view.overflowPx();
      if (overflowPx > 0) wrong.push(`${path}: ${overflowPx} px too wide`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('a wall screen', () => {
  it('is let in by its link alone, sees only its site, and says so when that is over', async () => {
    const page = await openAs(LIVE);
    await page.click('text=Make a wall link');
    await page.waitForSelector('dialog:has-text("without signing in")');
    expect(await view.violations()).toEqual([]);
    await page.click('dialog .primary');
    await page.waitForSelector('.secret');
    const link = await page.innerText('.secret code');
    expect(link).toMatch(/\/s\/depot\/wall#key=[\w-]+$/);
    await view.close();

    const wall = await open(link.replace(service.httpUrl, ''), { ...DESKTOP, viewport: { width: 1920, height: 1080 } });
    await wall.waitForSelector('.bays li');
    expect(await wall.innerText('.wall h1')).toBe('Depot Nord');
    expect(await wall.evaluate('[sessionStorage.length, localStorage.length]')).toEqual([0, 0]);
    const key = service.apiWith(link.split('#key=')[1] ?? '');
    expect((await key.request('GET', '/v1/users')).status).toBe(403);
    expect((await key.request('PUT', '/v1/sites/depot', site('Mine'))).status).toBe(403);
    const { keys } = (await service.api.get('/v1/keys')) as { keys: { keyId: string; name: string }[] };
    const made = keys.find(({ name }) => name === 'Wall screen of Depot Nord');
    await service.api.request('DELETE', `/v1/keys/${made?.keyId}`);
    await wall.reload();
    await wall.waitForSelector('text=This link is no longer valid.');
    expect(await view.violations()).toEqual([]);
  });
});

// The last one: it ends the service that the others ask.
describe('without the service', () => {
  it('opens all the same, with what was last seen, shown as lost, and forgets that when one signs out', async () => {
    const page = await openAs(LIVE, ANNA, { ...DESKTOP, serviceWorkers: 'allow' });
    await page.waitForSelector('.pill:has-text("Live")');
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    const kept = () => page.evaluate("caches.match('/snapshots/depot').then((found) => found !== undefined)");
    await until(async () => (await kept()) === true, 'what was seen is kept');
    const { port } = service;
    await service.kill();
    await page.reload();
    await page.waitForSelector('.banner.lost:has-text("No contact with Evenkeel. You see")');
    expect(await view.heading()).toMatch(/^At \d\d:\d\d: /);
    await page.waitForSelector('.pill.bad');
    // Views that were never opened here are there too.
    await page.click('.main-nav a:has-text("Stations")');
    await page.waitForSelector('.stations tbody tr');
    expect(await view.violations()).toEqual([]);
    await view.goTo('/');
    await page.waitForSelector('.banner.lost');
    expect(pathOf()).toBe(LIVE);
    service = await start(port);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.waitForSelector('.pill:has-text("Live")');
    await page.waitForSelector('.banner.lost', { state: 'detached' });
    await page.click('.account summary');
    await page.click('text=Sign out');
    await page.waitForSelector('#signIn-email');
    expect(await kept()).toBe(false);
  }, 90_000);
});
