import Type, { type Static } from 'typebox';
import { type HistorySpan, RESOLUTIONS, type Resolution } from '../../control/history/historyService.js';
import { Problem } from '../../site/problem.js';
import { AnswerFormat } from '../csv.js';
import { parseInstant } from '../instant.js';
import { HINT, Instant } from '../schemas.js';

const DAY_MS = 86_400_000;
/** A quarter of a year in quarters of an hour is 9,600 rows. */
const QUARTERS_MAX_DAYS = 100;
const MAX_DAYS = 3_660;

const span = {
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  format: AnswerFormat,
};

export const SpanQuery = Type.Object(span, { additionalProperties: false });

export const PeriodQuery = Type.Object(
  {
    ...span,
    resolution: Type.Optional(
      Type.Enum([...RESOLUTIONS], {
        default: 'day',
        description: 'Hours, days and months by the clock and the calendar of the site.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const MonthQuery = Type.Object(
  {
    month: Type.String({
      pattern: '^20\\d{2}-(0[1-9]|1[0-2])$',
      description: "YYYY-MM, of the site's calendar.",
      [HINT]: 'write a month as YYYY-MM, such as "2026-01"',
    }),
    format: AnswerFormat,
  },
  { additionalProperties: false },
);

/** Up to now where `to` is left out; as many days before `to` as said, where `from` is. Throws Problem INVALID_REQUEST. */
export function readSpan(
  query: Static<typeof SpanQuery>,
  { nowMs, days, resolution }: { readonly nowMs: number; readonly days: number; readonly resolution?: Resolution },
): HistorySpan {
  const toMs = query.to === undefined ? nowMs : parseInstant(query.to, 'to');
  const fromMs = query.from === undefined ? toMs - days * DAY_MS : parseInstant(query.from, 'from');
  if (!(fromMs < toMs)) throw new Problem('INVALID_REQUEST', 'to must be after from.', { field: 'to' });
  const maxDays = resolution === 'quarter' ? QUARTERS_MAX_DAYS : MAX_DAYS;
  if (toMs - fromMs <= maxDays * DAY_MS) return { fromMs, toMs };
  const advice = resolution === 'quarter' ? 'ask for less, or for hours' : 'ask for the rest after';
  throw new Problem('INVALID_REQUEST', `At most ${maxDays} days are answered at once; ${advice}.`, { field: 'to' });
}
