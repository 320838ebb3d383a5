import Type, { type Static } from 'typebox';
import type {
  ClosedCommand,
  CommandPage,
  CommandResult,
  ConnectionTold,
  ConnectionView,
  DelegatedCommand,
} from '../../control/delegation/delegation.js';
import type { StationCapabilities } from '../../site/state.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { EvseId, HINT, Instant, nullable } from '../schemas.js';

// Of stations that a CSMS holds: whether they are connected, what they can do, and what they are told.

const LEASE_S = 60;
const STATUSES = [
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEVSE',
  'SuspendedEV',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
  'Occupied',
] as const;

const Word = (description: string) => Type.String({ minLength: 1, maxLength: 255, description });
export const OcppPayload = Type.Record(Type.String({ maxLength: 255 }), Type.Unknown(), {
  description: "A payload of OCPP, in the station's version, as it is on the wire.",
});

export const ConnectionDocument = Type.Object(
  {
    status: Type.Enum(['online', 'offline']),
    connectionId: Type.Optional(
      Word('Your own name of the connection. Another one than before says that the station has connected anew.'),
    ),
    identity: Type.Optional(
      Type.Object(
        {
          vendor: Word('As in its BootNotification.'),
          model: Word('As in its BootNotification.'),
          serialNumber: Type.Optional(Word('As in its BootNotification.')),
          firmwareVersion: Type.Optional(Word('As in its BootNotification.')),
        },
        { additionalProperties: false, description: 'Tells that it booted.' },
      ),
    ),
    configure: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether this service may read the settings of the station and set its metering up, by commands like others.',
      }),
    ),
    clockOffS: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 86_400,
        description:
          "How far the station's clock may be off. Left out, it is not known, and profiles are written so that its clock plays no part.",
      }),
    ),
    leaseS: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 600,
        default: LEASE_S,
        description: 'Without a sign of life for so long, the station counts as offline.',
      }),
    ),
    evses: Type.Optional(
      Type.Array(Type.Object({ id: EvseId, status: Type.Enum([...STATUSES]) }, { additionalProperties: false }), {
        maxItems: 64,
      }),
    ),
    reason: Type.Optional(Word('Why it is offline.')),
  },
  {
    title: 'StationConnection',
    additionalProperties: false,
    description:
      'Whether you have a connection to the station. Say it again as a heartbeat: that, asking for commands and telling anything of a station are signs of life.',
    examples: [
      {
        status: 'online',
        connectionId: 'ws-17',
        identity: { vendor: 'Voltmeister', model: 'Duo' },
        clockOffS: 0,
        evses: [{ id: 1, status: 'Available' }],
      },
    ],
  },
);

export const ConnectionAnswer = Type.Object(
  {
    stationId: Type.String(),
    status: Type.Enum(['online', 'offline']),
    connectionId: nullable(Type.String()),
    ocppVersion: Type.Enum(['1.6', '2.0.1', '2.1']),
    accepted: Type.Boolean({ description: 'It booted once.' }),
    leaseEndsAt: nullable(Instant),
    commandsWaiting: Type.Integer({ description: 'For this station, and not answered yet.' }),
  },
  { title: 'StationConnectionState' },
);

export function readConnection(document: Static<typeof ConnectionDocument>): ConnectionTold {
  const { status, connectionId, identity, configure, clockOffS, leaseS, evses, reason } = document;
  if (status === 'offline') return { status, ...(reason === undefined ? {} : { reason }) };
  return {
    status: 'online',
    ...(connectionId === undefined ? {} : { connectionId }),
    ...(identity === undefined ? {} : { identity }),
    configure: configure ?? false,
    ...(clockOffS === undefined ? {} : { clockOffMs: clockOffS * 1_000 }),
    leaseMs: (leaseS ?? LEASE_S) * 1_000,
    evses: (evses ?? []).map(({ id, status: evseStatus }) => ({ evseId: id, status: evseStatus })),
  };
}

export function writeConnection(view: ConnectionView): Static<typeof ConnectionAnswer> {
  const { isAccepted, leaseEndsMs, ...rest } = view;
  return { ...rest, accepted: isAccepted, leaseEndsAt: writeInstantOrNull(leaseEndsMs) };
}

const Unknown = Type.Literal('unknown', { [HINT]: 'or give a number' });
const CountOrUnknown = (minimum: number) =>
  Type.Optional(Type.Union([Type.Integer({ minimum, maximum: 1_000_000 }), Unknown]));

export const CapabilitiesDocument = Type.Object(
  {
    rateUnits: Type.Optional(
      Type.Union([
        Type.Array(Type.Enum(['A', 'W']), { minItems: 1, maxItems: 2, uniqueItems: true }),
        Type.Literal('unknown', { [HINT]: 'or list "A" and "W"' }),
      ]),
    ),
    maxPeriods: CountOrUnknown(1),
    maxStackLevel: CountOrUnknown(0),
    maxProfilesInstalled: CountOrUnknown(1),
    compositeSchedule: Type.Optional(Type.Union([Type.Boolean(), Type.Literal('unknown')])),
  },
  {
    title: 'StationCapabilities',
    additionalProperties: false,
    description:
      'What the station can hold of charging profiles; a member left out stays as it is known. Of what is unknown the most modest is sent.',
    examples: [{ rateUnits: ['A', 'W'], maxPeriods: 24, maxStackLevel: 8 }],
  },
);

export function writeCapabilities(known: StationCapabilities): Static<typeof CapabilitiesDocument> {
  return { ...known, rateUnits: known.rateUnits === 'unknown' ? 'unknown' : [...known.rateUnits] };
}

const CommandDocument = Type.Object(
  {
    id: Type.String(),
    siteId: Type.String(),
    stationId: Type.String(),
    evseId: Type.Union([Type.Integer(), Type.Null()], { description: '0: the station itself.' }),
    sessionId: nullable(Type.String()),
    kind: Type.Enum(['setLimit', 'clear', 'setFailsafe', 'readback', 'transaction', 'configuration', 'other']),
    dir: Type.Enum(['dec', 'inc', 'none'], { description: 'Whether it lowers or raises what may be drawn.' }),
    lane: Type.String({ description: 'One of a lane is given at a time.' }),
    group: Type.String({ description: 'Those of a group are given in the order that keeps its circuits.' }),
    after: Type.Array(Type.String(), {
      description:
        'Decreases of the group that were confirmed before this increase was given: there is nothing left to wait for.',
    }),
    createdAt: Instant,
    notAfter: { ...Instant, description: 'Do not hand it to the station after this: answer "expired" instead.' },
    ocppVersion: Type.Enum(['1.6', '2.0.1', '2.1']),
    action: Type.String({ description: 'The action of the CALL to the station.' }),
    payload: OcppPayload,
    correlationId: Type.String({ description: 'For your log and ours.' }),
  },
  { title: 'Command', description: 'Hand `payload` to the station as it is, and its answer back.' },
);

export const CommandPageDocument = Type.Object(
  {
    cursor: Type.String({ description: 'For `after` of the next request.' }),
    commands: Type.Array(CommandDocument),
  },
  { title: 'CommandPage' },
);

export function writeCommand(command: DelegatedCommand): Static<typeof CommandDocument> {
  const { createdMs, notAfterMs, after, payload, ...rest } = command;
  return {
    ...rest,
    after: [...after],
    createdAt: writeInstant(createdMs),
    notAfter: writeInstant(notAfterMs),
    payload: { ...payload },
  };
}

export function writePage({ cursor, commands }: CommandPage): Static<typeof CommandPageDocument> {
  return { cursor, commands: commands.map(writeCommand) };
}

export const ResultDocument = Type.Object(
  {
    status: Type.Enum(['accepted', 'rejected', 'failed', 'expired', 'unknown'], {
      description:
        'accepted, rejected: what the station answered. failed: it answered with CALLERROR. expired: it was not handed to the station. unknown: it was, and no answer came.',
    }),
    payload: Type.Optional({ ...OcppPayload, description: "The station's answer, as it wrote it." }),
    errorCode: Type.Optional(Word('Of its CALLERROR.')),
    errorDescription: Type.Optional(Type.String({ maxLength: 255 })),
  },
  {
    title: 'CommandResult',
    additionalProperties: false,
    examples: [{ status: 'accepted', payload: { status: 'Accepted' } }],
  },
);
export type ResultDocument = Static<typeof ResultDocument>;

export const ClosedDocument = Type.Object(
  { id: Type.String(), status: ResultDocument.properties.status, closedAt: Instant },
  { title: 'ClosedCommand' },
);

export function writeClosed({ id, status, closedMs }: ClosedCommand): Static<typeof ClosedDocument> {
  return { id, status, closedAt: writeInstant(closedMs) };
}

export function readResult({ status, payload, errorCode, errorDescription }: ResultDocument): CommandResult {
  return {
    status,
    ...(payload === undefined ? {} : { payload }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorDescription === undefined ? {} : { errorDescription }),
  };
}
