import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEvenkeel, followCommands, KeyRefused, verifyWebhook } from '../../../src/client/index.js';
import { until } from '../../e2e/support/until.js';

interface Answer {
  readonly status: number;
  readonly body: object;
}

const command = (id: string, more: object = {}) => ({
  id,
  stationId: 'A',
  action: 'ClearCache',
  payload: {},
  notAfter: new Date(Date.now() + 20_000).toISOString(),
  ...more,
});
const page = (cursor: string, ...commands: object[]): Answer => ({ status: 200, body: { cursor, commands } });
const problem = (status: number, code: string): Answer => ({ status, body: { status, code, detail: code } });

let server: Server;
/** What the next polls are answered with; then they wait. */
let pages: Answer[];
let polls: URLSearchParams[];
let results: { readonly id: string; readonly result: { readonly status: string }; readonly key: string | undefined }[];
/** What the next results are answered with; then they are taken. */
let resultAnswers: (Answer | 'hangUp')[];
let stop: AbortController;
let resyncs: number;

beforeEach(async () => {
  [pages, polls, results, resultAnswers, resyncs] = [[], [], [], [], 0];
  stop = new AbortController();
  server = createServer(async (request, response) => {
    const send = ({ status, body }: Answer) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const url = new URL(request.url ?? '/', 'http://here');
    if (request.method === 'GET') {
      polls.push(url.searchParams);
      const next = pages.shift();
      if (next !== undefined) send(next);
      return;
    }
    const id = decodeURIComponent(url.pathname.split('/')[3] ?? '');
    const result = JSON.parse(await textOf(request));
    results.push({ id, result, key: request.headers['idempotency-key']?.toString() });
    const next = resultAnswers.shift() ?? { status: 200, body: {} };
    if (next === 'hangUp') response.destroy();
    else send(next);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  stop.abort();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}

function follow(handOn: Parameters<typeof followCommands>[0]['handOn'] = async () => ({ status: 'accepted' })) {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return followCommands({
    api: createEvenkeel({ baseUrl, key: 'key' }),
    handOn,
    resync: async () => {
      resyncs += 1;
    },
    signal: stop.signal,
    random: () => 0,
  });
}

describe('the loop that follows commands', () => {
  it('hands each on once, posts its result under its id, and goes on from the cursor', async () => {
    pages = [page('c.1', command('1')), page('c.2', command('1'), command('2'))];
    const handed: string[] = [];
    void follow(async ({ id }) => {
      handed.push(id);
      return { status: 'accepted', payload: { status: 'Accepted' } };
    });
    await until(() => polls.length === 3 && results.length >= 2, 'both are answered');
    expect(handed).toEqual(['1', '2']);
    expect(results[0]).toMatchObject({ id: '1', result: { status: 'accepted' }, key: '1' });
    expect(polls.map((query) => query.get('after'))).toEqual([null, 'c.1', 'c.2']);
    expect(resyncs).toBe(1);
  });

  it('tells everything again where the service started anew, and asks from the beginning', async () => {
    pages = [page('c.1'), problem(410, 'CURSOR_GONE'), page('d.1')];
    void follow();
    await until(() => polls.length === 4, 'it goes on');
    expect(polls.map((query) => query.get('after'))).toEqual([null, 'c.1', null, 'd.1']);
    expect(resyncs).toBe(2);
  });

  it('does not hand on what is too late, and says so; what throws is unknown', async () => {
    pages = [page('c.1', command('late', { notAfter: '2026-01-01T00:00:00Z' }), command('broken'))];
    const handed: string[] = [];
    void follow(async ({ id }) => {
      handed.push(id);
      throw new Error('no socket');
    });
    await until(() => results.length === 2, 'both are answered');
    expect(handed).toEqual(['broken']);
    expect(results.map(({ id, result: { status } }) => `${id} ${status}`).sort()).toEqual([
      'broken unknown',
      'late expired',
    ]);
  });

  it('posts a result again until it is taken, or closed; one that can not be read becomes unknown', async () => {
    resultAnswers = ['hangUp', { status: 200, body: {} }];
    pages = [page('c.1', command('1'))];
    void follow();
    await until(() => results.length === 2, 'it is posted again');
    resultAnswers = [problem(422, 'INVALID_RESULT')];
    pages = [page('c.2', command('2'))];
    server.closeAllConnections();
    await until(() => results.length === 4, 'it is given up');
    expect(results.slice(2).map(({ result: { status } }) => status)).toEqual(['accepted', 'unknown']);
  });

  it('ends where its key is refused', async () => {
    pages = [problem(401, 'UNAUTHORIZED')];
    await expect(follow()).rejects.toBeInstanceOf(KeyRefused);
  });

  it('ends when it is told to', async () => {
    const following = follow();
    await until(() => polls.length === 1, 'it asks');
    stop.abort();
    await following;
  });
});

describe('a webhook', () => {
  const secret = `whsec_${Buffer.from('a key of at least twenty-four bytes').toString('base64')}`;
  const body = JSON.stringify({ type: 'delegation.command', data: { id: '1' } });
  const nowMs = 1_768_396_800_000;

  function signed(timestampS = nowMs / 1_000, with_ = secret) {
    const key = Buffer.from(with_.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`m1.${timestampS}.${body}`).digest('base64');
    return {
      'webhook-id': 'm1',
      'webhook-timestamp': String(timestampS),
      'webhook-signature': `v1,AAAA v1,${signature}`,
    };
  }

  it('is genuine by any of its signatures and of the secrets', () => {
    expect(verifyWebhook({ headers: signed(), body }, { secrets: ['whsec_b3RoZXI=', secret], nowMs })).toEqual({
      genuine: true,
      id: 'm1',
      payload: JSON.parse(body),
    });
  });

  it.each([
    ['of another secret', signed(nowMs / 1_000, 'whsec_b3RoZXI='), body],
    ['of ten minutes ago', signed(nowMs / 1_000 - 600), body],
    ['whose body was changed', signed(), body.replace('1', '2')],
    ['without a signature', { ...signed(), 'webhook-signature': undefined }, body],
    ['whose time is no number', { ...signed(), 'webhook-timestamp': '1e9' }, body],
  ])('%s is not', (_which, headers, text) => {
    expect(verifyWebhook({ headers, body: text }, { secrets: [secret], nowMs })).toMatchObject({ genuine: false });
  });
});
