/** What a webhook may be told; of each it is also told when that is over. */
export const WEBHOOK_EVENTS = [
  'station.uncontrollable',
  'limit.exceeded',
  'departure.at_risk',
  'tariff.missing_tomorrow',
  'service.degraded',
  'delegation.command',
] as const;

export interface WebhookDocument {
  readonly webhookId: string;
  readonly organisationId: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly siteIds: readonly string[] | null;
  readonly createdAt: string;
  readonly disabled: { readonly since: string; readonly reason: string } | null;
  readonly secrets: readonly { readonly hint: string; readonly expiresAt: string | null }[];
}

/** The secret is told now, and never again. */
export interface MadeWebhook extends WebhookDocument {
  readonly secret: string;
}

export interface WebhookDraft {
  readonly url: string;
  readonly events: readonly string[];
  readonly siteIds?: readonly string[];
}

export interface DeliveryDocument {
  readonly messageId: string;
  readonly type: string;
  readonly state: 'waiting' | 'delivered' | 'failed' | 'expired' | 'dropped';
  readonly createdAt: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly endedAt: string | null;
  readonly lastAttempt: {
    readonly at: string;
    readonly tookMs: number;
    readonly status: number | null;
    readonly reason: string | null;
  } | null;
  readonly body: string;
}

export interface DeliveryPage {
  readonly deliveries: readonly DeliveryDocument[];
  readonly next: number | null;
}
