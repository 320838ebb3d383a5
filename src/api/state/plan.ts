import Type, { type Static } from 'typebox';
import type { PlanView } from '../../control/service.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { Instant, LimitedByDocument, nullable } from '../schemas.js';
import { writeLimitedBy } from '../sessions/document.js';

const PerSlot = Type.Array(Type.Number());
const PerPhasePerSlot = Type.Object({ L1: PerSlot, L2: PerSlot, L3: PerSlot });

const PlanPricesDocument = Type.Object(
  {
    from: Type.Enum(['published', 'fallback', 'none'], {
      description:
        'published: all prices are. fallback: from publishedUntil on those of earlier days stand in. none: for some time there are not even those, and the last known price stands in; or a tariff that the site names is not there, and is left out.',
    }),
    publishedUntil: nullable(Instant),
    energyPricePerKwh: Type.Array(Type.Number(), { description: 'All-in, VAT included, per slot.' }),
    demandCharges: Type.Array(
      Type.Object({
        circuitId: Type.String(),
        pricePerKw: Type.Number(),
        peakSoFarKw: Type.Number({ description: 'Up to this a peak costs nothing more.' }),
        windowS: Type.Union([Type.Number(), Type.Null()], {
          description: 'Peaks are means over so long; null: over each slot.',
        }),
        from: Instant,
        to: Instant,
      }),
      { description: 'What a peak costs, as the schedule counts with it: of a mean of several days, a part for each.' },
    ),
  },
  { title: 'PlanPrices', description: 'What the schedule was made with.' },
);

export const PlanDocument = Type.Object(
  {
    siteId: Type.String(),
    computedAt: nullable(Instant),
    boundaries: Type.Array(Instant, { description: 'Slot t is [boundaries[t], boundaries[t+1]).' }),
    boundariesMs: Type.Array(Type.Number(), { description: 'The same as epoch milliseconds.' }),
    sessions: Type.Array(
      Type.Object({
        sessionId: Type.String(),
        stationId: Type.String(),
        evseId: Type.Integer(),
        currentA: PerSlot,
        limitedBy: Type.Array(nullable(LimitedByDocument), {
          description: 'Null in slots of a schedule that was made before this session was known.',
        }),
      }),
    ),
    circuits: Type.Array(
      Type.Object(
        { id: Type.String(), limitA: PerPhasePerSlot, loadA: PerPhasePerSlot },
        {
          description: 'loadA: cars and base load as planned.',
        },
      ),
    ),
    cost: Type.Object({ energy: Type.Number(), demand: Type.Number(), shortfall: Type.Number(), total: Type.Number() }),
    currency: Type.Union([Type.String(), Type.Null()], {
      description: 'Of cost and prices. Null where nothing costs anything, or nothing is scheduled yet.',
    }),
    prices: nullable(PlanPricesDocument),
    gap: nullable(Type.Number()),
    lowerBound: nullable(Type.Number()),
    relaxedGap: nullable(Type.Number()),
    schedule: nullable(
      Type.Object(
        {
          computedAt: Instant,
          from: Instant,
          status: Type.Enum(['optimal', 'feasible']),
        },
        { description: 'Slots from here on are the schedule; those before are the near plan.' },
      ),
    ),
  },
  {
    title: 'Plan',
    description:
      "The next two hours as the stations are told, then the schedule for the rest of a day or two. cost, gap (how far from the best it may be), lowerBound and relaxedGap (with minimum currents left aside) are those of the schedule where there is one, in the currency of the site's tariffs.",
  },
);
export type PlanDocument = Static<typeof PlanDocument>;

export function writePlan({ computedAtMs, schedule, ...plan }: PlanView): PlanDocument {
  return {
    siteId: plan.siteId,
    computedAt: writeInstantOrNull(computedAtMs),
    boundaries: plan.boundariesMs.map(writeInstant),
    boundariesMs: [...plan.boundariesMs],
    sessions: plan.sessions.map((session) => ({
      ...session,
      currentA: [...session.currentA],
      limitedBy: session.limitedBy.map(writeLimitedBy),
    })),
    circuits: plan.circuits.map(({ id, limitA, loadA }) => ({
      id,
      limitA: writeSlots(limitA),
      loadA: writeSlots(loadA),
    })),
    cost: plan.cost,
    currency: plan.prices?.currency ?? null,
    prices: plan.prices === null ? null : writePrices(plan.prices),
    gap: plan.gap,
    lowerBound: plan.lowerBound,
    relaxedGap: plan.relaxedGap,
    schedule: schedule === null ? null : writeSchedule(schedule),
  };
}

function writeSchedule({ computedAtMs, fromMs, status }: NonNullable<PlanView['schedule']>) {
  return { computedAt: writeInstant(computedAtMs), from: writeInstant(fromMs), status };
}

function writePrices({
  from,
  publishedUntilMs,
  energyPricePerKwh,
  demandCharges,
}: NonNullable<PlanView['prices']>): Static<typeof PlanPricesDocument> {
  return {
    from,
    publishedUntil: writeInstantOrNull(publishedUntilMs),
    energyPricePerKwh: [...energyPricePerKwh],
    demandCharges: demandCharges.map(({ windowMs, fromMs, toMs, ...charge }) => ({
      ...charge,
      windowS: windowMs === null ? null : windowMs / 1_000,
      from: writeInstant(fromMs),
      to: writeInstant(toMs),
    })),
  };
}

function writeSlots(perPhase: PlanView['circuits'][number]['limitA']): Static<typeof PerPhasePerSlot> {
  return { L1: [...perPhase.L1], L2: [...perPhase.L2], L3: [...perPhase.L3] };
}
