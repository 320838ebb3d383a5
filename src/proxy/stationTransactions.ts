import type { OcppVersion } from '../site/stationMessages.js';
import type { RunningTransaction } from './csmsProfiles.js';
import { isEvseId, objectOf } from './csmsRequests.js';
import type { AnswerFrame, RelayedCall } from './relayMessages.js';

/** What a message tells of a transaction. */
type Told =
  | { readonly is: 'running'; readonly transaction: RunningTransaction }
  | { readonly is: 'over'; readonly transactionId: unknown };

/** The transactions of one station, and the EVSEs that it has, as far as its own messages have told. */
export class StationTransactions {
  readonly #version: OcppVersion;
  readonly #running = new Map<number, RunningTransaction>();
  readonly #evseIds = new Set<number>();

  constructor(version: OcppVersion, known: readonly RunningTransaction[]) {
    this.#version = version;
    for (const transaction of known) this.#begin(transaction);
  }

  get running(): readonly RunningTransaction[] {
    return [...this.#running.values()];
  }

  get evseIds(): readonly number[] {
    return [...this.#evseIds];
  }

  of(evseId: number): RunningTransaction | undefined {
    return this.#running.get(evseId);
  }

  /** What is new by a call of the station, and in 1.6 by the answer to it. */
  hear(call: RelayedCall, answer?: AnswerFrame): { readonly began?: RunningTransaction; readonly ended?: number } {
    const told = this.#version === '1.6' ? told16(call, answer) : told2x(call);
    const evseId = evseIdOf(call, this.#version);
    if (evseId !== undefined && evseId > 0 && this.#evseIds.size < EVSES_MAX) this.#evseIds.add(evseId);
    if (told === undefined) return {};
    if (told.is === 'over') {
      const [over] = this.running.filter(({ transactionId }) => transactionId === told.transactionId);
      if (over === undefined) return {};
      this.#running.delete(over.evseId);
      return { ended: over.evseId };
    }
    const before = this.#running.get(told.transaction.evseId);
    if (before?.transactionId === told.transaction.transactionId) return {};
    this.#begin(told.transaction);
    return { began: told.transaction, ...(before === undefined ? {} : { ended: before.evseId }) };
  }

  #begin(transaction: RunningTransaction): void {
    if (!this.#evseIds.has(transaction.evseId) && this.#evseIds.size >= EVSES_MAX) return;
    this.#evseIds.add(transaction.evseId);
    this.#running.set(transaction.evseId, transaction);
  }
}

/** More than any station has; a station can not make us remember more. */
const EVSES_MAX = 64;

function evseIdOf({ action, payload }: RelayedCall, version: OcppVersion): number | undefined {
  if (action !== 'StatusNotification') return undefined;
  const id = version === '1.6' ? payload.connectorId : payload.evseId;
  return isEvseId(id) ? id : undefined;
}

function told16({ action, payload, receivedMs }: RelayedCall, answer: AnswerFrame | undefined): Told | undefined {
  const { connectorId, transactionId } = payload;
  switch (action) {
    case 'StartTransaction': {
      const given = answer?.kind === 'result' ? answer.payload.transactionId : undefined;
      if (!isEvseId(connectorId) || typeof given !== 'number') return undefined;
      return running(connectorId, given, receivedMs);
    }
    case 'MeterValues':
      // It runs, whoever heard of its start.
      if (!isEvseId(connectorId) || connectorId === 0 || typeof transactionId !== 'number') return undefined;
      return running(connectorId, transactionId, receivedMs);
    case 'StopTransaction':
      return { is: 'over', transactionId };
    default:
      return undefined;
  }
}

function told2x({ action, payload, receivedMs }: RelayedCall): Told | undefined {
  if (action !== 'TransactionEvent') return undefined;
  const { transactionId } = objectOf(payload.transactionInfo);
  if (payload.eventType === 'Ended') return { is: 'over', transactionId };
  const evseId = objectOf(payload.evse).id;
  if (!isEvseId(evseId) || evseId === 0 || typeof transactionId !== 'string') return undefined;
  return running(evseId, transactionId, receivedMs);
}

function running(evseId: number, transactionId: string | number, startMs: number): Told {
  return { is: 'running', transaction: { evseId, transactionId, startMs } };
}
