import Type, { type Static } from 'typebox';
import type { Warning } from '../../control/service.js';
import type { CapacityLimit, Section14a, SiteModel } from '../../site/model.js';
import { Problem } from '../../site/problem.js';
import { leastPowerBelow } from '../../site/section14a.js';
import { indexSite } from '../../site/siteIndex.js';
import { parseInstant, writeInstant } from '../instant.js';
import { CircuitId, GridEventId, Instant, LimitId, LimitPerPhase, PhaseName, PowerLimit } from '../schemas.js';

/** What is worked out and shown: taken back as it was shown, and not read. */
const shown = <S extends object>(schema: S): S => ({ ...schema, readOnly: true });

const RatedPower = (of: string) =>
  Type.Number({ minimum: 0, maximum: 1_000_000_000, default: 0, description: `W that all ${of} are rated at.` });

const Section14aDocument = Type.Object(
  {
    mode: Type.Enum(['direct', 'ems'], {
      description: 'direct: 4.2 kW for each charge point. ems: a sum, by the simultaneity factor.',
    }),
    heatPumpsW: Type.Optional(RatedPower('heat pumps')),
    coolingW: Type.Optional(RatedPower('cooling')),
    chargePoints: Type.Optional(
      shown(Type.Integer({ description: 'Charge points above 4.2 kW below the circuit, as configured now.' })),
    ),
    leastPowerW: Type.Optional(shown(Type.Number({ description: 'W that the operator must leave all devices.' }))),
    chargingPowerW: Type.Optional(
      shown(Type.Number({ description: 'What of it is left to the cars. Absent: there is nothing here to dim.' })),
    ),
  },
  {
    title: 'Section14a',
    additionalProperties: false,
    description: 'A dimming under §14a EnWG (Germany), down to what the operator must leave.',
  },
);

const members = {
  limitId: Type.Optional(LimitId),
  circuitId: CircuitId,
  limitA: Type.Optional(LimitPerPhase),
  powerLimitW: Type.Optional(PowerLimit),
  chargingPowerLimitW: Type.Optional({ ...PowerLimit, description: 'W that the cars below may draw together.' }),
  section14a: Type.Optional(Section14aDocument),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  recurrence: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description:
        "RFC 5545 RRULE in the site's zone; each occurrence runs between the times of day of `from` and `to`, by the wall clock.",
    }),
  ),
  source: Type.Optional(Type.Enum(['owner', 'grid-operator'], { default: 'owner' })),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Why, for people.' })),
  eventId: Type.Optional(shown({ ...GridEventId, description: 'The grid event that it belongs to.' })),
};

export const LimitDocument = Type.Object(members, {
  title: 'Limit',
  additionalProperties: false,
  description:
    'A cap on a circuit besides its own rating: limitA per phase, powerLimitW of all that flows, chargingPowerLimitW of the cars alone, section14a, or several of these. It holds from `from` (else at once) until `to` (else until it is deleted). Caps are only ever combined by minimum.',
  examples: [
    {
      circuitId: 'grid',
      limitA: { L1: 40, L2: 40, L3: 40 },
      from: '2026-01-14T17:00:00+01:00',
      to: '2026-01-14T20:00:00+01:00',
      recurrence: 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
      source: 'owner',
      reason: 'The kitchen is busy.',
    },
    { circuitId: 'grid', powerLimitW: 20_000, source: 'grid-operator' },
    {
      circuitId: 'grid',
      section14a: { mode: 'ems', heatPumpsW: 19_700 },
      from: '2026-01-14T17:00:00+01:00',
      to: '2026-01-14T19:00:00+01:00',
      source: 'grid-operator',
    },
  ],
});
export type LimitDocument = Static<typeof LimitDocument>;

const code = Type.Enum(['FAILSAFE_EXCEEDS_LIMIT']);

export const WarningDocument = Type.Union(
  [
    Type.Object({
      code,
      circuitId: CircuitId,
      phase: PhaseName,
      failsafeSumA: Type.Number(),
      limitA: Type.Number(),
    }),
    Type.Object({ code, circuitId: CircuitId, failsafeSumW: Type.Number(), limitW: Type.Number() }),
  ],
  {
    title: 'Warning',
    description: 'For the time of the limit, failsafes are lowered below this circuit: on a phase, or in power.',
  },
);
export type WarningDocument = Static<typeof WarningDocument>;

export const StoredLimitDocument = Type.Object(
  { ...members, warnings: Type.Array(WarningDocument) },
  { title: 'StoredLimit', additionalProperties: false },
);
export type StoredLimitDocument = Static<typeof StoredLimitDocument>;

export const LimitList = Type.Object({ limits: Type.Array(LimitDocument) }, { title: 'LimitList' });

/** Throws Problem: INVALID_LIMIT, and INVALID_REQUEST for a limitId that is not the address's. */
export function readLimit(limitId: string, document: LimitDocument, nowMs: number): CapacityLimit {
  if (document.limitId !== undefined && document.limitId !== limitId) {
    throw new Problem('INVALID_REQUEST', `The body names the limit "${document.limitId}", the address "${limitId}".`, {
      field: '/limitId',
    });
  }
  const { limitA, powerLimitW, chargingPowerLimitW, section14a, recurrence, reason } = document;
  if ([limitA, powerLimitW, chargingPowerLimitW, section14a].every((one) => one === undefined)) {
    throw new Problem('INVALID_LIMIT', 'None of limitA, powerLimitW, chargingPowerLimitW and section14a is given.', {
      field: '/limitA',
    });
  }
  if (recurrence !== undefined && (document.from === undefined || document.to === undefined)) {
    throw new Problem('INVALID_LIMIT', 'A limit that recurs needs the start and the end of its first occurrence.', {
      field: document.from === undefined ? '/from' : '/to',
    });
  }
  const fromMs = document.from === undefined ? nowMs : parseInstant(document.from, '/from');
  const toMs = document.to === undefined ? 'open' : parseInstant(document.to, '/to');
  if (toMs !== 'open' && toMs <= fromMs) {
    throw new Problem('INVALID_LIMIT', 'It ends before it begins.', { field: '/to' });
  }
  return {
    limitId,
    circuitId: document.circuitId,
    ...(limitA === undefined ? {} : { limitA }),
    ...(powerLimitW === undefined ? {} : { powerLimitW }),
    ...(chargingPowerLimitW === undefined ? {} : { chargingPowerLimitW }),
    ...(section14a === undefined ? {} : { section14a: readSection14a(section14a) }),
    fromMs,
    toMs,
    ...(recurrence === undefined ? {} : { recurrence }),
    source: document.source ?? 'owner',
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What was only shown is left out. */
function readSection14a({ mode, heatPumpsW, coolingW }: Static<typeof Section14aDocument>): Section14a {
  return {
    mode,
    ...(heatPumpsW === undefined ? {} : { heatPumpsW }),
    ...(coolingW === undefined ? {} : { coolingW }),
  };
}

/** Writes limits of this site, with what a dimming comes to by its stations. */
export function limitWriter(site: SiteModel): (limit: CapacityLimit) => LimitDocument {
  const index = indexSite(site);
  return ({ fromMs, toMs, section14a, ...limit }) => ({
    ...limit,
    ...(section14a === undefined
      ? {}
      : { section14a: writeSection14a(section14a, leastPowerBelow(site, index, { ...limit, section14a })) }),
    from: writeInstant(fromMs),
    ...(toMs === 'open' ? {} : { to: writeInstant(toMs) }),
  });
}

function writeSection14a(
  section14a: Section14a,
  { chargePoints, totalW, chargingW }: ReturnType<typeof leastPowerBelow>,
): Static<typeof Section14aDocument> {
  return {
    ...section14a,
    chargePoints,
    leastPowerW: totalW,
    ...(chargingW === 'unlimited' ? {} : { chargingPowerW: chargingW }),
  };
}

export function writeWarnings(warnings: readonly Warning[]): WarningDocument[] {
  return warnings.map((warning) => ({ ...warning }));
}
