/** Somebody's address that is told of events. */
export interface Webhook {
  readonly webhookId: string;
  readonly organisationId: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Null: of every site of its organisation, and what is no site's. */
  readonly siteIds: readonly string[] | null;
  /** The first is the newest. While a secret is changed the one before is still used beside it. */
  readonly secrets: readonly WebhookSecret[];
  /** 'no': it is used. Else nothing is sent there. */
  readonly disabled: 'no' | { readonly sinceMs: number; readonly reason: string };
  readonly createdMs: number;
}

export interface WebhookSecret {
  readonly key: string;
  /** Null: until it is changed. */
  readonly expiresMs: number | null;
}

export const WEBHOOK_KIND = 'webhook';
const QUEUE_PREFIX = 'webhook:';

export function queueOf(webhookId: string): string {
  return `${QUEUE_PREFIX}${webhookId}`;
}

export function webhookOfQueue(queueId: string): string {
  return queueId.slice(QUEUE_PREFIX.length);
}

/** Those that sign now. */
export function secretsInUse({ secrets }: Webhook, nowMs: number): readonly string[] {
  return secrets.filter(({ expiresMs }) => expiresMs === null || nowMs < expiresMs).map(({ key }) => key);
}
