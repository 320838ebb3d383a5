import Type, { type Static } from 'typebox';
import type { CompositeScheduleView, ScheduleView, StationCompositeView } from '../../control/service.js';
import { TRIGGERED_MESSAGES } from '../../site/stationMessages.js';
import { writeInstant } from '../instant.js';
import { HINT, Instant, StationId, TransactionReference } from '../schemas.js';

const PASSWORD_LENGTH_MIN = 16;
const PASSWORD_LENGTH_MAX = 64;

const SecurityProfileMin = Type.Integer({
  minimum: 0,
  maximum: 3,
  description:
    'The lowest OCPP security profile that it may connect with: 1 a password, 2 a password over TLS, 3 a client certificate. It rises by itself to the highest that the station has used, and falls only by being set here.',
  [HINT]: 'use 1, 2 or 3',
});

export const CredentialsDocument = Type.Object(
  {
    password: Type.Optional(
      Type.String({
        minLength: PASSWORD_LENGTH_MIN,
        maxLength: PASSWORD_LENGTH_MAX,
        // RFC 7617: no control characters.
        pattern: '^[^\\u0000-\\u001f\\u007f]*$',
        description:
          'What the station sends by HTTP Basic auth. Only a salted hash is kept. Left out: it stays as it is.',
        [HINT]: 'use 16 to 64 characters without control characters; 40 random hex digits suit every OCPP 1.6 station',
      }),
    ),
    securityProfileMin: Type.Optional(SecurityProfileMin),
  },
  {
    title: 'Credentials',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ password: '4f2a9c0b7d1e4f2a9c0b7d1e4f2a9c0b7d1e4f2a' }],
  },
);

export const CredentialsView = Type.Object(
  {
    stationId: StationId,
    hasPassword: Type.Boolean(),
    passwordsPending: Type.Integer({ description: 'Passwords that it was sent and has not connected with.' }),
    securityProfileMin: Type.Union([SecurityProfileMin, Type.Null()], {
      description: 'Null: it has never had credentials.',
    }),
    connectedWith: Type.Union([Type.Integer(), Type.Null()], { description: 'Null: it is not connected.' }),
  },
  { title: 'StationCredentials', description: 'The secret itself is never answered.' },
);

export const KeyChangeAnswer = Type.Object(
  {
    status: Type.String({ description: "The station's own word." }),
    credentials: CredentialsView,
  },
  { title: 'KeyChangeAnswer' },
);

const Schedule = Type.Object(
  {
    start: Instant,
    durationS: Type.Number(),
    rateUnit: Type.Enum(['A', 'W'], { description: 'A: per phase. W: the total.' }),
    periods: Type.Array(
      Type.Object({
        startPeriodS: Type.Number({ description: 'From start.' }),
        limit: Type.Union([Type.Number(), Type.Literal('unlimited')]),
        numberPhases: Type.Optional(Type.Integer()),
      }),
    ),
  },
  { title: 'Schedule' },
);

const LimitInA = Type.Union([Type.Number(), Type.Literal('unlimited')]);
const Difference = Type.Object(
  { from: Instant, to: Instant, computedA: LimitInA, reportedA: LimitInA },
  { title: 'CompositeDifference', description: 'A per phase on the grid side.' },
);

const Reported = Type.Union([
  Schedule,
  Type.Object({ unavailable: Type.String({ description: 'Why the station said nothing.' }) }),
]);

export const StationCompositeDocument = Type.Object(
  { stationId: Type.String(), reported: Reported },
  {
    title: 'StationComposite',
    description:
      'What the station says itself. Some mean what all their EVSEs may draw together, others only their own maximum.',
  },
);

export function writeStationComposite({
  stationId,
  reported,
}: StationCompositeView): Static<typeof StationCompositeDocument> {
  return { stationId, reported: 'unavailable' in reported ? reported : writeSchedule(reported) };
}

export const CompositeScheduleDocument = Type.Object(
  {
    stationId: Type.String(),
    evseId: Type.Integer(),
    computed: Schedule,
    reported: Reported,
    differences: Type.Array(Difference, {
      description:
        "Where they differ by more than a station's rounding and its clock explain, at most 20. Empty where they are alike, and where nothing is reported.",
    }),
  },
  {
    title: 'CompositeSchedule',
    description:
      'computed: what the station was told last and took, in A per phase on the grid side. reported: what it says itself.',
  },
);
export type CompositeScheduleDocument = Static<typeof CompositeScheduleDocument>;

export function writeCompositeSchedule(view: CompositeScheduleView): CompositeScheduleDocument {
  const { stationId, evseId, computed, reported, differences } = view;
  return {
    stationId,
    evseId,
    computed: writeSchedule(computed),
    reported: 'unavailable' in reported ? reported : writeSchedule(reported),
    differences: differences.map(({ fromMs, toMs, ...difference }) => ({
      ...difference,
      from: writeInstant(fromMs),
      to: writeInstant(toMs),
    })),
  };
}

function writeSchedule({ startMs, periods, ...schedule }: ScheduleView): Static<typeof Schedule> {
  return { ...schedule, start: writeInstant(startMs), periods: periods.map((period) => ({ ...period })) };
}

export const IdTokenDocument = Type.Object(
  { idToken: Type.String({ minLength: 1, maxLength: 255 }) },
  { title: 'RemoteStart', additionalProperties: false, examples: [{ idToken: 'DRIVER-1' }] },
);

export const TriggerDocument = Type.Object(
  {
    message: Type.Enum([...TRIGGERED_MESSAGES], {
      description:
        'LogStatusNotification is DiagnosticsStatusNotification in OCPP 1.6; TransactionEvent is there from 2.0.1 on.',
    }),
    evseId: Type.Optional(Type.Integer({ minimum: 1, maximum: 999, description: 'Left out: the whole station.' })),
  },
  { title: 'Trigger', additionalProperties: false, examples: [{ message: 'MeterValues', evseId: 1 }] },
);

export const ResetDocument = Type.Object(
  { kind: Type.Enum(['Soft', 'Hard'], { description: 'Soft ends transactions in good order first.' }) },
  { title: 'Reset', additionalProperties: false, examples: [{ kind: 'Soft' }] },
);

export const PriorityChargingDocument = Type.Object(
  { transactionId: TransactionReference, activate: Type.Boolean() },
  { title: 'PriorityCharging', additionalProperties: false, examples: [{ transactionId: 'tx-1', activate: true }] },
);

export const AvailabilityDocument = Type.Object(
  { operative: Type.Boolean() },
  { title: 'Availability', additionalProperties: false, examples: [{ operative: false }] },
);

export const SettingDocument = Type.Object(
  {
    key: Type.String({ minLength: 1, maxLength: 200 }),
    value: Type.String({ maxLength: 2_500 }),
  },
  { title: 'Setting', additionalProperties: false, examples: [{ key: 'HeartbeatInterval', value: '300' }] },
);

export const ConfigurationDocument = Type.Object(
  {
    keys: Type.Array(
      Type.Object({
        key: Type.String(),
        value: Type.Optional(Type.String()),
        readonly: Type.Boolean({
          description: 'From OCPP 2.0.1 on known only where all were asked for: else always false.',
        }),
      }),
    ),
    unknownKeys: Type.Array(Type.String()),
  },
  { title: 'Configuration' },
);
