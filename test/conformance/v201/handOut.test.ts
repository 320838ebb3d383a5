import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { handOutCases } from '../support2x/handOutCases.js';

for (const version of VERSIONS_2X) if (version.name === '2.0.1') handOutCases(version);
