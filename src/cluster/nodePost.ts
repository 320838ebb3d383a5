import { addressOfNode, type Bus, BusError, type StopListening } from '../bus/bus.js';
import type { NodeMessages, Topics } from './messages.js';
import type { NodeLine } from './nodeLine.js';

type Handler = (ask: never) => Promise<unknown>;
type Listener = (news: never) => void;

const NEWS_AT_MOST_MS = 5_000;
const PING_AT_MOST_MS = 1_000;

/**
 * One process's letter box: typed questions to nodes, typed news to all. Over the bus; and straight to the other process what the bus
 * does not carry, for as long as that is so.
 */
export class NodePost {
  private readonly bus: Bus;
  /** 'none': this process is alone, or its bus needs nobody. */
  private readonly line: NodeLine | 'none';
  private readonly handlers = new Map<string, Handler>();
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(bus: Bus, line: NodeLine | 'none' = 'none') {
    this.bus = bus;
    this.line = line;
  }

  get nodeId(): string {
    return this.bus.nodeId;
  }

  /** To be called once every handler is in place. */
  async open(): Promise<void> {
    if (this.line !== 'none') this.line.serve((body) => this.takeDirect(body));
    await this.bus.answer(addressOfNode(this.bus.nodeId), (body) => this.take(body));
  }

  handle<T extends keyof NodeMessages>(
    type: T,
    handler: (ask: NodeMessages[T]['ask']) => Promise<NodeMessages[T]['answer']>,
  ): void {
    this.handlers.set(type, handler as Handler);
  }

  /** Throws BusError. */
  async ask<T extends keyof NodeMessages>(
    nodeId: string,
    type: T,
    { ask, timeoutMs }: { readonly ask: NodeMessages[T]['ask']; readonly timeoutMs: number },
  ): Promise<NodeMessages[T]['answer']> {
    const { bus, line } = this;
    const question = { type, ask };
    // Written by this program, at the other end: its meaning is in the types of the message.
    type Answer = NodeMessages[T]['answer'];
    if (line === 'none' || nodeId === bus.nodeId)
      return (await bus.request(addressOfNode(nodeId), question, timeoutMs)) as Answer;
    if (bus.brokenSinceMs === undefined) {
      try {
        return (await bus.request(addressOfNode(nodeId), question, timeoutMs)) as Answer;
      } catch (error) {
        if (!isUnsent(error)) throw error;
      }
    }
    return (await line.request(nodeId, { question }, timeoutMs)) as Answer;
  }

  /** Throws BusError where somebody has not heard of it. */
  async tellAll<T extends keyof Topics>(topic: T, news: Topics[T]): Promise<void> {
    const { bus, line } = this;
    if (line === 'none') return bus.publish(topic, news);
    if (bus.brokenSinceMs === undefined) {
      const isTold = await bus.publish(topic, news).then(
        () => true,
        () => false,
      );
      if (isTold) return;
    }
    this.takeNews(topic, news);
    await Promise.all(line.others().map((nodeId) => line.request(nodeId, { news: { topic, news } }, NEWS_AT_MOST_MS)));
  }

  async hear<T extends keyof Topics>(topic: T, listener: (news: Topics[T]) => void): Promise<StopListening> {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners.add(listener));
    const stop = await this.bus.subscribe(topic, (body) => listener(body as Topics[T]));
    return () => {
      listeners.delete(listener);
      stop();
    };
  }

  /** Whether one of these can be spoken with although the bus carries nothing; also where there is none of them. */
  async reaches(nodeIds: readonly string[]): Promise<boolean> {
    const { line, bus } = this;
    const others = nodeIds.filter((nodeId) => nodeId !== bus.nodeId);
    if (line === 'none') return false;
    const answers = await Promise.all(
      others.map((nodeId) =>
        line.request(nodeId, { ping: true }, PING_AT_MOST_MS).then(
          () => true,
          () => false,
        ),
      ),
    );
    return others.length === 0 || answers.includes(true);
  }

  private async takeDirect(body: unknown): Promise<unknown> {
    const { question, news } = Object(body);
    if (question !== undefined) return this.take(question);
    if (news !== undefined) this.takeNews(String(news.topic), news.news);
    return {};
  }

  private takeNews(topic: string, news: unknown): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(news as never);
  }

  private async take(body: unknown): Promise<unknown> {
    const { type, ask } = Object(body);
    const handler = this.handlers.get(String(type));
    if (handler === undefined) throw new Error(`this process does not answer ${String(type)}`);
    return handler(ask as never);
  }
}

/** It certainly never left, or nobody heard it: it may be asked another way. */
function isUnsent(error: unknown): boolean {
  return error instanceof BusError && (error.code === 'NOT_SENT' || error.code === 'NOBODY');
}
