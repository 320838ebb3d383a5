import { assertNever } from '../../site/assertNever.js';
import { floorToDeciampere } from '../../site/electricity.js';
import { amperes } from '../amperes.js';
import type { LimitedBy } from '../limitedBy.js';

// What holds a car back, as one would say it to its driver.

/** Less than this is nothing: no pilot offers it. */
const NOTHING_A = 0.05;

export interface OfferedNow {
  readonly limitedBy: LimitedBy | null;
  readonly limitA: number;
  /** On its largest phase. */
  readonly takesA: number | 'unknown';
  /** The least that its outlet can offer, and what is free for it if nobody else changes. */
  readonly currentMinA: number;
  readonly freeA: number;
}

export function sentenceNow(offered: OfferedNow): string {
  const { limitedBy, limitA, takesA } = offered;
  const takes =
    takesA === 'unknown' || isNothing(limitA) ? '' : ` and takes ${isNothing(takesA) ? 'nothing' : amperes(takesA)}`;
  return `Is offered ${amount(limitA)}${takes}: ${becauseNow(limitedBy, offered)}.`;
}

function becauseNow(limitedBy: LimitedBy | null, { limitA, currentMinA, freeA }: OfferedNow): string {
  if (limitedBy === null) return 'its share is being worked out';
  if (limitedBy.by !== 'minimumCurrent') return because(limitedBy, NOW, limitA);
  const needs = amperes(currentMinA);
  if (freeA >= currentMinA) return `it waits its turn, for not everyone can have ${needs} at once`;
  const free = isNothing(freeA) ? 'nothing is' : `only ${amperes(floorToDeciampere(freeA))} are`;
  return `${free} free, and a car needs ${needs}`;
}

/** `limitMinA` to `limitMaxA`: what it was told over the time. */
export function sentencePast(limitedBy: LimitedBy | null, limitMinA: number, limitMaxA: number): string {
  const from = amount(limitMinA);
  const to = amount(limitMaxA);
  const offered = from === to ? from : `${from.replace(/ A$/, '')} to ${to}`;
  return `Was offered ${offered}: ${limitedBy === null ? 'its share was being worked out' : because(limitedBy, PAST, limitMaxA)}.`;
}

/** Of a slot that is planned. */
export function sentenceAhead(limitedBy: LimitedBy | null, currentA: number): string {
  if (limitedBy === null) return 'Not planned yet: the schedule was made before this session was known.';
  return `Will be offered ${amount(currentA)}: ${because(limitedBy, AHEAD, currentA)}.`;
}

interface Tense {
  readonly is: string;
  readonly can: string;
  readonly has: string;
  readonly takes: string;
  readonly refuses: string;
  readonly keepsNot: string;
  readonly limits: string;
  readonly waits: string;
  readonly needs: string;
  readonly wasConfirmed: string;
}

const NOW: Tense = {
  is: 'is',
  can: 'can',
  has: 'has',
  takes: 'takes',
  refuses: 'refuses',
  keepsNot: 'does not keep',
  limits: 'limits',
  waits: 'waits',
  needs: 'needs',
  wasConfirmed: 'has confirmed',
};
const PAST: Tense = {
  is: 'was',
  can: 'could',
  has: 'had',
  takes: 'took',
  refuses: 'refused',
  keepsNot: 'did not keep',
  limits: 'limited',
  waits: 'waited',
  needs: 'needed',
  wasConfirmed: 'had confirmed',
};
const AHEAD: Tense = { ...NOW, is: 'will be', has: 'will have', needs: 'will need' };

function because(limitedBy: LimitedBy, tense: Tense, currentA: number): string {
  const waiting = isNothing(currentA) ? 'it' : 'the rest';
  switch (limitedBy.by) {
    case 'circuit':
      return `${limitedBy.circuitId} ${tense.is} full on ${limitedBy.phase}`;
    case 'powerLimit':
      return `${limitedBy.circuitId} ${tense.is} at its power limit`;
    case 'evse':
      return `the station ${tense.can} give no more`;
    case 'vehicle':
      return `the car ${tense.takes} less than it ${tense === PAST ? 'was' : 'is'} offered`;
    case 'price':
      return `${waiting} ${tense.waits} for a cheaper hour`;
    case 'demandCharge':
      return `${waiting} ${tense.is} held back so that the peak gets no higher`;
    case 'energy':
      return isNothing(currentA) ? `it ${tense.has} the energy it asked for` : `it ${tense.needs} no more than that`;
    case 'minimumCurrent':
      return `it ${tense.waits} its turn, for not everyone ${tense.can} have the least that a car needs at once`;
    case 'absent':
      return tense === NOW ? 'no car is expected now' : `no car ${tense === PAST ? 'was' : 'is'} expected then`;
    case 'handOut':
      return `it ${tense.waits} until another station ${tense.wasConfirmed} its lower limit`;
    case 'externalLimit':
      return becauseOfOthers(limitedBy, tense);
    case 'station':
      return becauseOfStation(limitedBy.reason, tense);
    default:
      return assertNever(limitedBy);
  }
}

/** Who may limit a station past us, in the words of OCPP. */
const ORDERED_BY = {
  EMS: 'an energy management system (EMS)',
  SO: 'the grid operator (SO)',
  CSO: 'the charging station operator (CSO)',
  Other: 'somebody else',
} as const;

function becauseOfOthers(
  { source, scope, limitA }: LimitedBy & { readonly by: 'externalLimit' },
  { limits }: Tense,
): string {
  const all = scope === 'station' ? 'all its cars itself, this one' : 'this car itself';
  return `the station ${limits} ${all} to ${amount(limitA)}, by order of ${ORDERED_BY[source]}`;
}

function becauseOfStation(reason: (LimitedBy & { by: 'station' })['reason'], tense: Tense): string {
  switch (reason) {
    case 'offline':
      return `the station ${tense.is} offline`;
    case 'refuses':
      return `the station ${tense.refuses} its limits`;
    case 'disobeys':
      return `the station ${tense.keepsNot} to its limits`;
    case 'unconfirmed':
      return `it ${tense.is} not to have more than its failsafe yet`;
    default:
      return assertNever(reason);
  }
}

function amount(currentA: number): string {
  return isNothing(currentA) ? 'nothing' : amperes(currentA);
}

function isNothing(currentA: number): boolean {
  return currentA < NOTHING_A;
}
