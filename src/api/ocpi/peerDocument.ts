import Type, { type Static } from 'typebox';
import type { StationProposal } from '../../ocpi/locations.js';
import type { Peer } from '../../ocpi/peers.js';
import { TOKEN_ENCODINGS } from '../../ocpi/tokens.js';
import { Problem } from '../../site/problem.js';
import { writeInstant } from '../instant.js';
import { EvseId, HINT, Instant, StationId } from '../schemas.js';

const ID_MAX = 36;
const URL_MAX = 255;
const STATIONS_MAX = 10_000;
const PERIODS_DEFAULT = 10;

export const PeerId = Type.String({
  minLength: 1,
  maxLength: 32,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  description: 'The operator, as chosen here.',
  [HINT]: 'use 1 to 32 of A-Z a-z 0-9 . _ -',
});

const PeerEvseDocument = Type.Object(
  {
    stationId: StationId,
    evseId: EvseId,
    locationId: Type.String({ minLength: 1, maxLength: ID_MAX }),
    evseUid: Type.String({ minLength: 1, maxLength: ID_MAX, description: "The operator's uid of the EVSE." }),
  },
  { additionalProperties: false, title: 'OcpiPeerEvse' },
);

const settings = {
  versionsUrl: Type.Optional(
    Type.String({
      maxLength: URL_MAX,
      description: 'Where its versions are. Left out: it begins, and says so itself.',
    }),
  ),
  countryCode: Type.String({ pattern: '^[A-Za-z]{2}$', description: 'As whom this service speaks with it.' }),
  partyId: Type.String({ pattern: '^[A-Za-z0-9]{3}$', description: 'As whom this service speaks with it.' }),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, default: 'Evenkeel' })),
  tokenEncoding: Type.Optional(
    Type.Enum([...TOKEN_ENCODINGS], {
      default: 'base64',
      description: 'base64Newline: the operator encodes a newline with its token. raw: it encodes nothing.',
    }),
  ),
  stationDefault: Type.Optional(
    Type.Enum(['failsafe', 'unknown'] as const, {
      default: 'unknown',
      description:
        'What its stations fall to where no profile of a session holds. failsafe: it is agreed with the operator that this is failsafeA of each station. unknown: they count at what their hardware can.',
    }),
  ),
  periodsMax: Type.Optional(
    Type.Integer({ minimum: 2, maximum: 500, default: PERIODS_DEFAULT, description: 'The most periods in a profile.' }),
  ),
  timeZone: Type.Optional(Type.String({ maxLength: 100, description: 'IANA; of the tariffs that it pushes.' })),
  stations: Type.Optional(Type.Array(PeerEvseDocument, { maxItems: STATIONS_MAX, default: [] })),
};

export const PeerUpload = Type.Object(
  {
    ...settings,
    tokenA: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          'TOKEN_A, as the operator gave it. With it the registration is begun at once, where there is none. It is not kept.',
      }),
    ),
  },
  { additionalProperties: false, title: 'OcpiPeerUpload' },
);
export type PeerUpload = Static<typeof PeerUpload>;

const PartyDocument = Type.Object({
  role: Type.String(),
  countryCode: Type.String(),
  partyId: Type.String(),
  name: Type.String(),
});
const EndpointDocument = Type.Object({ identifier: Type.String(), role: Type.String(), url: Type.String() });

export const PeerDocument = Type.Object(
  {
    peerId: PeerId,
    ...settings,
    status: Type.Enum(['registered', 'unregistered'] as const),
    problem: Type.Optional(
      Type.String({ description: 'Why the last attempt to register, or to change tokens, came to nothing.' }),
    ),
    version: Type.Optional(Type.String()),
    registeredAt: Type.Optional(Instant),
    parties: Type.Optional(Type.Array(PartyDocument)),
    endpoints: Type.Optional(Type.Array(EndpointDocument)),
    ownVersionsUrl: Type.String({ description: 'What the operator is to be given, where it begins.' }),
  },
  { title: 'OcpiPeer' },
);
export type PeerDocument = Static<typeof PeerDocument>;

export function readPeer(peerId: string, organisationId: string, upload: PeerUpload, before: Peer | undefined): Peer {
  const stations = upload.stations ?? [];
  refuseTwice(
    stations.map(({ locationId, evseUid }) => `${locationId}/${evseUid}`),
    'EVSE of the operator',
  );
  refuseTwice(
    stations.map(({ stationId, evseId }) => `${stationId}/${evseId}`),
    'EVSE of a station',
  );
  return {
    peerId,
    organisationId: before?.organisationId ?? organisationId,
    party: {
      role: 'SCSP',
      countryCode: upload.countryCode.toUpperCase(),
      partyId: upload.partyId.toUpperCase(),
      name: upload.name ?? 'Evenkeel',
    },
    ...(upload.versionsUrl === undefined ? {} : { versionsUrl: upload.versionsUrl }),
    tokenEncoding: upload.tokenEncoding ?? 'base64',
    stationDefault: upload.stationDefault ?? 'unknown',
    periodsMax: upload.periodsMax ?? PERIODS_DEFAULT,
    ...(upload.timeZone === undefined ? {} : { timeZone: upload.timeZone }),
    stations,
    registration: before?.registration ?? 'none',
    tokens: before?.tokens ?? [],
  };
}

function refuseTwice(keys: readonly string[], what: string): void {
  const index = keys.findIndex((key, at) => keys.indexOf(key) < at);
  if (index >= 0)
    throw new Problem('DUPLICATE_ID', `An ${what} is named twice: ${keys[index]}.`, { field: `/stations/${index}` });
}

export function writePeer(peer: Peer, ownVersionsUrl: string): PeerDocument {
  const { party, registration, versionsUrl, timeZone, problem } = peer;
  return {
    peerId: peer.peerId,
    ...(versionsUrl === undefined ? {} : { versionsUrl }),
    countryCode: party.countryCode,
    partyId: party.partyId,
    name: party.name,
    tokenEncoding: peer.tokenEncoding,
    stationDefault: peer.stationDefault,
    periodsMax: peer.periodsMax,
    ...(timeZone === undefined ? {} : { timeZone }),
    stations: [...peer.stations],
    status: registration === 'none' ? 'unregistered' : 'registered',
    ...(problem === undefined ? {} : { problem }),
    ...(registration === 'none'
      ? {}
      : {
          version: registration.version,
          registeredAt: writeInstant(registration.sinceMs),
          parties: [...registration.parties],
          endpoints: [...registration.endpoints],
        }),
    ownVersionsUrl,
  };
}

export const ProposalList = Type.Object({
  proposals: Type.Array(
    Type.Object(
      {
        locationId: Type.String(),
        locationName: Type.String(),
        evseUid: Type.String(),
        evseId: Type.Optional(Type.String({ description: 'As it is printed on the station.' })),
        status: Type.String(),
        kind: Type.Enum(['AC', 'DC'] as const),
        phaseCount: Type.Integer(),
        currentMaxA: Type.Optional(Type.Number()),
        powerMaxW: Type.Optional(Type.Number()),
        takesProfiles: Type.Boolean({ description: 'It says that it can be steered this way.' }),
      },
      { title: 'OcpiProposal' },
    ),
  ),
});

export function writeProposals(proposals: readonly StationProposal[]): Static<typeof ProposalList> {
  return { proposals: [...proposals] };
}
