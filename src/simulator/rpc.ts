/** OCPP-J frames, as a station sees them. */

export type JsonObject = Readonly<Record<string, unknown>>;

export type RpcErrorCode =
  | 'NotImplemented'
  | 'NotSupported'
  | 'InternalError'
  | 'ProtocolError'
  | 'SecurityError'
  | 'FormationViolation'
  | 'PropertyConstraintViolation'
  | 'OccurenceConstraintViolation'
  | 'TypeConstraintViolation'
  | 'GenericError';

/** What one version has beside CALL, CALLRESULT and CALLERROR, and what it calls things. */
export interface FrameRules {
  readonly subprotocol: 'ocpp1.6' | 'ocpp2.0.1' | 'ocpp2.1';
  /** Some codes were spelled anew from 2.0 on. */
  readonly errorCode: (code: RpcErrorCode) => string;
  /** From 2.1 on: CALLRESULTERROR, and SEND, which nobody answers. */
  readonly hasSend: boolean;
}

/** Thrown while a call is handled; becomes its CALLERROR. */
export class RpcFailure extends Error {
  readonly code: RpcErrorCode;

  constructor(code: RpcErrorCode, description: string) {
    super(description);
    this.name = 'RpcFailure';
    this.code = code;
  }
}

export type Frame =
  | { readonly type: 'call'; readonly messageId: string; readonly action: string; readonly payload: JsonObject }
  | { readonly type: 'result'; readonly messageId: string; readonly payload: JsonObject }
  | { readonly type: 'error'; readonly messageId: string; readonly code: string; readonly description: string }
  /** The other side could not read our answer to its call of this id. */
  | { readonly type: 'resultError'; readonly messageId: string; readonly code: string; readonly description: string }
  /** A call that wants no answer. */
  | { readonly type: 'send'; readonly messageId: string; readonly action: string; readonly payload: JsonObject }
  /** `messageId` is there when the frame was at least recognisable as a call, which then deserves a CALLERROR. */
  | { readonly type: 'malformed'; readonly messageId?: string; readonly detail: string }
  /** An answer that is none. */
  | { readonly type: 'badResult'; readonly messageId: string; readonly detail: string };

/** How a call to the central system ended. */
export type CallOutcome =
  | { readonly outcome: 'result'; readonly payload: JsonObject }
  | { readonly outcome: 'error'; readonly code: string; readonly description: string }
  | { readonly outcome: 'timeout' }
  | { readonly outcome: 'lost' };

export function parseFrame(text: string, rules: Pick<FrameRules, 'hasSend'>): Frame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return { type: 'malformed', detail: 'not JSON' };
  }
  if (!Array.isArray(frame)) return { type: 'malformed', detail: 'not an array' };
  const [kind, messageId, third, fourth]: unknown[] = frame;
  if (typeof messageId !== 'string') return { type: 'malformed', detail: 'no message id' };
  if (kind === 2) {
    if (typeof third !== 'string' || !isJsonObject(fourth)) {
      return { type: 'malformed', messageId, detail: 'a CALL needs an action and an object' };
    }
    return { type: 'call', messageId, action: third, payload: fourth };
  }
  if (kind === 3) {
    return isJsonObject(third)
      ? { type: 'result', messageId, payload: third }
      : { type: 'badResult', messageId, detail: 'a CALLRESULT needs an object' };
  }
  if (kind === 4) return { type: 'error', messageId, code: String(third), description: String(fourth ?? '') };
  if (rules.hasSend && kind === 5) {
    return { type: 'resultError', messageId, code: String(third), description: String(fourth ?? '') };
  }
  if (rules.hasSend && kind === 6 && typeof third === 'string' && isJsonObject(fourth)) {
    return { type: 'send', messageId, action: third, payload: fourth };
  }
  return { type: 'malformed', detail: `unknown message type ${String(kind)}` };
}

export const callFrame = (messageId: string, action: string, payload: JsonObject): string =>
  JSON.stringify([2, messageId, action, payload]);

export const resultFrame = (messageId: string, payload: JsonObject): string => JSON.stringify([3, messageId, payload]);

export const errorFrame = (messageId: string, code: string, description: string): string =>
  JSON.stringify([4, messageId, code, description.slice(0, 255), {}]);

export const resultErrorFrame = (messageId: string, code: string, description: string): string =>
  JSON.stringify([5, messageId, code, description.slice(0, 255), {}]);

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
