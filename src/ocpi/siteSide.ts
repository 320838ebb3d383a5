import type { ChargingService } from '../control/chargingService.js';
import type { Log } from '../control/ports.js';
import type { SiteOwner } from '../control/siteOwner.js';
import type { Clock } from '../site/clock.js';
import type { Station } from '../site/model.js';

/** What of the service the owner of a site has here. */
export type OwnService = Pick<ChargingService, 'sites' | 'stations' | 'putNeeds'>;

export interface SiteSideOptions {
  readonly service: () => OwnService;
  readonly clock: Clock;
  readonly log: Log;
}

export interface OcpiStation {
  readonly owner: SiteOwner;
  readonly station: Station;
  readonly peerId: string;
}

/** A station of a site of this process that the site's owner gave to an operator over OCPI. */
export function ocpiStation(service: OwnService, stationId: string): OcpiStation | undefined {
  const owner = service.sites.ownerOfStation(stationId);
  const station = owner?.state.index.stations.get(stationId);
  const delegated = station?.delegated;
  if (owner === undefined || station === undefined || delegated?.by !== 'ocpi') return undefined;
  return { owner, station, peerId: delegated.peerId };
}

export function ocpiStations(service: OwnService): readonly OcpiStation[] {
  return service.sites.list().flatMap((owner) =>
    owner.state.site.stations.flatMap((station) => {
      const { delegated } = station;
      return delegated?.by === 'ocpi' ? [{ owner, station, peerId: delegated.peerId }] : [];
    }),
  );
}
