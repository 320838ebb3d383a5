/**
 * What a station does otherwise than the specification says, as far as it changes what it is sent. Learned from its answers, shown to the
 * owner, and taken for granted of every station of the same model and firmware.
 */
export type StationQuirk =
  /** Limits in amperes are refused, and its configuration does not say so. */
  | 'takesWattsOnly'
  /** A limit with a decimal is refused. */
  | 'takesWholeAmperesOnly'
  /** A limit of 0 is refused: it is paused by the least limit above it, which no pilot can offer. */
  | 'takesNoZero'
  | 'takesNoRelative'
  | 'takesNoRecurring'
  | 'takesNoAbsolute'
  /** It is steered through its default profile. */
  | 'takesNoTxProfile'
  /** Its failsafe is its maximum, and it is steered through that. */
  | 'takesNoDefault'
  /** It accepted a profile for a transaction and kept to its default: it is steered through that. */
  | 'ignoresTxProfile'
  /** Its composite schedule is refused or empty: a report of what it holds proves something, else only a meter does. */
  | 'saysNoComposite'
  /** It does not tell which profiles it holds. */
  | 'saysNoReport';

export const STATION_QUIRKS: readonly StationQuirk[] = [
  'takesWattsOnly',
  'takesWholeAmperesOnly',
  'takesNoZero',
  'takesNoRelative',
  'takesNoRecurring',
  'takesNoAbsolute',
  'takesNoTxProfile',
  'takesNoDefault',
  'ignoresTxProfile',
  'saysNoComposite',
  'saysNoReport',
];

export interface LearnedQuirk {
  readonly quirk: StationQuirk;
  readonly learnedMs: number;
  /** The station that it was seen of: another one of the same model and firmware, or this one. */
  readonly seenOf: string;
  /** What was seen, for people. */
  readonly evidence: string;
}

export function hasQuirk({ quirks = [] }: { readonly quirks?: readonly LearnedQuirk[] }, quirk: StationQuirk): boolean {
  return quirks.some((learned) => learned.quirk === quirk);
}

/** It is steered otherwise than by a profile of its transaction. */
export function isSteeredByDefault(station: { readonly quirks?: readonly LearnedQuirk[] }): boolean {
  return (
    hasQuirk(station, 'takesNoTxProfile') ||
    hasQuirk(station, 'ignoresTxProfile') ||
    hasQuirk(station, 'takesNoDefault')
  );
}

interface StationModel {
  readonly vendor: string;
  readonly model: string;
  /** Plays no part. */
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
}

/** What is learned of one holds for the other. A model without a firmware version is known by its name alone. */
export function isSameModel(a: StationModel | null, b: StationModel | null): boolean {
  if (a === null || b === null) return false;
  return a.vendor === b.vendor && a.model === b.model && a.firmwareVersion === b.firmwareVersion;
}

/** Both lists; of one quirk the one that was known before. */
export function withQuirks(known: readonly LearnedQuirk[], more: readonly LearnedQuirk[]): readonly LearnedQuirk[] {
  const news = more.filter(({ quirk }) => !known.some((learned) => learned.quirk === quirk));
  return news.length === 0 ? known : [...known, ...news];
}
