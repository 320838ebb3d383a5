import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/site/clock.js';
import { AUTHORIZED, type Harness, putSite, startApi } from '../unit/api/harness.js';

const realClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

let harness: Harness;
afterEach(async () => harness.app.close());

async function listen(overrides: Parameters<typeof startApi>[0] = {}): Promise<number> {
  harness = await startApi({ clock: realClock, ...overrides });
  await harness.app.listen({ host: '127.0.0.1', port: 0 });
  await putSite(harness);
  return (harness.app.server.address() as AddressInfo).port;
}

interface Reader {
  readonly response: http.IncomingMessage;
  text(): string;
  readonly ended: Promise<void>;
  leave(): void;
}

function readEvents(port: number, path = '/v1/sites/depot/events'): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, headers: AUTHORIZED }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', () => {});
      const ended = new Promise<void>((done) => response.on('close', () => done()));
      resolve({ response, text: () => text, ended, leave: () => request.destroy() });
    });
    request.on('error', reject);
  });
}

/** Sends bytes as they are and gives back all that comes until the connection closes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the event stream over a real socket', () => {
  it('sends the state first, then changes, with security headers and no caching', async () => {
    const port = await listen();
    const reader = await readEvents(port);
    expect(reader.response.statusCode).toBe(200);
    expect(reader.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-content-type-options': 'nosniff',
    });
    await vi.waitFor(() => expect(reader.text()).toMatch(/^retry: 2000\n\nid: \S+\nevent: state\ndata: \{.*\}\n\n$/));
    harness.service.change('depot');
    await vi.waitFor(() => expect(reader.text().match(/^event: state$/gm)).toHaveLength(2));
    const [first] = reader.text().match(/^data: .*$/m) ?? [];
    expect(JSON.parse(first?.slice(6) ?? '')).toMatchObject({ siteId: 'depot', site: 'protected', excess: [] });
    reader.leave();
  });

  it('is let go of when the reader leaves', async () => {
    const port = await listen();
    const reader = await readEvents(port);
    await vi.waitFor(() => expect(harness.service.watchers.get('depot')?.size).toBe(1));
    reader.leave();
    await vi.waitFor(() => expect(harness.service.watchers.get('depot')?.size).toBe(0));
    await vi.waitFor(async () => expect(await harness.metrics.metrics()).toContain('evenkeel_event_streams 0'));
  });

  it('ends in good order when the service closes, and does not hold it up', async () => {
    const port = await listen();
    const reader = await readEvents(port);
    await vi.waitFor(() => expect(reader.text()).toContain('event: state'));
    await Promise.race([
      harness.app.close(),
      delay(3_000).then(() => {
        throw new Error('close was held up');
      }),
    ]);
    await reader.ended;
    expect(reader.response.complete).toBe(true);
  });

  it('sends a reader that stopped reading only the newest state once it reads again', async () => {
    const port = await listen();
    const slow = await readEvents(port);
    await vi.waitFor(() => expect(slow.text()).toContain('event: state'));
    slow.response.pause();
    // States of 4 MB each overflow what the sockets hold.
    const [circuit] = harness.service.getState('depot').circuits;
    const circuits = Array.from({ length: 10_000 }, () => circuit).filter((one) => one !== undefined);
    const view = { ...harness.service.getState('depot'), circuits };
    const atMs = Date.now();
    for (let count = 1; count <= 8; count += 1) {
      for (const watcher of harness.service.watchers.get('depot') ?? []) watcher({ ...view, atMs: atMs + count });
      await delay(260);
    }
    slow.response.resume();
    await vi.waitFor(() => expect(slow.text()).toContain(`id: ${atMs + 8}-`), { timeout: 10_000 });
    expect(slow.text().match(/^event: state$/gm)?.length).toBeLessThan(9);
    slow.leave();
  });

  it('answers a problem document, and no stream, for an unknown site', async () => {
    const port = await listen();
    const reader = await readEvents(port, '/v1/sites/nope/events');
    expect(reader.response.statusCode).toBe(404);
    await reader.ended;
    expect(JSON.parse(reader.text())).toMatchObject({ code: 'SITE_NOT_FOUND' });
  });

  it('is refused beyond its bound, with the time to wait', async () => {
    const port = await listen({ bounds: { eventStreamsMax: 1 } });
    const first = await readEvents(port);
    const second = await readEvents(port);
    expect(second.response.statusCode).toBe(503);
    expect(second.response.headers['retry-after']).toBe('5');
    first.leave();
  });
});

describe('the server', () => {
  it('answers bytes that are not HTTP with a problem document and closes', async () => {
    const port = await listen();
    const answer = await raw(port, 'nonsense\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"INVALID_REQUEST"/);
  });

  it('answers headers that are too long, and goes on', async () => {
    const port = await listen();
    const answer = await raw(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(answer).toContain('too long headers');
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it('refuses a body by its announced length before it is sent', async () => {
    const port = await listen();
    const answer = await raw(
      port,
      `PUT /v1/sites/depot HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTHORIZED.authorization}\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"PAYLOAD_TOO_LARGE"/);
  });

  it('says ready, or 503 with the reasons', async () => {
    let reasons: string[] = ['The store can not be written.'];
    const port = await listen({ isReady: async () => ({ ready: reasons.length === 0, reasons }) });
    const unready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([unready.status, await unready.json()]).toEqual([503, { ready: false, reasons }]);
    reasons = [];
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it('is not ready, but alive, when the check itself fails', async () => {
    const port = await listen({
      isReady: async () => {
        throw new Error('gone');
      },
    });
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
  });

  it('times requests by route template and status, never by address', async () => {
    const port = await listen();
    await fetch(`http://127.0.0.1:${port}/v1/sites/depot/state`, { headers: AUTHORIZED });
    await fetch(`http://127.0.0.1:${port}/v1/sites/secret-name/state`, { headers: AUTHORIZED });
    await fetch(`http://127.0.0.1:${port}/some/guess`);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toContain('_count{method="GET",route="/v1/sites/:siteId/state",status="200"} 1');
    expect(text).toContain('_count{method="GET",route="/v1/sites/:siteId/state",status="404"} 1');
    expect(text).toContain('_count{method="GET",route="unmatched",status="404"} 1');
    expect(text).not.toMatch(/secret-name|guess/);
  });
});

describe('the documentation page', () => {
  it('loads everything it needs from here, under a policy that allows nothing else', async () => {
    const port = await listen();
    const base = `http://127.0.0.1:${port}`;
    const start = await fetch(`${base}/`);
    expect(start.url).toBe(`${base}/docs`);
    const html = await start.text();
    const policy = start.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|upgrade-insecure-requests/);
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(assets.length).toBeGreaterThan(4);
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    for (const asset of assets) {
      expect(asset).not.toMatch(/^(https?:)?\/\//);
      const response = await fetch(new URL(asset, start.url));
      expect(response.status, asset).toBe(200);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      await response.arrayBuffer();
    }
    const document = await (await fetch(`${base}/docs/json`)).json();
    expect(document).toEqual(await (await fetch(`${base}/openapi.json`)).json());
  });
});
