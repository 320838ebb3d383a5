import Type from 'typebox';
import { WEBHOOK_EVENTS } from '../../webhooks/eventTypes.js';
import type { Webhook } from '../../webhooks/webhook.js';
import type { WebhookDelivery, WebhookTerms } from '../../webhooks/webhookDesk.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { HINT, Instant, nullable, SiteId } from '../schemas.js';

const URL_MAX_CHARACTERS = 2_048;
const SITES_MAX = 1_000;
const OVERLAP_DEFAULT_S = 86_400;
const OVERLAP_MAX_S = 7 * 86_400;

const WebhookId = Type.String({ minLength: 1, maxLength: 64, description: 'Made by the service.' });
export const WebhookParams = Type.Object({ webhookId: WebhookId });

export const WebhookTermsDocument = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: URL_MAX_CHARACTERS,
      description: 'Is called with POST. https only, and no private network, unless the operator allows it.',
      [HINT]: 'write an address such as https://example.com/evenkeel',
    }),
    events: Type.Array(Type.Enum([...WEBHOOK_EVENTS]), {
      minItems: 1,
      maxItems: WEBHOOK_EVENTS.length,
      uniqueItems: true,
      description: 'Of each it is also told when that is over.',
    }),
    siteIds: Type.Optional(
      Type.Array(SiteId, {
        minItems: 1,
        maxItems: SITES_MAX,
        description: 'Only of these sites. Left out: of all of the organisation, and what is of no site.',
      }),
    ),
  },
  {
    title: 'WebhookTerms',
    additionalProperties: false,
    examples: [{ url: 'https://example.com/evenkeel', events: ['station.uncontrollable', 'limit.exceeded'] }],
  },
);

const webhookMembers = {
  webhookId: WebhookId,
  organisationId: Type.String(),
  url: Type.String(),
  events: Type.Array(Type.String()),
  siteIds: nullable(Type.Array(Type.String(), { description: 'Null: all of the organisation.' })),
  createdAt: Instant,
  disabled: nullable(
    Type.Object({ since: Instant, reason: Type.String() }, { description: 'Nothing is sent; PUT enables it again.' }),
  ),
  secrets: Type.Array(
    Type.Object({ hint: Type.String({ description: 'How it ends.' }), expiresAt: nullable(Instant) }),
    { description: 'Those that sign, the newest first.' },
  ),
};
export const WebhookDocument = Type.Object(webhookMembers, { title: 'Webhook' });
export const WebhookList = Type.Object({ webhooks: Type.Array(WebhookDocument) }, { title: 'WebhookList' });
export const MadeWebhookDocument = Type.Object(
  { ...webhookMembers, secret: Type.String({ description: 'whsec_…: told now, and never again.' }) },
  { title: 'MadeWebhook' },
);
export const SecretRotation = Type.Object(
  {
    overlapS: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: OVERLAP_MAX_S,
        default: OVERLAP_DEFAULT_S,
        description: 'For so long messages carry a signature by the old secret too.',
      }),
    ),
  },
  { title: 'SecretRotation', additionalProperties: false, examples: [{ overlapS: 3_600 }] },
);
export const TestSent = Type.Object(
  { messageId: Type.String({ description: 'The webhook-id it is sent with.' }) },
  { title: 'WebhookTest' },
);

const DeliveryDocument = Type.Object(
  {
    messageId: Type.String({ description: 'The webhook-id: the same at every attempt.' }),
    type: Type.String(),
    state: Type.Enum(['waiting', 'delivered', 'failed', 'expired', 'dropped'], {
      description:
        'failed: given up. expired: its time was over. dropped: too many waited, or the webhook was disabled.',
    }),
    createdAt: Instant,
    attempts: Type.Integer(),
    nextAttemptAt: nullable(Instant),
    endedAt: nullable(Instant),
    lastAttempt: nullable(
      Type.Object({
        at: Instant,
        tookMs: Type.Integer(),
        status: nullable(Type.Integer({ description: 'The HTTP status; null: there was no answer.' })),
        reason: nullable(Type.String({ description: 'Why it was in vain; null: it was not.' })),
      }),
    ),
    body: Type.String({ description: 'As sent, byte by byte.' }),
  },
  { title: 'WebhookDelivery' },
);
export const DeliveryList = Type.Object(
  {
    deliveries: Type.Array(DeliveryDocument),
    next: nullable(Type.Integer({ description: 'Send it as `before` for older ones.' })),
  },
  { title: 'WebhookDeliveryList' },
);

const HINT_CHARACTERS = 4;

export function readTerms(terms: {
  readonly url: string;
  readonly events: readonly string[];
  readonly siteIds?: readonly string[];
}): WebhookTerms {
  return { url: terms.url, events: terms.events, siteIds: terms.siteIds ?? null };
}

export function overlapMsOf({ overlapS = OVERLAP_DEFAULT_S }: { readonly overlapS?: number }): number {
  return overlapS * 1_000;
}

/** Without its secrets, but for how they end. */
export function writeWebhook({ createdMs, disabled, secrets, siteIds, events, ...webhook }: Webhook) {
  return {
    ...webhook,
    events: [...events],
    siteIds: siteIds === null ? null : [...siteIds],
    createdAt: writeInstant(createdMs),
    disabled: disabled === 'no' ? null : { since: writeInstant(disabled.sinceMs), reason: disabled.reason },
    secrets: secrets.map(({ key, expiresMs }) => ({
      hint: `…${key.slice(-HINT_CHARACTERS)}`,
      expiresAt: writeInstantOrNull(expiresMs),
    })),
  };
}

export function writeDelivery({
  messageId,
  type,
  state,
  createdMs,
  attempts,
  dueMs,
  endedMs,
  ...more
}: WebhookDelivery) {
  const { lastAttempt, body } = more;
  return {
    messageId,
    type,
    state,
    createdAt: writeInstant(createdMs),
    attempts,
    nextAttemptAt: state === 'waiting' ? writeInstant(dueMs) : null,
    endedAt: writeInstantOrNull(endedMs),
    lastAttempt:
      lastAttempt === null
        ? null
        : {
            at: writeInstant(lastAttempt.atMs),
            tookMs: lastAttempt.tookMs,
            status: lastAttempt.status,
            reason: lastAttempt.reason,
          },
    body,
  };
}
