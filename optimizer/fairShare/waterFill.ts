import { createEventQueue } from './eventQueue.js';
import type { Layout } from './layout.js';

/** Relative to a row's capacity: what is full up to rounding is full. Far below the 1e-6 that the checker forgives. */
export const FULL_TOLERANCE = 1e-9;

/** Set in `frozenBy` for a session that has all it can take. */
export const AT_CAP = -1;

/** One slot's allocation at work. Arrays per session or per row; kept from slot to slot, so that none is made anew. */
export interface SlotWork {
  /** The sessions to fill: the first `count` of these. */
  readonly admitted: Int32Array;
  count: number;
  /** A session's share never falls below floorA and never exceeds capA. */
  readonly floorA: Float64Array;
  readonly capA: Float64Array;
  /** What the rows admit above the floors; <= 0 where nothing. Spent by the filling. */
  readonly free: Float64Array;
  /** What below this is full. */
  readonly tolerance: Float64Array;
  /** Out: the share, and the row that keeps it from more, or AT_CAP. */
  readonly currentA: Float64Array;
  readonly frozenBy: Int32Array;
}

export type WaterFill = (work: SlotWork) => void;

/**
 * Weighted max-min fair shares over all rows at once. A common level rises from 0; a session's share is
 * min(capA, max(floorA, weight * level)); when a row is full, those that load it stay where they are, and the others rise on.
 * So no share can be raised without lowering another that is no higher per weight, unless that one is at its floor.
 * The level moves from event to event (a session leaves its floor, reaches its cap; a row fills), so the result is exact.
 */
export function createWaterFill(layout: Layout): WaterFill {
  const { pathStart, pathRow, pathCoefficient, rowStart, rowSession, weight } = layout;
  const slope = new Float64Array(layout.rows);
  const risers = new Int32Array(layout.rows);
  const levelAt = new Float64Array(layout.rows);
  const fullLevel = new Float64Array(layout.rows);
  const full = new Uint8Array(layout.rows);
  const contended = new Int32Array(layout.rows);
  const demand = new Float64Array(layout.rows);
  const state = new Uint8Array(layout.sessions);
  const eventLevel = new Float64Array(2 * layout.sessions);
  const events = createEventQueue(eventLevel);
  let contendedCount = 0;
  // No open row fills before this level. Lowered with each car that starts to rise, raised only by looking at all rows again.
  let soonestFullLevel = Number.POSITIVE_INFINITY;

  return function fill(work: SlotWork): void {
    findContended(work);
    const eventCount = findEvents(work);
    events.sort();
    soonestFullLevel = Number.POSITIVE_INFINITY;
    saturate(work, 0, rowsFullAtOnce(work));
    for (let at = 0; at < eventCount; ) {
      const event = events.at(at);
      const level = eventLevel[event] as number;
      if (soonestFullLevel <= level) {
        soonestFullLevel = nextFullLevel();
        if (soonestFullLevel <= level) {
          saturate(work, soonestFullLevel, rowsFullBy(soonestFullLevel));
          continue;
        }
      }
      handleEvent(work, event, level);
      at++;
    }
  };

  /** A row whose sessions could all have their caps will never fill: most rows, most of the time. */
  function findContended(work: SlotWork): void {
    demand.fill(0);
    for (let at = 0; at < work.count; at++) {
      const session = work.admitted[at] as number;
      const spanA = (work.capA[session] as number) - (work.floorA[session] as number);
      for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
        const row = pathRow[step] as number;
        demand[row] = (demand[row] as number) + spanA * (pathCoefficient[step] as number);
      }
    }
    contendedCount = 0;
    for (let row = 0; row < layout.rows; row++) {
      slope[row] = 0;
      risers[row] = 0;
      levelAt[row] = 0;
      fullLevel[row] = Number.POSITIVE_INFINITY;
      full[row] = 0;
      const wanted = demand[row] as number;
      const isContended = wanted > 0 && wanted > (work.free[row] as number);
      if (isContended) contended[contendedCount++] = row;
      // Marks it for the sessions; it becomes 1 again when it fills.
      else full[row] = NEVER_FULL;
    }
  }

  function findEvents(work: SlotWork): number {
    events.clear();
    for (let at = 0; at < work.count; at++) {
      const session = work.admitted[at] as number;
      const floorA = work.floorA[session] as number;
      const capA = work.capA[session] as number;
      state[session] = SETTLED;
      work.frozenBy[session] = AT_CAP;
      work.currentA[session] = capA;
      if (floorA >= capA || !meetsContention(session)) continue;
      state[session] = AT_FLOOR;
      work.currentA[session] = floorA;
      eventLevel[2 * session] = floorA / (weight[session] as number);
      eventLevel[2 * session + 1] = capA / (weight[session] as number);
      events.add(2 * session);
      events.add(2 * session + 1);
    }
    return events.count();
  }

  function meetsContention(session: number): boolean {
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      if (full[pathRow[step] as number] !== NEVER_FULL) return true;
    }
    return false;
  }

  function handleEvent(work: SlotWork, event: number, level: number): void {
    const session = event >> 1;
    const isCap = (event & 1) === 1;
    if (!isCap && state[session] === AT_FLOOR) {
      state[session] = RISING;
      tilt(work, session, { level, sign: 1 });
    } else if (isCap && state[session] === RISING) {
      state[session] = SETTLED;
      work.currentA[session] = work.capA[session] as number;
      tilt(work, session, { level, sign: -1 });
    }
  }

  /** The session starts or stops to rise: its rows fill faster or slower from this level on. */
  function tilt(work: SlotWork, session: number, change: { level: number; sign: 1 | -1 }): void {
    const byLevelA = change.sign * (weight[session] as number);
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      const row = pathRow[step] as number;
      if (full[row] !== OPEN) continue;
      const risenTo = (slope[row] as number) * (change.level - (levelAt[row] as number));
      work.free[row] = (work.free[row] as number) - risenTo;
      levelAt[row] = change.level;
      risers[row] = (risers[row] as number) + change.sign;
      if (risers[row] === 0) {
        // Rounding must not leave a slope.
        slope[row] = 0;
        fullLevel[row] = Number.POSITIVE_INFINITY;
        continue;
      }
      const rowSlope = (slope[row] as number) + byLevelA * (pathCoefficient[step] as number);
      const rowFullLevel = change.level + Math.max(0, work.free[row] as number) / rowSlope;
      slope[row] = rowSlope;
      fullLevel[row] = rowFullLevel;
      if (rowFullLevel < soonestFullLevel) soonestFullLevel = rowFullLevel;
    }
  }

  function nextFullLevel(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < contendedCount; at++) {
      const level = fullLevel[contended[at] as number] as number;
      if (level < least) least = level;
    }
    return least;
  }

  function rowsFullAtOnce(work: SlotWork): number[] {
    const rows: number[] = [];
    for (let at = 0; at < contendedCount; at++) {
      const row = contended[at] as number;
      if ((work.free[row] as number) <= (work.tolerance[row] as number)) rows.push(row);
    }
    return rows;
  }

  /** All rows that fill at this level up to rounding, so that ties do not depend on rounding. */
  function rowsFullBy(level: number): number[] {
    const rows: number[] = [];
    const bound = level + FULL_TOLERANCE * Math.max(1, level);
    for (let at = 0; at < contendedCount; at++) {
      const row = contended[at] as number;
      if ((fullLevel[row] as number) <= bound) rows.push(row);
    }
    return rows;
  }

  function saturate(work: SlotWork, level: number, rows: readonly number[]): void {
    for (const row of rows) {
      full[row] = FULL;
      fullLevel[row] = Number.POSITIVE_INFINITY;
    }
    for (const row of rows) {
      for (let at = rowStart[row] as number; at < (rowStart[row + 1] as number); at++) {
        const session = rowSession[at] as number;
        if (state[session] === SETTLED) continue;
        if (state[session] === RISING) {
          work.currentA[session] = Math.min(work.capA[session] as number, (weight[session] as number) * level);
          tilt(work, session, { level, sign: -1 });
        }
        state[session] = SETTLED;
        work.frozenBy[session] = nearestFullRow(session);
      }
    }
  }

  function nearestFullRow(session: number): number {
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      const row = pathRow[step] as number;
      if (full[row] === FULL) return row;
    }
    return AT_CAP;
  }
}

const OPEN = 0;
const FULL = 1;
const NEVER_FULL = 2;

const SETTLED = 0;
const AT_FLOOR = 1;
const RISING = 2;
