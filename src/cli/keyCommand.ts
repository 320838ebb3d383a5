import { Command, Option } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { confirm } from './confirm.js';
import { type ClientOptions, connect } from './connection.js';
import { instant, list, type Members, members, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { instantText, wholeNumber } from './optionValues.js';
import { painted, type Screen } from './screen.js';
import { ROLES } from './usersCommand.js';

const OVERLAP_MAX_HOURS = 720;
const HOUR_S = 3_600;

/** `evenkeel key`: what programs show themselves with. */
export function keyCommand(): Command {
  return new Command('key')
    .description('the keys that programs show themselves with')
    .addCommand(
      clientCommand('create', 'make a key; its secret is printed once, and kept nowhere')
        .argument('<name>', 'what it is for, such as "meter in the cellar"')
        .addOption(new Option('--role <role>', 'what it may').choices(ROLES).makeOptionMandatory())
        .option('--site <id>', 'only for this site and its stations; several times for several', also)
        .option('--expires <instant>', 'taken until then (default: until it is revoked)', instantText)
        .option('--organisation <id>', 'for admins: whose it is (default: your own)')
        .action(createKey),
    )
    .addCommand(clientCommand('list', 'every key of the organisation, with its last use').action(listKeys))
    .addCommand(
      clientCommand('rotate', 'give a key a new secret; the old one is taken beside it for a while')
        .argument('<key-id>', 'as "key list" shows it')
        .option(
          '--overlap-hours <n>',
          'how long the old one is taken too (default: 24)',
          wholeNumber({ min: 0, max: OVERLAP_MAX_HOURS }),
        )
        .action(rotateKey),
    )
    .addCommand(
      clientCommand('revoke', 'have a key taken no more, at once')
        .argument('<key-id>', 'as "key list" shows it')
        .option('--yes', 'do not ask')
        .action(revokeKey),
    );
}

const keyPath = (keyId: string): string => `/v1/keys/${encodeURIComponent(keyId)}`;
const also = (typed: string, before: readonly string[] = []): readonly string[] => [...before, typed];

interface CreateOptions extends ClientOptions {
  readonly role: string;
  readonly site?: readonly string[];
  readonly expires?: string;
  readonly organisation?: string;
}

async function createKey(name: string, options: CreateOptions): Promise<void> {
  const { role, site, expires, organisation } = options;
  const client = await connect(options);
  const made = members(
    await client.post('/v1/keys', {
      name,
      role,
      ...(site !== undefined && { siteIds: site }),
      ...(expires !== undefined && { expiresAt: expires }),
      ...(organisation !== undefined && { organisationId: organisation }),
    }),
  );
  answer(options, made, (screen) => [
    painted(screen, 'bold', text(made.key, '?')),
    `is the key "${name}" (${text(made.keyId, '?')}, ${role}). It is shown this once: keep it.`,
  ]);
}

async function listKeys(options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const document = await client.get('/v1/keys');
  answer(options, document, (screen) => keyTable(screen, records(members(document).keys)));
}

function keyTable(screen: Screen, keys: readonly Members[]): readonly string[] {
  const time = new LocalTime('utc');
  const at = (value: unknown, otherwise: string): string => {
    const atMs = instant(value);
    return atMs === undefined ? otherwise : time.at(atMs).toFormat('yyyy-LL-dd HH:mm');
  };
  const bySite = (siteIds: unknown): string =>
    siteIds === null
      ? 'all'
      : list(siteIds)
          .map((id) => text(id, '?'))
          .join(', ');
  return columns(screen, {
    titles: ['key', 'role', 'organisation', 'sites', 'last use (UTC)', 'taken until', 'name'].map((title) => ({
      title,
    })),
    rows: keys.map((key) => [
      text(key.keyId, '?'),
      text(key.role, '?'),
      text(key.organisationId, '?'),
      bySite(key.siteIds),
      at(key.lastUsedAt, 'never'),
      typeof key.revokedAt === 'string' ? 'over' : at(key.expiresAt, 'it is revoked'),
      text(key.name, ''),
    ]),
    empty: 'There are no keys.',
  });
}

async function rotateKey(keyId: string, options: ClientOptions & { readonly overlapHours?: number }): Promise<void> {
  const { overlapHours } = options;
  const client = await connect(options);
  const rotated = members(
    await client.post(
      `${keyPath(keyId)}/rotate`,
      overlapHours === undefined ? {} : { overlapS: overlapHours * HOUR_S },
    ),
  );
  answer(options, rotated, (screen) => [
    painted(screen, 'bold', text(rotated.key, '?')),
    `is the new secret of "${text(rotated.name, '?')}". It is shown this once: keep it.`,
    `The old one is taken until ${text(rotated.oldKeyExpiresAt, '?')}.`,
  ]);
}

async function revokeKey(keyId: string, options: ClientOptions & { readonly yes?: boolean }): Promise<void> {
  const client = await connect(options);
  const key = members(await client.get(keyPath(keyId)));
  const isAskedFor = options.yes === true || (await confirm(`Revoke "${text(key.name, '?')}" (${keyId})?`));
  if (isAskedFor) await client.delete(keyPath(keyId));
  answer(options, { keyId, revoked: isAskedFor }, () => [
    isAskedFor ? `${keyId} is taken no more.` : 'nothing was changed: it was not confirmed.',
  ]);
}
