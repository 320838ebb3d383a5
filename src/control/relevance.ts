import { vehicleCapA } from '../plan/sessions.js';
import { countedBaseLoadOf } from '../site/baseLoad.js';
import type { SiteEvent } from '../site/events.js';
import { phasesInUse } from '../site/mayDraw.js';
import { PHASES } from '../site/phases.js';
import { findEvse } from '../site/sites.js';
import type { SiteState } from '../site/state.js';

/** What an event asks for: nothing, a look at what may be sent, a new plan soon, or that loads come down at once. */
export type Relevance = 'none' | 'pass' | 'plan' | 'danger';

const SAME_A = 0.05;

export function relevance(before: SiteState, after: SiteState, event: SiteEvent): Relevance {
  switch (event.type) {
    case 'siteConfigured':
    case 'limitPut':
    case 'limitDeleted':
    case 'gridEventPut':
      return 'danger';
    case 'circuitMetered':
      return baseLoadRose(before, after, event.circuitId) ? 'danger' : 'none';
    case 'evseMetered':
      return meteredRelevance(before, after, event);
    case 'needsPut':
    case 'vehicleNeedsTold':
    case 'vehicleScheduleRefused':
    case 'priorityChargingTold':
    case 'serviceStarted':
    case 'stationConnected':
    case 'stationDisconnected':
    case 'stationBooted':
    case 'externalLimitNotified':
    case 'externalLimitCleared':
    case 'transactionStarted':
    case 'transactionEnded':
      return 'plan';
    case 'clockSeen':
    case 'stopAsked':
    case 'quirkLearned':
    case 'quirksForgotten':
    case 'capabilitiesRead':
    case 'profileAnswered':
    case 'profileNotVerified':
      return 'pass';
    case 'profileVerified':
      return event.slot.kind === 'failsafe' ? 'plan' : 'pass';
    case 'evseStatusReported':
      return findEvse(after, event.stationId, event.evseId)?.evseState.transaction == null ? 'none' : 'plan';
    case 'transactionUpdated':
      return event.authorized === undefined ? 'none' : 'plan';
    case 'profileIntended':
    case 'profileReportAwaited':
    case 'foreignProfilesSeen':
    case 'startProfileSent':
    case 'quirkSuspected':
    case 'quirkRefuted':
    case 'transactionAnnounced':
      return 'none';
  }
}

function baseLoadRose(before: SiteState, after: SiteState, circuitId: string): boolean {
  const was = countedBaseLoadOf(before, circuitId);
  const is = countedBaseLoadOf(after, circuitId);
  return is !== 'none' && PHASES.some((phase) => is[phase] > (was === 'none' ? 0 : was[phase]) + SAME_A);
}

/** Most meter values only say what was known; a few change who may have what. */
function meteredRelevance(before: SiteState, after: SiteState, event: SiteEvent & { type: 'evseMetered' }): Relevance {
  const was = findEvse(before, event.stationId, event.evseId);
  const is = findEvse(after, event.stationId, event.evseId);
  if (was === undefined || is === undefined) return 'none';
  if (is.evseState.disobeys && !was.evseState.disobeys) return 'danger';
  if (is.evseState.disobeys !== was.evseState.disobeys || is.stationState.trusted !== was.stationState.trusted)
    return 'plan';
  if (phasesInUse(is.evse, is.evseState).length !== phasesInUse(was.evse, was.evseState).length) return 'plan';
  const wanted = is.evseState.transaction?.needs.energyWh;
  const delivered = is.evseState.transaction?.energyWh ?? 0;
  if (wanted !== undefined && delivered >= wanted && (was.evseState.transaction?.energyWh ?? 0) < wanted) return 'plan';
  return capChanged(vehicleCapA(was), vehicleCapA(is)) ? 'plan' : 'none';
}

function capChanged(was: number | 'unknown', is: number | 'unknown'): boolean {
  if (was === 'unknown' || is === 'unknown') return was !== is;
  return Math.abs(was - is) > 0.5;
}
