import type { StoredMessage } from '../store/outboxStore.js';

/** A way to tell receivers. */
export interface Channel {
  /** Its queues are named `${name}:…`. */
  readonly name: string;
  /** So many messages of a queue may be told together. */
  readonly batchMax: number;
  /** Messages wait for so long for others to be told with. */
  readonly gatherMs: number;
  /** Deliveries under way to one receiver; while it fails, one. */
  readonly atOnceMax: number;
  /** After the first attempt in vain, the second …; then none is made any more. */
  readonly retryDelaysMs: readonly number[];
  /** Bounded in time. Throws only by mistake. */
  deliver(queueId: string, messages: readonly StoredMessage[]): Promise<Delivery>;
}

/** `status`: what the receiver answered, null: nothing. */
export type Delivery =
  | { readonly outcome: 'delivered'; readonly status: number | null }
  /** `notBeforeMs`: the receiver asks to be left alone for so long. */
  | {
      readonly outcome: 'retry';
      readonly status: number | null;
      readonly reason: string;
      readonly notBeforeMs?: number;
    }
  /** These messages never arrive there. */
  | { readonly outcome: 'refused'; readonly status: number | null; readonly reason: string }
  /** Nothing ever does: all that waits for this receiver is dropped. */
  | { readonly outcome: 'gone'; readonly status: number | null; readonly reason: string };
