import Type, { type Static } from 'typebox';
import type { SessionCourse } from '../../control/history/sessionCourse.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { EvseId, Instant, nullable, PhaseName, StationId } from '../schemas.js';

export const CourseDocument = Type.Object(
  {
    siteId: Type.String(),
    sessionId: Type.String(),
    stationId: StationId,
    evseId: EvseId,
    startedAt: Instant,
    endedAt: nullable(Instant),
    energyWh: Type.Number({ description: 'At the outlet.' }),
    phases: Type.Array(PhaseName, { description: 'That it uses.' }),
    quarters: Type.Array(
      Type.Object({
        start: Instant,
        end: Instant,
        energyWh: Type.Number({ description: 'On the grid side, as powerW and currentA are.' }),
        powerW: Type.Number({ description: 'Mean.' }),
        currentA: Type.Number({ description: 'Mean, on each of its phases.' }),
      }),
      { description: 'Without a gap. The first begins with the session, the last ends with it, or is still running.' },
    ),
  },
  { title: 'SessionCourse' },
);

export function writeCourse({
  startedAtMs,
  endedAtMs,
  phases,
  quarters,
  ...course
}: SessionCourse): Static<typeof CourseDocument> {
  return {
    ...course,
    startedAt: writeInstant(startedAtMs),
    endedAt: writeInstantOrNull(endedAtMs),
    phases: [...phases],
    quarters: quarters.map(({ startMs, endMs, energyWh, powerW, currentA }) => ({
      start: writeInstant(startMs),
      end: writeInstant(endMs),
      energyWh: rounded(energyWh),
      powerW: rounded(powerW),
      currentA: rounded(currentA),
    })),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
