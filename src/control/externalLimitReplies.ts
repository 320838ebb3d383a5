import { EXTERNAL_PERIODS_MAX, isUsableSchedule } from '../site/externalLimit.js';
import type { StationRequest } from '../site/stationMessages.js';
import { NOTHING, type ReplyContext, type StationReply, stationOf, unknownEvse } from './stationReply.js';

/** What can't be calculated with is shown, and limits nothing: the station keeps to it by itself. */
export function chargingLimitReply(
  request: StationRequest & { type: 'chargingLimit' },
  context: ReplyContext,
): StationReply {
  const { evseId = 0, source, isGridCritical, schedule } = request;
  const { stationId, nowMs } = context;
  if (evseId !== 0 && stationOf(context)?.evses.has(evseId) !== true)
    return { events: [], durable: false, response: NOTHING, anomaly: unknownEvse(evseId) };
  const isUsable = schedule !== undefined && isUsableSchedule(schedule);
  const detail = `the schedule of a limit by ${source} has no periods, more than ${EXTERNAL_PERIODS_MAX}, or some that mean nothing; it is not planned with`;
  return {
    events: [
      {
        type: 'externalLimitNotified',
        stationId,
        limit: {
          evseId,
          source,
          ...(isGridCritical === true ? { isGridCritical } : {}),
          ...(isUsable ? { schedule: { ...schedule, startMs: schedule.startMs ?? nowMs } } : {}),
        },
      },
    ],
    durable: true,
    response: NOTHING,
    ...(schedule === undefined || isUsable ? {} : { anomaly: { kind: 'scheduleUnusable', detail } }),
  };
}

export function chargingLimitClearedReply(
  { evseId = 0, source }: StationRequest & { type: 'chargingLimitCleared' },
  context: ReplyContext,
): StationReply {
  const { stationId } = context;
  const known = stationOf(context)?.externalLimits ?? [];
  const isNews = known.some((limit) => limit.source === source && (evseId === 0 || limit.evseId === evseId));
  const events = isNews ? [{ type: 'externalLimitCleared', stationId, evseId, source } as const] : [];
  return { events, durable: true, response: NOTHING };
}
