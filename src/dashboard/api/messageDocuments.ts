/** One message between us and a station, as it is kept: what is secret in it is hidden. */
export interface StationMessage {
  readonly seq: number;
  readonly at: string;
  readonly direction: 'fromStation' | 'toStation';
  readonly kind: 'call' | 'result' | 'error' | 'send';
  readonly messageId: string;
  readonly action: string;
  readonly status?: string;
  readonly tookMs?: number;
  readonly sizeBytes: number;
  readonly payload: unknown;
}

export interface MessagePage {
  /** Send it as `after` for what comes next. */
  readonly cursor: string | number;
  /** The newest last. */
  readonly messages: readonly StationMessage[];
}
