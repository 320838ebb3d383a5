import type { Needs } from '../api/documents.js';
import type { ViewWord } from '../words/views/viewSpeech.js';
import type { Word } from '../words/words.js';
import { instantOf, wallTime } from './siteTime.js';

// What a driver needs, as it is written in a form: text, until it is read.

export interface NeedsText {
  /** By the site's wall clock, YYYY-MM-DDTHH:MM; empty: not known. */
  readonly departure: string;
  /** kWh; empty: not known. */
  readonly energy: string;
  readonly priority: string;
}

export type NeedsField = keyof NeedsText;

export interface FieldProblem {
  readonly field: NeedsField;
  readonly word: Word | ViewWord;
  readonly filling: Readonly<Record<string, string | number>>;
}

const ENERGY_MOST_KWH = 1_000;
const DAYS_AHEAD_MOST = 14;
const DAY_MS = 86_400_000;

export function needsText(needs: Needs, timeZone: string): NeedsText {
  return {
    departure: needs.departure === undefined ? '' : wallTime(Date.parse(needs.departure), timeZone),
    energy: needs.energyWh === undefined ? '' : String(Math.round(needs.energyWh / 100) / 10),
    priority: needs.priority === undefined ? '' : String(needs.priority),
  };
}

/** Everything that is wrong with it, field by field from the top; nothing: it can be read. */
export function needsProblems(
  text: NeedsText,
  { timeZone, nowMs }: { timeZone: string; nowMs: number },
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (text.departure !== '') {
    const departureMs = instantOf(text.departure, timeZone);
    if (departureMs === undefined) problems.push({ field: 'departure', word: 'form.time', filling: {} });
    else if (departureMs <= nowMs) problems.push({ field: 'departure', word: 'form.past', filling: {} });
    else if (departureMs > nowMs + DAYS_AHEAD_MOST * DAY_MS) {
      problems.push({ field: 'departure', word: 'form.farAway', filling: { n: DAYS_AHEAD_MOST } });
    }
  }
  const energyKwh = numberOf(text.energy);
  if (text.energy.trim() !== '' && (energyKwh === undefined || energyKwh < 0 || energyKwh > ENERGY_MOST_KWH)) {
    problems.push({ field: 'energy', word: 'form.energy', filling: { m: ENERGY_MOST_KWH } });
  }
  const priority = numberOf(text.priority);
  const isPriority = priority !== undefined && Number.isInteger(priority) && priority >= 0 && priority <= 10;
  if (text.priority.trim() !== '' && !isPriority)
    problems.push({ field: 'priority', word: 'form.priority', filling: {} });
  return problems;
}

/** Only of what has no problems. */
export function readNeeds(text: NeedsText, timeZone: string): Needs {
  const departureMs = instantOf(text.departure, timeZone);
  const energyKwh = numberOf(text.energy);
  const priority = numberOf(text.priority);
  return {
    ...(departureMs === undefined ? {} : { departure: new Date(departureMs).toISOString() }),
    ...(energyKwh === undefined ? {} : { energyWh: Math.round(energyKwh * 1_000) }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** With a point or a comma, as people of both languages write. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  return /^-?\d{1,7}(\.\d{1,3})?$/.test(trimmed) ? Number(trimmed) : undefined;
}
