import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Addresses that the web client answers by itself: each is its one page. What it does not know, it says itself. */
const PAGES = ['/', '/s/*', '/signin', '/tariffs', '/tariffs/*', '/setup', '/setup/*', '/users', '/webhooks'];
/** Files beside the page, by their own names. */
const FILES = ['/favicon.svg'];
/** What keeps the page for when the service is away; where it is not there, nothing is kept. */
const WORKER = '/sw.js';
const A_YEAR = '365d';

/** Only what comes from here, and nothing that is written into the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the web client that the build left in `folder`: its page at every address of its own, and its assets, which are named by
 * their content and so may be kept for good. Where nothing was built, the root leads to the API's page instead.
 */
export async function serveDashboard(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/docs'));
    return;
  }
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    // A route for each file: what is not there is answered as every other unknown address.
    wildcard: false,
    index: false,
    preCompressed: true,
    schemaHide: true,
    immutable: true,
    maxAge: A_YEAR,
  });
  for (const url of PAGES) {
    app.get(url, { schema: { hide: true } }, async (_request, reply) => sendPage(reply, folder));
  }
  for (const url of FILES) {
    app.get(url, { schema: { hide: true } }, async (_request, reply) =>
      reply.sendFile(url.slice(1), folder, { maxAge: '1h', immutable: false }),
    );
  }
  if (existsSync(join(folder, WORKER))) {
    app.get(WORKER, { schema: { hide: true } }, async (_request, reply) =>
      // It may fetch from here only, whatever it was talked into.
      reply
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .sendFile(WORKER.slice(1), folder, { maxAge: 0, immutable: false, cacheControl: true }),
    );
  }
}

function sendPage(reply: FastifyReply, folder: string): FastifyReply {
  return reply
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('referrer-policy', 'no-referrer')
    .sendFile('index.html', folder, { maxAge: 0, immutable: false, cacheControl: true });
}
