import { RecipientDesk } from '../../src/mail/recipientDesk.js';
import { Outbound } from '../../src/outbound/outbound.js';
import { Outbox } from '../../src/outbox/outbox.js';
import type { Clock } from '../../src/site/clock.js';
import type { NetworkRange } from '../../src/site/networks.js';
import { WebhookPublisher } from '../../src/webhooks/publisher.js';
import { WebhookChannel } from '../../src/webhooks/webhookChannel.js';
import { WebhookDesk } from '../../src/webhooks/webhookDesk.js';
import { WebhookRegistry } from '../../src/webhooks/webhookRegistry.js';
import { MemoryDocuments } from './memoryDocuments.js';
import { MemoryOutbox } from './memoryOutbox.js';

export const LOOPBACK: readonly NetworkRange[] = [{ address: '127.0.0.0', prefixBits: 8, family: 'ipv4' }];
const MIDDLE = { positiveInt31: () => 1_073_741_824 };

export interface WebhookRigOptions {
  readonly clock: Clock;
  readonly allowedNets?: readonly NetworkRange[];
  readonly documents?: MemoryDocuments;
  readonly store?: MemoryOutbox;
  readonly resolve?: ConstructorParameters<typeof Outbound>[0]['resolve'];
}

/** Webhooks as the service puts them together, in memory. The outbox is not started. Ids are wh-1, wh-2 …, test-1 … */
export function webhookRig({ clock, allowedNets = [], resolve, ...more }: WebhookRigOptions) {
  const { documents = new MemoryDocuments(), store = new MemoryOutbox(() => clock.nowMs()) } = more;
  const log: string[] = [];
  const write = (fields: object, message: string) => void log.push(JSON.stringify({ ...fields, message }));
  const outbound = new Outbound({ allowedNets, clock, ...(resolve === undefined ? {} : { resolve }) });
  const registry = new WebhookRegistry(documents, clock);
  const outbox = new Outbox({
    store,
    clock,
    random: MIDDLE,
    log: { info: write, warn: write, error: write },
    owner: 'alone',
    channels: [new WebhookChannel({ registry, outbound, clock, version: '0.0.0-test' })],
  });
  const publisher = new WebhookPublisher(registry, outbox);
  const counts = { wh: 0, test: 0 };
  const newId = (kind: 'wh' | 'test') => {
    counts[kind] += 1;
    return `${kind}-${counts[kind]}`;
  };
  const desk = new WebhookDesk({ registry, publisher, outbox: store, outbound, clock, newId });
  const recipients = new RecipientDesk({ documents, outbox, queues: store, clock, canSend: true });
  return { outbox, store, documents, registry, publisher, desk, recipients, log };
}
