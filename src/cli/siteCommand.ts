import { Command, Option } from 'commander';
import { type Change, changeLines, changesBetween } from './changes.js';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { confirm } from './confirm.js';
import { type ClientOptions, connect } from './connection.js';
import { Refused, UsageError } from './failures.js';
import { type InputDocument, readDocument } from './inputFile.js';
import { list, type Members, members, records, text } from './lenient.js';
import { type FileFormat, saveFile, writeDocument } from './outputFile.js';
import { painted, screenOf } from './screen.js';
import type { ServiceClient } from './serviceClient.js';
import { sitePath } from './sites.js';

/** `evenkeel site`: what a site is, as a file. */
export function siteCommand(): Command {
  return new Command('site')
    .description('sites as files: their circuits, stations and settings')
    .addCommand(clientCommand('list', 'list the sites').action(listSites))
    .addCommand(
      clientCommand('apply', 'create a site, or make it as a file (YAML or JSON) says; shows what changes, and asks')
        .argument('<file>', 'the site; - reads what is piped in')
        .option('--site <id>', 'the site (default: the siteId in the file)')
        .option('--dry-run', 'only check it, and show what would change')
        .option('--yes', 'do not ask')
        .action(apply),
    )
    .addCommand(
      clientCommand('export', 'print a site as a file that can be applied again')
        .argument('<site>', 'its id')
        .addOption(new Option('--format <format>', 'of the file').choices(['yaml', 'json']))
        .option('-o, --output <file>', 'write it there')
        .action(exportSite),
    );
}

async function listSites(options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const document = await client.get('/v1/sites');
  answer(options, document, (screen) =>
    columns(screen, {
      titles: [{ title: 'site' }, { title: 'stations', align: 'right' }, { title: 'zone' }, { title: 'name' }],
      rows: records(members(document).sites).map((site) => [
        text(site.siteId, '?'),
        String(list(site.stations).length),
        text(site.timeZone, '?'),
        text(site.name, ''),
      ]),
      empty: 'There is no site yet: "evenkeel site apply FILE" makes one.',
    }),
  );
}

interface ApplyOptions extends ClientOptions {
  readonly site?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

async function apply(file: string, options: ApplyOptions): Promise<void> {
  const input = await readDocument(file);
  const siteId = siteIdOf(input, options.site);
  const client = await connect(options);
  const path = sitePath(siteId);
  const before = await siteOrNothing(client, path);
  // The service fills in what the file leaves to it, and refuses what can't be: only then it is known what changes.
  const tried = await put(client, `${path}?dryRun=true`, input);
  const changes = changesBetween(before ?? {}, tried);
  const outcome = (applied: boolean, site: unknown) => ({
    siteId,
    created: before === undefined,
    applied,
    changes,
    site,
  });
  const say = (line: string) => [headline(siteId, before, changes), line].filter((one) => one !== '');
  if (changes.length === 0 || options.dryRun === true) {
    answer(options, outcome(false, tried), (screen) => [
      ...say(''),
      ...changeLines(screen, changes),
      ...(changes.length === 0 ? [] : ['Nothing was changed: this was a dry run.']),
    ]);
    return;
  }
  if (options.yes !== true) {
    const screen = screenOf(process.stderr, process.env);
    for (const line of [...say(''), ...changeLines(screen, changes)]) console.error(line);
    if (!(await confirm(`Make ${siteId} so?`, ', or --dry-run to only see what would change')))
      throw new Error('nothing was changed: it was not confirmed.');
  }
  const stored = await put(client, path, input);
  answer(options, outcome(true, stored), (screen) => [
    ...(options.yes === true ? [...say(''), ...changeLines(screen, changes)] : []),
    painted(screen, 'green', before === undefined ? `${siteId} is created.` : `${siteId} is changed.`),
  ]);
}

function headline(siteId: string, before: unknown, changes: readonly Change[]): string {
  if (before === undefined) return `${siteId} is new:`;
  return changes.length === 0 ? `${siteId} is so already: nothing changes.` : `${siteId} changes:`;
}

function siteIdOf({ name, value }: InputDocument, given: string | undefined): string {
  const inFile = members(value).siteId;
  const siteId = given ?? (typeof inFile === 'string' ? inFile : undefined);
  if (siteId === undefined)
    throw new UsageError(`${name} does not say which site it is: add siteId to it, or give --site.`);
  return siteId;
}

async function siteOrNothing(client: ServiceClient, path: string): Promise<Members | undefined> {
  try {
    return members(await client.get(path));
  } catch (error) {
    if (error instanceof Refused && error.code === 'SITE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function put(client: ServiceClient, path: string, { value, located }: InputDocument): Promise<unknown> {
  try {
    return await client.put(path, value);
  } catch (error) {
    throw await located(error);
  }
}

interface ExportOptions extends ClientOptions {
  readonly format?: FileFormat;
  readonly output?: string;
}

async function exportSite(siteId: string, options: ExportOptions): Promise<void> {
  const { json, output } = options;
  const format = options.format ?? (json === true || /\.json$/i.test(output ?? '') ? 'json' : 'yaml');
  if (json === true && format !== 'json') throw new UsageError('--json and --format yaml do not go together.');
  const client = await connect(options);
  const content = await writeDocument(await client.get(sitePath(siteId)), format);
  if (output === undefined) process.stdout.write(content);
  else await saveFile(output, content);
}
