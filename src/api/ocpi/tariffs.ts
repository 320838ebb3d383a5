import { createHash } from 'node:crypto';
import type { Principal } from '../../control/accounts/roles.js';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import type { SmartChargingService } from '../../control/service.js';
import type { Peer } from '../../ocpi/peers.js';

interface PeerTariffsOptions {
  readonly service: SmartChargingService;
  readonly tenancy: Tenancy;
}

const FIT = /^[A-Za-z0-9._~*+=|@-]{1,64}$/;
const HASH_CHARACTERS = 24;

/** Tariffs that a peer pushes are those of its organisation, read like any OCPI tariff that is uploaded. */
export function peerTariffs({ service, tenancy }: PeerTariffsOptions) {
  return {
    async put(peer: Peer, id: string, content: unknown): Promise<void> {
      const tariffId = tariffIdAt(peer, id);
      const options = peer.timeZone === undefined ? {} : { timeZone: peer.timeZone };
      await tenancy.claimFor(onBehalfOf(peer), { kind: 'tariff', id: tariffId }, async () => {
        await service.tariffs.putTariff(tariffId, { format: 'ocpi', content, options });
      });
    },
    async delete(peer: Peer, id: string): Promise<void> {
      const tariffId = tariffIdAt(peer, id);
      await tenancy.requireTariff(onBehalfOf(peer), tariffId);
      await service.tariffs.deleteTariff(tariffId);
    },
  };
}

/** Each peer has names of its own. */
function tariffIdAt({ peerId }: Pick<Peer, 'peerId'>, id: string): string {
  const plain = `ocpi-${peerId}-${id}`;
  if (FIT.test(plain)) return plain;
  return `ocpi-${createHash('sha256').update(`${peerId}/${id}`).digest('hex').slice(0, HASH_CHARACTERS)}`;
}

function onBehalfOf({ peerId, organisationId }: Peer): Principal {
  return { kind: 'key', id: `ocpi:${peerId}`, name: peerId, role: 'integrator', organisationId, siteIds: 'all' };
}
