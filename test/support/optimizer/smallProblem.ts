import type {
  ChargingProblem,
  DemandCharge,
  Phase,
  ProblemCircuit,
  ProblemSession,
  Series,
} from '../../../optimizer/index.js';
import { SeededRandom } from '../seededRandom.js';

// Problems of a few cars and slots in which anything the contract allows may turn up, small enough for an exact search and to be
// read. Nothing is calibrated: some are empty of choice, some hopeless.

const START_MS = Date.UTC(2026, 0, 12, 7);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PHASE_SETS: readonly (readonly Phase[])[] = [
  ['L1'],
  ['L2'],
  ['L3'],
  ['L1', 'L2'],
  ['L3', 'L1'],
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
];

/** One to eight sessions, two to twelve slots, one to five circuits. */
export function smallProblem(seed: number): ChargingProblem {
  const random = new SeededRandom(Math.imul(seed, 0x85ebca6b) ^ 0x2545f491);
  const boundariesMs = drawBoundaries(random);
  const slots = boundariesMs.length - 1;
  const circuits = drawCircuits(random, slots);
  const level = random.between(0.05, 0.3);
  const charges = Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, () =>
    drawCharge(random, boundariesMs, circuits),
  );
  return {
    boundariesMs,
    circuits,
    sessions: Array.from({ length: random.integer(1, 8) }, (_, index) => ({
      id: `s${index}`,
      circuitId: random.pick(circuits).id,
      ...drawSession(random, boundariesMs),
    })),
    // Repeated prices and sign changes: ties are where planners go wrong.
    energyPricePerKwh: Array.from({ length: slots }, () =>
      random.chance(0.3) ? level : random.between(random.chance(0.2) ? -0.2 : 0, 0.4),
    ),
    ...(charges.length === 0 ? {} : { demandCharges: charges }),
  };
}

function drawBoundaries(random: SeededRandom): readonly number[] {
  const slots = random.integer(2, 12);
  const minutes = random.pick([15, 30, 60, 'mixed'] as const);
  const boundariesMs = [START_MS + random.pick([0, 0, 15, 45]) * MINUTE_MS];
  let atMs = boundariesMs[0] ?? START_MS;
  for (let slot = 0; slot < slots; slot++) {
    atMs += (minutes === 'mixed' ? random.pick([5, 10, 15, 60]) : minutes) * MINUTE_MS;
    boundariesMs.push(atMs);
  }
  return boundariesMs;
}

function drawCircuits(random: SeededRandom, slots: number): readonly ProblemCircuit[] {
  return Array.from({ length: random.integer(1, 5) }, (_, index) => {
    const limitA = random.pick([16, 25, 40, 63, 100]);
    const limit = () =>
      random.chance(0.15) ? 'unlimited' : drawLimit(random, limitA * random.between(0.7, 1.1), slots);
    const powerLimitW = random.chance(0.2) ? drawLimit(random, limitA * 3 * 230 * random.between(0.4, 1), slots) : null;
    return {
      id: `c${index}`,
      parentId: index === 0 ? null : `c${random.integer(0, index - 1)}`,
      limitA: { L1: limit(), L2: limit(), L3: limit() },
      ...(powerLimitW === null ? {} : { powerLimitW }),
    };
  });
}

function drawLimit(random: SeededRandom, usual: number, slots: number): Series {
  if (random.chance(0.5)) return usual;
  return Array.from({ length: slots }, () => (random.chance(0.1) ? 0 : usual * random.between(0.4, 1)));
}

function drawSession(random: SeededRandom, boundariesMs: readonly number[]): Omit<ProblemSession, 'id' | 'circuitId'> {
  const slots = boundariesMs.length - 1;
  const phases = random.pick(PHASE_SETS);
  const voltageV = random.chance(0.2) ? random.pick([104, 120]) : 230;
  const isDirect = random.chance(0.15);
  const currentMinA = isDirect ? 0 : random.pick([6, 6, 6, 8]);
  const usualA = isDirect ? random.between(30, 120) : random.pick([10, 16, 32]);
  const currentMaxA = random.chance(0.25) ? drawMaximum(random, { currentMinA, usualA, slots }) : usualA;
  // A whole stay at full power, at most one and a half times over: some cannot have what they want.
  const hours = ((boundariesMs[slots] ?? 0) - (boundariesMs[0] ?? 0)) / HOUR_MS;
  const fullWh = usualA * voltageV * phases.length * hours;
  return {
    phases,
    voltageV,
    currentMinA,
    currentMaxA,
    ...drawStay(random, boundariesMs),
    energyWh: random.chance(0.05) ? 0 : fullWh * random.between(0.02, random.chance(0.2) ? 1.5 : 0.6),
    shortfallPricePerKwh: random.chance(0.1) ? random.between(0, 0.3) : random.pick([1, 4, 8, 20]),
    ...(random.chance(0.3) ? { weight: random.pick([0.5, 2, 3]) } : {}),
    ...(random.chance(0.25) ? { reservedA: drawReservation(random, usualA, slots) } : {}),
    ...(random.chance(0.3) ? { lastSwitch: drawSwitch(random, boundariesMs[0] ?? 0) } : {}),
  };
}

function drawMaximum(
  random: SeededRandom,
  of: { readonly currentMinA: number; readonly usualA: number; readonly slots: number },
): readonly number[] {
  const { currentMinA, usualA, slots } = of;
  return Array.from({ length: slots }, () =>
    random.chance(0.2) ? 0 : currentMinA + (usualA - currentMinA) * random.between(0, 1),
  );
}

/** Instants need not be on slot boundaries; a stay may hold no whole slot, or reach beyond the horizon. */
function drawStay(random: SeededRandom, boundariesMs: readonly number[]) {
  const slots = boundariesMs.length - 1;
  const startMs = boundariesMs[0] ?? 0;
  const endMs = boundariesMs[slots] ?? startMs;
  const middleMs = boundariesMs.findLast((ms) => ms <= (startMs + endMs) / 2) ?? startMs;
  const within = (low: number, high: number) => Math.round(startMs + (endMs - startMs) * random.between(low, high));
  return {
    ...(random.chance(0.4) ? { arrivalMs: random.chance(0.5) ? within(-0.2, 0.45) : middleMs } : {}),
    ...(random.chance(0.7) ? { departureMs: random.chance(0.5) ? within(0.55, 1.2) : endMs } : {}),
  };
}

function drawReservation(random: SeededRandom, usualA: number, slots: number): Series {
  const reservedA = random.pick([6, 6, usualA / 2, usualA, usualA * 1.5]);
  if (random.chance(0.5)) return reservedA;
  const untilSlot = random.integer(1, slots);
  return Array.from({ length: slots }, (_, slot) => (slot < untilSlot ? reservedA : 0));
}

function drawSwitch(random: SeededRandom, nowMs: number) {
  return { on: random.chance(0.5), atMs: nowMs - Math.round(random.between(0, 30) * MINUTE_MS) };
}

function drawCharge(
  random: SeededRandom,
  boundariesMs: readonly number[],
  circuits: readonly ProblemCircuit[],
): DemandCharge {
  const slots = boundariesMs.length - 1;
  const windowMs = random.chance(0.5) ? windowThatFits(boundariesMs) : null;
  const to = random.integer(1, slots);
  const baseLoadKw = random.between(-5, 20);
  return {
    circuitId: random.pick(circuits).id,
    pricePerKw: random.between(0, 8),
    peakSoFarKw: random.between(0, 35),
    baseLoadKw: random.chance(0.5) ? baseLoadKw : boundariesMs.slice(1).map(() => baseLoadKw + random.between(-5, 5)),
    ...(random.chance(0.3) ? { weight: boundariesMs.slice(1).map(() => random.pick([0, 0.5, 1])) } : {}),
    ...(windowMs === null ? {} : { windowMs, windowSoFarKwh: random.between(-1, 4) }),
    ...(windowMs === null && random.chance(0.3) ? { slots: [random.integer(0, to), to] as const } : {}),
  };
}

/** The shortest of the usual windows that no slot straddles. */
function windowThatFits(boundariesMs: readonly number[]): number | null {
  const fits = (windowMs: number) =>
    boundariesMs.slice(0, -1).every((startMs, slot) => {
      const endMs = boundariesMs[slot + 1] ?? startMs;
      return Math.floor(startMs / windowMs) === Math.ceil(endMs / windowMs) - 1;
    });
  return [30, 60].map((minutes) => minutes * MINUTE_MS).find(fits) ?? null;
}
