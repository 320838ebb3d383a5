import { setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../site/clock.js';
import { PROBLEMS } from '../site/problem.js';
import type { Store, StoredNode } from '../store/store.js';
import { pollAll } from './commandPolls.js';
import { FORWARDED_HEADER, type ForwardOutcome, forwardOnce, NOT_OWNER_HEADER, readBody } from './forward.js';
import type { Route, SiteRoutes } from './siteRoutes.js';

export interface SiteRouterOptions {
  readonly routes: SiteRoutes;
  readonly store: Pick<Store, 'siteOfStation'>;
  /** Which site a peer of the grid is bound to. Absent: there are none. */
  readonly siteOfPeer?: (peer: PeerAddress) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly isOwnedHere: (siteId: string) => boolean;
  readonly planners: () => readonly StoredNode[];
  readonly bodyMaxBytes: number;
}

/** What the address of a peer's configuration names, and that of its own messages. */
export interface PeerAddress {
  readonly protocol: 'oscp' | 'openadr';
  readonly id: string;
}

/** Answers in the place of this process's own API. */
export type AnswerElsewhere = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** How long a request waits for a site to be taken over. */
const TAKEOVER_AT_MOST_MS = 5_000;
/** One that hangs does not keep the others' sites waiting. */
const LIST_AT_MOST_MS = 2_000;
const RETRY_MS = 250;
const RETRY_AFTER_S = 5;
const REPEATABLE = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/**
 * Which process answers a request of the API: what is about a site, or a station of one, its owner does. Lists of sites are put
 * together from all owners, and a new site goes to the one with the fewest. While a site is being taken over a request waits.
 */
export class SiteRouter {
  private readonly options: SiteRouterOptions;
  private readonly closing = new AbortController();

  constructor(options: SiteRouterOptions) {
    this.options = options;
    // One for each stream and each poll that is open.
    setMaxListeners(0, this.closing.signal);
  }

  /** Who waits for commands is answered, and event streams end. */
  close(): void {
    this.closing.abort();
  }

  /** 'here': this process's own API answers. */
  async whereTo(asked: Asked): Promise<AnswerElsewhere | 'here'> {
    const { routes, isOwnedHere } = this.options;
    const segments = segmentsOf(asked.url);
    const isForwarded = asked.headers[FORWARDED_HEADER] !== undefined;
    if (isForwarded) return this.forwarded(segments);
    if (segments[0] === 'sites' && segments.length === 1 && asked.method === 'GET') return this.list(asked.url);
    if (segments[0] === 'commands' && segments.length === 1) return this.polls();
    if (segments[0] === 'onboarding' && segments[2] === 'adopt') return this.adopt();
    const peer = peerIn(asked.url);
    if (peer !== undefined) return this.toPeer(peer, asked.method);
    const siteId = await this.siteOf(segments);
    if (siteId === undefined || isOwnedHere(siteId)) return 'here';
    if (routes.has(siteId)) return (request, response) => this.relay(siteId, request, response);
    await routes.look();
    if (routes.has(siteId)) return (request, response) => this.relay(siteId, request, response);
    const makesIt = segments[0] === 'sites' && segments.length === 2 && asked.method === 'PUT';
    return makesIt ? (request, response) => this.make(request, response) : 'here';
  }

  private forwarded(segments: readonly string[]): AnswerElsewhere | 'here' {
    const [kind, siteId] = segments;
    const { routes, isOwnedHere } = this.options;
    if (kind !== 'sites' || siteId === undefined || isOwnedHere(siteId) || !routes.has(siteId)) return 'here';
    return async (_request, response) => refuse(response, 'It is not owned by the process that was asked.', true);
  }

  /** The owner of its site speaks with it. One that is made names its site in its body. */
  private async toPeer(peer: PeerAddress, method: string): Promise<AnswerElsewhere | 'here'> {
    const { siteOfPeer, isOwnedHere } = this.options;
    const siteId = await siteOfPeer?.(peer);
    if (siteId === undefined) return method === 'PUT' ? this.adopt() : 'here';
    return isOwnedHere(siteId) ? 'here' : (request, response) => this.relay(siteId, request, response);
  }

  private async siteOf([kind, id]: readonly string[]): Promise<string | undefined> {
    if (id === undefined) return undefined;
    if (kind === 'sites') return id;
    // A command's id begins with its site.
    if (kind === 'commands') return id.split(':')[0];
    return kind === 'stations' ? this.options.store.siteOfStation(id) : undefined;
  }

  private async relay(siteId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { bodyMaxBytes } = this.options;
    const body = await readBody(request, bodyMaxBytes);
    if (body === 'tooLarge') return refuseBody(response);
    await this.relayBody(siteId, body, { request, response });
  }

  private async relayBody(
    siteId: string,
    body: Buffer,
    { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  ): Promise<void> {
    const { routes, clock } = this.options;
    const deadlineMs = clock.nowMs() + TAKEOVER_AT_MOST_MS;
    const isRepeatable = REPEATABLE.has(request.method ?? '');
    for (;;) {
      const route = routes.find(siteId);
      if (route !== undefined) {
        const outcome = await this.forwardTo(route, siteId, { request, response, body });
        if (outcome === 'answered') return;
        // What may have been carried out, and must not be twice, is for the asker to look at.
        if (outcome === 'broken' && !isRepeatable)
          return refuse(response, 'The process that owns the site went away; it may or may not have been carried out.');
      }
      if (clock.nowMs() >= deadlineMs) return refuse(response, 'No process has taken the site over yet.');
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
      await routes.look();
    }
  }

  /** An owner that was stopped answers nothing: once another has the site, nobody waits for it any more. */
  private async forwardTo(
    { url, token }: Route,
    siteId: string,
    asked: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly body: Buffer },
  ): Promise<ForwardOutcome> {
    const { routes, nodeId } = this.options;
    const replaced = new AbortController();
    const stop = routes.onChange((change) => {
      if (change.siteId === siteId && change.token > token) replaced.abort();
    });
    try {
      const { signal: closing } = this.closing;
      return await forwardOnce({ ...asked, baseUrl: url, nodeId, giveUp: replaced.signal, closing });
    } finally {
      stop();
    }
  }

  private async make(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { bodyMaxBytes } = this.options;
    const body = await readBody(request, bodyMaxBytes);
    if (body === 'tooLarge') return refuseBody(response);
    await this.anyPlanner(body, { request, response });
  }

  /** The site is in its body. */
  private adopt(): AnswerElsewhere {
    return async (request, response) => {
      const { bodyMaxBytes, routes } = this.options;
      const body = await readBody(request, bodyMaxBytes);
      if (body === 'tooLarge') return refuseBody(response);
      const siteId = siteIdIn(body);
      if (siteId !== undefined && !routes.has(siteId)) await routes.look();
      const known = siteId !== undefined && routes.has(siteId) ? siteId : undefined;
      if (known !== undefined) return this.relayBody(known, body, { request, response });
      // Any planner says what is wrong with it.
      return this.anyPlanner(body, { request, response });
    };
  }

  /** That with the fewest sites, if it can be asked. */
  private async anyPlanner(
    body: Buffer,
    { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  ): Promise<void> {
    const { routes, planners, nodeId, clock } = this.options;
    const { signal: closing } = this.closing;
    const deadlineMs = clock.nowMs() + TAKEOVER_AT_MOST_MS;
    const isRepeatable = REPEATABLE.has(request.method ?? '');
    // One that has just started, or takes another's place, is heard of a moment later.
    for (;;) {
      const counts = routes.counts();
      const count = ({ nodeId: id }: StoredNode) => counts.get(id) ?? 0;
      for (const { url } of [...planners()].sort((a, b) => count(a) - count(b))) {
        const outcome = await forwardOnce({ baseUrl: url, request, response, body, nodeId, closing });
        if (outcome === 'answered') return;
        if (outcome === 'broken' && !isRepeatable)
          return refuse(response, 'The process that was asked went away; it may or may not have been carried out.');
      }
      if (response.destroyed || closing.aborted || clock.nowMs() >= deadlineMs)
        return refuse(response, 'No planner is running that could take it.');
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
    }
  }

  /** Commands of all sites, from whoever owns them. */
  private polls(): AnswerElsewhere {
    const { planners, nodeId } = this.options;
    return async (request, response) => {
      const headers = { ...shown(request), [FORWARDED_HEADER]: nodeId };
      const path = request.url ?? '';
      const answer = await pollAll({ planners: planners(), path, headers, response, closing: this.closing.signal });
      if (answer === 'answered') return;
      if (answer.status === 'gone') answerProblem(response, 'CURSOR_GONE', answer.detail, {});
      else refuse(response, answer.detail);
    };
  }

  /** Of all owners. A site that nobody owns for the moment is waited for: it has not gone. */
  private list(path: string): AnswerElsewhere {
    return async (request, response) => {
      const { clock, routes } = this.options;
      const deadlineMs = clock.nowMs() + TAKEOVER_AT_MOST_MS;
      for (;;) {
        const lists = await this.listsOf(path, request);
        const isWhole = routes.orphans() === 0 && [...routes.counts().keys()].every((ownerId) => lists.has(ownerId));
        const isLate = clock.nowMs() >= deadlineMs;
        if (isLate && lists.size === 0) return refuse(response, 'No planner is running that could say what it has.');
        if (isLate || (isWhole && lists.size > 0)) {
          answerSites(response, [...lists.values()].flat());
          return;
        }
        if (response.destroyed || this.closing.signal.aborted) return refuse(response, 'This process is going down.');
        await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
        await routes.look();
      }
    };
  }

  /** What each planner that answers has, by its node. */
  private async listsOf(path: string, request: IncomingMessage): Promise<ReadonlyMap<string, readonly unknown[]>> {
    const { planners, nodeId } = this.options;
    const lists = new Map<string, readonly unknown[]>();
    const asked = planners().map(async (planner) => {
      const answer = await fetch(new URL(path, planner.url), {
        headers: { ...shown(request), [FORWARDED_HEADER]: nodeId },
        signal: AbortSignal.timeout(LIST_AT_MOST_MS),
      });
      if (answer.ok) lists.set(planner.nodeId, Object(await answer.json()).sites ?? []);
    });
    await Promise.allSettled(asked);
    return lists;
  }
}

function answerSites(response: ServerResponse, sites: readonly unknown[]): void {
  const byId = new Map(sites.map((site) => [String(Object(site).id ?? Object(site).siteId), site]));
  const sorted = [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, site]) => site);
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ sites: sorted }));
}

/** What the caller shows who it is with: each process looks for itself what that one may see. */
function shown({ headers: { authorization, cookie } }: IncomingMessage): Readonly<Record<string, string>> {
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(cookie === undefined ? {} : { cookie }),
  };
}

/** Below /v1, decoded; what can not be decoded names nothing. */
function segmentsOf(url: string): readonly string[] {
  const [path = ''] = url.split('?');
  if (!path.startsWith('/v1/')) return [];
  try {
    return path
      .slice('/v1/'.length)
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}

const PEER_ADDRESSES = [
  ['oscp', /^\/v1\/oscp\/providers\/([^/]+)/],
  ['oscp', /^\/oscp\/([^/]+)/],
  ['openadr', /^\/v1\/openadr\/vens\/([^/]+)/],
  ['openadr', /^\/openadr\/([^/]+)/],
] as const;

/** Its ids need no decoding. */
function peerIn(url: string): PeerAddress | undefined {
  const [path = ''] = url.split('?');
  for (const [protocol, address] of PEER_ADDRESSES) {
    const id = address.exec(path)?.[1];
    if (id !== undefined) return { protocol, id };
  }
  return undefined;
}

function siteIdIn(body: Buffer): string | undefined {
  try {
    const { siteId } = Object(JSON.parse(body.toString('utf8')));
    return typeof siteId === 'string' ? siteId : undefined;
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, detail: string, isNotOwner = false): void {
  answerProblem(response, 'SITE_UNAVAILABLE', detail, {
    'retry-after': String(RETRY_AFTER_S),
    ...(isNotOwner ? { [NOT_OWNER_HEADER]: 'true' } : {}),
  });
}

function refuseBody(response: ServerResponse): void {
  answerProblem(response, 'PAYLOAD_TOO_LARGE', 'The body is larger than this API takes.', { connection: 'close' });
}

function answerProblem(
  response: ServerResponse,
  code: 'SITE_UNAVAILABLE' | 'PAYLOAD_TOO_LARGE' | 'CURSOR_GONE',
  detail: string,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, title, fix } = PROBLEMS[code];
  response.writeHead(status, { 'content-type': 'application/problem+json; charset=utf-8', ...headers });
  response.end(JSON.stringify({ type: `urn:evenkeel:problem:${code}`, title, status, detail, code, fix }));
}
