import type { Batch, DelegatedReading, MeterValuesTaken } from '../control/delegation/delegation.js';
import { Problem } from '../site/problem.js';
import { SeqWindow } from './seqWindow.js';

interface Receiver {
  readonly fingerprint: (item: unknown) => string;
  /** Takes a reading to its site. */
  readonly deliver: (reading: DelegatedReading) => Promise<void>;
}

/** Numbered readings of stations: what comes twice is dropped, and of each EVSE only what is newer than what was taken counts. */
export class MeterInflow {
  private readonly windows = new Map<string, SeqWindow>();
  /** By station and EVSE: of the newest reading that was taken. */
  private readonly newestMs = new Map<string, number>();

  /** Throws Problem SEQ_REUSED, and whatever `deliver` throws: then nothing of it counts as taken, and all of it may come again. */
  async take(
    stationId: string,
    { epoch, items }: Batch<DelegatedReading>,
    { fingerprint, deliver }: Receiver,
  ): Promise<MeterValuesTaken> {
    const known = this.windows.get(stationId);
    const window = known?.epoch === epoch ? known : new SeqWindow(epoch);
    const sorted = [...items]
      .sort((a, b) => a.seq - b.seq)
      .map(({ seq, ...reading }) => ({ seq, reading, said: fingerprint(reading) }));
    const inBatch = new Map<number, string>();
    for (const { seq, said } of sorted) {
      if (window.look(seq, said) === 'reused' || (inBatch.get(seq) ?? said) !== said)
        throw new Problem('SEQ_REUSED', `Another reading had the number ${seq} of epoch "${epoch}" before.`, {
          field: '/items',
          details: { seq },
        });
      inBatch.set(seq, said);
    }
    const newest = new Map<number, DelegatedReading>();
    for (const { seq, reading, said } of sorted) {
      if (window.look(seq, said) !== 'new') continue;
      const before = newest.get(reading.evseId);
      if (before === undefined || before.sample.timestampMs <= reading.sample.timestampMs)
        newest.set(reading.evseId, reading);
    }
    for (const reading of newest.values()) await this.deliverNewer(stationId, reading, deliver);
    this.windows.set(stationId, window);
    for (const { seq, said } of sorted) if (window.look(seq, said) === 'new') window.take(seq, said);
    return { ackedSeq: window.ackedSeq, missing: window.missing };
  }

  private async deliverNewer(
    stationId: string,
    reading: DelegatedReading,
    deliver: Receiver['deliver'],
  ): Promise<void> {
    const key = `${stationId} ${reading.evseId}`;
    const { timestampMs } = reading.sample;
    if (timestampMs <= this.newestOf(key)) return;
    await deliver(reading);
    this.newestMs.set(key, Math.max(timestampMs, this.newestOf(key)));
  }

  private newestOf(key: string): number {
    return this.newestMs.get(key) ?? Number.NEGATIVE_INFINITY;
  }
}
