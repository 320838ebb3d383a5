import { assertNever } from '../../site/assertNever.js';
import type { StationCommand } from '../../site/stationMessages.js';
import { idTokenToWire } from './idToken.js';
import {
  clearToWire,
  profilesRequestToWire,
  profileToWire,
  startProfileToWire,
  transactionIdToWire,
} from './profiles.js';
import { Unsayable } from './unsayable.js';
import { variableOf } from './variables.js';

export interface WireCommand {
  readonly action: string;
  readonly payload: object;
}

/** Neutral commands name EVSEs; where a connector must be named too, it is the first. */
const FIRST_CONNECTOR_ID = 1;

/**
 * A command in the words of 2.0.1, which are also 2.1's. Validation against the schema follows; what can't be said throws Unsayable.
 * `newRequestId` numbers what later messages of the station refer to.
 */
export function commandToWire(command: StationCommand, newRequestId: () => number): WireCommand {
  switch (command.type) {
    case 'setChargingProfile':
      return {
        action: 'SetChargingProfile',
        payload: { evseId: command.evseId, chargingProfile: profileToWire(command.profile) },
      };
    case 'clearChargingProfile':
      return { action: 'ClearChargingProfile', payload: clearToWire(command) };
    case 'getCompositeSchedule':
      return {
        action: 'GetCompositeSchedule',
        payload: {
          evseId: command.evseId,
          duration: command.durationS,
          ...(command.rateUnit !== undefined && { chargingRateUnit: command.rateUnit }),
        },
      };
    case 'requestProfiles':
      return {
        action: 'GetChargingProfiles',
        payload: profilesRequestToWire(command, command.requestId ?? newRequestId()),
      };
    case 'getConfiguration':
      return { action: 'GetVariables', payload: { getVariableData: namedVariables(command.keys) } };
    case 'changeConfiguration':
      return {
        action: 'SetVariables',
        payload: {
          setVariableData: namedVariables([command.key]).map((variable) => ({
            ...variable,
            attributeValue: command.value,
          })),
        },
      };
    case 'requestReport':
      return reportToWire(command, command.requestId ?? newRequestId());
    case 'remoteStart':
      return {
        action: 'RequestStartTransaction',
        payload: {
          evseId: command.evseId,
          remoteStartId: newRequestId(),
          idToken: idTokenToWire(command.idToken),
          ...(command.profile !== undefined && { chargingProfile: startProfileToWire(command.profile) }),
        },
      };
    case 'remoteStop':
      return {
        action: 'RequestStopTransaction',
        payload: { transactionId: transactionIdToWire(command.transactionId) },
      };
    case 'trigger':
      return { action: 'TriggerMessage', payload: triggerToWire(command) };
    case 'reset':
      return { action: 'Reset', payload: { type: command.kind === 'Hard' ? 'Immediate' : 'OnIdle' } };
    case 'unlock':
      return {
        action: 'UnlockConnector',
        payload: { evseId: command.evseId, connectorId: FIRST_CONNECTOR_ID },
      };
    case 'clearCache':
      return { action: 'ClearCache', payload: {} };
    case 'changeAvailability':
      return {
        action: 'ChangeAvailability',
        payload: {
          // Absent: the whole station.
          ...(command.evseId > 0 && { evse: { id: command.evseId } }),
          operationalStatus: command.operative ? 'Operative' : 'Inoperative',
        },
      };
    case 'dataTransfer':
      return {
        action: 'DataTransfer',
        payload: {
          vendorId: command.vendorId,
          ...(command.messageId !== undefined && { messageId: command.messageId }),
          ...(command.data !== undefined && { data: command.data }),
        },
      };
    case 'updateDynamicSchedule':
    case 'usePriorityCharging':
      throw new Unsayable(`OCPP 2.0.1 has no message for ${command.type}.`);
    default:
      return assertNever(command);
  }
}

/** A status is that of one connector (OCPP 2.0.1 F06.FR.12); everything else belongs to an EVSE. */
function triggerToWire({ message, evseId = 0 }: Extract<StationCommand, { type: 'trigger' }>): object {
  if (evseId === 0) return { requestedMessage: message };
  const connector = message === 'StatusNotification' ? { connectorId: FIRST_CONNECTOR_ID } : {};
  return { requestedMessage: message, evse: { id: evseId, ...connector } };
}

function reportToWire({ keys }: Extract<StationCommand, { type: 'requestReport' }>, requestId: number): WireCommand {
  if (keys === undefined) return { action: 'GetBaseReport', payload: { requestId, reportBase: 'FullInventory' } };
  return { action: 'GetReport', payload: { requestId, componentVariable: namedVariables(keys) } };
}

type NamedVariable = NonNullable<ReturnType<typeof variableOf>>;

function namedVariables(keys: readonly string[] | undefined): readonly NamedVariable[] {
  if (keys === undefined || keys.length === 0)
    throw new Unsayable('From OCPP 2.0.1 on variables are asked for by name: say which, as Component.Variable.');
  return keys.map((key) => {
    const variable = variableOf(key);
    if (variable === undefined)
      throw new Unsayable(
        `"${key.slice(0, 100)}" is no variable: write Component.Variable, with instances as Component[instance].Variable[instance] and an EVSE as Component@1.Variable.`,
      );
    return variable;
  });
}
