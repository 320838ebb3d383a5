import type { SiteModel } from '../../site/model.js';
import { DEFAULT_ORGANISATION_ID } from '../../site/organisation.js';
import { Problem } from '../../site/problem.js';
import type { AccountStore, Thing } from '../../store/accountStore.js';
import type { Principal } from './roles.js';

export interface TenancyOptions {
  readonly store: AccountStore;
  /** Where processes share the sites: also of those that are another's. */
  readonly siteOfStation: (stationId: string) => Promise<string | undefined>;
  readonly listSites: () => readonly SiteModel[];
  /** Whether another process has it, or nobody at the moment. Absent: all sites are in this process. */
  readonly isSiteElsewhere?: ((siteId: string) => boolean) | undefined;
  readonly hasTariff: (tariffId: string) => boolean;
}

interface MayBeNew {
  readonly mayBeNew: boolean;
}
const REQUIRED: MayBeNew = { mayBeNew: false };

/**
 * What belongs to whom. What is another's is answered as what does not exist: nobody learns that it does. A site stays its
 * organisation's when it is deleted, for its history does too.
 */
export class Tenancy {
  private readonly options: TenancyOptions;

  constructor(options: TenancyOptions) {
    this.options = options;
  }

  /** Undefined: there is no such thing, and whoever makes it has it. */
  async organisationOf(thing: Thing): Promise<string | undefined> {
    const stored = await this.options.store.organisationOf(thing);
    return stored ?? (this.exists(thing) ? DEFAULT_ORGANISATION_ID : undefined);
  }

  async siteOfStation(stationId: string): Promise<string | undefined> {
    const here = this.options.listSites().find(({ stations }) => stations.some(({ id }) => id === stationId));
    return here?.siteId ?? (await this.options.siteOfStation(stationId));
  }

  /** `mayBeNew`: who makes what nobody has may go on. For all else, what is nobody's is not there either. */
  async requireSite(principal: Principal, siteId: string, { mayBeNew }: MayBeNew = REQUIRED): Promise<void> {
    if (isUnbounded(principal)) return;
    const isWithin = principal.siteIds === 'all' || principal.siteIds.includes(siteId);
    if (isWithin && (await this.isReached(principal, { kind: 'site', id: siteId }, mayBeNew))) return;
    throw new Problem('SITE_NOT_FOUND', `There is no site "${siteId}".`);
  }

  async requireStation(principal: Principal, stationId: string): Promise<void> {
    if (isUnbounded(principal)) return;
    const siteId = await this.siteOfStation(stationId);
    const isWithin = siteId !== undefined && (principal.siteIds === 'all' || principal.siteIds.includes(siteId));
    if (isWithin && (await this.isReached(principal, { kind: 'site', id: siteId }))) return;
    throw new Problem('STATION_NOT_FOUND', `No site lists the station "${stationId}".`);
  }

  async requireTariff(principal: Principal, tariffId: string, { mayBeNew }: MayBeNew = REQUIRED): Promise<void> {
    if (await this.isReached(principal, { kind: 'tariff', id: tariffId }, mayBeNew)) return;
    throw new Problem('TARIFF_NOT_FOUND', `There is no tariff "${tariffId}".`);
  }

  /** Those of them that the principal reaches. */
  async visible(principal: Principal, kind: Thing['kind'], ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (isUnbounded(principal)) return new Set(ids);
    const own = new Set(await this.options.store.listBelongings(kind, principal.organisationId));
    const seen = new Set<string>();
    for (const id of ids) {
      const isWithin = kind !== 'site' || principal.siteIds === 'all' || principal.siteIds.includes(id);
      const isStray = !own.has(id) && principal.organisationId === DEFAULT_ORGANISATION_ID;
      if (isWithin && (own.has(id) || (isStray && (await this.isReached(principal, { kind, id }))))) seen.add(id);
    }
    return seen;
  }

  /**
   * Makes it the principal's organisation's before it is made, or throws as if it were not there. Where the making then fails, it is
   * given back.
   */
  async claimFor<T>(principal: Principal, thing: Thing, make: () => Promise<T>): Promise<T> {
    const { store } = this.options;
    const organisationId = (await this.organisationOf(thing)) ?? principal.organisationId;
    const claimed = await store.claim(thing, organisationId);
    if (thing.kind === 'site') await this.requireSite(principal, thing.id);
    else await this.requireTariff(principal, thing.id);
    try {
      return await make();
    } catch (error) {
      if (claimed.isNew && !this.exists(thing)) await store.release(thing);
      throw error;
    }
  }

  /**
   * A site's tariffs are of its own organisation, for it shows their prices. One that is not there yet is kept for it: else another
   * one could make it, and its prices be seen here. `isTrial`: nothing is kept.
   */
  async requireTariffsOf(principal: Principal, { siteId, tariffIds }: SiteModel, isTrial: boolean): Promise<void> {
    const organisationId = (await this.organisationOf({ kind: 'site', id: siteId })) ?? principal.organisationId;
    for (const [index, id] of tariffIds.entries()) {
      const tariff: Thing = { kind: 'tariff', id };
      const known = await this.organisationOf(tariff);
      const owner =
        known ?? (isTrial ? organisationId : (await this.options.store.claim(tariff, organisationId)).organisationId);
      if (owner === organisationId) continue;
      throw new Problem('TARIFF_NOT_FOUND', `There is no tariff "${id}".`, { field: `/tariffIds/${index}` });
    }
  }

  /** Another organisation may have the id from now on. */
  async release(thing: Thing): Promise<void> {
    await this.options.store.release(thing);
  }

  private exists({ kind, id }: Thing): boolean {
    const { listSites, isSiteElsewhere, hasTariff } = this.options;
    if (kind === 'tariff') return hasTariff(id);
    return listSites().some(({ siteId }) => siteId === id) || isSiteElsewhere?.(id) === true;
  }

  private async isReached(principal: Principal, thing: Thing, mayBeNew = false): Promise<boolean> {
    if (principal.role === 'admin') return true;
    const owner = await this.organisationOf(thing);
    return owner === undefined ? mayBeNew : owner === principal.organisationId;
  }
}

function isUnbounded({ role, siteIds }: Principal): boolean {
  return role === 'admin' && siteIds === 'all';
}
