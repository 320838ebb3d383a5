import type { Log } from '../control/ports.js';
import type { SiteOwnership } from '../control/siteRegistry.js';
import { Problem } from '../site/problem.js';
import type { Store, StoredLease } from '../store/store.js';
import { CutOff, type CutOffOptions } from './cutOff.js';
import { inParallel } from './inParallel.js';
import type { NodePost } from './nodePost.js';
import { preference } from './preference.js';
import { withinMs } from './withinMs.js';

export interface LeaseKeeperOptions extends CutOffOptions {
  readonly store: Pick<Store, 'takeLease' | 'renewLeases' | 'releaseLeases' | 'listLeases'>;
  readonly post: NodePost;
  /** Never set back, and goes on while the process is stopped. */
  readonly monotonicMs: () => number;
  readonly log: Log;
  readonly sites: {
    takeOver(siteId: string): Promise<void>;
    giveUp(siteId: string): Promise<void>;
    lose(siteId: string, reason: unknown): void;
    stationIds(siteId: string): readonly string[];
  };
}

const LEASE_MS = 3_000;
const RENEW_EVERY_MS = 1_000;
/** So long before another may take it, it counts as no longer ours. */
const LEASE_MARGIN_MS = 500;
const STORE_AT_MOST_MS = 1_500;
/** Sites that are read from the store at one time. */
const TAKE_OVERS_AT_ONCE = 8;
const TAKE_OVER_RETRY_MS = 5_000;
/** What is free for more looks than this is taken by whoever sees it, whatever its share: someone must. */
const FREE_LOOKS_MAX = 2;
/** A site that its owner handed on is for those that have room, at first. */
const HANDED_ON_MS = 5_000;
/** A share that is too large is given up only when it has been so for a while: processes come and go together. */
const SURPLUS_LOOKS = 5;
/** Of a surplus, this part at a time. */
const SURPLUS_PART = 10;
/** After the store was away, everybody first takes again what was theirs. */
const RECOVERY_REST_MS = 2_000;

interface Held {
  token: number;
  validUntilMs: number;
}

/**
 * Keeps the leases of this planner's sites: renews them each second, takes sites that nobody has, gives up what is more than its
 * share. A lease that could not be renewed in time counts as lost before anybody else can take it: from then on nothing leaves for
 * its site that could raise anything, and once another has the site it is stopped here.
 */
export class LeaseKeeper implements SiteOwnership {
  private readonly options: LeaseKeeperOptions;
  private readonly held = new Map<string, Held>();
  private readonly busy = new Set<string>();
  /** Being asked for, or let go of. */
  private readonly taking = new Set<string>();
  /** As of the last look. */
  private storedSites: ReadonlySet<string> = new Set();
  private readonly untold = new Set<string>();
  private readonly freeLooks = new Map<string, number>();
  /** Sites that were another's when last looked at, and when somebody said that a site is free. */
  private othersSites: ReadonlySet<string> = new Set();
  private readonly handedOn = new Map<string, number>();
  private surplusLooks = 0;
  private readonly cutOff: CutOff;
  /** Whether it has taken what was free for it, at least once. */
  private hasShared = false;
  private sharing: Promise<void> | undefined;
  private failingSinceMs: number | undefined;
  private recoveredMs = Number.NEGATIVE_INFINITY;
  private cancel = (): void => {};
  private closed = false;

  constructor(options: LeaseKeeperOptions) {
    this.options = options;
    this.cutOff = new CutOff(options);
  }

  async start(): Promise<void> {
    const { post } = this.options;
    await post.hear('site.free', ({ siteId }) => {
      this.handedOn.set(siteId, this.options.clock.nowMs());
      this.share();
    });
    await post.hear('site.owned', ({ siteId, ownerId, token }) => {
      const mine = this.held.get(siteId);
      if (mine === undefined || ownerId === this.options.self.ownerId || token <= mine.token) return;
      this.lost(siteId, new Error(`the site is owned by ${ownerId} by now`));
    });
    await this.beat();
    this.again();
  }

  /** Hands every site on. What was accepted is on disk, and another may go on, when it resolves. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancel();
    await this.sharing;
    const { sites, store, self, post, log } = this.options;
    // They are renewed once more, so that writing the last of them is still ours to do.
    await withinMs(this.options.clock, STORE_AT_MOST_MS, store.renewLeases(self.ownerId, LEASE_MS)).catch(
      () => undefined,
    );
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

  tokenOf(siteId: string): number | undefined {
    return this.held.get(siteId)?.token;
  }

  /** False from the moment at which another could have taken it. */
  isValid(siteId: string): boolean {
    const held = this.held.get(siteId);
    return held !== undefined && this.options.monotonicMs() < held.validUntilMs;
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
    await this.options.store.releaseLeases(this.options.self.ownerId, [siteId]);
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
    this.cancel = this.options.clock.after(RENEW_EVERY_MS, () => void this.beat().finally(() => this.again()));
  }

  private async beat(): Promise<void> {
    const { log, clock } = this.options;
    try {
      await this.renew();
      if (this.failingSinceMs !== undefined) {
        log.info({}, 'leases are renewed again');
        this.recoveredMs = clock.nowMs();
      }
      this.failingSinceMs = undefined;
    } catch (error) {
      if (this.failingSinceMs === undefined)
        log.error(
          { error: String(error) },
          'leases can not be renewed: soon nothing rises at the sites of this process',
        );
      this.failingSinceMs ??= clock.nowMs();
      return;
    }
    for (const siteId of [...this.untold]) void this.tell(siteId);
    this.share();
  }

  private async renew(): Promise<void> {
    const { store, self, clock, monotonicMs } = this.options;
    const sentMs = monotonicMs();
    const before = new Map(this.held);
    const renewed = await withinMs(clock, STORE_AT_MOST_MS, store.renewLeases(self.ownerId, LEASE_MS));
    const tokens = new Map(renewed.map(({ siteId, token }) => [siteId, token]));
    for (const [siteId, held] of before) {
      if (this.held.get(siteId) !== held) continue;
      if (tokens.get(siteId) === held.token) held.validUntilMs = sentMs + LEASE_MS - LEASE_MARGIN_MS;
      else if (!this.busy.has(siteId)) await this.reclaim(siteId, held);
    }
    await this.adopt(tokens, sentMs);
  }

  /**
   * Leases that the store says are ours, and that are not known here: an answer came too late, or a lease could not be let go of. Each
   * renewal prolongs them, so that nobody else would ever have the site.
   */
  private async adopt(tokens: ReadonlyMap<string, number>, sentMs: number): Promise<void> {
    const { store, self } = this.options;
    for (const [siteId, token] of tokens) {
      if (this.held.has(siteId) || this.taking.has(siteId) || this.closed) continue;
      if (this.storedSites.has(siteId)) {
        this.held.set(siteId, { token, validUntilMs: sentMs + LEASE_MS - LEASE_MARGIN_MS });
        void this.takeOver(siteId);
      } else {
        await store.releaseLeases(self.ownerId, [siteId]);
      }
    }
  }

  /** It ran out, for the store could not be reached. Where nobody had it meanwhile, what we know of it is still the truth. */
  private async reclaim(siteId: string, held: Held): Promise<void> {
    const { store, self, clock, monotonicMs, sites } = this.options;
    const sentMs = monotonicMs();
    const token = await withinMs(clock, STORE_AT_MOST_MS, store.takeLease(siteId, self, LEASE_MS));
    if (this.held.get(siteId) !== held) return;
    if (token === undefined) {
      this.lost(siteId, new Error('its lease ran out, and another process has it'));
    } else if (token === held.token || token === held.token + 1) {
      held.token = token;
      held.validUntilMs = sentMs + LEASE_MS - LEASE_MARGIN_MS;
      void this.tell(siteId);
    } else {
      sites.lose(siteId, new Error('another process had the site meanwhile'));
      this.held.set(siteId, { token, validUntilMs: sentMs + LEASE_MS - LEASE_MARGIN_MS });
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
    const fair = Math.ceil(leases.length / planners.size);
    const wanted = this.wanted(leases, fair);
    await inParallel(TAKE_OVERS_AT_ONCE, wanted, async (siteId) => {
      if (this.closed || this.held.has(siteId) || !(await this.takeLease(siteId))) return;
      await this.takeOver(siteId);
    });
    this.hasShared = true;
    await this.giveSurplus(fair);
  }

  private wanted(leases: readonly StoredLease[], fair: number): readonly string[] {
    const free = leases.filter(({ siteId, holder }) => holder === 'nobody' && !this.held.has(siteId));
    const looks = new Map(free.map(({ siteId }) => [siteId, (this.freeLooks.get(siteId) ?? 0) + 1]));
    this.freeLooks.clear();
    for (const [siteId, count] of looks) this.freeLooks.set(siteId, count);
    const orphans = this.orphans(leases);
    const room = Math.max(0, fair - this.held.size);
    const { ownerId } = this.options.self;
    const inOrder = free.map(({ siteId }) => siteId).sort((a, b) => preference(ownerId, b) - preference(ownerId, a));
    return inOrder.filter(
      (siteId, index) => index < room || orphans.has(siteId) || (looks.get(siteId) ?? 0) > FREE_LOOKS_MAX,
    );
  }

  /** Those whose owner has died: their stations wait, so that nobody waits for whoever has the most room. */
  private orphans(leases: readonly StoredLease[]): ReadonlySet<string> {
    const nowMs = this.options.clock.nowMs();
    for (const [siteId, atMs] of this.handedOn) if (nowMs - atMs > HANDED_ON_MS) this.handedOn.delete(siteId);
    const free = leases.filter(({ holder }) => holder === 'nobody').map(({ siteId }) => siteId);
    const orphans = free.filter((siteId) => this.othersSites.has(siteId) && !this.handedOn.has(siteId));
    const { ownerId } = this.options.self;
    const others = leases.filter(({ holder }) => holder !== 'nobody' && holder.ownerId !== ownerId);
    // A site that nobody could take at once stays an orphan.
    this.othersSites = new Set([...others.map(({ siteId }) => siteId), ...orphans]);
    return new Set(orphans);
  }

  private async giveSurplus(fair: number): Promise<void> {
    const surplus = this.held.size - fair;
    this.surplusLooks = surplus > 0 ? this.surplusLooks + 1 : 0;
    if (this.surplusLooks <= SURPLUS_LOOKS || this.closed) return;
    const given = [...this.held.keys()]
      .filter((siteId) => !this.busy.has(siteId))
      .slice(0, Math.ceil(surplus / SURPLUS_PART));
    await this.giveUp(given);
  }

  private async giveUp(siteIds: readonly string[]): Promise<void> {
    const { sites, store, self, post } = this.options;
    for (const siteId of siteIds) {
      await sites.giveUp(siteId);
      this.taking.add(siteId);
      this.held.delete(siteId);
      await store.releaseLeases(self.ownerId, [siteId]).finally(() => this.taking.delete(siteId));
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
    this.held.set(siteId, { token, validUntilMs: sentMs + LEASE_MS - LEASE_MARGIN_MS });
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
