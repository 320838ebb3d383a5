import type { Command } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { type ClientOptions, connect } from './connection.js';
import { instant, type Members, members, number, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { wholeNumber } from './optionValues.js';
import { painted, type Screen } from './screen.js';
import { siteOfStation, stationPath } from './sites.js';

/** Longer than the service waits for a station. */
const STATION_TIMEOUT_MS = 90_000;
const DAY_S = 86_400;
const EVSE_ID_MAX = 999;

interface CompositeOptions extends ClientOptions {
  readonly duration: number;
}

/** `evenkeel composite-schedule`: what a station was told, beside what it says itself. */
export function compositeScheduleCommand(): Command {
  return clientCommand('composite-schedule', 'what an outlet is limited to, as computed here and as its station says')
    .argument('<station>')
    .argument('[evse]', 'its number', wholeNumber({ min: 1, max: EVSE_ID_MAX }), 1)
    .option('--duration <seconds>', 'from now on', wholeNumber({ min: 1, max: 7 * DAY_S }), DAY_S)
    .action(compositeSchedule);
}

async function compositeSchedule(stationId: string, evseId: number, options: CompositeOptions): Promise<void> {
  const client = await connect(options);
  const site = await siteOfStation(client, stationId);
  const path = `${stationPath(stationId)}/evses/${evseId}/composite-schedule?durationS=${options.duration}`;
  // The station is asked, which takes as long as it takes.
  const document = await client.send('GET', path, { timeoutMs: STATION_TIMEOUT_MS });
  const time = new LocalTime(text(site.timeZone, 'utc'));
  answer(options, document, (screen) => compositeLines(screen, members(document), time));
}

export function compositeLines(screen: Screen, document: Members, time: LocalTime): readonly string[] {
  const [computed, reported] = [members(document.computed), members(document.reported)];
  const startMs = instant(computed.start) ?? 0;
  const untilMs = startMs + number(computed.durationS) * 1_000;
  const differences = records(document.differences);
  const unavailable = reported.unavailable;
  return [
    `${text(document.stationId, '?')}/${number(document.evseId)}, ${time.dated(startMs)} to ${time.dated(untilMs)} (${time.zone})`,
    '',
    ...scheduleTable(screen, { schedule: computed, title: 'computed', time }),
    '',
    ...(unavailable === undefined
      ? scheduleTable(screen, { schedule: reported, title: 'reported', time })
      : [`The station says nothing: ${text(unavailable, '?')}`]),
    '',
    ...(differences.length > 0
      ? differences.map((one) => painted(screen, 'red', differenceLine(one, time, startMs)))
      : [unavailable === undefined ? painted(screen, 'green', 'The two agree.') : 'There is nothing to compare.']),
  ];
}

function scheduleTable(
  screen: Screen,
  { schedule, title, time }: { readonly schedule: Members; readonly title: string; readonly time: LocalTime },
): readonly string[] {
  const startMs = instant(schedule.start) ?? 0;
  const unit = text(schedule.rateUnit, 'A');
  return columns(screen, {
    titles: [{ title }, { title: unit, align: 'right' }],
    rows: records(schedule.periods).map(({ startPeriodS, limit }) => [
      time.near(startMs + number(startPeriodS) * 1_000, startMs),
      limitWord(limit),
    ]),
    empty: `${title}: nothing limits it`,
  });
}

function differenceLine({ from, to, computedA, reportedA }: Members, time: LocalTime, startMs: number): string {
  const [fromMs, toMs] = [instant(from) ?? startMs, instant(to) ?? startMs];
  const span = `${time.near(fromMs, startMs)} - ${time.near(toMs, startMs)}`;
  return `They differ ${span}: ${limitWord(computedA)} A computed, ${limitWord(reportedA)} A reported.`;
}

const limitWord = (limit: unknown): string => (limit === 'unlimited' ? 'unlimited' : String(number(limit)));
