import { randomInt, randomUUID } from 'node:crypto';
import type { Dialect } from '../ocpp/dialect.js';
import type { Clock, RandomSource } from '../site/clock.js';
import type { CommandOutcome, StationCommand, StationHandler, StationRequest } from '../site/stationMessages.js';
import { MessageLog } from './messageLog.js';

export interface GatewayOptions {
  readonly handler: StationHandler;
  readonly clock: Clock;
  /** The OCPP versions spoken, most preferred first. */
  readonly dialects: readonly Dialect[];
  /** Security profile 0: a station without credentials is put to the handler, which decides. Only for a lab. */
  readonly allowUnauthenticated?: boolean;
  readonly metrics?: GatewayMetrics;
  /** Where what is said is kept for people to look at. */
  readonly messages?: MessageLog;
  readonly limits?: Partial<GatewayLimits>;
  /** Of our own calls; at most 36 characters, and unguessable. */
  readonly newMessageId?: () => string;
  /** Spreads those who are told to come back. */
  readonly random?: RandomSource;
}

/** Every bound of the gateway, by name. */
export interface GatewayLimits {
  /** How long a station may take to answer a call. */
  readonly callTimeoutMs: number;
  /** A longer message closes the connection with 1009. */
  readonly maxPayloadBytes: number;
  /** A connection that says nothing for this long is pinged; silent for as long again, it is ended. */
  readonly pingIntervalMs: number;
  /** Calls of one station that wait while one is handled; OCPP allows it none. Beyond: CALLERROR. */
  readonly incomingQueueMax: number;
  /** From this many waiting calls on, the socket is not read. */
  readonly incomingPauseAt: number;
  /** Calls to one station that wait, for each of the two priorities. Beyond: notSent/queueFull. */
  readonly outgoingQueueMax: number;
  /** What a station may leave unread of ours before its connection is ended. */
  readonly unreadMaxBytes: number;
  /** Frames that a station may send at once, and steadily. Beyond, the socket is not read for a while: nothing is lost. */
  readonly floodBurst: number;
  readonly floodPerSecond: number;
  /** Failed authentications in a minute, per identity and address. */
  readonly authenticationFailuresMax: number;
  /** Failed authentications in a minute from one network, of whatever identities. Those who have proven theirs from there are spared. */
  readonly networkFailuresMax: number;
  /** Handshakes that are looked at in one moment, and steadily. Beyond: 503, and the station is told when to try again. */
  readonly admissionBurst: number;
  readonly admissionsPerSecond: number;
  /** Handshakes being authenticated at one time. Beyond: 503, and the station tries again. */
  readonly handshakesMax: number;
  readonly handshakeTimeoutMs: number;
  /** How long a replaced connection may take to show that it is still alive. */
  readonly replacedPingMs: number;
  /** How long a shutdown waits for what is under way. */
  readonly closeGraceMs: number;
  /** Stations whose recent answers are remembered while they are away. */
  readonly stationsRememberedMax: number;
}

const DEFAULT_LIMITS: GatewayLimits = {
  callTimeoutMs: 15_000,
  maxPayloadBytes: 64 * 1024,
  pingIntervalMs: 30_000,
  incomingQueueMax: 64,
  incomingPauseAt: 16,
  outgoingQueueMax: 32,
  unreadMaxBytes: 1024 * 1024,
  floodBurst: 200,
  floodPerSecond: 50,
  authenticationFailuresMax: 10,
  networkFailuresMax: 100,
  admissionBurst: 1_000,
  admissionsPerSecond: 200,
  handshakesMax: 1_000,
  handshakeTimeoutMs: 10_000,
  replacedPingMs: 2_000,
  closeGraceMs: 5_000,
  stationsRememberedMax: 50_000,
};

/** Counters and histograms, for whoever wants them. Labels are from closed sets, whatever a station sends. */
export interface GatewayMetrics {
  connectionOpened?(): void;
  connectionClosed?(): void;
  handshakeRefused?(status: number): void;
  requestReceived?(type: StationRequest['type']): void;
  callErrorSent?(code: string): void;
  answerIgnored?(why: 'late' | 'unsolicited' | 'unreadable'): void;
  valuesQuarantined?(count: number): void;
  timestampsReplaced?(count: number): void;
  callEnded?(type: StationCommand['type'], outcome: CommandOutcome['outcome'], durationMs: number): void;
}

/** What every connection of one gateway shares. */
export interface GatewayContext {
  readonly handler: StationHandler;
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly messages: MessageLog;
  readonly newMessageId: () => string;
  readonly random: RandomSource;
}

/** Below this, any. */
const RANDOM_END = 2_147_483_647;

export function contextFrom(options: GatewayOptions): GatewayContext {
  return {
    handler: options.handler,
    clock: options.clock,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    metrics: options.metrics ?? {},
    messages: options.messages ?? new MessageLog({ clock: options.clock }),
    newMessageId: options.newMessageId ?? randomUUID,
    random: options.random ?? { positiveInt31: () => randomInt(1, RANDOM_END) },
  };
}
