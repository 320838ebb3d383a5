import type { Layout } from './layout.js';
import type { SlotWork, WaterFill } from './waterFill.js';

/** What sessions were promised in one slot after the other. Nobody: the layout has no promises at all, and this is not made. */
export interface Promises {
  isPromised(session: number, slot: number): boolean;
  /** What it is to have before anybody else is raised: its floor or what it was promised, and no more than it can take. */
  goalA(work: SlotWork, session: number, slot: number): number;
  /** Lifts the floor of each admitted session to its goal, or, where they do not all fit, as far as all rise together. */
  keep(work: SlotWork, slot: number): void;
}

export function createPromises(layout: Layout, fill: WaterFill): Promises | undefined {
  const { promisedA } = layout;
  if (promisedA === undefined) return undefined;
  const { pathStart, pathRow, pathCoefficient } = layout;
  const admitted = new Int32Array(layout.sessions);
  const goals = new Float64Array(layout.sessions);
  const reachedA = new Float64Array(layout.sessions);
  const frozenBy = new Int32Array(layout.sessions);
  const free = new Float64Array(layout.rows);

  const promises: Promises = {
    isPromised: (session, slot) => (promisedA[slot * layout.sessions + session] as number) > 0,
    goalA(work, session, slot) {
      const promise = promisedA[slot * layout.sessions + session] as number;
      return Math.max(work.floorA[session] as number, Math.min(work.capA[session] as number, promise));
    },
    keep(work, slot) {
      let count = 0;
      for (let at = 0; at < work.count; at++) {
        const session = work.admitted[at] as number;
        const goal = promises.goalA(work, session, slot);
        if (goal <= (work.floorA[session] as number)) continue;
        goals[session] = goal;
        admitted[count++] = session;
      }
      if (count === 0) return;
      free.set(work.free);
      const { floorA, tolerance } = work;
      fill({ admitted, count, floorA, capA: goals, free, tolerance, currentA: reachedA, frozenBy });
      for (let at = 0; at < count; at++) raiseFloor(work, admitted[at] as number);
    },
  };
  return promises;

  function raiseFloor(work: SlotWork, session: number): void {
    const risesA = (reachedA[session] as number) - (work.floorA[session] as number);
    work.floorA[session] = reachedA[session] as number;
    for (let step = pathStart[session] as number; step < (pathStart[session + 1] as number); step++) {
      const row = pathRow[step] as number;
      work.free[row] = (work.free[row] as number) - risesA * (pathCoefficient[step] as number);
    }
  }
}
