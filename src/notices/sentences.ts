import { assertNever } from '../site/assertNever.js';
import type { Notice, NoticeFacts } from './notice.js';
import { type Language, say } from './words.js';

const DAY_MS = 86_400_000;
const UTC = 'UTC';

/** What a notice says, in one sentence of somebody's language, by the clock of its site. */
export function sentenceOf(notice: Notice, language: Language): string {
  const sentence = capitalized(factsSentence(notice, language));
  return notice.kind === 'raised' ? sentence : say(language, 'over', { s: sentence });
}

function factsSentence({ facts, sinceMs, atMs, site }: Notice, language: Language): string {
  const timeZone = site === 'none' ? UTC : site.timeZone;
  const numbers = numbersOf(language);
  const time = (ms: number): string => timeOf(ms, atMs, { language, timeZone });
  switch (facts.type) {
    case 'station.uncontrollable':
      return `${nameOf(facts)}: ${say(language, STATION_WORDS[facts.obstacle], { t: time(sinceMs), a: numbers(facts.reservedA, 0) })}`;
    case 'limit.exceeded':
      return say(language, 'live.overLimit', {
        c: circuitName(facts, language),
        p: facts.phase,
        x: numbers(facts.loadA, 0),
        y: numbers(facts.limitA, 0),
      });
    case 'departure.at_risk':
      return say(language, 'live.late', {
        b: nameOf(facts),
        x: numbers(facts.plannedEnergyWh / 1_000, 1),
        y: numbers(facts.wantedEnergyWh / 1_000, 1),
        t: time(facts.departureMs),
      });
    case 'tariff.missing_tomorrow':
      return pricesSentence(facts, { language, timeZone });
    case 'service.degraded':
      return say(language, `service.${facts.part}`, { e: facts.detail });
    default:
      return assertNever(facts);
  }
}

const STATION_WORDS = {
  offline: 'station.offline',
  notAccepted: 'station.notAccepted',
  refuses: 'station.noControl',
  disobeys: 'station.noControl',
} as const;

interface Place {
  readonly language: Language;
  readonly timeZone: string;
}

function pricesSentence(
  { date, publishedUntilMs }: NoticeFacts & { type: 'tariff.missing_tomorrow' },
  { language, timeZone }: Place,
): string {
  const d = new Intl.DateTimeFormat(localeOf(language), { day: 'numeric', month: 'long', timeZone: UTC }).format(
    Date.parse(`${date}T00:00:00Z`),
  );
  const isWithin =
    publishedUntilMs !== null &&
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(publishedUntilMs) === date &&
    clockOf(publishedUntilMs, { language, timeZone }) !== '00:00';
  if (!isWithin) return say(language, 'prices.missing', { d });
  return say(language, 'prices.until', { d, t: clockOf(publishedUntilMs, { language, timeZone }) });
}

function nameOf({
  stationId,
  stationName,
}: {
  readonly stationId: string;
  readonly stationName: string | null;
}): string {
  return stationName ?? stationId;
}

function circuitName(
  { circuitId, circuitName: name, isMain }: NoticeFacts & { type: 'limit.exceeded' },
  language: Language,
): string {
  return name ?? (isMain ? say(language, 'live.theMainFuse') : circuitId);
}

function numbersOf(language: Language): (value: number, decimals: number) => string {
  return (value, decimals) =>
    new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: decimals }).format(value);
}

/** The time of day, and the date where it is another day than that of the notice. */
function timeOf(ms: number, atMs: number, place: Place): string {
  const day = (at: number): string =>
    new Intl.DateTimeFormat(localeOf(place.language), {
      day: 'numeric',
      month: 'short',
      timeZone: place.timeZone,
    }).format(at);
  const clock = clockOf(ms, place);
  return Math.abs(ms - atMs) < DAY_MS && day(ms) === day(atMs) ? clock : `${day(ms)} ${clock}`;
}

function clockOf(ms: number, { language, timeZone }: Place): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(ms);
}

function localeOf(language: Language): string {
  return language === 'sv' ? 'sv-SE' : 'en-GB';
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
