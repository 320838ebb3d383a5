import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

export type Payload = Readonly<Record<string, unknown>>;

interface Told {
  readonly action: string;
  readonly payload: Payload;
}

type Answerer = (payload: Payload) => object | undefined;

/** The version that a bare client speaks, by its official schemas. */
export interface SpokenVersion {
  readonly subprotocol: string;
  /** What is wrong with a payload, by the schema of this name. */
  flaws(schemaName: string, payload: unknown): readonly unknown[];
}

const ANSWER_MAX_MS = 10_000;

/** A bare client that speaks frames. Everything in either direction is held against the official schemas. */
export abstract class BareStation {
  readonly told: Told[] = [];
  /** What it answers, by action; undefined leaves it to the ordinary answer. */
  readonly answers = new Map<string, Answerer>();
  /** It answers these actions with CALLERROR. */
  readonly errors = new Map<string, string>();
  readonly #socket: WebSocket;
  readonly #version: SpokenVersion;
  readonly #answered = new Map<string, readonly unknown[]>();
  readonly #awaited = new Map<string, (frame: readonly unknown[]) => void>();

  static open(version: SpokenVersion, url: string, options: ClientOptions = {}, protocols = [version.subprotocol]) {
    const socket = new WebSocket(url, protocols, options);
    return new Promise<WebSocket>((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  readonly #givingUp = new Set<NodeJS.Timeout>();

  constructor(version: SpokenVersion, socket: WebSocket) {
    this.#version = version;
    this.#socket = socket;
    expect(socket.protocol).toBe(version.subprotocol);
    socket.on('message', (data) => this.#received(JSON.parse(String(data))));
    socket.on('error', () => undefined);
  }

  /** What a station answers that does as it is told. */
  protected abstract ordinaryAnswer(action: string, payload: Payload): object;

  /** The message ids of all that was answered. */
  get answeredIds(): readonly string[] {
    return [...this.#answered.keys()];
  }

  answerOf(messageId: string): readonly unknown[] {
    return this.#answered.get(messageId) ?? [];
  }

  /** Who still waits for an answer then waits for nothing. */
  close(): void {
    for (const giveUp of this.#givingUp) clearTimeout(giveUp);
    this.#socket.terminate();
  }

  send(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame));
  }

  /** The frame that answers this call. */
  exchange(action: string, payload: object, messageId: string = randomUUID()): Promise<readonly unknown[]> {
    this.#answered.delete(messageId);
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => reject(new Error(`waited in vain for an answer to ${action}`)), ANSWER_MAX_MS);
      this.#givingUp.add(giveUp);
      this.#awaited.set(messageId, (frame) => {
        clearTimeout(giveUp);
        this.#givingUp.delete(giveUp);
        resolve(frame);
      });
      this.send([2, messageId, action, payload]);
    });
  }

  /** The payload of the answer: question and answer satisfy their schemas. */
  async ask(action: string, payload: object, messageId?: string): Promise<Payload> {
    expect(this.#version.flaws(`${action}Request`, payload)).toEqual([]);
    const [type, , answer] = await this.exchange(action, payload, messageId);
    expect([action, type, answer]).toEqual([action, 3, expect.anything()]);
    expect(this.#version.flaws(`${action}Response`, answer)).toEqual([]);
    return answer as Payload;
  }

  toldOf(action: string): readonly Payload[] {
    return this.told.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  /** The last that it was told of this kind. */
  lastOf(action: string): Payload {
    return this.toldOf(action).at(-1) ?? {};
  }

  #received(frame: readonly unknown[]): void {
    const [type, messageId, third, fourth] = frame;
    if (type !== 2) {
      this.#answered.set(String(messageId), frame);
      this.#awaited.get(String(messageId))?.(frame);
      this.#awaited.delete(String(messageId));
      return;
    }
    const action = String(third);
    const payload = fourth as Payload;
    expect(this.#version.flaws(`${action}Request`, payload)).toEqual([]);
    this.told.push({ action, payload });
    const error = this.errors.get(action);
    if (error !== undefined) {
      this.send([4, messageId, error, '', {}]);
      return;
    }
    const answer = this.answers.get(action)?.(payload) ?? this.ordinaryAnswer(action, payload);
    expect(this.#version.flaws(`${action}Response`, answer)).toEqual([]);
    this.send([3, messageId, answer]);
  }
}

export function instant(aheadMs = 0): string {
  return new Date(Date.now() + aheadMs).toISOString();
}
