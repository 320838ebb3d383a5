import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { SiteRouter } from '../../../src/cluster/siteRouter.js';
import type { SiteRoutes } from '../../../src/cluster/siteRoutes.js';
import { systemClock } from '../../../src/roles/clocks.js';
import type { Clock } from '../../../src/site/clock.js';
import type { StoredNode } from '../../../src/store/store.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { VirtualClock } from '../../support/virtualClock.js';

const SITE_OF: Readonly<Record<string, string>> = {
  'oscp/here': 'mine',
  'oscp/there': 'others',
  'openadr/there': 'others',
};

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ten times as fast. */
const HURRIED: Clock = {
  nowMs: () => systemClock.nowMs() * 10,
  after: (ms, run) => systemClock.after(ms / 10, run),
};
const NO_SITES = { owners: new Map<string, number>(), orphans: 0 };

/** A process in front of these planners. */
async function inFrontOf(planners: () => readonly StoredNode[], known: () => typeof NO_SITES = () => NO_SITES) {
  const routes = {
    has: () => false,
    look: async () => undefined,
    find: () => undefined,
    counts: () => known().owners,
    orphans: () => known().orphans,
  };
  const front = new SiteRouter({
    routes: routes as unknown as SiteRoutes,
    store: new MemoryStore(),
    clock: HURRIED,
    nodeId: 'front',
    isOwnedHere: () => false,
    planners,
    bodyMaxBytes: 1_000,
  });
  return listening(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const where = await front.whereTo({ method, url, headers });
    if (where === 'here') response.end('here');
    else await where(request, response);
  });
}

const node = (nodeId: string, url: string): StoredNode => ({ nodeId, url, roles: ['planner'], expiresInMs: 60_000 });

it('a new site waits for a planner that is just starting', async () => {
  const url = await listening((_request, response) => response.writeHead(201).end('made'));
  let planners: readonly StoredNode[] = [];
  const front = await inFrontOf(() => planners);
  const asked = fetch(`${front}/v1/sites/new`, { method: 'PUT', body: '{}' });
  setTimeout(() => {
    planners = [node('late', url)];
  }, 150);
  expect([(await asked).status, await (await asked).text()]).toEqual([201, 'made']);
});

it.each([
  ['POST', '/v1/onboarding/CP/adopt', 503, 0],
  ['PUT', '/v1/sites/new', 201, 1],
] as const)(
  'what may have been carried out is asked of another only where that does no harm: %s %s',
  async (method, path, status, others) => {
    let askedOfOther = 0;
    const breaking = await listening((request) => request.socket.destroy());
    const other = await listening((_request, response) => {
      askedOfOther += 1;
      response.writeHead(201).end('made');
    });
    const front = await inFrontOf(() => [node('a', breaking), node('b', other)]);
    const answer = await fetch(`${front}${path}`, { method, body: '{}' });
    expect([answer.status, askedOfOther]).toEqual([status, others]);
  },
);

const listing = (...siteIds: readonly string[]): RequestListener => {
  return (_request, response) => response.end(JSON.stringify({ sites: siteIds.map((siteId) => ({ siteId })) }));
};

it('the list of sites waits for one that is between two owners', async () => {
  const sites = ['b'];
  const first = await listening((_request, response) => listing(...sites)(_request, response));
  const second = await listening(listing('a'));
  let known = { owners: new Map([['n2', 1]]), orphans: 1 };
  const front = await inFrontOf(
    () => [node('n1', first), node('n2', second)],
    () => known,
  );
  const asked = fetch(`${front}/v1/sites`);
  setTimeout(() => {
    sites.push('c');
    known = {
      owners: new Map([
        ['n1', 2],
        ['n2', 1],
      ]),
      orphans: 0,
    };
  }, 150);
  expect(await (await asked).json()).toEqual({ sites: [{ siteId: 'a' }, { siteId: 'b' }, { siteId: 'c' }] });
});

it('the list of sites is what those say who answer, and is refused where nobody does', async () => {
  const well = await listening(listing('a'));
  const unwell = await listening((_request, response) => response.writeHead(500).end());
  const known = () => ({
    owners: new Map([
      ['n1', 1],
      ['n2', 1],
    ]),
    orphans: 0,
  });
  const some = await fetch(`${await inFrontOf(() => [node('n1', well), node('n2', unwell)], known)}/v1/sites`);
  expect(await some.json()).toEqual({ sites: [{ siteId: 'a' }] });
  expect((await fetch(`${await inFrontOf(() => [node('n2', unwell)], known)}/v1/sites`)).status).toBe(503);
});

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
