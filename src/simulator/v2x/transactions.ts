import { randomUUID } from 'node:crypto';
import { type Measurand, type Reading, readings, type SampleContext, type SampleFacts } from '../readings.js';
import { isJsonObject, type JsonObject } from '../rpc.js';
import type { TransactionMoment, TransactionWire } from '../stationDialect.js';
import type { SessionStart, StationTransaction, VirtualEvse } from '../virtualEvse.js';
import type { KeptCall, WireCall } from '../wireCall.js';
import type { DeviceSettings } from './settings.js';
import { chargingStateOf, idTokenOf, stopWordsOf } from './words.js';

/** What is only of these versions: the next event's number, and what the first event said. */
interface Counted {
  seqNo: number;
  /** Undefined while nobody is known. */
  start: SessionStart | undefined;
}

interface Event {
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly triggerReason: string;
  readonly transactionInfo?: JsonObject;
  readonly more?: JsonObject;
  readonly measurands?: readonly Measurand[];
  readonly context: SampleContext;
}

/** TransactionEvent: the station gives the id, and numbers the events, so that a gap can be seen. */
export class Transactions2x implements TransactionWire {
  readonly #settings: DeviceSettings;
  readonly #counted = new WeakMap<StationTransaction, Counted>();

  constructor(settings: DeviceSettings) {
    this.#settings = settings;
  }

  newTransactionId(): string {
    return randomUUID();
  }

  started(moment: TransactionMoment, start: SessionStart | undefined): KeptCall {
    const { evse, transaction } = moment;
    this.#counted.set(transaction, { seqNo: 0, start });
    return this.#event(moment, {
      eventType: 'Started',
      triggerReason: start === undefined ? 'CablePluggedIn' : startReasonOf(start),
      transactionInfo: { chargingState: 'EVConnected', ...(start === undefined ? {} : remoteStartOf(start)) },
      // Only the first event says where, and only the first that knows says for whom.
      more: { evse: { id: evse.id, connectorId: 1 }, ...(start === undefined ? {} : { idToken: idTokenOf(start) }) },
      measurands: this.#settings.measurandsAt('Started'),
      context: 'Transaction.Begin',
    });
  }

  authorized(moment: TransactionMoment, start: SessionStart): KeptCall {
    const counted = this.#counted.get(moment.transaction);
    if (counted !== undefined) counted.start = start;
    return this.#event(moment, {
      eventType: 'Updated',
      triggerReason: startReasonOf(start),
      transactionInfo: { chargingState: 'EVConnected', ...remoteStartOf(start) },
      more: { idToken: idTokenOf(start) },
      context: 'Other',
    });
  }

  /** Without readings there is nothing to say. */
  sampled(moment: TransactionMoment, context: SampleContext): KeptCall | undefined {
    const measurands = this.#settings.measurandsAt('Updated');
    if (context !== 'Trigger' && (measurands.length === 0 || moment.facts.isSilent)) return undefined;
    return this.#event(moment, {
      eventType: 'Updated',
      triggerReason: context === 'Trigger' ? 'Trigger' : 'MeterValuePeriodic',
      measurands,
      context,
    });
  }

  chargingStateChanged(moment: TransactionMoment): KeptCall {
    return this.#event(moment, { eventType: 'Updated', triggerReason: 'ChargingStateChanged', context: 'Other' });
  }

  chargingRateChanged(moment: TransactionMoment): KeptCall {
    const measurand = moment.evse.supply.direct === undefined ? 'Current.Offered' : 'Power.Offered';
    return this.#event(moment, {
      eventType: 'Updated',
      triggerReason: 'ChargingRateChanged',
      measurands: [measurand],
      context: 'Other',
    });
  }

  ended(moment: TransactionMoment, { reason }: { readonly reason: string }): KeptCall {
    const { triggerReason, stoppedReason, chargingState } = stopWordsOf(reason);
    const start = this.#counted.get(moment.transaction)?.start;
    return this.#event(moment, {
      eventType: 'Ended',
      triggerReason,
      transactionInfo: { chargingState, stoppedReason },
      // The token that ended it, where one did.
      ...(stoppedReason === 'Local' && start !== undefined ? { more: { idToken: idTokenOf(start) } } : {}),
      measurands: this.#settings.measurandsAt('Ended'),
      context: 'Transaction.End',
    });
  }

  idleSample(evse: VirtualEvse, facts: SampleFacts, context: SampleContext): WireCall | undefined {
    const measurands = this.#settings.idleMeasurands;
    if (measurands.length === 0 || facts.isSilent) return undefined;
    return {
      action: 'MeterValues',
      payload: { evseId: evse.id, meterValue: [meterValue(evse, { facts, context, measurands })] },
    };
  }

  /** Nothing said of the idToken is nothing said against it. */
  readStarted({ idTokenInfo }: JsonObject): { readonly isAccepted: boolean } {
    return { isAccepted: !isJsonObject(idTokenInfo) || idTokenInfo.status === 'Accepted' };
  }

  #event(moment: TransactionMoment, event: Event): KeptCall {
    const { evse, transaction, atMs, isOffline, facts } = moment;
    const { eventType, triggerReason, context, measurands = [] } = event;
    const isMetered = measurands.length > 0 && !facts.isSilent;
    const phases = evse.supply.direct === undefined ? evse.car?.terminalsUsed(evse.supply.terminals) : undefined;
    const payload: JsonObject = {
      eventType,
      timestamp: iso(atMs),
      triggerReason,
      seqNo: this.#nextSeqNo(transaction),
      ...(isOffline ? { offline: true } : {}),
      ...(phases === undefined ? {} : { numberOfPhasesUsed: phases }),
      transactionInfo: {
        transactionId: String(transaction.transactionId),
        chargingState: chargingStateOf(evse),
        ...event.transactionInfo,
      },
      ...event.more,
      ...(isMetered ? { meterValue: [meterValue(evse, { facts, context, measurands })] } : {}),
    };
    const isSample = triggerReason === 'MeterValuePeriodic';
    return { action: 'TransactionEvent', isSample, payload: () => payload };
  }

  #nextSeqNo(transaction: StationTransaction): number {
    const counted = this.#counted.get(transaction);
    return counted === undefined ? 0 : counted.seqNo++;
  }
}

const startReasonOf = ({ remoteStartId }: SessionStart): string =>
  remoteStartId === undefined ? 'Authorized' : 'RemoteStart';

const remoteStartOf = ({ remoteStartId }: SessionStart): JsonObject =>
  remoteStartId === undefined ? {} : { remoteStartId };

interface Sample {
  readonly facts: SampleFacts;
  readonly context: SampleContext;
  readonly measurands: readonly Measurand[];
}

function meterValue(evse: VirtualEvse, { facts, context, measurands }: Sample): JsonObject {
  return {
    timestamp: iso(facts.timestampMs),
    sampledValue: readings(evse, facts, measurands).map((reading) => sampledValue(reading, context)),
  };
}

function sampledValue(
  { value, decimals, measurand, unit, phase, location }: Reading,
  context: SampleContext,
): JsonObject {
  return {
    value: Number(value.toFixed(decimals)),
    context,
    measurand,
    ...(phase === undefined ? {} : { phase }),
    location,
    unitOfMeasure: { unit },
  };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
