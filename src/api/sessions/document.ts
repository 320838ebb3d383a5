import Type, { type Static } from 'typebox';
import type { LimitedBy, SessionView } from '../../control/service.js';
import type { SessionNeeds } from '../../site/model.js';
import { parseInstant, writeInstant, writeInstantOrNull } from '../instant.js';
import { Instant, LimitedByDocument, nullable, PhaseName, TransactionIdOnWire } from '../schemas.js';

export const NeedsDocument = Type.Object(
  {
    departure: Type.Optional(Instant),
    energyWh: Type.Optional(
      Type.Number({ minimum: 0, maximum: 10_000_000, description: 'Wanted by departure, counted from the start.' }),
    ),
    priority: Type.Optional(
      Type.Number({ minimum: 0, maximum: 10, default: 5, description: '10 is served first, 0 last.' }),
    ),
  },
  {
    title: 'Needs',
    additionalProperties: false,
    description: 'Replaces what was known; a member left out is not known.',
    examples: [{ departure: '2026-01-14T17:30:00+01:00', energyWh: 30_000, priority: 5 }],
  },
);

const Count = Type.Number({ minimum: 0 });
const NeedSourceDocument = Type.Enum(['stated', 'default', 'learned', 'unknown']);

export const SessionDocument = Type.Object(
  {
    sessionId: Type.String(),
    transactionId: TransactionIdOnWire,
    stationId: Type.String(),
    evseId: Type.Integer(),
    idToken: Type.String(),
    startedAt: Instant,
    endedAt: nullable(Instant),
    energyWh: Type.Number({ description: 'Delivered.' }),
    energyWantedWh: nullable(Count),
    departure: nullable(Instant),
    priority: Type.Number(),
    needsUsed: nullable(
      Type.Object(
        { departure: nullable(Instant), energyWh: nullable(Count), priority: Type.Number() },
        { description: 'What it is planned with: as its driver stated, else by the defaults of the site.' },
      ),
    ),
    needsFrom: nullable(
      Type.Object(
        {
          departure: NeedSourceDocument,
          energyWh: NeedSourceDocument,
          priority: Type.Enum(['stated', 'station', 'default', 'unknown'], {
            description: 'station: somebody asked for the most there (OCPP 2.1), which goes before what was stated.',
          }),
        },
        { description: 'Where that is from. A car of whose departure nothing is known charges at once.' },
      ),
    ),
    plannedEnergyWh: Type.Union([Count, Type.Null()], {
      description: 'What it will have got by its departure, as scheduled. Null where no energy was asked for.',
    }),
    shortfallWh: Type.Union([Count, Type.Null()], { description: 'What of the energy wanted will be missing then.' }),
    onTime: Type.Union([Type.Boolean(), Type.Null()], {
      description: 'Will it be ready by its departure? Null where that can not be said.',
    }),
    cost: Type.Union([Type.Number(), Type.Null()], {
      description:
        'What its energy cost so far at the prices of the time it was taken, VAT included, without demand charges and fixed fees. Null without tariffs, or where there is no price.',
    }),
    currency: nullable(Type.String()),
    limitA: Type.Number({ description: 'What it may draw now, A per phase; 0 once ended.' }),
    limitedBy: nullable(LimitedByDocument),
    phasesInUse: Type.Array(PhaseName),
    endReason: nullable(Type.String()),
  },
  { title: 'Session' },
);
export type SessionDocument = Static<typeof SessionDocument>;

export const SessionList = Type.Object(
  { sessions: Type.Array(SessionDocument) },
  { title: 'SessionList', description: 'Open ones first, then ended ones, newest first.' },
);

export function readNeeds({ departure, ...needs }: Static<typeof NeedsDocument>): SessionNeeds {
  return { ...needs, ...(departure === undefined ? {} : { departureMs: parseInstant(departure, '/departure') }) };
}

export function writeSession(view: SessionView): SessionDocument {
  const { startedAtMs, endedAtMs, departureMs, needsUsed, ...session } = view;
  return {
    ...session,
    startedAt: writeInstant(startedAtMs),
    endedAt: writeInstantOrNull(endedAtMs),
    departure: writeInstantOrNull(departureMs),
    needsUsed: needsUsed === null ? null : writeNeedsUsed(needsUsed),
    limitedBy: writeLimitedBy(session.limitedBy),
    phasesInUse: [...session.phasesInUse],
  };
}

function writeNeedsUsed({ departureMs, ...rest }: NonNullable<SessionView['needsUsed']>) {
  return { ...rest, departure: writeInstantOrNull(departureMs) };
}

export function writeLimitedBy(limitedBy: LimitedBy | null): Static<typeof LimitedByDocument> | null {
  return limitedBy === null ? null : { ...limitedBy };
}
