import type { Command } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { type ClientOptions, connect } from './connection.js';
import { instant, type Members, members, number, records, text } from './lenient.js';
import { amperes, LocalTime } from './localTime.js';
import { painted, type Screen } from './screen.js';
import { idOf, siteOfSession, sitePath } from './sites.js';

/** `evenkeel explain`: why a car gets what it gets, over time. */
export function explainCommand(): Command {
  return clientCommand('explain', 'why a car gets what it gets: before, now, and as planned')
    .argument('<session>', 'its id, or the station where it is: CP001, or CP001/2')
    .option('--site <id>', 'where it is (default: any)')
    .action(explain);
}

async function explain(session: string, options: ClientOptions & { readonly site?: string }): Promise<void> {
  const client = await connect(options);
  const found = await siteOfSession(client, { session, siteId: options.site });
  const sessionId = encodeURIComponent(String(found.session.sessionId));
  const document = await client.get(`${sitePath(idOf(found.site))}/sessions/${sessionId}/why`);
  const time = new LocalTime(text(found.site.timeZone, 'utc'));
  answer(options, document, (screen) => whyLines(screen, members(document), time));
}

/** The past, now and what is planned, a line for each reason, in the sentences of the service. */
export function whyLines(screen: Screen, why: Members, time: LocalTime): readonly string[] {
  const atMs = instant(why.at) ?? 0;
  const [now, sinceMs] = [members(why.now), instant(why.since)];
  const past = records(why.past).map((one) => [span(one, time, atMs), range(one), text(one.sentence, '')]);
  const ahead = records(why.ahead).map((one) => [
    span(one, time, atMs),
    amperes(number(one.currentA)),
    `${text(one.sentence, '')}${one.source === 'schedule' ? ' (intended)' : ''}`,
  ]);
  const table = (title: string, rows: readonly (readonly string[])[], empty: string) =>
    columns(screen, { titles: [{ title }, { title: 'A', align: 'right' }, { title: 'why' }], rows, empty });
  return [
    `${text(why.stationId, '?')}/${number(why.evseId)}, session ${text(why.sessionId, '?')}, at ${time.dated(atMs)} (${time.zone})`,
    '',
    `${painted(screen, 'bold', 'now')}  ${text(now.sentence, '')}`,
    '',
    ...table('before', past, 'Nothing is known of before.'),
    ...(sinceMs === undefined || past.length === 0 ? [] : [`Nothing is known of before ${time.near(sinceMs, atMs)}.`]),
    '',
    ...table('ahead', ahead, 'Nothing is planned yet.'),
  ];
}

function span({ from, to }: Members, time: LocalTime, atMs: number): string {
  const [fromMs, toMs] = [instant(from), instant(to)];
  if (fromMs === undefined || toMs === undefined) return '?';
  return `${time.near(fromMs, atMs)} - ${time.near(toMs, fromMs)}`;
}

function range({ limitMinA, limitMaxA }: Members): string {
  const [leastA, mostA] = [number(limitMinA), number(limitMaxA)];
  return leastA === mostA ? amperes(mostA) : `${amperes(leastA).replace(' A', '')} to ${amperes(mostA)}`;
}
