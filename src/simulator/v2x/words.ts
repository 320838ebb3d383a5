import type { JsonObject } from '../rpc.js';
import type { ConnectorStatus, SessionStart, VirtualEvse } from '../virtualEvse.js';
import type { BootReason } from '../wireCall.js';

/** What a station of these versions calls what happens to it. */

const BOOT_REASONS: Readonly<Record<BootReason, string>> = {
  PowerUp: 'PowerUp',
  RemoteReset: 'RemoteReset',
  Reconnect: 'Unknown',
  Triggered: 'Triggered',
};

export const bootReasonOf = (reason: BootReason): string => BOOT_REASONS[reason];

export function connectorStatusOf(status: ConnectorStatus, hasCar: boolean): 'Available' | 'Occupied' | 'Unavailable' {
  if (status === 'Unavailable') return 'Unavailable';
  return hasCar ? 'Occupied' : 'Available';
}

export function chargingStateOf(evse: VirtualEvse): string {
  const status = evse.status();
  return status === 'Charging' || status === 'SuspendedEV' || status === 'SuspendedEVSE' ? status : 'EVConnected';
}

export function idTokenOf({ idToken, idTokenType = 'ISO14443' }: SessionStart): JsonObject {
  return { idToken, type: idTokenType };
}

interface StopWords {
  readonly triggerReason: string;
  readonly stoppedReason: string;
  readonly chargingState: 'EVConnected' | 'Idle';
}

const stop = (triggerReason: string, stoppedReason: string): StopWords => ({
  triggerReason,
  stoppedReason,
  chargingState: stoppedReason === 'EVDisconnected' ? 'Idle' : 'EVConnected',
});

const STOPS: ReadonlyMap<string, StopWords> = new Map([
  ['EVDisconnected', stop('EVCommunicationLost', 'EVDisconnected')],
  ['Local', stop('StopAuthorized', 'Local')],
  ['Remote', stop('RemoteStop', 'Remote')],
  ['DeAuthorized', stop('Deauthorized', 'DeAuthorized')],
  ['ImmediateReset', stop('ResetCommand', 'ImmediateReset')],
  ['Reboot', stop('AbnormalCondition', 'Reboot')],
  ['PowerLoss', stop('AbnormalCondition', 'PowerLoss')],
  ['EmergencyStop', stop('AbnormalCondition', 'EmergencyStop')],
]);

export const stopWordsOf = (reason: string): StopWords => STOPS.get(reason) ?? stop('AbnormalCondition', 'Other');
