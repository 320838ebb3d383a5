import { Outbox } from '../outbox/outbox.js';
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
}

/** `owner`: this process, among those that share the store and could send. Not started yet. */
export function createTelling({ store, log, outbound }: Parts, owner: string | 'alone'): Telling {
  const registry = new WebhookRegistry(store.documents, systemClock);
  const outbox = new Outbox({
    store: store.outbox,
    clock: systemClock,
    random: secureRandom,
    log,
    owner,
    channels: [new WebhookChannel({ registry, outbound, clock: systemClock, version: version() })],
  });
  const publisher = new WebhookPublisher(registry, outbox);
  const webhooks = new WebhookDesk({ registry, publisher, outbox: store.outbox, outbound, clock: systemClock });
  return { outbox, webhooks, publisher };
}
