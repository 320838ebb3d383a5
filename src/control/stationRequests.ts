import { assertNever } from '../site/assertNever.js';
import type { TransactionId } from '../site/chargingProfile.js';
import type { SiteEvent, StationEvent } from '../site/events.js';
import type { EndedSession, TransactionState } from '../site/state.js';
import type { StationRequest } from '../site/stationMessages.js';
import { capabilitiesOf2x } from './capabilities2x.js';
import { chargingLimitClearedReply, chargingLimitReply } from './externalLimitReplies.js';
import { meterReply } from './meterReadings.js';
import { spreadIntervalS } from './spread.js';
import {
  authorization,
  clockSeenAt,
  evseOfTransaction,
  NOTHING,
  plausibleMs,
  type ReplyContext,
  type StationReply,
  stationOf,
  unknownEvse,
} from './stationReply.js';
import { needsReply, priorityReply, toldReply } from './transactionEvents.js';
import { vehicleScheduleReply } from './vehicleSchedule.js';

/** Stations stay reachable through web-socket pings; a heartbeat only sets their clock. */
const HEARTBEAT_INTERVAL_S = 300;

export function replyTo(request: StationRequest, context: ReplyContext): StationReply {
  switch (request.type) {
    case 'boot':
      return bootReply(request, context);
    case 'heartbeat':
      return { events: [], durable: false, response: { currentTimeMs: context.nowMs } };
    case 'status':
      return statusReply(request, context);
    case 'authorize':
      return { events: [], durable: false, response: { status: authorization(context.state, request.idToken) } };
    case 'transactionStarted':
      return startReply(request, context);
    case 'transactionEnded':
      return endReply(request, context);
    case 'meterValues':
      return meterReply(request, context);
    case 'dataTransfer':
      return { events: [], durable: false, response: { status: 'UnknownVendorId' } };
    case 'chargingLimit':
      return chargingLimitReply(request, context);
    case 'chargingLimitCleared':
      return chargingLimitClearedReply(request, context);
    case 'transactionTold':
      return toldReply(request, context);
    case 'chargingNeeds':
      return needsReply(request, context);
    case 'variablesReported':
      return variablesReply(request, context);
    case 'vehicleSchedule':
      return vehicleScheduleReply(request, context);
    case 'priorityCharging':
      return priorityReply(request, context);
    case 'profilesReported':
      return { events: [], durable: false, response: NOTHING };
    case 'notice':
      return {
        events: [],
        durable: false,
        response: NOTHING,
        ...(request.concern === undefined
          ? {}
          : { anomaly: { kind: 'stationNotice', detail: `${request.subject}: ${request.concern}` } }),
      };
    case 'firmwareStatus':
    case 'diagnosticsStatus':
      return { events: [], durable: false, response: NOTHING };
    default:
      return assertNever(request);
  }
}

function bootReply(request: StationRequest & { type: 'boot' }, context: ReplyContext): StationReply {
  const { vendor, model, serialNumber, firmwareVersion } = request;
  const identity = {
    vendor,
    model,
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(firmwareVersion === undefined ? {} : { firmwareVersion }),
  };
  return {
    events: [{ type: 'stationBooted', stationId: context.stationId, identity }],
    // An acceptance lasts over reconnects, so it must last over our restarts.
    durable: true,
    response: {
      status: 'Accepted',
      currentTimeMs: context.nowMs,
      intervalS: spreadIntervalS(HEARTBEAT_INTERVAL_S, context.stationId),
    },
  };
}

function statusReply(request: StationRequest & { type: 'status' }, context: ReplyContext): StationReply {
  const { evseId, connectorId, status, errorCode } = request;
  const { stationId } = context;
  if (evseId === 0) return { events: [], durable: false, response: NOTHING };
  const known = stationOf(context)?.evses.get(evseId);
  if (known === undefined) return { events: [], durable: false, response: NOTHING, anomaly: unknownEvse(evseId) };
  const clock = clockSeenAt(request.timestampMs, context);
  const before =
    connectorId === undefined
      ? known.status
      : known.connectors?.find((connector) => connector.connectorId === connectorId)?.status;
  if (before === status) return { events: clock, durable: false, response: NOTHING };
  const event: StationEvent = {
    type: 'evseStatusReported',
    stationId,
    evseId,
    ...(connectorId === undefined ? {} : { connectorId }),
    status,
    ...(errorCode === undefined || errorCode === 'NoError' ? {} : { errorCode }),
  };
  return { events: [...clock, event], durable: false, response: NOTHING };
}

/** What a report says of what the station can do is as good as what it answers when asked for it. */
function variablesReply(
  { variables }: StationRequest & { type: 'variablesReported' },
  { stationId }: ReplyContext,
): StationReply {
  const capabilities = capabilitiesOf2x(variables);
  const isNews = Object.keys(capabilities).length > 0;
  const events: SiteEvent[] = isNews ? [{ type: 'capabilitiesRead', stationId, capabilities }] : [];
  return { events, durable: false, response: NOTHING };
}

function startReply(request: StationRequest & { type: 'transactionStarted' }, context: ReplyContext): StationReply {
  const { state, stationId, nowMs } = context;
  const { evseId, idToken, meterStartWh, given } = request;
  const status = given?.status ?? authorization(state, idToken);
  const evse = stationOf(context)?.evses.get(evseId);
  if (evse === undefined) {
    // Nothing may charge where no circuit counts it.
    return {
      events: [],
      durable: false,
      response: { transactionId: newTransactionId(context), status: 'Invalid' },
      anomaly: unknownEvse(evseId),
    };
  }
  const startedAtMs = plausibleMs(request.timestampMs, nowMs);
  const repeated = repeatedStart(context, request, startedAtMs);
  if (repeated !== undefined) return { events: [], durable: true, response: { transactionId: repeated, status } };
  const transactionId = given?.transactionId ?? newTransactionId(context);
  return {
    events: [
      ...clockSeenAt(request.timestampMs, context),
      {
        type: 'transactionStarted',
        stationId,
        evseId,
        transactionId,
        idToken,
        authorized: status === 'Accepted',
        meterStartWh,
        startedAtMs,
      },
    ],
    durable: true,
    response: { transactionId, status },
  };
}

/** So long a start may be said again whose clock has seemed off the first time, and does not any more: what was too far ahead comes nearer. */
const REPEATED_WITHIN_MS = 600_000;

/** Was the time of its receipt taken for its start, perhaps? */
function wasReplaced(known: TransactionState | EndedSession, nowMs: number): boolean {
  if (!('receivedMs' in known)) return false;
  return Math.abs(known.startedAtMs - known.receivedMs) < 1_000 && nowMs - known.receivedMs < REPEATED_WITHIN_MS;
}

/** A station that missed the answer sends its start again, with another message id: it must get the same transaction. */
function repeatedStart(
  { state, stationId, nowMs }: ReplyContext,
  request: StationRequest & { type: 'transactionStarted' },
  startedAtMs: number,
): TransactionId | undefined {
  // A clock that is far off gives no start to compare: then token and meter reading must do. After a session that took nothing the next
  // one begins at the same reading, so that it is none of that one.
  const clockIsOff = startedAtMs !== request.timestampMs;
  const same = (known: TransactionState | EndedSession) =>
    known.idToken === request.idToken &&
    known.meterStartWh === request.meterStartWh &&
    (clockIsOff || wasReplaced(known, nowMs)
      ? !('endedAtMs' in known) || known.energyWh > 0
      : known.startedAtMs === startedAtMs);
  const open = state.stations.get(stationId)?.evses.get(request.evseId)?.transaction;
  // Which it is was said.
  if (request.given !== undefined)
    return open?.transactionId === request.given.transactionId ? open.transactionId : undefined;
  if (open !== null && open !== undefined && same(open)) return open.transactionId;
  return state.endedSessions.findLast(
    (session) => session.stationId === stationId && session.evseId === request.evseId && same(session),
  )?.transactionId;
}

/** Random, so that nobody can guess another's; positive int32, as OCPP 1.6 has it. */
function newTransactionId({ state, random }: ReplyContext): number {
  const taken = new Set<TransactionId>(state.endedSessions.map((session) => session.transactionId));
  for (const station of state.stations.values()) {
    for (const { transaction } of station.evses.values())
      if (transaction !== null) taken.add(transaction.transactionId);
  }
  for (;;) {
    const id = random.positiveInt31();
    if (!taken.has(id)) return id;
  }
}

function endReply(request: StationRequest & { type: 'transactionEnded' }, context: ReplyContext): StationReply {
  const { stationId, nowMs } = context;
  const evseId = evseOfTransaction(stationOf(context), request.transactionId);
  const response = request.idToken === undefined ? NOTHING : { status: 'Accepted' as const };
  if (evseId === undefined) {
    // Already ended, or never ours. It is accepted either way, else the station would send it for ever.
    const repeated = context.state.endedSessions.some(
      (session) => session.stationId === stationId && session.transactionId === request.transactionId,
    );
    const detail = `transaction ${request.transactionId} is not open on this station; its end was ignored`;
    return {
      events: [],
      durable: repeated,
      response,
      ...(repeated ? {} : { anomaly: { kind: 'foreignTransaction', detail } }),
    };
  }
  return {
    events: [
      {
        type: 'transactionEnded',
        stationId,
        evseId,
        transactionId: request.transactionId,
        meterStopWh: request.meterStopWh,
        endedAtMs: plausibleMs(request.timestampMs, nowMs),
        reason: request.reason ?? 'Local',
      },
    ],
    durable: true,
    response,
  };
}
