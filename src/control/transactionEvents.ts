import type { SiteEvent, StationEvent } from '../site/events.js';
import type { Evse } from '../site/model.js';
import { evseOf } from '../site/siteIndex.js';
import type { EndedSession, EvseState, TransactionState } from '../site/state.js';
import type {
  AuthorizationStatus,
  StationRequest,
  StationResponses,
  TransactionTold,
} from '../site/stationMessages.js';
import { busiestOf } from '../site/transactionNews.js';
import { isLate, meteredEvent, newest } from './meterReadings.js';
import {
  authorization,
  clockSeenAt,
  evseOfTransaction,
  NOTHING,
  plausibleMs,
  quarantine,
  type ReplyContext,
  type StationReply,
  stationOf,
  unknownEvse,
} from './stationReply.js';

// What the events of a transaction mean from OCPP 2.0.1 on. They may come twice, late, with gaps, or from the middle of a transaction
// that was never heard of; the id is the station's, and means nothing on another station.

type ToldReply = StationReply<'transactionTold'>;

interface AnswerContext extends ReplyContext {
  readonly response: StationResponses['transactionTold'];
}

/** Where an EVSE stands, with the transaction that is open on it. */
interface OpenOn {
  readonly evse: Evse;
  readonly evseState: EvseState;
  readonly transaction: TransactionState;
}

/** Of whom nobody has said yet who it is. */
const UNKNOWN_TOKEN = 'unknown';

export function toldReply(request: TransactionTold, context: ReplyContext): ToldReply {
  const { idToken } = request;
  const answer = {
    ...context,
    response: idToken === undefined ? {} : { status: authorizationOf(request, idToken, context) },
  };
  const evseId = evseOfTransaction(stationOf(context), request.transactionId);
  const open = evseId === undefined ? undefined : openOn(evseId, context);
  if (open !== undefined) return ofTheOpen(request, open, answer);
  const past = endedBefore(request, context);
  if (past !== undefined && !beginsAnew(request, past, context)) return ofThePast(request, past, answer);
  return request.event === 'Ended' ? ofTheUnheard(request, answer) : ofTheNew(request, answer);
}

function endedBefore(
  { transactionId }: Pick<TransactionTold, 'transactionId'>,
  { state, stationId }: ReplyContext,
): EndedSession | undefined {
  return state.endedSessions.findLast(
    (session) => session.stationId === stationId && session.transactionId === transactionId,
  );
}

/** Some stations count their transactions, and from the beginning again after they lost power. */
function beginsAnew(
  { event, timestampMs }: TransactionTold,
  { endedAtMs }: EndedSession,
  { nowMs }: ReplyContext,
): boolean {
  // By a clock that is wrong it can't be told from a start that is told again.
  return event === 'Started' && timestampMs > endedAtMs && plausibleMs(timestampMs, nowMs) === timestampMs;
}

/** It is over, whatever is still told of it; but current that flows since then is counted. */
function ofThePast(request: TransactionTold, past: EndedSession, context: AnswerContext): ToldReply {
  const evse = evseInSite(past.evseId, context);
  const isFree = stationOf(context)?.evses.get(past.evseId)?.transaction === null;
  const isSince = request.event !== 'Ended' && request.timestampMs > past.endedAtMs;
  const events = isSince && isFree && evse !== undefined ? meteredEvents(request, evse, context) : [];
  return { events, durable: true, response: context.response };
}

function ofTheUnheard(request: TransactionTold, context: AnswerContext): ToldReply {
  const isAnnounced = announcedBefore(request, context) !== undefined;
  const detail = 'the end of a transaction of which nothing else was heard was ignored';
  const anomaly = isAnnounced ? {} : { anomaly: { kind: 'foreignTransaction', detail } };
  // It is taken either way, else the station would send it for ever.
  return { events: [], durable: false, response: context.response, ...anomaly };
}

function announcedBefore({ transactionId }: Pick<TransactionTold, 'transactionId'>, context: ReplyContext) {
  return stationOf(context)?.announced?.find((known) => known.transactionId === transactionId);
}

function ofTheOpen(request: TransactionTold, open: OpenOn, context: AnswerContext): ToldReply {
  const { evse, transaction } = open;
  // Wherever it is said to be, it is over.
  if (request.event === 'Ended') return ofTheEnd(request, open, context);
  if (request.evseId !== undefined && request.evseId !== evse.id) {
    const detail = `an event of the transaction on EVSE ${evse.id} named EVSE ${request.evseId}; it was ignored`;
    return {
      events: [],
      durable: false,
      response: context.response,
      anomaly: { kind: 'foreignTransaction', detail },
    };
  }
  const driver = driverNews(request, transaction, context);
  const isRepeated = isTold(request, transaction);
  // What it says was counted before; only who it is may have been missing.
  if (isRepeated && driver === undefined) return { events: [], durable: true, response: context.response };
  const registerWh = transaction.meterStartIsUnknown === true ? newest(request.samples)?.energyWh : undefined;
  const { transactionId, seqNo, timestampMs } = request;
  const news: StationEvent = {
    type: 'transactionUpdated',
    stationId: context.stationId,
    evseId: evse.id,
    transactionId,
    told: isRepeated && transaction.told !== undefined ? transaction.told : { seqNo, timestampMs },
    ...driver,
    ...(registerWh === undefined || isRepeated ? {} : { registerWh }),
  };
  const measured = isRepeated
    ? []
    : [
        ...clockEvents(request, context),
        ...meteredEvents(request, evse, context),
        ...statusEvents(request, open, context),
      ];
  return {
    events: [news, ...measured],
    // Who charges decides what it may draw; the rest is told again and again.
    durable: driver !== undefined,
    response: context.response,
    ...quarantined(request),
  };
}

/** Told before: the same number; or one from before, by the station's own clock too, for some count anew after they lost power. */
function isTold({ seqNo, timestampMs }: TransactionTold, { told }: TransactionState): boolean {
  if (told === undefined) return false;
  return seqNo === told.seqNo || (seqNo < told.seqNo && timestampMs <= told.timestampMs);
}

/** Who began it, where that was not known. Who ends it may be somebody else. */
function driverNews(
  request: TransactionTold,
  { idToken: known }: TransactionState,
  context: ReplyContext,
): { readonly idToken: string; readonly authorized: boolean } | undefined {
  const { idToken, triggerReason } = request;
  if (idToken === undefined || known !== UNKNOWN_TOKEN || triggerReason === 'StopAuthorized') return undefined;
  return { idToken, authorized: authorizationOf(request, idToken, context) === 'Accepted' };
}

/** A CSMS that the station talks to through us has the word. */
function authorizationOf({ given }: TransactionTold, idToken: string, { state }: ReplyContext): AuthorizationStatus {
  return given?.status ?? authorization(state, idToken);
}

function ofTheEnd(
  request: TransactionTold,
  { evse, evseState, transaction }: OpenOn,
  context: AnswerContext,
): ToldReply {
  const { stationId, nowMs, response } = context;
  // At the end a station may tell its whole register again, from the beginning on.
  const registers = request.samples.flatMap(({ energyWh }) => (energyWh === undefined ? [] : [energyWh]));
  const isCounted = registers.length > 0 && transaction.meterStartIsUnknown !== true;
  const status = busiestOf(evseState.connectors) ?? 'Finishing';
  return {
    events: [
      ...clockEvents(request, context),
      {
        type: 'transactionEnded',
        stationId,
        evseId: evse.id,
        transactionId: request.transactionId,
        ...(isCounted ? { meterStopWh: Math.max(...registers) } : {}),
        endedAtMs: plausibleMs(request.timestampMs, nowMs),
        reason: request.stoppedReason ?? 'Local',
      },
      // What the transaction told of its EVSE went with it.
      ...(status === evseState.status
        ? []
        : [{ type: 'evseStatusReported', stationId, evseId: evse.id, status } as const]),
    ],
    durable: true,
    response,
    ...quarantined(request),
  };
}

/** It begins, or its beginning was never heard: either way it is charged, steered and ended under the station's own id. */
function ofTheNew(request: TransactionTold, context: AnswerContext): ToldReply {
  const { stationId, nowMs, response } = context;
  const before = announcedBefore(request, context);
  const idToken = request.idToken ?? before?.idToken;
  const beganMs = request.event === 'Started' ? request.timestampMs : (before?.startedAtMs ?? request.timestampMs);
  const startedAtMs = plausibleMs(beganMs, nowMs);
  const evseId = request.evseId ?? onlyEvseId(context);
  if (evseId === undefined) return announced(request, startedAtMs, context);
  const evse = evseInSite(evseId, context);
  const evseState = stationOf(context)?.evses.get(evseId);
  if (evse === undefined || evseState === undefined) {
    // Nothing may charge where no circuit counts it.
    const invalid = request.idToken === undefined ? response : ({ status: 'Invalid' } as const);
    return { events: [], durable: false, response: invalid, anomaly: unknownEvse(evseId) };
  }
  const occupant = evseState.transaction;
  if (occupant !== null && (occupant.told?.timestampMs ?? occupant.startedAtMs) > request.timestampMs) {
    const detail = `an event from before the transaction that is open on EVSE ${evseId} was ignored`;
    return { events: [], durable: false, response, anomaly: { kind: 'foreignTransaction', detail } };
  }
  const { transactionId, seqNo, timestampMs } = request;
  const registerWh = firstRegisterWh(request);
  const began: StationEvent = {
    type: 'transactionStarted',
    stationId,
    evseId,
    transactionId,
    idToken: idToken ?? UNKNOWN_TOKEN,
    authorized: authorizationOf(request, idToken ?? UNKNOWN_TOKEN, context) === 'Accepted',
    meterStartWh: registerWh ?? 0,
    ...(registerWh === undefined ? { meterStartIsUnknown: true } : {}),
    startedAtMs,
    ...(endedBefore(request, context) === undefined ? {} : { reusesId: true }),
    told: { seqNo, timestampMs },
  };
  return {
    events: [
      ...clockEvents(request, context),
      began,
      ...meteredEvents(request, evse, context),
      ...statusEvents(request, { evse, evseState }, context),
    ],
    durable: true,
    response,
    ...quarantined(request),
  };
}

/** Nobody knows yet where: it is remembered, for who it is may not be told again. */
function announced(request: TransactionTold, startedAtMs: number, context: AnswerContext): ToldReply {
  const { transactionId, idToken } = request;
  const event: StationEvent = {
    type: 'transactionAnnounced',
    stationId: context.stationId,
    transactionId,
    startedAtMs,
    ...(idToken === undefined ? {} : { idToken }),
  };
  return { events: [event], durable: true, response: context.response };
}

function onlyEvseId({ state, stationId }: ReplyContext): number | undefined {
  const evses = state.index.stations.get(stationId)?.evses ?? [];
  return evses.length === 1 ? evses[0]?.id : undefined;
}

/** The smallest: a register only counts up. */
function firstRegisterWh({ samples }: TransactionTold): number | undefined {
  const registers = samples.flatMap(({ energyWh }) => (energyWh === undefined ? [] : [energyWh]));
  return registers.length === 0 ? undefined : Math.min(...registers);
}

function meteredEvents(request: TransactionTold, evse: Evse, context: ReplyContext): readonly SiteEvent[] {
  const sample = newest(request.samples);
  if (sample === undefined) return [];
  // What was kept while the station was offline is late by its own word, whatever its clock says.
  return [meteredEvent(sample, evse, { ...context, isLate: request.isOffline || isLate(sample, context) })];
}

function statusEvents(
  { status, isOffline }: TransactionTold,
  { evse, evseState }: Pick<OpenOn, 'evse' | 'evseState'>,
  { stationId }: ReplyContext,
): readonly SiteEvent[] {
  const { transaction, statusAtMs } = evseState;
  if (status === undefined || isOffline) return [];
  // What it was in an earlier transaction says nothing of this one.
  const isKnown = status === evseState.status && transaction !== null && statusAtMs > transaction.receivedMs;
  return isKnown ? [] : [{ type: 'evseStatusReported', stationId, evseId: evse.id, status }];
}

function clockEvents({ isOffline, timestampMs }: TransactionTold, context: ReplyContext): readonly SiteEvent[] {
  return isOffline ? [] : clockSeenAt(timestampMs, context);
}

function quarantined({ quarantined: count }: TransactionTold): Pick<ToldReply, 'anomaly'> {
  return count > 0 ? { anomaly: quarantine(count) } : {};
}

function openOn(evseId: number, context: ReplyContext): OpenOn | undefined {
  const evse = evseInSite(evseId, context);
  const evseState = stationOf(context)?.evses.get(evseId);
  const transaction = evseState?.transaction;
  if (evse === undefined || evseState === undefined || transaction === undefined || transaction === null)
    return undefined;
  return { evse, evseState, transaction };
}

function evseInSite(evseId: number, { state, stationId }: ReplyContext): Evse | undefined {
  return evseOf(state.index.stations.get(stationId), evseId);
}

/** A departure that is further off than anybody plans, or over, is none. */
const DEPARTURE_AHEAD_MAX_MS = 30 * 86_400_000;

/** Accepted where a schedule follows at once; Processing where it follows once the transaction is known (OCPP 2.0.1 K15). */
export function needsReply(
  request: StationRequest & { type: 'chargingNeeds' },
  context: ReplyContext,
): StationReply<'chargingNeeds'> {
  const { evseId, departureMs, energyWh, currentMaxA } = request;
  const { stationId, nowMs } = context;
  const evseState = stationOf(context)?.evses.get(evseId);
  if (evseState === undefined)
    return { events: [], durable: false, response: { status: 'Rejected' }, anomaly: unknownEvse(evseId) };
  const isAhead = departureMs !== undefined && departureMs > nowMs && departureMs < nowMs + DEPARTURE_AHEAD_MAX_MS;
  const needs = {
    ...(isAhead ? { departureMs } : {}),
    ...(energyWh === undefined ? {} : { energyWh }),
    ...(currentMaxA === undefined ? {} : { currentMaxA }),
  };
  return {
    events: [{ type: 'vehicleNeedsTold', stationId, evseId, needs }],
    durable: true,
    response: { status: evseState.transaction === null ? 'Processing' : 'Accepted' },
  };
}

/** Whoever stands at the station may give a transaction the most (OCPP 2.1 K22). It is told how things are, and may be told again. */
export function priorityReply(
  { transactionId, isActive }: StationRequest & { type: 'priorityCharging' },
  context: ReplyContext,
): StationReply<'priorityCharging'> {
  const { stationId, nowMs: startedAtMs } = context;
  const reply = (...events: readonly SiteEvent[]) => ({ events, durable: true, response: NOTHING }) as const;
  const evseId = evseOfTransaction(stationOf(context), transactionId);
  const open = evseId === undefined ? undefined : openOn(evseId, context);
  const before = announcedBefore({ transactionId }, context);
  if (((open?.transaction ?? before)?.priorityCharging === true) === isActive) return reply();
  if (open !== undefined)
    return {
      ...reply({ type: 'priorityChargingTold', stationId, evseId: open.evse.id, transactionId, isActive }),
      ...(isActive ? { anomaly: PRIORITY } : {}),
    };
  if (before === undefined && endedBefore({ transactionId }, context) !== undefined) return reply();
  // It may be told before anything else of its transaction.
  return reply({ type: 'transactionAnnounced', stationId, transactionId, startedAtMs, priorityCharging: isActive });
}

/** Nothing that a person need do; but a profile for priority, which no one here wrote, may lie over what the transaction was given. */
const PRIORITY = { kind: 'stationNotice', detail: 'a transaction charges with priority, as its station was asked to' };
