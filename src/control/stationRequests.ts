import { assertNever } from '../site/assertNever.js';
import type { TransactionId } from '../site/chargingProfile.js';
import type { RandomSource } from '../site/clock.js';
import type { SiteEvent, StationEvent } from '../site/events.js';
import { assumedPhases, gridCurrentA } from '../site/metering.js';
import { evseOf } from '../site/siteIndex.js';
import type { EndedSession, SiteState, StationState, TransactionState } from '../site/state.js';
import type { AuthorizationStatus, MeterSample, StationRequest, StationResponses } from '../site/stationMessages.js';

/** What a message of a station means for its site: events, whether they must be on disk before the answer leaves, the answer. */
export interface StationReply<T extends StationRequest['type'] = StationRequest['type']> {
  readonly events: readonly SiteEvent[];
  readonly durable: boolean;
  readonly response: StationResponses[T];
  readonly anomaly?: { readonly kind: string; readonly detail: string };
}

export interface ReplyContext {
  readonly state: SiteState;
  readonly stationId: string;
  readonly nowMs: number;
  readonly random: RandomSource;
}

/** Stations stay reachable through web-socket pings; a heartbeat only sets their clock. */
export const HEARTBEAT_INTERVAL_S = 300;
/** A start or end that is said to lie further off than this is taken to be now: the clock is wrong. */
const TIMESTAMP_PAST_MAX_MS = 30 * 86_400_000;
const TIMESTAMP_FUTURE_MAX_MS = 300_000;

const NOTHING = Object.freeze({});

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
    response: { status: 'Accepted', currentTimeMs: context.nowMs, intervalS: HEARTBEAT_INTERVAL_S },
  };
}

function statusReply(request: StationRequest & { type: 'status' }, context: ReplyContext): StationReply {
  const { evseId, status, errorCode } = request;
  const { stationId } = context;
  if (evseId === 0) return { events: [], durable: false, response: NOTHING };
  const known = stationOf(context)?.evses.get(evseId);
  if (known === undefined) return { events: [], durable: false, response: NOTHING, anomaly: unknownEvse(evseId) };
  const clock = clockSeenAt(request.timestampMs, context);
  if (known.status === status) return { events: clock, durable: false, response: NOTHING };
  const event: StationEvent = {
    type: 'evseStatusReported',
    stationId,
    evseId,
    status,
    ...(errorCode === undefined || errorCode === 'NoError' ? {} : { errorCode }),
  };
  return { events: [...clock, event], durable: false, response: NOTHING };
}

/** What is written as of now tells that the station's clock is right. What is not may have been kept for a while. */
function clockSeenAt(timestampMs: number | undefined, context: ReplyContext): SiteEvent[] {
  if (timestampMs === undefined || stationOf(context)?.clockIsKnown === true) return [];
  if (Math.abs(timestampMs - context.nowMs) > CLOCK_OFF_MIN_MS) return [];
  return [{ type: 'clockSeen', stationId: context.stationId, clockOffMs: 0 }];
}

function authorization(state: SiteState, idToken: string): AuthorizationStatus {
  const { idTokens } = state.site;
  return idTokens === undefined || idTokens.includes(idToken) ? 'Accepted' : 'Invalid';
}

function startReply(request: StationRequest & { type: 'transactionStarted' }, context: ReplyContext): StationReply {
  const { state, stationId, nowMs } = context;
  const { evseId, idToken, meterStartWh } = request;
  const status = authorization(state, idToken);
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
  const transactionId = newTransactionId(context);
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

/** A station that missed the answer sends its start again, with another message id: it must get the same transaction. */
function repeatedStart(
  { state, stationId }: ReplyContext,
  request: StationRequest & { type: 'transactionStarted' },
  startedAtMs: number,
): TransactionId | undefined {
  // A clock that is far off gives no start to compare: then token and meter reading must do. After a session that took nothing the next
  // one begins at the same reading, so that it is none of that one.
  const clockIsOff = startedAtMs !== request.timestampMs;
  const same = (known: TransactionState | EndedSession) =>
    known.idToken === request.idToken &&
    known.meterStartWh === request.meterStartWh &&
    (clockIsOff ? !('endedAtMs' in known) || known.energyWh > 0 : known.startedAtMs === startedAtMs);
  const open = state.stations.get(stationId)?.evses.get(request.evseId)?.transaction;
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

function meterReply(request: StationRequest & { type: 'meterValues' }, context: ReplyContext): StationReply {
  const { state, stationId, nowMs } = context;
  const { evseId, transactionId, samples } = request;
  const evse = evseOf(state.index.stations.get(stationId), evseId);
  const known = stationOf(context)?.evses.get(evseId);
  const quiet = { events: [], durable: false, response: NOTHING } as const;
  if (evseId === 0) return quiet;
  if (evse === undefined || known === undefined) return { ...quiet, anomaly: unknownEvse(evseId) };
  const open = known.transaction;
  if (transactionId !== undefined && open !== null && open.transactionId !== transactionId) {
    return {
      ...quiet,
      anomaly: {
        kind: 'foreignTransaction',
        detail: `meter values for transaction ${transactionId}, which is not open on EVSE ${evseId}, were ignored`,
      },
    };
  }
  const sample = newest(samples);
  if (sample === undefined)
    return request.quarantined > 0 ? { ...quiet, anomaly: quarantine(request.quarantined) } : quiet;
  const late = isLate(sample, context);
  const currentA = late ? undefined : gridCurrentA(sample, evse, state.site);
  const events: SiteEvent[] = [];
  if (transactionId !== undefined && open === null && sample.energyWh !== undefined && currentA !== undefined) {
    const adopted = adoptable(state, stationId, transactionId);
    // It survived a change of back end: charged, steered and ended under the id that its station knows it by.
    if (adopted) {
      events.push({
        type: 'transactionStarted',
        stationId,
        evseId,
        transactionId,
        idToken: 'unknown',
        authorized: state.site.idTokens === undefined,
        meterStartWh: sample.energyWh,
        startedAtMs: nowMs,
      });
    }
  }
  events.push({
    type: 'evseMetered',
    stationId,
    evseId,
    ...(currentA === undefined ? {} : { currentA, assumedPhases: assumedPhases(sample, evse) }),
    ...(sample.energyWh === undefined ? {} : { energyWh: sample.energyWh }),
    ...(sample.currentOfferedA === undefined ? {} : { offeredA: sample.currentOfferedA }),
    ...(late ? { sampledAtMs: sample.timestampMs } : {}),
    ...clockNews(sample, context),
  });
  return {
    events,
    durable: events.length > 1,
    response: NOTHING,
    ...(request.quarantined > 0 ? { anomaly: quarantine(request.quarantined) } : {}),
  };
}

/** Not one that has ended, nor one that another station has. */
function adoptable(state: SiteState, stationId: string, transactionId: TransactionId): boolean {
  if (state.endedSessions.some((session) => session.transactionId === transactionId)) return false;
  for (const [id, station] of state.stations) {
    if (evseOfTransaction(station, transactionId) !== undefined && id !== stationId) return false;
  }
  return transactionId !== 0 && transactionId !== '';
}

/** What was kept while the station was offline tells energy, and when it was taken, but not what flows now. */
const LATE_SAMPLE_MS = 60_000;
/** It comes soon after a station is back. Samples that are as old after that come from a clock that is behind. */
const LATE_FOR_MS = 120_000;

/** Differences that a message's way or a slow meter explain; and the steps in which a clock's error is counted. */
const CLOCK_OFF_MIN_MS = 5_000;
const CLOCK_RIGHT_MS = 2_000;
const CLOCK_OFF_STEP_MS = 10_000;

/** How far the station's clock is off, where that differs from what was known: rounded up, for it is counted on. */
function clockNews(sample: MeterSample, context: ReplyContext): { readonly clockOffMs?: number } {
  if (isLate(sample, context)) return {};
  const offMs = Math.abs(sample.timestampMs - context.nowMs);
  const isKnown = stationOf(context)?.clockIsKnown === true;
  // In between, what was known stands: an estimate that flutters would have failsafes written again and again.
  if (isKnown && offMs >= CLOCK_RIGHT_MS && offMs < CLOCK_OFF_MIN_MS) return {};
  const clockOffMs = offMs < CLOCK_OFF_MIN_MS ? 0 : Math.ceil(offMs / CLOCK_OFF_STEP_MS) * CLOCK_OFF_STEP_MS;
  return isKnown && clockOffMs === stationOf(context)?.clockOffMs ? {} : { clockOffMs };
}

/** By its own timestamp from before this connection, as far as its clock is known. */
function isLate({ timestampMs }: MeterSample, context: ReplyContext): boolean {
  const station = stationOf(context);
  if (station?.connection.status !== 'online') return false;
  const { sinceMs } = station.connection;
  return (
    context.nowMs - sinceMs < LATE_FOR_MS &&
    timestampMs < sinceMs - station.clockOffMs &&
    timestampMs < context.nowMs - LATE_SAMPLE_MS - station.clockOffMs
  );
}

/** A message may hold several samples of a while; the newest of each kind counts. */
function newest(samples: readonly MeterSample[]): MeterSample | undefined {
  let merged: MeterSample | undefined;
  for (const sample of [...samples].sort((a, b) => a.timestampMs - b.timestampMs)) merged = { ...merged, ...sample };
  return merged;
}

function evseOfTransaction(station: StationState | undefined, transactionId: TransactionId): number | undefined {
  for (const [evseId, evse] of station?.evses ?? [])
    if (evse.transaction?.transactionId === transactionId) return evseId;
  return undefined;
}

function plausibleMs(timestampMs: number, nowMs: number): number {
  const plausible = timestampMs > nowMs - TIMESTAMP_PAST_MAX_MS && timestampMs < nowMs + TIMESTAMP_FUTURE_MAX_MS;
  return plausible ? timestampMs : nowMs;
}

function stationOf({ state, stationId }: ReplyContext): StationState | undefined {
  return state.stations.get(stationId);
}

function unknownEvse(evseId: number): { kind: string; detail: string } {
  return {
    kind: 'unknownEvse',
    detail: `EVSE ${evseId} is not among those the site lists for this station; nothing may charge there`,
  };
}

function quarantine(count: number): { kind: string; detail: string } {
  return { kind: 'meterQuarantined', detail: `${count} impossible meter value(s) were left out` };
}
