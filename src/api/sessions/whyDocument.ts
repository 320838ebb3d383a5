import Type, { type Static } from 'typebox';
import type { PastReason, PlannedReason, SessionWhyView } from '../../control/why/whyService.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { Instant, LimitedByDocument, nullable, TransactionIdOnWire, ViewPerPhase } from '../schemas.js';
import { writeLimitedBy } from './document.js';

const Sentence = Type.String({ description: 'As one would say it to the driver. For people: it may be reworded.' });

const Planned = Type.Object(
  {
    from: Instant,
    to: Instant,
    currentA: Type.Number(),
    limitedBy: nullable(LimitedByDocument),
    source: Type.Enum(['plan', 'schedule'], {
      description: 'plan: what the station is told. schedule: what is intended beyond that.',
    }),
    sentence: Sentence,
  },
  { title: 'PlannedReason' },
);

const Past = Type.Object(
  {
    from: Instant,
    to: Instant,
    limitMinA: Type.Number({ description: 'The least that it was told to keep to.' }),
    limitMaxA: Type.Number({ description: 'The most.' }),
    limitedBy: nullable(LimitedByDocument),
    sentence: Sentence,
  },
  { title: 'PastReason' },
);

export const SessionWhyDocument = Type.Object(
  {
    siteId: Type.String(),
    sessionId: Type.String(),
    transactionId: TransactionIdOnWire,
    stationId: Type.String(),
    evseId: Type.Integer(),
    at: Instant,
    now: Type.Object({
      limitA: Type.Number({ description: 'What it is told to keep to.' }),
      mayDrawA: Type.Number({ description: 'At most, whatever messages may or may not have arrived.' }),
      currentA: Type.Union([ViewPerPhase, Type.Literal('unknown')], {
        description: 'Measured, per grid phase; "unknown" where no sample is fresh.',
      }),
      limitedBy: nullable(LimitedByDocument),
      sentence: Sentence,
    }),
    ahead: Type.Array(Planned, {
      description:
        'Ascending, without gaps: the plan, then the schedule. Slots with the same reason and current are one. Empty: not planned yet.',
    }),
    past: Type.Array(Past, {
      description:
        'Ascending, without gaps, until now: at most 200 and the youngest; what was over within 30 s is left out.',
    }),
    since: Type.Union([Instant, Type.Null()], {
      description:
        'What was before is not known: the past is kept in memory, and a restart of the service forgets it. Null: nothing was seen yet.',
    }),
  },
  { title: 'SessionWhy', description: 'Why a session gets what it gets. Currents are A per phase on the grid side.' },
);
export type SessionWhyDocument = Static<typeof SessionWhyDocument>;

export function writeSessionWhy({ atMs, sinceMs, now, ahead, past, ...view }: SessionWhyView): SessionWhyDocument {
  return {
    ...view,
    at: writeInstant(atMs),
    now: { ...now, limitedBy: writeLimitedBy(now.limitedBy) },
    ahead: ahead.map(writeSpan),
    past: past.map(writeSpan),
    since: writeInstantOrNull(sinceMs),
  };
}

function writeSpan<T extends PlannedReason | PastReason>({ fromMs, toMs, ...span }: T) {
  return {
    ...span,
    from: writeInstant(fromMs),
    to: writeInstant(toMs),
    limitedBy: writeLimitedBy(span.limitedBy),
  };
}
