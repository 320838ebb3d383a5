import { addressOfNode, type Bus, type StopListening } from '../bus/bus.js';
import type { NodeMessages, Topics } from './messages.js';

type Handler = (ask: never) => Promise<unknown>;

/** One process's letter box on the bus: typed questions to nodes, typed news to all. */
export class NodePost {
  private readonly bus: Bus;
  private readonly handlers = new Map<string, Handler>();

  constructor(bus: Bus) {
    this.bus = bus;
  }

  get nodeId(): string {
    return this.bus.nodeId;
  }

  /** To be called once every handler is in place. */
  async open(): Promise<void> {
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
    // Written by this program, at the other end: its meaning is in the types of the message.
    return (await this.bus.request(addressOfNode(nodeId), { type, ask }, timeoutMs)) as NodeMessages[T]['answer'];
  }

  async tellAll<T extends keyof Topics>(topic: T, news: Topics[T]): Promise<void> {
    await this.bus.publish(topic, news);
  }

  hear<T extends keyof Topics>(topic: T, listener: (news: Topics[T]) => void): Promise<StopListening> {
    return this.bus.subscribe(topic, (body) => listener(body as Topics[T]));
  }

  private async take(body: unknown): Promise<unknown> {
    const { type, ask } = Object(body);
    const handler = this.handlers.get(String(type));
    if (handler === undefined) throw new Error(`this process does not answer ${String(type)}`);
    return handler(ask as never);
  }
}
