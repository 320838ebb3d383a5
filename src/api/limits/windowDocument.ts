import Type, { type Static } from 'typebox';
import { CALENDAR_SPAN_MAX_MS } from '../../control/limits/limitCalendar.js';
import type { CircuitView, LimitCalendar } from '../../control/service.js';
import { Problem } from '../../site/problem.js';
import { parseInstant, writeInstant, writeInstantOrNull } from '../instant.js';
import { Instant, nullable, ViewPerPhase } from '../schemas.js';

const DAY_MS = 86_400_000;
const SPAN_DEFAULT_MS = 7 * DAY_MS;
export const SPAN_MAX_DAYS = CALENDAR_SPAN_MAX_MS / DAY_MS;

const combined = {
  limitA: ViewPerPhase,
  powerLimitW: Type.Optional(Type.Number()),
  chargingPowerLimitW: Type.Optional(Type.Number({ description: 'Of the cars below together.' })),
};
const stated = { ...combined, limitA: Type.Optional(ViewPerPhase) };
const why = { reason: Type.Optional(Type.String()), eventId: Type.Optional(Type.String()) };
const until = Type.Union([Instant, Type.Null()], { description: 'Null: until it is deleted.' });

export const LimitInForceDocument = Type.Object(
  {
    limitId: Type.Union([Type.String(), Type.Null()], { description: "Null: the circuit's own rating." }),
    source: Type.Enum(['circuit', 'owner', 'grid-operator']),
    ...stated,
    from: nullable(Instant),
    until,
    ...why,
    binding: Type.Array(Type.Enum(['L1', 'L2', 'L3', 'power', 'chargingPower']), {
      description: 'Where none that is in force is lower.',
    }),
  },
  { title: 'LimitInForce', description: 'A limit in force now, and where it is the one that holds.' },
);

export const LimitChangeDocument = Type.Object(
  {
    at: Instant,
    ...combined,
    begins: Type.Array(Type.String(), { description: 'Limits that begin then.' }),
    ends: Type.Array(Type.String(), { description: 'Limits that end then.' }),
  },
  { title: 'LimitChange', description: 'When the circuit is next limited to something else, and to what.' },
);

export const LimitWindows = Type.Object(
  {
    from: Instant,
    to: Instant,
    windows: Type.Array(
      Type.Object({
        limitId: Type.String(),
        circuitId: Type.String(),
        source: Type.Enum(['owner', 'grid-operator']),
        ...stated,
        from: Instant,
        until,
        ...why,
      }),
    ),
    circuits: Type.Array(
      Type.Object({
        id: Type.String(),
        intervals: Type.Array(Type.Object({ from: Instant, to: Instant, ...combined })),
      }),
    ),
  },
  {
    title: 'LimitWindows',
    description:
      'windows: when each limit holds, recurring ones once for each occurrence. circuits: what each is limited to by all of them, its own rating included.',
  },
);
export type LimitWindows = Static<typeof LimitWindows>;

/** Default: the week that begins now. */
export function readSpan(
  { from, to }: { readonly from?: string; readonly to?: string },
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const fromMs = from === undefined ? nowMs : parseInstant(from, 'from');
  const toMs = to === undefined ? fromMs + SPAN_DEFAULT_MS : parseInstant(to, 'to');
  if (toMs <= fromMs) throw new Problem('INVALID_REQUEST', 'The span ends before it begins.', { field: 'to' });
  if (toMs - fromMs > SPAN_MAX_DAYS * DAY_MS) {
    throw new Problem('INVALID_REQUEST', `The span is longer than ${SPAN_MAX_DAYS} days.`, { field: 'to' });
  }
  return { fromMs, toMs };
}

export function writeCalendar({ fromMs, toMs, windows, circuits }: LimitCalendar): LimitWindows {
  return {
    from: writeInstant(fromMs),
    to: writeInstant(toMs),
    windows: windows.map(({ fromMs: beginsMs, untilMs, ...window }) => ({
      ...window,
      from: writeInstant(beginsMs),
      until: writeInstantOrNull(untilMs),
    })),
    circuits: circuits.map(({ id, intervals }) => ({
      id,
      intervals: intervals.map(({ fromMs: beginsMs, toMs: endsMs, ...limits }) => ({
        from: writeInstant(beginsMs),
        to: writeInstant(endsMs),
        ...limits,
      })),
    })),
  };
}

export function writeLimitsInForce({ limits, next }: Pick<CircuitView, 'limits' | 'next'>): {
  limits: Static<typeof LimitInForceDocument>[];
  next: Static<typeof LimitChangeDocument> | null;
} {
  return {
    limits: limits.map(({ fromMs, untilMs, binding, ...limit }) => ({
      ...limit,
      from: writeInstantOrNull(fromMs),
      until: writeInstantOrNull(untilMs),
      binding: [...binding],
    })),
    next: next === null ? null : writeChange(next),
  };
}

function writeChange({
  atMs,
  begins,
  ends,
  ...limits
}: NonNullable<CircuitView['next']>): Static<typeof LimitChangeDocument> {
  return { at: writeInstant(atMs), ...limits, begins: [...begins], ends: [...ends] };
}
