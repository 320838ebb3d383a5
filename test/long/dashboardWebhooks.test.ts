import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../src/client/index.js';
import { DashboardPage, DESKTOP, PHONE } from '../e2e/support/dashboardPage.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { smallSite } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { startChromium } from '../support/chromium.js';
import { WebhookReceiver } from '../support/webhookReceiver.js';

// Webhooks in a real browser, with a real receiver on loopback. The tests go on from each other.

const SETUP_AT_MOST_MS = 420_000;
const ANNA = {
  email: 'anna@example.com',
  name: 'Anna',
  role: 'integrator',
  password: 'correct horse battery',
} as const;
const VERA = { email: 'vera@example.com', name: 'Vera', role: 'viewer', password: 'correct horse battery' } as const;
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-dashboard-webhooks-'));
const receiver = new WebhookReceiver();
let service: ServiceProcess;
let browser: Browser;
let view: DashboardPage;
let secret: string;

beforeAll(async () => {
  browser = await startChromium();
  await receiver.listen();
  service = await ServiceProcess.start({
    dataDir: join(directory, 'data'),
    environment: { LOG_LEVEL: 'error', EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.1/32' },
  });
  await service.api.put('/v1/sites/depot', { ...smallSite(), name: 'Depot' });
  for (const person of [ANNA, VERA]) await service.api.post('/v1/users', person);
}, SETUP_AT_MOST_MS);

afterEach(async () => {
  const complaints = view?.complaints ?? [];
  await view?.close();
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await service?.kill();
  await receiver.close();
  rmSync(directory, { recursive: true, force: true });
});

const openAs = async (who: { email: string; password: string } = ANNA, options = DESKTOP, path = '/webhooks') => {
  view = await DashboardPage.open(browser, service.httpUrl, options);
  await view.goTo(path);
  await view.signIn(who);
  await view.page.waitForSelector('[aria-busy=true]', { state: 'detached' });
  return view.page;
};
/** From the list to the one that there is. */
const openOne = async (options = DESKTOP) => {
  const page = await openAs(ANNA, options);
  await page.click('.webhooks .row-link');
  await page.waitForSelector('.webhook');
  await page.waitForSelector('[aria-busy=true]', { state: 'detached' });
  return page;
};

describe('Webhooks', () => {
  it('says that there are none, and makes one once everything is right, by the keyboard alone', async () => {
    const page = await openAs();
    expect(await page.locator('.sub-nav [aria-current=page]').innerText()).toBe('Webhooks');
    await page.waitForSelector('text=No program is told of anything yet.');
    expect(await view.violations()).toEqual([]);
    await view.picture('webhooks-none');
    await page.focus('button:has-text("Add an address")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#webhook-url:focus');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#webhook-url-problem:has-text("begins with https://")');
    await page.waitForSelector('#webhook-events-problem:has-text("Tick at least one.")');
    await page.waitForSelector('#webhook-url:focus');
    expect(await view.violations()).toEqual([]);
    await page.keyboard.type('http://192.168.7.7/told');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await view.picture('webhooks-form');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#webhook-url-problem:has-text("This address may not be called.")');
    expect(await page.isChecked('.events label:has-text("A limit is exceeded") input')).toBe(true);
    await page.fill('#webhook-url', receiver.url);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.secret');
    secret = await page.innerText('.secret code');
    expect(secret).toMatch(/^whsec_/);
    expect(await view.violations()).toEqual([]);
    await view.picture('webhooks-secret');
    await page.click('text=I have it');
    expect(await page.innerText('main')).not.toContain(secret);
    expect(await page.innerText('.webhooks tbody')).toMatch(
      /A station can not be controlled · A limit is exceeded\s+All\s+On/,
    );
  });

  it('sends a trial that its receiver can verify, and tells what became of it', async () => {
    const page = await openOne();
    await page.waitForSelector('text=Nothing was sent yet.');
    await page.click('text=Send a trial');
    await page.waitForSelector('.deliveries tr:has-text("Trial"):has-text("Delivered")');
    const [told] = receiver.received;
    if (told === undefined) throw new Error('nothing came');
    expect(verifyWebhook(told, { secrets: [secret] })).toMatchObject({ genuine: true });
    await page.click('.message summary');
    expect(await page.innerText('.message pre')).toBe(told.body);
    expect(await view.violations()).toEqual([]);
  });

  it('tells why one did not arrive, and when it is tried again', async () => {
    receiver.answer = (response) => void response.writeHead(500).end();
    const page = await openOne();
    await page.click('text=Send a trial');
    const failing = page.locator('.deliveries tbody tr').first();
    await until(
      async () =>
        /Not yet delivered\s+The receiver answered 500\. Next try \d\d:\d\d\./.test(await failing.innerText()),
      'the failure is told',
    );
    expect(await view.violations()).toEqual([]);
    await view.picture('webhook');
  });

  it('gives a new secret and says until when the old one signs too, changes what is told, and takes that back', async () => {
    const page = await openOne();
    await page.click('button:has-text("New secret")');
    await page.waitForSelector('dialog:has-text("signed with the old one too")');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.click('button:has-text("New secret")');
    await page.click('dialog .primary');
    await page.waitForSelector('.secret:has-text("the old one too until")');
    expect(await page.innerText('.secret code')).not.toBe(secret);
    await page.click('text=I have it');
    expect(await page.innerText('.webhook')).toMatch(/Secret ends in ….{4}; the old one, ….{4}, until tomorrow/);
    await page.click('.webhook button:has-text("Change")');
    await page.check('.events label:has-text("A car will be late") input');
    await page.check('.checks label:has-text("Depot") input');
    await page.click('form button[type=submit]');
    await page.waitForSelector('.webhook:has-text("A car will be late"):has-text("Depot")');
    await page.keyboard.press('Control+z');
    await page.waitForSelector('.webhook:has-text("Sites: All")');
    expect(await page.innerText('.webhook')).not.toContain('A car will be late');
  });

  it('says that one is off because its receiver wants no more, and turns it on again', async () => {
    receiver.answer = (response) => void response.writeHead(410).end();
    const page = await openOne();
    const webhookId = new URL(page.url()).searchParams.get('of');
    // What failed before may have been tried again meanwhile: then it is off already.
    await service.api.request('POST', `/v1/webhooks/${webhookId}/test`);
    await page.waitForSelector('.webhook:has-text("Its receiver wants no more (410).")');
    expect(await view.violations()).toEqual([]);
    await view.picture('webhook-off');
    await page.click('text=Turn on again');
    await page.waitForSelector('.webhook .condition.fine:has-text("On")');
    receiver.answer = (response) => void response.writeHead(204).end();
  });

  it('fits a phone by night in Swedish, and one that is 320 wide', async () => {
    const page = await openAs(ANNA, { ...PHONE, colorScheme: 'dark' });
    const wrong: string[] = [];
    const look = async (name: string) => {
      await page.setViewportSize({ width: 390, height: 844 });
      wrong.push(...(await view.violations()).map((one) => `${name}: ${one}`));
      await view.picture(`${name}-phone`);
      await page.setViewportSize({ width: 320, height: 700 });
      const overflowPx = await view.overflowPx();
      if (overflowPx > 0) wrong.push(`${name}: ${overflowPx} px too wide`);
    };
    await look('webhooks');
    await page.click('button:has-text("Lägg till adress")');
    await look('webhooks-form');
    await page.click('text=Avbryt');
    await page.click('.webhooks .row-link');
    await page.waitForSelector('.deliveries');
    await look('webhook');
    expect(wrong).toEqual([]);
  });

  it('is not for those who only look, and says so; without an answer it offers to try again', async () => {
    const page = await openAs(VERA);
    await page.waitForSelector('[role=alert]:has-text("No access.")');
    expect(await page.locator('.sub-nav a').allInnerTexts()).not.toContain('Webhooks');
    await view.close();
    const own = await openAs(ANNA);
    await own.route('**/v1/webhooks', (route) => route.abort());
    await own.reload();
    await own.waitForSelector('.failed-part');
    expect(await view.violations()).toEqual([]);
    await own.unroute('**/v1/webhooks');
    await own.click('.failed-part button');
    await own.waitForSelector('.webhooks tbody tr');
  });

  it('asks before it deletes one, and says so where another had deleted it', async () => {
    const page = await openOne();
    await page.click('.webhook button:has-text("Delete")');
    await page.waitForSelector('dialog:has-text("can not be undone")');
    expect(await view.violations()).toEqual([]);
    await page.click('dialog .primary');
    await page.waitForSelector('text=No program is told of anything yet.');
    expect(new URL(page.url()).search).toBe('');
    expect(await service.api.get('/v1/webhooks')).toEqual({ webhooks: [] });
    await view.goTo('/webhooks?of=whk-gone');
    await page.waitForSelector('[role=alert]:has-text("There is no such webhook any more.")');
    expect(await view.violations()).toEqual([]);
  });
});
