import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../src/control/accounts/roles.js';
import { Tenancy } from '../../../src/control/accounts/tenancy.js';
import { MemoryAccounts } from '../../support/memoryAccounts.js';

/** A process that has no sites itself, as those of the API; one that was made before there were organisations is another's. */
function tenancy(): Tenancy {
  return new Tenancy({
    store: new MemoryAccounts(),
    siteOfStation: async (stationId) => (stationId === 'CP1' ? 'depot' : undefined),
    listSites: () => [],
    isSiteElsewhere: (siteId) => siteId === 'depot',
    hasTariff: () => false,
  });
}

const owner = (organisationId: string): Principal => ({
  kind: 'user',
  id: 'u1',
  name: 'Ada',
  role: 'owner',
  organisationId,
  siteIds: 'all',
});

describe('where several processes share the sites', () => {
  it('a site of another process is the default organisation’s, and nobody else can make it theirs', async () => {
    const mine = owner('default');
    await tenancy().requireSite(mine, 'depot');
    await tenancy().requireStation(mine, 'CP1');
    const stranger = owner('south');
    await expect(tenancy().requireSite(stranger, 'depot', { mayBeNew: true })).rejects.toMatchObject({
      code: 'SITE_NOT_FOUND',
    });
  });

  it('a site that no process has may be made', async () => {
    await tenancy().requireSite(owner('south'), 'new', { mayBeNew: true });
  });
});
