import type { MessageChange, MessageKey, NewMessage, OutboxStore, StoredMessage } from '../../src/store/outboxStore.js';

/** For virtual time; it keeps the contract of the real one. */
export class MemoryOutbox implements OutboxStore {
  private messages: StoredMessage[] = [];
  private readonly claims = new Map<string, { ownerId: string; expiresMs: number }>();
  private readonly nowMs: () => number;
  /** Set to make writes fail. */
  failure: Error | undefined;

  constructor(nowMs: () => number = () => 0) {
    this.nowMs = nowMs;
  }

  async put(messages: readonly NewMessage[], waitingMax: number): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    for (const message of messages) {
      if (this.messages.some((one) => isSame(one, message))) continue;
      this.messages.push({ ...message, state: 'waiting', attempts: 0, endedMs: null, lastAttempt: null });
    }
    this.messages.sort((a, b) => a.position - b.position || (a.messageId < b.messageId ? -1 : 1));
    const endedMs = Math.max(...messages.map(({ createdMs }) => createdMs));
    for (const queueId of new Set(messages.map((one) => one.queueId))) {
      const waiting = this.messages.filter((one) => one.queueId === queueId && one.state === 'waiting');
      for (const one of waiting.slice(0, -waitingMax)) this.replace(one, { state: 'dropped', endedMs });
    }
  }

  async dueQueues(nowMs: number): Promise<readonly string[]> {
    const due = this.messages.filter(({ state, dueMs }) => state === 'waiting' && dueMs <= nowMs);
    return [...new Set(due.map(({ queueId }) => queueId))].sort();
  }

  async due(queueId: string, nowMs: number, limit: number): Promise<readonly StoredMessage[]> {
    const waiting = this.messages.filter((one) => one.queueId === queueId && one.state === 'waiting');
    const isFirst = (one: StoredMessage) =>
      one.groupId === null || waiting.find(({ groupId }) => groupId === one.groupId) === one;
    return waiting.filter((one) => one.dueMs <= nowMs && isFirst(one)).slice(0, limit);
  }

  async nextDueMs(nowMs: number): Promise<number | undefined> {
    const later = this.messages.filter(({ state, dueMs }) => state === 'waiting' && dueMs > nowMs);
    return later.length === 0 ? undefined : Math.min(...later.map(({ dueMs }) => dueMs));
  }

  async settle(message: MessageKey, change: MessageChange): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const found = this.messages.find((one) => isSame(one, message) && one.state === 'waiting');
    if (found === undefined) return;
    const attempted = change.lastAttempt === undefined ? {} : { attempts: found.attempts + 1 };
    this.replace(found, { ...change, ...attempted });
  }

  async endQueue(queueId: string, change: Pick<StoredMessage, 'state' | 'endedMs'>): Promise<void> {
    for (const one of [...this.messages])
      if (one.queueId === queueId && one.state === 'waiting') this.replace(one, change);
  }

  async list(
    queueId: string,
    { limit, beforePosition = Number.POSITIVE_INFINITY }: { readonly limit: number; readonly beforePosition?: number },
  ): Promise<readonly StoredMessage[]> {
    const older = this.messages.filter((one) => one.queueId === queueId && one.position < beforePosition);
    return older.reverse().slice(0, limit);
  }

  async deleteQueue(queueId: string): Promise<void> {
    this.messages = this.messages.filter((one) => one.queueId !== queueId);
  }

  async trim({ endedAfterMs, endedMax }: { readonly endedAfterMs: number; readonly endedMax: number }): Promise<void> {
    this.messages = this.messages.filter(({ endedMs }) => endedMs === null || endedMs >= endedAfterMs);
    for (const queueId of new Set(this.messages.map((one) => one.queueId))) {
      const ended = this.messages.filter((one) => one.queueId === queueId && one.state !== 'waiting');
      const gone = new Set(ended.slice(0, Math.max(0, ended.length - endedMax)));
      this.messages = this.messages.filter((one) => !gone.has(one));
    }
  }

  async claim(name: string, ownerId: string, lastsMs: number): Promise<boolean> {
    const held = this.claims.get(name);
    if (held !== undefined && held.ownerId !== ownerId && held.expiresMs > this.nowMs()) return false;
    this.claims.set(name, { ownerId, expiresMs: this.nowMs() + lastsMs });
    return true;
  }

  async releaseClaim(name: string, ownerId: string): Promise<void> {
    if (this.claims.get(name)?.ownerId === ownerId) this.claims.delete(name);
  }

  private replace(message: StoredMessage, change: Partial<StoredMessage>): void {
    this.messages[this.messages.indexOf(message)] = { ...message, ...change };
  }
}

function isSame(a: MessageKey, b: MessageKey): boolean {
  return a.queueId === b.queueId && a.messageId === b.messageId;
}
