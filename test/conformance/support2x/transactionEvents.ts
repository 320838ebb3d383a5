import { instant } from '../support/bareStation.js';

export const ID_TOKEN = { idToken: 'TAG', type: 'ISO14443' };
let number = 0;

export const newId = () => `tx-${++number}`;

export const register = (energyWh: number, timestamp: string, context = 'Sample.Periodic') => [
  { timestamp, sampledValue: [{ value: energyWh, context, measurand: 'Energy.Active.Import.Register' }] },
];

/** What a station says of a transaction, as a TransactionEvent. */
export function event(eventType: string, transactionId: string, seqNo: number, more: object = {}): object {
  const { transactionInfo = {}, ...others } = more as { transactionInfo?: object };
  return {
    eventType,
    timestamp: instant(),
    triggerReason: 'MeterValuePeriodic',
    seqNo,
    transactionInfo: { transactionId, ...transactionInfo },
    ...others,
  };
}

/** Of somebody who may charge, at EVSE 1. */
export function beginning(transactionId: string, more: object = {}): object {
  return event('Started', transactionId, 0, {
    triggerReason: 'Authorized',
    evse: { id: 1, connectorId: 1 },
    idToken: ID_TOKEN,
    meterValue: register(1_000, instant(), 'Transaction.Begin'),
    ...more,
  });
}
