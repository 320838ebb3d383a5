import type { Log } from '../control/ports.js';
import type { SiteOwnership } from '../control/siteRegistry.js';
import { Problem } from '../site/problem.js';
import type { Store } from '../store/store.js';
import { CutOff, type CutOffOptions } from './cutOff.js';
import { FairShare } from './fairShare.js';
import type { HeartbeatNews } from './heartbeat.js';
import { inParallel } from './inParallel.js';
import { LEASE_MARGIN_MS, LEASE_MS, RENEW_EVERY_MS, STORE_AT_MOST_MS } from './leaseTimes.js';
import type { NodePost } from './nodePost.js';
import { withinMs } from './withinMs.js';

export interface LeaseKeeperOptions extends CutOffOptions {
  readonly store: Pick<Store, 'takeLease' | 'releaseLeases' | 'listLeases'>;
  readonly post: NodePost;
  /** Never set back, and goes on while the process is stopped. */
  readonly monotonicMs: () => number;
  readonly log: Log;
  /** Brings what the heartbeat has told and this process, being busy, has not heard yet. */
  readonly hearHeartbeat: () => void;
  readonly sites: {
    takeOver(siteId: string): Promise<void>;
    giveUp(siteId: string): Promise<void>;
    lose(siteId: string, reason: unknown): void;
    stationIds(siteId: string): readonly string[];
  };
}

const LOOK_EVERY_MS = RENEW_EVERY_MS;
const LOOK_SOON_MS = 10;
/** A look that comes so late says that this process is too busy for more sites. */
const LATE_MS = 500;
/** Sites that are read from the store at one time. */
const TAKE_OVERS_AT_ONCE = 8;
const TAKE_OVER_RETRY_MS = 5_000;
/** After the store was away, everybody first has again what was theirs. */
const RECOVERY_REST_MS = 2_000;
/** No answer of the store that was sent before comes later than this. */
const LEFT_KEPT_MS = 10_000;

interface Held {
  token: number;
  /** When the store had said so: what the heartbeat sent before knows nothing of it. */
  sinceMs: number;
  validUntilMs: number;
}

/**
 * Keeps account of the leases of this planner's sites, which its heartbeat prolongs: takes sites that nobody has, gives up what is more
 * than its share. A lease that could not be renewed in time counts as lost before anybody else can take it: from then on nothing leaves
 * for its site that could raise anything, and once another has the site it is stopped here.
 */
export class LeaseKeeper implements SiteOwnership {
  private readonly options: LeaseKeeperOptions;
  private readonly held = new Map<string, Held>();
  private readonly busy = new Set<string>();
  /** Being asked for, or let go of. */
  private readonly taking = new Set<string>();
  /** When each that was let go of was. */
  private readonly leftMs = new Map<string, number>();
  /** As of the last look. */
  private storedSites: ReadonlySet<string> = new Set();
  private readonly untold = new Set<string>();
  private readonly fairShare = new FairShare();
  private readonly cutOff: CutOff;
  /** Whether it has taken what was free for it, at least once. */
  private hasShared = false;
  private sharing: Promise<void> | undefined;
  private failingSinceMs: number | undefined;
  private recoveredMs = Number.NEGATIVE_INFINITY;
  private heardMs: number;
  private isLate = false;
  private cancel = (): void => {};
  private closed = false;

  constructor(options: LeaseKeeperOptions) {
    this.options = options;
    this.cutOff = new CutOff(options);
    this.heardMs = options.monotonicMs();
  }

  async start(): Promise<void> {
    const { post } = this.options;
    await post.hear('site.free', ({ siteId }) => {
      this.fairShare.handedOn(siteId, this.options.clock.nowMs());
      this.share();
    });
    await post.hear('site.owned', ({ siteId, ownerId, token }) => {
      const mine = this.held.get(siteId);
      if (mine === undefined || ownerId === this.options.self.ownerId || token <= mine.token) return;
      this.lost(siteId, new Error(`the site is owned by ${ownerId} by now`));
    });
    this.share();
    this.again();
  }

  /** Hands every site on. What was accepted is on disk, and another may go on, when it resolves. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancel();
    await this.sharing;
    const { sites, store, self, post, log } = this.options;
    await inParallel(TAKE_OVERS_AT_ONCE, [...this.held.keys()], async (siteId) => {
      await sites
        .giveUp(siteId)
        .catch((error: unknown) =>
          log.error({ siteId, error: String(error) }, 'a site was not given up in good order'),
        );
      this.held.delete(siteId);
      await store.releaseLeases(self.ownerId, [siteId]).catch(() => undefined);
      await post.tellAll('site.free', { siteId }).catch(() => undefined);
    });
    await store.releaseLeases(self.ownerId).catch(() => undefined);
  }

  /** What the heartbeat says. */
  heard(news: HeartbeatNews): void {
    const { log, clock, monotonicMs } = this.options;
    if (news.kind === 'failed') {
      this.failing(news.error);
      return;
    }
    this.heardMs = monotonicMs();
    if (this.failingSinceMs !== undefined) {
      log.info({}, 'leases are renewed again');
      this.recoveredMs = clock.nowMs();
    }
    this.failingSinceMs = undefined;
    this.renewed(news);
  }

  tokenOf(siteId: string): number | undefined {
    return this.held.get(siteId)?.token;
  }

  /** False from the moment at which another could have taken it. */
  isValid(siteId: string): boolean {
    const { monotonicMs, hearHeartbeat } = this.options;
    const isNow = (): boolean => monotonicMs() < (this.held.get(siteId)?.validUntilMs ?? Number.NEGATIVE_INFINITY);
    if (isNow()) return true;
    if (this.held.has(siteId)) hearHeartbeat();
    return isNow();
  }

  /** Undefined while leases are renewed; else since when they are not. */
  get notRenewedSinceMs(): number | undefined {
    return this.failingSinceMs;
  }

  /** Whether it has looked for sites yet that nobody has. */
  get hasLooked(): boolean {
    return this.hasShared;
  }

  /** Sites that are its own already, while their state is being read. */
  get beingRead(): number {
    return this.busy.size;
  }

  list(): readonly string[] {
    return [...this.held.keys()];
  }

  async take(siteId: string): Promise<void> {
    if (this.held.has(siteId)) return;
    if (!(await this.takeLease(siteId))) {
      throw new Problem('SITE_UNAVAILABLE', `Site "${siteId}" is being taken over by another process; try again.`);
    }
  }

  configured(siteId: string): void {
    void this.tell(siteId);
  }

  fenced(siteId: string, error: unknown): void {
    this.held.delete(siteId);
    this.options.log.warn(
      { siteId, error: String(error) },
      'this site is owned by another process by now: it was stopped here',
    );
  }

  async deleted(siteId: string): Promise<void> {
    this.held.delete(siteId);
    await this.release(siteId);
  }

  /** A gateway knows of a newer owner. */
  outdated(siteId: string): void {
    this.lost(siteId, new Error('a gateway knows of a newer owner of the site'));
  }

  /** News of what is owned may have been missed. */
  tellAgain(): void {
    for (const siteId of this.held.keys()) this.untold.add(siteId);
  }

  private lost(siteId: string, reason: Error): void {
    if (!this.held.delete(siteId)) return;
    this.options.log.warn({ siteId, reason: reason.message }, 'a site was lost to another process');
    this.options.sites.lose(siteId, reason);
  }

  private again(): void {
    if (this.closed) return;
    const dueMs = this.options.monotonicMs() + LOOK_EVERY_MS;
    this.cancel = this.options.clock.after(LOOK_EVERY_MS, () => {
      this.isLate = this.options.monotonicMs() - dueMs > LATE_MS;
      this.look();
      this.again();
    });
  }

  private look(): void {
    const nowMs = this.options.monotonicMs();
    for (const [siteId, leftMs] of this.leftMs) if (nowMs - leftMs > LEFT_KEPT_MS) this.leftMs.delete(siteId);
    this.options.hearHeartbeat();
    if (nowMs - this.heardMs > LEASE_MS) this.failing('the heartbeat says nothing');
    if (this.failingSinceMs !== undefined) return;
    for (const siteId of [...this.untold]) void this.tell(siteId);
    this.share();
  }

  private failing(error: string): void {
    const { log, clock } = this.options;
    if (this.failingSinceMs === undefined)
      log.error({ error }, 'leases can not be renewed: soon nothing rises at the sites of this process');
    this.failingSinceMs ??= clock.nowMs();
  }

  private renewed({ sentMs, leases }: HeartbeatNews & { readonly kind: 'renewed' }): void {
    const tokens = new Map(leases.map(({ siteId, token }) => [siteId, token]));
    const missing: string[] = [];
    for (const [siteId, held] of this.held) {
      if (held.sinceMs >= sentMs) continue;
      if (tokens.get(siteId) === held.token) held.validUntilMs = validUntilMs(sentMs);
      else if (!this.busy.has(siteId) && !this.taking.has(siteId)) missing.push(siteId);
    }
    void inParallel(TAKE_OVERS_AT_ONCE, missing, (siteId) => this.reclaim(siteId)).catch((error: unknown) =>
      this.options.log.warn({ error: String(error) }, 'whose a site is by now could not be asked'),
    );
    for (const [siteId, token] of tokens) this.adopt(siteId, { token, sentMs });
  }

  /**
   * A lease that the store says is ours, and that is not known here: an answer came too late, or it could not be let go of. Each
   * renewal prolongs it, so that nobody else would ever have the site.
   */
  private adopt(siteId: string, { token, sentMs }: { readonly token: number; readonly sentMs: number }): void {
    if (this.held.has(siteId) || this.taking.has(siteId) || this.closed) return;
    if ((this.leftMs.get(siteId) ?? Number.NEGATIVE_INFINITY) >= sentMs) return;
    if (this.storedSites.has(siteId)) {
      this.hold(siteId, token, sentMs);
      void this.takeOver(siteId);
    } else {
      void this.release(siteId).catch(() => undefined);
    }
  }

  private hold(siteId: string, token: number, sentMs: number): void {
    const sinceMs = this.options.monotonicMs();
    this.held.set(siteId, { token, sinceMs, validUntilMs: validUntilMs(sentMs) });
  }

  private async release(siteId: string): Promise<void> {
    const { store, self, monotonicMs } = this.options;
    this.taking.add(siteId);
    try {
      await store.releaseLeases(self.ownerId, [siteId]);
    } finally {
      this.taking.delete(siteId);
      this.leftMs.set(siteId, monotonicMs());
    }
  }

  /** The store no longer has it as ours. Where nobody has it, and nobody had it between, what we know of it is still the truth. */
  private async reclaim(siteId: string): Promise<void> {
    const { store, self, clock, monotonicMs, sites } = this.options;
    const held = this.held.get(siteId);
    if (held === undefined || this.closed) return;
    const sentMs = monotonicMs();
    this.taking.add(siteId);
    const token = await withinMs(clock, STORE_AT_MOST_MS, store.takeLease(siteId, self, LEASE_MS)).finally(() =>
      this.taking.delete(siteId),
    );
    if (this.held.get(siteId) !== held) return;
    if (token === undefined) {
      this.lost(siteId, new Error('its lease ran out, and another process has it'));
    } else if (token === held.token || token === held.token + 1) {
      this.hold(siteId, token, sentMs);
      void this.tell(siteId);
    } else {
      sites.lose(siteId, new Error('another process had the site meanwhile'));
      this.hold(siteId, token, sentMs);
      void this.takeOver(siteId);
    }
  }

  private share(): void {
    if (this.closed || this.sharing !== undefined) return;
    this.sharing = this.shareNow()
      .catch((error: unknown) =>
        this.options.log.warn({ error: String(error) }, 'which sites are free could not be read'),
      )
      .finally(() => {
        this.sharing = undefined;
      });
  }

  private async shareNow(): Promise<void> {
    const { store, clock, planners: running, self, log } = this.options;
    if (clock.nowMs() - this.recoveredMs < RECOVERY_REST_MS) return;
    if (await this.cutOff.look()) {
      if (this.held.size > 0)
        log.error({}, 'this process is cut off from Redis, others are not: they are given its sites');
      await this.giveUp([...this.held.keys()]);
      return;
    }
    const leases = await withinMs(clock, STORE_AT_MOST_MS, store.listLeases());
    this.storedSites = new Set(leases.map(({ siteId }) => siteId));
    const planners = new Set(running().map(({ nodeId }) => nodeId)).add(self.ownerId);
    const { take, give, isMoreFree } = this.fairShare.decide({
      leases,
      ownerId: self.ownerId,
      held: new Set(this.held.keys()),
      beingRead: this.busy,
      planners: planners.size,
      nowMs: clock.nowMs(),
      isLate: this.isLate,
    });
    let taken = 0;
    await inParallel(this.isLate ? 1 : TAKE_OVERS_AT_ONCE, take, async (siteId) => {
      if (this.closed || this.held.has(siteId) || !(await this.takeLease(siteId))) return;
      taken += 1;
      await this.takeOver(siteId);
    });
    this.hasShared ||= !isMoreFree;
    await this.giveUp(give);
    // What is still free does not wait for the next look, unless this process has enough with what it has.
    if (isMoreFree && !this.isLate && taken > 0) this.options.clock.after(LOOK_SOON_MS, () => this.share());
  }

  private async giveUp(siteIds: readonly string[]): Promise<void> {
    const { sites, post, log } = this.options;
    for (const siteId of siteIds) {
      if (!this.held.has(siteId)) continue;
      // Here it is stopped in any case: what could not be written was not acknowledged.
      await sites
        .giveUp(siteId)
        .catch((error: unknown) =>
          log.error({ siteId, error: String(error) }, 'a site was not given up in good order'),
        );
      this.held.delete(siteId);
      await this.release(siteId);
      await post.tellAll('site.free', { siteId }).catch(() => undefined);
    }
  }

  private async takeLease(siteId: string): Promise<boolean> {
    const { store, self, clock, monotonicMs } = this.options;
    const sentMs = monotonicMs();
    this.taking.add(siteId);
    const token = await withinMs(clock, STORE_AT_MOST_MS, store.takeLease(siteId, self, LEASE_MS)).finally(() =>
      this.taking.delete(siteId),
    );
    if (token === undefined) return false;
    this.hold(siteId, token, sentMs);
    return true;
  }

  private async takeOver(siteId: string): Promise<void> {
    const { sites, log, clock } = this.options;
    const held = this.held.get(siteId);
    this.busy.add(siteId);
    try {
      await sites.takeOver(siteId);
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error({ siteId, error: detail }, 'this site could not be taken over; trying again');
      clock.after(TAKE_OVER_RETRY_MS, () => {
        if (!this.closed && this.held.get(siteId) === held && held !== undefined) void this.takeOver(siteId);
      });
    } finally {
      this.busy.delete(siteId);
    }
  }

  private async tell(siteId: string): Promise<void> {
    const { post, self, sites } = this.options;
    const token = this.tokenOf(siteId);
    this.untold.delete(siteId);
    if (token === undefined) return;
    const { ownerId, url } = self;
    await post
      .tellAll('site.owned', { siteId, ownerId, url, token, stationIds: sites.stationIds(siteId) })
      .catch(() => this.untold.add(siteId));
  }
}

function validUntilMs(sentMs: number): number {
  return sentMs + LEASE_MS - LEASE_MARGIN_MS;
}
