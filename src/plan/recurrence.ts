import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { earliestInstant, wallClockMs, wallClockOf } from './wallClock.js';

/** A recurrence reckoned in wall-clock time (wallClock.ts): what is at 02:30 is there every day, in the night of a change too. */
export interface RecurrenceRule {
  /** Starts of occurrences within [fromMs, toMs], ascending; all are times of the wall clock. Throws where there are too many. */
  between(fromMs: number, toMs: number): number[];
  /** Is there any? Throws where none comes for very long. */
  occurs(): boolean;
}

const PARTS: ReadonlySet<string> = new Set([
  'FREQ',
  'UNTIL',
  'COUNT',
  'INTERVAL',
  'BYSECOND',
  'BYMINUTE',
  'BYHOUR',
  'BYDAY',
  'BYMONTHDAY',
  'BYYEARDAY',
  'BYWEEKNO',
  'BYMONTH',
  'BYSETPOS',
  'WKST',
]);

/**
 * RFC 5545, one RRULE. Occurrences count from the instant fromMs on; its time of day is theirs where the rule names none. Throws when the
 * rule can't be read.
 */
export function recurrenceRule(recurrence: string, fromMs: number, timeZone: string): RecurrenceRule {
  const { text, until } = withoutUntil(bare(recurrence));
  const startMs = wallClockMs(fromMs, timeZone);
  const rule = new RRuleTemporal({
    rruleString: text,
    dtstart: Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO('UTC'),
  });
  const isOver = (ms: number) => until !== undefined && isAfter(ms, until, timeZone);
  return {
    between: (from, to) =>
      rule
        .between(new Date(from), new Date(to), true)
        .map(({ epochMilliseconds }) => epochMilliseconds)
        .filter((ms) => !isOver(ms)),
    occurs: () => {
      const first = rule.next(new Date(startMs), true);
      return first !== null && !isOver(first.epochMilliseconds);
    },
  };
}

/** What the reader of rules would pass over in silence, in words; undefined where there is nothing. */
export function recurrenceFault(recurrence: string): string | undefined {
  const parts = bare(recurrence).split(';');
  const names = parts.map((part) => part.split('=')[0]?.toUpperCase() ?? '');
  if (/[\r\n]/.test(recurrence) || names.some((name) => name.includes(':')))
    return 'it is more than one RRULE; dates, exceptions and further rules are not taken';
  const unknown = names.find((name) => !PARTS.has(name));
  if (unknown !== undefined) return `it has the part "${unknown.slice(0, 40)}", which is not known here`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `it says ${twice} twice`;
  return names.includes('COUNT') && names.includes('UNTIL') ? 'it says both COUNT and UNTIL' : undefined;
}

function bare(recurrence: string): string {
  return recurrence.trim().replace(/^RRULE:/i, '');
}

type Until = { readonly kind: 'instant'; readonly ms: number } | { readonly kind: 'wallClock'; readonly ms: number };

const UNTIL = /;?UNTIL=([^;]*)/i;
const DATE_TIME = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/i;

/** The end of a rule is an instant, which a clock that is never set can't tell: it is taken out and compared by itself. */
function withoutUntil(rule: string): { readonly text: string; readonly until: Until | undefined } {
  const found = UNTIL.exec(rule);
  if (found === null) return { text: rule, until: undefined };
  return { text: rule.replace(UNTIL, '').replace(/^;/, ''), until: readUntil(found[1] ?? '') };
}

/** RFC 5545: an instant in UTC. A date counts to its end, and a time without Z is of the site's zone. */
function readUntil(text: string): Until {
  const found = DATE_TIME.exec(text);
  if (found === null) throw new RangeError(`UNTIL "${text}" is neither a date nor a time such as 20261231T225959Z`);
  const [year = 0, month = 0, day = 0] = found.slice(1, 4).map(Number);
  const date = Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  if (found[4] === undefined)
    return { kind: 'wallClock', ms: wallClockOf(date.add({ days: 1 }).toPlainDateTime()) - 1 };
  const [hour = 0, minute = 0, second = 0] = found.slice(4, 7).map(Number);
  const time = Temporal.PlainTime.from({ hour, minute, second }, { overflow: 'reject' });
  return { kind: found[7] === '' ? 'wallClock' : 'instant', ms: wallClockOf(date.toPlainDateTime(time)) };
}

function isAfter(startMs: number, until: Until, timeZone: string): boolean {
  return (until.kind === 'instant' ? earliestInstant(startMs, timeZone) : startMs) > until.ms;
}
