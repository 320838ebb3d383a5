import { createHash } from 'node:crypto';
import type { Notice } from '../notices/notice.js';
import type { Channel, Delivery } from '../outbox/channel.js';
import type { StoredMessage } from '../store/outboxStore.js';
import { composeMail, type Mail } from './compose.js';
import { type MailRecipient, recipientOfQueue } from './recipient.js';

/** Hands one mail in. */
export interface MailSender {
  send(mail: Mail & { readonly to: string; readonly messageId: string }): Promise<Delivery>;
}

export interface MailChannelOptions {
  readonly find: (recipientId: string) => Promise<MailRecipient | undefined>;
  readonly sender: MailSender;
  /** Where people find the dashboard; no slash at its end. */
  readonly publicUrl: string;
}

const MINUTE_MS = 60_000;
/** So long everything that happens goes into one mail. */
const GATHER_MS = 30_000;
const BATCH_MAX = 1_000;
const RETRY_DELAYS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * 3_600_000, 6 * 3_600_000, 12 * 3_600_000];

/** Tells people by e-mail: all that happened within half a minute in one. */
export class MailChannel implements Channel {
  readonly name = 'mail';
  readonly batchMax = BATCH_MAX;
  readonly gatherMs = GATHER_MS;
  readonly atOnceMax = 1;
  readonly retryDelaysMs = RETRY_DELAYS_MS;
  private readonly options: MailChannelOptions;

  constructor(options: MailChannelOptions) {
    this.options = options;
  }

  async deliver(queueId: string, messages: readonly StoredMessage[]): Promise<Delivery> {
    const { find, sender, publicUrl } = this.options;
    const recipient = await find(recipientOfQueue(queueId));
    if (recipient === undefined) return { outcome: 'gone', status: null, reason: 'the recipient was deleted' };
    // Written by this program, from the type that it is read as.
    const notices = messages.map(({ body }) => JSON.parse(body) as Notice);
    const mail = composeMail(notices, recipient.language, publicUrl);
    return sender.send({ ...mail, to: recipient.email, messageId: idOf(queueId, messages) });
  }
}

/** The same messages tried again are the same mail, which a server may then recognise. */
function idOf(queueId: string, messages: readonly StoredMessage[]): string {
  const hash = createHash('sha256').update(queueId);
  for (const { messageId } of messages) hash.update(`\n${messageId}`);
  return hash.digest('hex').slice(0, 32);
}
