import type { Log } from '../control/ports.js';
import type { Clock } from '../site/clock.js';
import type { Store } from '../store/store.js';
import type { NodePost } from './nodePost.js';
import { withinMs } from './withinMs.js';

export interface Route {
  readonly ownerId: string;
  readonly url: string;
  readonly token: number;
}

export interface RouteChange {
  readonly siteId: string;
  readonly token: number;
  /** Another owner, or the same that took it anew: it has to be told what is connected. */
  readonly isNewOwner: boolean;
  readonly stationIds: readonly string[] | 'unchanged';
}

export interface SiteRoutesOptions {
  readonly store: Pick<Store, 'listLeases'>;
  readonly post: NodePost;
  readonly clock: Clock;
  readonly log: Log;
}

/** News comes over the bus at once; the store is looked at now and then for what the bus lost. */
const LOOK_EVERY_MS = 5_000;
/** Between two looks that somebody asked for. */
const LOOK_GAP_MS = 200;
const STORE_AT_MOST_MS = 2_000;

/** Who owns which site, as far as it is known here. A route may be old: then the one asked says that it is not the owner. */
export class SiteRoutes {
  private readonly options: SiteRoutesOptions;
  private readonly routes = new Map<string, Route | 'nobody'>();
  private readonly listeners = new Set<(change: RouteChange) => void>();
  private looking: Promise<void> | undefined;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private cancel = (): void => {};
  private closed = false;

  constructor(options: SiteRoutesOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    await this.options.post.hear('site.owned', ({ siteId, stationIds, ownerId, url, token }) =>
      this.learn(siteId, { ownerId, url, token }, stationIds),
    );
    await this.look();
    this.again();
  }

  close(): void {
    this.closed = true;
    this.cancel();
  }

  find(siteId: string): Route | undefined {
    const route = this.routes.get(siteId);
    return route === 'nobody' ? undefined : route;
  }

  /** Whether there is such a site, be it without an owner. */
  has(siteId: string): boolean {
    return this.routes.has(siteId);
  }

  /** How many sites each owner has. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const route of this.routes.values())
      if (route !== 'nobody') counts.set(route.ownerId, (counts.get(route.ownerId) ?? 0) + 1);
    return counts;
  }

  /** Sites that nobody owns, as of the last look. */
  orphans(): number {
    return [...this.routes.values()].filter((route) => route === 'nobody').length;
  }

  /** The answer ends it. */
  onChange(listener: (change: RouteChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Looks into the store, but not more often than it bears. Never rejects: then the routes stay as they are. */
  async look(): Promise<void> {
    this.looking ??= this.read().finally(() => {
      this.looking = undefined;
    });
    await this.looking;
  }

  private again(): void {
    if (this.closed) return;
    this.cancel = this.options.clock.after(LOOK_EVERY_MS, () => void this.look().finally(() => this.again()));
  }

  private async read(): Promise<void> {
    const { clock, store, log } = this.options;
    const waitMs = this.lookedMs + LOOK_GAP_MS - clock.nowMs();
    if (waitMs > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    this.lookedMs = clock.nowMs();
    try {
      const leases = await withinMs(clock, STORE_AT_MOST_MS, store.listLeases());
      const listed = new Set(leases.map(({ siteId }) => siteId));
      for (const siteId of this.routes.keys()) if (!listed.has(siteId)) this.routes.delete(siteId);
      for (const { siteId, holder, token } of leases) {
        if (holder === 'nobody') this.routes.set(siteId, 'nobody');
        else this.learn(siteId, { ...holder, token }, 'unchanged');
      }
    } catch (error) {
      log.warn({ error: String(error) }, 'who owns which site could not be read; going on with what is known');
    }
  }

  private learn(siteId: string, { ownerId, url, token }: Route, stationIds: readonly string[] | 'unchanged'): void {
    const known = this.routes.get(siteId);
    // Late news of an owner gone by.
    if (known !== undefined && known !== 'nobody' && known.token > token) return;
    this.routes.set(siteId, { ownerId, url, token });
    const isSame = known !== undefined && known !== 'nobody' && known.token === token;
    if (isSame && stationIds === 'unchanged') return;
    for (const listener of this.listeners) listener({ siteId, stationIds, token, isNewOwner: !isSame });
  }
}
