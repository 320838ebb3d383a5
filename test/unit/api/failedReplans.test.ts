import { describe, expect, it } from 'vitest';
import { startApi } from './harness.js';
import { ask } from './people.js';

describe('GET /v1/replan-jobs/failed', () => {
  it('shows what the queue gave up on', async () => {
    const job = { siteId: 'depot', why: 'tariff', attempts: 5, reason: 'nobody owns site depot', failedMs: 1_000 };
    const harness = await startApi({ failedReplans: async () => [job] });
    expect((await ask(harness, '/replan-jobs/failed')).json()).toEqual({
      failed: [
        {
          siteId: 'depot',
          why: 'tariff',
          attempts: 5,
          reason: 'nobody owns site depot',
          failedAt: '1970-01-01T00:00:01.000Z',
        },
      ],
    });
    await harness.app.close();
  });

  it('is empty where there is no queue, and says so when the queue does not answer', async () => {
    const alone = await startApi();
    expect((await ask(alone, '/replan-jobs/failed')).json()).toEqual({ failed: [] });
    await alone.app.close();
    const broken = await startApi({ failedReplans: () => Promise.reject(new Error('no connection')) });
    const answer = await ask(broken, '/replan-jobs/failed');
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'OVERLOADED']);
    await broken.app.close();
  });
});
