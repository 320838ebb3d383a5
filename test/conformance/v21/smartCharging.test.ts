import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { smartChargingCases } from '../support2x/smartChargingCases.js';

for (const version of VERSIONS_2X) if (version.name === '2.1') smartChargingCases(version);
