import { STATUS, type StatusCode } from './fault.js';
import { asObject, isoTime, parseJson } from './reading.js';

export interface Envelope {
  readonly data?: unknown;
  readonly status_code: number;
  readonly status_message?: string;
  readonly timestamp: string;
}

export function envelope(
  nowMs: number,
  { data, statusCode = STATUS.ok, message }: { data?: unknown; statusCode?: StatusCode; message?: string | undefined },
): Envelope {
  return {
    ...(data === undefined ? {} : { data }),
    status_code: statusCode,
    ...(message === undefined ? {} : { status_message: message }),
    timestamp: isoTime(nowMs),
  };
}

export interface ReadEnvelope {
  readonly data: unknown;
  readonly statusCode: number;
  readonly message: string;
  /** What the peer's clock said. */
  readonly timestampMs: number | 'unknown';
}

/** Undefined: that is no answer of OCPI. */
export function readEnvelope(body: string): ReadEnvelope | undefined {
  const document = asObject(parseJson(body));
  const statusCode = document?.status_code;
  if (document === undefined || typeof statusCode !== 'number') return undefined;
  const timestampMs = typeof document.timestamp === 'string' ? Date.parse(document.timestamp) : Number.NaN;
  return {
    data: document.data,
    statusCode,
    message: typeof document.status_message === 'string' ? document.status_message.slice(0, 200) : '',
    timestampMs: Number.isFinite(timestampMs) ? timestampMs : 'unknown',
  };
}
