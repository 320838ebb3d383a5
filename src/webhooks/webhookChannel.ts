import type { Outbound, OutboundAnswer } from '../outbound/outbound.js';
import type { Channel, Delivery } from '../outbox/channel.js';
import type { Clock } from '../site/clock.js';
import type { StoredMessage } from '../store/outboxStore.js';
import { signatures } from './signature.js';
import { secretsInUse, type Webhook, webhookOfQueue } from './webhook.js';
import type { WebhookRegistry } from './webhookRegistry.js';

export interface WebhookChannelOptions {
  readonly registry: WebhookRegistry;
  readonly outbound: Pick<Outbound, 'request'>;
  readonly clock: Clock;
  /** Of this program, for the User-Agent. */
  readonly version: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As Standard Webhooks has them: some three days in all. */
const RETRY_DELAYS_MS = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
const AT_ONCE_MAX = 4;
const TIMEOUT_MS = 10_000;
/** Only its status is of interest. */
const ANSWER_MAX_BYTES = 64 * 1024;
const GONE = 410;
/** A receiver that asks for more is asked again all the same. */
const RETRY_AFTER_MAX_MS = HOUR_MS;

/** Tells webhooks: HTTP POST, signed anew at each attempt, under the same id. */
export class WebhookChannel implements Channel {
  readonly name = 'webhook';
  readonly batchMax = 1;
  readonly gatherMs = 0;
  readonly atOnceMax = AT_ONCE_MAX;
  readonly retryDelaysMs = RETRY_DELAYS_MS;
  private readonly options: WebhookChannelOptions;

  constructor(options: WebhookChannelOptions) {
    this.options = options;
  }

  async deliver(queueId: string, [message]: readonly StoredMessage[]): Promise<Delivery> {
    const webhook = await this.options.registry.get(webhookOfQueue(queueId));
    if (webhook === undefined) return { outcome: 'gone', status: null, reason: 'the webhook was deleted' };
    if (webhook.disabled !== 'no') return { outcome: 'gone', status: null, reason: 'the webhook is disabled' };
    if (message === undefined) return { outcome: 'delivered', status: null };
    const delivery = deliveryOf(await this.post(webhook, message));
    if (delivery.outcome === 'gone') await this.disable(webhook, delivery.reason);
    return delivery;
  }

  private post(webhook: Webhook, { messageId, body }: StoredMessage): Promise<OutboundAnswer> {
    const { outbound, clock, version } = this.options;
    const nowMs = clock.nowMs();
    const timestampS = Math.floor(nowMs / 1_000);
    return outbound.request({
      method: 'POST',
      url: webhook.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': `Evenkeel/${version}`,
        'webhook-id': messageId,
        'webhook-timestamp': String(timestampS),
        'webhook-signature': signatures(secretsInUse(webhook, nowMs), { id: messageId, timestampS, body }),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      answerMaxBytes: ANSWER_MAX_BYTES,
    });
  }

  /** As of now: it may have been given another address meanwhile, which is not what was said to be gone. */
  private async disable({ webhookId, url }: Webhook, reason: string): Promise<void> {
    const { registry, clock } = this.options;
    const webhook = await registry.get(webhookId);
    if (webhook === undefined || webhook.url !== url) return;
    await registry.put({ ...webhook, disabled: { sinceMs: clock.nowMs(), reason } });
  }
}

function deliveryOf(answer: OutboundAnswer): Delivery {
  switch (answer.outcome) {
    case 'answered':
      return fromStatus(answer.status, answer.headers['retry-after']);
    case 'refused':
      // The name may lead elsewhere tomorrow; and if not, the retries end. Where it leads to is not told: it may be a secret of our network.
      return { outcome: 'retry', status: null, reason: 'its address is not one that may be called' };
    case 'failed':
      return { outcome: 'retry', status: null, reason: answer.reason };
  }
}

function fromStatus(status: number, retryAfter: string | undefined): Delivery {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status };
  if (status === GONE) return { outcome: 'gone', status, reason: 'the receiver answered 410 Gone' };
  const reason = `the receiver answered ${status}`;
  const seconds = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  if (seconds === undefined) return { outcome: 'retry', status, reason };
  return { outcome: 'retry', status, reason, notBeforeMs: Math.min(seconds * 1_000, RETRY_AFTER_MAX_MS) };
}
