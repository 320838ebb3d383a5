import type { Clock } from '../site/clock.js';
import type { StationRequest, StationResponses } from '../site/stationMessages.js';

export type MeterValues = Extract<StationRequest, { type: 'meterValues' }>;

export interface MeterBufferOptions {
  readonly clock: Clock;
  /** Resolves when the owner has taken them. */
  readonly send: (stationId: string, request: MeterValues) => Promise<unknown>;
}

/** An owner that answers within this is not slow: its stations are answered when it answers. */
const SLOW_AFTER_MS = 1_000;
/** Of one station: what is newest of each EVSE. */
const NOTHING = Object.freeze({});

interface Buffer {
  sending: Promise<void>;
  /** By EVSE: later ones replace earlier ones, for a register says all that was before. */
  readonly waiting: Map<number, MeterValues>;
}

/**
 * Meter values on their way to their owner. Where that is slow the station is answered all the same, and of what comes meanwhile the
 * newest of each EVSE is kept: so a slow owner holds up no station, and a crowd of meter values no transaction.
 */
export class MeterBuffer {
  private readonly options: MeterBufferOptions;
  private readonly buffers = new Map<string, Buffer>();

  constructor(options: MeterBufferOptions) {
    this.options = options;
  }

  get size(): number {
    let size = 0;
    for (const { waiting } of this.buffers.values()) size += waiting.size;
    return size;
  }

  async take(stationId: string, request: MeterValues): Promise<StationResponses['meterValues']> {
    const busy = this.buffers.get(stationId);
    if (busy !== undefined) {
      busy.waiting.set(request.evseId, request);
      return NOTHING;
    }
    const buffer: Buffer = { sending: Promise.resolve(), waiting: new Map() };
    this.buffers.set(stationId, buffer);
    const first = this.options.send(stationId, request);
    buffer.sending = this.sendAll(stationId, buffer, first);
    await this.orSlow(first);
    return NOTHING;
  }

  /** Resolves when nothing of the station is under way. */
  async flushed(stationId: string): Promise<void> {
    await this.buffers.get(stationId)?.sending;
  }

  /** What fails is not tried again: the next one says more. */
  private async sendAll(stationId: string, buffer: Buffer, first: Promise<unknown>): Promise<void> {
    await first.catch(() => undefined);
    for (const [evseId, request] of buffer.waiting) {
      buffer.waiting.delete(evseId);
      await this.options.send(stationId, request).catch(() => undefined);
    }
    this.buffers.delete(stationId);
  }

  private orSlow(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.options.clock.after(SLOW_AFTER_MS, resolve);
      work.then(() => resolve(), reject).finally(cancel);
    });
  }
}
