import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../../src/client/index.js';
import { newWebhookSecret, signatures } from '../../../src/webhooks/signature.js';

const NOW_MS = Date.UTC(2026, 0, 14, 12);
const NOW_S = NOW_MS / 1_000;
const SECRET = newWebhookSecret();
const BODY = '{"type":"limit.exceeded","å":1}';

function headersFor(secrets: readonly string[], { id = 'msg-1', timestampS = NOW_S, body = BODY } = {}) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signatures(secrets, { id, timestampS, body }),
  };
}

/** By the client library, which shares no code with the service. */
function verify(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  more: { readonly body?: string; readonly secrets?: readonly string[]; readonly nowMs?: number } = {},
) {
  const { body = BODY, secrets = [SECRET], nowMs = NOW_MS } = more;
  return verifyWebhook({ headers, body }, { secrets, nowMs });
}

describe('The signature of a webhook', () => {
  it('is as Standard Webhooks says, to the byte', () => {
    // The example of the standard's own libraries.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampS: 1_614_265_330, body: '{"test": 2432232314}' };
    expect(signatures([secret], message)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    expect(
      createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
        .update(`${message.id}.${message.timestampS}.${message.body}`)
        .digest('base64'),
    ).toBe('g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is accepted by who has the secret', () => {
    expect(verify(headersFor([SECRET]))).toMatchObject({ genuine: true, id: 'msg-1' });
  });

  it('does not fit another secret, id, time or body', () => {
    const headers = headersFor([SECRET]);
    expect(verify(headers, { secrets: [newWebhookSecret()] }).genuine).toBe(false);
    expect(verify({ ...headers, 'webhook-id': 'msg-2' }).genuine).toBe(false);
    expect(verify({ ...headers, 'webhook-timestamp': String(NOW_S + 1) }).genuine).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        expect(verify(headers, { body }).genuine).toBe(body === BODY);
      }),
    );
  });

  it('is refused when it is old, or from the future: whoever recorded it sends it in vain', () => {
    const headers = headersFor([SECRET]);
    for (const [offS, ok] of [
      [-300, true],
      [300, true],
      [-301, false],
      [301, false],
    ] as const)
      expect(verify(headers, { nowMs: NOW_MS + offS * 1_000 }).genuine, String(offS)).toBe(ok);
  });

  it('comes by both secrets while one is changed: who knows the old one, the new one or both accepts it', () => {
    const next = newWebhookSecret();
    const headers = headersFor([next, SECRET]);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secrets of [[SECRET], [next], [newWebhookSecret(), SECRET]])
      expect(verify(headers, { secrets }).genuine).toBe(true);
    expect(verify(headersFor([next])).genuine).toBe(false);
  });

  it.each([
    ['nothing', {}],
    ['an empty id', { 'webhook-id': '' }],
    ['two ids', { 'webhook-id': ['a', 'b'] }],
    ['a time with a sign', { 'webhook-timestamp': `+${NOW_S}` }],
    ['a time in words', { 'webhook-timestamp': '2026-01-14T12:00:00Z' }],
    ['a time without end', { 'webhook-timestamp': '9'.repeat(400) }],
    ['an empty signature', { 'webhook-signature': '' }],
    ['another version', { 'webhook-signature': 'v2,AAAA' }],
    ['a signature that is no base64', { 'webhook-signature': 'v1,???' }],
    ['a short signature', { 'webhook-signature': 'v1,AAAA' }],
  ])('is refused, without an exception, of %s', (_what, wrong) => {
    const headers = Object.keys(wrong).length === 0 ? {} : { ...headersFor([SECRET]), ...wrong };
    expect(verify(headers).genuine).toBe(false);
  });

  it('needs a secret that is one', () => {
    for (const secret of ['', 'whsec_', 'whsec_c2hvcnQ=', SECRET.slice(6), `whsec_${'A'.repeat(400)}`])
      expect(() => headersFor([secret]), secret).toThrow(/whsec_ and 24 to 64 bytes/);
  });
});
