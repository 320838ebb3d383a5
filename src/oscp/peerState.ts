import type { Cap } from './caps.js';
import type { RequiredBehaviour } from './messages.js';

/** What the other side is. Evenkeel is the flexibility provider, and to another flexibility provider its capacity optimizer. */
export const OSCP_ROLES = ['capacityProvider', 'capacityOptimizer', 'flexibilityProvider'] as const;
export type OscpRole = (typeof OSCP_ROLES)[number];

/** As configured. */
export interface OscpConfig {
  readonly siteId: string;
  readonly circuitId: string;
  readonly groupId: string;
  readonly role: OscpRole;
  /** What people call it. */
  readonly name: string;
  /** Where the other side reaches this service. */
  readonly publicUrl: string;
  /** Where it takes our registration; absent: it starts. */
  readonly versionUrl?: string;
  /** How often it is to say that it is there. */
  readonly heartbeatS: number;
  readonly measurementS: number;
  readonly contract?: Cap;
}

export type OscpRegistration =
  /** Nobody has begun. */
  | { readonly status: 'waiting' }
  /** It has our token, and owes us its own. */
  | { readonly status: 'offered'; readonly atMs: number }
  /** We have its token, and owe it ours. */
  | { readonly status: 'answering'; readonly baseUrl: string; readonly token: string }
  | { readonly status: 'registered'; readonly baseUrl: string; readonly token: string; readonly atMs: number }
  /** It has unregistered. */
  | { readonly status: 'left'; readonly atMs: number };

/** What is kept of the other side over restarts. Its own token is kept as it is: it has to be shown. */
export interface OscpState {
  /** Hashes of the tokens that it may show. */
  readonly acceptedHashes: readonly string[];
  /** Shown when we start. */
  readonly startToken: string | null;
  /** Of the token that was agreed on by hand, whoever starts. */
  readonly startHash: string | null;
  readonly registration: OscpRegistration;
  /** What it wants of us; null before the handshake. */
  readonly theirs: RequiredBehaviour | null;
  readonly handshakeMs: number | null;
  readonly offlineModeAtMs: number | null;
  readonly heardMs: number | null;
  readonly energy: EnergyCount | null;
}

/** What flowed through the circuit since counting began; measured now and then, so that it counts like a meter. */
export interface EnergyCount {
  readonly sinceMs: number;
  readonly atMs: number;
  readonly totalWh: number;
  /** Of it, the cars. */
  readonly flexibleWh: number;
  /** As last told. */
  readonly toldMs: number;
  readonly toldTotalWh: number;
  readonly toldFlexibleWh: number;
}

export const NEW_STATE: OscpState = {
  acceptedHashes: [],
  startToken: null,
  startHash: null,
  registration: { status: 'waiting' },
  theirs: null,
  handshakeMs: null,
  offlineModeAtMs: null,
  heardMs: null,
  energy: null,
};

/** So many of its heartbeats may be missing before we count as away, and it. */
const HEARTBEATS_MISSED = 3;
/** Whatever it says, a side that was not heard for a day is away. */
const AWAY_AT_LATEST_MS = 86_400_000;
/** After registering: whoever comes first begins the handshake. */
const HANDSHAKE_AFTER_MS = 5_000;
const HANDSHAKE_AGAIN_MS = 60_000;
/** It has taken our token, and does not send its own: it is offered again. */
const OFFER_AGAIN_MS = 120_000;
const LAY_OUT_EVERY_MS = 3_600_000;
const SAMPLE_EVERY_MS = 60_000;
const RETRY_MIN_MS = 5_000;
const RETRY_MAX_MS = 300_000;

/** Heard with a heartbeat. */
export function heard(state: OscpState, offlineModeAtMs: number, nowMs: number): OscpState {
  return { ...state, heardMs: nowMs, offlineModeAtMs: Math.min(offlineModeAtMs, nowMs + AWAY_AT_LATEST_MS) };
}

/** Both know how the other wants to be treated. Its first heartbeat is due then. */
export function shakenHands(state: OscpState, theirs: RequiredBehaviour, heartbeatS: number, nowMs: number): OscpState {
  const firstMs = nowMs + HEARTBEATS_MISSED * heartbeatS * 1000;
  const offlineModeAtMs = Math.max(state.offlineModeAtMs ?? 0, firstMs);
  return { ...state, theirs, handshakeMs: nowMs, offlineModeAtMs };
}

/** From when on its fallback holds, unless it is heard before; also over a time in which we did not run. */
export function offlineFrom({ registration, offlineModeAtMs }: OscpState): number | 'never' {
  if (registration.status === 'left') return Math.min(registration.atMs, offlineModeAtMs ?? registration.atMs);
  return offlineModeAtMs ?? 'never';
}

export function isAway(state: OscpState, nowMs: number): boolean {
  const fromMs = offlineFrom(state);
  return fromMs !== 'never' && nowMs >= fromMs;
}

/** What we promise with a heartbeat that is sent now. */
export function ourOfflineModeAt({ theirs }: OscpState, nowMs: number): number {
  return nowMs + HEARTBEATS_MISSED * (theirs?.heartbeatIntervalS ?? 60) * 1000;
}

export type OscpWork = 'register' | 'handshake' | 'heartbeat' | 'sample' | 'measure' | 'layOut';

/** When each was last done, or tried; only as long as the process runs. */
export interface OscpDone {
  readonly ms: Partial<Readonly<Record<OscpWork, number>>>;
  /** In a row without success. */
  readonly registerFailures: number;
}

/** When each is due; 'never' where it is not, as things are. Those in the past are due now. */
export function dueMs(
  config: OscpConfig,
  state: OscpState,
  done: OscpDone,
): Readonly<Record<OscpWork, number | 'never'>> {
  const { registration, theirs, handshakeMs } = state;
  const isRegistered = registration.status === 'registered';
  const isMeasuring = isRegistered && wantsMeasurements(state) && state.energy !== null;
  const after = (work: OscpWork, delayMs: number) => (done.ms[work] ?? 0) + delayMs;
  return {
    register: registerDueMs(config, state, done),
    handshake:
      !isRegistered || handshakeMs !== null
        ? 'never'
        : Math.max(registration.atMs + HANDSHAKE_AFTER_MS, after('handshake', HANDSHAKE_AGAIN_MS)),
    heartbeat:
      isRegistered && theirs?.heartbeatIntervalS !== undefined
        ? after('heartbeat', theirs.heartbeatIntervalS * 1000)
        : 'never',
    sample: isRegistered ? after('sample', SAMPLE_EVERY_MS) : 'never',
    measure: isMeasuring
      ? Math.max(state.energy?.toldMs ?? 0, done.ms.measure ?? 0) + config.measurementS * 1000
      : 'never',
    layOut: layOutDueMs(state, done),
  };
}

export function wantsMeasurements({ theirs }: OscpState): boolean {
  return theirs !== null && theirs.measurements.length > 0;
}

function registerDueMs(config: OscpConfig, { registration }: OscpState, done: OscpDone): number | 'never' {
  const { status } = registration;
  const isOurs =
    status === 'answering' || (config.versionUrl !== undefined && (status === 'waiting' || status === 'offered'));
  if (!isOurs) return 'never';
  const tried = done.ms.register;
  if (tried === undefined) return status === 'offered' ? registration.atMs + OFFER_AGAIN_MS : 0;
  if (status === 'offered' && done.registerFailures === 0) return tried + OFFER_AGAIN_MS;
  return tried + Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.max(0, done.registerFailures - 1));
}

/** Where it is found to be away, and now and then: time brings further blocks within reach. */
function layOutDueMs(state: OscpState, done: OscpDone): number {
  const lastMs = done.ms.layOut ?? 0;
  const fromMs = offlineFrom(state);
  const regularMs = lastMs + LAY_OUT_EVERY_MS;
  return fromMs !== 'never' && fromMs > lastMs ? Math.min(fromMs, regularMs) : regularMs;
}

/** The earliest of all that are due some time. */
export function nextDueMs(due: Readonly<Record<OscpWork, number | 'never'>>): number | 'never' {
  const times = Object.values(due).filter((ms) => ms !== 'never');
  return times.length === 0 ? 'never' : Math.min(...times);
}
