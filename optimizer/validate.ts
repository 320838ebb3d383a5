import {
  checkNumbers,
  checkSeriesIn,
  type Fields,
  listAt,
  numberIn,
  objectAt,
  optionalNumberIn,
  textIn,
} from './fields.js';
import { InvalidProblem } from './invalidProblem.js';
import type { ChargingProblem, OptimizeOptions } from './types.js';
import { validateDemandCharges } from './validateDemand.js';

const PHASES: readonly unknown[] = ['L1', 'L2', 'L3'];

/**
 * Throws InvalidProblem for the first thing that is malformed, and returns otherwise. Trusts nothing that the types say: a
 * problem may come straight from JSON. A tight problem (0 A limits, reservations beyond a limit) is not malformed.
 */
export function validateProblem(problem: ChargingProblem): void {
  const fields = objectAt(problem, '');
  const boundariesMs = validateBoundaries(fields.boundariesMs);
  const slots = boundariesMs.length - 1;
  const circuitIds = validateCircuits(fields.circuits, slots);
  validateSessions(fields.sessions, slots, circuitIds);
  checkNumbers(listAt(fields.energyPricePerKwh, '/energyPricePerKwh'), '/energyPricePerKwh', slots, 'any');
  if (fields.demandCharges !== undefined) {
    validateDemandCharges(listAt(fields.demandCharges, '/demandCharges'), boundariesMs, circuitIds);
  }
}

export function validateOptions(options: OptimizeOptions): void {
  const fields = objectAt(options, '/options');
  for (const name of ['gap', 'timeLimitMs', 'minOnMs', 'minOffMs'])
    optionalNumberIn(fields, '/options', name, 'notNegative');
  const minimumCurrent = fields.minimumCurrent;
  if (minimumCurrent !== undefined && minimumCurrent !== 'respect' && minimumCurrent !== 'relax') {
    throw new InvalidProblem('UNKNOWN_CHOICE', '/options/minimumCurrent', "must be 'respect' or 'relax'");
  }
  if (fields.timeLimitMs !== undefined && typeof fields.elapsedMs !== 'function') {
    throw new InvalidProblem('CLOCK_MISSING', '/options/elapsedMs', 'a time limit needs elapsedMs: () => number');
  }
}

function validateBoundaries(value: unknown): readonly number[] {
  const field = '/boundariesMs';
  const boundaries = listAt(value, field);
  if (boundaries.length < 2) throw new InvalidProblem('EMPTY', field, 'must hold at least two instants: one slot');
  checkNumbers(boundaries, field, boundaries.length, 'any');
  const instants = boundaries as readonly number[];
  let earlierMs = Number.NEGATIVE_INFINITY;
  for (const [index, instantMs] of instants.entries()) {
    if (instantMs <= earlierMs) {
      throw new InvalidProblem('NOT_ASCENDING', `${field}/${index}`, `must be later than the one before, ${earlierMs}`);
    }
    earlierMs = instantMs;
  }
  return instants;
}

function validateCircuits(value: unknown, slots: number): ReadonlySet<string> {
  const parents = new Map<string, string | null>();
  const indexOf = new Map<string, number>();
  for (const [index, entry] of listAt(value, '/circuits').entries()) {
    const base = `/circuits/${index}`;
    const circuit = objectAt(entry, base);
    const id = textIn(circuit, base, 'id');
    if (parents.has(id)) throw new InvalidProblem('DUPLICATE_ID', `${base}/id`, `'${id}' is used twice`);
    parents.set(id, circuit.parentId === null ? null : textIn(circuit, base, 'parentId'));
    indexOf.set(id, index);
    validateLimits(circuit, base, slots);
  }
  validateTree(parents, indexOf);
  return new Set(parents.keys());
}

function validateLimits(circuit: Fields, base: string, slots: number): void {
  const limitA = objectAt(circuit.limitA, `${base}/limitA`);
  for (const name of ['L1', 'L2', 'L3']) {
    if (limitA[name] !== 'unlimited') checkSeriesIn(limitA, { base: `${base}/limitA`, name }, slots, 'notNegative');
  }
  if (circuit.powerLimitW !== undefined) checkSeriesIn(circuit, { base, name: 'powerLimitW' }, slots, 'notNegative');
}

function validateTree(parents: ReadonlyMap<string, string | null>, indexOf: ReadonlyMap<string, number>): void {
  let rootId: string | null = null;
  for (const [id, parentId] of parents) {
    const field = `/circuits/${indexOf.get(id)}/parentId`;
    if (parentId !== null) {
      if (!parents.has(parentId))
        throw new InvalidProblem('UNKNOWN_CIRCUIT', field, `there is no circuit '${parentId}'`);
    } else if (rootId !== null) {
      throw new InvalidProblem('SECOND_ROOT', field, `only one circuit may be the root, and '${rootId}' is`);
    } else {
      rootId = id;
    }
  }
  if (rootId === null) throw new InvalidProblem('NO_ROOT', '/circuits', 'one circuit must have parentId null');
  const reachesRoot = new Set<string>([rootId]);
  for (const id of parents.keys()) {
    const walked = new Set<string>();
    for (let at: string = id; !reachesRoot.has(at); at = parents.get(at) ?? rootId) {
      if (walked.has(at)) {
        throw new InvalidProblem(
          'CYCLE',
          `/circuits/${indexOf.get(id)}/parentId`,
          `'${id}' never leads to '${rootId}'`,
        );
      }
      walked.add(at);
    }
    for (const passed of walked) reachesRoot.add(passed);
  }
}

function validateSessions(value: unknown, slots: number, circuitIds: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const [index, entry] of listAt(value, '/sessions').entries()) {
    const base = `/sessions/${index}`;
    const session = objectAt(entry, base);
    const id = textIn(session, base, 'id');
    if (seen.has(id)) throw new InvalidProblem('DUPLICATE_ID', `${base}/id`, `'${id}' is used twice`);
    seen.add(id);
    const circuitId = textIn(session, base, 'circuitId');
    if (!circuitIds.has(circuitId)) {
      throw new InvalidProblem('UNKNOWN_CIRCUIT', `${base}/circuitId`, `there is no circuit '${circuitId}'`);
    }
    validatePhases(session.phases, `${base}/phases`);
    numberIn(session, base, 'voltageV', 'positive');
    numberIn(session, base, 'energyWh', 'notNegative');
    numberIn(session, base, 'shortfallPricePerKwh', 'notNegative');
    optionalNumberIn(session, base, 'weight', 'positive');
    validateCurrents(session, base, slots);
    validateTimes(session, base);
  }
}

function validatePhases(value: unknown, field: string): void {
  const phases = listAt(value, field);
  if (phases.length === 0) throw new InvalidProblem('EMPTY', field, 'must name at least one phase');
  for (const [index, phase] of phases.entries()) {
    if (!PHASES.includes(phase)) throw new InvalidProblem('UNKNOWN_PHASE', `${field}/${index}`, 'must be L1, L2 or L3');
    if (phases.indexOf(phase) !== index) {
      throw new InvalidProblem('DUPLICATE_PHASE', `${field}/${index}`, `${String(phase)} is named twice`);
    }
  }
}

function validateCurrents(session: Fields, base: string, slots: number): void {
  const minA = numberIn(session, base, 'currentMinA', 'notNegative');
  checkSeriesIn(session, { base, name: 'currentMaxA' }, slots, 'notNegative');
  for (const name of ['reservedA', 'promisedA']) {
    if (session[name] !== undefined) checkSeriesIn(session, { base, name }, slots, 'notNegative');
  }
  const maxA = session.currentMaxA as number | readonly number[];
  const field = `${base}/currentMaxA`;
  if (typeof maxA === 'number') {
    if (maxA !== 0 && maxA < minA) throw belowMinimum(field, maxA, minA);
    return;
  }
  for (const [slot, slotMaxA] of maxA.entries()) {
    if (slotMaxA !== 0 && slotMaxA < minA) throw belowMinimum(`${field}/${slot}`, slotMaxA, minA);
  }
}

function belowMinimum(field: string, maxA: number, minA: number): InvalidProblem {
  return new InvalidProblem('MINIMUM_ABOVE_MAXIMUM', field, `must be 0 or at least currentMinA ${minA}, not ${maxA}`);
}

function validateTimes(session: Fields, base: string): void {
  const arrivalMs = optionalNumberIn(session, base, 'arrivalMs', 'any');
  const departureMs = optionalNumberIn(session, base, 'departureMs', 'any');
  if (arrivalMs !== undefined && departureMs !== undefined && departureMs < arrivalMs) {
    throw new InvalidProblem('DEPARTURE_BEFORE_ARRIVAL', `${base}/departureMs`, 'must not be earlier than arrivalMs');
  }
  if (session.lastSwitch === undefined) return;
  const lastSwitch = objectAt(session.lastSwitch, `${base}/lastSwitch`);
  if (typeof lastSwitch.on !== 'boolean') {
    throw new InvalidProblem('WRONG_TYPE', `${base}/lastSwitch/on`, 'must be true or false');
  }
  numberIn(lastSwitch, `${base}/lastSwitch`, 'atMs', 'any');
}
