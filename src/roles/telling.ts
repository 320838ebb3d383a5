import { randomBytes } from 'node:crypto';
import type { Config } from '../config.js';
import type { ChargingService } from '../control/chargingService.js';
import { NoticeDesk } from '../control/notifications/noticeDesk.js';
import { MailChannel } from '../mail/mailChannel.js';
import { RecipientDesk } from '../mail/recipientDesk.js';
import { SmtpSender } from '../mail/smtpSender.js';
import { type Condition, eventTypeOf, type Notice } from '../notices/notice.js';
import { noticeDocument } from '../notices/noticeDocument.js';
import type { Channel } from '../outbox/channel.js';
import { Outbox } from '../outbox/outbox.js';
import { DEFAULT_ORGANISATION_ID } from '../site/organisation.js';
import { WebhookPublisher } from '../webhooks/publisher.js';
import { WebhookChannel } from '../webhooks/webhookChannel.js';
import { WebhookDesk } from '../webhooks/webhookDesk.js';
import { WebhookRegistry } from '../webhooks/webhookRegistry.js';
import { type Parts, secureRandom, systemClock, version } from './foundation.js';

/** How others are told of what happens. */
export interface Telling {
  readonly outbox: Outbox;
  readonly webhooks: WebhookDesk;
  readonly publisher: WebhookPublisher;
  readonly recipients: RecipientDesk;
}

const NOTICE_ID_BYTES = 12;
/** Told of by the site itself, to whom it belongs. */
const OF_A_SITE = /^site [^ ]+: /;

/** `owner`: this process, among those that share the store and could send. Not started yet. */
export function createTelling({ store, log, outbound, config }: Parts, owner: string | 'alone'): Telling {
  const clock = systemClock;
  const registry = new WebhookRegistry(store.documents, clock);
  const channels: Channel[] = [new WebhookChannel({ registry, outbound, clock, version: version() })];
  const outbox = new Outbox({ store: store.outbox, clock, random: secureRandom, log, owner, channels });
  const recipients = new RecipientDesk({
    documents: store.documents,
    outbox,
    queues: store.outbox,
    clock,
    canSend: config.mail !== 'off',
  });
  if (config.mail !== 'off') {
    const sender = new SmtpSender(config.mail.smtp, config.mail.from);
    channels.push(new MailChannel({ find: (id) => recipients.find(id), sender, publicUrl: publicUrlOf(config) }));
  }
  const publisher = new WebhookPublisher(registry, outbox);
  const webhooks = new WebhookDesk({ registry, publisher, outbox: store.outbox, outbound, clock });
  return { outbox, webhooks, publisher, recipients };
}

interface NoticeParts {
  readonly parts: Parts;
  readonly telling: Telling;
  readonly service: ChargingService;
  /** Why the process is not ready, in sentences; 'starting': it could not be yet. */
  readonly reasons: () => Promise<readonly string[] | 'starting'>;
}

/** Looks at this process's sites for what is to be told. Not started yet. */
export function createNotices({ parts, telling, service, reasons }: NoticeParts): NoticeDesk {
  return new NoticeDesk({
    documents: parts.store.documents,
    clock: systemClock,
    log: parts.log,
    siteIds: () => service.listSites().map(({ siteId }) => siteId),
    noticesOf: (siteId) => service.noticesOf(siteId),
    processConditions: async () => {
      const found = (await telling.outbox.isSender()) ? await reasons() : 'starting';
      return found === 'starting' ? 'another' : processConditions(found);
    },
    tell: (notice) => tell(parts, telling, notice),
    newId: () => `notice-${randomBytes(NOTICE_ID_BYTES).toString('base64url')}`,
  });
}

function processConditions(reasons: readonly string[]): readonly Condition[] {
  const detail = reasons.filter((reason) => !OF_A_SITE.test(reason)).join('; ');
  if (detail === '') return [];
  return [{ key: 'service.degraded/process', facts: { type: 'service.degraded', part: 'process', detail } }];
}

async function tell({ store }: Parts, { publisher, recipients }: Telling, notice: Notice): Promise<void> {
  const siteId = notice.site === 'none' ? null : notice.site.siteId;
  const owner = siteId === null ? undefined : await store.accounts.organisationOf({ kind: 'site', id: siteId });
  const organisationId = owner ?? DEFAULT_ORGANISATION_ID;
  await publisher.publish({
    id: notice.id,
    type: eventTypeOf(notice),
    atMs: notice.atMs,
    organisationId,
    siteId,
    data: noticeDocument(notice),
    // What is over is told after what it was.
    group: notice.key,
  });
  await recipients.tell(organisationId, notice);
}

function publicUrlOf({ publicUrl, port }: Config): string {
  return publicUrl === 'derived' ? `http://localhost:${port}` : publicUrl;
}
