import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DashboardPage, DESKTOP, PHONE } from '../e2e/support/dashboardPage.js';
import { BAYS, GARAGE_ID, Garage } from '../e2e/support/garage.js';
import { RawStation } from '../e2e/support/rawStation.js';
import { until } from '../e2e/support/until.js';
import { startChromium } from '../support/chromium.js';

// The views beside Live, Plan and a car, in a real browser, against the service with virtual stations.

const SETUP_AT_MOST_MS = 420_000;
const SITE = `/s/${GARAGE_ID}`;
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-dashboard-views-'));
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

/** Signs in where it is shown whether the site is live, then goes on. */
const open = async (path: string, options = DESKTOP) => {
  view = await DashboardPage.open(browser, garage.service.httpUrl, options);
  const isLive = path.startsWith('/s/') && !path.endsWith('/wall');
  await view.signInAt(isLive ? path : `${SITE}/stations`);
  if (!isLive) await view.goTo(path);
  await settled();
  return view;
};
/** Nothing is still being fetched. */
const settled = async () => {
  await view.page.waitForSelector('main h1', { state: 'attached' });
  await view.page.waitForSelector('[aria-busy=true]', { state: 'detached' });
};
const limitsStored = async () =>
  (
    (await garage.service.api.get(`/v1/sites/${GARAGE_ID}/limits`)) as {
      limits: { limitId: string; reason?: string }[];
    }
  ).limits;
const day = (ahead: number) =>
  new Date(Date.now() + ahead * 86_400_000).toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' }).slice(0, 10);

describe('Stations', () => {
  it('lists each with its phases and how it is, finds one, and leads to it', async () => {
    const { page } = await open(`${SITE}/stations`);
    // A car that is slow to follow on a busy machine is seen by the service, and forgiven when it has.
    await page.waitForSelector('h1:has-text("All stations follow their limits.")', { timeout: 60_000 });
    expect(await page.locator('.stations tbody tr').count()).toBe(BAYS.length);
    expect(await view.violations()).toEqual([]);
    await view.picture('stations');
    await page.fill('input[type=search]', 'nowhere');
    await page.waitForSelector('text=No match.');
    await page.click('text=Clear');
    await page.fill('input[type=search]', '12');
    await page.waitForURL((url) => url.search === '?q=12');
    await page.click('.stations .row-link');
    await settled();
    expect(await view.heading()).toMatch(/^Bay 12 Row A/);
  });

  it('says which one has no contact, while the others go on', async () => {
    const { page } = await open(`${SITE}/stations`);
    garage.fleet.command('disconnect 02 15');
    await page.waitForSelector('h1:has-text("Bay 02 needs help.")');
    expect(await page.innerText('.stations tbody tr')).toMatch(/Bay 02[\s\S]*No contact with the station/);
    await page.check('.seg input[value=offline]');
    expect(await page.locator('.stations tbody tr').count()).toBe(1);
    expect(await view.violations()).toEqual([]);
    await page.waitForSelector('h1:has-text("All stations follow their limits.")', { timeout: 60_000 });
  });
});

describe('a station', () => {
  it('shows what it was told beside what it says, step by step from the keyboard, and as a table', async () => {
    const { page } = await open(`${SITE}/stations/12/now`);
    await page.waitForSelector('.steps-plot');
    expect(await page.innerText('.evse .warn-line')).toBe('The station says the same as we do.');
    const chart = page.locator('.steps-plot');
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/What we told it \d+(\.\d)?\sA, What it says \d/);
    expect(await view.violations()).toEqual([]);
    await view.picture('station');
    await page.keyboard.press('t');
    // By night it may keep to one limit all day.
    expect(await page.locator('.table-box tbody tr').count()).toBeGreaterThan(0);
    await page.click('summary:has-text("Technical")');
    expect(await page.innerText('.technical dl')).toMatch(/OCPP\s+1\.6/);
    expect(await view.violations()).toEqual([]);
  });

  it('shows the profiles that it holds, with their states, and how it differs', async () => {
    const { page } = await open(`${SITE}/stations/12/profiles`);
    await page.waitForSelector('.slot');
    expect(await page.innerText('.slot >> nth=0')).toMatch(/If contact is lost[\s\S]*0\sA/);
    expect(await page.innerText('.slot >> nth=1')).toMatch(
      /Bay 12: the car that is there[\s\S]*(Confirmed|Accepted|Sent)/,
    );
    await page.waitForSelector('#quirks-title');
    expect(await view.violations()).toEqual([]);
    await view.picture('profiles');
  });

  it('shows what is said with it as it comes, by type, held, and word for word', async () => {
    const { page } = await open(`${SITE}/stations/12/log`);
    await page.waitForSelector('.log-table tbody th');
    const rowCount = async () => Number(await page.getAttribute('.log-table', 'aria-rowcount'));
    const atFirst = await rowCount();
    await until(async () => (await rowCount()) > atFirst, 'meter values come');
    expect(await view.violations()).toEqual([]);
    await view.picture('log');
    await page.selectOption('.log-tools select', 'MeterValues');
    await page.waitForURL((url) => url.search === '?type=MeterValues');
    expect(new Set(await page.locator('.log-table tbody th').allInnerTexts())).toEqual(new Set(['MeterValues']));
    await page.click('text=Pause');
    const held = await rowCount();
    await page.waitForSelector('button:has-text("Go on (")');
    await page.locator('.log-table tbody th button').last().click();
    expect(await page.innerText('.log-json pre')).toMatch(/"connectorId"|\{\}/);
    expect(await rowCount()).toBe(held);
    expect(await view.violations()).toEqual([]);
    await page.click('button:has-text("Go on (")');
    await page.check('.log-tools input[type=checkbox]');
    await page.waitForSelector('text=No match.');
  });

  it('keeps the last five thousand messages, and draws those that are in sight', async () => {
    const { page } = await open(`${SITE}/stations`);
    await page.route('**/v1/stations/12/messages*', (route) => {
      const after = Number(new URL(route.request().url()).searchParams.get('after') ?? 0);
      const seqs = Array.from({ length: after >= 6_000 ? 0 : 500 }, (_, place) => after + place + 1);
      const cursor = String(seqs.at(-1) ?? after);
      return route.fulfill({ json: { cursor, more: seqs.length > 0, complete: true, messages: seqs.map(heartbeat) } });
    });
    await view.goTo(`${SITE}/stations/12/log`);
    await page.waitForSelector('.log-table[aria-rowcount="5001"]');
    await page.waitForSelector('.log-table tr[aria-rowindex="5001"]');
    expect(await page.locator('.log-table tbody tr').count()).toBeLessThan(60);
    await page.evaluate('document.querySelector(".log-box").scrollTop = 0');
    await page.waitForSelector('.log-table tr[aria-rowindex="2"]');
    // One that is open and in sight stays where it is.
    await page.locator('.log-table tbody th button').first().click();
    await page.waitForSelector('.log-json pre:has-text("1001")');
    await page.evaluate('document.querySelector(".log-box").scrollTop = 90_000');
    await page.waitForSelector('.log-table tr[aria-rowindex="2500"]');
  });

  it('that is not there says so', async () => {
    await open(`${SITE}/stations/nobody/now`);
    expect(await view.heading()).toBe('There is no station nobody here.');
  });
});

describe('Limits', () => {
  it('refuses bad input under its field as it is typed, and saves what is right, to be undone', async () => {
    const { page } = await open(`${SITE}/limits`);
    await page.waitForSelector('.month-grid .day.has');
    expect(await view.violations()).toEqual([]);
    await view.picture('limits');
    await page.click('text=Add a limit');
    await page.fill('#limit-value', 'many');
    await page.waitForSelector('#limit-value-problem:has-text("Write a number of A")');
    await page.fill('#limit-value', '90');
    await page.waitForSelector('#limit-value-problem:has-text("At most 63\u00a0A: that is the fuse.")');
    await page.fill('#limit-from', `${day(2)}T17:00`);
    await page.fill('#limit-to', `${day(1)}T17:00`);
    await page.waitForSelector('#limit-to-problem:has-text("The end must be after the start.")');
    await page.click('.limit-form button[type=submit]');
    expect(await page.evaluate('document.activeElement.id')).toBe('limit-value');
    expect(await view.violations()).toEqual([]);
    await view.picture('limits-form');
    const before = (await limitsStored()).length;
    await page.fill('#limit-value', '40/40/32');
    await page.fill('#limit-to', `${day(2)}T20:00`);
    await page.fill('#limit-reason', 'The kitchen is busy.');
    await page.click('.limit-form button[type=submit]');
    await page.waitForSelector('.outcome.saved');
    expect(await limitsStored()).toHaveLength(before + 1);
    await page.click('.outcome-line .link');
    await page.waitForSelector('.outcome.undone');
    expect(await limitsStored()).toHaveLength(before);
  });

  it('asks before one is raised or deleted, and says what that does', async () => {
    await garage.service.api.put(`/v1/sites/${GARAGE_ID}/limits/kitchen`, {
      circuitId: 'row-b',
      limitA: { L1: 20, L2: 20, L3: 20 },
      reason: 'Kitchen',
    });
    const { page } = await open(`${SITE}/limits`);
    await page.click('.limit-bar:has-text("Kitchen")');
    await page.fill('#limit-value', '25');
    await page.click('.limit-form button[type=submit]');
    await page.waitForSelector('dialog:has-text("Row B: 25\u00a0A instead of 20\u00a0A. Cars may draw more.")');
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').count()).toBe(0);
    await page.click('.limit-form button:has-text("Delete")');
    await page.click('dialog .primary');
    await page.waitForSelector('.outcome.saved');
    expect((await limitsStored()).map(({ limitId }) => limitId)).not.toContain('kitchen');
  });
});

describe('two who change the same', () => {
  it('are told of each other before anything is overwritten, and see both', async () => {
    const limit = (currentA: number) => ({
      circuitId: 'row-b',
      limitA: { L1: currentA, L2: currentA, L3: currentA },
      reason: 'Workshop',
    });
    const address = `/v1/sites/${GARAGE_ID}/limits/workshop`;
    await garage.service.api.put(address, limit(24));
    const { page } = await open(`${SITE}/limits`);
    await page.click('.limit-bar:has-text("Workshop")');
    await page.fill('#limit-value', '16');
    await garage.service.api.put(address, limit(20));
    await page.click('.limit-form button[type=submit]');
    await page.waitForSelector('.clash:has-text("admin (environment) changed this")');
    await page.click('text=Show both');
    expect(await page.innerText('.clash tbody')).toMatch(/limitA\.L1\s+20\s+16/);
    expect(await view.violations()).toEqual([]);
    await view.picture('clash');
    await page.click('text=Save yours');
    await page.waitForSelector('.outcome.saved');
    expect(JSON.stringify(await garage.service.api.get(address))).toContain('"L1":16');
    await garage.service.api.request('DELETE', address);
  });
});

describe('Tariffs', () => {
  const csv = (prices: readonly string[]) =>
    [
      'start,end,price_per_kwh',
      ...prices.map((price, hour) => {
        const startMs = Date.parse(`${day(3)}T00:00Z`) + hour * 3_600_000;
        return [new Date(startMs).toISOString(), new Date(startMs + 3_600_000).toISOString(), price].join();
      }),
    ].join('\n');
  const choose = (name: string, text: string) =>
    view.page.setInputFiles('input[type=file]', { name, mimeType: 'text/plain', buffer: Buffer.from(text) });

  it('lists them, and tells files that are none, and which lines are wrong', async () => {
    const { page } = await open('/tariffs');
    expect(await page.innerText('.tariffs tbody')).toMatch(/spot[\s\S]*SEK[\s\S]*bjorkhagen/);
    expect(await view.violations()).toEqual([]);
    await view.picture('tariffs');
    await choose('prices.xlsx', 'PK\u0003\u0004\u0000');
    await page.waitForSelector('text=We read CSV and JSON, not XLSX.');
    await page.click('.tariffs .row-link');
    await settled();
    await choose('prices.csv', csv(['0.5', 'cheap', '0.6', 'dear']));
    await page.waitForSelector('.issues');
    expect(await page.innerText('.issues')).toMatch(
      /2 things to mend[\s\S]*Line 3 price_per_kwh This is no price[\s\S]*Line 5/,
    );
    expect(await view.violations()).toEqual([]);
    await view.picture('tariff-wrong');
  });

  it('shows what a file would change before it is published, asks about odd prices, and publishes it', async () => {
    const { page } = await open('/tariffs/spot');
    await choose('prices.csv', csv(['0.5', '0.52', '9.9', '0.6', '-0.1', '0.4']));
    await page.waitForSelector('.preview');
    expect(await page.innerText('.preview')).toMatch(
      /6 prices\. Nothing changes until you publish\.[\s\S]*Row 3 is 19× the usual/,
    );
    expect(await page.locator('.steps-plot').getAttribute('aria-label')).toMatch(/from -10\söre\/kWh to 990/);
    expect(await view.violations()).toEqual([]);
    await view.picture('tariff');
    await page.click('button:has-text("Publish")');
    await page.waitForSelector('.outcome.saved');
    const stored = (await garage.service.api.get('/v1/tariffs/spot')) as { components: unknown };
    expect(JSON.stringify(stored.components)).toContain('9.9');
  });

  it('takes what is pasted for a new one, once it has a name that is free', async () => {
    const { page } = await open('/tariffs');
    await page.evaluate(`{
      const data = new DataTransfer();
      data.setData('text', ${JSON.stringify(csv(['0.5', '0.6']))});
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
    }`);
    await page.waitForSelector('.preview');
    await page.fill('#tariff-id', 'spot');
    await page.waitForSelector('#tariff-id-problem:has-text("There is one of this name.")');
    expect(await page.isDisabled('button:has-text("Publish")')).toBe(true);
    await page.fill('#tariff-id', 'pasted');
    await page.fill('#tariff-zone', 'Europe/Stockholm');
    await page.waitForSelector('.preview');
    await page.click('button:has-text("Publish")');
    await page.waitForSelector('.tariffs >> text=pasted');
  });
});

describe('Bill', () => {
  it('shows the month, its peaks and each car, and hands them out as files', async () => {
    const { page } = await open(`${SITE}/bill`);
    await page.waitForSelector('.billed tbody tr');
    expect(await page.locator('.billed tbody tr').count()).toBeGreaterThanOrEqual(BAYS.length - 1);
    expect(await page.isDisabled('[aria-label="The month after"]')).toBe(true);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Cars as CSV')]);
    expect(download.suggestedFilename()).toMatch(/^bjorkhagen-cars-20\d\d-\d\d\.csv$/);
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^sessionId,/);
    await page.click('text=How we count');
    expect(await view.violations()).toEqual([]);
    await view.picture('bill');
    await page.click('[aria-label="The month before"]');
    await settled();
    await page.waitForSelector('text=Nothing charged yet.');
    expect(await view.violations()).toEqual([]);
  });

  it('shows what was saved, and which days set the peak charge', async () => {
    const { page } = await open(`${SITE}/stations`);
    await page.route('**/v1/sites/*/bill*', (route) => route.fulfill({ json: januaryBill() }));
    await page.route('**/v1/sites/*/history?*', (route) => route.fulfill({ json: { periods: januaryDays() } }));
    await view.goTo(`${SITE}/bill/2026-01`);
    await page.waitForSelector('h1:has-text("You saved 3,412.00\u00a0kr in January 2026.")');
    await page.waitForSelector('.steps-plot .counted');
    expect(await page.locator('.steps-plot .counted').count()).toBe(3);
    expect(await page.innerText('.steps-label')).toBe('46\u00a0kW = 1,334.00\u00a0kr');
    const chart = page.locator('.steps-plot');
    await chart.focus();
    await page.keyboard.press('Home');
    for (let steps = 0; steps < 13; steps += 1) await page.keyboard.press('ArrowRight');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /Wed,? 14.*Number 1 of those that set the bill: 48\skW at 18:00/,
    );
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await view.picture('bill-month');
    // On paper, from a screen that is dark: by day, without what is pressed, and with the tables beside the charts.
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.waitForSelector('.steps-figure .table-box tbody tr');
    expect(await page.locator('.top').isVisible()).toBe(false);
    expect(await page.locator('.steps-plot').isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('light');
    expect(await page.locator('.how p').first().isVisible()).toBe(true);
    await view.picture('bill-print');
  });
});

/** One of the 6,000 that came, of which the first 1,000 are no longer kept. */
function heartbeat(seq: number) {
  return {
    seq,
    at: new Date(Date.UTC(2026, 0, 14, 12) + seq * 1_000).toISOString(),
    direction: 'fromStation',
    kind: 'call',
    messageId: `m-${seq}`,
    action: 'Heartbeat',
    sizeBytes: 42,
    payload: { number: seq },
  };
}

/** Of a month with a peak charge by the mean of its three highest days. */
function januaryBill() {
  const line = (component: string, kind: string, amount: number, quantity = 1, unit = 'kWh') => ({
    component,
    kind,
    quantity,
    unit,
    amount,
  });
  const peak = (start: string, weightedKw: number) => ({ component: 'power', start, weightedKw, counted: true });
  return {
    month: '2026-01',
    start: '2026-01-01T00:00:00+01:00',
    end: '2026-02-01T00:00:00+01:00',
    complete: true,
    currency: 'SEK',
    total: 9_871.25,
    lines: [
      line('spot', 'priceSeries', 4_820.5, 6_912.4),
      line('transfer', 'energyFee', 483.9, 6_912.4),
      line('energy tax', 'tax', 1_258.6, 6_912.4),
      line('power', 'demandCharge', 1_334, 46, 'kW'),
      line('VAT 25 %', 'vat', 1_974.25, 1, 'SEK'),
    ],
    peaks: [
      peak('2026-01-14T18:00:00+01:00', 48),
      peak('2026-01-08T17:00:00+01:00', 46),
      peak('2026-01-22T18:00:00+01:00', 44),
    ],
    notes: [],
    energy: { importWh: 6_912_400, carsWh: 4_103_000, knownShare: 1 },
    uncontrolled: { total: 13_283.25, sessions: 214, peakQuarterW: 78_400 },
    saving: 3_412,
  };
}

function januaryDays() {
  const peaks = new Map([
    [8, 46],
    [14, 48],
    [22, 44],
  ]);
  return Array.from({ length: 31 }, (_, place) => {
    const startMs = Date.parse('2026-01-01T00:00:00+01:00') + place * 86_400_000;
    const kw = peaks.get(place + 1) ?? 26 + ((place * 7) % 13);
    return {
      start: new Date(startMs).toISOString(),
      end: new Date(startMs + 86_400_000).toISOString(),
      peakHourW: kw * 1_000,
    };
  });
}

describe('setting up a site', () => {
  it('goes from nothing to a station that was waiting, and tells what is wrong at each step', async () => {
    const { page } = await open('/setup');
    await page.click('button[type=submit]');
    expect(await page.evaluate('document.activeElement.id')).toBe('site-name');
    await page.fill('#site-name', 'Björkhagen');
    expect(await page.inputValue('#site-id')).toBe('bjorkhagen');
    await page.fill('#site-zone', 'Europe/Nowhere');
    await page.fill('#site-voltage', '5');
    await page.waitForSelector('#site-voltage-problem:has-text("from 50 to 1000")');
    expect(await page.innerText('#site-id-problem')).toBe('This one is taken.');
    expect(await page.innerText('#site-zone-problem')).toBe('This is not the name of a time zone.');
    expect(await view.violations()).toEqual([]);
    await view.picture('setup-site');
    await page.fill('#site-id', 'nord');
    await page.fill('#site-name', 'Depot Nord');
    await page.fill('#site-zone', 'Europe/Stockholm');
    await page.fill('#site-voltage', '230');
    await page.click('button[type=submit]');

    await page.fill('#circuit-0-limit', '63');
    await page.click('text=Add a circuit');
    await page.fill('#circuit-1-limit', '80');
    await page.waitForSelector('#circuit-1-limit-problem:has-text("More than the 63\u00a0A above it.")');
    await page.fill('#circuit-1-limit', '32/32/x');
    await page.waitForSelector('#circuit-1-limit-problem:has-text("Write the fuse in A")');
    expect(await view.violations()).toEqual([]);
    await view.picture('setup-fuses');
    await page.fill('#circuit-1-limit', '32');
    await page.click('button[type=submit]');

    await page.click('text=Listen for 15 minutes');
    await page.waitForSelector('text=Listening for unknown stations');
    const stranger = await RawStation.connect({
      url: garage.service.stationsUrl,
      stationId: 'NEW-1',
      password: 'password-of-the-stranger',
    });
    await stranger.boot();
    await page.click('button:has-text("Take in NEW-1")');
    await page.waitForSelector('#station-0-id');
    expect(await page.inputValue('#station-0-id')).toBe('NEW-1');
    await page.click('text=Write one down');
    await page.fill('#station-1-id', 'NEW-1');
    await page.fill('#station-1-password', 'short');
    await page.waitForSelector('#station-1-password-problem:has-text("16 to 64 characters.")');
    expect(await page.innerText('#station-1-id-problem')).toBe('There are two of these.');
    expect(await view.violations()).toEqual([]);
    await view.picture('setup-stations');
    await page.fill('#station-1-id', 'NEW-2');
    await page.fill('#station-1-password', 'password-of-the-second');
    await page.waitForSelector('#station-1-id-problem:empty');
    await page.click('button[type=submit]');

    await page.selectOption('#phases-1-0', 'L3 L1 L2');
    expect(await view.violations()).toEqual([]);
    await view.picture('setup-phases');
    await page.click('button[type=submit]');
    await page.check('.checks label:has-text("spot") input');
    await view.picture('setup-prices');
    await page.click('button[type=submit]');
    await page.waitForSelector('.facts-list');
    expect(await page.innerText('.facts-list')).toMatch(
      /Main fuse 63\sA and 1 circuits below it\.[\s\S]*of 2 stations are connected/,
    );
    expect(await view.violations()).toEqual([]);
    await view.picture('setup-check');
    const stored = (await garage.service.api.get('/v1/sites/nord')) as {
      tariffIds: string[];
      stations: { id: string; evses: { phases: string[] }[] }[];
    };
    expect(stored.tariffIds).toEqual(['spot']);
    expect(stored.stations.map(({ id }) => id)).toEqual(['NEW-1', 'NEW-2']);
    expect(stored.stations[1]?.evses[0]?.phases).toEqual(['L3', 'L1', 'L2']);
    stranger.close();
  });

  it('asks before a fuse is raised', async () => {
    const { page } = await open('/setup/2?site=nord');
    await page.fill('#circuit-0-limit', '80');
    await page.click('button[type=submit]');
    await page.waitForSelector('dialog:has-text("grid: 80\u00a0A instead of 63\u00a0A")');
    await page.click('dialog .secondary');
    expect(JSON.stringify(await garage.service.api.get('/v1/sites/nord'))).not.toContain('"L1":80');
  });
});

describe('the wall screen', () => {
  it('shows each bay and when it is ready, and no names', async () => {
    const { page } = await open(`${SITE}/wall`, { ...DESKTOP, viewport: { width: 1920, height: 1080 } });
    await page.waitForSelector('.bays li');
    expect(await page.locator('.bays li').count()).toBe(BAYS.length);
    expect(await page.innerText('.bays')).not.toContain('CARD');
    const size = await page.evaluate('parseFloat(getComputedStyle(document.querySelector(".bays li")).fontSize)');
    expect(size).toBeGreaterThanOrEqual(40);
    const hour = Number(new Date().toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' }).slice(11, 13));
    expect(await page.evaluate('getComputedStyle(document.body.querySelector(".wall")).backgroundColor')).toBe(
      hour >= 20 || hour < 7 ? 'rgb(12, 20, 19)' : 'rgb(244, 247, 246)',
    );
    expect(await view.violations()).toEqual([]);
    await view.picture('wall');
  });
});

describe('every view', () => {
  it('fits a phone by night in Swedish, and one that is 320 wide', async () => {
    const { page } = await open(`${SITE}/stations`, { ...PHONE, colorScheme: 'dark' });
    const views = ['stations', 'stations/12/now', 'stations/12/profiles', 'stations/12/log', 'limits', 'bill'].map(
      (one) => `${SITE}/${one}`,
    );
    const wrong: string[] = [];
    for (const path of [...views, '/tariffs', '/setup', '/setup/2?site=nord', '/setup/3?site=nord']) {
      await page.setViewportSize({ width: 390, height: 844 });
      await view.goTo(path);
      await settled();
      wrong.push(...(await view.violations()).map((one) => `${path}: ${one}`));
      const name = path.replace(`${SITE}/`, '').replace(/\?.*/, '').replaceAll('/', '-').replace(/^-/, '');
      await view.picture(`${name}-phone`);
      await page.setViewportSize({ width: 320, height: 700 });
      const overflowPx = await view.overflowPx();
      if (overflowPx > 0) wrong.push(`${path}: ${overflowPx} px too wide`);
    }
    expect(wrong).toEqual([]);
  }, 90_000);

  it('says that it could not be loaded, and tries again when told to', async () => {
    const { page } = await open(`${SITE}/stations`);
    await page.route('**/v1/sites/*/bill*', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail":"It broke."}' }),
    );
    await page.click('.main-nav a:has-text("Bill")');
    await page.waitForSelector('[role=alert]:has-text("It broke.")');
    expect(await view.violations()).toEqual([]);
    await page.unroute('**/v1/sites/*/bill*');
    await page.click('.failed-part button');
    await until(async () => (await page.locator('[role=alert]:has-text("It broke.")').count()) === 0, 'it is there');
  });
});
