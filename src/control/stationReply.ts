import type { TransactionId } from '../site/chargingProfile.js';
import type { RandomSource } from '../site/clock.js';
import type { SiteEvent } from '../site/events.js';
import type { SiteState, StationState } from '../site/state.js';
import type { AuthorizationStatus, StationRequest, StationResponses } from '../site/stationMessages.js';

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

/** A start or end that is said to lie further off than this is taken to be now: the clock is wrong. */
const TIMESTAMP_PAST_MAX_MS = 30 * 86_400_000;
const TIMESTAMP_FUTURE_MAX_MS = 300_000;

/** Differences that a message's way or a slow meter explain. */
export const CLOCK_OFF_MIN_MS = 5_000;

export const NOTHING = Object.freeze({});

/** What is written as of now tells that the station's clock is right. What is not may have been kept for a while. */
export function clockSeenAt(timestampMs: number | undefined, context: ReplyContext): SiteEvent[] {
  if (timestampMs === undefined || stationOf(context)?.clockIsKnown === true) return [];
  if (Math.abs(timestampMs - context.nowMs) > CLOCK_OFF_MIN_MS) return [];
  return [{ type: 'clockSeen', stationId: context.stationId, clockOffMs: 0 }];
}

export function authorization(state: SiteState, idToken: string): AuthorizationStatus {
  const { idTokens } = state.site;
  return idTokens === undefined || idTokens.includes(idToken) ? 'Accepted' : 'Invalid';
}

export function evseOfTransaction(station: StationState | undefined, transactionId: TransactionId): number | undefined {
  for (const [evseId, evse] of station?.evses ?? [])
    if (evse.transaction?.transactionId === transactionId) return evseId;
  return undefined;
}

export function plausibleMs(timestampMs: number, nowMs: number): number {
  const plausible = timestampMs > nowMs - TIMESTAMP_PAST_MAX_MS && timestampMs < nowMs + TIMESTAMP_FUTURE_MAX_MS;
  return plausible ? timestampMs : nowMs;
}

export function stationOf({ state, stationId }: ReplyContext): StationState | undefined {
  return state.stations.get(stationId);
}

export function unknownEvse(evseId: number): { kind: string; detail: string } {
  return {
    kind: 'unknownEvse',
    detail: `EVSE ${evseId} is not among those the site lists for this station; nothing may charge there`,
  };
}

export function quarantine(count: number): { kind: string; detail: string } {
  return { kind: 'meterQuarantined', detail: `${count} impossible meter value(s) were left out` };
}
