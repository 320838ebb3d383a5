import type { Outbox } from './outbox.js';
import type { ProfileEngine } from './profileEngine.js';
import type { SampleContext, SampleFacts } from './readings.js';
import type { JsonObject } from './rpc.js';
import type { StationDialect, TransactionMoment } from './stationDialect.js';
import type { StationEvent } from './stationEvents.js';
import type { TransactionId } from './stationProfile.js';
import type { ConnectorStatus, SessionStart, StationTransaction, VirtualEvse } from './virtualEvse.js';
import type { KeptCall } from './wireCall.js';

const RECORDS_MAX = 1_000;

/** One transaction as the station saw it: what a test compares with the central system's record. */
export interface TransactionRecord {
  readonly evseId: number;
  /** Undefined while nobody is known. */
  readonly idToken: string | undefined;
  /** 'unidentified' until it is known. */
  readonly transactionId: TransactionId;
  readonly startMs: number;
  readonly meterStartWh: number;
  readonly end: { readonly atMs: number; readonly meterStopWh: number; readonly reason: string } | undefined;
}

interface Surroundings {
  readonly outbox: Outbox;
  readonly profiles: ProfileEngine;
  readonly dialect: StationDialect;
  /** By the station's clock. */
  readonly nowMs: () => number;
  readonly isOnline: () => boolean;
  /** Its meter sends nothing. */
  readonly isSilent: () => boolean;
  readonly zeroTerminals: () => SampleFacts['zeroTerminals'];
  readonly emit: (event: StationEvent) => void;
  /** The central system does not want this idToken to charge. */
  readonly refused: (evse: VirtualEvse) => void;
}

/** Starts, samples, changes and ends, written down when they happen and delivered in order, however long that takes. */
export class TransactionLog {
  readonly #around: Surroundings;
  readonly #chargingStates = new WeakMap<StationTransaction, ConnectorStatus>();
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

  /** Without a start, for nobody yet: only its cable is in. */
  start(evse: VirtualEvse, start: SessionStart | undefined): void {
    const { profiles, emit, dialect } = this.#around;
    const transaction: StationTransaction = {
      evseId: evse.id,
      idToken: start?.idToken,
      startMs: this.#around.nowMs(),
      meterStartWh: Math.round(evse.registerWh),
      transactionId: dialect.transactions.newTransactionId(),
      ended: false,
    };
    evse.transaction = transaction;
    evse.finishing = false;
    this.#records.push({ transaction, end: undefined });
    if (this.#records.length > RECORDS_MAX) this.#records.shift();
    profiles.transactionStarted(evse.id, transaction.startMs);
    if (start?.profile !== undefined) profiles.adopt(evse.id, start.profile, transaction.transactionId);
    const moment = this.#moment(evse, transaction, transaction.startMs);
    this.#keep(dialect.transactions.started(moment, start), (payload) => this.#answered(evse, transaction, payload));
    emit({ type: 'transactionStarted', evseId: evse.id, idToken: start?.idToken ?? 'nobody yet' });
  }

  /** Who charges is known only now: power flows from here on. */
  authorize(evse: VirtualEvse, start: SessionStart): void {
    const { transaction } = evse;
    if (transaction === undefined) return;
    const { profiles, dialect } = this.#around;
    const call = dialect.transactions.authorized(this.#moment(evse, transaction), start);
    transaction.idToken = start.idToken;
    if (dialect.relativeFrom === 'powerPath') profiles.transactionStarted(evse.id, this.#around.nowMs());
    if (start.profile !== undefined) profiles.adopt(evse.id, start.profile, transaction.transactionId);
    this.#keep(call, (payload) => this.#answered(evse, transaction, payload));
  }

  /** The caller has let the meter run up to now, and opens the contactor after. */
  end(evse: VirtualEvse, reason: string): void {
    const { transaction } = evse;
    if (transaction === undefined) return;
    const { profiles, dialect, emit } = this.#around;
    const atMs = this.#around.nowMs();
    const meterStopWh = Math.round(evse.registerWh);
    const call = dialect.transactions.ended(this.#moment(evse, transaction, atMs), { reason, meterStopWh });
    evse.transaction = undefined;
    evse.finishing = evse.car !== undefined;
    transaction.ended = true;
    const record = this.#records.find((candidate) => candidate.transaction === transaction);
    if (record !== undefined) record.end = { atMs, meterStopWh, reason };
    profiles.transactionEnded(evse.id);
    this.#keep(call);
    emit({ type: 'transactionEnded', evseId: evse.id, reason, energyWh: meterStopWh - transaction.meterStartWh });
  }

  /** Of the running transaction, kept until answered; without one, it is fleeting. */
  sample(evse: VirtualEvse, context: SampleContext): void {
    const { transaction } = evse;
    if (transaction === undefined) this.sampleIdle(evse, context);
    else this.#keep(this.#around.dialect.transactions.sampled(this.#moment(evse, transaction), context));
  }

  sampleIdle(evse: VirtualEvse, context: SampleContext): void {
    const { outbox, dialect, nowMs } = this.#around;
    const call = dialect.transactions.idleSample(evse, this.#facts(evse, nowMs()), context);
    if (call !== undefined) outbox.push(call);
  }

  /** Pilots and cars have moved: says what a transaction does now, where that is new. */
  watch(evse: VirtualEvse): void {
    const { transaction } = evse;
    if (transaction === undefined) return;
    const state = evse.status();
    if (state === 'Preparing') return;
    if (this.#chargingStates.get(transaction) === state) return;
    this.#chargingStates.set(transaction, state);
    this.#keep(this.#around.dialect.transactions.chargingStateChanged(this.#moment(evse, transaction)));
  }

  /** A limit that is not the central system's has come or gone. */
  rateChanged(evse: VirtualEvse): void {
    const { transaction } = evse;
    if (transaction === undefined) return;
    this.#keep(this.#around.dialect.transactions.chargingRateChanged(this.#moment(evse, transaction)));
  }

  #keep(call: KeptCall | undefined, answered: (payload: JsonObject) => void = () => undefined): void {
    if (call === undefined) return;
    const { outbox, emit } = this.#around;
    outbox.keep({
      ...call,
      answered,
      discarded: (detail) => emit({ type: 'discarded', action: call.action, detail }),
    });
  }

  #moment(evse: VirtualEvse, transaction: StationTransaction, atMs = this.#around.nowMs()): TransactionMoment {
    return { evse, transaction, atMs, isOffline: !this.#around.isOnline(), facts: this.#facts(evse, atMs) };
  }

  #facts(evse: VirtualEvse, timestampMs: number): SampleFacts {
    return {
      timestampMs,
      reportedOfferA: evse.transaction === undefined ? 0 : this.#around.profiles.limitA(evse.id, timestampMs),
      zeroTerminals: this.#around.zeroTerminals(),
      isSilent: this.#around.isSilent(),
    };
  }

  #answered(evse: VirtualEvse, transaction: StationTransaction, payload: JsonObject): void {
    const { dialect, emit, refused } = this.#around;
    const { transactionId = transaction.transactionId, isAccepted } = dialect.transactions.readStarted(payload);
    transaction.transactionId = transactionId;
    if (transactionId !== 'unidentified') emit({ type: 'transactionIdentified', evseId: evse.id, transactionId });
    if (isAccepted || transaction.ended || !dialect.settings.stopsRefusedIdTokens) return;
    refused(evse);
  }
}
