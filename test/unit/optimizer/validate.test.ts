import { describe, expect, test } from 'vitest';
import { checkPlan, InvalidProblem, type InvalidProblemCode, optimize } from '../../../optimizer/index.js';
import { circuit, problem, QUARTER_MS, START_MS, session } from './problems.js';

const good = problem([20, 30], [session('a', { arrivalMs: START_MS, departureMs: START_MS + QUARTER_MS })], {
  slots: 2,
  demandCharges: [{ circuitId: 'grid', pricePerKw: 5, peakSoFarKw: 2, baseLoadKw: [1, 2], weight: 1, slots: [0, 1] }],
});

type Path = readonly (string | number)[];

/** The good problem with one thing replaced (or removed, with undefined). */
function withChange(path: Path, value: unknown): typeof good {
  const copy = structuredClone(good);
  let at = copy as unknown as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path[path.length - 1] ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function refusalOf(run: () => unknown): InvalidProblem {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidProblem) return error;
    throw error;
  }
  throw new Error('was not refused');
}

const grid = good.circuits[0];
const car = good.sessions[0];
const charge = good.demandCharges?.[0];

const malformed: readonly [name: string, path: Path, value: unknown, code: InvalidProblemCode, field: string][] = [
  ['no boundaries', ['boundariesMs'], undefined, 'WRONG_TYPE', '/boundariesMs'],
  ['a single boundary', ['boundariesMs'], [1], 'EMPTY', '/boundariesMs'],
  ['a boundary that is not a number', ['boundariesMs', 1], NaN, 'NOT_FINITE', '/boundariesMs/1'],
  ['a boundary that is text', ['boundariesMs', 1], '5', 'WRONG_TYPE', '/boundariesMs/1'],
  ['boundaries that descend', ['boundariesMs'], [3, 2, 1], 'NOT_ASCENDING', '/boundariesMs/1'],
  ['two equal boundaries', ['boundariesMs'], [1, 2, 2], 'NOT_ASCENDING', '/boundariesMs/2'],
  ['circuits that are no array', ['circuits'], {}, 'WRONG_TYPE', '/circuits'],
  ['no circuit', ['circuits'], [], 'NO_ROOT', '/circuits'],
  ['a circuit that is null', ['circuits', 0], null, 'WRONG_TYPE', '/circuits/0'],
  ['a circuit without id', ['circuits', 0, 'id'], undefined, 'WRONG_TYPE', '/circuits/0/id'],
  ['an empty circuit id', ['circuits', 0, 'id'], '', 'EMPTY', '/circuits/0/id'],
  ['a circuit id used twice', ['circuits', 1], grid, 'DUPLICATE_ID', '/circuits/1/id'],
  ['a circuit without parentId', ['circuits', 0, 'parentId'], undefined, 'WRONG_TYPE', '/circuits/0/parentId'],
  ['no root', ['circuits', 0, 'parentId'], 'grid', 'NO_ROOT', '/circuits'],
  ['two roots', ['circuits', 1], circuit('other', null, 10), 'SECOND_ROOT', '/circuits/1/parentId'],
  ['an unknown parent', ['circuits', 1], circuit('row', 'nowhere', 10), 'UNKNOWN_CIRCUIT', '/circuits/1/parentId'],
  ['a circuit that is its own parent', ['circuits', 1], circuit('row', 'row', 10), 'CYCLE', '/circuits/1/parentId'],
  [
    'a cycle beside the root',
    ['circuits'],
    [circuit('a', 'b', 1), circuit('b', 'a', 1), grid],
    'CYCLE',
    '/circuits/0/parentId',
  ],
  ['no limits', ['circuits', 0, 'limitA'], undefined, 'WRONG_TYPE', '/circuits/0/limitA'],
  ['a phase without limit', ['circuits', 0, 'limitA', 'L2'], undefined, 'WRONG_TYPE', '/circuits/0/limitA/L2'],
  ['a limit below 0', ['circuits', 0, 'limitA', 'L3'], -1, 'NEGATIVE', '/circuits/0/limitA/L3'],
  ['an infinite limit', ['circuits', 0, 'limitA', 'L3'], Infinity, 'NOT_FINITE', '/circuits/0/limitA/L3'],
  ['a limit that is null', ['circuits', 0, 'limitA', 'L3'], null, 'WRONG_TYPE', '/circuits/0/limitA/L3'],
  ['too few limits', ['circuits', 0, 'limitA', 'L1'], [1], 'WRONG_LENGTH', '/circuits/0/limitA/L1'],
  ['a negative limit in one slot', ['circuits', 0, 'limitA', 'L1', 1], -2, 'NEGATIVE', '/circuits/0/limitA/L1/1'],
  ['a power limit that is NaN', ['circuits', 0, 'powerLimitW'], NaN, 'NOT_FINITE', '/circuits/0/powerLimitW'],
  ['a power limit below 0', ['circuits', 0, 'powerLimitW'], [1, -1], 'NEGATIVE', '/circuits/0/powerLimitW/1'],
  ['sessions that are no array', ['sessions'], undefined, 'WRONG_TYPE', '/sessions'],
  ['a session that is text', ['sessions', 0], 'a', 'WRONG_TYPE', '/sessions/0'],
  ['a session id used twice', ['sessions', 1], car, 'DUPLICATE_ID', '/sessions/1/id'],
  ['an unknown circuit', ['sessions', 0, 'circuitId'], 'nowhere', 'UNKNOWN_CIRCUIT', '/sessions/0/circuitId'],
  ['no phases', ['sessions', 0, 'phases'], [], 'EMPTY', '/sessions/0/phases'],
  ['an unknown phase', ['sessions', 0, 'phases'], ['L1', 'N'], 'UNKNOWN_PHASE', '/sessions/0/phases/1'],
  ['a phase named twice', ['sessions', 0, 'phases'], ['L1', 'L2', 'L1'], 'DUPLICATE_PHASE', '/sessions/0/phases/2'],
  ['a voltage of 0', ['sessions', 0, 'voltageV'], 0, 'NOT_POSITIVE', '/sessions/0/voltageV'],
  ['no voltage', ['sessions', 0, 'voltageV'], undefined, 'WRONG_TYPE', '/sessions/0/voltageV'],
  ['a negative minimum', ['sessions', 0, 'currentMinA'], -6, 'NEGATIVE', '/sessions/0/currentMinA'],
  [
    'a minimum above the maximum',
    ['sessions', 0, 'currentMinA'],
    33,
    'MINIMUM_ABOVE_MAXIMUM',
    '/sessions/0/currentMaxA',
  ],
  [
    'a maximum below the minimum',
    ['sessions', 0, 'currentMaxA'],
    [6, 5],
    'MINIMUM_ABOVE_MAXIMUM',
    '/sessions/0/currentMaxA/1',
  ],
  ['too many maxima', ['sessions', 0, 'currentMaxA'], [6, 6, 6], 'WRONG_LENGTH', '/sessions/0/currentMaxA'],
  ['an arrival that is text', ['sessions', 0, 'arrivalMs'], '2026', 'WRONG_TYPE', '/sessions/0/arrivalMs'],
  ['a departure that is NaN', ['sessions', 0, 'departureMs'], NaN, 'NOT_FINITE', '/sessions/0/departureMs'],
  [
    'a departure before arrival',
    ['sessions', 0, 'departureMs'],
    5,
    'DEPARTURE_BEFORE_ARRIVAL',
    '/sessions/0/departureMs',
  ],
  ['energy below 0', ['sessions', 0, 'energyWh'], -1, 'NEGATIVE', '/sessions/0/energyWh'],
  ['endless energy', ['sessions', 0, 'energyWh'], Infinity, 'NOT_FINITE', '/sessions/0/energyWh'],
  [
    'a shortfall price below 0',
    ['sessions', 0, 'shortfallPricePerKwh'],
    -1,
    'NEGATIVE',
    '/sessions/0/shortfallPricePerKwh',
  ],
  ['a weight of 0', ['sessions', 0, 'weight'], 0, 'NOT_POSITIVE', '/sessions/0/weight'],
  ['a reservation below 0', ['sessions', 0, 'reservedA'], [0, -1], 'NEGATIVE', '/sessions/0/reservedA/1'],
  ['a promise below 0', ['sessions', 0, 'promisedA'], -1, 'NEGATIVE', '/sessions/0/promisedA'],
  ['too few promises', ['sessions', 0, 'promisedA'], [6], 'WRONG_LENGTH', '/sessions/0/promisedA'],
  [
    'a last switch without state',
    ['sessions', 0, 'lastSwitch'],
    { atMs: 1 },
    'WRONG_TYPE',
    '/sessions/0/lastSwitch/on',
  ],
  [
    'a last switch without time',
    ['sessions', 0, 'lastSwitch'],
    { on: true },
    'WRONG_TYPE',
    '/sessions/0/lastSwitch/atMs',
  ],
  ['a last switch that is an array', ['sessions', 0, 'lastSwitch'], [], 'WRONG_TYPE', '/sessions/0/lastSwitch'],
  ['no prices', ['energyPricePerKwh'], undefined, 'WRONG_TYPE', '/energyPricePerKwh'],
  ['too few prices', ['energyPricePerKwh'], [1], 'WRONG_LENGTH', '/energyPricePerKwh'],
  ['a price that is NaN', ['energyPricePerKwh', 1], NaN, 'NOT_FINITE', '/energyPricePerKwh/1'],
  ['demand charges that are no array', ['demandCharges'], {}, 'WRONG_TYPE', '/demandCharges'],
  ['a demand charge that is a number', ['demandCharges', 0], 3, 'WRONG_TYPE', '/demandCharges/0'],
  [
    'a demand charge on no circuit',
    ['demandCharges', 0, 'circuitId'],
    'x',
    'UNKNOWN_CIRCUIT',
    '/demandCharges/0/circuitId',
  ],
  ['a demand price below 0', ['demandCharges', 0, 'pricePerKw'], -1, 'NEGATIVE', '/demandCharges/0/pricePerKw'],
  ['a peak below 0', ['demandCharges', 0, 'peakSoFarKw'], -1, 'NEGATIVE', '/demandCharges/0/peakSoFarKw'],
  ['too few base loads', ['demandCharges', 0, 'baseLoadKw'], [1], 'WRONG_LENGTH', '/demandCharges/0/baseLoadKw'],
  ['a demand weight below 0', ['demandCharges', 0, 'weight'], [1, -1], 'NEGATIVE', '/demandCharges/0/weight/1'],
  ['a window of 0', ['demandCharges', 0, 'windowMs'], 0, 'NOT_POSITIVE', '/demandCharges/0/windowMs'],
  [
    'a window that ends inside a slot',
    ['demandCharges', 0, 'windowMs'],
    600_000,
    'WINDOW_SPLITS_SLOT',
    '/demandCharges/0/windowMs',
  ],
  ['a range that cuts a window', ['demandCharges', 0, 'windowMs'], 1_800_000, 'SLOT_RANGE', '/demandCharges/0/slots'],
  [
    'energy so far that is NaN',
    ['demandCharges', 0, 'windowSoFarKwh'],
    NaN,
    'NOT_FINITE',
    '/demandCharges/0/windowSoFarKwh',
  ],
  ['a range past the last slot', ['demandCharges', 0, 'slots'], [0, 3], 'SLOT_RANGE', '/demandCharges/0/slots'],
  ['a range that ends before it begins', ['demandCharges', 0, 'slots'], [1, 0], 'SLOT_RANGE', '/demandCharges/0/slots'],
  ['a range of fractions', ['demandCharges', 0, 'slots'], [0, 1.5], 'WRONG_TYPE', '/demandCharges/0/slots'],
  ['a range of three', ['demandCharges', 0, 'slots'], [0, 1, 2], 'WRONG_TYPE', '/demandCharges/0/slots'],
];

describe('a malformed problem is refused, with the field and a stable code', () => {
  test('the problem that the others are made from is accepted', () => {
    expect(checkPlan(good, optimize(good))).toEqual([]);
    expect([grid, car, charge].every((part) => part !== undefined)).toBe(true);
  });

  test.each(malformed)('%s', (_name, path, value, code, field) => {
    const changed = withChange(path, value);
    const error = refusalOf(() => optimize(changed));
    expect({ code: error.code, field: error.field }).toEqual({ code, field });
    expect(error.message).toContain(field);
    expect(refusalOf(() => checkPlan(changed, optimize(good))).code).toBe(code);
  });

  test('a problem that is no object', () => {
    expect(refusalOf(() => optimize(null as never)).code).toBe('WRONG_TYPE');
    expect(refusalOf(() => optimize([] as never)).field).toBe('');
  });

  test('a long chain of circuits is no cycle', () => {
    const chain = Array.from({ length: 300 }, (_, index) =>
      circuit(`c${index}`, index === 299 ? null : `c${index + 1}`, 50),
    );
    const plan = optimize(problem(50, [session('a', { circuitId: 'c0' })], { circuits: chain }));
    expect(plan.currentA).toEqual([[32]]);
  });
});

describe('a malformed option is refused', () => {
  test.each([
    [{ gap: -1 }, 'NEGATIVE', '/options/gap'],
    [{ gap: NaN }, 'NOT_FINITE', '/options/gap'],
    [{ minOnMs: -1 }, 'NEGATIVE', '/options/minOnMs'],
    [{ minOffMs: '5' }, 'WRONG_TYPE', '/options/minOffMs'],
    [{ timeLimitMs: 5 }, 'CLOCK_MISSING', '/options/elapsedMs'],
    [{ timeLimitMs: -5, elapsedMs: () => 0 }, 'NEGATIVE', '/options/timeLimitMs'],
    [{ minimumCurrent: 'ignore' }, 'UNKNOWN_CHOICE', '/options/minimumCurrent'],
    [null, 'WRONG_TYPE', '/options'],
  ])('%j', (options, code, field) => {
    const error = refusalOf(() => optimize(good, options as never));
    expect({ code: error.code, field: error.field }).toEqual({ code, field });
  });
});
