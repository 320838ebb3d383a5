import { flawOfJson } from './jsonShape.js';

/**
 * The frames of OCPP-J, the same in every version: [2, id, action, payload], [3, id, payload], [4, id, code, description, details].
 * OCPP 2.1 adds [5, id, code, description, details], about an answer that can't be read, and [6, id, action, payload], which nobody
 * answers. Reading never throws: what a station sends is judged here once, and each flaw becomes a member of Frame.
 */
export type Frame =
  | { readonly kind: 'call'; readonly id: string; readonly action: string; readonly payload: JsonObject }
  /** Only in OCPP 2.1. */
  | { readonly kind: 'send'; readonly id: string; readonly action: string; readonly payload: JsonObject }
  /** Only in OCPP 2.1: an answer that was given could not be read. */
  | { readonly kind: 'resultError'; readonly id: string; readonly code: string; readonly description: string }
  | { readonly kind: 'result'; readonly id: string; readonly payload: JsonObject }
  | { readonly kind: 'error'; readonly id: string; readonly code: string; readonly description: string }
  /** A call whose id can be read: its CALLERROR carries that id. */
  | { readonly kind: 'malformedCall'; readonly id: string; readonly reason: string }
  /** An answer is never answered, or two peers could keep each other busy for ever. `id` may be that of a pending call. */
  | { readonly kind: 'malformedAnswer'; readonly id: string | undefined; readonly reason: string }
  /** Answered with CALLERROR and UNREADABLE_ID. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export type JsonObject = Readonly<Record<string, unknown>>;

/** The id of a CALLERROR that answers a frame whose own id cannot be read. */
export const UNREADABLE_ID = '-1';
export const MESSAGE_ID_MAX_LENGTH = 36;
/** Of an error's code and description, which a station may make as long as its frame. */
const ERROR_TEXT_MAX_LENGTH = 255;
const ACTION_MAX_LENGTH = 64;

const CALL = 2;
const CALL_RESULT = 3;
const CALL_ERROR = 4;
const CALL_RESULT_ERROR = 5;
const SEND = 6;

const NO_PAYLOAD: JsonObject = Object.freeze({});

export function parseFrame(text: string): Frame {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', reason: 'The frame is not JSON.' };
  }
  if (!Array.isArray(parsed)) return { kind: 'unreadable', reason: 'The frame is not a JSON array.' };
  const frame: readonly unknown[] = parsed;
  const flaw = flawOfJson(text, frame);
  switch (frame[0]) {
    case CALL:
      return readCall(frame, flaw);
    case CALL_RESULT:
      return readResult(frame, flaw);
    case CALL_ERROR:
      return readError(frame, flaw, 'error');
    case CALL_RESULT_ERROR:
      return readError(frame, flaw, 'resultError');
    case SEND:
      return asSend(readCall(frame, flaw));
    default:
      return { kind: 'unreadable', reason: 'The message type is none of 2, 3, 4, 5 and 6.' };
  }
}

export function serialiseCall(id: string, action: string, payload: object): string {
  return JSON.stringify([CALL, id, action, payload]);
}

/** `payloadText` is JSON already, so that a remembered answer is not written twice. */
export function serialiseResult(id: string, payloadText: string): string {
  return `[${CALL_RESULT},${JSON.stringify(id)},${payloadText}]`;
}

export function serialiseError(id: string, code: string, description: string): string {
  return JSON.stringify([CALL_ERROR, id, code, description.slice(0, ERROR_TEXT_MAX_LENGTH), {}]);
}

function readCall(frame: readonly unknown[], flaw: string | undefined): Frame {
  const id = frame[1];
  if (!isMessageId(id)) return { kind: 'unreadable', reason: messageIdReason() };
  if (flaw !== undefined) return { kind: 'malformedCall', id, reason: flaw };
  const action = frame[2];
  if (typeof action !== 'string' || action.length === 0 || action.length > ACTION_MAX_LENGTH) {
    return { kind: 'malformedCall', id, reason: 'The action is not a name.' };
  }
  if (frame.length > 4) return { kind: 'malformedCall', id, reason: 'A call has four members.' };
  const payload = asPayload(frame[3]);
  if (payload === undefined) return { kind: 'malformedCall', id, reason: 'The payload is not a JSON object.' };
  return { kind: 'call', id, action, payload };
}

/** It has the form of a call; what is wrong with it is not answered, and so belongs to no call. */
function asSend(frame: Frame): Frame {
  if (frame.kind === 'call') return { ...frame, kind: 'send' };
  if (frame.kind === 'malformedCall' || frame.kind === 'unreadable')
    return { kind: 'malformedAnswer', id: undefined, reason: frame.reason };
  return frame;
}

function readResult(frame: readonly unknown[], flaw: string | undefined): Frame {
  const id = frame[1];
  if (!isMessageId(id)) return { kind: 'malformedAnswer', id: undefined, reason: messageIdReason() };
  if (flaw !== undefined) return { kind: 'malformedAnswer', id, reason: flaw };
  const payload = asPayload(frame[2]);
  if (payload === undefined || frame.length > 3) {
    return { kind: 'malformedAnswer', id, reason: 'A result has three members, the last a JSON object.' };
  }
  return { kind: 'result', id, payload };
}

/** The details are not looked at: nothing in them changes what is known, and nothing of theirs is kept. */
function readError(frame: readonly unknown[], flaw: string | undefined, kind: 'error' | 'resultError'): Frame {
  const id = frame[1];
  if (!isMessageId(id)) return { kind: 'malformedAnswer', id: undefined, reason: messageIdReason() };
  if (flaw !== undefined) return { kind: 'malformedAnswer', id, reason: flaw };
  const code = frame[2];
  const description = frame[3];
  if (typeof code !== 'string') return { kind: 'malformedAnswer', id, reason: 'The error code is not text.' };
  return {
    kind,
    id,
    code: code.slice(0, ERROR_TEXT_MAX_LENGTH),
    description: typeof description === 'string' ? description.slice(0, ERROR_TEXT_MAX_LENGTH) : '',
  };
}

function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MESSAGE_ID_MAX_LENGTH;
}

function messageIdReason(): string {
  return `The message id is not text of 1 to ${MESSAGE_ID_MAX_LENGTH} characters.`;
}

/** OCPP-J 1.6 allows a payload without members to be null; some stations leave it out. */
function asPayload(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null) return NO_PAYLOAD;
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  return value as JsonObject;
}
