import Type, { type Static } from 'typebox';
import type { ForecastedBlock } from '../../oscp/messages.js';
import type { OscpProviderView, StoredOscpProvider } from '../../oscp/oscpService.js';
import type { OscpConfig } from '../../oscp/peerState.js';
import { Problem } from '../../site/problem.js';
import { parseInstant, writeInstant, writeInstantOrNull } from '../instant.js';
import { CircuitId, HINT, Instant, LimitPerPhase, nullable, PowerLimit, SiteId } from '../schemas.js';

const PROVIDER_ID_MAX = 40;
const BLOCKS_SHOWN_MAX = 500;
const HEARTBEAT_DEFAULT_S = 60;
const MEASUREMENT_DEFAULT_S = 900;
const HOUR_S = 3_600;

export const OscpProviderId = Type.String({
  minLength: 1,
  maxLength: PROVIDER_ID_MAX,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'The other side, as its owner calls it. Its limits belong to the grid event oscp.{providerId}.',
  [HINT]: `use 1 to ${PROVIDER_ID_MAX} of A-Z a-z 0-9 _ -`,
});

const Role = Type.Enum(['capacityProvider', 'capacityOptimizer', 'flexibilityProvider'], {
  description:
    'What the other side is. To the first two Evenkeel is a flexibility provider, to the last its capacity optimizer.',
});

export const Url = Type.String({ minLength: 1, maxLength: 1_000, description: 'An absolute URL.' });

const Contract = Type.Object(
  { limitA: Type.Optional(LimitPerPhase), powerLimitW: Type.Optional(PowerLimit) },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'What the circuit may take where there is neither a forecast nor a fallback for that time.',
  },
);

const configured = {
  siteId: SiteId,
  circuitId: { ...CircuitId, description: 'The circuit that the group is: its forecasts limit all that flows there.' },
  groupId: Type.String({ minLength: 1, maxLength: 255, description: 'group_id, as the other side calls the circuit.' }),
};

export const OscpProviderDocument = Type.Object(
  {
    ...configured,
    role: Type.Optional({ ...Role, default: 'capacityProvider' }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'For people. Default: its id.' })),
    versionUrl: Type.Optional({
      ...Url,
      description:
        'Base URL of OSCP 2.0 at the other side, where we register. Absent: the other side registers with us.',
    }),
    tokenA: Type.Optional(
      Type.String({
        minLength: 8,
        maxLength: 1_024,
        pattern: '^[\\x21-\\x7e]+$',
        description:
          'Agreed on by hand, for the registration only. With versionUrl: what the other side gave us. Else what we give it; without, one is made and answered once.',
      }),
    ),
    publicUrl: Type.Optional({
      ...Url,
      description:
        'Where the other side reaches this service. Default: EVENKEEL_PUBLIC_URL, else the address of this very request.',
    }),
    heartbeatS: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: HOUR_S,
        default: HEARTBEAT_DEFAULT_S,
        description: 'How often it is to be heard.',
      }),
    ),
    measurementS: Type.Optional(
      Type.Integer({
        minimum: 60,
        maximum: 24 * HOUR_S,
        default: MEASUREMENT_DEFAULT_S,
        description: 'How often it is told what was measured, if it asks for that.',
      }),
    ),
    contract: Type.Optional(Contract),
  },
  {
    title: 'OscpProvider',
    additionalProperties: false,
    description: 'Another side of OSCP 2.0, and the circuit that it limits.',
    examples: [
      {
        siteId: 'depot',
        circuitId: 'grid',
        groupId: 'transformer-7',
        name: 'City grid',
        tokenA: 'agreed-on-by-telephone',
        contract: { powerLimitW: 40_000 },
      },
    ],
  },
);
export type OscpProviderDocument = Static<typeof OscpProviderDocument>;

const Block = Type.Object(
  {
    from: Instant,
    to: Instant,
    capacity: Type.Number({ minimum: 0 }),
    unit: Type.Enum(['A', 'W', 'KW', 'WH', 'KWH']),
    phase: Type.Enum(['UNKNOWN', 'ONE', 'TWO', 'THREE', 'ALL']),
  },
  { title: 'OscpBlock', additionalProperties: false },
);

export const StoredOscpProviderDocument = Type.Object(
  {
    providerId: OscpProviderId,
    organisationId: Type.String(),
    ...configured,
    role: Role,
    name: Type.String(),
    publicUrl: Url,
    versionUrl: Type.Optional(Url),
    baseUrl: { ...Url, description: 'What the other side is given as our base URL.' },
    tokenA: Type.Optional(Type.String({ description: 'Only in the answer in which it is made.' })),
    heartbeatS: Type.Integer(),
    measurementS: Type.Integer(),
    contract: Type.Optional(Contract),
    eventId: Type.String({ description: 'The grid event of the site that its limits belong to.' }),
    status: Type.Enum(['waiting', 'offered', 'answering', 'registered', 'left']),
    connection: Type.Enum(['online', 'away', 'notYet'], { description: 'away: its fallback holds.' }),
    heardAt: nullable(Instant),
    offlineModeAt: nullable(Instant),
    wants: nullable(
      Type.Object({
        heartbeatIntervalS: Type.Optional(Type.Number()),
        measurements: Type.Array(Type.Enum(['CONTINUOUS', 'INTERMITTENT'])),
      }),
    ),
    forecasts: Type.Array(
      Type.Object({
        type: Type.Enum(['CONSUMPTION', 'GENERATION', 'FALLBACK_CONSUMPTION', 'FALLBACK_GENERATION', 'OPTIMUM']),
        blocks: Type.Array(Block, { description: `The first ${BLOCKS_SHOWN_MAX}, ascending.` }),
      }),
      { description: 'CONSUMPTION and FALLBACK_CONSUMPTION limit; the others are shown only.' },
    ),
    notes: Type.Array(Type.String(), { description: 'What a person should know, the newest last.' }),
  },
  { title: 'StoredOscpProvider', additionalProperties: false },
);
export type StoredOscpProviderDocument = Static<typeof StoredOscpProviderDocument>;

export const OscpProviderList = Type.Object(
  { providers: Type.Array(StoredOscpProviderDocument) },
  { title: 'OscpProviderList' },
);

export const OscpAdjustment = Type.Object(
  { blocks: Type.Array(Block, { minItems: 1, maxItems: 1_000 }) },
  {
    title: 'OscpAdjustment',
    additionalProperties: false,
    description: 'Capacities that the other side is asked for. What holds is what it then forecasts.',
    examples: [
      {
        blocks: [{ from: '2026-01-14T16:00:00Z', to: '2026-01-14T17:00:00Z', capacity: 60, unit: 'KW', phase: 'ALL' }],
      },
    ],
  },
);
export type OscpAdjustment = Static<typeof OscpAdjustment>;

export function readProvider(providerId: string, document: OscpProviderDocument, origin: string): OscpConfig {
  const { tokenA: _secret, role, name, publicUrl, heartbeatS, measurementS, ...rest } = document;
  return {
    ...rest,
    role: role ?? 'capacityProvider',
    name: name ?? providerId,
    publicUrl: publicUrl ?? origin,
    heartbeatS: heartbeatS ?? HEARTBEAT_DEFAULT_S,
    measurementS: measurementS ?? MEASUREMENT_DEFAULT_S,
  };
}

export function writeProvider(provider: OscpProviderView | StoredOscpProvider): StoredOscpProviderDocument {
  const { heardAtMs, offlineModeAtMs, wants, forecasts, notes, ...rest } = provider;
  return {
    ...rest,
    heardAt: writeInstantOrNull(heardAtMs),
    offlineModeAt: writeInstantOrNull(offlineModeAtMs),
    wants: wants === null ? null : { ...wants, measurements: [...wants.measurements] },
    forecasts: forecasts.map(({ type, blocks }) => ({
      type,
      blocks: blocks.slice(0, BLOCKS_SHOWN_MAX).map(({ capacity, unit, phase, startMs, endMs }) => ({
        from: writeInstant(startMs),
        to: writeInstant(endMs),
        capacity,
        unit,
        phase,
      })),
    })),
    notes: [...notes],
  };
}

/** Throws Problem INVALID_REQUEST. */
export function readAdjustment({ blocks }: OscpAdjustment): readonly ForecastedBlock[] {
  return blocks.map(({ from, to, ...block }, index) => {
    const startMs = parseInstant(from, `/blocks/${index}/from`);
    const endMs = parseInstant(to, `/blocks/${index}/to`);
    if (endMs <= startMs)
      throw new Problem('INVALID_REQUEST', 'It ends before it begins.', { field: `/blocks/${index}/to` });
    return { ...block, startMs, endMs };
  });
}
