import type { Batch, DelegatedReading, MeterValuesTaken } from '../control/delegation/delegation.js';
import { Problem } from '../site/problem.js';
import { SeqWindow } from './seqWindow.js';

/** Numbered readings of stations: what comes twice is dropped, and of each EVSE only what is newer than what was taken counts. */
export class MeterInflow {
  private readonly windows = new Map<string, SeqWindow>();
  /** By station and EVSE: of the newest reading that was taken. */
  private readonly newestMs = new Map<string, number>();

  /** Throws Problem SEQ_REUSED: then nothing of it is taken. */
  take(
    stationId: string,
    { epoch, items }: Batch<DelegatedReading>,
    fingerprint: (item: unknown) => string,
  ): { readonly readings: readonly DelegatedReading[]; readonly taken: MeterValuesTaken } {
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
    this.windows.set(stationId, window);
    const newest = new Map<number, DelegatedReading>();
    for (const { seq, reading, said } of sorted) {
      if (window.look(seq, said) !== 'new') continue;
      window.take(seq, said);
      const before = newest.get(reading.evseId);
      if (before === undefined || before.sample.timestampMs <= reading.sample.timestampMs)
        newest.set(reading.evseId, reading);
    }
    const readings = [...newest.values()].filter((reading) => this.isNewer(stationId, reading));
    return { readings, taken: { ackedSeq: window.ackedSeq, missing: window.missing } };
  }

  private isNewer(stationId: string, { evseId, sample }: DelegatedReading): boolean {
    const key = `${stationId} ${evseId}`;
    if (sample.timestampMs <= (this.newestMs.get(key) ?? Number.NEGATIVE_INFINITY)) return false;
    this.newestMs.set(key, sample.timestampMs);
    return true;
  }
}
