import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTHORIZED, type Harness, putSite, startApi } from './harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startApi();
  await putSite(harness);
});
afterEach(async () => harness.app.close());

async function send(method: 'GET' | 'DELETE', url: string, headers: Record<string, string> = AUTHORIZED) {
  const response = await harness.app.inject({ method, url: `/v1${url}`, headers });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
}

describe('the quirks of a station', () => {
  it('are in the answer about its profiles, each with its sentence, beside how each profile was written', async () => {
    const { body } = await send('GET', '/stations/CP001/profiles');
    expect(body.quirks).toEqual([
      {
        quirk: 'takesNoZero',
        sentence: expect.stringMatching(/^It takes no limit of 0: /),
        learned: true,
        learnedAt: '2026-01-14T13:19:00.000Z',
        seenOf: 'CP001',
        evidence: 'It did not take a 0, and took a 1.',
      },
    ]);
    const [failsafe, transaction] = body.slots;
    expect(failsafe).toMatchObject({
      unanswered: 0,
      budget: { writes: 11, writesMax: 12, nextAt: '2026-01-14T13:29:00.000Z' },
      candidates: [{ repeats: null, steersUntil: null, form: { kind: 'Absolute', rateUnit: 'W', pauseA: null } }],
    });
    expect(transaction).toMatchObject({
      unanswered: 1,
      budget: { writes: 19, writesMax: 20 },
      candidates: [{ form: { kind: 'Absolute', rateUnit: 'A', wholeAmperes: false, pauseA: null } }, {}],
    });
  });

  it('are in the state of the site, learned ones and those that are so now', async () => {
    const { body } = await send('GET', '/sites/depot/state');
    expect(body.stations[0].quirks).toMatchObject([
      { quirk: 'takesNoZero', learned: true, learnedAt: '2026-01-14T13:20:00.000Z', seenOf: 'CP001' },
      { quirk: 'clockUnknown', learned: false, learnedAt: null },
    ]);
  });

  it('can be forgotten with a key, of a station that there is', async () => {
    expect(await send('DELETE', '/stations/CP001/quirks')).toEqual({ status: 204, body: undefined });
    expect(harness.service.forgotten).toEqual(['CP001']);
    expect(await send('DELETE', '/stations/CP999/quirks')).toMatchObject({ body: { code: 'STATION_NOT_FOUND' } });
    expect(await send('DELETE', '/stations/CP001/quirks', {})).toMatchObject({ body: { code: 'UNAUTHORIZED' } });
    expect(harness.service.forgotten).toEqual(['CP001']);
  });
});
