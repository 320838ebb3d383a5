import type { Ocpi } from '../../ocpi/ocpi.js';
import type { SiteModel } from '../../site/model.js';
import { Problem } from '../../site/problem.js';

/**
 * A site gives its stations to operators of its own organisation: what is another's is answered as what does not exist. What it gave
 * before may stay, for its operator may be gone. Throws Problem OCPI_PEER_NOT_FOUND.
 */
export async function requirePeersOf(
  { stations }: SiteModel,
  { ocpi, organisationId, before }: { ocpi: Ocpi; organisationId: string; before: SiteModel | undefined },
): Promise<void> {
  const given = new Map(before?.stations.map((station) => [station.id, peerOf(station)]));
  const allowed = new Set<string>();
  for (const [index, station] of stations.entries()) {
    const peerId = peerOf(station);
    if (peerId === undefined || allowed.has(peerId) || given.get(station.id) === peerId) continue;
    if ((await ocpi.peers.find(peerId))?.organisationId !== organisationId)
      throw new Problem('OCPI_PEER_NOT_FOUND', `There is no OCPI peer "${peerId}".`, {
        field: `/stations/${index}/delegated/peerId`,
      });
    allowed.add(peerId);
  }
}

function peerOf({ delegated }: SiteModel['stations'][number]): string | undefined {
  return delegated?.by === 'ocpi' ? delegated.peerId : undefined;
}
