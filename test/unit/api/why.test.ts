import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTHORIZED, type Harness, putSite, startApi } from './harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startApi();
  await putSite(harness);
});
afterEach(async () => harness.app.close());

async function get(url: string) {
  const response = await harness.app.inject({ method: 'GET', url: `/v1${url}`, headers: AUTHORIZED });
  return { status: response.statusCode, body: response.json() };
}

describe('GET …/why', () => {
  it('has instants, sentences and reasons of what is, was and will be', async () => {
    const { body } = await get('/sites/depot/sessions/session-1/why');
    expect(body).toMatchObject({
      at: '2026-01-14T13:20:00.000Z',
      now: { limitA: 10, mayDrawA: 16, currentA: { L1: 9.8 }, limitedBy: { by: 'circuit', phase: 'L2' } },
      ahead: [
        { from: '2026-01-14T13:20:00.000Z', to: '2026-01-14T13:35:00.000Z', currentA: 10, source: 'plan' },
        { from: '2026-01-14T13:35:00.000Z', limitedBy: null, source: 'schedule' },
      ],
      past: [
        {
          from: '2026-01-14T13:19:00.000Z',
          to: '2026-01-14T13:20:00.000Z',
          limitMinA: 6,
          limitMaxA: 10,
          sentence: 'Was offered 6 to 10 A: the station was offline.',
        },
      ],
      since: '2026-01-14T13:19:00.000Z',
    });
    expect(JSON.stringify(body)).not.toMatch(/Ms"/);
  });

  it('of a session that is not open, or a site that is not there, is a problem', async () => {
    expect(await get('/sites/depot/sessions/none/why')).toMatchObject({
      status: 404,
      body: { code: 'SESSION_NOT_FOUND' },
    });
    expect(await get('/sites/none/sessions/session-1/why')).toMatchObject({
      status: 404,
      body: { code: 'SITE_NOT_FOUND' },
    });
  });
});

describe('GET …/profiles', () => {
  it('has every slot with what it may hold, and what the EVSEs may draw by it', async () => {
    const { body } = await get('/stations/CP001/profiles');
    expect(body).toMatchObject({
      siteId: 'depot',
      stationId: 'CP001',
      at: '2026-01-14T13:20:00.000Z',
      slots: [
        { slot: 'failsafe', evseId: 0, transactionId: null, missingUntil: null, candidates: [{ until: null }] },
        {
          slot: 'transaction',
          evseId: 1,
          transactionId: 4711,
          sessionId: 'CP001-4711',
          refusals: 0,
          lastRefusedAt: null,
          candidates: [
            {
              status: 'confirmed',
              sentAt: '2026-01-14T13:19:30.000Z',
              answeredAt: '2026-01-14T13:19:30.000Z',
              goneAt: null,
              lastCheckAt: '2026-01-14T13:19:30.000Z',
              told: true,
              mayBeInForce: true,
              limits: [{ from: '2026-01-14T13:19:30.000Z', limitA: 10 }],
              until: '2026-01-14T13:34:00.000Z',
              profile: {
                profileId: 101,
                purpose: 'TxProfile',
                schedule: {
                  start: '2026-01-14T13:18:30.000Z',
                  durationS: 930,
                  rateUnit: 'A',
                  periods: [{ startPeriodS: 0, limit: 10 }],
                },
              },
            },
            { status: 'unknown', told: false, mayBeInForce: true },
          ],
        },
      ],
      evses: [
        { evseId: 1, limitA: 10, mayDrawA: 16, obstacle: null, lingering: null },
        { evseId: 2, transactionId: null },
      ],
    });
    // What the EVSE may draw falls once the last of its profiles is over by the slowest clock and car.
    expect(body.evses[0].mayDrawUntil).toBe('2026-01-14T13:34:10.001Z');
    expect(JSON.stringify(body)).not.toMatch(/Ms"/);
  });

  it('of a station that no site lists is a problem', async () => {
    expect(await get('/stations/CP999/profiles')).toMatchObject({ status: 404, body: { code: 'STATION_NOT_FOUND' } });
  });
});

describe('GET …/composite-schedule', () => {
  it('says where what is reported differs from what was computed', async () => {
    const { body } = await get('/stations/CP001/evses/1/composite-schedule');
    expect(body.differences).toEqual([
      {
        from: '2026-01-14T13:20:00.000Z',
        to: '2026-01-14T13:35:00.000Z',
        computedA: 16,
        reportedA: 'unlimited',
      },
    ]);
  });
});
