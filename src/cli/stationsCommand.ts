import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { adoptCommand } from './adoptCommand.js';
import { answer, clientCommand } from './clientCommand.js';
import { type ClientOptions, connect } from './connection.js';
import { UsageError } from './failures.js';
import { instant, type Members, members, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { messagesCommand } from './messagesCommand.js';
import { wholeNumber } from './optionValues.js';
import { readSiteState } from './siteState.js';
import { idOf, siteNamed, siteOfStation, sitePath, stationPath } from './sites.js';
import { profileLines, stationLines, stationTable, waitingTable } from './stationTables.js';

const OPEN_MAX_MINUTES = 240;

/** `evenkeel stations`: what they do, what they are told, and who waits to be one of them. */
export function stationsCommand(): Command {
  return new Command('stations')
    .description('charging stations: what they do, what they are told, new ones')
    .addCommand(
      clientCommand('list', 'every outlet of a site, with what it gets and why')
        .argument('[site]', 'may be left out where there is only one')
        .action(listStations),
    )
    .addCommand(
      clientCommand('show', 'one station: who it is, its outlets, what was learned of it')
        .argument('<station>')
        .action(showStation),
    )
    .addCommand(
      clientCommand('profiles', 'all that a station may have installed, and what follows from it')
        .argument('<station>')
        .action(showProfiles),
    )
    .addCommand(messagesCommand())
    .addCommand(
      clientCommand('waiting', 'stations that are connected and belong to no site')
        .option('--open <minutes>', 'let new ones wait, for so long', wholeNumber({ min: 1, max: OPEN_MAX_MINUTES }))
        .option('--close', 'refuse new ones, and send away those that wait')
        .action(showWaiting),
    )
    .addCommand(adoptCommand())
    .addCommand(
      clientCommand(
        'password',
        'set what a station shows itself with (HTTP Basic auth); the same is set at the station',
      )
        .argument('<station>')
        .option('--password <text>', 'of 16 to 64 characters (default: one is made, and printed once)')
        .action(setPassword),
    );
}

async function listStations(siteId: string | undefined, options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const id = siteId ?? idOf(await siteNamed(client, undefined));
  const state = members(await client.get(`${sitePath(id)}/state`));
  const document = { siteId: id, at: state.at, stations: state.stations };
  answer(options, document, (screen) => stationTable(screen, readSiteState(state)));
}

async function showStation(stationId: string, options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const site = await siteOfStation(client, stationId);
  const state = members(await client.get(`${sitePath(idOf(site))}/state`));
  const station = members(records(state.stations).find(({ id }) => id === stationId));
  answer(options, { siteId: idOf(site), ...station }, (screen) => stationLines(screen, readSiteState(state), station));
}

async function showProfiles(stationId: string, options: ClientOptions): Promise<void> {
  const client = await connect(options);
  const document = members(await client.get(`${stationPath(stationId)}/profiles`));
  const time = new LocalTime(options.json === true ? 'utc' : await zoneOf(document));
  answer(options, document, (screen) => profileLines(screen, document, time));

  async function zoneOf({ siteId }: Members): Promise<string> {
    return text((await siteNamed(client, text(siteId, ''))).timeZone, 'utc');
  }
}

interface WaitingOptions extends ClientOptions {
  readonly open?: number;
  readonly close?: boolean;
}

async function showWaiting(options: WaitingOptions): Promise<void> {
  const { open, close } = options;
  if (open !== undefined && close === true) throw new UsageError('--open and --close do not go together.');
  const client = await connect(options);
  if (close === true) await client.delete('/v1/onboarding');
  const document = members(
    open === undefined ? await client.get('/v1/onboarding') : await client.post('/v1/onboarding', { minutes: open }),
  );
  const untilMs = instant(document.openUntil);
  answer(options, document, (screen) => [
    untilMs === undefined
      ? 'Stations that nobody knows are refused: --open 15 lets them wait for a quarter of an hour.'
      : `Stations that nobody knows may wait until ${new Date(untilMs).toISOString()}.`,
    '',
    ...waitingTable(screen, records(document.stations)),
  ]);
}

/** 40 hex digits: what every OCPP 1.6 station takes. */
const PASSWORD_BYTES = 20;

async function setPassword(stationId: string, options: ClientOptions & { readonly password?: string }): Promise<void> {
  const client = await connect(options);
  const made = options.password === undefined ? randomBytes(PASSWORD_BYTES).toString('hex') : undefined;
  const document = members(
    await client.put(`${stationPath(stationId)}/credentials`, { password: options.password ?? made }),
  );
  // One that was given is known already, and need not be in a log.
  answer(options, { ...document, ...(made === undefined ? {} : { password: made }) }, () => [
    made === undefined ? `${stationId} has a new password.` : `${stationId} has a new password: ${made}`,
    'Set the same at the station (AuthorizationKey, or BasicAuthPassword).',
  ]);
}
