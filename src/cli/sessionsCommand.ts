import { Command } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { type ClientOptions, connect } from './connection.js';
import { instant, type Members, members, number, records, text } from './lenient.js';
import { amperes, kilowattHours, LocalTime } from './localTime.js';
import { wholeNumber } from './optionValues.js';
import type { Screen } from './screen.js';
import { readLimitedBy } from './siteState.js';
import { idOf, siteNamed, sitePath } from './sites.js';
import { heldBackBy } from './why.js';

/** `evenkeel sessions`: which cars are charging, and which did. */
export function sessionsCommand(): Command {
  return new Command('sessions').description('what cars got, want and cost').addCommand(
    clientCommand('list', 'open sessions, then past ones, newest first')
      .argument('[site]', 'may be left out where there is only one')
      .option('--limit <n>', 'at most so many', wholeNumber({ min: 1, max: 1_000 }))
      .option('--open', 'only open ones')
      .action(listSessions),
  );
}

interface ListOptions extends ClientOptions {
  readonly limit?: number;
  readonly open?: boolean;
}

async function listSessions(siteId: string | undefined, options: ListOptions): Promise<void> {
  const client = await connect(options);
  const site = await siteNamed(client, siteId);
  const query = options.limit === undefined ? '' : `?limit=${options.limit}`;
  const document = members(await client.get(`${sitePath(idOf(site))}/sessions${query}`));
  const sessions = records(document.sessions).filter(({ endedAt }) => options.open !== true || endedAt === null);
  const time = new LocalTime(text(site.timeZone, 'utc'));
  answer(options, { ...document, sessions }, (screen) => sessionTable(screen, sessions, time));
}

export function sessionTable(screen: Screen, sessions: readonly Members[], time: LocalTime): readonly string[] {
  return columns(screen, {
    titles: [
      { title: 'session' },
      { title: 'outlet' },
      { title: 'began' },
      { title: 'ended' },
      { title: 'energy', align: 'right' },
      { title: 'cost', align: 'right' },
      { title: 'limit', align: 'right' },
      { title: 'leaves' },
      { title: 'held back by' },
    ],
    rows: sessions.map((session) => {
      const [startedMs, endedMs] = [instant(session.startedAt) ?? 0, instant(session.endedAt)];
      const departureMs = instant(members(session.needsUsed).departure) ?? instant(session.departure);
      const limitedBy = readLimitedBy(session.limitedBy);
      const isOpen = endedMs === undefined;
      return [
        text(session.sessionId, '?'),
        `${text(session.stationId, '?')}/${number(session.evseId)}`,
        time.dated(startedMs),
        isOpen ? 'open' : time.near(endedMs, startedMs),
        kilowattHours(number(session.energyWh)),
        typeof session.cost === 'number' ? `${session.cost.toFixed(2)} ${text(session.currency, '')}`.trim() : '',
        isOpen ? amperes(number(session.limitA)) : '',
        isOpen && departureMs !== undefined ? time.near(departureMs, startedMs) : '',
        isOpen && limitedBy !== undefined ? heldBackBy(limitedBy) : '',
      ];
    }),
    empty: 'There are no sessions.',
  });
}
