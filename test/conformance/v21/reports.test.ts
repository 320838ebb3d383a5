import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { reportCases } from '../support2x/reportCases.js';

for (const version of VERSIONS_2X) if (version.name === '2.1') reportCases(version);
