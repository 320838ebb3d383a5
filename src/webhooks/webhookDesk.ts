import { randomBytes } from 'node:crypto';
import type { Outbound } from '../outbound/outbound.js';
import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { OutboxStore, StoredMessage } from '../store/outboxStore.js';
import { TEST_EVENT } from './eventTypes.js';
import type { WebhookPublisher } from './publisher.js';
import { newWebhookSecret } from './signature.js';
import { queueOf, type Webhook } from './webhook.js';
import type { WebhookRegistry } from './webhookRegistry.js';

/** What became of a message. */
export type WebhookDelivery = StoredMessage;

export interface WebhookDeskOptions {
  readonly registry: WebhookRegistry;
  readonly publisher: WebhookPublisher;
  readonly outbox: Pick<OutboxStore, 'list' | 'deleteQueue'>;
  readonly outbound: Pick<Outbound, 'check'>;
  readonly clock: Clock;
  /** Absent: unguessable ones. */
  readonly newId?: (kind: 'wh' | 'test') => string;
}

/** Whose webhooks somebody may see and change. */
export type WebhookReach = string | 'every organisation';

export interface WebhookTerms {
  readonly url: string;
  readonly events: readonly string[];
  readonly siteIds: readonly string[] | null;
}

export interface MadeWebhook {
  readonly webhook: Webhook;
  /** Told once. */
  readonly secret: string;
}

const WEBHOOKS_MAX = 50;
const ID_BYTES = 12;
/** A secret that is changed twice within its time leaves the first out. */
const SECRETS_MAX = 2;

/** Where people say who is to be told. What is another organisation's is answered as what is not there. */
export class WebhookDesk {
  private readonly options: WebhookDeskOptions;
  private readonly newId: (kind: 'wh' | 'test') => string;

  constructor(options: WebhookDeskOptions) {
    this.options = options;
    this.newId = options.newId ?? ((kind) => `${kind}-${randomBytes(ID_BYTES).toString('base64url')}`);
  }

  async list(reach: WebhookReach): Promise<readonly Webhook[]> {
    const all = await this.options.registry.list();
    return all
      .filter((webhook) => isWithin(reach, webhook))
      .sort((a, b) => a.createdMs - b.createdMs || (a.webhookId < b.webhookId ? -1 : 1));
  }

  async get(reach: WebhookReach, webhookId: string): Promise<Webhook> {
    const webhook = await this.options.registry.get(webhookId);
    if (webhook !== undefined && isWithin(reach, webhook)) return webhook;
    throw new Problem('WEBHOOK_NOT_FOUND', `There is no webhook "${webhookId}".`);
  }

  async create(organisationId: string, terms: WebhookTerms): Promise<MadeWebhook> {
    const { registry, clock } = this.options;
    this.requireUrl(terms.url);
    if ((await this.list(organisationId)).length >= WEBHOOKS_MAX)
      throw new Problem('TOO_MANY_WEBHOOKS', `The organisation has ${WEBHOOKS_MAX} webhooks, which is the most.`);
    const secret = newWebhookSecret();
    const webhook: Webhook = {
      ...terms,
      webhookId: this.newId('wh'),
      organisationId,
      secrets: [{ key: secret, expiresMs: null }],
      disabled: 'no',
      createdMs: clock.nowMs(),
    };
    await registry.put(webhook);
    return { webhook, secret };
  }

  /** It is enabled again too. Its secret stays. */
  async change(reach: WebhookReach, webhookId: string, terms: WebhookTerms): Promise<Webhook> {
    const webhook = await this.get(reach, webhookId);
    this.requireUrl(terms.url);
    const changed: Webhook = { ...webhook, ...terms, disabled: 'no' };
    await this.options.registry.put(changed);
    return changed;
  }

  /** A new secret; messages carry a signature by the old one too for so long. */
  async rotate(reach: WebhookReach, webhookId: string, overlapMs: number): Promise<MadeWebhook> {
    const { registry, clock } = this.options;
    const webhook = await this.get(reach, webhookId);
    const secret = newWebhookSecret();
    const expiresMs = clock.nowMs() + overlapMs;
    const [newest] = webhook.secrets;
    const before = newest === undefined || overlapMs === 0 ? [] : [{ ...newest, expiresMs }];
    const secrets = [{ key: secret, expiresMs: null }, ...before].slice(0, SECRETS_MAX);
    const changed: Webhook = { ...webhook, secrets };
    await registry.put(changed);
    return { webhook: changed, secret };
  }

  /** What waits for it is not sent any more. */
  async delete(reach: WebhookReach, webhookId: string): Promise<void> {
    await this.get(reach, webhookId);
    await this.options.registry.delete(webhookId);
    await this.options.outbox.deleteQueue(queueOf(webhookId));
  }

  /** Sends it a message that says nothing; answers the message's id. */
  async test(reach: WebhookReach, webhookId: string): Promise<string> {
    const webhook = await this.get(reach, webhookId);
    if (webhook.disabled !== 'no')
      throw new Problem('WEBHOOK_DISABLED', `The webhook is disabled: ${webhook.disabled.reason}.`);
    const id = this.newId('test');
    await this.options.publisher.publishTo(webhook, {
      id,
      type: TEST_EVENT,
      atMs: this.options.clock.nowMs(),
      organisationId: webhook.organisationId,
      siteId: null,
      data: { message: 'This is a test; nothing has happened.' },
    });
    return id;
  }

  /** The newest first. */
  async deliveries(
    reach: WebhookReach,
    webhookId: string,
    page: { readonly limit: number; readonly beforePosition?: number },
  ): Promise<readonly WebhookDelivery[]> {
    await this.get(reach, webhookId);
    return this.options.outbox.list(queueOf(webhookId), page);
  }

  private requireUrl(url: string): void {
    const verdict = this.options.outbound.check(url);
    // What is no page is told so before it is told what else may be called.
    const isPage = /^https?:/i.test(url);
    if (verdict.ok && isPage) return;
    const reason = verdict.ok || (!isPage && URL.canParse(url)) ? 'it must begin with https://' : verdict.reason;
    throw new Problem('ADDRESS_REFUSED', `The url can not be called: ${reason}.`, { field: '/url' });
  }
}

function isWithin(reach: WebhookReach, { organisationId }: Webhook): boolean {
  return reach === 'every organisation' || reach === organisationId;
}
