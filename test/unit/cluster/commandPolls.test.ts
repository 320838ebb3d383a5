import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type PollOutcome, pollAll } from '../../../src/cluster/commandPolls.js';
import type { StoredNode } from '../../../src/store/store.js';

/** A planner as this process sees it: it answers each poll, or keeps it waiting. */
interface FakePlanner {
  readonly node: StoredNode;
  readonly asked: URLSearchParams[];
  answer: { readonly status: number; readonly body: object } | 'waits';
}

const servers: Server[] = [];
let closing = new AbortController();
afterEach(async () => {
  closing = new AbortController();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function planner(nodeId: string, answer: FakePlanner['answer']): Promise<FakePlanner> {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://here').searchParams);
    if (fake.answer === 'waits') return;
    response.writeHead(fake.answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(fake.answer.body));
  });
  const url = await listening(server);
  const fake: FakePlanner = { node: { nodeId, url, roles: ['planner'], expiresInMs: 60_000 }, asked, answer };
  return fake;
}

const page = (cursor: string, ...ids: string[]) => ({
  status: 200,
  body: { cursor, commands: ids.map((id) => ({ id })) },
});

/** What comes of a poll, as its asker sees it. */
async function poll(
  planners: readonly FakePlanner[],
  query = '',
): Promise<{ outcome: PollOutcome; body: unknown; status: number }> {
  let outcome: PollOutcome = 'answered';
  const url = await listening(
    createServer(async (request, response) => {
      outcome = await pollAll({
        planners: planners.map(({ node }) => node),
        path: request.url ?? '/',
        headers: {},
        response,
        closing: closing.signal,
      });
      if (outcome !== 'answered') response.end('{}');
    }),
  );
  const answer = await fetch(`${url}/v1/commands${query}`);
  return { body: await answer.json(), status: answer.status, outcome };
}

describe('commands of all planners', () => {
  it('are answered as soon as one has some; the others are asked again from where they were', async () => {
    const quick = await planner('a', page('life-a.1', 'x'));
    const slow = await planner('b', 'waits');
    const { body } = await poll([quick, slow], '?wait=25');
    expect(body).toMatchObject({ commands: [{ id: 'x' }] });
    expect([quick.asked[0]?.get('wait'), quick.asked[0]?.get('after')]).toEqual(['25', null]);
    slow.answer = page('life-b.3', 'y');
    quick.answer = page('life-a.1');
    const after = encodeURIComponent(String(Object(body).cursor));
    const next = await poll([quick, slow], `?after=${after}&wait=0`);
    expect(next.body).toMatchObject({ commands: [{ id: 'y' }] });
    expect([quick.asked[1]?.get('after'), slow.asked[1]?.get('after')]).toEqual(['life-a.1', null]);
  });

  it('can not be gone on with where one that gave some is gone, or the cursor is nobody’s', async () => {
    const a = await planner('a', page('life-a.1', 'x'));
    const b = await planner('b', page('life-b.1', 'y'));
    const { body } = await poll([a]);
    const after = encodeURIComponent(String(Object(body).cursor));
    expect((await poll([b], `?after=${after}`)).outcome).toMatchObject({ status: 'gone' });
    expect((await poll([a], '?after=nonsense')).outcome).toMatchObject({ status: 'gone' });
  });

  it('are refused as the first that refuses says', async () => {
    const a = await planner('a', { status: 410, body: { code: 'CURSOR_GONE' } });
    const b = await planner('b', 'waits');
    expect(await poll([a, b], '?wait=25')).toMatchObject({ status: 410, body: { code: 'CURSOR_GONE' } });
  });

  it('are those of the others where one is in trouble, which is asked from where it was', async () => {
    const a = await planner('a', page('life-a.1', 'x'));
    const b = await planner('b', page('life-b.1'));
    const first = await poll([a, b]);
    for (const status of [503, 429]) {
      a.answer = { status, body: { code: 'STORE_UNAVAILABLE' } };
      b.answer = page('life-b.2', 'y');
      const after = encodeURIComponent(String(Object(first.body).cursor));
      const { body, status: answered } = await poll([a, b], `?after=${after}`);
      expect([answered, body]).toMatchObject([200, { commands: [{ id: 'y' }] }]);
      a.answer = page('life-a.2');
      await poll([a, b], `?after=${encodeURIComponent(String(Object(body).cursor))}`);
      expect([a.asked.at(-1)?.get('after'), b.asked.at(-1)?.get('after')]).toEqual(['life-a.1', 'life-b.2']);
    }
    a.answer = { status: 503, body: { code: 'STORE_UNAVAILABLE' } };
    expect(await poll([a])).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
  });

  it('are not waited for any more where the process that was asked goes down', async () => {
    const a = await planner('a', page('life-a.1', 'x'));
    const { body } = await poll([a]);
    a.answer = 'waits';
    const { cursor } = Object(body);
    const waiting = [poll([a], `?after=${encodeURIComponent(cursor)}&wait=25`), poll([a], '?wait=25')];
    while (a.asked.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    closing.abort();
    const [later, first] = await Promise.all(waiting);
    expect([later?.body, first?.body]).toEqual([
      { cursor, commands: [] },
      { cursor: '0', commands: [] },
    ]);
  });

  it('are nobody’s where no planner runs, or none answers', async () => {
    expect((await poll([])).outcome).toMatchObject({ status: 'nobody' });
    const gone = await planner('a', 'waits');
    const server = servers.find((one) => gone.node.url.endsWith(String((one.address() as AddressInfo).port)));
    await new Promise((resolve) => server?.close(resolve));
    expect((await poll([gone])).outcome).toMatchObject({ status: 'nobody' });
  });
});
