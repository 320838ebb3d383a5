import type { TransactionId } from '../../src/site/chargingProfile.js';
import type { Clock } from '../../src/site/clock.js';
import type { StationRequest } from '../../src/site/stationMessages.js';
import type { PureStation } from './pureStation.js';
import type { SeededRandom } from './seededRandom.js';
import type { VirtualConnection, VirtualNetwork } from './virtualNetwork.js';

type TransactionMessage = Extract<StationRequest, { type: 'transactionStarted' | 'transactionEnded' }>;

export interface OutboxContext {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly network: VirtualNetwork;
  readonly note: (line: string) => void;
  /** Undefined where nobody listens. */
  readonly ask: (stationId: string, request: StationRequest) => Promise<unknown>;
}

/** A station that got no answer sends the same again after so long. */
const AGAIN_AFTER_MS = { least: 10_000, most: 30_000 };
const COPY_WITHIN_MS = 10_000;

/** Transaction messages are kept by the station until they are answered, and sent in order. */
export class StationOutbox {
  private readonly station: PureStation;
  private readonly context: OutboxContext;
  private readonly waiting: { readonly localId: TransactionId; readonly request: TransactionMessage }[] = [];
  private readonly knownIds = new Map<TransactionId, TransactionId>();
  /** On which one message is under way. */
  private delivering: VirtualConnection | undefined;

  constructor(station: PureStation, context: OutboxContext) {
    this.station = station;
    this.context = context;
  }

  async tellStart(): Promise<void> {
    const { transaction, energyWh } = this.station;
    if (transaction === undefined) return;
    const { id: localId, idToken, startedMs: timestampMs } = transaction;
    const meterStartWh = Math.round(energyWh);
    const request = { type: 'transactionStarted', evseId: 1, idToken, meterStartWh, timestampMs } as const;
    this.waiting.push({ localId, request });
    await this.deliver();
  }

  async tellEnd(transactionId: TransactionId, reason: string): Promise<void> {
    const meterStopWh = Math.round(this.station.energyWh);
    const timestampMs = this.context.clock.nowMs() + this.station.skewMs;
    const request = { type: 'transactionEnded', transactionId, meterStopWh, timestampMs, reason, samples: [] } as const;
    this.waiting.push({ localId: transactionId, request });
    await this.deliver();
  }

  async deliver(): Promise<void> {
    const { network, ask } = this.context;
    const { stationId } = this.station;
    const connection = network.connectionOf(stationId);
    if (connection === undefined || this.delivering === connection) return;
    this.delivering = connection;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const { localId, request } = next;
      const known = this.knownIds.get(localId) ?? localId;
      const sent = request.type === 'transactionEnded' ? { ...request, transactionId: known } : request;
      const answer = await ask(stationId, sent);
      // Answered by then or not: it is told on the next connection again.
      if (this.delivering !== connection) return;
      if (answer === undefined || !connection.isLive || this.isAnswerLost(sent)) break;
      this.waiting.shift();
      this.double(connection, sent);
      if (request.type === 'transactionStarted') this.named(localId, answer as { transactionId: number });
    }
    this.delivering = undefined;
  }

  private named(localId: TransactionId, { transactionId }: { readonly transactionId: number }): void {
    this.knownIds.set(localId, transactionId);
    this.station.rename(localId, transactionId);
  }

  private isAnswerLost({ type }: TransactionMessage): boolean {
    const { network, clock, random, note } = this.context;
    if (!network.happens(network.context.faults().answerLost)) return false;
    note(`${this.station.stationId} ${type}, answer LOST`);
    clock.after(random.between(AGAIN_AFTER_MS.least, AGAIN_AFTER_MS.most), () => void this.deliver());
    return true;
  }

  private double(connection: VirtualConnection, request: TransactionMessage): void {
    const { network, clock, random, note, ask } = this.context;
    const { stationId } = this.station;
    if (!network.happens(network.context.faults().doubled)) return;
    clock.after(random.between(0, COPY_WITHIN_MS), () => {
      if (!connection.isLive) return;
      note(`${stationId} ${request.type} AGAIN`);
      void ask(stationId, request);
    });
  }
}
