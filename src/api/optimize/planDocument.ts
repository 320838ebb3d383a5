import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Type from 'typebox';
import type { ChargingPlan, LimitedBy } from '../../../optimizer/index.js';
import { PhaseName } from '../schemas.js';

/** Written at once; then whatever else has happened comes first. */
const CHUNK_CHARACTERS = 128 * 1024;

const kind = <K extends LimitedBy['by']>(by: K, description: string) =>
  Type.Object({ by: Type.Literal(by) }, { additionalProperties: false, description });

const CircuitId = Type.String({ description: 'A circuit of the problem.' });
const LimitedByDocument = Type.Union(
  [
    kind('absent', 'The slot does not lie wholly inside its stay.'),
    kind('energy', 'It has, or will have, what it wants.'),
    kind('evse', 'It has currentMaxA.'),
    kind('minimumCurrent', 'Its minimum does not fit.'),
    Type.Object(
      { by: Type.Literal('circuit'), circuitId: CircuitId, phase: PhaseName },
      { additionalProperties: false, description: 'This phase of this circuit is full.' },
    ),
    Type.Object(
      { by: Type.Literal('powerLimit'), circuitId: CircuitId },
      { additionalProperties: false, description: 'This circuit has all the power it may take.' },
    ),
    kind('demandCharge', 'More would raise a billed peak.'),
    kind('price', 'It waits for a better price.'),
  ],
  { title: 'PlanLimitedBy', description: 'What keeps it from more; where several hold, the first of this list.' },
);

const PerSession = Type.Array(Type.Number());
const Money = Type.Number();

export const PlanDocument = Type.Object(
  {
    status: Type.Enum(['optimal', 'feasible'], { description: 'optimal: within options.gap of the bound.' }),
    currentA: Type.Array(Type.Array(Type.Number()), { description: "Per session, in the problem's order, and slot." }),
    energyWh: PerSession,
    shortfallWh: PerSession,
    cost: Type.Object({ energy: Money, demand: Money, shortfall: Money, total: Money }),
    lowerBound: Type.Number({ description: 'No plan of the problem with every currentMinA read as 0 costs less.' }),
    gap: Type.Number({ description: '(cost.total - lowerBound) / max(0.01, |lowerBound|).' }),
    relaxedGap: Type.Number({ description: 'The same for the best plan found with every currentMinA read as 0.' }),
    limitedBy: Type.Array(Type.Array(LimitedByDocument), { description: 'Per session and slot.' }),
  },
  {
    title: 'ChargingPlan',
    examples: [
      {
        status: 'optimal',
        currentA: [[10, 16, 8]],
        energyWh: [23_460],
        shortfallWh: [0],
        cost: { energy: 4.554, demand: 0, shortfall: 0, total: 4.554 },
        lowerBound: 4.554,
        gap: 0,
        relaxedGap: 0,
        limitedBy: [[{ by: 'circuit', circuitId: 'grid', phase: 'L3' }, { by: 'evse' }, { by: 'energy' }]],
      },
    ],
  },
);

/** The plan as JSON, written piece by piece: as one text, a large one would keep the event loop for a tenth of a second and more. */
export function writePlan(plan: ChargingPlan): Readable {
  return Readable.from(inTurns(piecesOf(plan)));
}

async function* inTurns(pieces: Iterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
    await nextTurn();
  }
  yield chunk;
}

function* piecesOf({ currentA, limitedBy, ...figures }: ChargingPlan): Generator<string> {
  yield `${JSON.stringify(figures).slice(0, -1)},"currentA":`;
  yield* listOf(currentA, (row) => JSON.stringify(row));
  yield ',"limitedBy":';
  const texts = new Map<LimitedBy, string>();
  yield* listOf(limitedBy, (row) => `[${row.map((reason) => textOf(reason, texts)).join(',')}]`);
  yield '}';
}

function* listOf<T>(rows: readonly T[], write: (row: T) => string): Generator<string> {
  yield '[';
  for (const [index, row] of rows.entries()) yield index === 0 ? write(row) : `,${write(row)}`;
  yield ']';
}

/** Reasons are shared objects: each is written once. */
function textOf(reason: LimitedBy, texts: Map<LimitedBy, string>): string {
  const known = texts.get(reason);
  if (known !== undefined) return known;
  const text = JSON.stringify(reason);
  texts.set(reason, text);
  return text;
}
