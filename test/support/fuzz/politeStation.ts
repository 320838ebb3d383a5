import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../e2e/support/until.js';
import { type Held, ordinaryAnswer } from './answers.js';
import { bootOf, type FuzzVersion, HEARTBEAT, statusOf, type WireMessage } from './corpus.js';
import { ATTACKED_MAX_A } from './fuzzSite.js';
import { RawSocket } from './rawSocket.js';
import type { Stalls } from './stalls.js';

const ASK_EVERY_MS = 200;
/** After this it gives up; far beyond what the checks allow. */
const GIVE_UP_MS = 30_000;

interface PoliteOptions {
  readonly version: FuzzVersion;
  readonly stationId: string;
  readonly password: string;
  readonly port: number;
  readonly stalls: Stalls;
}

/** A station that does all it should: it asks one thing after another, and measures how long each answer takes. */
export class PoliteStation {
  readonly options: PoliteOptions;
  readonly #held: Held = { limitA: ATTACKED_MAX_A };
  readonly #answers = new Map<string, readonly unknown[]>();
  #socket: RawSocket | undefined;
  #asked: { readonly id: string; readonly atMs: number } | undefined;
  #count = 0;
  #isOver = false;
  /** How long each answer took, ms, without what this very process was held up for. */
  readonly latenciesMs: number[] = [];
  readonly complaints: string[] = [];

  constructor(options: PoliteOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    const { version, port, stationId, password } = this.options;
    const address = { port, stationId, password, subprotocol: `ocpp${version}` };
    this.#socket = await RawSocket.open(address, (text) => this.#heard(text));
    if (this.#socket === undefined) throw new Error(`${stationId} was not let in`);
    await this.#ask(bootOf(version));
    await this.#ask(statusOf(version, 'Available'));
    void this.#askOn();
  }

  /** For how long the newest question has gone without an answer, ms. */
  get waitingMs(): number {
    return this.#asked === undefined ? 0 : this.#sinceMs(this.#asked.atMs);
  }

  end(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  async #askOn(): Promise<void> {
    const { version, stationId } = this.options;
    while (!this.#isOver) {
      await sleep(ASK_EVERY_MS);
      if (this.#isOver) return;
      try {
        await this.#ask(this.#count % 2 === 0 ? HEARTBEAT : statusOf(version, 'Available'));
      } catch (error) {
        if (!this.#isOver) this.complaints.push(`${stationId}: ${String(error)}`);
        return;
      }
    }
  }

  async #ask({ action, payload }: WireMessage): Promise<void> {
    const id = `p-${this.#count++}`;
    const atMs = Date.now();
    this.#asked = { id, atMs };
    this.#socket?.text(JSON.stringify([2, id, action, payload]));
    await until(
      () => this.#answers.has(id) || this.#isOver || this.#socket?.isOpen !== true,
      `an answer to ${action}`,
      {
        atMostMs: GIVE_UP_MS,
      },
    );
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (answer === undefined && !this.#isOver) throw new Error(`its connection ended while it waited for ${action}`);
    if (answer !== undefined && answer[0] !== 3) throw new Error(`${action} was answered ${JSON.stringify(answer)}`);
  }

  #heard(text: string): void {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) return;
    const [type, id, action, payload] = frame as readonly unknown[];
    if (type === 2) {
      const call = { id: String(id), action: String(action), payload: payload as Readonly<Record<string, unknown>> };
      this.#socket?.text(JSON.stringify([3, id, ordinaryAnswer(this.options.version, call, this.#held)]));
      return;
    }
    const asked = this.#asked;
    if (asked !== undefined && asked.id === id) {
      this.latenciesMs.push(this.#sinceMs(asked.atMs));
      this.#asked = undefined;
    }
    this.#answers.set(String(id), frame);
  }

  #sinceMs(atMs: number): number {
    const nowMs = Date.now();
    return Math.max(0, nowMs - atMs - this.options.stalls.withinMs(atMs, nowMs));
  }
}
