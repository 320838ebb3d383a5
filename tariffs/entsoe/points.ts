import { parseDecimal } from '../published/decimals.js';
import { isPrice, type PricedInterval } from '../published/pricedIntervals.js';
import { type Place, placeIn, refuse } from '../reading/place.js';
import type { Grid } from './grids.js';
import { childOf, childrenOf, requiredText } from './xml.js';

/** A price with the place it is written at. */
export interface WrittenPrice extends PricedInterval {
  readonly place: Place;
}

/** Blocks, of which A03 leaves out those that repeat the one before. */
export type CurveType = 'A01' | 'A03';

// ENTSO-E's code list, CurveType.
const REFUSED: Readonly<Record<string, string>> = {
  A02: 'points: prices of instants, which say nothing about the time between them',
  A04: 'overlapping breakpoints: prices that change all the time between two points',
  A05: 'non-overlapping breakpoints: prices that change all the time between two points',
};

/** A01: every position has its price. A03: one without has that of the position before it, to the end. Undefined, and reported, else. */
export function readCurveType(series: Place): CurveType | undefined {
  const name = 'curveType';
  const place = childOf(series, name);
  const text = place === undefined ? 'A01' : requiredText(series, name);
  if (text === 'A01' || text === 'A03') return text;
  if (text === undefined || place === undefined) return undefined;
  const meaning = Object.hasOwn(REFUSED, text) ? REFUSED[text] : undefined;
  return refuse(place, {
    code: meaning === undefined ? 'INVALID_TARIFF' : 'TARIFF_NOT_EXPRESSIBLE',
    reason: meaning === undefined ? 'There is no such curve type.' : `This curve type has ${meaning}.`,
    fix: 'Give blocks: curve type A01 or A03.',
  });
}

/** The prices of a Period, one for each interval of its grid. */
export function readPrices(
  period: Place,
  { boundariesMs }: Grid,
  { curveType, places }: { readonly curveType: CurveType; readonly places: number },
): WrittenPrice[] {
  const count = boundariesMs.length - 1;
  const points = readPoints(period, count, places);
  if (points === undefined || !isComplete(points, period, { count, curveType })) return [];
  const prices: WrittenPrice[] = [];
  let last = points.get(1);
  for (const [index, startMs] of boundariesMs.entries()) {
    const endMs = boundariesMs[index + 1];
    last = points.get(index + 1) ?? last;
    if (endMs !== undefined && last !== undefined) prices.push({ startMs, endMs, ...last });
  }
  return prices;
}

function isComplete(
  points: ReadonlyMap<number, Point>,
  period: Place,
  { count, curveType }: { readonly count: number; readonly curveType: CurveType },
): boolean {
  const needed = curveType === 'A03' ? 1 : count;
  const missing: number[] = [];
  for (let position = 1; position <= needed; position++) if (!points.has(position)) missing.push(position);
  const [first] = missing;
  if (first === undefined) return true;
  const more = missing.length === 1 ? '' : `, and ${missing.length - 1} more`;
  refuse(period, {
    reason: `Position ${first} of ${count} is missing${more}.`,
    fix:
      curveType === 'A03'
        ? 'Give it: a position without a price repeats the one before, and there is none.'
        : 'Give all: curve type A01 leaves none out.',
  });
  return false;
}

interface Point {
  readonly pricePerKwh: number;
  readonly place: Place;
}

/** By position. Undefined where any is wrong, and reported. */
function readPoints(period: Place, count: number, places: number): ReadonlyMap<number, Point> | undefined {
  const points = new Map<number, Point>();
  let allRight = true;
  for (const place of childrenOf(period, 'Point')) {
    const position = readPosition(place, count);
    const pricePerKwh = readPrice(place, places);
    if (position === undefined || pricePerKwh === undefined) {
      allRight = false;
      continue;
    }
    const before = points.get(position);
    if (before === undefined) points.set(position, { pricePerKwh, place });
    else if (before.pricePerKwh !== pricePerKwh) {
      refuse(place, { code: 'TARIFF_OVERLAP', reason: `Position ${position} has two prices.`, fix: 'Give one.' });
    }
  }
  return allRight ? points : undefined;
}

function readPosition(point: Place, count: number): number | undefined {
  const text = requiredText(point, 'position');
  if (text === undefined) return undefined;
  const position = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (position >= 1 && position <= count) return position;
  return refuse(placeIn(point, 'position', text), {
    reason: `This is no position of this period: it has 1 to ${count}.`,
    fix: 'Correct it, or the time interval of the period.',
  });
}

function readPrice(point: Place, places: number): number | undefined {
  const name = 'price.amount';
  const text = requiredText(point, name);
  if (text === undefined) return undefined;
  const price = parseDecimal(text, places);
  if (price !== undefined && isPrice(price)) return price;
  return refuse(placeIn(point, name, text), { reason: 'This is no price.', fix: 'Write a decimal, such as -12.30.' });
}
