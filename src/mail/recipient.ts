import type { Language } from '../notices/words.js';

/** Somebody who is told by e-mail. */
export interface MailRecipient {
  readonly recipientId: string;
  readonly organisationId: string;
  readonly email: string;
  readonly language: Language;
  readonly events: readonly string[];
  /** Null: of every site of its organisation, and what is no site's. */
  readonly siteIds: readonly string[] | null;
}

export type MailRecipientTerms = Omit<MailRecipient, 'recipientId' | 'organisationId'>;

const QUEUE_PREFIX = 'mail:';

export function mailQueueOf(recipientId: string): string {
  return `${QUEUE_PREFIX}${recipientId}`;
}

export function recipientOfQueue(queueId: string): string {
  return queueId.slice(QUEUE_PREFIX.length);
}
