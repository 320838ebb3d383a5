import type { MessageKey } from '../store/outboxStore.js';

/** What is under way, and to whom: one slow receiver takes no more than its part. */
export class QueueLanes {
  private readonly underWayMax: number;
  private readonly queues = new Map<string, Set<string>[]>();
  /** Whose last delivery was in vain. */
  private readonly failing = new Set<string>();
  private total = 0;
  private turn = 0;

  constructor(underWayMax: number) {
    this.underWayMax = underWayMax;
  }

  /** Each time another one goes first. Those that are not due are forgotten. */
  inTurn(queueIds: readonly string[]): readonly string[] {
    for (const queueId of this.failing)
      if (!queueIds.includes(queueId) && !this.queues.has(queueId)) this.failing.delete(queueId);
    this.turn += 1;
    const first = queueIds.length === 0 ? 0 : this.turn % queueIds.length;
    return [...queueIds.slice(first), ...queueIds.slice(0, first)];
  }

  room(queueId: string, atOnceMax: number): number {
    const bound = this.failing.has(queueId) ? 1 : atOnceMax;
    const here = this.queues.get(queueId)?.length ?? 0;
    return Math.max(0, Math.min(bound - here, this.underWayMax - this.total));
  }

  messagesUnderWay(queueId: string): number {
    return (this.queues.get(queueId) ?? []).reduce((sum, { size }) => sum + size, 0);
  }

  isUnderWay({ queueId, messageId }: MessageKey): boolean {
    return this.queues.get(queueId)?.some((batch) => batch.has(messageId)) === true;
  }

  enter(queueId: string, messages: readonly MessageKey[]): void {
    const batch = new Set(messages.map(({ messageId }) => messageId));
    this.queues.set(queueId, [...(this.queues.get(queueId) ?? []), batch]);
    this.total += 1;
  }

  leave(queueId: string, messages: readonly MessageKey[], wasTold: boolean): void {
    const batches = this.queues.get(queueId) ?? [];
    const rest = batches.filter((batch) => !messages.some(({ messageId }) => batch.has(messageId)));
    this.total -= batches.length - rest.length;
    if (rest.length === 0) this.queues.delete(queueId);
    else this.queues.set(queueId, rest);
    if (wasTold) this.failing.delete(queueId);
    else this.failing.add(queueId);
  }
}
