import Type, { type Static } from 'typebox';
import type { Warning } from '../../control/service.js';
import type { CapacityLimit } from '../../site/model.js';
import { Problem } from '../../site/problem.js';
import { parseInstant, writeInstant } from '../instant.js';
import { CircuitId, Instant, LimitId, LimitPerPhase, PhaseName, PowerLimit } from '../schemas.js';

const members = {
  limitId: Type.Optional(LimitId),
  circuitId: CircuitId,
  limitA: Type.Optional(LimitPerPhase),
  powerLimitW: Type.Optional(PowerLimit),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  recurrence: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: "RFC 5545 RRULE in the site's zone; each occurrence lasts from `from` to `to`.",
    }),
  ),
  source: Type.Optional(Type.Enum(['owner', 'grid-operator'], { default: 'owner' })),
};

export const LimitDocument = Type.Object(members, {
  title: 'Limit',
  additionalProperties: false,
  description:
    'A cap on a circuit besides its own rating: limitA, powerLimitW or both. It holds from `from` (else at once) until `to` (else until it is deleted).',
  examples: [
    {
      circuitId: 'grid',
      limitA: { L1: 40, L2: 40, L3: 40 },
      from: '2026-01-14T17:00:00+01:00',
      to: '2026-01-14T20:00:00+01:00',
      recurrence: 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
      source: 'owner',
    },
    { circuitId: 'grid', powerLimitW: 20_000, source: 'grid-operator' },
  ],
});
export type LimitDocument = Static<typeof LimitDocument>;

const WarningDocument = Type.Object(
  {
    code: Type.Enum(['FAILSAFE_EXCEEDS_LIMIT']),
    circuitId: CircuitId,
    phase: PhaseName,
    failsafeSumA: Type.Number(),
    limitA: Type.Number(),
  },
  { title: 'Warning', description: 'For the time of the limit, failsafes are lowered below this circuit.' },
);

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
  if (document.limitA === undefined && document.powerLimitW === undefined) {
    throw new Problem('INVALID_LIMIT', 'Neither limitA nor powerLimitW is given.', { field: '/limitA' });
  }
  if (document.recurrence !== undefined && (document.from === undefined || document.to === undefined)) {
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
    ...(document.limitA === undefined ? {} : { limitA: document.limitA }),
    ...(document.powerLimitW === undefined ? {} : { powerLimitW: document.powerLimitW }),
    fromMs,
    toMs,
    ...(document.recurrence === undefined ? {} : { recurrence: document.recurrence }),
    source: document.source ?? 'owner',
  };
}

export function writeLimit({ fromMs, toMs, ...limit }: CapacityLimit): LimitDocument {
  return {
    ...limit,
    from: writeInstant(fromMs),
    ...(toMs === 'open' ? {} : { to: writeInstant(toMs) }),
  };
}

export function writeStoredLimit(limit: CapacityLimit, warnings: readonly Warning[]): StoredLimitDocument {
  return { ...writeLimit(limit), warnings: warnings.map((warning) => ({ ...warning })) };
}
