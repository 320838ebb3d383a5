import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { heldProfilesCases } from '../support2x/heldProfilesCases.js';

for (const version of VERSIONS_2X) if (version.name === '2.1') heldProfilesCases(version);
