import type { Frame, JsonObject } from '../ocpp/frame.js';

// What goes into the relay between a station and its CSMS, and what comes out of it (relay.ts).

/** The two sockets of a station that reaches its CSMS through us. */
export type Leg = 'station' | 'upstream';

export interface RelayedCall {
  readonly id: string;
  readonly action: string;
  readonly payload: JsonObject;
  /** The frame as it came. */
  readonly text: string;
  readonly receivedMs: number;
}

export type AnswerFrame = Extract<Frame, { kind: 'result' | 'error' }>;

/** How a call of our own ended. 'unknown': it may or may not have been carried out. */
export type OwnOutcome =
  | { readonly outcome: 'answered'; readonly frame: AnswerFrame }
  | { readonly outcome: 'notSent'; readonly reason: 'offline' | 'queueFull' }
  | { readonly outcome: 'unknown'; readonly reason: 'timeout' | 'connectionLost' | 'malformedAnswer' };

/**
 * Where a call of ours stands among those of the CSMS: what lowers before them all, what belongs to a call of the CSMS whose turn it is
 * next, and the rest after them, unless it has waited for long.
 */
export type Lane = 'lowering' | 'forCsms' | 'other';

export interface OwnCall {
  readonly ticket: number;
  readonly lane: Lane;
  readonly timeoutMs: number;
  /** The frame with this id, written when it leaves: what it should say may have changed while it waited. Undefined: nothing any more. */
  readonly write: (id: string) => string | undefined;
}

export type Flaw = 'malformedFrame' | 'tooManyCalls' | 'unsolicitedAnswer' | 'lateAnswer' | 'malformedAnswer';

export type Effect =
  | { readonly type: 'send'; readonly to: Leg; readonly text: string }
  /** It is its turn, and not simply passed on: `answer` or `passOn` follows. */
  | { readonly type: 'interposed'; readonly call: RelayedCall }
  /** A call of the station is under way to the CSMS. */
  | { readonly type: 'asked'; readonly call: RelayedCall }
  /** A call of the station that is not for the CSMS: `answer` follows. */
  | { readonly type: 'local'; readonly call: RelayedCall }
  /** A call that was passed on got its answer, which is on its way back. */
  | { readonly type: 'answered'; readonly by: Leg; readonly call: RelayedCall; readonly frame: AnswerFrame }
  /** A call of the CSMS that was passed on is under way to the station: whatever is sent from now on comes after it. */
  | { readonly type: 'left'; readonly call: RelayedCall }
  /** A call of the CSMS that was passed on was not sent, and will not be. */
  | { readonly type: 'unsent'; readonly call: RelayedCall }
  /** OCPP 2.1: a message that nobody answers. */
  | { readonly type: 'told'; readonly by: Leg; readonly call: RelayedCall }
  | { readonly type: 'settled'; readonly ticket: number; readonly outcome: OwnOutcome }
  | { readonly type: 'flaw'; readonly by: Leg; readonly kind: Flaw; readonly detail: string };

export interface RelayLimits {
  /** Calls of one side that wait while one is under way. Beyond: CALLERROR. */
  readonly waitingMax: number;
  /** Calls of our own that wait, per lane. Beyond: queueFull. */
  readonly ownWaitingMax: number;
  /** A call of the CSMS that could not be sent for this long gets a CALLERROR, and is never sent. */
  readonly csmsWaitsMaxMs: number;
  /** After this long without an answer the next call is sent. What answers later is passed on still. */
  readonly stationAnswersWithinMs: number;
  readonly csmsAnswersWithinMs: number;
  /** A call of our own that has waited for so long goes before the CSMS's. */
  readonly ageingMs: number;
  /** Ids of calls that were given up, by which a late answer is known. */
  readonly givenUpMax: number;
}

export const RELAY_LIMITS: RelayLimits = Object.freeze({
  waitingMax: 32,
  ownWaitingMax: 32,
  csmsWaitsMaxMs: 20_000,
  stationAnswersWithinMs: 30_000,
  csmsAnswersWithinMs: 60_000,
  ageingMs: 10_000,
  givenUpMax: 32,
});

export interface RelayOptions {
  /** OCPP 2.1 has SEND and CALLRESULTERROR. */
  readonly hasOneWayMessages: boolean;
  /** This version's code for a frame that can't be read, and for what went wrong otherwise. */
  readonly errorCodes: { readonly frame: string; readonly formation: string; readonly generic: string };
  /** Of our own calls: unguessable, so that no id of the station or its CSMS is ever one of them. */
  readonly newId: () => string;
  /** Calls of the CSMS that are not simply passed on. */
  readonly isInterposed: (call: RelayedCall) => boolean;
  /** Calls of the station that are answers to our own, and so none of the CSMS's business. */
  readonly isLocal: (call: RelayedCall) => boolean;
  /** What the station says, in words for its CSMS. Absent: in its own. */
  readonly forCsms?: (text: string) => string;
  readonly limits?: Partial<RelayLimits>;
}
