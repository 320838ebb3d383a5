import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

// Standard Webhooks: a message is signed over its id, the time of sending and its very bytes.

const PREFIX = 'whsec_';
const KEY_BYTES = 32;
/** Of the standard: shorter keys are too weak, longer ones are not needed. */
const KEY_MIN_BYTES = 24;
const KEY_MAX_BYTES = 64;
const VERSION = 'v1';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const DIGITS = /^\d{1,12}$/;
/** A message that is older or newer was recorded and sent again, or the clocks differ too much to tell. */
const TOLERANCE_S = 300;
/** What a header may list; the rest is not looked at. */
const SIGNATURES_MAX = 16;

export interface SignedMessage {
  readonly id: string;
  readonly timestampS: number;
  readonly body: string;
}

export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(KEY_BYTES).toString('base64')}`;
}

/** The header's value: one signature per secret, so that a receiver may know either while a secret is changed. */
export function signatures(secrets: readonly string[], message: SignedMessage): string {
  return secrets.map((secret) => `${VERSION},${digest(keyOf(secret), message).toString('base64')}`).join(' ');
}

export type WebhookVerdict =
  | { readonly ok: true; readonly id: string; readonly timestampS: number }
  | { readonly ok: false; readonly reason: string };

/**
 * For receivers: whether a message is from who holds the secret, unchanged, and not older than five minutes. `body` is what came, byte
 * by byte, before anything has parsed it. What is true of one message may be said twice: receivers remember the ids of a few minutes.
 *
 * @param headers webhook-id, webhook-timestamp and webhook-signature, by their names in lower case.
 * @param secret whsec_…; or several of which any will do.
 */
export function verifyWebhook(received: {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | Uint8Array;
  readonly secret: string | readonly string[];
  readonly nowMs: number;
}): WebhookVerdict {
  const { headers, body, secret, nowMs } = received;
  const [id, timestamp, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    single(headers[name]),
  );
  if (id === undefined || timestamp === undefined || given === undefined)
    return { ok: false, reason: 'one of webhook-id, webhook-timestamp and webhook-signature is missing' };
  if (!DIGITS.test(timestamp)) return { ok: false, reason: 'webhook-timestamp is not a number of seconds' };
  const timestampS = Number(timestamp);
  if (Math.abs(nowMs / 1_000 - timestampS) > TOLERANCE_S)
    return { ok: false, reason: `webhook-timestamp is more than ${TOLERANCE_S} s away` };
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const expected = (typeof secret === 'string' ? [secret] : secret).map((one) =>
    digest(keyOf(one), { id, timestampS, body: text }),
  );
  const offered = given.split(' ').slice(0, SIGNATURES_MAX).flatMap(bytesOf);
  // Each with each, whether or not one fits: how long it takes tells nothing.
  const fits = expected.flatMap((mac) => offered.map((one) => one.length === mac.length && timingSafeEqual(one, mac)));
  return fits.includes(true) ? { ok: true, id, timestampS } : { ok: false, reason: 'no signature fits the secret' };
}

function single(value: string | readonly string[] | undefined): string | undefined {
  const text = typeof value === 'string' ? value : value?.length === 1 ? value[0] : undefined;
  return text === '' ? undefined : text;
}

function bytesOf(signature: string): readonly Buffer[] {
  const [version, text = '', ...rest] = signature.split(',');
  return version === VERSION && rest.length === 0 && BASE64.test(text) ? [Buffer.from(text, 'base64')] : [];
}

function digest(key: Buffer, { id, timestampS, body }: SignedMessage): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestampS}.${body}`).digest();
}

function keyOf(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length < KEY_MIN_BYTES || key.length > KEY_MAX_BYTES)
    throw new TypeError(`a webhook's secret is ${PREFIX} and ${KEY_MIN_BYTES} to ${KEY_MAX_BYTES} bytes in base64`);
  return key;
}
