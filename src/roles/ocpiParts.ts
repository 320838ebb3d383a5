import type { Config } from '../config.js';
import type { ChargingService } from '../control/chargingService.js';
import { Ocpi, type OcpiOptions } from '../ocpi/ocpi.js';
import { DEFAULT_ORGANISATION_ID } from '../site/organisation.js';
import { type Parts, systemClock } from './foundation.js';

/** Where this service is reached from outside. Without a setting: at this machine, at the port that it listens on. */
export function publicBase({ publicUrl, port }: Config, listening: () => number | undefined): () => string {
  if (publicUrl !== 'derived') return () => publicUrl;
  return () => `http://localhost:${listening() ?? port}`;
}

export interface OcpiParts extends Pick<OcpiOptions, 'base' | 'tellElsewhere'> {
  readonly parts: Parts;
  readonly service: () => ChargingService;
}

export function createOcpi({ parts, service, base, tellElsewhere }: OcpiParts): Ocpi {
  const { store, outbound, log } = parts;
  return new Ocpi({
    documents: store.documents,
    outbound,
    clock: systemClock,
    log,
    service,
    base,
    siteOfStation: async (stationId) =>
      service().sites.ownerOfStation(stationId)?.state.site.siteId ?? (await store.siteOfStation(stationId)),
    organisationOfSite: async (siteId) =>
      (await store.accounts.organisationOf({ kind: 'site', id: siteId })) ?? DEFAULT_ORGANISATION_ID,
    ...(tellElsewhere === undefined ? {} : { tellElsewhere }),
  });
}
