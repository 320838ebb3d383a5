import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi } from './harness.js';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-dashboard-'));
let app: FastifyInstance;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Evenkeel</title>');
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'index-abc.js.gz'), gzipSync('export {};'));
  ({ app } = await startApi({ dashboardFolder: folder }));
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the dashboard is served', () => {
  it.each([
    '/',
    '/s/depot',
    '/s/depot/cars/17',
    '/s/depot/bill/2026-01',
    '/signin?to=%2F',
    '/tariffs/spot',
    '/setup/2',
    '/users',
    '/webhooks',
  ])('as one page at %s, that lets in nothing from elsewhere', async (url) => {
    const answer = await app.inject({ method: 'GET', url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['cache-control']).toContain('max-age=0');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('with assets that may be kept for good, compressed where that is understood', async () => {
    const plain = await app.inject({ method: 'GET', url: '/assets/index-abc.js' });
    expect([plain.statusCode, plain.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    const packed = await app.inject({
      method: 'GET',
      url: '/assets/index-abc.js',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers['content-type']).toContain('javascript');
  });

  it('and nothing else: unknown addresses and those of the API are answered as before', async () => {
    for (const url of [
      '/nonsense',
      '/assets/nonsense.js',
      '/assets/../index.html',
      '/assets/%2e%2e/index.html',
      '/v1/nonsense',
    ]) {
      const answer = await app.inject({ method: 'GET', url });
      expect([url, answer.statusCode < 500 && answer.statusCode >= 400]).toEqual([url, true]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('not where it was not built: the root then leads to the API', async () => {
    const { app: without } = await startApi({ dashboardFolder: join(folder, 'nowhere') });
    const answer = await without.inject({ method: 'GET', url: '/' });
    expect([answer.statusCode, answer.headers.location]).toEqual([302, '/docs']);
    await without.close();
  });
});
