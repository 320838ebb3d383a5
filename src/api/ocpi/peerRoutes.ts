import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Principal } from '../../control/accounts/roles.js';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { Ocpi } from '../../ocpi/ocpi.js';
import type { Peer } from '../../ocpi/peers.js';
import { Problem } from '../../site/problem.js';
import { acts, caller, changes, makes, OPERATORS, type ReadBefore, reads } from '../accounts/access.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { PeerDocument, PeerId, PeerUpload, ProposalList, readPeer, writePeer, writeProposals } from './peerDocument.js';

const tags = ['Delegation'];
const PeerParams = Type.Object({ peerId: PeerId });
const MadeToken = Type.Object({
  token: Type.String({ description: 'TOKEN_A. It is in this answer and nowhere else.' }),
  versionsUrl: Type.String({ description: 'What the operator is to be given with it.' }),
});
const Pulled = Type.Object({ locations: Type.Integer({ minimum: 0, description: 'How many were read and kept.' }) });

export interface PeerRoutesOptions {
  readonly ocpi: Ocpi;
  readonly tenancy: Tenancy;
  readonly base: () => string;
}

/** Operators that are spoken with over OCPI: who they are, and which of their EVSEs is which station. */
export const ocpiPeerRoutes: FastifyPluginAsyncTypebox<PeerRoutesOptions> = async (app, options) => {
  const { ocpi, tenancy, base } = options;
  const ownVersionsUrl = () => `${base()}/ocpi/versions`;
  const write = (peer: Peer) => writePeer(peer, ownVersionsUrl());
  const before: ReadBefore = async ({ peerId }, request) => write(await own(ocpi, caller(request), peerId));

  app.get(
    '/ocpi/peers',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'listOcpiPeers',
        summary: 'Operators that are spoken with over OCPI',
        response: { 200: Type.Object({ peers: Type.Array(PeerDocument) }), ...problemResponses() },
      },
    },
    async (request) => {
      const principal = caller(request);
      return { peers: (await ocpi.peers.list()).filter((peer) => isOf(principal, peer)).map(write) };
    },
  );

  app.get(
    '/ocpi/peers/:peerId',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'getOcpiPeer',
        summary: 'One operator',
        params: PeerParams,
        response: { 200: PeerDocument, ...problemResponses('OCPI_PEER_NOT_FOUND') },
      },
    },
    async (request) => write(await own(ocpi, caller(request), request.params.peerId)),
  );

  app.put(
    '/ocpi/peers/:peerId',
    {
      config: makes('organisation', OPERATORS, async ({ peerId }, request) => {
        const known = await ocpi.peers.find(peerId);
        return known === undefined || !isOf(caller(request), known) ? null : write(known);
      }),
      schema: {
        tags,
        operationId: 'putOcpiPeer',
        summary: 'Speak with an operator over OCPI',
        description:
          'With tokenA, as the operator gave it, the registration is begun at once where there is none: see status, and problem where it came to nothing; the same again tries again.',
        params: PeerParams,
        body: PeerUpload,
        response: {
          200: PeerDocument,
          ...problemResponses('OCPI_PEER_NOT_FOUND', 'STATION_NOT_FOUND', 'DUPLICATE_ID', ...WITH_BODY),
        },
      },
    },
    async (request) => {
      const { peerId } = request.params;
      const principal = caller(request);
      const known = await ocpi.peers.find(peerId);
      // An id that is another organisation's is not to be had, and is answered as what does not exist.
      if (known !== undefined && !isOf(principal, known)) throw notFound(peerId);
      const { tokenA, ...upload } = request.body;
      refuseUrl(ocpi, upload.versionsUrl);
      const organisationId = await organisationFor(principal, { known, stations: upload.stations ?? [], tenancy });
      const put = await ocpi.putPeer(peerId, (now) => {
        // Somebody else may have made it meanwhile.
        if (now !== undefined && !isOf(principal, now)) throw notFound(peerId);
        return readPeer(peerId, organisationId, upload, now);
      });
      request.log.info({ peerId, apiKeyId: principal.id }, 'OCPI peer configured');
      if (tokenA === undefined || put.registration !== 'none') return write(put);
      return write((await ocpi.registrations.register(peerId, tokenA)) ?? put);
    },
  );

  app.post(
    '/ocpi/peers/:peerId/invitation',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'inviteOcpiPeer',
        summary: 'A TOKEN_A for an operator that begins itself',
        description: 'One that was made before counts no more.',
        params: PeerParams,
        response: { 200: MadeToken, ...problemResponses('OCPI_PEER_NOT_FOUND') },
      },
    },
    async (request) => {
      const { peerId } = await own(ocpi, caller(request), request.params.peerId);
      const made = await ocpi.registrations.invite(peerId);
      if (made === undefined) throw notFound(peerId);
      return { ...made, versionsUrl: ownVersionsUrl() };
    },
  );

  app.post(
    '/ocpi/peers/:peerId/rotate',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'rotateOcpiTokens',
        summary: 'New tokens, both ways',
        params: PeerParams,
        response: { 200: PeerDocument, ...problemResponses('OCPI_PEER_NOT_FOUND', 'OCPI_NOT_REGISTERED') },
      },
    },
    async (request) => {
      const peer = await own(ocpi, caller(request), request.params.peerId);
      requireRegistered(peer);
      return write((await ocpi.registrations.rotate(peer.peerId)) ?? peer);
    },
  );

  app.post(
    '/ocpi/peers/:peerId/locations',
    {
      config: acts('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'pullOcpiLocations',
        summary: "Read the operator's locations",
        description: 'Nothing of a site changes: GET proposals shows what could stand there.',
        params: PeerParams,
        response: {
          200: Pulled,
          ...problemResponses('OCPI_PEER_NOT_FOUND', 'OCPI_NOT_REGISTERED', 'OCPI_PEER_FAILED'),
        },
      },
    },
    async (request) => {
      const peer = await own(ocpi, caller(request), request.params.peerId);
      requireRegistered(peer);
      const pulled = await ocpi.pullLocations(peer);
      if (pulled.outcome === 'failed') throw new Problem('OCPI_PEER_FAILED', pulled.reason);
      return { locations: pulled.count };
    },
  );

  app.get(
    '/ocpi/peers/:peerId/proposals',
    {
      config: reads('organisation', OPERATORS),
      schema: {
        tags,
        operationId: 'listOcpiProposals',
        summary: "The operator's EVSEs, as stations of a site could be",
        params: PeerParams,
        response: { 200: ProposalList, ...problemResponses('OCPI_PEER_NOT_FOUND') },
      },
    },
    async (request) => {
      const peer = await own(ocpi, caller(request), request.params.peerId);
      return writeProposals(await ocpi.proposals(peer));
    },
  );

  app.delete(
    '/ocpi/peers/:peerId',
    {
      config: changes('organisation', OPERATORS, before),
      schema: {
        tags,
        operationId: 'deleteOcpiPeer',
        summary: 'Speak with it no more',
        description: 'The operator is told, if it can be. Its stations stay in their sites, and can not be reached.',
        params: PeerParams,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problemResponses('OCPI_PEER_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      await ocpi.forget(await own(ocpi, caller(request), request.params.peerId));
      request.log.info({ peerId: request.params.peerId, apiKeyId: request.apiKeyId }, 'OCPI peer deleted');
      return reply.code(204).send(null);
    },
  );
};

async function own(ocpi: Ocpi, principal: Principal, peerId: string): Promise<Peer> {
  const peer = await ocpi.peers.find(peerId);
  if (peer === undefined || !isOf(principal, peer)) throw notFound(peerId);
  return peer;
}

/** A peer and the stations that it is said to have are of one organisation. One that an admin makes is that of its stations. */
async function organisationFor(
  principal: Principal,
  parts: { known: Peer | undefined; stations: readonly { stationId: string }[]; tenancy: Tenancy },
): Promise<string> {
  const { known, stations, tenancy } = parts;
  let organisationId = known?.organisationId;
  for (const [index, { stationId }] of stations.entries()) {
    await tenancy.requireStation(principal, stationId);
    const siteId = await tenancy.siteOfStation(stationId);
    const owner = siteId === undefined ? undefined : await tenancy.organisationOf({ kind: 'site', id: siteId });
    organisationId ??= owner;
    if (owner !== undefined && owner !== organisationId)
      throw new Problem(
        'STATION_NOT_FOUND',
        `No site of the operator's organisation lists the station "${stationId}".`,
        {
          field: `/stations/${index}/stationId`,
        },
      );
  }
  return organisationId ?? principal.organisationId;
}

function isOf({ role, organisationId }: Principal, peer: Peer): boolean {
  return role === 'admin' || organisationId === peer.organisationId;
}

function notFound(peerId: string): Problem {
  return new Problem('OCPI_PEER_NOT_FOUND', `There is no OCPI peer "${peerId}".`);
}

function requireRegistered({ registration }: Peer): void {
  if (registration === 'none') throw new Problem('OCPI_NOT_REGISTERED', 'The operator is not registered.');
}

function refuseUrl(ocpi: Ocpi, url: string | undefined): void {
  const reason = url === undefined ? undefined : ocpi.refusalOf(url);
  if (reason !== undefined)
    throw new Problem('INVALID_REQUEST', `versionsUrl can not be called: ${reason}.`, { field: '/versionsUrl' });
}
