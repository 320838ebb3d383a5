import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Outbound } from '../../../src/outbound/outbound.js';
import type { Clock } from '../../../src/site/clock.js';
import type { NetworkRange } from '../../../src/site/networks.js';

const LOOPBACK: NetworkRange = { address: '127.0.0.1', prefixBits: 32, family: 'ipv4' };
const realClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

describe('Outbound', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function serve(listener: RequestListener): Promise<number> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Names are answered from the table, each time they are asked for the next entry. */
  function outboundWith(allowedNets: readonly NetworkRange[], names: Record<string, readonly string[][]> = {}) {
    const asked: string[] = [];
    const resolve = ((host: string, _options: unknown, callback: (error: null, addresses: unknown) => void) => {
      const answers = names[host] ?? [];
      const addresses = answers[Math.min(asked.filter((name) => name === host).length, answers.length - 1)] ?? [];
      asked.push(host);
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as unknown as typeof import('node:dns').lookup;
    return { outbound: new Outbound({ allowedNets, clock: realClock, resolve }), asked };
  }

  it('brings back status, headers and body, and sends what it was given', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push(request.method, request.headers['x-one'], Buffer.concat(chunks).toString());
        response.writeHead(201, { 'X-Two': 'b' }).end('å');
      });
    });
    const { outbound } = outboundWith([LOOPBACK]);
    const answer = await outbound.request({
      method: 'POST',
      url: `http://127.0.0.1:${port}/x`,
      headers: { 'X-One': 'a' },
      body: 'ö',
    });
    expect(answer).toMatchObject({ outcome: 'answered', status: 201, headers: { 'x-two': 'b' }, body: 'å' });
    expect(seen).toEqual(['POST', 'a', 'ö']);
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://10.1.2.3/',
    'https://172.31.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'https://[2001:db8::1]/',
    'https://[2002:7f00:1::]/',
    'http://93.184.216.34/',
    'ws://93.184.216.34/',
    'ftp://93.184.216.34/',
    'file:///etc/passwd',
    'https://user:secret@93.184.216.34/',
    'https://93.184.216.34/#x',
    '/relative',
    '',
    `https://93.184.216.34/${'a'.repeat(2_048)}`,
  ])('refuses %.60s, and says why without a secret in it', async (url) => {
    const { outbound, asked } = outboundWith([]);
    const answer = await outbound.request({ method: 'GET', url });
    expect(answer.outcome).toBe('refused');
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(asked).toEqual([]);
  });

  it('calls no address of the private networks of IPv4, in whatever way it is written', () => {
    const { outbound } = outboundWith([]);
    const private4 = fc.oneof(
      fc.tuple(fc.constantFrom(10, 127, 0), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
    );
    fc.assert(
      fc.property(private4, fc.nat(3), (parts, way) => {
        const [a, b, c, d] = parts as [number, number, number, number];
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const host = [
          parts.join('.'),
          String(number),
          `0x${number.toString(16)}`,
          `[::ffff:${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}]`,
        ][way];
        expect(outbound.check(`https://${host}/`).ok).toBe(false);
      }),
    );
  });

  it('refuses a name with one private address among public ones, and one that answers nothing', async () => {
    const { outbound } = outboundWith([], { 'both.example': [['93.184.216.34', '127.0.0.1']], 'none.example': [[]] });
    expect(await outbound.request({ method: 'GET', url: 'https://both.example/' })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('127.0.0.1'),
    });
    expect((await outbound.request({ method: 'GET', url: 'https://none.example/' })).outcome).toBe('refused');
  });

  it('resolves a name once for a request: one that changes its answer is judged by what is connected to', async () => {
    let requests = 0;
    const port = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const { outbound, asked } = outboundWith([], { 'rebind.example': [['127.0.0.1'], ['93.184.216.34']] });
    const answer = await outbound.request({ method: 'GET', url: `https://rebind.example:${port}/` });
    expect(answer.outcome).toBe('refused');
    expect(asked).toEqual(['rebind.example']);
    expect(requests).toBe(0);
  });

  it('speaks without encryption only with networks that the operator allowed, also by name', async () => {
    const port = await serve((_request, response) => response.end('in'));
    const names = { 'inside.example': [['127.0.0.1']], 'outside.example': [['93.184.216.34']] };
    const { outbound } = outboundWith([LOOPBACK], names);
    expect(await outbound.request({ method: 'GET', url: `http://inside.example:${port}/` })).toMatchObject({
      body: 'in',
    });
    expect((await outbound.request({ method: 'GET', url: 'http://outside.example/' })).outcome).toBe('refused');
  });

  it('follows no redirect', async () => {
    const port = await serve((_request, response) => response.writeHead(302, { Location: 'http://10.0.0.1/' }).end());
    const { outbound } = outboundWith([LOOPBACK]);
    expect(await outbound.request({ method: 'GET', url: `http://127.0.0.1:${port}/` })).toMatchObject({ status: 302 });
  });

  it('gives up on an answer that is too long, too late or broken off', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/long') response.end('x'.repeat(1_001));
      if (request.url === '/broken') {
        response.writeHead(200, { 'Content-Length': '10' }).write('x');
        setImmediate(() => response.destroy());
      }
    });
    const { outbound } = outboundWith([LOOPBACK]);
    const get = (path: string) =>
      outbound.request({
        method: 'GET',
        url: `http://127.0.0.1:${port}${path}`,
        timeoutMs: 100,
        answerMaxBytes: 1_000,
      });
    expect(await get('/long')).toMatchObject({ outcome: 'failed', retryable: false });
    expect(await get('/late')).toMatchObject({ outcome: 'failed', retryable: true });
    expect(await get('/broken')).toMatchObject({ outcome: 'failed', retryable: true });
  });

  it('answers that nobody listens as a failure worth another try', async () => {
    const { outbound } = outboundWith([LOOPBACK]);
    const answer = await outbound.request({ method: 'GET', url: 'http://127.0.0.1:1/' });
    expect(answer).toMatchObject({ outcome: 'failed', retryable: true });
  });

  it('is a fetch for libraries: it answers, and rejects where nothing may be called', async () => {
    const port = await serve((request, response) => response.end(`${request.method} ${request.headers['x-one']}`));
    const { outbound } = outboundWith([LOOPBACK]);
    const init = { method: 'POST', headers: { 'X-One': 'a' }, body: 'x' };
    expect(await (await outbound.fetch(`http://127.0.0.1:${port}/`, init)).text()).toBe('POST a');
    await expect(outbound.fetch('https://10.0.0.1/')).rejects.toThrow('10.0.0.1');
  });

  it('lets ws dial only what may be called', async () => {
    const port = await serve((_request, response) => response.end());
    const sockets = new WebSocketServer({ server: servers[0] as Server });
    const url = new URL(`ws://inside.example:${port}/`);
    const dial = (outbound: Outbound) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, outbound.dialOptions(url));
        socket.on('open', () => socket.close());
        socket.on('close', () => resolve('connected'));
        socket.on('error', (error) => resolve(error.message));
      });
    const names = { 'inside.example': [['127.0.0.1']] };
    expect(await dial(outboundWith([LOOPBACK], names).outbound)).toBe('connected');
    expect(await dial(outboundWith([], names).outbound)).toContain('127.0.0.1');
    sockets.close();
  });
});
