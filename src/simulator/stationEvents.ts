import type { TransactionId } from './stationProfile.js';
import type { ConnectorStatus } from './virtualEvse.js';

/** What happens at a station, for whoever watches: a log, a table, a test. */
export type StationEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected'; readonly detail: string }
  | { readonly type: 'registration'; readonly status: 'Accepted' | 'Pending' | 'Rejected' }
  | { readonly type: 'rebooting'; readonly downMs: number }
  | { readonly type: 'status'; readonly evseId: number; readonly status: ConnectorStatus }
  | { readonly type: 'limit'; readonly evseId: number; readonly limitA: number }
  | { readonly type: 'transactionStarted'; readonly evseId: number; readonly idToken: string }
  | { readonly type: 'transactionIdentified'; readonly evseId: number; readonly transactionId: TransactionId }
  | { readonly type: 'transactionEnded'; readonly evseId: number; readonly reason: string; readonly energyWh: number }
  /** Something the central system asked, and what became of it. */
  | { readonly type: 'command'; readonly action: string; readonly answer: string }
  /** A transaction message that the central system refused too often. */
  | { readonly type: 'discarded'; readonly action: string; readonly detail: string };
