import { createHmac, randomBytes } from 'node:crypto';

// Standard Webhooks: a message is signed over its id, the time of sending and its very bytes. Receivers verify with src/client.

const PREFIX = 'whsec_';
const KEY_BYTES = 32;
/** Of the standard: shorter keys are too weak, longer ones are not needed. */
const KEY_MIN_BYTES = 24;
const KEY_MAX_BYTES = 64;
const VERSION = 'v1';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

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
