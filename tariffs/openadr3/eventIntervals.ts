import type { ParseOptions } from '../parseOptions.js';
import { noFindings, throwIssues } from '../reading/findings.js';
import { isFields, memberOf } from '../reading/place.js';
import { readEvents } from './events.js';
import { layOutAll } from './timeline.js';

/** An interval of an OpenADR 3 event in time, half-open. Where the event repeats itself, so do the ids. */
export interface EventIntervalTime {
  readonly id: number;
  readonly startMs: number;
  readonly endMs: number | 'open';
}

/** The intervals of one event, ascending as they are written; none where it is cancelled. Throws InvalidTariff. */
export function eventIntervals(event: unknown, options: ParseOptions = {}): readonly EventIntervalTime[] {
  const findings = noFindings();
  const { timeZone = 'UTC', nowMs } = options;
  const { laidOut } = layOutAll(readEvents(event, findings), { timeZone, ...(nowMs === undefined ? {} : { nowMs }) });
  throwIssues(findings);
  return laidOut.flatMap(([, { intervals }]) =>
    intervals.map(({ place, startMs, endMs }) => {
      const id = isFields(place.value) ? memberOf(place.value, 'id') : undefined;
      return { id: typeof id === 'number' ? id : 0, startMs, endMs };
    }),
  );
}
