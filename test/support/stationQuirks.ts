import type { SeededRandom } from './seededRandom.js';

/**
 * What stations in the field do otherwise than the specification says; where it was reported, with the place. Those that obey what they
 * hold keep the promise, however little they take or say.
 */
export const OBEDIENT_QUIRKS = [
  /** Configuration allows only "Power", and a profile in amperes is rejected (evcc#9838). */
  'takesWattsOnly',
  /** The same, and its configuration does not say so. */
  'takesWattsUnsaid',
  /** A profile with a limit of 0 is rejected (evcc#16768). */
  'refusesZero',
  /** 8.1 is no multiple of 0.1 in floating point (citrineos-core#959). */
  'refusesTenths',
  'holdsOnePeriod',
  /** It holds one period, and answers no question about its configuration. */
  'tellsNothing',
  /** Any stack level but 0 is rejected (evcc#4957, #15493). */
  'refusesStackLevels',
  /** The composite schedule is Accepted and holds no period (evcc#14888). */
  'emptyComposite',
  /** The composite schedule is always Rejected (evcc#15612). */
  'refusesComposite',
  /** Minutes fast or slow: a profile that starts "now" may be inactive (evcc#16430). */
  'wrongClock',
  'roundsDown',
  /** No BootNotification after the first (evcc#25069). */
  'bootsOnce',
  /** A transaction from before its change of backend, under an id that this service never gave (evcc#10044). */
  'foreignTransaction',
  /** Its meter says 0 for L2 and L3, whatever flows (lbbrhzn/ocpp#2117). */
  'phantomZeros',
  'dropsTxOnReconnect',
  /** It keeps 0 A, once told, until the car leaves or it boots (lbbrhzn/ocpp#1635). */
  'keepsZero',
  /** Its cars fall asleep when paused for a minute, and do not resume (OpenEVSE#223). */
  'sleepyCars',
  'refusesRelative',
  'refusesRecurring',
  /** An Absolute profile is neither answered nor done (lbbrhzn/ocpp#2158). */
  'refusesAbsolute',
  /** Relative counts from when the profile came, not from the start of the transaction. */
  'relativeFromInstall',
  /** Only its default is taken. */
  'refusesTxProfile',
  /** A profile for a transaction is accepted, and its default is obeyed (go-eCharger-API-v2#249). */
  'ignoresTxProfile',
  'refusesDefault',
  /** Neither a default nor a profile for a transaction is taken. */
  'takesMaxOnly',
] as const;

/**
 * How a station of OCPP 2.0.1 reports which profiles it holds. Of those whose composite schedule says nothing; the others are of 1.6, which
 * knows no such report.
 */
export const REPORTING_QUIRKS = [
  'reportsProfiles',
  /** NoProfiles, whatever it holds. */
  'reportsNothing',
  /** Each message of its report says that another comes, and one does. */
  'reportsEndlessly',
  /** It agrees to report, and sends nothing. */
  'reportsNever',
] as const;

/** It obeys what it holds, but no failsafe of it can be confirmed: it counts at its hardware maximum, and others make room. */
export const UNCONFIRMED_QUIRKS = [
  /** Load management has to be enabled by hand (lbbrhzn/ocpp#877). */
  'refusesEveryProfile',
  /** SetChargingProfile is neither answered nor done (lbbrhzn/ocpp#2158). */
  'ignoresProfiles',
  /** SetChargingProfile is done, and never answered. */
  'answersNoProfile',
] as const;

/** It says Accepted and draws more: what it draws beyond what it holds is bounded by its hardware, and by when it is found. */
export const DISOBEDIENT_QUIRKS = [
  /** go-eCharger-API-v2#217: until it is next sent a profile. */
  'fullPowerOnReconnect',
  /** go-eCharger-API-v2#155: until it is next sent a profile. */
  'fullPowerOnResume',
  /** A limit of 0 is no limit. */
  'zeroIsNoLimit',
  /** evcc#31597 */
  'staysAt9A',
  /** The composite schedule repeats what was sent. */
  'obeysNothing',
  /** 8.6 becomes 9. */
  'roundsUp',
] as const;

/** Steered through what is written to flash: seldom, and once it was found out. */
export const STEERED_BY_DEFAULT: readonly Quirk[] = [
  'refusesTxProfile',
  'ignoresTxProfile',
  'refusesDefault',
  'takesMaxOnly',
];

export type Quirk =
  | (typeof OBEDIENT_QUIRKS)[number]
  | (typeof REPORTING_QUIRKS)[number]
  | (typeof UNCONFIRMED_QUIRKS)[number]
  | (typeof DISOBEDIENT_QUIRKS)[number];

export interface Ways {
  readonly quirks: ReadonlySet<Quirk>;
  /** Its clock is this much ahead of ours. Absent: a few seconds either way. */
  readonly skewMs?: number;
}

const CLOCK_OFF_MAX_MINUTES = 8;
/** One that refuses both takes nothing at all. */
const NOT_TOGETHER: readonly (readonly [Quirk, Quirk])[] = [
  ['refusesAbsolute', 'refusesRelative'],
  ['refusesAbsolute', 'takesMaxOnly'],
  ['refusesAbsolute', 'refusesDefault'],
  ['refusesDefault', 'refusesTxProfile'],
];

export function ways(random: SeededRandom, drawn: readonly Quirk[]): Ways {
  const quirks = NOT_TOGETHER.some((pair) => pair.every((quirk) => drawn.includes(quirk))) ? drawn.slice(0, 1) : drawn;
  const wrongMs = random.pick([-1, 1]) * random.integer(10, CLOCK_OFF_MAX_MINUTES * 60) * 1_000;
  const isWrong = quirks.includes('wrongClock');
  return { quirks: new Set([...quirks, ...reporting(quirks, wrongMs)]), ...(isWrong ? { skewMs: wrongMs } : {}) };
}

/** Half of those that could report do so well. Nothing is drawn for it, so that all else in a life is as it was. */
function reporting(quirks: readonly Quirk[], drawnMs: number): readonly Quirk[] {
  if (!quirks.includes('emptyComposite') && !quirks.includes('refusesComposite')) return [];
  const choice = Math.abs(drawnMs / 1_000) % (2 * REPORTING_QUIRKS.length + 2);
  const quirk = choice < REPORTING_QUIRKS.length ? REPORTING_QUIRKS[choice] : REPORTING_QUIRKS[0];
  return choice >= 2 * REPORTING_QUIRKS.length || quirk === undefined ? [] : [quirk];
}

/** It speaks a version that has reports. */
export function isReporting({ quirks }: { readonly quirks: ReadonlySet<Quirk> }): boolean {
  return REPORTING_QUIRKS.some((quirk) => quirks.has(quirk));
}

export function isDisobedient({ quirks }: Ways): boolean {
  return DISOBEDIENT_QUIRKS.some((quirk) => quirks.has(quirk));
}

/** It never has a failsafe, or never says so. */
export function isUnconfirmed({ quirks }: Ways): boolean {
  return UNCONFIRMED_QUIRKS.some((quirk) => quirks.has(quirk));
}
