import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { vehicleCases } from '../support2x/vehicleCases.js';

for (const version of VERSIONS_2X) if (version.name === '2.1') vehicleCases(version);
