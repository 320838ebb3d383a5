import { expect, it } from 'vitest';
import { SiteRouter } from '../../../src/cluster/siteRouter.js';
import type { SiteRoutes } from '../../../src/cluster/siteRoutes.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { VirtualClock } from '../../support/virtualClock.js';

const SITE_OF: Readonly<Record<string, string>> = {
  'oscp/here': 'mine',
  'oscp/there': 'others',
  'openadr/there': 'others',
};

function router() {
  const routes = { has: () => true, look: async () => undefined, find: () => undefined };
  return new SiteRouter({
    routes: routes as unknown as SiteRoutes,
    store: new MemoryStore(),
    siteOfPeer: async ({ protocol, id }) => SITE_OF[`${protocol}/${id}`],
    clock: new VirtualClock(0),
    nodeId: 'n1',
    isOwnedHere: (siteId) => siteId === 'mine',
    planners: () => [],
    bodyMaxBytes: 1_000,
  });
}

it.each([
  ['GET', '/v1/oscp/providers/here', 'here'],
  ['POST', '/oscp/here/fp/2.0/heartbeat', 'here'],
  ['POST', '/oscp/there/fp/2.0/heartbeat', 'handed on'],
  ['DELETE', '/v1/oscp/providers/there', 'handed on'],
  ['POST', '/openadr/there/notifications', 'handed on'],
  ['GET', '/v1/openadr/vens/there?x=1', 'handed on'],
  ['GET', '/v1/openadr/vens', 'here'],
  // Not there yet: whoever owns the site in its body makes it; nobody else knows anything of it.
  ['PUT', '/v1/openadr/vens/new', 'handed on'],
  ['GET', '/v1/openadr/vens/new', 'here'],
])('the owner of its site answers for a peer of the grid: %s %s is answered %s', async (method, url, expected) => {
  const where = await router().whereTo({ method, url, headers: {} });
  expect(where === 'here' ? where : 'handed on').toBe(expected);
});
