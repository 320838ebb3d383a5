import type { Bus, Holder } from '../bus/bus.js';
import type { Log } from '../control/ports.js';
import type { Clock } from '../site/clock.js';
import type { StationRequest, StationSocket } from '../site/stationMessages.js';
import type { Store } from '../store/store.js';
import { inParallel } from './inParallel.js';
import type { NodePost } from './nodePost.js';
import type { RouteChange, SiteRoutes } from './siteRoutes.js';
import { withinMs } from './withinMs.js';

export interface GatewayLinksOptions {
  readonly post: NodePost;
  readonly bus: Pick<Bus, 'presence' | 'onGap'>;
  readonly routes: SiteRoutes;
  readonly store: Pick<Store, 'siteOfStation'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly displace: (stationId: string, connectionId: string) => void;
}

/** One station's connection at this gateway, and what is known of it elsewhere. */
export interface Link {
  readonly stationId: string;
  readonly socket: StationSocket;
  sinceMs: number;
  /** Presence said since when; until then it is this machine's clock. */
  isClaimed: boolean;
  site: { readonly kind: 'unknown' } | { readonly kind: 'none' } | { readonly kind: 'listed'; readonly siteId: string };
  /** The owner knows of it; or there is none that should. */
  isAnnounced: boolean;
  /** Its boot was accepted, at whatever time. */
  accepted: boolean;
  /** What one without a site said of itself. */
  boot: Extract<StationRequest, { type: 'boot' }> | undefined;
}

const PRESENCE_LASTS_MS = 60_000;
const PRESENCE_EVERY_MS = 20_000;
const PRESENCE_AT_ONCE = 100;
const ANNOUNCE_TIMEOUT_MS = 5_000;
const STORE_AT_MOST_MS = 2_000;
const RETRY_MS = 250;
const RETRY_MAX_MS = 2_000;
const FAREWELLS_MAX = 3;

/**
 * The stations that are connected here: claims each for this gateway, so that the newest connection counts everywhere, and tells the
 * owner of its site, again whenever that is another. What can not be told now is told later, as long as the connection lasts.
 */
export class GatewayLinks {
  private readonly options: GatewayLinksOptions;
  private readonly links = new Map<string, Link>();
  private readonly announcing = new Set<Link>();
  private readonly waiters = new Map<Link, Set<() => void>>();
  private cancel = (): void => {};
  private closed = false;

  constructor(options: GatewayLinksOptions) {
    this.options = options;
    const { routes, bus, post } = options;
    routes.onChange((change) => this.routed(change));
    bus.onGap(() => {
      void routes.look();
      void this.refresh();
    });
    post.handle('station.replaced', async ({ stationId, connectionId }) => {
      const link = this.links.get(stationId);
      if (link?.socket.connectionId === connectionId) this.replaced(link);
      return { status: 'taken' };
    });
    this.refreshLater();
  }

  find(stationId: string): Link | undefined {
    return this.links.get(stationId);
  }

  list(): readonly Link[] {
    return [...this.links.values()];
  }

  isCurrent(link: Link): boolean {
    return this.links.get(link.stationId) === link && !this.closed;
  }

  connected(stationId: string, socket: StationSocket): void {
    const link: Link = {
      stationId,
      socket,
      sinceMs: this.options.clock.nowMs(),
      isClaimed: false,
      site: { kind: 'unknown' },
      isAnnounced: false,
      accepted: false,
      boot: undefined,
    };
    const before = this.links.get(stationId);
    this.links.set(stationId, link);
    if (before !== undefined) this.wake(before);
    void this.claim(link).finally(() => this.announce(link));
  }

  disconnected(stationId: string, connectionId: string, reason: string): void {
    const link = this.links.get(stationId);
    if (link === undefined || link.socket.connectionId !== connectionId) return;
    this.links.delete(stationId);
    this.wake(link);
    void this.options.bus.presence.release(stationId, this.holder(link)).catch(() => undefined);
    void this.farewell(link, reason);
  }

  /** The owner does not know of it, or is another. */
  announceAgain(link: Link): void {
    link.isAnnounced = false;
    this.announce(link);
  }

  /** Which site lists it is asked anew. */
  lookAgain(link: Link): void {
    link.site = { kind: 'unknown' };
    this.announceAgain(link);
  }

  /** Resolves when its owner knows of it, when it is gone, or when the time is over. */
  async announced(link: Link, atMostMs: number): Promise<void> {
    const deadlineMs = this.options.clock.nowMs() + atMostMs;
    while (!link.isAnnounced && this.isCurrent(link)) {
      const leftMs = deadlineMs - this.options.clock.nowMs();
      if (leftMs <= 0) return;
      await this.change(link, leftMs);
    }
  }

  /** Resolves when something of the link has changed, or after so long. */
  change(link: Link, atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.waiters.get(link) ?? new Set();
      this.waiters.set(link, waiters);
      const done = (): void => {
        cancel();
        waiters.delete(done);
        if (waiters.size === 0) this.waiters.delete(link);
        resolve();
      };
      const cancel = this.options.clock.after(atMostMs, done);
      waiters.add(done);
    });
  }

  close(): void {
    this.closed = true;
    this.cancel();
    for (const link of this.waiters.keys()) this.wake(link);
  }

  private wake(link: Link): void {
    for (const waiter of [...(this.waiters.get(link) ?? [])]) waiter();
  }

  private holder({ socket: { connectionId } }: Link) {
    return { nodeId: this.options.post.nodeId, connectionId };
  }

  private async claim(link: Link): Promise<void> {
    try {
      const { sinceMs, before } = await this.options.bus.presence.claim(
        link.stationId,
        this.holder(link),
        PRESENCE_LASTS_MS,
      );
      link.sinceMs = sinceMs;
      link.isClaimed = true;
      if (before !== undefined && before.nodeId !== this.options.post.nodeId) await this.tellReplaced(link, before);
    } catch {
      // It is claimed with the next refresh; meanwhile its owner is told, or can not be told either.
    }
  }

  private async tellReplaced({ stationId }: Link, { nodeId, connectionId }: Holder): Promise<void> {
    const ask = { stationId, connectionId };
    // One that can not be reached finds out by itself.
    await this.options.post
      .ask(nodeId, 'station.replaced', { ask, timeoutMs: ANNOUNCE_TIMEOUT_MS })
      .catch(() => undefined);
  }

  /** A newer connection of the station is elsewhere: this one ends as one that is replaced here, and its end says nothing. */
  private replaced(link: Link): void {
    if (!this.isCurrent(link)) return;
    this.links.delete(link.stationId);
    this.wake(link);
    this.options.log.info({ stationId: link.stationId }, 'the station has connected to another gateway since');
    this.options.displace(link.stationId, link.socket.connectionId);
  }

  private routed({ siteId, stationIds, isNewOwner }: RouteChange): void {
    const listed = stationIds === 'unchanged' ? undefined : new Set(stationIds);
    for (const link of this.links.values()) {
      const isHere = link.site.kind === 'listed' && link.site.siteId === siteId;
      if (isHere && listed !== undefined && !listed.has(link.stationId)) this.lookAgain(link);
      else if (isHere && isNewOwner) this.announceAgain(link);
      else if (!isHere && listed?.has(link.stationId) === true) {
        link.site = { kind: 'listed', siteId };
        this.announceAgain(link);
      }
    }
  }

  private announce(link: Link): void {
    this.wake(link);
    if (this.announcing.has(link)) return;
    this.announcing.add(link);
    void this.announceUntilTaken(link).finally(() => {
      this.announcing.delete(link);
      this.wake(link);
      // Somebody may have asked for it once more in the very last moment.
      if (!link.isAnnounced && this.isCurrent(link)) this.announce(link);
    });
  }

  private async announceUntilTaken(link: Link): Promise<void> {
    let waitMs = RETRY_MS;
    while (this.isCurrent(link) && !link.isAnnounced) {
      if (await this.tryToAnnounce(link)) return;
      await this.change(link, waitMs);
      waitMs = Math.min(RETRY_MAX_MS, waitMs * 2);
    }
  }

  private async tryToAnnounce(link: Link): Promise<boolean> {
    const { routes, store, post, clock } = this.options;
    const { stationId, socket, sinceMs, isClaimed } = link;
    try {
      if (link.site.kind === 'unknown') {
        const siteId = await withinMs(clock, STORE_AT_MOST_MS, store.siteOfStation(stationId));
        if (link.site.kind === 'unknown')
          link.site = siteId === undefined ? { kind: 'none' } : { kind: 'listed', siteId };
      }
      if (link.site.kind !== 'listed') return this.taken(link, false);
      const { siteId } = link.site;
      const route = routes.find(siteId);
      if (route === undefined) {
        void routes.look();
        return false;
      }
      const ask = { siteId, link: { stationId, socket, sinceMs, isClaimed, gatewayId: post.nodeId } };
      const answer = await post.ask(route.ownerId, 'station.connected', { ask, timeoutMs: ANNOUNCE_TIMEOUT_MS });
      if (answer.status === 'taken') return this.taken(link, answer.accepted);
      if (answer.status === 'replaced') this.replaced(link);
      else if (answer.status === 'unlisted') link.site = { kind: 'unknown' };
      else void routes.look();
      return false;
    } catch {
      void routes.look();
      return false;
    }
  }

  private taken(link: Link, accepted: boolean): true {
    link.accepted = accepted;
    link.isAnnounced = true;
    return true;
  }

  private async farewell({ site, stationId, socket }: Link, reason: string): Promise<void> {
    const { routes, post, clock } = this.options;
    if (site.kind !== 'listed') return;
    const ask = { siteId: site.siteId, stationId, connectionId: socket.connectionId, reason };
    for (let attempt = 1; attempt <= FAREWELLS_MAX; attempt++) {
      const route = routes.find(site.siteId);
      const said =
        route !== undefined &&
        (await post.ask(route.ownerId, 'station.disconnected', { ask, timeoutMs: ANNOUNCE_TIMEOUT_MS }).then(
          ({ status }) => status === 'taken',
          () => false,
        ));
      if (said) return;
      await new Promise<void>((resolve) => clock.after(RETRY_MS * 2 ** attempt, resolve));
    }
  }

  private refreshLater(): void {
    this.cancel = this.options.clock.after(PRESENCE_EVERY_MS, () => {
      void this.refresh().finally(() => {
        if (!this.closed) this.refreshLater();
      });
    });
  }

  private async refresh(): Promise<void> {
    const { presence } = this.options.bus;
    await inParallel(PRESENCE_AT_ONCE, this.list(), async (link) => {
      if (!this.isCurrent(link)) return;
      const held = { ...this.holder(link), sinceMs: link.sinceMs };
      const newer = await presence.refresh(link.stationId, held, PRESENCE_LASTS_MS).catch(() => undefined);
      if (newer !== undefined) this.replaced(link);
    });
  }
}
