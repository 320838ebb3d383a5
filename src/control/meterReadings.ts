import type { TransactionId } from '../site/chargingProfile.js';
import type { SiteEvent } from '../site/events.js';
import { assumedPhases, gridCurrentA } from '../site/metering.js';
import type { Evse } from '../site/model.js';
import { evseOf } from '../site/siteIndex.js';
import type { SiteState } from '../site/state.js';
import type { MeterSample, StationRequest } from '../site/stationMessages.js';
import {
  CLOCK_OFF_MIN_MS,
  evseOfTransaction,
  NOTHING,
  quarantine,
  type ReplyContext,
  type StationReply,
  stationOf,
  unknownEvse,
} from './stationReply.js';

export function meterReply(request: StationRequest & { type: 'meterValues' }, context: ReplyContext): StationReply {
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
  const metered =
    request.isRelayed === true
      ? relayedEvent(sample, evse, context)
      : meteredEvent(sample, evse, { ...context, isLate: isLate(sample, context) });
  const { currentA } = metered;
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
  events.push(metered);
  return {
    events,
    durable: events.length > 1,
    response: NOTHING,
    ...(request.quarantined > 0 ? { anomaly: quarantine(request.quarantined) } : {}),
  };
}

/** What a sample says of its EVSE; of one that is late its energy, and when it was taken, but not what flows now. */
export function meteredEvent(
  sample: MeterSample,
  evse: Evse,
  context: ReplyContext & { readonly isLate: boolean },
): SiteEvent & { readonly type: 'evseMetered' } {
  const currentA = context.isLate ? undefined : gridCurrentA(sample, evse, context.state.site);
  return {
    type: 'evseMetered',
    stationId: context.stationId,
    evseId: evse.id,
    ...(currentA === undefined ? {} : { currentA, assumedPhases: assumedPhases(sample, evse) }),
    ...(sample.energyWh === undefined ? {} : { energyWh: sample.energyWh }),
    // What a DC outlet offers in amperes is not of the grid.
    ...(sample.currentOfferedA === undefined || evse.kind === 'DC' ? {} : { offeredA: sample.currentOfferedA }),
    ...(context.isLate ? { sampledAtMs: sample.timestampMs } : clockNews(sample, context)),
  };
}

/** What was handed on too late says nothing of what flows now. */
const RELAYED_LATE_MS = 30_000;

function relayedEvent(
  sample: MeterSample,
  evse: Evse,
  context: ReplyContext,
): SiteEvent & { readonly type: 'evseMetered' } {
  const isOld = context.nowMs - sample.timestampMs > RELAYED_LATE_MS;
  const { clockOffMs: _notItsOwn, ...metered } = meteredEvent(sample, evse, { ...context, isLate: isOld });
  return metered;
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

/** Below this a clock is right; and the steps in which its error is counted. */
const CLOCK_RIGHT_MS = 2_000;
const CLOCK_OFF_STEP_MS = 10_000;

/** How far the station's clock is off, where that differs from what was known: rounded up, for it is counted on. */
function clockNews(sample: MeterSample, context: ReplyContext): { readonly clockOffMs?: number } {
  const offMs = Math.abs(sample.timestampMs - context.nowMs);
  const isKnown = stationOf(context)?.clockIsKnown === true;
  // In between, what was known stands: an estimate that flutters would have failsafes written again and again.
  if (isKnown && offMs >= CLOCK_RIGHT_MS && offMs < CLOCK_OFF_MIN_MS) return {};
  const clockOffMs = offMs < CLOCK_OFF_MIN_MS ? 0 : Math.ceil(offMs / CLOCK_OFF_STEP_MS) * CLOCK_OFF_STEP_MS;
  return isKnown && clockOffMs === stationOf(context)?.clockOffMs ? {} : { clockOffMs };
}

/** By its own timestamp from before this connection, as far as its clock is known. */
export function isLate({ timestampMs }: MeterSample, context: ReplyContext): boolean {
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
export function newest(samples: readonly MeterSample[]): MeterSample | undefined {
  let merged: MeterSample | undefined;
  for (const sample of [...samples].sort((a, b) => a.timestampMs - b.timestampMs)) {
    const { powerIsAtInlet, currentIsAtInlet, ...older } = merged ?? sample;
    const saysCurrent = sample.currentA !== undefined || sample.terminalCurrentA !== undefined;
    merged = {
      ...older,
      // Where something was measured is forgotten with what was.
      ...(powerIsAtInlet === undefined || sample.powerW !== undefined ? {} : { powerIsAtInlet }),
      ...(currentIsAtInlet === undefined || saysCurrent ? {} : { currentIsAtInlet }),
      ...sample,
    };
  }
  return merged;
}
