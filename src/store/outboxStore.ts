/**
 * What is to be told to others, kept until it was told: a queue per receiver. A message that was put and has not ended is there after
 * any restart, so that each is told at least once.
 */
export interface OutboxStore {
  /**
   * Durable when it resolves, all or none. One whose queue has its messageId already changes nothing. Of a queue in which then more than
   * `waitingMax` wait, the oldest are dropped.
   */
  put(messages: readonly NewMessage[], waitingMax: number): Promise<void>;
  /** Queues in which a message may be due, in ascending order of id. */
  dueQueues(nowMs: number): Promise<readonly string[]>;
  /** Those of a queue whose time has come, the oldest first. Of a group only the oldest that waits is ever due. */
  due(queueId: string, nowMs: number, limit: number): Promise<readonly StoredMessage[]>;
  /** The next time later than this at which one falls due. Undefined: nothing waits for a later time. */
  nextDueMs(nowMs: number): Promise<number | undefined>;
  /** What became of an attempt. One that has ended already, or that is gone, is left as it is. */
  settle(message: MessageKey, change: MessageChange): Promise<void>;
  /** Ends all that waits in the queue. */
  endQueue(queueId: string, change: Pick<EndedChange, 'state' | 'endedMs'>): Promise<void>;
  /** The newest first; `beforePosition` pages back. */
  list(
    queueId: string,
    page: { readonly limit: number; readonly beforePosition?: number },
  ): Promise<readonly StoredMessage[]>;
  deleteQueue(queueId: string): Promise<void>;
  /** Forgets those that ended before, and of each queue those that ended but for the newest. */
  trim(keep: { readonly endedAfterMs: number; readonly endedMax: number }): Promise<void>;

  /** Whether it is this owner's, for so long by the database's clock: it was already, or nobody's. */
  claim(name: string, ownerId: string, lastsMs: number): Promise<boolean>;
  releaseClaim(name: string, ownerId: string): Promise<void>;
}

export interface MessageKey {
  readonly queueId: string;
  /** Unique within its queue. */
  readonly messageId: string;
}

export interface NewMessage extends MessageKey {
  /** Ascending in a queue; those of one position are in order of their id. */
  readonly position: number;
  /** Within a group they are told one after the other. Null: in no group. */
  readonly groupId: string | null;
  readonly type: string;
  readonly body: string;
  readonly createdMs: number;
  /** When it is to be told. */
  readonly dueMs: number;
  /** From then on nobody needs to be told. Null: never. */
  readonly expiresMs: number | null;
}

export interface StoredMessage extends NewMessage {
  readonly state: MessageState;
  readonly attempts: number;
  readonly endedMs: number | null;
  /** The last attempt. Null: there was none. */
  readonly lastAttempt: MessageAttempt | null;
}

/** 'failed': told in vain for the last time. 'dropped': too many waited, or its receiver is gone. */
export type MessageState = 'waiting' | 'delivered' | 'failed' | 'expired' | 'dropped';

export interface MessageAttempt {
  readonly atMs: number;
  readonly tookMs: number;
  /** What the receiver answered. Null: nothing. */
  readonly status: number | null;
  /** Why it was in vain. Null: it was not. */
  readonly reason: string | null;
}

/** `lastAttempt` left out: there was no attempt, and what was known of one stays. */
export type MessageChange =
  | { readonly state: 'waiting'; readonly dueMs: number; readonly lastAttempt: MessageAttempt }
  | EndedChange;

export interface EndedChange {
  readonly state: Exclude<MessageState, 'waiting'>;
  readonly endedMs: number;
  readonly lastAttempt?: MessageAttempt;
}
