import Type from 'typebox';
import { HINT } from '../schemas.js';

const OCPP_VERSIONS = ['1.6', '2.0.1', '2.1'] as const;

const Csms = Type.Object(
  {
    by: Type.Literal('csms', { [HINT]: 'write "csms" with ocppVersion, or "ocpi" with peerId and locationId' }),
    ocppVersion: Type.Enum([...OCPP_VERSIONS], {
      description: 'What the station speaks with its CSMS: commands come as OCPP of this version.',
    }),
  },
  { additionalProperties: false, title: 'DelegatedByCsms' },
);

const Ocpi = Type.Object(
  {
    by: Type.Literal('ocpi'),
    peerId: Type.String({ minLength: 1, maxLength: 64, description: 'The operator, as it is registered here.' }),
    locationId: Type.String({ minLength: 1, maxLength: 36, description: "The operator's id of the location." }),
  },
  { additionalProperties: false, title: 'DelegatedByOcpi' },
);

/** Of a station of the site document: who holds its connection. */
export const DelegationDocument = Type.Union([Csms, Ocpi], {
  description:
    'Somebody else holds the connection of the station: a CSMS that hands on what it says and what it is told over /v1/delegation ("csms"), or an operator over OCPI ("ocpi"). Left out, the station connects to this service.',
});
