import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMAND_ID } from './fakeDelegation.js';
import { AUTHORIZED, type Harness, putSite, startApi } from './harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startApi();
  await putSite(harness);
});
afterEach(async () => harness.app.close());

const DAY_MS = 24 * 3_600_000;

async function result(key: string | undefined, payload: object, commandId = COMMAND_ID) {
  const response = await harness.app.inject({
    method: 'POST',
    url: `/v1/commands/${commandId}/result`,
    headers: { ...AUTHORIZED, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    payload,
  });
  const { statusCode: status, headers } = response;
  return { status, body: response.json(), isReplayed: headers['idempotency-replayed'] === 'true' };
}

describe('a request with an Idempotency-Key', () => {
  it('is answered as before when it comes again, and not carried out', async () => {
    const first = await result('one', { status: 'accepted' });
    expect(first).toMatchObject({ status: 200, isReplayed: false });
    expect(await result('one', { status: 'accepted' })).toEqual({ ...first, isReplayed: true });
    expect(await result('two', { status: 'accepted' })).toEqual(first);
    expect(await result(undefined, { status: 'accepted' })).toEqual(first);
  });

  it('is carried out once where two come at one time', async () => {
    const both = await Promise.all([result('one', { status: 'accepted' }), result('one', { status: 'accepted' })]);
    expect(both.map(({ isReplayed }) => isReplayed).sort()).toEqual([false, true]);
  });

  it('is refused where the key stood for another request', async () => {
    await result('one', { status: 'accepted' });
    expect(await result('one', { status: 'rejected' })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_CONFLICT', field: 'Idempotency-Key' },
    });
    expect((await result('one', { status: 'accepted' }, 'depot:epoch:2')).body.code).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('that was refused may be sent again under its key', async () => {
    expect((await result('one', { status: 'perhaps' })).status).toBe(400);
    expect((await result('two', { status: 'accepted' }, 'depot:epoch:2')).status).toBe(404);
    expect((await result('one', { status: 'accepted' })).status).toBe(200);
    expect((await result('two', { status: 'accepted' })).status).toBe(200);
  });

  it('is forgotten after a day', async () => {
    await result('one', { status: 'accepted' });
    harness.clock.advance(DAY_MS);
    expect(await result('one', { status: 'rejected' })).toMatchObject({ status: 200, isReplayed: false });
  });

  it('has a key that is not empty and not endless', async () => {
    for (const key of ['', 'x'.repeat(256)]) expect((await result(key, { status: 'accepted' })).status).toBe(400);
  });
});
