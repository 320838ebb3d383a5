import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { coreCases } from '../support2x/coreCases.js';

for (const version of VERSIONS_2X) if (version.name === '2.0.1') coreCases(version);
