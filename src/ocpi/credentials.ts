import { OcpiFault, STATUS } from './fault.js';
import { asList, asObject, type Document, missing, requireObject, requireText } from './reading.js';
import { isToken } from './tokens.js';

/** Those that are spoken, the newer first: of what both speak the first is taken. Their modules are the same but for what is read leniently. */
export const VERSIONS = ['2.3.0', '2.2.1'] as const;
export type OcpiVersion = (typeof VERSIONS)[number];

/** Whom a peer speaks for, or whom we do. */
export interface Party {
  readonly countryCode: string;
  readonly partyId: string;
  readonly role: string;
  readonly name: string;
}

export interface Credentials {
  readonly token: string;
  /** Its versions. */
  readonly url: string;
  readonly parties: readonly Party[];
}

export interface Endpoint {
  readonly identifier: string;
  readonly role: 'SENDER' | 'RECEIVER';
  readonly url: string;
}

const URL_MAX = 255;
const PARTIES_MAX = 100;
const ENDPOINTS_MAX = 200;

export function readCredentials(value: unknown): Credentials {
  const document = requireObject(value, 'credentials');
  const token = requireText(document, 'token', 64);
  if (!isToken(token)) throw missing('token', '1 to 64 printable characters without a space');
  const parties = asList(document.roles).slice(0, PARTIES_MAX).map(readParty);
  if (parties.length === 0) throw missing('roles', 'a list of one role at least');
  return { token, url: requireText(document, 'url', URL_MAX), parties };
}

function readParty(value: unknown): Party {
  const document = requireObject(value, 'roles');
  const details = asObject(document.business_details);
  return {
    role: requireText(document, 'role', 100),
    countryCode: requireText(document, 'country_code', 2).toUpperCase(),
    partyId: requireText(document, 'party_id', 3).toUpperCase(),
    name: typeof details?.name === 'string' ? details.name.slice(0, 100) : '',
  };
}

export function writeCredentials({ token, url, parties }: Credentials): Document {
  return {
    token,
    url,
    roles: parties.map(({ role, countryCode, partyId, name }) => ({
      role,
      business_details: { name },
      party_id: partyId,
      country_code: countryCode,
    })),
  };
}

/** The newest that both speak, and where its details are. */
export function chooseVersion(value: unknown): { readonly version: OcpiVersion; readonly url: string } {
  const offered = asList(value).flatMap((one) => {
    const document = asObject(one);
    return typeof document?.version === 'string' && typeof document.url === 'string'
      ? [{ version: document.version, url: document.url }]
      : [];
  });
  for (const version of VERSIONS) {
    // Some write 2.3 for 2.3.0.
    const found = offered.find((one) => one.version === version || `${one.version}.0` === version);
    if (found !== undefined) return { version, url: found.url };
  }
  throw new OcpiFault(STATUS.version, `None of ${VERSIONS.join(', ')} is offered.`);
}

export function readEndpoints(value: unknown): readonly Endpoint[] {
  const list = asList(asObject(value)?.endpoints).slice(0, ENDPOINTS_MAX);
  return list.flatMap((one) => {
    const document = asObject(one);
    const { identifier, role, url } = document ?? {};
    if (typeof identifier !== 'string' || typeof url !== 'string') return [];
    return role === 'SENDER' || role === 'RECEIVER' ? [{ identifier, role, url }] : [];
  });
}

export function endpointOf(
  endpoints: readonly Endpoint[],
  identifier: string,
  role: Endpoint['role'],
): string | undefined {
  // Credentials have no roles: whatever is said of them will do.
  return endpoints.find((one) => one.identifier === identifier && (identifier === 'credentials' || one.role === role))
    ?.url;
}

/** With exactly one slash between: peers write their addresses with one at the end, and without. */
export function below(url: string, ...parts: readonly string[]): string {
  return [url.replace(/\/+$/, ''), ...parts.map(encodeURIComponent)].join('/');
}

/** What this service serves of a version; its own addresses are the same for every peer, and the token says who asks. */
export function ownEndpoints(base: string, version: OcpiVersion): readonly Endpoint[] {
  const at = (identifier: string, role: Endpoint['role']): Endpoint => ({
    identifier,
    role,
    url: `${base}/ocpi/${version}/${identifier}`,
  });
  return [
    at('credentials', 'RECEIVER'),
    at('locations', 'RECEIVER'),
    at('sessions', 'RECEIVER'),
    at('tariffs', 'RECEIVER'),
    at('hubclientinfo', 'RECEIVER'),
    at('chargingprofiles', 'SENDER'),
  ];
}
