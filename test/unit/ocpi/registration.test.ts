import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OcpiCpo } from '../../support/ocpi/cpo.js';
import { OcpiRig } from '../../support/ocpi/rig.js';

// Over real HTTP, with an operator that was written without our code.

type Json = Readonly<Record<string, unknown>>;
const AS = { countryCode: 'SE', partyId: 'EVK' };

let rig: OcpiRig;
let cpo: OcpiCpo;
beforeAll(async () => {
  rig = await OcpiRig.start();
});
afterEach(async () => {
  await rig.api.request('DELETE', '/v1/ocpi/peers/cpo');
  await cpo?.stop();
});
afterAll(() => rig.stop());

async function put(more: object = {}): Promise<Json> {
  return (await rig.api.put('/v1/ocpi/peers/cpo', { versionsUrl: cpo.versionsUrl, ...AS, ...more })) as Json;
}

async function invite(): Promise<{ token: string; versionsUrl: string }> {
  const made = await rig.api.request('POST', '/v1/ocpi/peers/cpo/invitation');
  return made.body as { token: string; versionsUrl: string };
}

describe('a registration that we begin', () => {
  it.each(['base64', 'base64Newline', 'raw'] as const)(
    'exchanges tokens both ways, ours live before the operator has it, with tokens in %s',
    async (tokenEncoding) => {
      cpo = await OcpiCpo.start({ tokenEncoding });
      const peer = await put({ tokenA: cpo.tokenA, tokenEncoding });
      // The operator has asked our versions with TOKEN_B while our request was open, or it had answered 3001.
      expect(peer).toMatchObject({
        status: 'registered',
        version: '2.3.0',
        parties: [{ countryCode: 'NO', role: 'CPO' }],
      });
      expect(peer).not.toHaveProperty('tokenA');
      const [before, posted] = [cpo.received[0], cpo.received.find(({ method }) => method === 'POST')];
      expect(before?.headers.authorization).toBe(posted?.headers.authorization);
      expect(posted?.body).toMatchObject({ roles: [{ role: 'SCSP', country_code: 'SE', party_id: 'EVK' }] });
      // From now on with TOKEN_C only.
      const pulled = await rig.api.request('POST', '/v1/ocpi/peers/cpo/locations');
      expect(pulled).toEqual({ status: 200, body: { locations: 0 } });
      expect(cpo.received.at(-1)?.headers.authorization).not.toBe(posted?.headers.authorization);
    },
  );

  it('takes 2.2.1 where the operator has nothing newer', async () => {
    cpo = await OcpiCpo.start({ versions: ['2.1.1', '2.2.1'] });
    expect(await put({ tokenA: cpo.tokenA })).toMatchObject({ status: 'registered', version: '2.2.1' });
  });

  it('says why nothing came of it, and tries again with the same request', async () => {
    cpo = await OcpiCpo.start({ versions: ['2.1.1'] });
    expect(await put({ tokenA: cpo.tokenA })).toMatchObject({
      status: 'unregistered',
      problem: expect.stringContaining('2.2.1'),
    });
    expect(await put({ tokenA: 'wrong' })).toMatchObject({ problem: expect.stringContaining('HTTP 401') });
  });

  it('refuses addresses within the network that were not allowed, whoever names them', async () => {
    cpo = await OcpiCpo.start();
    const own = await rig.api.request('PUT', '/v1/ocpi/peers/cpo', { versionsUrl: 'http://10.0.0.1/versions', ...AS });
    expect(own).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', field: '/versionsUrl' } });
    // The operator's answer names one.
    await put({ tokenA: cpo.tokenA });
    const { token, versionsUrl } = await invite();
    await cpo.fetch('DELETE', cpo.endpoint('credentials'), undefined, cpo.remote?.token ?? '');
    const invited = await invite();
    const answer = await cpo.fetch(
      'POST',
      cpo.endpoint('credentials'),
      {
        token: 'token-of-the-cpo',
        url: 'http://169.254.169.254/latest',
        roles: [{ role: 'CPO', country_code: 'NO', party_id: 'CPO', business_details: { name: 'x' } }],
      },
      invited.token,
    );
    expect(await answer.json()).toMatchObject({ status_code: 3001 });
    expect([token.length, versionsUrl]).toEqual([43, `${rig.url}/ocpi/versions`]);
  });
});

describe('a registration that the operator begins', () => {
  beforeEach(async () => {
    cpo = await OcpiCpo.start();
    await rig.api.put('/v1/ocpi/peers/cpo', AS);
  });

  it('takes its credentials, and TOKEN_A is over then', async () => {
    const { token, versionsUrl } = await invite();
    const answer = await cpo.register(versionsUrl, token);
    expect(answer.data).toMatchObject({ url: versionsUrl, roles: [{ role: 'SCSP', party_id: 'EVK' }] });
    expect(await rig.api.get('/v1/ocpi/peers/cpo')).toMatchObject({ status: 'registered', version: '2.2.1' });
    const again = await cpo.fetch('GET', versionsUrl, undefined, token);
    expect(again.status).toBe(401);
    expect((await rig.api.request('POST', '/v1/ocpi/peers/cpo/locations')).status).toBe(200);
  });

  it('lets TOKEN_A to versions and credentials only', async () => {
    const { token } = await invite();
    const answer = await cpo.fetch('GET', `${rig.url}/ocpi/2.2.1/sessions/NO/CPO/1`, undefined, token);
    expect(answer.status).toBe(401);
  });

  it('answers 405 for POST of who is registered, and for PUT and DELETE of who is not', async () => {
    const { token, versionsUrl } = await invite();
    await cpo.register(versionsUrl, token);
    const body = { token: 'x', url: cpo.versionsUrl, roles: [{ role: 'CPO', country_code: 'NO', party_id: 'CPO' }] };
    const post = await cpo.fetch('POST', cpo.endpoint('credentials'), body, cpo.remote?.token ?? '');
    expect(post.status).toBe(405);
    const left = await cpo.fetch('DELETE', cpo.endpoint('credentials'), undefined, cpo.remote?.token ?? '');
    expect(left.status).toBe(200);
    const invited = await invite();
    for (const method of ['PUT', 'DELETE']) {
      const answer = await cpo.fetch(
        method,
        cpo.endpoint('credentials'),
        method === 'PUT' ? body : undefined,
        invited.token,
      );
      expect(answer.status, method).toBe(405);
    }
  });

  it('rotates either way, with requests under way', async () => {
    const { token, versionsUrl } = await invite();
    await cpo.register(versionsUrl, token);
    const old = cpo.remote?.token ?? '';
    const traffic = Array.from({ length: 20 }, (_, k) =>
      cpo.push('PUT', 'hubclientinfo', `/DE/P${k}`, {
        country_code: 'DE',
        party_id: `P${k}`,
        role: 'EMSP',
        status: 'CONNECTED',
        last_updated: '2026-05-04T10:00:00Z',
      }),
    );
    await cpo.rotate();
    expect((await Promise.all(traffic)).map(({ status }) => status)).toEqual(traffic.map(() => 200));
    expect(cpo.remote?.token).not.toBe(old);
    expect((await cpo.push('GET', 'hubclientinfo', '/DE/P3')).body).toMatchObject({ data: { status: 'CONNECTED' } });
    const rotated = await rig.api.request('POST', '/v1/ocpi/peers/cpo/rotate');
    expect(rotated.body).toMatchObject({ status: 'registered' });
    expect((await cpo.push('GET', 'hubclientinfo', '/DE/P3')).status).toBe(200);
    expect((await rig.api.request('POST', '/v1/ocpi/peers/cpo/locations')).status).toBe(200);
  });

  it('is over when either side says so', async () => {
    const { token, versionsUrl } = await invite();
    await cpo.register(versionsUrl, token);
    expect((await rig.api.request('DELETE', '/v1/ocpi/peers/cpo')).status).toBe(204);
    expect(cpo.received.at(-1)).toMatchObject({ method: 'DELETE', path: '/cpo/2.2.1/credentials' });
    expect((await rig.api.request('GET', '/v1/ocpi/peers/cpo')).status).toBe(404);
  });
});

describe('what is answered below /ocpi', () => {
  beforeEach(async () => {
    cpo = await OcpiCpo.start();
    await put({ tokenA: cpo.tokenA });
  });

  it('has the ids of its request, and its parties the other way round', async () => {
    const { headers, body } = await cpo.push('GET', 'sessions', '/NO/CPO/unknown');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-request-id': 'request-of-the-cpo',
      'x-correlation-id': 'correlation-of-the-cpo',
      'ocpi-to-country-code': 'NO',
      'ocpi-to-party-id': 'CPO',
      'ocpi-from-country-code': 'SE',
      'ocpi-from-party-id': 'EVK',
    });
    expect(body).toMatchObject({ status_code: 2000, timestamp: expect.any(String) });
  });

  it('is 400 for what is not JSON, and 2001 in a 200 for what is not a session', async () => {
    const url = `${cpo.endpoint('sessions')}/NO/CPO/1`;
    const headers = {
      authorization: `Token ${Buffer.from(cpo.remote?.token ?? '').toString('base64')}`,
      'content-type': 'application/json',
    };
    const broken = await fetch(url, { method: 'PUT', headers, body: '{' });
    expect([broken.status, await broken.json()]).toMatchObject([400, { status_code: 2001 }]);
    const answer = await cpo.push('PUT', 'sessions', '/NO/CPO/1', { id: 1 });
    expect([answer.status, answer.body.status_code]).toEqual([200, 2001]);
  });

  it('leaves no token in the log, nor in what is stored of those that are only compared', async () => {
    const shown = cpo.remote?.token ?? '';
    await rig.api.request('POST', '/v1/ocpi/peers/cpo/invitation');
    expect(rig.log.join('\n')).not.toContain(shown);
    expect(rig.log.join('\n')).not.toContain(cpo.tokenA);
    const peer = await rig.documents.get('ocpiPeer', 'cpo');
    expect(JSON.stringify(peer)).not.toContain(shown);
    expect(JSON.stringify(peer)).not.toContain(cpo.tokenA);
  });
});

it('without a token that counts nothing is answered but 401, and after ten wrong ones nothing is looked at any more', async () => {
  const other = await OcpiRig.start();
  cpo = await OcpiCpo.start();
  try {
    const peer = { versionsUrl: cpo.versionsUrl, tokenA: cpo.tokenA, ...AS };
    await other.api.put('/v1/ocpi/peers/cpo', peer);
    const statuses: number[] = [];
    for (let k = 0; k < 12; k += 1)
      statuses.push((await cpo.fetch('GET', `${other.url}/ocpi/versions`, undefined, `wrong-${k}`)).status);
    expect(statuses).toEqual([...new Array<number>(10).fill(401), 429, 429]);
    expect((await cpo.push('GET', 'sessions', '/NO/CPO/1')).status).toBe(429);
  } finally {
    await other.stop();
  }
});
