import Type, { type TSchema } from 'typebox';
import { PHASES } from '../site/phases.js';

// The scalars and small shapes that every resource uses. A schema's `title` makes it a component of the OpenAPI document;
// its `x-hint` is added to the error when a value does not fit, and says what to write instead.

export const HINT = 'x-hint';

const ID_CHARACTERS = 'A-Za-z0-9._~*+=|@-';

function id(lengthMax: number, description: string) {
  return Type.String({
    minLength: 1,
    maxLength: lengthMax,
    // "." and ".." are left out because clients resolve them away in an address.
    pattern: `^(?!\\.{1,2}$)[${ID_CHARACTERS}]+$`,
    description,
    [HINT]: `use 1 to ${lengthMax} of A-Z a-z 0-9 . _ ~ * + = | @ -`,
  });
}

export const SiteId = id(64, 'The site, as chosen by its owner.');
export const CircuitId = id(64, 'A circuit of the site.');
export const LimitId = id(64, 'The limit, as chosen by its owner.');
/** Its limits are called {eventId}.{n}, and have ids no longer than others. */
export const GridEventId = id(60, 'The grid event, as chosen by its sender.');
export const TariffId = id(64, 'A tariff.');
/** OCPP identities: at most 48 characters, and no ":" because it ends the user name of Basic auth. */
export const StationId = id(48, 'The identity that the station connects with.');

/** Made by the service or the station, so only bounded: it is looked up, never stored. */
function reference(description: string) {
  return Type.String({ minLength: 1, maxLength: 128, description });
}
export const SessionId = reference('As GET /v1/sites/{siteId}/sessions names it.');
export const TransactionReference = reference('As on the wire: a number in OCPP 1.6.');

export const EvseId = Type.Integer({ minimum: 1, maximum: 999, description: 'Counts from 1.' });

export const Instant = Type.String({
  format: 'date-time',
  maxLength: 40,
  description: 'ISO 8601 with an offset.',
  examples: ['2026-01-14T14:20:00+01:00'],
  [HINT]:
    'write an ISO 8601 instant with its offset, such as "2026-01-14T14:20:00+01:00" or "2026-01-14T13:20:00Z" (in an address, "+" is written %2B)',
});

export const PhaseName = Type.Enum([...PHASES], { description: 'A phase of the grid.' });
export const TransactionIdOnWire = Type.Union([Type.Number(), Type.String()], {
  description: 'As on the wire: a number in OCPP 1.6, a string later.',
});

const CURRENT_MAX_A = 100_000;

function perPhaseCurrent(options: Record<string, unknown>, currentMinA: number) {
  const current = () => Type.Number({ minimum: currentMinA, maximum: CURRENT_MAX_A });
  return Type.Object({ L1: current(), L2: current(), L3: current() }, { additionalProperties: false, ...options });
}

const ALL_PHASES_HINT = 'name all three of L1, L2 and L3; a phase that is not there is 0';
/** A rating or a limit: never negative. */
export const LimitPerPhase = perPhaseCurrent({ description: 'A per phase.', [HINT]: ALL_PHASES_HINT }, 0);
/** A measured current: negative where power flows back to the grid. */
export const MeasuredPerPhase = perPhaseCurrent(
  { description: 'A per phase.', [HINT]: ALL_PHASES_HINT },
  -CURRENT_MAX_A,
);
/** Of an answer: what was computed, so not bounded. */
export const ViewPerPhase = Type.Object(
  { L1: Type.Number(), L2: Type.Number(), L3: Type.Number() },
  { title: 'PerPhase', description: 'A per phase.' },
);

/** A measured power: negative where power flows back to the grid. */
export const MeasuredPower = Type.Number({
  minimum: -1_000_000_000,
  maximum: 1_000_000_000,
  description: 'W, all phases together: positive import, negative export. Without it, power follows from currentA.',
});

export const PowerLimit = Type.Number({ minimum: 0, maximum: 1_000_000_000, description: 'W, all phases together.' });

export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

export const ExternalSource = Type.Enum(['EMS', 'SO', 'CSO', 'Other'], {
  description:
    'EMS: an energy management system. SO: the grid operator. CSO: the charging station operator. Other: somebody else.',
});

const PHASE_DESCRIPTION = 'The grid phase where the limit binds.';
const kind = <K extends string>(by: K, description: string) =>
  Type.Object({ by: Type.Literal(by) }, { additionalProperties: false, description });

export const LimitedByDocument = Type.Union(
  [
    Type.Object({
      by: Type.Literal('circuit'),
      circuitId: CircuitId,
      phase: Type.Enum([...PHASES], { description: PHASE_DESCRIPTION }),
    }),
    Type.Object({ by: Type.Literal('powerLimit'), circuitId: CircuitId }),
    kind('evse', 'The EVSE gives no more.'),
    kind('price', 'Waits for a better price.'),
    kind('demandCharge', 'Keeps the billed peak down.'),
    kind('energy', 'Has, or will have, what was wanted.'),
    kind('minimumCurrent', 'Its share is under the least a pilot can offer.'),
    kind('absent', 'Not there.'),
    kind('vehicle', 'The car takes less than it is offered.'),
    Type.Object(
      {
        by: Type.Literal('externalLimit'),
        source: ExternalSource,
        scope: Type.Enum(['evse', 'station'], { description: 'Of this EVSE, or of all of its station together.' }),
        limitA: Type.Number({ description: 'What that leaves this car, A per phase on the grid side.' }),
      },
      { additionalProperties: false, description: 'Its station says that somebody else limits it.' },
    ),
    kind('handOut', "Waits until another station's lowering is confirmed."),
    Type.Object({
      by: Type.Literal('station'),
      reason: Type.Enum(['offline', 'refuses', 'disobeys', 'unconfirmed']),
    }),
  ],
  { title: 'LimitedBy', description: 'Why it gets no more than it does.' },
);

export const CommandAnswer = Type.Object(
  { status: Type.String({ description: "The station's own word." }) },
  { title: 'CommandAnswer', examples: [{ status: 'Accepted' }] },
);

export const RemoteStartAnswer = Type.Object(
  {
    status: Type.String({ description: "The station's own word." }),
    note: Type.Optional(
      Type.String({
        description: 'What became of the limit that the transaction was to begin with, where it was refused.',
      }),
    ),
  },
  { title: 'RemoteStartAnswer', examples: [{ status: 'Accepted' }] },
);

export const SiteParams = Type.Object({ siteId: SiteId });
export const StationParams = Type.Object({ stationId: StationId });
export const EvseParams = Type.Object({ stationId: StationId, evseId: EvseId });
