import type { Bus } from '../bus/bus.js';
import type { ReplanQueue } from '../bus/replanQueue.js';
import type { ChargingService } from '../control/chargingService.js';
import type { Log } from '../control/ports.js';
import type { SiteOwnership } from '../control/siteRegistry.js';
import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { LeaseHolder, Store } from '../store/store.js';
import type { HeartbeatNews } from './heartbeat.js';
import { LeaseKeeper } from './leaseKeeper.js';
import type { Members } from './members.js';
import type { NodePost } from './nodePost.js';
import { OwnerDesk } from './ownerDesk.js';
import type { SiteRoutes } from './siteRoutes.js';

export interface PlannerOptions {
  readonly post: NodePost;
  readonly bus: Pick<Bus, 'onGap' | 'brokenSinceMs'>;
  readonly store: Store;
  readonly members: () => Members;
  readonly routes: SiteRoutes;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly log: Log;
  /** Known once the port is. */
  readonly self: () => LeaseHolder;
  /** Brings what the heartbeat has said and nobody has taken in yet. */
  readonly hearHeartbeat: () => void;
  readonly service: () => ChargingService;
  /** 'none': there is one process, which wakes itself. */
  readonly queue: ReplanQueue | 'none';
}

/** Each site is planned anew at the latest after so long, whatever was lost. */
const HORIZON_EVERY_MS = 300_000;
const READY_AT_MOST_MS = 1_000;
const REPLAN_AT_MOST_MS = 5_000;

/** The role that owns sites: leases, the owners' desk, and the queue that wakes them. */
export class Planner implements SiteOwnership {
  readonly desk: OwnerDesk;
  private readonly options: PlannerOptions;
  private keeper: LeaseKeeper | undefined;

  constructor(options: PlannerOptions) {
    this.options = options;
    const { post, service, log, bus } = options;
    this.desk = new OwnerDesk({ post, service, leases: () => this.leases, log });
    post.handle('bus.look', async () => ({ hears: bus.brokenSinceMs === undefined }));
    bus.onGap(() => {
      this.keeper?.tellAgain();
      for (const siteId of this.keeper?.list() ?? []) this.schedule(siteId);
    });
  }

  async start(): Promise<void> {
    const { store, post, clock, monotonicMs, log, self, members, queue, hearHeartbeat } = this.options;
    members().onGone((nodeId) => this.desk.gatewayGone(nodeId));
    this.keeper = new LeaseKeeper({
      store,
      post,
      clock,
      monotonicMs,
      log,
      self: self(),
      hearHeartbeat,
      planners: () => members().withRole('planner'),
      busBrokenSinceMs: () => this.options.bus.brokenSinceMs,
      isReady: async ({ nodeId, url }) => {
        const { hears } = await post.ask(nodeId, 'bus.look', { ask: {}, timeoutMs: READY_AT_MOST_MS });
        if (!hears) return false;
        const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(READY_AT_MOST_MS) });
        return answer.ok;
      },
      sites: {
        takeOver: async (siteId) => {
          await this.options.service().takeOver(siteId);
          this.schedule(siteId);
        },
        giveUp: async (siteId) => {
          await this.options.service().sites.giveUp(siteId);
          this.desk.siteLeft(siteId);
        },
        lose: (siteId, reason) => {
          this.options.service().sites.lose(siteId, reason);
          this.desk.siteLeft(siteId);
        },
        stationIds: (siteId) =>
          this.options
            .service()
            .sites.find(siteId)
            ?.state.site.stations.map(({ id }) => id) ?? [],
      },
    });
    await this.keeper.start();
    if (queue !== 'none') queue.work(({ siteId }) => this.pass(siteId));
  }

  async close(): Promise<void> {
    await this.keeper?.close();
  }

  /** What this process's heartbeat says of its leases. */
  heard(news: HeartbeatNews): void {
    this.keeper?.heard(news);
  }

  /** What keeps it from its work, in sentences. */
  obstacles(): readonly string[] {
    const { keeper } = this;
    if (keeper === undefined) return ['the leases of sites are not kept yet'];
    const { notRenewedSinceMs: sinceMs, hasLooked, beingRead } = keeper;
    return [
      ...(sinceMs === undefined
        ? []
        : [`the leases of sites can not be renewed since ${new Date(sinceMs).toISOString()}`]),
      ...(hasLooked ? [] : ['this planner has not looked yet for sites that nobody owns']),
      ...(beingRead === 0 ? [] : [`sites of this planner are being read from the store: ${beingRead}`]),
    ];
  }

  get leases(): LeaseKeeper {
    if (this.keeper === undefined) throw new Problem('SITE_UNAVAILABLE', 'This process is starting.');
    return this.keeper;
  }

  tokenOf(siteId: string): number | undefined {
    return this.keeper?.tokenOf(siteId);
  }

  async take(siteId: string): Promise<void> {
    await this.leases.take(siteId);
  }

  configured(siteId: string): void {
    this.keeper?.configured(siteId);
    this.schedule(siteId);
  }

  fenced(siteId: string, error: unknown): void {
    this.keeper?.fenced(siteId, error);
    this.desk.siteLeft(siteId);
  }

  async deleted(siteId: string): Promise<void> {
    await this.keeper?.deleted(siteId);
    this.desk.siteLeft(siteId);
    if (this.options.queue !== 'none') await this.options.queue.unschedule(siteId).catch(() => undefined);
  }

  private schedule(siteId: string): void {
    const { queue, log } = this.options;
    if (queue === 'none') return;
    queue
      .schedule(siteId, HORIZON_EVERY_MS)
      .catch((error: unknown) =>
        log.info({ siteId, error: String(error) }, 'the site is woken by itself only, for now'),
      );
  }

  /** Throws while nobody owns it: then the job is tried again, and stays visible where it fails for good. */
  private async pass(siteId: string): Promise<void> {
    const { routes, post } = this.options;
    const route = routes.find(siteId);
    if (route !== undefined) {
      const answer = await post.ask(route.ownerId, 'site.replan', { ask: { siteId }, timeoutMs: REPLAN_AT_MOST_MS });
      if (answer.status === 'taken') return;
    }
    await routes.look();
    // One that was deleted needs no plan.
    if (routes.has(siteId)) throw new Error(`nobody owns site ${siteId} at the moment`);
  }
}

/** Of a process that plans nothing. */
export const OWNS_NOTHING: SiteOwnership = {
  tokenOf: () => undefined,
  take: async () => {
    throw new Problem('SITE_UNAVAILABLE', 'This process owns no sites; ask a planner.');
  },
  configured: () => undefined,
  fenced: () => undefined,
  deleted: async () => undefined,
};
