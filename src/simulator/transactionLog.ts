import type { StationConfiguration } from './configuration.js';
import { meterValue, type SampleContext, type SampleRequest } from './meterValues.js';
import type { Outbox } from './outbox.js';
import type { ProfileEngine } from './profileEngine.js';
import { isJsonObject, type JsonObject } from './rpc.js';
import type { StationEvent } from './stationEvents.js';
import type { StationProfile } from './stationProfile.js';
import type { StationTransaction, VirtualEvse } from './virtualEvse.js';

/** OCPP 1.6: the id of a transaction whose start was never accepted. */
const TRANSACTION_ID_UNKNOWN = -1;
const RECORDS_MAX = 1_000;

/** One transaction as the station saw it: what a test compares with the central system's record. */
export interface TransactionRecord {
  readonly evseId: number;
  readonly idToken: string;
  readonly transactionId: number | 'unidentified';
  readonly startMs: number;
  readonly meterStartWh: number;
  readonly end: { readonly atMs: number; readonly meterStopWh: number; readonly reason: string } | undefined;
}

interface Surroundings {
  readonly outbox: Outbox;
  readonly profiles: ProfileEngine;
  readonly configuration: StationConfiguration;
  /** By the station's clock. */
  readonly nowMs: () => number;
  /** Its meter sends nothing. */
  readonly isSilent: () => boolean;
  readonly zeroTerminals: () => SampleRequest['zeroTerminals'];
  readonly emit: (event: StationEvent) => void;
  /** The central system does not want this idToken to charge. */
  readonly refused: (evse: VirtualEvse) => void;
}

/** Starts, meter values and stops, written down when they happen and delivered in order, however long that takes. */
export class TransactionLog {
  readonly #around: Surroundings;
  #records: { transaction: StationTransaction; end: TransactionRecord['end'] }[] = [];

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
  }

  get records(): readonly TransactionRecord[] {
    return this.#records.map(({ transaction, end }) => ({
      evseId: transaction.evseId,
      idToken: transaction.idToken,
      transactionId: transaction.transactionId,
      startMs: transaction.startMs,
      meterStartWh: transaction.meterStartWh,
      end,
    }));
  }

  start(evse: VirtualEvse, idToken: string, profile?: StationProfile): void {
    const { outbox, profiles, emit } = this.#around;
    const transaction: StationTransaction = {
      evseId: evse.id,
      idToken,
      startMs: this.#around.nowMs(),
      meterStartWh: Math.round(evse.registerWh),
      transactionId: 'unidentified',
      ended: false,
    };
    evse.transaction = transaction;
    evse.finishing = false;
    this.#records.push({ transaction, end: undefined });
    if (this.#records.length > RECORDS_MAX) this.#records.shift();
    profiles.transactionStarted(evse.id, transaction.startMs);
    if (profile !== undefined) profiles.adopt(evse.id, profile);
    outbox.keep({
      action: 'StartTransaction',
      payload: () => ({
        connectorId: evse.id,
        idTag: idToken,
        meterStart: transaction.meterStartWh,
        timestamp: iso(transaction.startMs),
      }),
      answered: (payload) => this.#identified(evse, transaction, payload),
      discarded: (detail) => emit({ type: 'discarded', action: 'StartTransaction', detail }),
    });
    emit({ type: 'transactionStarted', evseId: evse.id, idToken });
  }

  /** The caller has let the meter run up to now, and opens the contactor after. */
  end(evse: VirtualEvse, reason: string): void {
    const { transaction } = evse;
    if (transaction === undefined) return;
    const { outbox, profiles, configuration, emit } = this.#around;
    const atMs = this.#around.nowMs();
    const meterStopWh = Math.round(evse.registerWh);
    const measurands = configuration.measurands('StopTxnSampledData');
    const transactionData =
      measurands.length === 0
        ? {}
        : { transactionData: [meterValue(evse, this.#request(evse, 'Transaction.End', measurands))] };
    evse.transaction = undefined;
    evse.finishing = evse.car !== undefined;
    transaction.ended = true;
    const record = this.#records.find((candidate) => candidate.transaction === transaction);
    if (record !== undefined) record.end = { atMs, meterStopWh, reason };
    profiles.transactionEnded(evse.id);
    outbox.keep({
      action: 'StopTransaction',
      payload: () => ({
        transactionId: wireTransactionId(transaction),
        idTag: transaction.idToken,
        meterStop: meterStopWh,
        timestamp: iso(atMs),
        reason,
        ...transactionData,
      }),
      answered: () => undefined,
      discarded: (detail) => emit({ type: 'discarded', action: 'StopTransaction', detail }),
    });
    emit({ type: 'transactionEnded', evseId: evse.id, reason, energyWh: meterStopWh - transaction.meterStartWh });
  }

  /** A sample of the running transaction, kept until answered; asked for without one, it is fleeting. */
  sample(evse: VirtualEvse, context: SampleContext): void {
    const { outbox, configuration, emit } = this.#around;
    const measurands = configuration.measurands('MeterValuesSampledData');
    if (measurands.length === 0 || this.#around.isSilent()) return;
    const meterValues = [meterValue(evse, this.#request(evse, context, measurands))];
    const { transaction } = evse;
    if (transaction === undefined) {
      outbox.push({ action: 'MeterValues', payload: { connectorId: evse.id, meterValue: meterValues } });
      return;
    }
    outbox.keep({
      action: 'MeterValues',
      payload: () => ({
        connectorId: evse.id,
        transactionId: wireTransactionId(transaction),
        meterValue: meterValues,
      }),
      answered: () => undefined,
      discarded: (detail) => emit({ type: 'discarded', action: 'MeterValues', detail }),
    });
  }

  #request(evse: VirtualEvse, context: SampleContext, measurands: SampleRequest['measurands']): SampleRequest {
    const timestampMs = this.#around.nowMs();
    return {
      timestampMs,
      context,
      measurands,
      reportedOfferA: evse.transaction === undefined ? 0 : this.#around.profiles.limitA(evse.id, timestampMs),
      zeroTerminals: this.#around.zeroTerminals(),
    };
  }

  #identified(evse: VirtualEvse, transaction: StationTransaction, payload: JsonObject): void {
    const { configuration, emit, refused } = this.#around;
    const { transactionId } = payload;
    if (typeof transactionId === 'number') {
      transaction.transactionId = transactionId;
      emit({ type: 'transactionIdentified', evseId: evse.id, transactionId });
    }
    const accepted = isJsonObject(payload.idTagInfo) && payload.idTagInfo.status === 'Accepted';
    if (accepted || transaction.ended || !configuration.isTrue('StopTransactionOnInvalidId')) return;
    refused(evse);
  }
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

const wireTransactionId = (transaction: StationTransaction): number =>
  transaction.transactionId === 'unidentified' ? TRANSACTION_ID_UNKNOWN : transaction.transactionId;
