import { assertNever } from '../../site/assertNever.js';
import type { StationQuirk } from '../../site/stationQuirk.js';
import { amperes } from '../amperes.js';

/** What a station's quirk means for its owner, and what is done about it. */
export function quirkSentence(quirk: StationQuirk): string {
  switch (quirk) {
    case 'takesWattsOnly':
      return 'It takes no limits in amperes: they are sent in watts, which costs its cars nothing.';
    case 'takesWholeAmperesOnly':
      return 'It takes no tenths of an ampere: limits are rounded down, and a car gets up to 0.9 A less than its share.';
    case 'takesNoZero':
      return 'It takes no limit of 0: a pause is sent as 1 A, which is less than any car can charge with.';
    case 'takesNoRelative':
      return 'It takes no profile that counts from the start of a transaction: its profiles have clock times, and end when they should only as far as its clock is right.';
    case 'takesNoRecurring':
      return 'It takes no profile that repeats: a failsafe that changes over the day is written anew for every day, and without this service its least limit holds after that.';
    case 'takesNoAbsolute':
      return 'It takes no profile with clock times: it is told one limit at a time, which counts from the start of the transaction.';
    case 'takesNoTxProfile':
      return 'It takes no profile for a transaction: it is steered through the profile of the whole station, where all its outlets get alike and rises wait for the wear of its memory.';
    case 'takesNoDefault':
      return 'It takes no default profile: its failsafe is its maximum, and it is steered through that, where all its outlets get alike and rises wait for the wear of its memory.';
    case 'ignoresTxProfile':
      return 'It accepts profiles for a transaction and does not keep to them: it is steered through the profile of the whole station, where all its outlets get alike and rises wait for the wear of its memory.';
    case 'saysNoComposite':
      return 'It does not say which limits it keeps to: which profiles it holds, where it tells that, or its meter shows that it obeys, and until one of them has, others make room for all that it could draw.';
    case 'saysNoReport':
      return 'It does not tell which profiles it holds: where it does not say which limits it keeps to either, only its meter can show that it obeys.';
    default:
      return assertNever(quirk);
  }
}

export function clockUnknownSentence(): string {
  return 'Nothing it sent has told yet whether its clock is right: limits that change at a clock time count from an hour before to an hour after.';
}

/** `isAvoided`: off so far that profiles which need no clock are sent where there is a choice. */
export function clockOffSentence(offS: number, isAvoided: boolean): string {
  const kept = `what it may draw is reserved ${seconds(offS)} longer on either side of every change`;
  const avoided = 'in the first half hour of a transaction it gets profiles that need no clock, where it takes them';
  return `Its clock is off by ${seconds(offS)}: ${kept}${isAvoided ? `, and ${avoided}` : ''}. Set its clock.`;
}

export function disobeysSentence(evseIds: readonly number[], mayDrawA: number): string {
  const [evse, draws, it, obeys] =
    evseIds.length === 1
      ? ([`EVSE ${evseIds.join()}`, 'draws', 'it', 'it obeys'] as const)
      : ([`EVSEs ${evseIds.join(', ')}`, 'draw', 'them', 'they obey'] as const);
  return `${evse} ${draws} more than told: ${amperes(mayDrawA)} a phase are kept free for ${it} until ${obeys}.`;
}

export function compositeDiffersSentence(): string {
  return 'What it says it keeps to, or holds, is not what it accepted: it counts at the most of all that it may hold until the one or its meter shows otherwise.';
}

export function foreignProfilesSentence(): string {
  return 'It holds profiles that are not of this service: what it accepts does not count as done where one of them lies over it and allows more. Whoever wrote them has to clear them.';
}

function seconds(s: number): string {
  return s < 120 ? `${Math.round(s)} s` : `${Math.round(s / 60)} min`;
}
