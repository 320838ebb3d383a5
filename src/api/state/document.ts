import Type, { type Static } from 'typebox';
import type { EvseView, SiteView } from '../../control/service.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { LimitChangeDocument, LimitInForceDocument, writeLimitsInForce } from '../limits/windowDocument.js';
import {
  ExternalSource,
  Instant,
  LimitedByDocument,
  MeasuredPerPhase,
  MeasuredPower,
  nullable,
  PhaseName,
  TransactionIdOnWire,
  ViewPerPhase,
} from '../schemas.js';
import { writeLimitedBy } from '../sessions/document.js';
import { StationQuirkDocument, writeQuirk } from '../stations/quirkDocument.js';

const EVSE_STATUSES = [
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
  'unknown',
] as const;

const CircuitState = Type.Object(
  {
    id: Type.String(),
    parentId: nullable(Type.String()),
    limitA: ViewPerPhase,
    powerLimitW: Type.Optional(Type.Number()),
    reservedW: Type.Optional(Type.Number({ description: 'At most, base load included; only beside a power limit.' })),
    chargingPowerLimitW: Type.Optional(Type.Number({ description: 'Of the cars below together.' })),
    reservedChargingW: Type.Optional(
      Type.Number({ description: 'What they could draw at most; only beside a limit on the charging.' }),
    ),
    loadA: ViewPerPhase,
    baseLoadA: ViewPerPhase,
    reservedA: ViewPerPhase,
    headroomA: ViewPerPhase,
    meter: Type.Enum(['fresh', 'stale', 'none']),
    limits: Type.Array(LimitInForceDocument, { description: "What is in force now, the circuit's own rating first." }),
    next: nullable(LimitChangeDocument),
  },
  {
    title: 'CircuitState',
    description:
      'limitA: in force now. loadA: what flows. baseLoadA: what else than cars is taken to flow. reservedA: what the cars could draw at most, given every message that may or may not have arrived. headroomA: limitA - baseLoadA - reservedA. next: null where nothing changes within two days.',
  },
);

const ExternalLimit = Type.Object(
  {
    source: ExternalSource,
    scope: Type.Enum(['evse', 'station'], { description: 'Of this EVSE, or of all of its station together.' }),
    isGridCritical: Type.Boolean(),
    limit: Type.Union([Type.Number(), Type.Null()], {
      description: "Now, in the unit of the station's word. Null: it did not say how much, or it begins later.",
    }),
    rateUnit: nullable(Type.Enum(['A', 'W'])),
    limitA: Type.Union([Type.Number(), Type.Null()], { description: 'As A per phase on the grid side of this EVSE.' }),
    until: Type.Union([Instant, Type.Null()], { description: 'Null: without an end.' }),
  },
  { title: 'ExternalLimit', description: 'The station says that somebody else than us limits it.' },
);

const EvseState = Type.Object(
  {
    id: Type.Integer(),
    kind: Type.Enum(['AC', 'DC']),
    phases: Type.Array(PhaseName),
    status: Type.Enum([...EVSE_STATUSES]),
    limitA: Type.Number({ description: 'What it is told to keep to now.' }),
    reservedA: Type.Number({ description: 'What it could draw at most.' }),
    currentA: Type.Union([ViewPerPhase, Type.Literal('unknown')], {
      description: 'Measured, per grid phase; "unknown" before the first meter value.',
    }),
    limitedBy: nullable(LimitedByDocument),
    externalLimits: Type.Array(ExternalLimit),
    transaction: nullable(
      Type.Object({
        transactionId: TransactionIdOnWire,
        sessionId: Type.String(),
        startedAt: Instant,
        energyWh: Type.Number(),
        priorityCharging: Type.Boolean({
          description: 'Somebody at its station asked for the most (OCPP 2.1): the session has priority 10 meanwhile.',
        }),
      }),
    ),
  },
  { title: 'EvseState' },
);

const StationState = Type.Object(
  {
    id: Type.String(),
    circuitId: Type.String(),
    online: Type.Boolean(),
    ocppVersion: nullable(Type.Enum(['1.6', '2.0.1', '2.1'])),
    vendor: nullable(Type.String()),
    model: nullable(Type.String()),
    firmwareVersion: nullable(Type.String()),
    control: Type.Enum(['controlled', 'unconfirmed', 'refuses', 'disobeys', 'neverSeen'], {
      description: 'controlled: obeys and is confirmed. The others are counted at what they may draw.',
    }),
    failsafe: Type.Object({ limitA: Type.Number(), confirmed: Type.Boolean() }),
    quirks: Type.Array(StationQuirkDocument),
    evses: Type.Array(EvseState),
  },
  { title: 'StationState' },
);

const Excess = Type.Array(
  Type.Union([
    Type.Object({ circuitId: Type.String(), phase: PhaseName, excessA: Type.Number() }),
    Type.Object({ circuitId: Type.String(), excessW: Type.Number() }),
  ]),
  { description: 'By how much the worst case exceeds a phase or the power limit of a circuit; empty when protected.' },
);

export const SiteState = Type.Object(
  {
    siteId: Type.String(),
    name: Type.String(),
    at: Instant,
    site: Type.Enum(['protected', 'unprotected'], { description: 'Would every fuse hold, whatever happens next?' }),
    excess: Excess,
    protection: Type.Union([
      Type.Object({ status: Type.Literal('protected') }),
      Type.Object({ status: Type.Literal('unprotected'), excess: Excess }),
    ]),
    circuits: Type.Array(CircuitState),
    stations: Type.Array(StationState),
  },
  { title: 'SiteState' },
);
export type SiteState = Static<typeof SiteState>;

export const ReadingDocument = Type.Object(
  {
    circuitId: Type.String({ minLength: 1, maxLength: 64 }),
    timestamp: Type.Optional(Instant),
    currentA: MeasuredPerPhase,
    powerW: Type.Optional(MeasuredPower),
  },
  {
    title: 'CircuitReading',
    additionalProperties: false,
    description: "What a circuit's own meter says flows through it, cars included. Without a timestamp: now.",
    examples: [
      {
        circuitId: 'grid',
        timestamp: '2026-01-14T14:20:00+01:00',
        currentA: { L1: 41.2, L2: 38, L3: 44.9 },
        powerW: 27_900,
      },
    ],
  },
);

export function writeState({ atMs, protection, ...view }: SiteView): SiteState {
  const excess = () => (protection.status === 'unprotected' ? protection.excess.map((one) => ({ ...one })) : []);
  return {
    siteId: view.siteId,
    name: view.name,
    at: writeInstant(atMs),
    site: protection.status,
    excess: excess(),
    protection:
      protection.status === 'unprotected' ? { status: 'unprotected', excess: excess() } : { status: 'protected' },
    circuits: view.circuits.map((circuit) => ({ ...circuit, ...writeLimitsInForce(circuit) })),
    stations: view.stations.map((station) => ({
      ...station,
      quirks: station.quirks.map(writeQuirk),
      evses: station.evses.map(writeEvse),
    })),
  };
}

function writeEvse({ transaction, externalLimits, ...evse }: EvseView): SiteState['stations'][number]['evses'][number] {
  return {
    ...evse,
    phases: [...evse.phases],
    limitedBy: writeLimitedBy(evse.limitedBy),
    externalLimits: externalLimits.map(({ untilMs, ...limit }) => ({ ...limit, until: writeInstantOrNull(untilMs) })),
    transaction:
      transaction === null
        ? null
        : {
            transactionId: transaction.transactionId,
            sessionId: transaction.sessionId,
            startedAt: writeInstant(transaction.startedAtMs),
            energyWh: transaction.energyWh,
            priorityCharging: transaction.priorityCharging,
          },
  };
}
