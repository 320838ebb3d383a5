import { Command, Option } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { type ClientOptions, connect } from './connection.js';
import { UsageError } from './failures.js';
import { readDocument } from './inputFile.js';
import { instant, type Members, members, number, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { currents, instantText, quantity } from './optionValues.js';
import { painted, type Screen } from './screen.js';
import { PHASES, type PhaseName } from './siteState.js';
import { idOf, siteNamed, sitePath } from './sites.js';

/** `evenkeel limit`: caps on a circuit besides its own rating. */
export function limitCommand(): Command {
  return new Command('limit')
    .description('caps on a circuit for a while, every week, or until they are deleted')
    .addCommand(
      clientCommand('list', 'list the limits of a site')
        .argument('[site]', 'may be left out where there is only one')
        .action(listLimits),
    )
    .addCommand(
      clientCommand('put', 'create or replace a limit')
        .argument('<site>')
        .argument('<limit>', 'its id: chosen here')
        .option('--circuit <id>', 'what is limited')
        .option('--current <amperes>', 'per phase: 40, or L1=40,L2=40,L3=30', currents)
        .option('--power <watts>', 'of all that flows', quantity)
        .option('--charging-power <watts>', 'of the cars alone', quantity)
        .option('--from <instant>', 'default: at once', instantText)
        .option('--to <instant>', 'default: until it is deleted', instantText)
        .option('--recurrence <rrule>', 'such as RRULE:FREQ=WEEKLY;BYDAY=MO,TU; with --from and --to of the first time')
        .addOption(new Option('--source <who>', 'who limits it').choices(['owner', 'grid-operator']))
        .option('--reason <text>', 'why, for people')
        .option('--file <file>', 'all of that as JSON or YAML instead')
        .action(putLimit),
    )
    .addCommand(
      clientCommand('delete', 'delete a limit').argument('<site>').argument('<limit>', 'its id').action(deleteLimit),
    );
}

const limitPath = (siteId: string, limitId: string) => `${sitePath(siteId)}/limits/${encodeURIComponent(limitId)}`;

async function listLimits(siteId: string | undefined, options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const site = await siteNamed(client, siteId);
  const document = await client.get(`${sitePath(idOf(site))}/limits`);
  const time = new LocalTime(text(site.timeZone, 'utc'));
  answer(options, document, (screen) => limitTable(screen, records(members(document).limits), time));
}

export function limitTable(screen: Screen, limits: readonly Members[], time: LocalTime): readonly string[] {
  return columns(screen, {
    titles: ['limit', 'circuit', 'to', 'from', 'until', 'by', 'why'].map((title) => ({ title })),
    rows: limits.map((limit) => {
      const [fromMs, toMs] = [instant(limit.from), instant(limit.to)];
      return [
        text(limit.limitId, '?'),
        text(limit.circuitId, '?'),
        capOf(limit),
        fromMs === undefined ? '' : time.dated(fromMs),
        toMs === undefined ? 'deleted' : time.near(toMs, fromMs ?? toMs),
        text(limit.source, '?'),
        [text(limit.reason, ''), text(limit.recurrence, '')].filter((part) => part !== '').join(', '),
      ];
    }),
    empty: 'There are no limits besides the ratings of the circuits.',
  });
}

function capOf({ limitA, powerLimitW, chargingPowerLimitW, section14a }: Members): string {
  const phases = members(limitA);
  const values = PHASES.map((phase: PhaseName) => number(phases[phase]));
  const current = new Set(values).size === 1 ? `${values[0]} A` : `${values.join('/')} A`;
  return [
    ...(limitA === undefined ? [] : [current]),
    ...(powerLimitW === undefined ? [] : [`${number(powerLimitW)} W`]),
    ...(chargingPowerLimitW === undefined ? [] : [`cars ${number(chargingPowerLimitW)} W`]),
    ...(section14a === undefined ? [] : [`dimmed (§14a) to ${number(members(section14a).leastPowerW)} W`]),
  ].join(', ');
}

interface PutOptions extends ClientOptions {
  readonly circuit?: string;
  readonly current?: Readonly<Record<PhaseName, number>>;
  readonly power?: number;
  readonly chargingPower?: number;
  readonly from?: string;
  readonly to?: string;
  readonly recurrence?: string;
  readonly source?: string;
  readonly reason?: string;
  readonly file?: string;
}

async function putLimit(siteId: string, limitId: string, options: PutOptions): Promise<void> {
  const fromOptions = limitOf(options);
  const input = options.file === undefined ? undefined : await readDocument(options.file);
  if (input !== undefined && Object.keys(fromOptions).length > 0) {
    throw new UsageError('--file says all of the limit: leave the other options out, or the file.');
  }
  if (input === undefined && fromOptions.circuitId === undefined) {
    throw new UsageError(
      'what is to be limited? Give --circuit and --current, --power or --charging-power; or --file.',
    );
  }
  const client = await connect(options);
  const stored = await client
    .put(limitPath(siteId, limitId), input?.value ?? fromOptions)
    .catch(async (error: unknown) => {
      throw (await input?.located(error)) ?? error;
    });
  answer(options, stored, (screen) => [
    painted(
      screen,
      'green',
      `${limitId} holds in its time: ${capOf(members(stored))} on ${text(members(stored).circuitId, '?')}.`,
    ),
    ...records(members(stored).warnings).map((warning) => painted(screen, 'yellow', warningLine(warning))),
  ]);
}

function limitOf(options: PutOptions): Members {
  const { circuit, current, power, chargingPower, from, to, recurrence, source, reason } = options;
  return {
    ...(circuit !== undefined && { circuitId: circuit }),
    ...(current !== undefined && { limitA: current }),
    ...(power !== undefined && { powerLimitW: power }),
    ...(chargingPower !== undefined && { chargingPowerLimitW: chargingPower }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(recurrence !== undefined && { recurrence }),
    ...(source !== undefined && { source }),
    ...(reason !== undefined && { reason }),
  };
}

function warningLine(warning: Members): string {
  const where = `${text(warning.circuitId, '?')}${typeof warning.phase === 'string' ? ` ${text(warning.phase, '')}` : ''}`;
  const sum = 'failsafeSumA' in warning ? `${number(warning.failsafeSumA)} A` : `${number(warning.failsafeSumW)} W`;
  const limit = 'limitA' in warning ? `${number(warning.limitA)} A` : `${number(warning.limitW)} W`;
  return `Below ${where} the failsafes sum to ${sum}, of ${limit}: they are lowered for its time.`;
}

async function deleteLimit(siteId: string, limitId: string, options: ClientOptions): Promise<void> {
  const client = await connect(options);
  await client.delete(limitPath(siteId, limitId));
  answer(options, { siteId, limitId, deleted: true }, () => [`${limitId} is deleted.`]);
}
