import { DateTime } from 'luxon';
import { type PerPhase, perPhase } from '../../../src/site/phases.js';
import { SeededRandom } from '../seededRandom.js';
import { bell, clamped, STEP_MS, ZONE } from './stays.js';

/** An office with a workshop, A per phase: the shape of its workdays and weekends, days that are busier, and what nobody foresees. */
export function buildingOf(seed: number, from: string, to: string): (atMs: number) => PerPhase<number> {
  const random = new SeededRandom(seed ^ 0xb111d);
  const start = DateTime.fromISO(from, { zone: ZONE });
  const end = DateTime.fromISO(to, { zone: ZONE });
  const loads: PerPhase<number>[] = [];
  let drift = 0;
  for (let day = start; day < end; day = day.plus({ days: 1 })) {
    const busy = clamped(bell(random, 1, 0.1), 0.75, 1.3);
    const nextMs = day.plus({ days: 1 }).toMillis();
    for (let ms = day.toMillis(); ms < nextMs; ms += STEP_MS) {
      const local = DateTime.fromMillis(ms, { zone: ZONE });
      drift = 0.97 * drift + bell(random, 0, 0.25);
      const hour = local.hour + local.minute / 60;
      const atWork = local.weekday <= 5 ? Math.min(rise(hour, 6, 8.5), rise(-hour, -18.5, -15.5)) : 0;
      const lunch = local.weekday <= 5 && hour > 11 && hour < 13 ? 0.12 : 0;
      const middle = 12 + 30 * busy * (atWork + lunch) + drift;
      loads.push(perPhase((phase) => Math.max(3, middle * (phase === 'L1' ? 1.08 : phase === 'L2' ? 0.96 : 1))));
    }
  }
  const startMs = start.toMillis();
  return (atMs) => loads[Math.floor((atMs - startMs) / STEP_MS)] ?? perPhase(() => 0);
}

/** 0 before `from`, 1 after `to`. */
function rise(value: number, from: number, to: number): number {
  return clamped((value - from) / (to - from), 0, 1);
}
