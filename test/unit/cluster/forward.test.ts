import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ForwardOutcome, forwardOnce, NOT_OWNER_HEADER } from '../../../src/cluster/forward.js';

const servers: Server[] = [];
const closing = new AbortController().signal;
const warnings: string[] = [];
const onWarning = (warning: Error): void => void warnings.push(String(warning));
afterEach(async () => {
  process.off('warning', onWarning);
  warnings.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** More than the ten after which Node warns of a leak. */
const TIMES = 15;

describe('a request that is handed on', () => {
  it('ends where it is an event stream and this process goes down, here and at its owner', async () => {
    const goingDown = new AbortController();
    let ownerSaw = 'open';
    const owner = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      response.once('close', () => {
        ownerSaw = 'closed';
      });
    });
    const front = await listen((request, response) => {
      const body = Buffer.alloc(0);
      void forwardOnce({ baseUrl: owner, request, response, body, nodeId: 'front', closing: goingDown.signal });
    });
    const reader = await fetch(front);
    setTimeout(() => goingDown.abort(), 50);
    expect(await reader.text()).toBe('data: 1\n\n');
    await expect.poll(() => ownerSaw).toBe('closed');
  });

  it('gathers nothing on a connection that is kept, however many go over it', async () => {
    process.on('warning', onWarning);
    const sockets = new Set<unknown>();
    const owner = await listen((request, response) => {
      sockets.add(request.socket);
      response.end('{}');
    });
    const front = await listen((request, response) => {
      void forwardOnce({ baseUrl: owner, request, response, body: Buffer.alloc(0), nodeId: 'front', closing });
    });
    for (let times = 0; times < TIMES; times++) expect(await (await fetch(front)).json()).toEqual({});
    await new Promise((resolve) => setImmediate(resolve));
    expect(sockets.size).toBe(1);
    expect(warnings).toEqual([]);
  });

  it('leaves nothing with its reader, however many are asked in vain before one answers', async () => {
    process.on('warning', onWarning);
    const notOwner = await listen((_, response) => response.writeHead(503, { [NOT_OWNER_HEADER]: 'true' }).end());
    const gone = 'http://127.0.0.1:1';
    const owner = await listen((_, response) => response.end('the answer'));
    const outcomes: ForwardOutcome[] = [];
    let left: number | undefined;
    const front = await listen(async (request, response) => {
      const before = response.listenerCount('close');
      const ask = (baseUrl: string) =>
        forwardOnce({ baseUrl, request, response, body: Buffer.alloc(0), nodeId: 'front', closing });
      for (let times = 0; times < TIMES; times++) outcomes.push(await ask(notOwner), await ask(gone));
      left = response.listenerCount('close') - before;
      outcomes.push(await ask(owner));
    });
    expect(await (await fetch(front)).text()).toBe('the answer');
    expect(outcomes).toEqual([...Array<ForwardOutcome>(2 * TIMES).fill('unsent'), 'answered']);
    expect(left).toBe(0);
    expect(warnings).toEqual([]);
  });
});
