import type {
  CommandResponses,
  OcppVersion,
  StationCommand,
  StationRequest,
  StationResponses,
} from '../site/stationMessages.js';
import type { JsonObject } from './frame.js';

/**
 * One OCPP version, as the gateway sees it. The gateway knows frames and sockets; a dialect knows actions, payloads and the
 * spelling of error codes. Adding a version is adding a dialect.
 */
export interface Dialect {
  readonly version: OcppVersion;
  /** As offered in Sec-WebSocket-Protocol. */
  readonly subprotocol: string;
  /** OCPP 2.1 also has messages that nobody answers (SEND), and a word for an answer that can't be read (CALLRESULTERROR). */
  readonly hasOneWayMessages: boolean;
  /** Validates the payload of a station's CALL against the official schema and translates it. Never throws on what a peer sent. */
  decodeRequest(action: string, payload: JsonObject, receivedMs: number): DecodedRequest;
  /** The payload of the CALLRESULT. Throws when the response cannot be said in this version: that is our bug. */
  encodeResponse<T extends StationRequest['type']>(type: T, response: StationResponses[T]): object;
  /** Translates and validates what we are about to send. */
  encodeCommand(command: StationCommand): EncodedCommand;
  /** Validates and translates the answer to a command. */
  decodeAnswer<C extends StationCommand>(command: C, payload: JsonObject): DecodedAnswer<C['type']>;
  /** This version's name for what went wrong. */
  errorCode(kind: CallFailureKind): string;
  /**
   * What compiles the validators of the frequent messages, so that the first station does not wait for it: a piece for each, since all
   * together hold a process up for longer than it may be silent.
   */
  warming(): readonly (() => void)[];
}

/** Why a call is answered with CALLERROR, before any version's spelling. */
export type CallFailureKind =
  /** The action is not known at all. */
  | 'notImplemented'
  /** The action is known, but not taken from this side. */
  | 'notSupported'
  /** The frame or the payload's structure cannot be read. */
  | 'formation'
  /** Not even the frame around the message can be read. */
  | 'frame'
  | 'property'
  | 'occurrence'
  | 'type'
  | 'protocol'
  | 'security'
  | 'generic'
  | 'internal';

export interface CallFailure {
  readonly kind: CallFailureKind;
  /** Names the field at fault; never carries its value, which may be an idToken. */
  readonly description: string;
}

export type DecodedRequest =
  | {
      readonly decoded: true;
      readonly request: StationRequest;
      readonly doubts: Doubts;
      /** The answer's payload, where it follows from the message alone; else it is what encodeResponse makes. */
      readonly answer?: object;
    }
  | { readonly decoded: false; readonly failure: CallFailure };

/** What was not believed in an otherwise good message. */
export interface Doubts {
  /** Meter values refused or pulled into range as impossible. */
  readonly quarantined: number;
  /** Timestamps replaced by the time of receipt. */
  readonly timestampsReplaced: number;
}

export const NO_DOUBTS: Doubts = Object.freeze({ quarantined: 0, timestampsReplaced: 0 });

export type EncodedCommand =
  | { readonly encoded: true; readonly action: string; readonly payload: object }
  | { readonly encoded: false; readonly description: string };

export type DecodedAnswer<T extends StationCommand['type']> =
  | { readonly decoded: true; readonly response: CommandResponses[T] }
  | { readonly decoded: false; readonly description: string };
