import { request } from './client.js';
import type { DeliveryPage, MadeWebhook, WebhookDocument, WebhookDraft } from './webhookDocuments.js';

const webhook = (webhookId: string) => `/v1/webhooks/${encodeURIComponent(webhookId)}`;
const DELIVERIES_AT_ONCE = 20;

export const webhooksApi = {
  webhooks: async () => (await request<{ webhooks: readonly WebhookDocument[] }>('/v1/webhooks')).webhooks,
  make: (draft: WebhookDraft) => request<MadeWebhook>('/v1/webhooks', { method: 'POST', body: draft }),
  /** One that is off is on again. */
  change: (webhookId: string, draft: WebhookDraft) =>
    request<WebhookDocument>(webhook(webhookId), { method: 'PUT', body: draft }),
  remove: (webhookId: string) => request<unknown>(webhook(webhookId), { method: 'DELETE' }),
  rotate: (webhookId: string, overlapS: number) =>
    request<MadeWebhook>(`${webhook(webhookId)}/rotate`, { method: 'POST', body: { overlapS } }),
  test: (webhookId: string) => request<{ messageId: string }>(`${webhook(webhookId)}/test`, { method: 'POST' }),
  /** Newest first; `before` as the page before says. */
  deliveries: (webhookId: string, before: number | undefined) =>
    request<DeliveryPage>(
      `${webhook(webhookId)}/deliveries?limit=${DELIVERIES_AT_ONCE}${before === undefined ? '' : `&before=${before}`}`,
    ),
};
