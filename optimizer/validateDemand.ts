import { checkSeriesIn, type Fields, listAt, numberIn, objectAt, optionalNumberIn, textIn } from './fields.js';
import { InvalidProblem } from './invalidProblem.js';

/** Throws InvalidProblem for the first malformed demand charge. */
export function validateDemandCharges(
  charges: readonly unknown[],
  boundariesMs: readonly number[],
  circuitIds: ReadonlySet<string>,
): void {
  const slots = boundariesMs.length - 1;
  for (const [index, entry] of charges.entries()) {
    const base = `/demandCharges/${index}`;
    const charge = objectAt(entry, base);
    const circuitId = textIn(charge, base, 'circuitId');
    if (!circuitIds.has(circuitId)) {
      throw new InvalidProblem('UNKNOWN_CIRCUIT', `${base}/circuitId`, `there is no circuit '${circuitId}'`);
    }
    numberIn(charge, base, 'pricePerKw', 'notNegative');
    numberIn(charge, base, 'peakSoFarKw', 'notNegative');
    optionalNumberIn(charge, base, 'windowSoFarKwh', 'any');
    if (charge.baseLoadKw !== undefined) checkSeriesIn(charge, { base, name: 'baseLoadKw' }, slots, 'any');
    if (charge.weight !== undefined) checkSeriesIn(charge, { base, name: 'weight' }, slots, 'notNegative');
    const range = validateRange(charge, base, slots);
    validateWindow(charge, { base, boundariesMs, range });
  }
}

function validateRange(charge: Fields, base: string, slots: number): readonly [number, number] {
  if (charge.slots === undefined) return [0, slots];
  const field = `${base}/slots`;
  const [from, to, ...more] = listAt(charge.slots, field);
  if (!Number.isInteger(from) || !Number.isInteger(to) || more.length > 0) {
    throw new InvalidProblem('WRONG_TYPE', field, 'must be two whole numbers [from, to)');
  }
  const range = [from as number, to as number] as const;
  if (range[0] < 0 || range[1] > slots || range[0] > range[1]) {
    throw new InvalidProblem('SLOT_RANGE', field, `must lie within [0, ${slots}), from first`);
  }
  return range;
}

/**
 * A window that a slot straddles, or that the counted range cuts, has no defined mean. Only the horizon itself may cut one: at
 * its start the rest is windowSoFarKwh.
 */
function validateWindow(
  charge: Fields,
  at: { base: string; boundariesMs: readonly number[]; range: readonly [number, number] },
): void {
  const windowMs = optionalNumberIn(charge, at.base, 'windowMs', 'positive');
  if (windowMs === undefined) return;
  const { boundariesMs, range } = at;
  for (let slot = range[0]; slot < range[1]; slot++) {
    const startMs = boundariesMs[slot] ?? 0;
    const endMs = boundariesMs[slot + 1] ?? 0;
    if (Math.floor(startMs / windowMs) !== Math.ceil(endMs / windowMs) - 1) {
      throw new InvalidProblem('WINDOW_SPLITS_SLOT', `${at.base}/windowMs`, `a window ends inside slot ${slot}`);
    }
  }
  for (const edge of range) {
    if (edge === 0 || edge === boundariesMs.length - 1 || range[0] === range[1]) continue;
    if ((boundariesMs[edge] ?? 0) % windowMs !== 0) {
      throw new InvalidProblem('SLOT_RANGE', `${at.base}/slots`, `cuts a window at slot ${edge}`);
    }
  }
}
