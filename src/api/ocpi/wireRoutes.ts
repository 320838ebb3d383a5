import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { SmartChargingService } from '../../control/service.js';
import { type OcpiVersion, ownEndpoints, VERSIONS, writeCredentials } from '../../ocpi/credentials.js';
import { OcpiFault, STATUS } from '../../ocpi/fault.js';
import { writeSession } from '../../ocpi/session.js';
import { PEER_ACCESS } from '../accounts/access.js';
import { peerTariffs } from './tariffs.js';
import { answer, peerOf, speakOcpi, type WireOptions } from './wire.js';

export interface OcpiWireOptions extends WireOptions {
  readonly service: SmartChargingService;
  readonly tenancy: Tenancy;
  /** Where peers reach this service. */
  readonly base: () => string;
}

/** The address of a page may be that of each version alike: what is served differs in nothing. */
type Params = Readonly<Record<string, string>>;

const hide = { hide: true };
const anyToken = { config: { ...PEER_ACCESS, ocpi: 'anyToken' as const }, schema: hide };
const registered = { config: PEER_ACCESS, schema: hide };
const functional = { config: { ...PEER_ACCESS, ocpi: 'functional' as const }, schema: hide };

/** What peers ask over OCPI, and what they push. */
export async function ocpiWireRoutes(scope: FastifyInstance, options: OcpiWireOptions): Promise<void> {
  const { clock, base, ocpi } = options;
  await speakOcpi(scope, options);
  scope.get('/versions', anyToken, async (_request, reply) => {
    const data = VERSIONS.map((version) => ({ version, url: `${base()}/ocpi/${version}` }));
    return answer(reply, clock.nowMs(), { data });
  });
  scope.post('/results/:secret', functional, async (request, reply) => {
    const { secret = '' } = request.params as Params;
    return answer(reply, clock.nowMs(), await ocpi.takeResult(peerOf(request), secret, request.body));
  });
  for (const version of VERSIONS)
    await scope.register(async (one) => versionRoutes(one, version, options), { prefix: `/${version}` });
}

function versionRoutes(scope: FastifyInstance, version: OcpiVersion, options: OcpiWireOptions): void {
  const { clock, base } = options;
  scope.get('/', anyToken, async (_request, reply) =>
    answer(reply, clock.nowMs(), { data: { version, endpoints: ownEndpoints(base(), version) } }),
  );
  credentialsRoutes(scope, version, options);
  sessionRoutes(scope, options);
  locationRoutes(scope, options);
  otherRoutes(scope, options);
}

function credentialsRoutes(scope: FastifyInstance, version: OcpiVersion, { ocpi, clock, base }: OcpiWireOptions): void {
  scope.get('/credentials', anyToken, async (request, reply) => {
    const { party } = peerOf(request);
    // Of its token only the hash is kept here: the peer has it, and is not told it again.
    const data = writeCredentials({ token: '-', url: `${base()}/ocpi/versions`, parties: [party] });
    return answer(reply, clock.nowMs(), { data });
  });
  const take = (method: 'POST' | 'PUT') => async (request: FastifyRequest) => {
    const { peerId } = peerOf(request);
    const credentials = await ocpi.registrations.take({ peerId, method, version }, request.body);
    request.log.info({ peerId, method }, 'an OCPI peer has exchanged credentials');
    return writeCredentials(credentials);
  };
  scope.post('/credentials', anyToken, async (request, reply) =>
    answer(reply, clock.nowMs(), { data: await take('POST')(request) }),
  );
  scope.put('/credentials', anyToken, async (request, reply) =>
    answer(reply, clock.nowMs(), { data: await take('PUT')(request) }),
  );
  scope.delete('/credentials', anyToken, async (request, reply) => {
    await ocpi.registrations.leave(peerOf(request).peerId);
    return answer(reply, clock.nowMs());
  });
}

function sessionRoutes(scope: FastifyInstance, { ocpi, clock }: OcpiWireOptions): void {
  const path = '/sessions/:country/:party/:sessionId';
  const idOf = (request: FastifyRequest) => (request.params as Params).sessionId ?? '';
  scope.get(path, functional, async (request, reply) => {
    const known = await ocpi.sessions.find(peerOf(request).peerId, idOf(request));
    if (known === undefined) throw new OcpiFault(STATUS.client, 'There is no such session.', 404);
    return answer(reply, clock.nowMs(), { data: writeSession(known.session) });
  });
  scope.put(path, functional, async (request, reply) =>
    answer(reply, clock.nowMs(), await ocpi.putSession(peerOf(request), idOf(request), request.body)),
  );
  scope.patch(path, functional, async (request, reply) =>
    answer(reply, clock.nowMs(), await ocpi.patchSession(peerOf(request), idOf(request), request.body)),
  );
  // From drivers' apps to an operator; an operator may hand it on to whoever steers.
  scope.put('/sessions/:sessionId/charging_preferences', functional, async (request, reply) =>
    answer(reply, clock.nowMs(), await ocpi.putPreferences(peerOf(request), idOf(request), request.body)),
  );
  scope.put('/chargingprofiles/:sessionId', functional, async (request, reply) =>
    answer(reply, clock.nowMs(), await ocpi.putActiveProfile(peerOf(request), idOf(request), request.body)),
  );
}

function locationRoutes(scope: FastifyInstance, { ocpi, clock }: OcpiWireOptions): void {
  const paths = [
    '/locations/:country/:party/:locationId',
    '/locations/:country/:party/:locationId/:evseUid',
    '/locations/:country/:party/:locationId/:evseUid/:connectorId',
  ];
  for (const path of paths) {
    scope.get(path, functional, async (request, reply) => {
      const { locationId = '', evseUid, connectorId } = request.params as Params;
      const data = await ocpi.part(peerOf(request), { locationId, ...given({ evseUid, connectorId }) });
      if (data === undefined) throw new OcpiFault(STATUS.unknownLocation, 'There is no such location.', 404);
      return answer(reply, clock.nowMs(), { data });
    });
    for (const method of ['PUT', 'PATCH'] as const)
      scope.route({
        ...functional,
        method,
        url: path,
        handler: async (request, reply) => {
          const { locationId = '', evseUid, connectorId } = request.params as Params;
          const at = { locationId, ...given({ evseUid, connectorId }) };
          await ocpi.putLocation(peerOf(request), at, { method, body: request.body });
          return answer(reply, clock.nowMs());
        },
      });
  }
}

function otherRoutes(scope: FastifyInstance, options: OcpiWireOptions): void {
  const { ocpi, clock } = options;
  const tariffs = peerTariffs(options);
  const tariffPath = '/tariffs/:country/:party/:tariffId';
  scope.put(tariffPath, functional, async (request, reply) => {
    await tariffs.put(peerOf(request), tariffIdOf(request), request.body);
    return answer(reply, clock.nowMs());
  });
  scope.delete(tariffPath, functional, async (request, reply) => {
    await tariffs.delete(peerOf(request), tariffIdOf(request));
    return answer(reply, clock.nowMs());
  });
  const clientPath = '/hubclientinfo/:country/:party';
  scope.get(clientPath, registered, async (request, reply) => {
    const { country = '', party = '' } = request.params as Params;
    const data = await ocpi.hubClients.find(peerOf(request).peerId, country, party);
    if (data === undefined) throw new OcpiFault(STATUS.client, 'There is no such party.', 404);
    return answer(reply, clock.nowMs(), { data });
  });
  scope.put(clientPath, registered, async (request, reply) => {
    const { country = '', party = '' } = request.params as Params;
    await ocpi.hubClients.put(peerOf(request), { country, party }, request.body);
    return answer(reply, clock.nowMs());
  });
}

function tariffIdOf(request: FastifyRequest): string {
  return (request.params as Params).tariffId ?? '';
}

function given<T extends string>(members: Readonly<Record<T, string | undefined>>): Partial<Record<T, string>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<
    Record<T, string>
  >;
}
