import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { type ClientOptions, connect } from './connection.js';
import { instant, type Members, members, number, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { wholeNumber } from './optionValues.js';
import { cut, painted, type Screen, screenOf } from './screen.js';
import type { ServiceClient } from './serviceClient.js';
import { siteOfStation, stationPath } from './sites.js';

const SHOWN_MAX = 500;
const SHOWN_DEFAULT = 50;
const FOLLOW_EVERY_MS = 1_000;
const ACTION_WIDTH = 30;

interface MessagesOptions extends ClientOptions {
  readonly follow?: boolean;
  readonly limit: number;
}

/** `evenkeel stations messages`: what is said between a station and the service. */
export function messagesCommand(): Command {
  return clientCommand('messages', 'what was said between a station and the service lately')
    .argument('<station>')
    .option('--follow', 'go on with what is said from now on, until it is interrupted')
    .option('--limit <n>', 'of the last, to begin with', wholeNumber({ min: 1, max: SHOWN_MAX }), SHOWN_DEFAULT)
    .action(showMessages);
}

async function showMessages(stationId: string, options: MessagesOptions): Promise<void> {
  const client = await connect(options);
  const path = `${stationPath(stationId)}/messages`;
  const first = members(await client.get(`${path}?limit=${options.limit}`));
  const time = new LocalTime(
    options.json === true ? 'utc' : text((await siteOfStation(client, stationId)).timeZone, 'utc'),
  );
  const render = (document: Members) => (screen: Screen) =>
    records(document.messages).map((message) => line(screen, message, time));
  if (options.follow !== true) return answer(options, first, render(first));
  const print = (document: Members): void => {
    if (options.json === true) for (const one of records(document.messages)) console.log(JSON.stringify(one));
    else for (const one of render(document)(screenOf(process.stdout, process.env))) console.log(one);
  };
  print(first);
  await follow({ client, path, cursor: text(first.cursor, '0'), print });
}

/** Until somebody interrupts it, or the service says no. */
async function follow({
  client,
  path,
  cursor,
  print,
}: {
  readonly client: ServiceClient;
  readonly path: string;
  readonly cursor: string;
  readonly print: (document: Members) => void;
}): Promise<never> {
  let next = cursor;
  for (;;) {
    const document = members(await client.get(`${path}?limit=${SHOWN_MAX}&after=${encodeURIComponent(next)}`));
    print(document);
    next = text(document.cursor, next);
    if (document.more !== true) await delay(FOLLOW_EVERY_MS);
  }
}

/** "12:00:00.123  → BootNotification  {…}": from the station to us, as it is read. */
function line(screen: Screen, message: Members, time: LocalTime): string {
  const atMs = instant(message.at);
  const clock = atMs === undefined ? '?' : time.at(atMs).toFormat('HH:mm:ss.SSS');
  const arrow = message.direction === 'toStation' ? '<-' : '->';
  const kind = text(message.kind, '?');
  const isAnswer = kind === 'result' || kind === 'error';
  const action = `${isAnswer ? '  ' : ''}${text(message.action, kind)}`.padEnd(ACTION_WIDTH);
  const outcome = [
    ...(isAnswer && message.status !== undefined ? [text(message.status, '')] : []),
    ...(isAnswer && message.tookMs !== undefined ? [`${number(message.tookMs)} ms`] : []),
    ...(message.payload === null ? [] : [text(JSON.stringify(message.payload), '')]),
    ...(message.cut === true ? [`… (${number(message.sizeBytes)} bytes)`] : []),
  ].join('  ');
  const words = cut(`${clock}  ${arrow} ${action} ${outcome}`.trimEnd(), screen.columns);
  return kind === 'error' || kind === 'unreadable' ? painted(screen, 'red', words) : words;
}
