import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { confirm } from './confirm.js';
import { type ClientOptions, connect } from './connection.js';
import { Refused, UsageError } from './failures.js';
import { readBytes } from './inputFile.js';
import { instant, type Members, members, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { painted, type Screen } from './screen.js';
import type { ServiceClient } from './serviceClient.js';

/** As the service knows them (docs/accounts.md). */
export const ROLES = ['owner', 'integrator', 'provider', 'viewer', 'admin'];
/** 24 characters that any keyboard has. */
const PASSWORD_BYTES = 18;

/** `evenkeel users`: the people who sign in. */
export function usersCommand(): Command {
  return new Command('users')
    .description('the people who sign in')
    .addCommand(clientCommand('list', 'every user of the organisation').action(listUsers))
    .addCommand(
      clientCommand('create', 'add somebody; without --password-file a password is made, and printed once')
        .argument('<email>', 'what they sign in with')
        .addOption(new Option('--role <role>', 'what they may').choices(ROLES).makeOptionMandatory())
        .option('--name <text>', 'what they are called')
        .option('--password-file <file>', 'its first line; - for what is piped in')
        .option('--organisation <id>', 'for admins: whose they are (default: your own)')
        .action(createUser),
    )
    .addCommand(
      clientCommand('change', 'give somebody another role, name, address or password; what is not given stays')
        .argument('<user>', 'the e-mail address, or the id')
        .addOption(new Option('--role <role>', 'what they may').choices(ROLES))
        .option('--name <text>', 'what they are called')
        .option('--email <address>', 'what they sign in with')
        .option('--password-file <file>', 'its first line; - for what is piped in')
        .option('--new-password', 'one is made, and printed once')
        .action(changeUser),
    )
    .addCommand(
      clientCommand('delete', 'remove somebody, who is signed out everywhere at once')
        .argument('<user>', 'the e-mail address, or the id')
        .option('--yes', 'do not ask')
        .action(deleteUser),
    );
}

const userPath = (userId: string): string => `/v1/users/${encodeURIComponent(userId)}`;

interface UserOptions extends ClientOptions {
  readonly role?: string;
  readonly name?: string;
  readonly passwordFile?: string;
}

async function createUser(email: string, options: UserOptions & { readonly organisation?: string }): Promise<void> {
  const { role, name, passwordFile, organisation } = options;
  const made = passwordFile === undefined ? newPassword() : undefined;
  const password = made ?? (await readPassword(passwordFile));
  const client = await connect(options);
  const user = members(
    await client.post('/v1/users', {
      email,
      role,
      password,
      ...(name !== undefined && { name }),
      ...(organisation !== undefined && { organisationId: organisation }),
    }),
  );
  answerUser(options, user, `is added (${text(user.role, '?')}).`, made);
}

interface ChangeOptions extends UserOptions {
  readonly email?: string;
  readonly newPassword?: boolean;
}

async function changeUser(named: string, options: ChangeOptions): Promise<void> {
  const { role, name, email, passwordFile } = options;
  const makesOne = options.newPassword === true;
  if (makesOne && passwordFile !== undefined) throw new UsageError('give --password-file or --new-password, not both.');
  if ([role, name, email, passwordFile].every((given) => given === undefined) && !makesOne)
    throw new UsageError('say what to change: --role, --name, --email, --password-file or --new-password.');
  const made = makesOne ? newPassword() : undefined;
  const password = made ?? (passwordFile === undefined ? undefined : await readPassword(passwordFile));
  const client = await connect(options);
  const before = await userNamed(client, named);
  const user = members(
    await client.put(userPath(text(before.userId, '')), {
      email: email ?? before.email,
      role: role ?? before.role,
      name: name ?? before.name,
      ...(password !== undefined && { password }),
    }),
  );
  answerUser(options, user, `is changed (${text(user.role, '?')}).`, made);
}

function answerUser(options: ClientOptions, user: Members, is: string, made: string | undefined): void {
  answer(options, { ...user, ...(made !== undefined && { password: made }) }, (screen) => [
    `${text(user.email, '?')} ${is}`,
    ...(made === undefined
      ? []
      : [painted(screen, 'bold', made), 'is the password. It is shown this once; they can change it when signed in.']),
  ]);
}

async function listUsers(options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const document = await client.get('/v1/users');
  answer(options, document, (screen) => userTable(screen, records(members(document).users)));
}

function userTable(screen: Screen, users: readonly Members[]): readonly string[] {
  const time = new LocalTime('utc');
  const at = (value: unknown): string => {
    const atMs = instant(value);
    return atMs === undefined ? '' : time.at(atMs).toFormat('yyyy-LL-dd');
  };
  return columns(screen, {
    titles: ['e-mail', 'role', 'organisation', 'since', 'id', 'name'].map((title) => ({ title })),
    rows: users.map((user) => [
      text(user.email, '?'),
      text(user.role, '?'),
      text(user.organisationId, '?'),
      at(user.createdAt),
      text(user.userId, '?'),
      text(user.name, ''),
    ]),
    empty: 'There are no users: add the first with "evenkeel users create".',
  });
}

async function deleteUser(named: string, options: ClientOptions & { readonly yes?: boolean }): Promise<void> {
  const client = await connect(options);
  const user = await userNamed(client, named);
  const isAskedFor = options.yes === true || (await confirm(`Remove ${text(user.email, '?')}?`));
  if (isAskedFor) await client.delete(userPath(text(user.userId, '')));
  answer(options, { userId: user.userId, deleted: isAskedFor }, () => [
    isAskedFor
      ? `${text(user.email, '?')} is removed, and signed out everywhere.`
      : 'nothing was changed: it was not confirmed.',
  ]);
}

/** By what people know of each other, or by the id. */
async function userNamed(client: ServiceClient, named: string): Promise<Members> {
  if (!named.includes('@')) return members(await client.get(userPath(named)));
  const email = named.trim().toLowerCase();
  const found = records(members(await client.get('/v1/users')).users).find((user) => user.email === email);
  if (found !== undefined) return found;
  throw new Refused({ code: 'USER_NOT_FOUND', status: 404, detail: `There is no user "${named}".` });
}

async function readPassword(file: string | undefined): Promise<string> {
  const [line = ''] = new TextDecoder().decode(await readBytes(file ?? '-')).split(/\r?\n/);
  if (line === '') throw new UsageError(`${file} begins with no password: write it on the first line.`);
  return line;
}

const newPassword = (): string => randomBytes(PASSWORD_BYTES).toString('base64url');
