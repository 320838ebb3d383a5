// Keeps the shell, so that the dashboard opens when the service is away: its page and every file that the page may ask for. What the
// API says is not kept here: see live/snapshot.ts. It imports nothing, since it is a script of its own.

/** Ours and, until no page of an older version is open, that one's too. */
const NAME_START = 'evenkeel-shell-';
/** A page that does not come for so long is shown as it was. */
const PAGE_AT_MOST_MS = 4_000;
const PAGE = '/';
const NOT_OURS = /^\/(v1|docs|ocpp|metrics|healthz|readyz|openapi)/;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface WorkerScope {
  /** Every file below /assets, put in front of this script by the build. */
  readonly builtAssets?: readonly string[];
  readonly clients: { claim(): Promise<void> };
  readonly location: Location;
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const assets = scope.builtAssets ?? [];
const shellName = `${NAME_START}${hashOf(assets.join())}`;

scope.addEventListener('install', (event) => event.waitUntil(keep()));
scope.addEventListener('activate', (event) => event.waitUntil(takeOver()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== scope.location.origin) return;
  if (request.mode === 'navigate' && !NOT_OURS.test(pathname)) event.respondWith(page(request));
  else if (pathname.startsWith('/assets/') || pathname === '/favicon.svg') event.respondWith(asset(request));
});

async function keep(): Promise<void> {
  const cache = await caches.open(shellName);
  await cache.addAll([PAGE, '/favicon.svg', ...assets]);
}

async function takeOver(): Promise<void> {
  for (const one of await caches.keys()) {
    if (one.startsWith(NAME_START) && one !== shellName) await caches.delete(one);
  }
  await scope.clients.claim();
}

/** The service's own where it answers: it may be a newer one. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PAGE_AT_MOST_MS) });
  } catch (error) {
    const kept = await (await caches.open(shellName)).match(PAGE);
    if (kept !== undefined) return kept;
    throw error;
  }
}

/** Named by its content: what is kept is what would come. */
async function asset(request: Request): Promise<Response> {
  return (await (await caches.open(shellName)).match(request)) ?? fetch(request);
}

/** FNV-1a: tells one list of files from another, and nothing more. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

export {};
