import * as officialSchemas from 'typed-ocpp/dist/ocpp20/schemas.js';
import type { Dialect } from '../dialect.js';
import { commandToWire } from '../v2x/commands.js';
import { Ocpp2xDialect } from '../v2x/dialect.js';
import { REQUEST_DECODERS_2X } from '../v2x/requests.js';

/** OCPP 2.0.1, CSMS side. `newRequestId` numbers requests that later messages of a station refer to. */
export function createOcpp201Dialect(newRequestId: () => number): Dialect {
  return new Ocpp2xDialect({
    version: '2.0.1',
    subprotocol: 'ocpp2.0.1',
    hasOneWayMessages: false,
    schemas: officialSchemas,
    requests: REQUEST_DECODERS_2X,
    commandToWire: (command) => commandToWire(command, newRequestId),
  });
}
