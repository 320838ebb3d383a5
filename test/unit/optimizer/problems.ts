import fc from 'fast-check';
import type {
  ChargingProblem,
  DemandCharge,
  Phase,
  ProblemCircuit,
  ProblemSession,
  Series,
} from '../../../optimizer/index.js';

export const START_MS = Date.UTC(2026, 0, 5);
export const QUARTER_MS = 900_000;

export function circuit(id: string, parentId: string | null, limitA: Series | 'unlimited'): ProblemCircuit {
  return { id, parentId, limitA: { L1: limitA, L2: limitA, L3: limitA } };
}

/** A three-phase car that wants more than it can have, unless told otherwise. */
export function session(id: string, more: Partial<ProblemSession> = {}): ProblemSession {
  return {
    id,
    circuitId: 'grid',
    phases: ['L1', 'L2', 'L3'],
    voltageV: 230,
    currentMinA: 6,
    currentMaxA: 32,
    energyWh: 100_000,
    shortfallPricePerKwh: 1,
    ...more,
  };
}

/** `slots` quarters from START_MS; one circuit 'grid' unless told otherwise. */
export function problem(
  gridA: Series | 'unlimited',
  sessions: readonly ProblemSession[],
  more: Partial<ChargingProblem> & { slots?: number } = {},
): ChargingProblem {
  const { slots = 1, ...rest } = more;
  return {
    boundariesMs: Array.from({ length: slots + 1 }, (_, index) => START_MS + index * QUARTER_MS),
    circuits: [circuit('grid', null, gridA)],
    sessions,
    energyPricePerKwh: new Array(slots).fill(0.2),
    ...rest,
  };
}

const PHASE_SETS: readonly (readonly Phase[])[] = [
  ['L1'],
  ['L2'],
  ['L3'],
  ['L1', 'L2'],
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
];

const limit = (slots: number): fc.Arbitrary<Series | 'unlimited'> =>
  fc.oneof(
    fc.constant('unlimited' as const),
    fc.integer({ min: 0, max: 80 }),
    fc.array(fc.double({ min: 0, max: 80, noNaN: true }), { minLength: slots, maxLength: slots }),
  );

function circuits(slots: number): fc.Arbitrary<readonly ProblemCircuit[]> {
  const one = fc.record({
    parent: fc.nat(1_000),
    L1: limit(slots),
    L2: limit(slots),
    L3: limit(slots),
    powerLimitW: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined, freq: 3 }),
  });
  return fc.array(one, { minLength: 1, maxLength: 6 }).map((drawn) =>
    drawn.map(({ parent, L1, L2, L3, powerLimitW }, index) => ({
      id: `c${index}`,
      parentId: index === 0 ? null : `c${parent % index}`,
      limitA: { L1, L2, L3 },
      ...(powerLimitW === undefined ? {} : { powerLimitW }),
    })),
  );
}

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

interface SessionLimits {
  readonly reservations?: boolean;
  readonly plentyOfEnergy?: boolean;
}

function sessions(
  circuitCount: number,
  boundariesMs: readonly number[],
  of: SessionLimits,
): fc.Arbitrary<readonly ProblemSession[]> {
  const slots = boundariesMs.length - 1;
  const startMs = boundariesMs[0] ?? 0;
  const spanMs = (boundariesMs[slots] ?? 0) - startMs;
  const instantMs = fc.integer({ min: -3_600_000, max: spanMs + 1 }).map((offsetMs) => startMs + offsetMs);
  const maxA = fc.oneof(fc.constantFrom(6, 10, 16, 32), fc.double({ min: 6, max: 63, noNaN: true }), fc.constant(0));
  const one = fc.record({
    circuit: fc.nat(circuitCount - 1),
    phases: fc.constantFrom(...PHASE_SETS),
    voltageV: fc.constantFrom(230, 240, 120),
    currentMinA: fc.constantFrom(6, 6, 0, 4.5),
    currentMaxA: fc.oneof(maxA, fc.array(maxA, { minLength: slots, maxLength: slots })),
    arrivalMs: optional(instantMs),
    staysMs: optional(fc.integer({ min: 0, max: 2 * spanMs })),
    energyWh:
      of.plentyOfEnergy === true
        ? fc.constant(1e6)
        : fc.oneof(fc.constant(0), fc.double({ min: 0, max: 30_000, noNaN: true })),
    shortfallPricePerKwh: fc.double({ min: 0, max: 2, noNaN: true }),
    weight: fc.option(fc.constantFrom(0.5, 1, 2, 3.7), { nil: undefined }),
    reservedA:
      of.reservations === false
        ? fc.constant(undefined)
        : optional(
            fc.oneof(
              fc.constantFrom(0, 3, 6, 16),
              fc.array(fc.constantFrom(0, 6, 13.8), { minLength: slots, maxLength: slots }),
            ),
          ),
    lastSwitch: optional(
      fc
        .record({ on: fc.boolean(), agoMs: fc.integer({ min: 0, max: 7_200_000 }) })
        .map(({ on, agoMs }) => ({ on, atMs: startMs - agoMs })),
    ),
  });
  return fc.array(one, { maxLength: 9 }).map((drawn) =>
    drawn.map(({ circuit: at, staysMs, arrivalMs, weight, reservedA, lastSwitch, ...rest }, index) => ({
      id: `s${index}`,
      circuitId: `c${at}`,
      ...rest,
      ...(arrivalMs === undefined ? {} : { arrivalMs }),
      ...(staysMs === undefined ? {} : { departureMs: (arrivalMs ?? startMs) + staysMs }),
      ...(weight === undefined ? {} : { weight }),
      ...(reservedA === undefined ? {} : { reservedA }),
      ...(lastSwitch === undefined ? {} : { lastSwitch }),
    })),
  );
}

function demandCharges(circuitCount: number, slots: number): fc.Arbitrary<readonly DemandCharge[]> {
  const series = (values: fc.Arbitrary<number>) =>
    optional(fc.oneof(values, fc.array(values, { minLength: slots, maxLength: slots })));
  const one = fc.record({
    circuit: fc.nat(circuitCount - 1),
    pricePerKw: fc.double({ min: 0, max: 10, noNaN: true }),
    peakSoFarKw: fc.double({ min: 0, max: 20, noNaN: true }),
    baseLoadKw: series(fc.double({ min: -5, max: 20, noNaN: true })),
    weight: series(fc.constantFrom(0, 0.5, 1)),
    windowSoFarKwh: optional(fc.double({ min: 0, max: 5, noNaN: true })),
    window: fc.boolean(),
    range: optional(fc.tuple(fc.nat(slots), fc.nat(slots))),
  });
  return fc.array(one, { maxLength: 2 }).map((drawn) =>
    drawn.map(({ circuit: at, window, range, baseLoadKw, weight, windowSoFarKwh, ...rest }) => ({
      circuitId: `c${at}`,
      ...rest,
      ...(baseLoadKw === undefined ? {} : { baseLoadKw }),
      ...(weight === undefined ? {} : { weight }),
      ...(windowSoFarKwh === undefined ? {} : { windowSoFarKwh }),
      // With a range, windows longer than a slot might be cut: those have their own tests.
      ...(range !== undefined
        ? { slots: [Math.min(...range), Math.max(...range)] as const }
        : window
          ? { windowMs: 3_600_000 }
          : {}),
    })),
  );
}

/** Any well-formed problem: any tree, limits (also 0 and 'unlimited'), cars, reservations, prices and demand charges. */
export function anyProblem(of: SessionLimits = {}): fc.Arbitrary<ChargingProblem> {
  return fc
    .record({
      slots: fc.integer({ min: 1, max: 7 }),
      slotMs: fc.constantFrom(60_000, 300_000, 900_000, 1_800_000),
      offset: fc.nat(12),
    })
    .chain(({ slots, slotMs, offset }) => {
      const boundariesMs = Array.from({ length: slots + 1 }, (_, index) => START_MS + (offset + index) * slotMs);
      return circuits(slots).chain((tree) =>
        fc
          .record({
            sessions: sessions(tree.length, boundariesMs, of),
            energyPricePerKwh: fc.array(fc.double({ min: -0.2, max: 0.6, noNaN: true }), {
              minLength: slots,
              maxLength: slots,
            }),
            demandCharges: demandCharges(tree.length, slots),
          })
          .map((rest) => ({ boundariesMs, circuits: tree, ...rest })),
      );
    });
}
