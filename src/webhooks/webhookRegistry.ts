import type { Clock } from '../site/clock.js';
import type { DocumentStore, StoredDocument } from '../store/documentStore.js';
import { WEBHOOK_KIND, type Webhook } from './webhook.js';

/** What another process changed is seen so soon. */
const READ_AGAIN_MS = 1_000;

/** The webhooks that are in the store. */
export class WebhookRegistry {
  private readonly documents: DocumentStore;
  private readonly clock: Clock;
  private known: { readonly readMs: number; readonly webhooks: Promise<readonly Webhook[]> } | undefined;

  constructor(documents: DocumentStore, clock: Clock) {
    this.documents = documents;
    this.clock = clock;
  }

  /** All of them, of at most a second ago. */
  list(): Promise<readonly Webhook[]> {
    const nowMs = this.clock.nowMs();
    if (this.known !== undefined && nowMs - this.known.readMs < READ_AGAIN_MS) return this.known.webhooks;
    const webhooks = this.documents.list(WEBHOOK_KIND).then((all) => all.map(fromDocument));
    this.known = { readMs: nowMs, webhooks };
    webhooks.catch(() => this.forget());
    return webhooks;
  }

  async get(webhookId: string): Promise<Webhook | undefined> {
    const document = await this.documents.get(WEBHOOK_KIND, webhookId);
    return document === undefined ? undefined : fromDocument(document);
  }

  async put(webhook: Webhook): Promise<void> {
    const { webhookId, organisationId, ...body } = webhook;
    const updatedMs = this.clock.nowMs();
    await this.documents.decide([{ put: { kind: WEBHOOK_KIND, id: webhookId, organisationId, updatedMs, body } }]);
    this.forget();
  }

  async delete(webhookId: string): Promise<void> {
    await this.documents.decide([{ delete: { kind: WEBHOOK_KIND, id: webhookId } }]);
    this.forget();
  }

  private forget(): void {
    this.known = undefined;
  }
}

function fromDocument({ id, organisationId, body }: StoredDocument): Webhook {
  // Written by this program, from the type that it is read as.
  return { ...(body as Omit<Webhook, 'webhookId' | 'organisationId'>), webhookId: id, organisationId };
}
