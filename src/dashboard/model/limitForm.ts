import { PHASES, type SiteSummary } from '../api/documents.js';
import type { LimitDocument } from '../api/limitDocuments.js';
import type { ViewWord } from '../words/views/viewSpeech.js';
import type { Filling, Word } from '../words/words.js';
import { numberIn, perPhaseIn, perPhaseText } from './amounts.js';
import { instantOf, wallTime } from './siteTime.js';

// A limit, as it is written in a form: text, until it is read.

export type LimitKind = 'currentA' | 'powerKw' | 'carsKw';
export type Repeats = 'once' | 'daily' | 'weekdays' | 'weekly' | 'kept';

export interface LimitText {
  readonly circuitId: string;
  readonly kind: LimitKind;
  readonly value: string;
  readonly from: string;
  /** Empty: until it is deleted. */
  readonly to: string;
  readonly repeats: Repeats;
  readonly reason: string;
}

export interface LimitProblem {
  readonly field: 'value' | 'from' | 'to';
  readonly word: Word | ViewWord;
  readonly filling: Filling;
}

const CAR_LEAST_A = 6;
const RULES: Readonly<Record<Exclude<Repeats, 'once' | 'kept'>, string>> = {
  daily: 'RRULE:FREQ=DAILY',
  weekdays: 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  weekly: 'RRULE:FREQ=WEEKLY',
};

export function limitText(limit: LimitDocument, timeZone: string): LimitText {
  const wall = (instant: string | undefined) => (instant === undefined ? '' : wallTime(Date.parse(instant), timeZone));
  return {
    circuitId: limit.circuitId,
    ...amountOf(limit),
    from: wall(limit.from),
    to: wall(limit.to),
    repeats: repeatsOf(limit.recurrence),
    reason: limit.reason ?? '',
  };
}

function amountOf(limit: LimitDocument): Pick<LimitText, 'kind' | 'value'> {
  if (limit.limitA !== undefined) return { kind: 'currentA', value: perPhaseText(limit.limitA) };
  if (limit.chargingPowerLimitW !== undefined)
    return { kind: 'carsKw', value: String(limit.chargingPowerLimitW / 1_000) };
  return { kind: 'powerKw', value: limit.powerLimitW === undefined ? '' : String(limit.powerLimitW / 1_000) };
}

function repeatsOf(recurrence: string | undefined): Repeats {
  if (recurrence === undefined) return 'once';
  const known = (['daily', 'weekdays', 'weekly'] as const).find((one) => RULES[one] === recurrence);
  return known ?? 'kept';
}

/** Everything that is wrong with it, from the top of the form. */
export function limitProblems(
  text: LimitText,
  { circuits, timeZone }: Pick<SiteSummary, 'circuits' | 'timeZone'>,
): readonly LimitProblem[] {
  const problems: LimitProblem[] = [];
  const circuit = circuits.find(({ id }) => id === text.circuitId);
  if (text.kind === 'currentA') {
    const limitA = perPhaseIn(text.value);
    const over = PHASES.find((phase) => (limitA?.[phase] ?? 0) > (circuit?.limitA[phase] ?? Number.POSITIVE_INFINITY));
    if (limitA === undefined || PHASES.some((phase) => limitA[phase] < 0)) {
      problems.push({ field: 'value', word: 'limits.badCurrent', filling: {} });
    } else if (over !== undefined) {
      problems.push({ field: 'value', word: 'form.tooHigh', filling: { f: circuit?.limitA[over] ?? 0 } });
    }
  } else {
    const powerKw = numberIn(text.value);
    if (powerKw === undefined || powerKw < 0) problems.push({ field: 'value', word: 'limits.badPower', filling: {} });
  }
  const fromMs = instantOf(text.from, timeZone);
  const toMs = instantOf(text.to, timeZone);
  if (text.from !== '' && fromMs === undefined) problems.push({ field: 'from', word: 'form.time', filling: {} });
  if (text.repeats !== 'once' && text.from === '')
    problems.push({ field: 'from', word: 'limits.needsTimes', filling: {} });
  if (text.to === '') {
    if (text.repeats !== 'once') problems.push({ field: 'to', word: 'limits.needsTimes', filling: {} });
  } else if (toMs === undefined) problems.push({ field: 'to', word: 'form.time', filling: {} });
  else if (fromMs !== undefined && toMs <= fromMs) problems.push({ field: 'to', word: 'form.end', filling: {} });
  return problems;
}

/** Allowed, but seldom meant. */
export function isBelowCars({ kind, value }: LimitText): boolean {
  const limitA = kind === 'currentA' ? perPhaseIn(value) : undefined;
  return limitA !== undefined && PHASES.some((phase) => limitA[phase] > 0 && limitA[phase] < CAR_LEAST_A);
}

/** Only of what has no problems. What the form does not show is kept as it was. */
export function readLimit(text: LimitText, timeZone: string, before?: LimitDocument): LimitDocument {
  const fromMs = instantOf(text.from, timeZone);
  const toMs = instantOf(text.to, timeZone);
  const limitA = text.kind === 'currentA' ? perPhaseIn(text.value) : undefined;
  const powerW = Math.round((numberIn(text.value) ?? 0) * 1_000);
  const recurrence =
    text.repeats === 'kept' ? before?.recurrence : text.repeats === 'once' ? undefined : RULES[text.repeats];
  return {
    circuitId: text.circuitId,
    ...(limitA === undefined ? {} : { limitA }),
    ...(text.kind === 'powerKw' ? { powerLimitW: powerW } : {}),
    ...(text.kind === 'carsKw' ? { chargingPowerLimitW: powerW } : {}),
    ...(fromMs === undefined ? {} : { from: new Date(fromMs).toISOString() }),
    ...(toMs === undefined ? {} : { to: new Date(toMs).toISOString() }),
    ...(recurrence === undefined ? {} : { recurrence }),
    source: before?.source ?? 'owner',
    ...(text.reason.trim() === '' ? {} : { reason: text.reason.trim() }),
  };
}

/** Whether more may flow by `after` than by `before`, at some time. */
export function isRaised(before: LimitDocument, after: LimitDocument): boolean {
  if (before.circuitId !== after.circuitId || before.recurrence !== after.recurrence) return true;
  const rises = (old: number | undefined, next: number | undefined) =>
    old !== undefined && (next === undefined || next > old);
  if (PHASES.some((phase) => rises(before.limitA?.[phase], after.limitA?.[phase]))) return true;
  if (rises(before.powerLimitW, after.powerLimitW)) return true;
  if (rises(before.chargingPowerLimitW, after.chargingPowerLimitW)) return true;
  const msOf = (instant: string | undefined, otherwise: number) =>
    instant === undefined ? otherwise : Date.parse(instant);
  const never = Number.POSITIVE_INFINITY;
  return msOf(after.to, never) < msOf(before.to, never) || msOf(after.from, 0) > msOf(before.from, 0);
}
