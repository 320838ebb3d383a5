import type { StationRequest } from '../site/stationMessages.js';

/** A station's retries come within minutes; a counter that restarts with the station must not meet last month's answers. */
const REMEMBERED_MS = 15 * 60_000;
const TRANSACTION_ANSWERS_MAX = 8;
const OTHER_ANSWERS_MAX = 4;

type Treatment = 'transaction' | 'other' | 'answeredAnew';

const REMEMBERED: Readonly<Record<StationRequest['type'], Treatment>> = {
  transactionStarted: 'transaction',
  transactionEnded: 'transaction',
  transactionTold: 'transaction',
  meterValues: 'other',
  dataTransfer: 'other',
  chargingNeeds: 'other',
  variablesReported: 'other',
  profilesReported: 'other',
  vehicleSchedule: 'other',
  // These only read, or say how things are now. An old answer would set the station's clock wrong, or hide a status.
  boot: 'answeredAnew',
  heartbeat: 'answeredAnew',
  status: 'answeredAnew',
  authorize: 'answeredAnew',
  chargingLimit: 'answeredAnew',
  chargingLimitCleared: 'answeredAnew',
  firmwareStatus: 'answeredAnew',
  diagnosticsStatus: 'answeredAnew',
  priorityCharging: 'answeredAnew',
  notice: 'answeredAnew',
};

interface Remembered {
  readonly id: string;
  readonly fingerprint: number;
  readonly atMs: number;
  /** Still pending while the first of them is being handled; undefined when that failed. */
  readonly payloadText: Promise<string | undefined> | string;
}

/**
 * The last answers to one station, over its connections: a call repeated with the same id and content (its answer was lost) gets
 * the answer it got before, and is not carried out twice.
 */
export class AnswerMemory {
  #transactions: Remembered[] = [];
  #others: Remembered[] = [];

  /** Undefined when this call is new. `text` is the frame as it came. */
  find(id: string, text: string, nowMs: number): Remembered['payloadText'] | undefined {
    const entry = this.#transactions.find((known) => known.id === id) ?? this.#others.find((known) => known.id === id);
    if (entry === undefined || entry.atMs < nowMs - REMEMBERED_MS) return undefined;
    return entry.fingerprint === fingerprintOf(text) ? entry.payloadText : undefined;
  }

  /** Later calls with this id replace it; the oldest make room. */
  remember(
    call: { readonly id: string; readonly text: string; readonly type: StationRequest['type'] },
    payloadText: Remembered['payloadText'],
    nowMs: number,
  ): void {
    this.forget(call.id);
    const entry: Remembered = { id: call.id, fingerprint: fingerprintOf(call.text), atMs: nowMs, payloadText };
    const isTransaction = REMEMBERED[call.type] === 'transaction';
    const entries = isTransaction ? this.#transactions : this.#others;
    entries.push(entry);
    if (entries.length > (isTransaction ? TRANSACTION_ANSWERS_MAX : OTHER_ANSWERS_MAX)) entries.shift();
  }

  forget(id: string): void {
    if (this.#transactions.length > 0) this.#transactions = this.#transactions.filter((known) => known.id !== id);
    if (this.#others.some((known) => known.id === id)) this.#others = this.#others.filter((known) => known.id !== id);
  }
}

/** What a repetition of such a request gets; those of a transaction are kept longest. */
export function treatmentOfRepeats(type: StationRequest['type']): Treatment {
  return REMEMBERED[type];
}

/** FNV-1a. It guards against a station's own mistakes, not against an enemy: who holds the password may say anything anyway. */
function fingerprintOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
