import { DateTime } from 'luxon';
import type { Phase } from '../../../src/site/phases.js';
import { SeededRandom } from '../seededRandom.js';

// Who comes to a site of fifty stations, from a seed: vans that are back in the afternoon and leave early, staff who stay the day, and
// guests who stay an hour or two, some of them too short for what they want.

export const STEP_MS = 300_000;
export const ZONE = 'Europe/Stockholm';

export interface Outlet {
  readonly stationId: string;
  readonly row: 'yard' | 'office';
  readonly phases: readonly Phase[];
  readonly currentMaxA: number;
}

export interface Stay {
  readonly outlet: Outlet;
  /** On the grid of STEP_MS, as is the departure. */
  readonly arrivalMs: number;
  readonly departureMs: number;
  /** What the car can take: it draws no more. */
  readonly wantedWh: number;
  /** What the driver says on arrival. */
  readonly says: 'both' | 'departure' | 'nothing';
}

const YARD_OUTLETS = 20;
const OFFICE_OUTLETS = 24;
const GUEST_OUTLETS = 6;
const THREE: readonly Phase[] = ['L1', 'L2', 'L3'];
const ROTATED: readonly (readonly Phase[])[] = [THREE, ['L2', 'L3', 'L1'], ['L3', 'L1', 'L2']];
const SINGLE: readonly (readonly Phase[])[] = [['L1'], ['L2'], ['L3']];

/** Fifty; every fourth in the office has one phase. */
export function outlets(): readonly Outlet[] {
  return Array.from({ length: YARD_OUTLETS + OFFICE_OUTLETS + GUEST_OUTLETS }, (_, index): Outlet => {
    const stationId = `CP${String(index + 1).padStart(2, '0')}`;
    if (index < YARD_OUTLETS) return { stationId, row: 'yard', phases: ROTATED[index % 3] ?? THREE, currentMaxA: 16 };
    const isSingle = index % 4 === 0 && index < YARD_OUTLETS + OFFICE_OUTLETS;
    const phases = isSingle ? SINGLE[(index / 4) % 3] : ROTATED[index % 3];
    return { stationId, row: 'office', phases: phases ?? THREE, currentMaxA: isSingle ? 32 : 16 };
  });
}

/** Of the local days [from, to), YYYY-MM-DD; by arrival. The last vans leave on the morning of `to`. */
export function staysOf(seed: number, from: string, to: string): readonly Stay[] {
  const random = new SeededRandom(seed);
  const all = outlets();
  const stays: Stay[] = [];
  const end = DateTime.fromISO(to, { zone: ZONE });
  for (let day = DateTime.fromISO(from, { zone: ZONE }); day < end; day = day.plus({ days: 1 })) {
    const isWorkday = day.weekday <= 5;
    for (const [index, outlet] of all.entries()) {
      if (index < YARD_OUTLETS) {
        if (random.chance(isWorkday ? 0.95 : 0.35)) stays.push(van(random, outlet, day));
      } else if (index < YARD_OUTLETS + OFFICE_OUTLETS) {
        if (random.chance(isWorkday ? 0.8 : 0.05)) stays.push(member(random, outlet, day));
      } else if (isWorkday) stays.push(...guests(random, outlet, day));
    }
  }
  return stays.sort((a, b) => a.arrivalMs - b.arrivalMs);
}

function van(random: SeededRandom, outlet: Outlet, day: DateTime): Stay {
  return {
    outlet,
    arrivalMs: onGrid(at(day, bell(random, 16.2, 1.2))),
    departureMs: onGrid(at(day.plus({ days: 1 }), bell(random, 6.2, 0.6))),
    wantedWh: Math.round(clamped(bell(random, 34, 12), 8, 62) * 1_000),
    says: 'both',
  };
}

function member(random: SeededRandom, outlet: Outlet, day: DateTime): Stay {
  const isSingle = outlet.phases.length === 1;
  return {
    outlet,
    arrivalMs: onGrid(at(day, bell(random, 7.8, 0.6))),
    departureMs: onGrid(at(day, clamped(bell(random, 16.3, 0.9), 13, 19))),
    wantedWh: Math.round(clamped(bell(random, isSingle ? 9 : 15, 6), 3, isSingle ? 24 : 40) * 1_000),
    says: random.chance(0.7) ? 'both' : random.chance(0.5) ? 'departure' : 'nothing',
  };
}

/** One or two a day and outlet. A third wants more than there is time for. */
function guests(random: SeededRandom, outlet: Outlet, day: DateTime): Stay[] {
  const stays: Stay[] = [];
  let hour = random.between(8.5, 11);
  for (let n = random.integer(0, 2); n > 0; n--) {
    const hours = random.between(0.7, 2.2);
    const most = hours * outlet.currentMaxA * 230 * outlet.phases.length;
    const wantedWh = Math.round(most * (random.chance(0.35) ? random.between(1.05, 1.6) : random.between(0.3, 0.85)));
    const says = random.chance(0.8) ? 'both' : 'nothing';
    const arrivalMs = onGrid(at(day, hour));
    stays.push({ outlet, arrivalMs, departureMs: onGrid(at(day, hour + hours)), wantedWh, says });
    hour += hours + random.between(0.5, 3);
  }
  return stays;
}

function at(day: DateTime, hour: number): number {
  return day.set({ hour: Math.floor(hour), minute: Math.floor((hour % 1) * 60) }).toMillis();
}

function onGrid(ms: number): number {
  return Math.round(ms / STEP_MS) * STEP_MS;
}

/** About normal, and never further from the mean than three times the spread. */
export function bell(random: SeededRandom, mean: number, spread: number): number {
  let sum = 0;
  for (let n = 0; n < 6; n++) sum += random.next();
  return mean + (sum - 3) * Math.SQRT2 * spread;
}

export function clamped(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
