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

export function openProxies({ parts, upstreams, service, dialects }: ProxiesParts): Proxies {
  const { store, outbound, log } = parts;
  return new Proxies({
    upstreams: {
      find: (upstreamId) => upstreams.find(upstreamId),
      organisationOfStation: async (stationId) => {
        const here = service.listSites().find(({ stations }) => stations.some(({ id }) => id === stationId));
        const siteId = here?.siteId ?? (await store.siteOfStation(stationId));
        if (siteId === undefined) return undefined;
        return (await store.accounts.organisationOf({ kind: 'site', id: siteId })) ?? DEFAULT_ORGANISATION_ID;
      },
    },
    outbound,
    handler: service.stations,
    clock: systemClock,
    dialects,
    report: (stationId, detail) => log.warn({ stationId }, detail),
  });
}
