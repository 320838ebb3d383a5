import { QUARTER_MS } from '../../site/history.js';
import type { Phase } from '../../site/phases.js';
import type { Stay } from './stay.js';

/** What a session took, quarter of an hour by quarter of an hour, by its station's meter. */
export interface SessionCourse {
  readonly siteId: string;
  readonly sessionId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** At the outlet. */
  readonly energyWh: number;
  /** That it uses. */
  readonly phases: readonly Phase[];
  /** Ascending and without a gap, from its start to its end, or to now. */
  readonly quarters: readonly CourseQuarter[];
}

/** On the grid side. */
export interface CourseQuarter {
  /** The first begins with the session, the last ends with it. */
  readonly startMs: number;
  readonly endMs: number;
  readonly energyWh: number;
  readonly powerW: number;
  /** The mean on each of its phases. */
  readonly currentA: number;
}

const HOUR_MS = 3_600_000;

/** `wattsPerA`: of an ampere on each of the phases that it uses. */
export function courseOf(
  siteId: string,
  stay: Stay,
  { wattsPerA, nowMs }: { readonly wattsPerA: number; readonly nowMs: number },
): SessionCourse {
  const { sessionId, stationId, evseId, startedAtMs, endedAtMs, energyWh, phases, gridQuarters } = stay;
  const endMs = Math.max(startedAtMs, endedAtMs ?? nowMs);
  const count = Math.max(gridQuarters.wh.length, Math.ceil((endMs - gridQuarters.startMs) / QUARTER_MS));
  const quarters = Array.from({ length: count }, (_, index): CourseQuarter => {
    const quarterMs = gridQuarters.startMs + index * QUARTER_MS;
    const startMs = Math.max(quarterMs, startedAtMs);
    // What is told late may lie beyond the end, or before the start, by a station's clock.
    const isWithin = startMs < endMs && quarterMs + QUARTER_MS > startedAtMs;
    const span = isWithin
      ? { startMs, endMs: Math.min(quarterMs + QUARTER_MS, endMs) }
      : { startMs: quarterMs, endMs: quarterMs + QUARTER_MS };
    const taken = gridQuarters.wh[index] ?? 0;
    const powerW = (taken * HOUR_MS) / (span.endMs - span.startMs);
    return { ...span, energyWh: taken, powerW, currentA: wattsPerA > 0 ? powerW / wattsPerA : 0 };
  });
  return { siteId, sessionId, stationId, evseId, startedAtMs, endedAtMs, energyWh, phases, quarters };
}
