import { randomUUID } from 'node:crypto';
import type { Clock } from '../site/clock.js';
import { type Bus, BusError, type Presence, type StopListening } from './bus.js';
import type { RedisAddress } from './redisAddress.js';
import { connectRedis, type RedisClient, whenReady } from './redisConnection.js';
import { RedisPresence } from './redisPresence.js';

export interface RedisBusOptions {
  readonly address: RedisAddress;
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

type Handler = (body: unknown) => Promise<unknown>;

interface Asked {
  readonly settle: (answer: Answer) => void;
  readonly lost: () => void;
}

interface Question {
  readonly id: string;
  readonly replyTo: string;
  readonly body: unknown;
}

type Answer = { readonly id: string; readonly body?: unknown } | { readonly id: string; readonly error: string };

/** A message to oneself, to see whether messages pass. */
const PULSE_EVERY_MS = 1_000;
const PULSE_LOST_AFTER_MS = 3_000;
const PULSE_LATE_MS = 250;
const UNHEARD_MAX = 3;
/** A node of a Cluster went: by then another has taken its place. One that stays away is told of again and again. */
const RENEW_AFTER_NODE_MS = 20_000;
const RENEW_EVERY_MS = 300_000;
const FIRST_CONNECTION_AT_MOST_MS = 5_000;
const PREFIX = 'evenkeel:bus:';

/**
 * The bus over Redis: sharded publish and subscribe, which is exact about how many heard it and spreads over a Cluster. Nothing waits
 * in a queue for a Redis that is away: who asks is told so at once, and asks again.
 */
export class RedisBus implements Bus {
  readonly nodeId: string;
  readonly presence: Presence;
  readonly #options: RedisBusOptions;
  readonly #commands: RedisClient;
  #subscriber: RedisClient;
  readonly #handlers = new Map<string, Handler>();
  readonly #listeners = new Map<string, Set<(body: unknown) => void>>();
  readonly #asked = new Map<string, Asked>();
  readonly #gapListeners = new Set<() => void>();
  readonly #replyChannel: string;
  #isGap = false;
  /** How often in a row nobody heard what was said on a channel that this process listens to. */
  readonly #unheard = new Map<string, number>();
  #renewAtMs: number | undefined;
  #renewedMs = Number.NEGATIVE_INFINITY;
  #heardPulseMs: number;
  #pulseDueMs: number;
  #brokenSinceMs: number | undefined;
  #cancelPulse: StopListening = () => {};
  #isClosed = false;

  /** Connects, or goes on trying: a service starts without its Redis, and says so in its readiness. */
  static async connect(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    await Promise.all([
      whenReady(bus.#commands, FIRST_CONNECTION_AT_MOST_MS),
      whenReady(bus.#subscriber, FIRST_CONNECTION_AT_MOST_MS),
    ]);
    await bus.#listen(bus.#replyChannel);
    bus.#pulse();
    return bus;
  }

  private constructor(options: RedisBusOptions) {
    this.#options = options;
    this.nodeId = options.nodeId;
    this.#replyChannel = `${PREFIX}reply:${options.nodeId}:${randomUUID()}`;
    this.#heardPulseMs = options.clock.nowMs();
    this.#pulseDueMs = this.#heardPulseMs;
    const onError = (): void => {
      // Whether messages pass is what counts, and the pulse tells it once, not with each attempt to connect.
    };
    this.#commands = connectRedis(options.address, 'requests', onError);
    this.#subscriber = this.#openSubscriber(onError);
    this.presence = new RedisPresence(this.#commands, options.clock);
  }

  get brokenSinceMs(): number | undefined {
    return this.#brokenSinceMs;
  }

  #openSubscriber(onError: () => void): RedisClient {
    const subscriber = connectRedis(this.#options.address, 'subscriber', onError);
    // Nothing may be made of what one says that another has taken the place of.
    const isCurrent = (): boolean => this.#subscriber === subscriber;
    subscriber.on('close', () => {
      if (!isCurrent()) return;
      this.#isGap = true;
      this.#giveUpAsked();
    });
    // One node of a Cluster: what goes over the others goes on.
    subscriber.on('-node', () => {
      if (!isCurrent()) return;
      this.#isGap = true;
      this.#renewAtMs ??= this.#options.clock.nowMs() + RENEW_AFTER_NODE_MS;
    });
    subscriber.on('smessage', (channel: string, text: string) => isCurrent() && this.#received(channel, text));
    return subscriber;
  }

  /** A Cluster's client does not listen anew where a replica took the place of the node that it listened at: another one does. */
  #listenAnew(): void {
    this.#isGap = true;
    if (this.#options.address.kind !== 'cluster') {
      // A connection that looks alive and carries nothing is made anew.
      if (this.#subscriber.status === 'ready') this.#subscriber.disconnect(true);
      return;
    }
    this.#renewedMs = this.#options.clock.nowMs();
    const before = this.#subscriber;
    this.#subscriber = this.#openSubscriber(() => undefined);
    before.disconnect();
    this.#giveUpAsked();
    for (const channel of [this.#replyChannel, ...this.#handlers.keys(), ...this.#listeners.keys()])
      void this.#listen(channel);
  }

  async answer(address: string, handler: Handler): Promise<StopListening> {
    const channel = `${PREFIX}${address}`;
    this.#handlers.set(channel, handler);
    await this.#listen(channel);
    return () => {
      if (this.#handlers.get(channel) !== handler) return;
      this.#handlers.delete(channel);
      this.#leave(channel);
    };
  }

  request(address: string, body: unknown, timeoutMs: number): Promise<unknown> {
    const channel = `${PREFIX}${address}`;
    const own = this.#handlers.get(channel);
    // What is meant for this very process needs no Redis.
    if (own !== undefined) return this.#askOwn(own, address, body, timeoutMs);
    const question: Question = { id: randomUUID(), replyTo: this.#replyChannel, body };
    return new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        this.#asked.delete(question.id);
        cancel();
        finish();
      };
      const cancel = this.#options.clock.after(timeoutMs, () => end(() => reject(noAnswer(address, timeoutMs))));
      this.#asked.set(question.id, {
        settle: (answer) =>
          end(() => ('error' in answer ? reject(new BusError('FAILED', answer.error)) : resolve(answer.body))),
        lost: () => end(() => reject(new BusError('NO_ANSWER', `Redis went away before ${address} had answered.`))),
      });
      this.#send(channel, question).then(
        (heard) => {
          if (heard === 0) end(() => reject(new BusError('NOBODY', `Nobody answers at ${address}.`)));
        },
        (error: unknown) => end(() => reject(sendFailure(error))),
      );
    });
  }

  async publish(topic: string, body: unknown): Promise<void> {
    await this.#send(`${PREFIX}topic:${topic}`, body).catch((error: unknown) => {
      throw sendFailure(error);
    });
  }

  async subscribe(topic: string, listener: (body: unknown) => void): Promise<StopListening> {
    const channel = `${PREFIX}topic:${topic}`;
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    await this.#listen(channel);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      this.#leave(channel);
    };
  }

  onGap(listener: () => void): StopListening {
    this.#gapListeners.add(listener);
    return () => this.#gapListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelPulse();
    for (const { settle } of [...this.#asked.values()]) settle({ id: '', error: 'the bus is closing' });
    this.#commands.disconnect();
    this.#subscriber.disconnect();
  }

  async #listen(channel: string): Promise<void> {
    // While Redis is away the client keeps what is to be heard, and asks for it once it is back.
    const done = this.#subscriber.ssubscribe(channel).catch((error: unknown) => {
      if (!this.#isClosed) this.#options.log.warn({ channel, error: String(error) }, 'the bus can not listen yet');
    });
    if (this.#subscriber.status === 'ready') await done;
  }

  /** Answers that were on their way are lost: whoever waits for one is told so at once, for he knows what to do. */
  #giveUpAsked(): void {
    for (const { lost } of [...this.#asked.values()]) lost();
  }

  #leave(channel: string): void {
    if (!this.#isClosed) this.#subscriber.sunsubscribe(channel).catch(() => undefined);
  }

  async #send(channel: string, body: unknown): Promise<number> {
    return Number(await this.#commands.spublish(channel, JSON.stringify(body)));
  }

  async #askOwn(handler: Handler, address: string, body: unknown, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(timeoutMs, () => reject(noAnswer(address, timeoutMs)));
      handler(body)
        .then(resolve, (error: unknown) => reject(new BusError('FAILED', messageOf(error), error)))
        .finally(cancel);
    });
  }

  #received(channel: string, text: string): void {
    if (channel === this.#replyChannel) {
      this.#answered(text);
      return;
    }
    const handler = this.#handlers.get(channel);
    if (handler !== undefined) void this.#asks(handler, readJson(text));
    const body = this.#listeners.has(channel) ? readJson(text) : undefined;
    for (const listener of this.#listeners.get(channel) ?? []) listener(body);
  }

  #answered(text: string): void {
    const answer = readJson(text);
    if (isPulse(answer)) {
      this.#heardPulse();
    } else if (isAnswer(answer)) {
      // Whoever gave up on it no longer waits.
      this.#asked.get(answer.id)?.settle(answer);
    }
  }

  async #asks(handler: Handler, question: unknown): Promise<void> {
    if (!isQuestion(question)) return;
    const { id, replyTo, body } = question;
    const answer: Answer = await handler(body).then(
      (answered) => ({ id, body: answered }),
      (error: unknown) => ({ id, error: messageOf(error) }),
    );
    // An answer that is lost is an answer that does not come: the asker knows what to do.
    await this.#send(replyTo, answer).catch(() => undefined);
  }

  #pulse(): void {
    const { clock, log } = this.#options;
    this.#send(this.#replyChannel, { pulse: true }).catch(() => undefined);
    const nowMs = clock.nowMs();
    this.#lookForDeafness(nowMs);
    // While this process stood still itself it could not have heard anything.
    this.#heardPulseMs += Math.max(0, nowMs - this.#pulseDueMs - PULSE_LATE_MS);
    this.#pulseDueMs = nowMs + PULSE_EVERY_MS;
    if (nowMs - this.#heardPulseMs > PULSE_LOST_AFTER_MS) {
      if (this.#brokenSinceMs === undefined) {
        this.#brokenSinceMs = this.#heardPulseMs;
        log.warn({}, 'messages between processes do not pass: Redis is out of reach');
      }
      this.#heardPulseMs = nowMs;
      this.#listenAnew();
    }
    this.#cancelPulse = clock.after(PULSE_EVERY_MS, () => this.#pulse());
  }

  /**
   * The pulse comes over one node of a Cluster; what is asked of this process may come over another, and what all are told over others
   * still, of which nobody can say whether it was this process that heard it.
   */
  #lookForDeafness(nowMs: number): void {
    if (this.#options.address.kind !== 'cluster') return;
    const isDue = this.#renewAtMs !== undefined && nowMs >= this.#renewAtMs;
    if (isDue) this.#renewAtMs = undefined;
    if (isDue && nowMs - this.#renewedMs >= RENEW_EVERY_MS) this.#listenAnew();
    for (const channel of this.#handlers.keys()) {
      this.#send(channel, { pulse: true }).then(
        (heard) => {
          const times = heard === 0 ? (this.#unheard.get(channel) ?? 0) + 1 : 0;
          this.#unheard.set(channel, times);
          if (times < UNHEARD_MAX) return;
          this.#unheard.clear();
          this.#listenAnew();
        },
        () => undefined,
      );
    }
  }

  #heardPulse(): void {
    this.#heardPulseMs = this.#options.clock.nowMs();
    if (this.#brokenSinceMs !== undefined) this.#options.log.info({}, 'messages between processes pass again');
    this.#brokenSinceMs = undefined;
    if (!this.#isGap) return;
    this.#isGap = false;
    for (const listener of this.#gapListeners) listener();
  }
}

function noAnswer(address: string, timeoutMs: number): BusError {
  return new BusError('NO_ANSWER', `${address} gave no answer within ${timeoutMs} ms.`);
}

/** Only a client that refused to write at all has certainly sent nothing. */
function sendFailure(error: unknown): BusError {
  const message = messageOf(error);
  const isUnsent = message.includes('enableOfflineQueue') || message.includes('Connection is closed');
  return new BusError(isUnsent ? 'NOT_SENT' : 'NO_ANSWER', `Redis is out of reach: ${message}`, error);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPulse(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'pulse' in value;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function isQuestion(value: unknown): value is Question {
  return isAnswer(value) && 'replyTo' in value && typeof value.replyTo === 'string';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
