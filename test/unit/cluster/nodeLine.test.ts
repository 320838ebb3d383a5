import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fc, test } from '@fast-check/vitest';
import { afterEach, describe, expect, it } from 'vitest';
import { BusError } from '../../../src/bus/bus.js';
import { EmbeddedBus, EmbeddedHub } from '../../../src/bus/embeddedBus.js';
import { isSealed, OnceOnly, sealOf } from '../../../src/cluster/lineSeal.js';
import { NodeLine } from '../../../src/cluster/nodeLine.js';
import { NodePost } from '../../../src/cluster/nodePost.js';
import type { StoredNode } from '../../../src/store/store.js';
import { systemClock } from '../../support/systemClock.js';

const keys = new Map([
  ['a', 'the key of a'],
  ['b', 'the key of b'],
]);
let nodes: StoredNode[] = [];
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
  nodes = [];
});

interface Node {
  readonly line: NodeLine;
  readonly post: NodePost;
  readonly server: Server;
  readonly url: string;
  /** Its way to Redis: what it throws. */
  failure: BusError | undefined;
}

async function start(nodeId: string, hub = new EmbeddedHub(), known = keys): Promise<Node> {
  const line = new NodeLine({
    nodeId,
    nodes: () => nodes,
    keys: { own: keys.get(nodeId) ?? '', of: (other) => known.get(other) },
  });
  const server = createServer((request, response) => {
    if (!line.answer(request, response)) response.writeHead(418).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  nodes.push({ nodeId, url, roles: ['all'], expiresInMs: 1_000 });
  const embedded = new EmbeddedBus({ nodeId, clock: systemClock, hub });
  const refused = <T>(): Promise<T> => Promise.reject(node.failure);
  const bus = {
    nodeId,
    presence: embedded.presence,
    brokenSinceMs: undefined,
    answer: embedded.answer.bind(embedded),
    request: (...asked: Parameters<EmbeddedBus['request']>) =>
      node.failure === undefined ? embedded.request(...asked) : refused<unknown>(),
    publish: (...told: Parameters<EmbeddedBus['publish']>) =>
      node.failure === undefined ? embedded.publish(...told) : refused<void>(),
    subscribe: embedded.subscribe.bind(embedded),
    onGap: () => () => undefined,
    close: async () => undefined,
  };
  const post = new NodePost(bus, line);
  const node: Node = { line, post, server, url, failure: undefined };
  post.handle('site.replan', async ({ siteId }) => {
    if (siteId === 'broken') throw new Error('it went wrong');
    return { status: 'taken' };
  });
  await post.open();
  endings.push(() => {
    line.close();
    server.closeAllConnections();
    server.close();
  });
  return node;
}

const UNSENT = new BusError('NOT_SENT', 'Redis is away');
const replan = (from: Node, to: string, siteId = 's') =>
  from.post.ask(to, 'site.replan', { ask: { siteId }, timeoutMs: 2_000 });

describe('processes whose bus carries nothing', () => {
  it('ask each other directly, and are answered', async () => {
    const a = await start('a');
    await start('b');
    a.failure = UNSENT;
    expect(await replan(a, 'b')).toEqual({ status: 'taken' });
    await expect(replan(a, 'b', 'broken')).rejects.toMatchObject({ code: 'FAILED', message: 'it went wrong' });
  });

  it('do not ask a second time what may have been carried out', async () => {
    const a = await start('a');
    await start('b');
    a.failure = new BusError('NO_ANSWER', 'lost');
    await expect(replan(a, 'b')).rejects.toMatchObject({ code: 'NO_ANSWER' });
  });

  it('tell news to all, themselves included', async () => {
    const a = await start('a');
    const b = await start('b');
    a.failure = UNSENT;
    const heard: string[] = [];
    await a.post.hear('site.free', ({ siteId }) => heard.push(`a ${siteId}`));
    await b.post.hear('site.free', ({ siteId }) => heard.push(`b ${siteId}`));
    await a.post.tellAll('site.free', { siteId: 's' });
    expect(heard.sort()).toEqual(['a s', 'b s']);
    expect(await a.post.reaches(['b'])).toBe(true);
  });

  it('say of one that is not there, or whose key is not known, that nothing was sent', async () => {
    const a = await start('a', new EmbeddedHub(), new Map());
    const b = await start('b');
    a.failure = UNSENT;
    await expect(replan(a, 'b')).rejects.toMatchObject({ code: 'NOT_SENT' });
    b.failure = UNSENT;
    nodes = nodes.map((node) => ({ ...node, url: 'http://127.0.0.1:1' }));
    await expect(replan(b, 'a')).rejects.toMatchObject({ code: 'NOT_SENT' });
    await expect(replan(b, 'c')).rejects.toMatchObject({ code: 'NOBODY' });
    expect(await b.post.reaches(['a'])).toBe(false);
  });

  it('take nothing from one who has another key, and believe no answer of such a one', async () => {
    const a = await start('a', new EmbeddedHub(), new Map([['b', 'a wrong key']]));
    await start('b');
    a.failure = UNSENT;
    await expect(replan(a, 'b')).rejects.toMatchObject({ code: 'NOBODY' });
    const pretender = createServer((request, response) => {
      request.resume();
      response.end(JSON.stringify({ answered: { status: 'taken' } }));
    }).listen(0, '127.0.0.1');
    await once(pretender, 'listening');
    endings.push(() => pretender.close());
    const url = `http://127.0.0.1:${(pretender.address() as AddressInfo).port}`;
    nodes = nodes.map((node) => (node.nodeId === 'b' ? { ...node, url } : node));
    await expect(replan(a, 'b')).rejects.toMatchObject({ code: 'NO_ANSWER' });
  });

  it('answer nobody without a seal, and the same question once', async () => {
    const b = await start('b');
    const body = JSON.stringify({ question: { type: 'site.replan', ask: { siteId: 's' } } });
    const seal = sealOf('the key of b', { kind: 'question', from: 'a', to: 'b', seq: 7, body });
    const asked = (headers: Record<string, string>) => post(`${b.url}/internal/line`, headers, body);
    expect(await asked({})).toBe(404);
    expect(await asked({ 'x-evenkeel-from': 'a', 'x-evenkeel-seq': '7', 'x-evenkeel-seal': `${seal.slice(1)}0` })).toBe(
      404,
    );
    expect(await asked({ 'x-evenkeel-from': 'c', 'x-evenkeel-seq': '7', 'x-evenkeel-seal': seal })).toBe(404);
    expect(await asked({ 'x-evenkeel-from': 'a', 'x-evenkeel-seq': '7', 'x-evenkeel-seal': seal })).toBe(200);
    expect(await asked({ 'x-evenkeel-from': 'a', 'x-evenkeel-seq': '7', 'x-evenkeel-seal': seal })).toBe(404);
  });
});

test.prop([fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 200 })])(
  'no question is taken twice, in whatever order they come',
  (seqs) => {
    const once = new OnceOnly();
    const taken = seqs.filter((seq) => once.take('a', seq));
    expect(new Set(taken).size).toBe(taken.length);
  },
);

test.prop([fc.string(), fc.string(), fc.integer({ min: 1 }), fc.string()])(
  'a seal holds for what it was made of, and for nothing else',
  (from, to, seq, body) => {
    const sealed = { kind: 'question', from, to, seq, body } as const;
    const seal = sealOf('key', sealed);
    expect(isSealed('key', sealed, seal)).toBe(true);
    expect(isSealed('another', sealed, seal)).toBe(false);
    expect(isSealed('key', { ...sealed, kind: 'answer' }, seal)).toBe(false);
    expect(isSealed('key', { ...sealed, seq: seq + 1 }, seal)).toBe(false);
    expect(isSealed('key', { ...sealed, body: `${body} ` }, seal)).toBe(false);
  },
);

function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
