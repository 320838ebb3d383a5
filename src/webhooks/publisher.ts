import type { Outbox } from '../outbox/outbox.js';
import { askedAs } from './eventTypes.js';
import { queueOf, type Webhook } from './webhook.js';
import type { WebhookRegistry } from './webhookRegistry.js';

/** Something that webhooks are to be told of. */
export interface WebhookEvent {
  /** The receiver's webhook-id. The same event published again, also by another process or after a crash, is not told again. */
  readonly id: string;
  /** One of WEBHOOK_EVENTS, or that with `.resolved`. */
  readonly type: string;
  readonly atMs: number;
  readonly organisationId: string;
  /** Null: of no site in particular. */
  readonly siteId: string | null;
  /** JSON; it becomes the member `data` of the body. */
  readonly data: unknown;
  /** Events of a group reach a receiver one after the other: the next one only after it took the one before, or that was given up. */
  readonly group?: string;
  /** From then on nobody needs to be told any more. */
  readonly expiresMs?: number;
}

/** Most receivers take no more than a megabyte; a plan of a day for one station is some ten kilobytes. */
const BODY_MAX_CHARACTERS = 256 * 1024;

/** Hands events to the webhooks that asked for them. */
export class WebhookPublisher {
  private readonly registry: WebhookRegistry;
  private readonly outbox: Pick<Outbox, 'put'>;

  constructor(registry: WebhookRegistry, outbox: Pick<Outbox, 'put'>) {
    this.registry = registry;
    this.outbox = outbox;
  }

  /**
   * On disk when it resolves: from then on each webhook that asked for it is told at least once, over restarts too. Answers how many
   * there are. Rejects where the store can not be written: then it may have been published or not, and is safely published again.
   */
  async publish(event: WebhookEvent): Promise<number> {
    const listeners = (await this.registry.list()).filter((webhook) => asksFor(webhook, event));
    if (listeners.length > 0) await this.put(event, listeners);
    return listeners.length;
  }

  /** To this one, whatever it asked for. */
  async publishTo(webhook: Webhook, event: WebhookEvent): Promise<void> {
    await this.put(event, [webhook]);
  }

  private put({ id, type, group, expiresMs, ...event }: WebhookEvent, webhooks: readonly Webhook[]): Promise<void> {
    const timestamp = new Date(event.atMs).toISOString();
    const body = JSON.stringify({ type, timestamp, siteId: event.siteId, data: event.data });
    if (body.length > BODY_MAX_CHARACTERS)
      throw new RangeError(`an event of type ${type} has ${body.length} characters, more than ${BODY_MAX_CHARACTERS}`);
    return this.outbox.put(
      webhooks.map(({ webhookId }) => ({
        queueId: queueOf(webhookId),
        messageId: id,
        groupId: group ?? null,
        type,
        body,
        expiresMs: expiresMs ?? null,
      })),
    );
  }
}

function asksFor(webhook: Webhook, { organisationId, siteId, type }: WebhookEvent): boolean {
  return (
    webhook.disabled === 'no' &&
    webhook.organisationId === organisationId &&
    webhook.events.includes(askedAs(type)) &&
    (webhook.siteIds === null || (siteId !== null && webhook.siteIds.includes(siteId)))
  );
}
