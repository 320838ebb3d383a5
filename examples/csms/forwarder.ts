import { randomUUID } from 'node:crypto';
import type { EvenkeelApi, Problem } from 'evenkeel/client';
import type { Payload } from './answers.js';

interface Message {
  readonly seq: number;
  readonly at: string;
  readonly action: string;
  readonly payload: Payload;
  readonly answer: Payload;
}

export interface ForwarderOptions {
  readonly api: EvenkeelApi;
  readonly stationId: string;
  readonly onTrouble: (what: string) => void;
}

const BATCH_MAX = 100;
const RETRY_MS = 500;
/** What is older is of no use any more; transactions are, so take enough. */
const KEPT_MAX = 10_000;

/**
 * Tells Evenkeel of one station: whether it is connected, and what it wrote, in order. What could not be told yet is kept. A real CSMS
 * keeps it on disk.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #epoch = randomUUID();
  readonly #outbox: Message[] = [];
  /** Undefined: offline. */
  #connectionId: string | undefined;
  #isConnectionTold = true;
  #lastSeq = 0;
  #isPumping = false;
  #isClosed = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#outbox.length;
  }

  online(): void {
    this.#connectionId = randomUUID();
    this.#tellConnection();
  }

  offline(): void {
    this.#connectionId = undefined;
    this.#tellConnection();
  }

  said(action: string, payload: Payload, answer: Payload): void {
    this.#lastSeq += 1;
    this.#outbox.push({ seq: this.#lastSeq, at: new Date().toISOString(), action, payload, answer });
    if (this.#outbox.length > KEPT_MAX) this.#outbox.shift();
    this.#pump();
  }

  /** Evenkeel started anew: it has to hear again who is connected. */
  resync(): void {
    if (this.#connectionId !== undefined) this.#tellConnection();
  }

  close(): void {
    this.#isClosed = true;
  }

  #tellConnection(): void {
    this.#isConnectionTold = false;
    this.#pump();
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#pumpAll().finally(() => {
      this.#isPumping = false;
    });
  }

  async #pumpAll(): Promise<void> {
    while (!this.#isClosed && (!this.#isConnectionTold || this.#outbox.length > 0)) {
      try {
        // What it said last comes before that it is gone; what it says now after that it is there.
        const isGone = this.#connectionId === undefined;
        if (isGone && this.#outbox.length > 0) await this.#tellMessages();
        else if (this.#isConnectionTold) await this.#tellMessages();
        else await this.#tellWhetherConnected();
      } catch (error) {
        this.#options.onTrouble(
          `${this.#options.stationId}: ${error instanceof Error ? error.message : String(error)}`,
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #tellWhetherConnected(): Promise<void> {
    const { api, stationId } = this.#options;
    const connectionId = this.#connectionId;
    const { error } = await api.PUT('/v1/stations/{stationId}/connection', {
      params: { path: { stationId } },
      // It may set metering up, as it would at a station of its own.
      body: connectionId === undefined ? { status: 'offline' } : { status: 'online', connectionId, configure: true },
    });
    if (error !== undefined) throw problem(error);
    if (connectionId === this.#connectionId) this.#isConnectionTold = true;
  }

  async #tellMessages(): Promise<void> {
    const { api, stationId, onTrouble } = this.#options;
    const { data, error } = await api.POST('/v1/stations/{stationId}/messages', {
      params: { path: { stationId } },
      body: { epoch: this.#epoch, items: this.#outbox.slice(0, BATCH_MAX) },
    });
    if (error !== undefined) {
      const isForgotten = (error as Problem).code === 'STATION_OFFLINE';
      if (!isForgotten) throw problem(error);
      if (this.#connectionId === undefined) this.#outbox.length = 0;
      else this.#isConnectionTold = false;
      return;
    }
    for (const { seq, detail } of data.refused) onTrouble(`${stationId}: message ${seq}: ${detail}`);
    while (this.#outbox[0] !== undefined && this.#outbox[0].seq <= data.ackedSeq) this.#outbox.shift();
  }
}

function problem({ code, detail }: Problem): Error {
  return new Error(`${code}: ${detail}`);
}
