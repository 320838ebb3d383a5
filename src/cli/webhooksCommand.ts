import { Command, InvalidArgumentError, Option } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { confirm } from './confirm.js';
import { type ClientOptions, connect } from './connection.js';
import { instant, list, type Members, members, number, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { wholeNumber } from './optionValues.js';
import { painted, type Screen } from './screen.js';

/** As the service knows them (docs/notifications.md). */
const EVENTS = [
  'station.uncontrollable',
  'limit.exceeded',
  'departure.at_risk',
  'tariff.missing_tomorrow',
  'service.degraded',
  'delegation.command',
];
const OVERLAP_MAX_HOURS = 168;
const HOUR_S = 3_600;
const DELIVERIES_MAX = 200;

/** `evenkeel webhooks`: which addresses are told of what, and whether they were. */
export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('addresses that are told of what happens, and whether they were')
    .addCommand(clientCommand('list', 'every webhook of the organisation').action(listWebhooks))
    .addCommand(
      clientCommand('create', 'have an address told; the secret that signs is printed once, and kept nowhere else')
        .argument('<url>', 'https://…; it is called with POST')
        .addOption(
          new Option('--event <name>', 'what it is told of, and when that is over; several times for several')
            .choices(EVENTS)
            .argParser(alsoEvent)
            .makeOptionMandatory(),
        )
        .option('--site <id>', 'only of this site; several times for several (default: all)', also)
        .action(createWebhook),
    )
    .addCommand(
      clientCommand('test', 'send it a message that says nothing')
        .argument('<webhook-id>', 'as "webhooks list" shows it')
        .action(testWebhook),
    )
    .addCommand(
      clientCommand('deliveries', 'what was sent to it, and what waits, the newest first')
        .argument('<webhook-id>', 'as "webhooks list" shows it')
        .option('--limit <n>', 'at most so many (default: 50)', wholeNumber({ min: 1, max: DELIVERIES_MAX }))
        .action(listDeliveries),
    )
    .addCommand(
      clientCommand('rotate', 'give it a new secret; messages are signed by the old one too for a while')
        .argument('<webhook-id>', 'as "webhooks list" shows it')
        .option(
          '--overlap-hours <n>',
          'how long the old one signs too (default: 24)',
          wholeNumber({ min: 0, max: OVERLAP_MAX_HOURS }),
        )
        .action(rotateWebhook),
    )
    .addCommand(
      clientCommand('delete', 'tell an address nothing any more')
        .argument('<webhook-id>', 'as "webhooks list" shows it')
        .option('--yes', 'do not ask')
        .action(deleteWebhook),
    );
}

const webhookPath = (webhookId: string): string => `/v1/webhooks/${encodeURIComponent(webhookId)}`;

const also = (typed: string, before: readonly string[] = []): readonly string[] => [...before, typed];

/** Commander checks choices in the parser that several values need another one for. */
function alsoEvent(typed: string, before?: readonly string[]): readonly string[] {
  if (EVENTS.includes(typed)) return also(typed, before);
  throw new InvalidArgumentError(`Allowed choices are ${EVENTS.join(', ')}.`);
}

interface CreateOptions extends ClientOptions {
  readonly event: readonly string[];
  readonly site?: readonly string[];
}

async function createWebhook(url: string, options: CreateOptions): Promise<void> {
  const { event: events, site } = options;
  const client = await connect(options);
  const terms = { url, events: [...new Set(events)], ...(site !== undefined && { siteIds: site }) };
  const made = members(await client.post('/v1/webhooks', terms));
  answer(options, made, (screen) => [
    painted(screen, 'bold', text(made.secret, '?')),
    `is the secret of the webhook ${text(made.webhookId, '?')}. It is shown this once: the receiver checks by it that`,
    'messages are ours (docs/notifications.md).',
  ]);
}

async function listWebhooks(options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const document = await client.get('/v1/webhooks');
  answer(options, document, (screen) => webhookTable(screen, records(members(document).webhooks)));
}

function webhookTable(screen: Screen, webhooks: readonly Members[]): readonly string[] {
  const state = (disabled: unknown): string =>
    typeof disabled === 'object' && disabled !== null ? `disabled: ${text(members(disabled).reason, '?')}` : 'is told';
  return columns(screen, {
    titles: ['webhook', 'sites', 'state', 'events', 'address'].map((title) => ({ title })),
    rows: webhooks.map((webhook) => [
      text(webhook.webhookId, '?'),
      webhook.siteIds === null ? 'all' : names(webhook.siteIds),
      state(webhook.disabled),
      names(webhook.events),
      text(webhook.url, '?'),
    ]),
    empty: 'There are no webhooks.',
  });
}

const names = (value: unknown): string =>
  list(value)
    .map((one) => text(one, '?'))
    .join(', ');

async function testWebhook(webhookId: string, options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const sent = members(await client.post(`${webhookPath(webhookId)}/test`, {}));
  answer(options, sent, () => [
    `${text(sent.messageId, '?')} is on its way; "evenkeel webhooks deliveries ${webhookId}" tells what became of it.`,
  ]);
}

async function listDeliveries(webhookId: string, options: ClientOptions & { readonly limit?: number }): Promise<void> {
  const { limit } = options;
  const client = await connect(options);
  const document = await client.get(
    `${webhookPath(webhookId)}/deliveries${limit === undefined ? '' : `?limit=${limit}`}`,
  );
  answer(options, document, (screen) => deliveryTable(screen, records(members(document).deliveries)));
}

function deliveryTable(screen: Screen, deliveries: readonly Members[]): readonly string[] {
  const time = new LocalTime('utc');
  const at = (value: unknown): string => {
    const atMs = instant(value);
    return atMs === undefined ? '' : time.at(atMs).toFormat('yyyy-LL-dd HH:mm:ss');
  };
  const cameOf = (attempt: unknown): string => {
    if (typeof attempt !== 'object' || attempt === null) return 'not sent yet';
    const { status, reason } = members(attempt);
    const answered = typeof status === 'number' ? `answered ${status}` : 'no answer';
    return typeof reason === 'string' ? `${answered}: ${text(reason, '?')}` : answered;
  };
  return columns(screen, {
    titles: [
      { title: 'made (UTC)' },
      { title: 'event' },
      { title: 'state' },
      { title: 'tries', align: 'right' },
      { title: 'message' },
      { title: 'last try' },
    ],
    rows: deliveries.map((delivery) => [
      at(delivery.createdAt),
      text(delivery.type, '?'),
      text(delivery.state, '?'),
      String(number(delivery.attempts)),
      text(delivery.messageId, '?'),
      cameOf(delivery.lastAttempt),
    ]),
    empty: 'Nothing was sent to it, and nothing waits.',
  });
}

async function rotateWebhook(
  webhookId: string,
  options: ClientOptions & { readonly overlapHours?: number },
): Promise<void> {
  const { overlapHours } = options;
  const client = await connect(options);
  const body = overlapHours === undefined ? {} : { overlapS: overlapHours * HOUR_S };
  const rotated = members(await client.post(`${webhookPath(webhookId)}/rotate`, body));
  answer(options, rotated, (screen) => [
    painted(screen, 'bold', text(rotated.secret, '?')),
    `is the new secret of ${webhookId}. It is shown this once: give it to the receiver.`,
  ]);
}

async function deleteWebhook(webhookId: string, options: ClientOptions & { readonly yes?: boolean }): Promise<void> {
  const client = await connect(options);
  const webhook = members(await client.get(webhookPath(webhookId)));
  const isAskedFor = options.yes === true || (await confirm(`Tell ${text(webhook.url, '?')} nothing any more?`));
  if (isAskedFor) await client.delete(webhookPath(webhookId));
  answer(options, { webhookId, deleted: isAskedFor }, () => [
    isAskedFor ? `${webhookId} is told nothing any more.` : 'nothing was changed: it was not confirmed.',
  ]);
}
