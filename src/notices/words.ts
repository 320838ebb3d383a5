/** The languages in which people are told. */
export const LANGUAGES = ['en', 'sv'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `{x}` stands for what the sentence is about. Where the dashboard says the same thing, it says it in the same words. */
const en = {
  'title.station.uncontrollable': 'Stations out of control',
  'title.limit.exceeded': 'Limits exceeded',
  'title.departure.at_risk': 'Cars that will be late',
  'title.tariff.missing_tomorrow': 'Prices missing',
  'title.service.degraded': 'The service is not well',
  'station.offline': 'No contact since {t}. {a} A stays reserved.',
  'station.noControl': 'Does not follow limits. {a} A is always reserved.',
  'station.notAccepted': 'Connected since {t}, but has not started. {a} A stays reserved.',
  'live.overLimit': '{c} {p} draws {x} A, limit {y} A. Turning cars down.',
  'live.late': '{b} gets {x} of {y} kWh before {t}.',
  'live.theMainFuse': 'The main fuse',
  'prices.missing': 'No prices for {d} yet.',
  'prices.until': 'No prices for {d} after {t} yet.',
  'service.journal': 'What happens can not be written down. Stations keep their last limits.',
  'service.planning': 'The site can not be planned. Stations fall to their failsafe limits.',
  'service.process': 'A process of the service is not well: {e}',
  over: 'Over: {s}',
  service: 'Evenkeel',
  'mail.one': '{w}: {s}',
  'mail.many': '{n} notices: {s}',
  'mail.since': 'since {t}',
  'mail.more': '… and {n} more.',
  'mail.open': 'Open the dashboard',
  'mail.why': 'You get this because somebody of your organisation entered this address in Evenkeel.',
} as const;

export type NoticeWord = keyof typeof en;

const sv: Readonly<Record<NoticeWord, string>> = {
  'title.station.uncontrollable': 'Stationer utom kontroll',
  'title.limit.exceeded': 'Gränser som överskrids',
  'title.departure.at_risk': 'Bilar som blir sena',
  'title.tariff.missing_tomorrow': 'Priser saknas',
  'title.service.degraded': 'Tjänsten mår inte bra',
  'station.offline': 'Ingen kontakt sedan {t}. {a} A hålls reserverat.',
  'station.noControl': 'Följer inte gränser. {a} A hålls alltid reserverat.',
  'station.notAccepted': 'Ansluten sedan {t}, men har inte startat. {a} A hålls reserverat.',
  'live.overLimit': '{c} {p} drar {x} A, gränsen är {y} A. Vi drar ned bilarna.',
  'live.late': '{b} får {x} av {y} kWh före {t}.',
  'live.theMainFuse': 'huvudsäkringen',
  'prices.missing': 'Inga priser för {d} än.',
  'prices.until': 'Inga priser för {d} efter {t} än.',
  'service.journal': 'Det som händer kan inte skrivas ned. Stationerna behåller sina senaste gränser.',
  'service.planning': 'Anläggningen kan inte planeras. Stationerna går till sina reservgränser.',
  'service.process': 'En del av tjänsten mår inte bra: {e}',
  over: 'Över: {s}',
  service: 'Evenkeel',
  'mail.one': '{w}: {s}',
  'mail.many': '{n} meddelanden: {s}',
  'mail.since': 'sedan {t}',
  'mail.more': '… och {n} till.',
  'mail.open': 'Öppna Evenkeel',
  'mail.why': 'Du får detta för att någon i din organisation har angett adressen i Evenkeel.',
};

export const NOTICE_WORDS: Readonly<Record<Language, Readonly<Record<NoticeWord, string>>>> = { en, sv };

export function say(language: Language, word: NoticeWord, filling: Readonly<Record<string, string>> = {}): string {
  return NOTICE_WORDS[language][word].replaceAll(/{(\w+)}/g, (whole, name: string) => filling[name] ?? whole);
}
