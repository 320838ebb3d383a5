import type { ChargingService } from '../control/chargingService.js';
import { UpstreamDesk } from '../control/upstreams.js';
import type { Dialect } from '../ocpp/dialect.js';
import { Proxies } from '../proxy/proxies.js';
import { DEFAULT_ORGANISATION_ID } from '../site/organisation.js';
import { type Parts, systemClock } from './foundation.js';

export function upstreamDesk({ store, outbound }: Parts): UpstreamDesk {
  return new UpstreamDesk({
    documents: store.documents,
    checkUrl: (url) => outbound.check(url),
    clock: systemClock,
  });
}

export interface ProxiesParts {
  readonly parts: Parts;
  readonly upstreams: UpstreamDesk;
  readonly service: ChargingService;
  readonly dialects: readonly Dialect[];
}

/** Where a password is kept here too, the station comes with the new one from now on. */
async function keepPassword(
  stationId: string,
  password: string,
  { service, log }: Pick<ProxiesParts, 'service'> & Pick<Parts, 'log'>,
): Promise<void> {
  try {
    const { hasPassword } = await service.credentials.get(stationId);
    if (hasPassword) await service.credentials.put(stationId, { password });
  } catch {
    log.warn({ stationId }, 'its CSMS gave the station another password, which could not be stored here');
  }
}

export function openProxies({ parts, upstreams, service, dialects }: ProxiesParts): Proxies {
  const { store, outbound, log } = parts;
  return new Proxies({
    upstreams: {
      find: (upstreamId) => upstreams.find(upstreamId),
      siteOf: async (stationId) => {
        const here = service.sites.ownerOfStation(stationId)?.state;
        const siteId = here?.site.siteId ?? (await store.siteOfStation(stationId));
        if (siteId === undefined) return undefined;
        const organisationId = await store.accounts.organisationOf({ kind: 'site', id: siteId });
        return {
          organisationId: organisationId ?? DEFAULT_ORGANISATION_ID,
          ...(here === undefined ? {} : { voltageV: here.site.voltageV }),
          ...(here?.index.stations.get(stationId)?.delegated === undefined ? {} : { isDelegated: true }),
        };
      },
    },
    documents: store.documents,
    passwordChanged: (stationId, password) => void keepPassword(stationId, password, { service, log }),
    outbound,
    handler: service.stations,
    clock: systemClock,
    dialects,
    report: (stationId, detail) => log.warn({ stationId }, detail),
  });
}
