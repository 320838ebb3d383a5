import type { Clock } from '../site/clock.js';
import { type Bus, BusError, type HeldSince, type Holder, type Presence, type StopListening } from './bus.js';

type Handler = (body: unknown) => Promise<unknown>;

/**
 * What the buses of one process share. Bodies go through JSON, as they do over the wire, so that nothing works here that would not
 * work there.
 */
export class EmbeddedHub {
  readonly handlers = new Map<string, Handler>();
  readonly listeners = new Map<string, Set<(body: unknown) => void>>();
  readonly held = new Map<string, HeldSince & { readonly untilMs: number }>();
}

/** The bus of a service that is one process. Several in one hub are several nodes. */
export class EmbeddedBus implements Bus {
  readonly nodeId: string;
  readonly presence: Presence;
  readonly brokenSinceMs = undefined;
  readonly #hub: EmbeddedHub;
  readonly #clock: Clock;
  readonly #stops = new Set<StopListening>();

  constructor(options: { readonly nodeId: string; readonly clock: Clock; readonly hub?: EmbeddedHub }) {
    this.nodeId = options.nodeId;
    this.#clock = options.clock;
    this.#hub = options.hub ?? new EmbeddedHub();
    this.presence = new EmbeddedPresence(this.#hub, options.clock);
  }

  async answer(address: string, handler: Handler): Promise<StopListening> {
    this.#hub.handlers.set(address, handler);
    return this.#stoppable(() => {
      if (this.#hub.handlers.get(address) === handler) this.#hub.handlers.delete(address);
    });
  }

  async request(address: string, body: unknown, timeoutMs: number): Promise<unknown> {
    const handler = this.#hub.handlers.get(address);
    if (handler === undefined) throw new BusError('NOBODY', `Nobody answers at ${address}.`);
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(timeoutMs, () =>
        reject(new BusError('NO_ANSWER', `${address} gave no answer within ${timeoutMs} ms.`)),
      );
      handler(throughJson(body))
        .then((answer) => resolve(throughJson(answer)))
        .catch((error: unknown) => reject(new BusError('FAILED', messageOf(error), error)))
        .finally(cancel);
    });
  }

  async publish(topic: string, body: unknown): Promise<void> {
    for (const listener of this.#hub.listeners.get(topic) ?? []) queueMicrotask(() => listener(throughJson(body)));
  }

  async subscribe(topic: string, listener: (body: unknown) => void): Promise<StopListening> {
    const listeners = this.#hub.listeners.get(topic) ?? new Set();
    this.#hub.listeners.set(topic, listeners.add(listener));
    return this.#stoppable(() => listeners.delete(listener));
  }

  onGap(): StopListening {
    return () => {};
  }

  async close(): Promise<void> {
    for (const stop of [...this.#stops]) stop();
  }

  #stoppable(stop: () => void): StopListening {
    const once = (): void => {
      this.#stops.delete(once);
      stop();
    };
    this.#stops.add(once);
    return once;
  }
}

class EmbeddedPresence implements Presence {
  readonly #held: EmbeddedHub['held'];
  readonly #clock: Clock;

  constructor({ held }: EmbeddedHub, clock: Clock) {
    this.#held = held;
    this.#clock = clock;
  }

  async claim(key: string, holder: Holder, lastsMs: number) {
    const nowMs = this.#clock.nowMs();
    const before = this.#find(key);
    const sinceMs = before === undefined ? nowMs : Math.max(nowMs, before.sinceMs + 1);
    const { nodeId, connectionId } = holder;
    this.#held.set(key, { nodeId, connectionId, sinceMs, untilMs: nowMs + lastsMs });
    return { sinceMs, before: before === undefined ? undefined : plain(before) };
  }

  async refresh(key: string, holder: HeldSince, lastsMs: number): Promise<HeldSince | undefined> {
    const other = this.#find(key);
    if (other !== undefined && !isSame(other, holder) && other.sinceMs >= holder.sinceMs) return plain(other);
    this.#held.set(key, { ...plain(holder), untilMs: this.#clock.nowMs() + lastsMs });
    return undefined;
  }

  async release(key: string, holder: Holder): Promise<void> {
    const known = this.#find(key);
    if (known !== undefined && isSame(known, holder)) this.#held.delete(key);
  }

  async find(key: string): Promise<HeldSince | undefined> {
    const known = this.#find(key);
    return known === undefined ? undefined : plain(known);
  }

  #find(key: string) {
    const known = this.#held.get(key);
    return known === undefined || known.untilMs <= this.#clock.nowMs() ? undefined : known;
  }
}

function plain({ nodeId, connectionId, sinceMs }: HeldSince): HeldSince {
  return { nodeId, connectionId, sinceMs };
}

function isSame(a: Holder, b: Holder): boolean {
  return a.nodeId === b.nodeId && a.connectionId === b.connectionId;
}

function throughJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
