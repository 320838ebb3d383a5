import * as officialSchemas from 'typed-ocpp/dist/ocpp21/schemas.js';
import type { UpdateDynamicScheduleRequest, UsePriorityChargingRequest } from 'typed-ocpp/dist/ocpp21/types.js';
import { floorToDeciampere } from '../../site/electricity.js';
import type { StationCommand } from '../../site/stationMessages.js';
import type { Dialect } from '../dialect.js';
import { commandToWire, type WireCommand } from '../v2x/commands.js';
import { Ocpp2xDialect } from '../v2x/dialect.js';
import { nonNegative, transactionIdToWire } from '../v2x/profiles.js';
import { REQUEST_DECODERS_2X } from '../v2x/requests.js';
import { REQUEST_DECODERS_21 } from './requests.js';

/** OCPP 2.1, CSMS side. `newRequestId` numbers requests that later messages of a station refer to. */
export function createOcpp21Dialect(newRequestId: () => number): Dialect {
  return new Ocpp2xDialect({
    version: '2.1',
    subprotocol: 'ocpp2.1',
    hasOneWayMessages: true,
    schemas: officialSchemas,
    requests: { ...REQUEST_DECODERS_2X, ...REQUEST_DECODERS_21 },
    commandToWire: (command) => ownCommand(command) ?? commandToWire(command, newRequestId),
  });
}

/** What 2.0.1 has no words for. */
function ownCommand(command: StationCommand): WireCommand | undefined {
  switch (command.type) {
    case 'updateDynamicSchedule': {
      const payload: UpdateDynamicScheduleRequest = {
        chargingProfileId: command.profileId,
        scheduleUpdate: { limit: floorToDeciampere(nonNegative(command.limit)) },
      };
      return { action: 'UpdateDynamicSchedule', payload };
    }
    case 'usePriorityCharging': {
      const payload: UsePriorityChargingRequest = {
        transactionId: transactionIdToWire(command.transactionId),
        activate: command.activate,
      };
      return { action: 'UsePriorityCharging', payload };
    }
    default:
      return undefined;
  }
}
