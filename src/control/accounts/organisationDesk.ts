import type { Clock } from '../../site/clock.js';
import { DEFAULT_ORGANISATION_ID } from '../../site/organisation.js';
import { Problem } from '../../site/problem.js';
import type { AccountStore, StoredOrganisation } from '../../store/accountStore.js';

export type Organisation = StoredOrganisation;

const DEFAULT: StoredOrganisation = { organisationId: DEFAULT_ORGANISATION_ID, name: 'Default', createdMs: 0 };

/** The tenants. The default one is always there, and can be given a name. */
export class OrganisationDesk {
  private readonly store: AccountStore;
  private readonly clock: Clock;

  constructor({ store, clock }: { readonly store: AccountStore; readonly clock: Clock }) {
    this.store = store;
    this.clock = clock;
  }

  async list(): Promise<readonly StoredOrganisation[]> {
    const stored = await this.store.listOrganisations();
    return stored.some(({ organisationId }) => organisationId === DEFAULT_ORGANISATION_ID)
      ? stored
      : [DEFAULT, ...stored];
  }

  async require(organisationId: string): Promise<StoredOrganisation> {
    const found = (await this.list()).find((one) => one.organisationId === organisationId);
    if (found !== undefined) return found;
    throw new Problem('ORGANISATION_NOT_FOUND', `There is no organisation "${organisationId}".`);
  }

  async put(organisationId: string, name: string): Promise<StoredOrganisation> {
    await this.store.putOrganisation({ organisationId, name, createdMs: this.clock.nowMs() });
    return this.require(organisationId);
  }

  async delete(organisationId: string): Promise<void> {
    await this.require(organisationId);
    const isKept = organisationId === DEFAULT_ORGANISATION_ID || !(await this.store.deleteOrganisation(organisationId));
    if (isKept) throw new Problem('ORGANISATION_IN_USE', `Something belongs to the organisation "${organisationId}".`);
  }
}
