import Type, { type Static, type TSchema } from 'typebox';
import type { ChargingProblem } from '../../../optimizer/index.js';
import { HINT, nullable, PhaseName } from '../schemas.js';
import { DEMAND_CHARGES_MAX, OPTIMIZE_TIME_MAX_MS, OPTIMIZE_TIME_MS, SLOTS_MAX } from './bounds.js';

// The optimizer's own ChargingProblem (optimizer/types.ts) as JSON. What only makes sense of the whole (lengths, the tree, known
// ids) the optimizer says itself, in its thread. Bounds on numbers keep sums and products far from where doubles overflow.

const CURRENT_MAX_A = 100_000;
const POWER_MAX_W = 1_000_000_000;
const PRICE_MAX = 1_000_000_000;
/** What a Date can hold. */
const INSTANT_MAX_MS = 8_640_000_000_000_000;
const WINDOW_MAX_MS = 366 * 86_400_000;

const Id = (description: string) => Type.String({ minLength: 1, maxLength: 200, description });
const Instant = (description: string) =>
  Type.Number({ minimum: -INSTANT_MAX_MS, maximum: INSTANT_MAX_MS, description: `${description} Epoch milliseconds.` });
const Price = (description: string) => Type.Number({ minimum: 0, maximum: PRICE_MAX, description });

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}
const CURRENT: Range = { minimum: 0, maximum: CURRENT_MAX_A };

/** One number for every slot, or one per slot. */
function series(range: Range, description: string, more: readonly TSchema[] = []) {
  const alternatives = [
    Type.Number({ ...range }),
    Type.Array(Type.Number({ ...range }), { maxItems: SLOTS_MAX }),
    ...more,
  ];
  return Type.Unsafe<number | number[]>(
    Type.Union(alternatives, { description: `${description} One number for every slot, or a list with one per slot.` }),
  );
}

const PhaseLimit = Type.Unsafe<number | number[] | 'unlimited'>(
  series(CURRENT, 'A, or "unlimited".', [Type.Literal('unlimited')]),
);

const CircuitDocument = Type.Object(
  {
    id: Id('Chosen by the caller.'),
    parentId: nullable(Id('The circuit it hangs below; null for the one root.')),
    limitA: Type.Object(
      { L1: PhaseLimit, L2: PhaseLimit, L3: PhaseLimit },
      {
        additionalProperties: false,
        description: 'What the cars may take per phase: the load of everything else already taken off.',
        [HINT]: 'name all three of L1, L2 and L3; a phase that is not there is 0',
      },
    ),
    powerLimitW: Type.Optional(series({ minimum: 0, maximum: POWER_MAX_W }, 'W that the cars may take together.')),
  },
  { title: 'ProblemCircuit', additionalProperties: false },
);

const SessionDocument = Type.Object(
  {
    id: Id('Chosen by the caller.'),
    circuitId: Id('A circuit of the problem.'),
    phases: Type.Array(PhaseName, {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      description: 'The grid phases it loads; it draws the same current on each.',
      [HINT]: 'name one to three of "L1", "L2", "L3", each once',
    }),
    voltageV: Type.Number({
      minimum: 1,
      maximum: 100_000,
      description: 'Phase to neutral; power in W is currentA * voltageV * phases.length.',
    }),
    currentMinA: Type.Number({ ...CURRENT, description: 'Per slot it gets 0, or between this and currentMaxA.' }),
    currentMaxA: series(CURRENT, '0, or at least currentMinA.'),
    arrivalMs: Type.Optional(Instant('It charges only in slots that lie wholly after it.')),
    departureMs: Type.Optional(Instant('It charges only in slots that lie wholly before it.')),
    energyWh: Type.Number({ minimum: 0, maximum: 1_000_000_000, description: 'Wanted by departure, never exceeded.' }),
    shortfallPricePerKwh: Price('What a kWh not delivered costs: the priority.'),
    weight: Type.Optional(
      Type.Number({
        minimum: 0.000_001,
        maximum: 1_000_000,
        default: 1,
        description: 'Its share under fair division.',
      }),
    ),
    reservedA: Type.Optional(
      series(CURRENT, 'Set aside for it, whatever it is planned to draw: its load counts as the larger of the two.'),
    ),
    promisedA: Type.Optional(series(CURRENT, 'Given before others are raised, under fair division only.')),
    lastSwitch: Type.Optional(
      Type.Object(
        { on: Type.Boolean(), atMs: Instant('Since when.') },
        {
          additionalProperties: false,
          description: 'Whether it was being given current just before the first slot; leave it out if it never was.',
        },
      ),
    ),
  },
  { title: 'ProblemSession', additionalProperties: false },
);

const DemandChargeDocument = Type.Object(
  {
    circuitId: Id('A circuit of the problem.'),
    pricePerKw: Price('On the peak above peakSoFarKw.'),
    peakSoFarKw: Type.Number({ minimum: 0, maximum: POWER_MAX_W / 1_000 }),
    baseLoadKw: Type.Optional(
      series({ minimum: -POWER_MAX_W / 1_000, maximum: POWER_MAX_W / 1_000 }, 'What the building takes here.'),
    ),
    weight: Type.Optional(series({ minimum: 0, maximum: 1_000_000 }, 'How much a slot counts.')),
    windowMs: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: WINDOW_MAX_MS,
        description: 'Peaks are means over windows that begin at its multiples since the epoch. Default: each slot.',
      }),
    ),
    windowSoFarKwh: Type.Optional(
      Type.Number({
        minimum: -POWER_MAX_W,
        maximum: POWER_MAX_W,
        description: 'Taken before the first slot in the window that runs then.',
      }),
    ),
    slots: Type.Optional(
      Type.Unsafe<[number, number]>(
        Type.Array(Type.Integer({ minimum: 0, maximum: SLOTS_MAX }), {
          minItems: 2,
          maxItems: 2,
          description: 'Counted are the slots from the first to before the second. Default: all.',
        }),
      ),
    ),
  },
  { title: 'DemandCharge', additionalProperties: false, description: 'A price on the largest mean power.' },
);

const OptionsDocument = Type.Object(
  {
    gap: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0.001,
        description: 'A plan this close to the proven bound, relative to it, counts as optimal.',
      }),
    ),
    timeLimitMs: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: OPTIMIZE_TIME_MAX_MS,
        default: OPTIMIZE_TIME_MS,
        description: 'After this long the best plan found is answered; the first plan is always finished.',
      }),
    ),
    minimumCurrent: Type.Optional(
      Type.Enum(['respect', 'relax'], { default: 'respect', description: '"relax" reads every currentMinA as 0.' }),
    ),
  },
  { title: 'OptimizeOptions', additionalProperties: false },
);

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 14, 17);

export const ProblemDocument = Type.Object(
  {
    boundariesMs: Type.Array(Instant('Slot t is [boundariesMs[t], boundariesMs[t + 1]).'), {
      minItems: 2,
      description: 'Ascending.',
    }),
    circuits: Type.Array(CircuitDocument, { minItems: 1, description: 'A tree: exactly one has parentId null.' }),
    sessions: Type.Array(SessionDocument),
    energyPricePerKwh: Type.Array(Type.Number({ minimum: -PRICE_MAX, maximum: PRICE_MAX }), {
      description: 'One for each slot.',
    }),
    demandCharges: Type.Optional(Type.Array(DemandChargeDocument, { maxItems: DEMAND_CHARGES_MAX })),
    options: Type.Optional(OptionsDocument),
  },
  {
    title: 'ChargingProblem',
    additionalProperties: false,
    description: 'Which car should draw what, when. Nothing of it is stored. Money is in any one currency.',
    examples: [
      {
        boundariesMs: [START_MS, START_MS + HOUR_MS, START_MS + 2 * HOUR_MS, START_MS + 3 * HOUR_MS],
        circuits: [{ id: 'grid', parentId: null, limitA: { L1: 20, L2: 20, L3: [10, 20, 20] } }],
        sessions: [
          {
            id: 'car-1',
            circuitId: 'grid',
            phases: ['L1', 'L2', 'L3'],
            voltageV: 230,
            currentMinA: 6,
            currentMaxA: 16,
            departureMs: START_MS + 3 * HOUR_MS,
            energyWh: 23_460,
            shortfallPricePerKwh: 1,
          },
        ],
        energyPricePerKwh: [0.1, 0.2, 0.3],
        options: { timeLimitMs: 2_000 },
      },
    ],
  },
);
export type ProblemDocument = Static<typeof ProblemDocument>;

export function readProblem({ options = {}, ...problem }: ProblemDocument): {
  readonly problem: ChargingProblem;
  readonly options: Static<typeof OptionsDocument> & { readonly timeLimitMs: number };
} {
  return { problem, options: { ...options, timeLimitMs: options.timeLimitMs ?? OPTIMIZE_TIME_MS } };
}
