import { DAY_MS, localStretches } from '../localStretches.js';

/** Time in which a zone's clock has one offset from UTC. Half-open. */
interface EvenStretch {
  readonly startMs: number;
  endMs: number;
  readonly offsetMs: number;
}

/** When a zone's clock shows a time: never in the gap of spring, twice in the repeated hour of autumn. */
export type LocalClock = (wallMs: number) => readonly number[];

/** For times that the clock shows between two that are given as if they were UTC. */
export function localClock(timeZone: string, fromWallMs: number, toWallMs: number): LocalClock {
  // No clock is further from UTC than a day.
  const stretches = evenStretches(timeZone, fromWallMs - 2 * DAY_MS, toWallMs + 2 * DAY_MS);
  return (wallMs) =>
    stretches.flatMap(({ startMs, endMs, offsetMs }) => {
      const ms = wallMs - offsetMs;
      return startMs <= ms && ms < endMs ? [ms] : [];
    });
}

/** Writes instants between two, asked for in ascending order, as local time with its offset: 2026-10-25T02:00:00+02:00. */
export function localPrinter(timeZone: string, fromMs: number, toMs: number): (ms: number) => string {
  const stretches = evenStretches(timeZone, fromMs, toMs + 1);
  let index = 0;
  return (ms) => {
    while ((stretches[index]?.endMs ?? Number.POSITIVE_INFINITY) <= ms) index += 1;
    const offsetMinutes = (stretches[index]?.offsetMs ?? 0) / 60_000;
    // Old offsets may have seconds (Monrovia until 1972), which ISO 8601 can't write.
    const minutes = Number.isInteger(offsetMinutes) ? offsetMinutes : 0;
    return `${new Date(ms + minutes * 60_000).toISOString().slice(0, 19)}${printOffset(minutes)}`;
  };
}

function printOffset(minutes: number): string {
  if (minutes === 0) return 'Z';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    `${part}`.padStart(2, '0'),
  );
  return `${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
}

function evenStretches(timeZone: string, fromMs: number, toMs: number): readonly EvenStretch[] {
  const even: EvenStretch[] = [];
  for (const { startMs, endMs, offsetMs } of localStretches(timeZone, fromMs, toMs)) {
    const last = even.at(-1);
    if (last !== undefined && last.offsetMs === offsetMs) last.endMs = endMs;
    else even.push({ startMs, endMs, offsetMs });
  }
  return even;
}
