import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { type ClientOptions, connect } from './connection.js';
import { UsageError } from './failures.js';
import { parseInput, readBytes } from './inputFile.js';
import { instant, list, members, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { assignment, instantText, quantity } from './optionValues.js';
import { withProgress } from './progress.js';
import { painted } from './screen.js';
import type { ServiceClient } from './serviceClient.js';
import { priceTable, tariffLines } from './tariffTable.js';

/** Prices of a whole market take a moment to read. */
const UPLOAD_TIMEOUT_MS = 30_000;
const FORMATS = ['evenkeel', 'ocpi', 'entsoe', 'csv', 'openadr3'];

/** `evenkeel tariff`: what energy costs. */
export function tariffCommand(): Command {
  return new Command('tariff')
    .description('what energy and peaks cost')
    .addCommand(clientCommand('list', 'list the tariffs').action(listTariffs))
    .addCommand(
      withReading(
        clientCommand('upload', 'create or replace a tariff; or add newly published prices to it, of one file or many')
          .argument('<tariff>', 'its id: chosen here')
          .argument('<files...>', 'JSON, YAML, XML or CSV; - reads what is piped in, with --format')
          .option('--add', 'add prices to the tariff that is there; the newest publication wins')
          .option('--dry-run', 'only check it, and show how it is understood'),
      ).action(upload),
    )
    .addCommand(
      withReading(
        clientCommand('preview', 'the prices of a tariff; with a file, how it would be understood')
          .argument('<tariff>', 'its id')
          .argument('[file]', 'not uploaded yet')
          .option('--from <instant>', 'default: the start of today', instantText)
          .option('--to <instant>', 'default: two days later', instantText),
      ).action(preview),
    );
}

/** What a document does not say by itself. */
function withReading(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'of the file (default: by its ending)').choices(FORMATS))
    .option('--time-zone <zone>', 'where the document names none')
    .option('--currency <code>', 'where the document names none')
    .option('--name <text>', 'what a bill calls it')
    .option('--vat <percent>', 'to be added to its prices', quantity)
    .option('--csv <name=value>', 'how a table is read, several times: see docs/energy-provider.md', assignment);
}

interface ReadingOptions extends ClientOptions {
  readonly format?: string;
  readonly timeZone?: string;
  readonly currency?: string;
  readonly name?: string;
  readonly vat?: number;
  readonly csv?: Readonly<Record<string, string>>;
}

async function listTariffs(options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const document = await client.get('/v1/tariffs');
  answer(options, document, (screen) =>
    columns(screen, {
      titles: ['tariff', 'currency', 'zone', 'prices until', 'sites', 'name'].map((title) => ({ title })),
      rows: records(members(document).tariffs).map((tariff) => {
        const zone = text(tariff.timeZone, 'utc');
        const toMs = instant(tariff.pricesTo);
        return [
          text(tariff.tariffId, '?'),
          text(tariff.currency, '?'),
          zone,
          toMs === undefined ? '' : new LocalTime(zone).dated(toMs),
          list(tariff.siteIds)
            .map((siteId) => text(siteId, '?'))
            .join(' '),
          text(tariff.name, ''),
        ];
      }),
      empty: 'There is no tariff yet: "evenkeel tariff upload TARIFF FILE" makes one.',
    }),
  );
}

interface UploadOptions extends ReadingOptions {
  readonly add?: boolean;
  readonly dryRun?: boolean;
}

async function upload(tariffId: string, files: readonly string[], options: UploadOptions): Promise<void> {
  const { add = false, dryRun = false } = options;
  if (add && dryRun) throw new UsageError('--add has no dry run: leave --add out to see how the file is understood.');
  if (files.length > 1 && !add) {
    throw new UsageError('several files would replace each other: give --add to add the prices of all of them.');
  }
  const client = await connect(options);
  const path = tariffPath(tariffId);
  const stored = await withProgress(
    `Uploading ${files.length === 1 ? '1 file' : `${files.length} files`}`,
    async (report) => {
      let latest: unknown;
      for (const [index, file] of files.entries()) {
        report(index, files.length);
        const to = add ? { method: 'POST', path: `${path}/prices` } : { method: 'PUT', path };
        latest = await send(client, { ...to, file, options, dryRun });
      }
      return latest;
    },
  );
  answer(options, stored, (screen) => [
    ...tariffLines(screen, members(stored)),
    dryRun ? 'Nothing was stored: this was a dry run.' : painted(screen, 'green', `${tariffId} is stored.`),
  ]);
}

interface PreviewOptions extends ReadingOptions {
  readonly from?: string;
  readonly to?: string;
}

async function preview(tariffId: string, file: string | undefined, options: PreviewOptions): Promise<void> {
  const client = await connect(options);
  const path = tariffPath(tariffId);
  if (file !== undefined) {
    const tried = await send(client, { method: 'PUT', path, file, options, dryRun: true });
    answer(options, tried, (screen) => [...tariffLines(screen, members(tried)), 'Nothing was stored.']);
    return;
  }
  const { from, to } = options;
  const query = new URLSearchParams({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
  const prices = await client.get(`${path}/prices?${query}`);
  // Only people need the clock of the tariff.
  const zone = options.json === true ? 'utc' : text(members(await client.get(path)).timeZone, 'utc');
  answer(options, prices, (screen) => priceTable(screen, members(prices), new LocalTime(zone)));
}

const tariffPath = (tariffId: string) => `/v1/tariffs/${encodeURIComponent(tariffId)}`;

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly file: string;
  readonly options: ReadingOptions;
  readonly dryRun: boolean;
}

async function send(client: ServiceClient, { method, path, file, options, dryRun }: Sent): Promise<unknown> {
  const { document, located } = await readTariff(file, options.format);
  const { format, timeZone, currency, name, vat, csv } = options;
  const query = new URLSearchParams({
    ...(format !== undefined && { format }),
    ...(timeZone !== undefined && { timeZone }),
    ...(currency !== undefined && { currency }),
    ...(name !== undefined && { name }),
    ...(vat !== undefined && { vatPercent: String(vat) }),
    ...csv,
    ...(dryRun && { dryRun: 'true' }),
  });
  try {
    return await client.send(method, `${path}?${query}`, { content: document, timeoutMs: UPLOAD_TIMEOUT_MS });
  } catch (error) {
    throw await located(error);
  }
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.xml': 'application/xml',
  '.csv': 'text/csv',
  '.json': 'application/json',
};
const MEDIA_TYPE_OF_FORMAT: Readonly<Record<string, string>> = { entsoe: 'application/xml', csv: 'text/csv' };

/** Tables and XML go as they are, in their own character set; YAML becomes JSON, which is all that the service reads of it. */
async function readTariff(file: string, format: string | undefined) {
  const bytes = await readBytes(file);
  const ending = extname(file).toLowerCase();
  const type =
    (format === undefined ? undefined : (MEDIA_TYPE_OF_FORMAT[format] ?? 'application/json')) ?? MEDIA_TYPES[ending];
  if (type !== undefined && type !== 'application/json') return { document: { body: bytes, type }, located: asItIs };
  if (type === undefined && !/^\.ya?ml$/.test(ending)) {
    throw new UsageError(`what is ${file}? Give --format: one of ${FORMATS.join(', ')}.`);
  }
  const input = await parseInput(file, new TextDecoder().decode(bytes));
  const isJson = ending === '.json';
  const body = isJson ? bytes : JSON.stringify(input.value);
  return { document: { body, type: 'application/json' }, located: input.located };
}

const asItIs = async (error: unknown): Promise<unknown> => error;
