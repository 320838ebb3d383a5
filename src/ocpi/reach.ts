import type { Peer } from './peers.js';
import { type OcpiStation, ocpiStation, type SiteSideOptions } from './siteSide.js';

export interface ReachOptions extends Pick<SiteSideOptions, 'service'> {
  /** Whose a site is. */
  readonly organisationOfSite: (siteId: string) => Promise<string>;
}

/**
 * Which stations a peer speaks for, and is spoken with about: those that it was said to have, that their site gave to it, and of whose
 * site it is the same organisation's. Whoever writes another organisation's peer into a site, or another's station into a peer, gets
 * nowhere.
 */
export class Reach {
  private readonly options: ReachOptions;
  /** A site stays its organisation's, also when it is deleted. */
  private readonly organisations = new Map<string, string>();

  constructor(options: ReachOptions) {
    this.options = options;
  }

  /** A station of a site of this process, or one of its EVSEs. Undefined: it is none of the peer's. */
  async find(peer: Peer, stationId: string, evseId?: number): Promise<OcpiStation | undefined> {
    const at = ocpiStation(this.options.service(), stationId);
    return at !== undefined && (await this.includes(peer, at, evseId)) ? at : undefined;
  }

  async includes(peer: Peer, { station, owner, peerId }: OcpiStation, evseId?: number): Promise<boolean> {
    const isNamed = peer.stations.some(
      (one) => one.stationId === station.id && (evseId === undefined || one.evseId === evseId),
    );
    if (peerId !== peer.peerId || !isNamed) return false;
    return (await this.organisationOf(owner.state.site.siteId)) === peer.organisationId;
  }

  private async organisationOf(siteId: string): Promise<string> {
    const known = this.organisations.get(siteId) ?? (await this.options.organisationOfSite(siteId));
    this.organisations.set(siteId, known);
    return known;
  }
}
