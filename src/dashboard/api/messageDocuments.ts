/** One message between us and a station, as it is kept: what is secret in it is hidden. */
export interface StationMessage {
  readonly seq: number;
  readonly at: string;
  readonly direction: 'fromStation' | 'toStation';
  readonly kind: 'call' | 'result' | 'error' | 'send' | 'unreadable';
  readonly messageId: string | null;
  /** Of an answer, that of its call; null where that is no longer kept. */
  readonly action: string | null;
  readonly status?: string;
  readonly tookMs?: number;
  readonly sizeBytes: number;
  /** It was longer than what is kept. */
  readonly cut?: true;
  readonly payload: unknown;
}

export interface MessagePage {
  /** Send it as `after` for what comes next. */
  readonly cursor: string;
  /** There are later ones already. */
  readonly more: boolean;
  /** False: a part of the service did not answer, and its messages are missing. */
  readonly complete: boolean;
  /** The newest last. */
  readonly messages: readonly StationMessage[];
}
