import type { Notice } from '../notices/notice.js';
import { eventTypeOf } from '../notices/notice.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { DocumentStore, StoredDocument } from '../store/documentStore.js';
import type { OutboxStore } from '../store/outboxStore.js';
import { type MailRecipient, type MailRecipientTerms, mailQueueOf } from './recipient.js';

export interface RecipientDeskOptions {
  readonly documents: DocumentStore;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly queues: Pick<OutboxStore, 'deleteQueue'>;
  readonly clock: Clock;
  /** Whether there is a server that takes mail. */
  readonly canSend: boolean;
}

/** Whose recipients somebody may see and change. */
export type RecipientReach = string | 'every organisation';

const KIND = 'mailRecipient';
const RECIPIENTS_MAX = 100;

/** Who is told by e-mail. What is another organisation's is answered as what is not there. */
export class RecipientDesk {
  private readonly options: RecipientDeskOptions;

  constructor(options: RecipientDeskOptions) {
    this.options = options;
  }

  async list(reach: RecipientReach): Promise<readonly MailRecipient[]> {
    const all = (await this.options.documents.list(KIND)).map(fromDocument);
    return all.filter((recipient) => isWithin(reach, recipient));
  }

  async find(recipientId: string): Promise<MailRecipient | undefined> {
    const document = await this.options.documents.get(KIND, recipientId);
    return document === undefined ? undefined : fromDocument(document);
  }

  async get(reach: RecipientReach, recipientId: string): Promise<MailRecipient> {
    const recipient = await this.find(recipientId);
    if (recipient !== undefined && isWithin(reach, recipient)) return recipient;
    throw notFound(recipientId);
  }

  /** Made, or changed where it is the caller's already. */
  async put(
    { reach, organisationId }: { readonly reach: RecipientReach; readonly organisationId: string },
    recipientId: string,
    terms: MailRecipientTerms,
  ): Promise<MailRecipient> {
    const { documents, clock, canSend } = this.options;
    const known = await this.find(recipientId);
    if (known !== undefined && !isWithin(reach, known)) throw notFound(recipientId);
    if (!canSend) throw new Problem('MAIL_NOT_SET_UP', 'This service knows no server that takes its mail.');
    const ownerId = known?.organisationId ?? organisationId;
    if (known === undefined && (await this.list(ownerId)).length >= RECIPIENTS_MAX)
      throw new Problem('TOO_MANY_RECIPIENTS', `The organisation has ${RECIPIENTS_MAX} recipients, which is the most.`);
    const updatedMs = clock.nowMs();
    await documents.decide([{ put: { kind: KIND, id: recipientId, organisationId: ownerId, updatedMs, body: terms } }]);
    return { ...terms, recipientId, organisationId: ownerId };
  }

  /** What waits for it is not sent any more. */
  async delete(reach: RecipientReach, recipientId: string): Promise<void> {
    await this.get(reach, recipientId);
    await this.options.documents.decide([{ delete: { kind: KIND, id: recipientId } }]);
    await this.options.queues.deleteQueue(mailQueueOf(recipientId));
  }

  /** On disk when it resolves: from then on whoever asked for it is told. The same notice again is not told again. */
  async tell(organisationId: string, notice: Notice): Promise<void> {
    if (!this.options.canSend) return;
    const asking = (await this.list(organisationId)).filter((recipient) => asksFor(recipient, notice));
    if (asking.length === 0) return;
    await this.options.outbox.put(
      asking.map(({ recipientId }) => ({
        queueId: mailQueueOf(recipientId),
        messageId: notice.id,
        groupId: null,
        type: eventTypeOf(notice),
        body: JSON.stringify(notice),
        expiresMs: null,
      })),
    );
  }
}

function asksFor({ events, siteIds }: MailRecipient, { facts, site }: Notice): boolean {
  return events.includes(facts.type) && (siteIds === null || (site !== 'none' && siteIds.includes(site.siteId)));
}

function isWithin(reach: RecipientReach, { organisationId }: MailRecipient): boolean {
  return reach === 'every organisation' || reach === organisationId;
}

function notFound(recipientId: string): Problem {
  return new Problem('RECIPIENT_NOT_FOUND', `There is no recipient "${recipientId}".`);
}

function fromDocument({ id, organisationId, body }: StoredDocument): MailRecipient {
  // Written by this program, from the type that it is read as.
  return { ...(body as MailRecipientTerms), recipientId: id, organisationId };
}
