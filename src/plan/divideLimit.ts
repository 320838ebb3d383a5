// The limit of a whole station among its cars: equal parts, what one can't take goes to the others, and where a part would be less
// than a car can charge with, in turns.

export interface Member {
  readonly id: string;
  /** It is given 0, or at least this. */
  readonly leastA: number;
  readonly mostA: number;
  readonly isIdle: boolean;
}

/** The sum over the members of perAmpere times what each gets is no more than capacity. */
export interface SharedRow {
  readonly capacity: number;
  /** In the order of the members. */
  readonly perAmpere: readonly number[];
}

const TOLERANCE = 1e-9;

/** In the order of the members. `turn` counts up with time: who is first in a turn is last in the next. */
export function divided(members: readonly Member[], rows: readonly SharedRow[], turn: number): readonly number[] {
  const order = inTurn(members, turn);
  const active = new Set(order);
  for (;;) {
    const parts = filled(members, rows, active);
    // Who comes last in this turn gives way, and the others are divided among anew.
    const short = order.findLast((index) => {
      const member = members[index];
      return member !== undefined && active.has(index) && (parts[index] ?? 0) < member.leastA - TOLERANCE;
    });
    if (short === undefined) return parts;
    active.delete(short);
  }
}

function inTurn(members: readonly Member[], turn: number): readonly number[] {
  const byId = members.map((member, index) => ({ ...member, index })).sort((a, b) => (a.id < b.id ? -1 : 1));
  const first = byId.length === 0 ? 0 : turn % byId.length;
  const turned = [...byId.slice(first), ...byId.slice(0, first)];
  return [...turned.filter(({ isIdle }) => !isIdle), ...turned.filter(({ isIdle }) => isIdle)].map(
    ({ index }) => index,
  );
}

/** All rise alike until a row is full or they have what they can take. */
function filled(members: readonly Member[], rows: readonly SharedRow[], active: ReadonlySet<number>): number[] {
  const parts = members.map(() => 0);
  const left = rows.map(({ capacity }) => capacity);
  const rising = new Set(active);
  while (rising.size > 0) {
    let stepA = Math.min(...[...rising].map((index) => (members[index]?.mostA ?? 0) - (parts[index] ?? 0)));
    const loads = rows.map(({ perAmpere }) => [...rising].reduce((sum, index) => sum + (perAmpere[index] ?? 0), 0));
    loads.forEach((load, row) => {
      if (load > 0) stepA = Math.min(stepA, (left[row] ?? 0) / load);
    });
    for (const index of rising) parts[index] = (parts[index] ?? 0) + stepA;
    loads.forEach((load, row) => {
      left[row] = (left[row] ?? 0) - load * stepA;
    });
    const before = rising.size;
    for (const index of [...rising]) {
      const isFull = rows.some(({ perAmpere }, row) => (perAmpere[index] ?? 0) > 0 && (left[row] ?? 0) <= TOLERANCE);
      if (isFull || (parts[index] ?? 0) >= (members[index]?.mostA ?? 0) - TOLERANCE) rising.delete(index);
    }
    // Rounding must not keep it going.
    if (rising.size === before) return parts;
  }
  return parts;
}
