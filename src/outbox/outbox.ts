import type { Clock, RandomSource } from '../site/clock.js';
import type { MessageAttempt, NewMessage, OutboxStore, StoredMessage } from '../store/outboxStore.js';
import type { Channel, Delivery } from './channel.js';
import { OutboxClaim } from './outboxClaim.js';
import type { OutboxLog } from './outboxLog.js';
import { QueueLanes } from './queueLanes.js';

export interface OutboxOptions {
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: OutboxLog;
  readonly channels: readonly Channel[];
  /** This process, among others that share the store. 'alone': there are no others. */
  readonly owner: string | 'alone';
}

/** Deliveries under way at one time, to all receivers together. */
const UNDER_WAY_MAX = 128;
/** Of one queue; then its oldest are dropped. */
const WAITING_MAX = 1_000;
/** What others put is seen so soon. */
const LOOK_EVERY_SHARED_MS = 1_000;
/** Where nobody else puts anything, a look is only a safeguard. */
const LOOK_EVERY_ALONE_MS = 60_000;
const STORE_RETRY_MS = 5_000;
const TRIM_EVERY_MS = 600_000;
const KEEP_ENDED_MS = 3 * 86_400_000;
/** Of one queue. */
const KEEP_ENDED_MAX = 1_000;
/** On closing; what is not ended by then is told again after the next start. */
const CLOSE_AT_MOST_MS = 2_000;
/** Each delay is longer or shorter by up to this part, so that not all come back at once. */
const JITTER = 0.2;
const RANDOM_MAX = 2_147_483_647;

/**
 * Tells receivers what is kept for them in the store, at least once each: a message counts as told only once its receiver said so and
 * that was written down. Of several processes that share the store one does so, the others stand by.
 */
export class Outbox {
  private readonly options: OutboxOptions;
  private readonly claim: OutboxClaim;
  private readonly lanes = new QueueLanes(UNDER_WAY_MAX);
  private readonly underWay = new Set<Promise<void>>();
  private lastPosition = 0;
  private looking: Promise<void> | undefined;
  private isLookDue = false;
  private cancelTimer = (): void => {};
  private trimmedMs = Number.NEGATIVE_INFINITY;
  private isStoreWell = true;
  private state: 'new' | 'running' | 'closed' = 'new';

  constructor(options: OutboxOptions) {
    this.options = options;
    this.claim = new OutboxClaim(options);
  }

  start(): void {
    this.state = 'running';
    this.wake();
  }

  /** On disk when it resolves. Messages that are there already (same queue and id) change nothing. */
  async put(messages: readonly Omit<NewMessage, 'position' | 'createdMs' | 'dueMs'>[]): Promise<void> {
    const createdMs = this.options.clock.nowMs();
    const stamped = messages.map((message) => ({
      ...message,
      createdMs,
      dueMs: createdMs + (this.channelOf(message.queueId)?.gatherMs ?? 0),
      position: this.nextPosition(createdMs),
    }));
    await this.options.store.put(stamped, WAITING_MAX);
    this.wake();
  }

  /** Whether it is this process that sends, of those that share the store. */
  isSender(): Promise<boolean> {
    return this.claim.isHeld();
  }

  /** Looks at once for what is due. */
  wake(): void {
    if (this.state !== 'running') return;
    this.isLookDue = true;
    if (this.looking !== undefined) return;
    this.looking = this.lookWhileDue().finally(() => {
      this.looking = undefined;
      if (this.isLookDue) this.wake();
    });
  }

  async close(): Promise<void> {
    this.state = 'closed';
    this.cancelTimer();
    await this.looking;
    let cancel = (): void => {};
    const patience = new Promise<void>((resolve) => {
      cancel = this.options.clock.after(CLOSE_AT_MOST_MS, resolve);
    });
    await Promise.race([Promise.allSettled(this.underWay), patience]);
    cancel();
    await this.claim.release();
  }

  /** Ascending, also where the clock is set back: those of a group are told in the order in which they were put. */
  private nextPosition(nowMs: number): number {
    this.lastPosition = Math.max(this.lastPosition + 1, nowMs * 1_000);
    return this.lastPosition;
  }

  private async lookWhileDue(): Promise<void> {
    while (this.isLookDue && this.state === 'running') {
      this.isLookDue = false;
      this.cancelTimer();
      const delayMs = await this.look().catch((error: unknown) => this.storeFailed(error));
      if (this.state === 'running') this.cancelTimer = this.options.clock.after(delayMs, () => this.wake());
    }
  }

  /** Starts what can be started; answers after how long to look again. */
  private async look(): Promise<number> {
    const { store, clock, owner } = this.options;
    const everyMs = owner === 'alone' ? LOOK_EVERY_ALONE_MS : LOOK_EVERY_SHARED_MS;
    if (!(await this.claim.isHeld())) return everyMs;
    const nowMs = clock.nowMs();
    for (const queueId of this.lanes.inTurn(await store.dueQueues(nowMs))) await this.startQueue(queueId, nowMs);
    await this.trim(nowMs);
    this.storeIsWell();
    const nextMs = await store.nextDueMs(nowMs);
    return nextMs === undefined ? everyMs : Math.max(1, Math.min(everyMs, nextMs - nowMs));
  }

  private async startQueue(queueId: string, nowMs: number): Promise<void> {
    const { store } = this.options;
    const channel = this.channelOf(queueId);
    if (channel === undefined) return;
    const room = this.lanes.room(queueId, channel.atOnceMax);
    if (room === 0) return;
    // Those under way are due too, until what became of them is written down.
    const limit = this.lanes.messagesUnderWay(queueId) + room * channel.batchMax;
    const due = await store.due(queueId, nowMs + channel.gatherMs, limit);
    const free = due.filter((message) => !this.lanes.isUnderWay(message));
    const expired = free.filter(({ expiresMs }) => expiresMs !== null && expiresMs <= nowMs);
    for (const message of expired) await store.settle(message, { state: 'expired', endedMs: nowMs });
    if (expired.length > 0) this.isLookDue = true;
    const fresh = free.filter((message) => !expired.includes(message));
    for (let index = 0; index < room && index * channel.batchMax < fresh.length; index += 1) {
      this.startDelivery(channel, queueId, fresh.slice(index * channel.batchMax, (index + 1) * channel.batchMax));
    }
  }

  private channelOf(queueId: string): Channel | undefined {
    return this.options.channels.find(({ name }) => queueId.startsWith(`${name}:`));
  }

  private startDelivery(channel: Channel, queueId: string, messages: readonly StoredMessage[]): void {
    this.lanes.enter(queueId, messages);
    const running = this.deliver(channel, queueId, messages)
      .then((delivery) => this.lanes.leave(queueId, messages, delivery.outcome !== 'retry'))
      .catch((error: unknown) => {
        // It stays under way here, so that it is not told twice for want of a line on disk.
        this.options.log.error({ queueId, error: String(error) }, 'what became of messages was not written down');
      })
      .finally(() => {
        this.underWay.delete(running);
        this.wake();
      });
    this.underWay.add(running);
  }

  private async deliver(channel: Channel, queueId: string, messages: readonly StoredMessage[]): Promise<Delivery> {
    const { clock, log } = this.options;
    const startedMs = clock.nowMs();
    const delivery = await channel.deliver(queueId, messages).catch((error: unknown): Delivery => {
      log.error({ queueId, error: String(error) }, 'a message could not be told, and it is our mistake');
      return { outcome: 'retry', status: null, reason: 'an error of the service itself' };
    });
    const attempt: MessageAttempt = {
      atMs: startedMs,
      tookMs: Math.max(0, clock.nowMs() - startedMs),
      status: delivery.status,
      reason: delivery.outcome === 'delivered' ? null : delivery.reason,
    };
    // Together, so that they share a commit.
    await Promise.all(
      messages.map((message) => this.untilWritten(() => this.settle({ channel, message, delivery, attempt }))),
    );
    if (delivery.outcome === 'gone')
      await this.untilWritten(() => this.options.store.endQueue(queueId, { state: 'dropped', endedMs: clock.nowMs() }));
    return delivery;
  }

  private async settle({ channel, message, delivery, attempt }: Settling): Promise<void> {
    const { store, clock, random, log } = this.options;
    const { queueId, messageId } = message;
    const endedMs = clock.nowMs();
    if (delivery.outcome === 'delivered') {
      await store.settle(message, { state: 'delivered', endedMs, lastAttempt: attempt });
      return;
    }
    const delayMs = delivery.outcome === 'retry' ? channel.retryDelaysMs[message.attempts] : undefined;
    if (delayMs === undefined || delivery.outcome !== 'retry') {
      log.warn({ queueId, messageId, reason: delivery.reason }, 'a message was not told, and is not tried again');
      await store.settle(message, { state: 'failed', endedMs, lastAttempt: attempt });
      return;
    }
    const spreadMs = Math.round(delayMs * (1 - JITTER + 2 * JITTER * (random.positiveInt31() / RANDOM_MAX)));
    const retryMs = endedMs + Math.max(spreadMs, delivery.notBeforeMs ?? 0);
    const dueMs = message.expiresMs === null ? retryMs : Math.min(retryMs, message.expiresMs);
    log.info({ queueId, messageId, reason: delivery.reason, dueMs }, 'a message is tried again later');
    await store.settle(message, { state: 'waiting', dueMs, lastAttempt: attempt });
  }

  private async untilWritten(write: () => Promise<void>): Promise<void> {
    while (true) {
      try {
        await write();
        return;
      } catch (error) {
        if (this.state === 'closed') throw error;
        this.storeFailed(error);
        await new Promise<void>((resolve) => this.options.clock.after(STORE_RETRY_MS, resolve));
      }
    }
  }

  private async trim(nowMs: number): Promise<void> {
    if (nowMs - this.trimmedMs < TRIM_EVERY_MS) return;
    this.trimmedMs = nowMs;
    await this.options.store.trim({ endedAfterMs: nowMs - KEEP_ENDED_MS, endedMax: KEEP_ENDED_MAX });
  }

  private storeFailed(error: unknown): number {
    if (this.isStoreWell) this.options.log.error({ error: String(error) }, 'what is to be told waits: the store fails');
    this.isStoreWell = false;
    return STORE_RETRY_MS;
  }

  private storeIsWell(): void {
    this.isStoreWell = true;
  }
}

interface Settling {
  readonly channel: Channel;
  readonly message: StoredMessage;
  readonly delivery: Delivery;
  readonly attempt: MessageAttempt;
}
