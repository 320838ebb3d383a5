import { type Measurand, type Reading, readings, type SampleContext, type SampleFacts } from '../readings.js';
import { isJsonObject, type JsonObject } from '../rpc.js';
import type { TransactionMoment, TransactionWire } from '../stationDialect.js';
import type { SessionStart, StationTransaction, VirtualEvse } from '../virtualEvse.js';
import type { KeptCall, WireCall } from '../wireCall.js';
import type { StationConfiguration } from './configuration.js';

/** OCPP 1.6: the id of a transaction whose start was never accepted. */
const TRANSACTION_ID_UNKNOWN = -1;

/** StartTransaction, MeterValues, StopTransaction: of all that happens in between, 1.6 is told by StatusNotification. */
export class Transactions16 implements TransactionWire {
  readonly #configuration: StationConfiguration;

  constructor(configuration: StationConfiguration) {
    this.#configuration = configuration;
  }

  newTransactionId(): 'unidentified' {
    return 'unidentified';
  }

  started({ evse, transaction }: TransactionMoment, start: SessionStart | undefined): KeptCall {
    return {
      action: 'StartTransaction',
      isSample: false,
      payload: () => ({
        connectorId: evse.id,
        idTag: start?.idToken,
        meterStart: transaction.meterStartWh,
        timestamp: iso(transaction.startMs),
      }),
    };
  }

  /** A transaction has an idTag from its first message on. */
  authorized(): undefined {
    return undefined;
  }

  sampled({ evse, transaction, facts }: TransactionMoment, context: SampleContext): KeptCall | undefined {
    const measurands = this.#configuration.measurands('MeterValuesSampledData');
    if (measurands.length === 0 || facts.isSilent) return undefined;
    const meterValues = [meterValue(evse, { facts, context, measurands })];
    return {
      action: 'MeterValues',
      isSample: true,
      payload: () => ({
        connectorId: evse.id,
        transactionId: wireTransactionId(transaction),
        meterValue: meterValues,
      }),
    };
  }

  chargingStateChanged(): undefined {
    return undefined;
  }

  chargingRateChanged(): undefined {
    return undefined;
  }

  ended(
    { evse, transaction, atMs, facts }: TransactionMoment,
    { reason, meterStopWh }: { readonly reason: string; readonly meterStopWh: number },
  ): KeptCall {
    const measurands = this.#configuration.measurands('StopTxnSampledData');
    const transactionData =
      measurands.length === 0
        ? {}
        : { transactionData: [meterValue(evse, { facts, context: 'Transaction.End', measurands })] };
    return {
      action: 'StopTransaction',
      isSample: false,
      payload: () => ({
        transactionId: wireTransactionId(transaction),
        idTag: transaction.idToken,
        meterStop: meterStopWh,
        timestamp: iso(atMs),
        reason,
        ...transactionData,
      }),
    };
  }

  idleSample(evse: VirtualEvse, facts: SampleFacts, context: SampleContext): WireCall | undefined {
    const measurands = this.#configuration.measurands('MeterValuesSampledData');
    if (measurands.length === 0 || facts.isSilent) return undefined;
    return {
      action: 'MeterValues',
      payload: { connectorId: evse.id, meterValue: [meterValue(evse, { facts, context, measurands })] },
    };
  }

  readStarted(answer: JsonObject): { readonly transactionId?: number; readonly isAccepted: boolean } {
    const { transactionId, idTagInfo } = answer;
    const isAccepted = isJsonObject(idTagInfo) && idTagInfo.status === 'Accepted';
    return typeof transactionId === 'number' ? { transactionId, isAccepted } : { isAccepted };
  }
}

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

function sampledValue(reading: Reading, context: SampleContext): JsonObject {
  const { value, decimals, measurand, unit, phase, location } = reading;
  return {
    value: value.toFixed(decimals),
    measurand,
    unit,
    ...(phase === undefined ? {} : { phase }),
    context,
    location,
  };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

const wireTransactionId = ({ transactionId }: StationTransaction): number =>
  typeof transactionId === 'number' ? transactionId : TRANSACTION_ID_UNKNOWN;
