/** OCPP-J 1.6 frames, as a station sees them. */

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
  /** `messageId` is there when the frame was at least recognisable as a call, which then deserves a CALLERROR. */
  | { readonly type: 'malformed'; readonly messageId?: string; readonly detail: string };

/** How a call to the central system ended. */
export type CallOutcome =
  | { readonly outcome: 'result'; readonly payload: JsonObject }
  | { readonly outcome: 'error'; readonly code: string; readonly description: string }
  | { readonly outcome: 'timeout' }
  | { readonly outcome: 'lost' };

export function parseFrame(text: string): Frame {
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
      : { type: 'malformed', detail: 'a CALLRESULT needs an object' };
  }
  if (kind === 4) return { type: 'error', messageId, code: String(third), description: String(fourth ?? '') };
  return { type: 'malformed', detail: `unknown message type ${String(kind)}` };
}

export const callFrame = (messageId: string, action: string, payload: JsonObject): string =>
  JSON.stringify([2, messageId, action, payload]);

export const resultFrame = (messageId: string, payload: JsonObject): string => JSON.stringify([3, messageId, payload]);

export const errorFrame = (messageId: string, code: RpcErrorCode, description: string): string =>
  JSON.stringify([4, messageId, code, description.slice(0, 255), {}]);

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
