import { createHmac, timingSafeEqual } from 'node:crypto';

export interface ReceivedWebhook {
  /** By their names in lower case, as Node has them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it came, before anything is read of it. */
  readonly body: string;
}

export interface VerifyOptions {
  /** "whsec_…", as it was given when the webhook was made; several while it is being changed. */
  readonly secrets: readonly string[];
  /** Default: the wall clock. */
  readonly nowMs?: number;
}

export type WebhookVerdict =
  | { readonly genuine: true; readonly id: string; readonly payload: unknown }
  | { readonly genuine: false; readonly reason: string };

/** A message that is further off than this may have been heard by somebody and sent again. */
const TOLERANCE_MS = 300_000;

/**
 * Whether a webhook is the service's, and fresh (Standard Webhooks). It may come twice: remember `id`, and leave out what you have had.
 */
export function verifyWebhook({ headers, body }: ReceivedWebhook, { secrets, nowMs }: VerifyOptions): WebhookVerdict {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return { genuine: false, reason: 'webhook-id, webhook-timestamp or webhook-signature is missing' };
  const sentMs = Number(timestamp) * 1_000;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs((nowMs ?? Date.now()) - sentMs) > TOLERANCE_MS)
    return { genuine: false, reason: 'its time is more than five minutes off' };
  const signed = `${id}.${timestamp}.${body}`;
  const expected = secrets.map((secret) => signatureOf(secret, signed));
  const isGenuine = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .some((signature) => expected.some((one) => isEqual(signature, one)));
  if (!isGenuine) return { genuine: false, reason: 'none of its signatures is made with a secret of yours' };
  try {
    return { genuine: true, id, payload: JSON.parse(body) };
  } catch {
    return { genuine: false, reason: 'its body is not JSON' };
  }
}

function signatureOf(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** In a time that tells nothing of where they differ. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
