import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteTimeWriter } from '../../../src/api/history/siteTime.js';
import { NOW_MS } from './fakeService.js';
import { AUTHORIZED, type Harness, putSite, startApi } from './harness.js';

let harness: Harness;

beforeAll(async () => {
  harness = await startApi();
  await putSite(harness);
});
afterAll(async () => harness.app.close());

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await harness.app.inject({ url: `/v1/sites/depot${path}`, headers: { ...AUTHORIZED, ...headers } });
  return { status: response.statusCode, headers: response.headers, body: response.body };
}

async function json(path: string) {
  const { status, body } = await get(path);
  expect(status, body).toBe(200);
  return JSON.parse(body);
}

/** Lines without their ends; the last one has one too. */
async function csv(path: string): Promise<readonly string[]> {
  const { status, body, headers } = await get(path);
  expect(status, body).toBe(200);
  expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
  expect(body.endsWith('\r\n')).toBe(true);
  return body.slice(0, -2).split('\r\n');
}

const JANUARY = 'from=2026-01-01T00:00:00%2B01:00&to=2026-02-01T00:00:00%2B01:00';

describe('the history of a site over HTTP', () => {
  it('is told day by day for the last month, in the time of the site, from the first day on of which anything is known', async () => {
    const history = await json('/history');
    expect(history).toMatchObject({
      siteId: 'depot',
      timeZone: 'Europe/Stockholm',
      resolution: 'day',
      from: '2025-12-14T14:20:00+01:00',
      to: '2026-01-14T14:20:00+01:00',
    });
    expect(history.periods).toHaveLength(14);
    expect(history.periods[0]).toEqual({
      start: '2026-01-01T00:00:00+01:00',
      end: '2026-01-02T00:00:00+01:00',
      importWh: 92_000,
      exportWh: 0,
      carsWh: 0,
      buildingWh: 92_000,
      peakQuarterW: 4_000,
      peakQuarterAt: '2026-01-01T00:00:00+01:00',
      peakHourW: 4_000,
      peakHourAt: '2026-01-01T00:00:00+01:00',
      knownShare: 0.9583,
      meteredShare: 0.9583,
    });
  });

  it('shows what is not known as null, and as empty cells of the table', async () => {
    const { periods } = await json(`/history?${JANUARY}&resolution=hour`);
    expect(periods[1]).toMatchObject({
      importWh: null,
      carsWh: null,
      peakHourW: null,
      peakHourAt: null,
      knownShare: 0,
    });
    const lines = await csv(`/history?${JANUARY}&resolution=hour&format=csv`);
    expect(lines[0]).toBe(
      'start,end,importWh,exportWh,carsWh,buildingWh,peakQuarterW,peakQuarterAt,peakHourW,peakHourAt,knownShare,meteredShare',
    );
    expect(lines[2]).toBe('2026-01-01T01:00:00+01:00,2026-01-01T02:00:00+01:00,,,,,,,,,0,0');
    expect(lines).toHaveLength(1 + 13 * 24 + 15);
  });

  it('is a table for those who accept one, as a file of its own', async () => {
    const { headers, body } = await get(`/history?${JANUARY}`, { accept: 'text/csv' });
    expect(headers['content-disposition']).toBe('attachment; filename="depot-history.csv"');
    expect(body.split('\r\n')).toHaveLength(1 + 14 + 1);
    const preferred = await get(`/history?${JANUARY}&format=json`, { accept: 'text/csv' });
    expect(preferred.headers['content-type']).toContain('application/json');
  });

  it.each([
    ['?resolution=quarter&from=2025-10-01T00:00:00Z&to=2026-01-10T00:00:00Z', 'At most 100 days'],
    ['?resolution=hour&from=2010-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'At most 3660 days'],
    ['?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'to must be after from'],
    ['?from=1999-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'outside the years'],
    ['?from=yesterday', 'from'],
    ['?resolution=minute', 'resolution'],
    ['?format=xml', 'format'],
    ['?until=2026-01-02T00:00:00Z', 'until'],
  ])('refuses %s', async (query, detail) => {
    const { status, body } = await get(`/history${query}`);
    expect(status, body).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'INVALID_REQUEST', detail: expect.stringContaining(detail) });
  });

  it('does not know a site that is not there, nor lets in who has no key', async () => {
    for (const path of ['history', 'history/sessions', 'history/months', 'bill?month=2026-01']) {
      const unknown = await harness.app.inject({ url: `/v1/sites/nobody/${path}`, headers: AUTHORIZED });
      expect(unknown.json()).toMatchObject({ code: 'SITE_NOT_FOUND', status: 404 });
      const stranger = await harness.app.inject({ url: `/v1/sites/depot/${path}` });
      expect(stranger.statusCode).toBe(401);
    }
  });

  it('answers a failure of the store as a problem, and not with half a document', async () => {
    const { history } = harness.service;
    const broken = await startApi({
      service: Object.assign(Object.create(harness.service), {
        history: Object.assign(Object.create(history), {
          // biome-ignore lint/correctness/useYield: it fails before it has anything.
          async *historyPeriods() {
            throw new Error('disk on fire');
          },
        }),
      }),
    });
    const response = await broken.app.inject({ url: '/v1/sites/depot/history', headers: AUTHORIZED });
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ code: 'INTERNAL' });
    await broken.app.close();
  });
});

describe('the sessions of a site over HTTP', () => {
  it('are told with their cost, and what it would have been', async () => {
    const { sessions } = await json('/history/sessions');
    expect(sessions).toEqual([
      {
        sessionId: 'CP001-1',
        stationId: 'CP001',
        evseId: 1,
        idToken: '+46, "DRIVER"',
        start: '2026-01-14T08:00:00+01:00',
        end: '2026-01-14T12:00:00+01:00',
        energyWh: 8_000,
        gridEnergyWh: 8_000,
        cost: 15,
        uncontrolledCost: 15,
        currency: 'SEK',
      },
    ]);
  });

  it('are a table in which no cell is a formula', async () => {
    const [header, line, ...more] = await csv('/history/sessions?format=csv');
    expect(header).toBe(
      'sessionId,stationId,evseId,idToken,start,end,energyWh,gridEnergyWh,cost,uncontrolledCost,currency',
    );
    expect(line).toBe(
      `CP001-1,CP001,1,"'+46, ""DRIVER""",2026-01-14T08:00:00+01:00,2026-01-14T12:00:00+01:00,8000,8000,15,15,SEK`,
    );
    expect(more).toEqual([]);
  });
});

describe('the months of a site over HTTP', () => {
  it('have energy, peaks, cost and saving', async () => {
    const { months } = await json('/history/months');
    expect(months).toHaveLength(1);
    expect(months[0]).toMatchObject({ month: '2026-01', start: '2026-01-01T00:00:00+01:00', currency: 'SEK' });
    const hours = 13 * 24 + 14.25 - 1;
    // 4 kW, and 8 kWh of the car, at 1.50; the highest hour is of 6 kW at 50; VAT 25 %.
    expect(months[0].cost).toBeCloseTo(((hours * 4 + 8) * 1.5 + 6 * 50) * 1.25, 4);
    // 11.04 kW from 8:00 on, for 43 minutes: 12 kW in the hour.
    expect(months[0].saving).toBeCloseTo(6 * 50 * 1.25 * ((4 + 8 - 6) / 6), 1);
    const [header, line] = await csv('/history/months?format=csv');
    expect(header?.split(',').slice(0, 3)).toEqual(['month', 'start', 'end']);
    expect(line?.split(',')).toHaveLength(header?.split(',').length ?? 0);
  });
});

describe('the bill of a site over HTTP', () => {
  it('is told line by line, with the other one beside it', async () => {
    const bill = await json('/bill?month=2026-01');
    expect(bill).toMatchObject({
      month: '2026-01',
      complete: false,
      end: '2026-01-14T14:15:00+01:00',
      currency: 'SEK',
    });
    const sum = bill.lines.reduce((total: number, line: { amount: number }) => total + line.amount, 0);
    expect(sum).toBeCloseTo(bill.total, 3);
    expect(bill.lines.map((line: { component: string }) => line.component)).toEqual(['fee', 'peaks', 'VAT 25 %']);
    expect(bill.saving).toBeCloseTo(bill.uncontrolled.total - bill.total, 3);
    expect(bill.peaks.find((peak: { counted: boolean }) => peak.counted)).toMatchObject({ powerKw: 6 });
    expect(bill.uncontrolled.connection).toEqual({
      phase: 'L1',
      limitA: 63,
      peakA: 21.8,
      peakAt: '2026-01-14T08:00:00+01:00',
      excessA: 0,
      quartersExceeded: 0,
    });
    expect(bill.notes.join()).toContain('For 1 of 326.25 hours there are no readings');
    expect(bill.energy).toMatchObject({ carsWh: 8_000 });
  });

  it('is a table with both bills, their totals and the difference, in which no cell is a formula', async () => {
    const lines = await csv('/bill?month=2026-01&format=csv');
    expect(lines[0]).toBe('bill,tariff,month,component,kind,quantity,unit,price,amount,currency');
    const cells = lines.slice(1).map((line) => line.split(','));
    expect(cells.every((row) => row.length === 10)).toBe(true);
    expect(cells.map(([name, , , , kind]) => `${name} ${kind}`)).toEqual([
      'actual energyFee',
      'actual demandCharge',
      'actual vat',
      'actual total',
      'uncontrolled energyFee',
      'uncontrolled demandCharge',
      'uncontrolled vat',
      'uncontrolled total',
      'difference saving',
    ]);
    expect(cells[0]?.[1]).toBe("'=cmd|A1");
    const amount = (row: number) => Number(cells[row]?.[8]);
    expect(amount(7) - amount(3)).toBeCloseTo(amount(8), 3);
  });

  it.each([
    ['', 400, 'INVALID_REQUEST'],
    ['?month=2026-1', 400, 'INVALID_REQUEST'],
    ['?month=2026-13', 400, 'INVALID_REQUEST'],
    ['?month=1999-12', 400, 'INVALID_REQUEST'],
    ['?month=2026-02', 422, 'MONTH_NOT_BEGUN'],
  ])('is refused for %s', async (query, status, code) => {
    const answer = await get(`/bill${query}`);
    expect(answer.status, answer.body).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
  });

  it('is refused where there is no tariff', async () => {
    const site = harness.service.getSite('depot');
    await harness.service.putSite({ ...site, tariffIds: ['none'] });
    const { status, body } = await get('/bill?month=2026-01');
    expect(status).toBe(409);
    expect(JSON.parse(body)).toMatchObject({ code: 'SITE_WITHOUT_TARIFF' });
    await harness.service.putSite(site);
  });
});

describe("a reading of a circuit's meter over HTTP", () => {
  const post = (payload: object) =>
    harness.app.inject({ method: 'POST', url: '/v1/sites/depot/meter-values', headers: AUTHORIZED, payload });
  const currentA = { L1: -10, L2: 0, L3: 2 };

  it('may have the power, which is negative where it flows back, and need not', async () => {
    const answer = await post({ circuitId: 'grid', currentA, powerW: -1_840.5 });
    expect(answer.json()).toMatchObject({ circuitId: 'grid', currentA, powerW: -1_840.5 });
    expect(harness.service.readings.at(-1)).toMatchObject({ reading: { circuitId: 'grid', powerW: -1_840.5 } });
    expect((await post({ circuitId: 'grid', currentA })).json()).not.toHaveProperty('powerW');
    expect(harness.service.readings.at(-1)?.reading).not.toHaveProperty('powerW');
  });

  it.each([[null], ['1840'], [2e9], [-2e9]])('is refused with a power of %s', async (powerW) => {
    const answer = await post({ circuitId: 'grid', currentA, powerW });
    expect(answer.json()).toMatchObject({ code: 'INVALID_REQUEST', field: '/powerW' });
  });
});

describe('instants in the time of a site', () => {
  it('have the offset of their moment, also where clocks change, and in zones of half hours', () => {
    const stockholm = siteTimeWriter('Europe/Stockholm');
    const spring = Date.parse('2026-03-29T01:00:00Z');
    expect([spring - 1_000, spring].map(stockholm)).toEqual(['2026-03-29T01:59:59+01:00', '2026-03-29T03:00:00+02:00']);
    const autumn = Date.parse('2026-10-25T00:30:00Z');
    expect([autumn, autumn + 3_600_000].map(stockholm)).toEqual([
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:30:00+01:00',
    ]);
    expect(siteTimeWriter('America/St_Johns')(NOW_MS)).toBe('2026-01-14T09:50:00-03:30');
    expect(siteTimeWriter('UTC')(NOW_MS + 1)).toBe('2026-01-14T13:20:00.001+00:00');
  });
});
