import type { Bus } from '../bus/bus.js';
import type { Log } from '../control/ports.js';
import { spreadIntervalS } from '../control/spread.js';
import type { StationDesk } from '../control/stationDesk.js';
import type { Clock } from '../site/clock.js';
import type {
  Admission,
  StationApproach,
  StationHandler,
  StationRequest,
  StationResponses,
  StationSocket,
} from '../site/stationMessages.js';
import type { Store } from '../store/store.js';
import { GatewayLinks, type Link } from './gatewayLinks.js';
import { MeterBuffer } from './meterBuffer.js';
import type { NodePost } from './nodePost.js';
import type { SiteRoutes } from './siteRoutes.js';

export interface GatewayDeskOptions {
  /** Who stations are, and where strangers wait, is looked after here. */
  readonly local: Pick<StationDesk, 'authenticate' | 'waiting' | 'anomaly'>;
  readonly post: NodePost;
  readonly bus: Pick<Bus, 'presence' | 'onGap'>;
  readonly routes: SiteRoutes;
  readonly store: Pick<Store, 'siteOfStation'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends a connection of this gateway, as one that was replaced by a newer one. */
  readonly displace: (stationId: string, connectionId: string) => void;
}

/** One question to the owner; a slow one is asked again, and answers twice at worst. */
const ATTEMPT_MS = 5_000;
const RETRY_MS = 250;
/** What is no transaction's is refused after this; the station sends it again, or does without. */
const OTHERS_AT_MOST_MS = 15_000;
/** What is a transaction's waits for its owner, as long as its station does: an error would count as one of few attempts. */
const TRANSACTIONS_AT_MOST_MS = 600_000;
const PENDING_INTERVAL_S = 60;

const TRANSACTIONAL: ReadonlySet<StationRequest['type']> = new Set([
  'boot',
  'transactionStarted',
  'transactionEnded',
  'transactionTold',
]);

/**
 * What a gateway talks to where the sites' owners are other processes. Whatever a station says goes to the owner of its site, and is
 * answered once the owner has answered, so that what was acknowledged is on disk. Nothing is kept here that would be missed.
 */
export class GatewayDesk implements StationHandler {
  readonly links: GatewayLinks;
  private readonly options: GatewayDeskOptions;
  private readonly meters: MeterBuffer;

  constructor(options: GatewayDeskOptions) {
    this.options = options;
    this.links = new GatewayLinks(options);
    this.meters = new MeterBuffer({
      clock: options.clock,
      send: (stationId, request) => this.askOwner(stationId, request, OTHERS_AT_MOST_MS),
    });
  }

  get waiting() {
    return this.options.local.waiting;
  }

  authenticate(stationId: string, password: string | undefined, approach: StationApproach): Promise<Admission> {
    return this.options.local.authenticate(stationId, password, approach);
  }

  connected(stationId: string, connection: StationSocket): void {
    this.links.connected(stationId, connection);
  }

  disconnected(stationId: string, connectionId: string, reason: string): void {
    this.links.disconnected(stationId, connectionId, reason);
  }

  isAccepted(stationId: string): boolean | Promise<boolean> {
    const link = this.links.find(stationId);
    if (link === undefined) return false;
    return link.accepted || this.links.announced(link, OTHERS_AT_MOST_MS).then(() => link.accepted);
  }

  async request<R extends StationRequest>(stationId: string, request: R): Promise<StationResponses[R['type']]> {
    // The owner answers each request with the response of its type.
    return (await this.answer(stationId, request)) as StationResponses[R['type']];
  }

  anomaly(stationId: string, anomaly: { readonly kind: string; readonly detail: string }): void {
    this.options.local.anomaly(stationId, anomaly);
  }

  /** Meter values that were answered here and are on their way to their owner. */
  get bufferedMeterValues(): number {
    return this.meters.size;
  }

  private async answer(stationId: string, request: StationRequest): Promise<StationResponses[StationRequest['type']]> {
    const nowMs = this.options.clock.nowMs();
    // Any process knows the time.
    if (request.type === 'heartbeat') return { currentTimeMs: nowMs };
    if (request.type === 'meterValues') return this.meters.take(stationId, request);
    // What it measured before comes before.
    await this.meters.flushed(stationId);
    return this.askOwner(
      stationId,
      request,
      TRANSACTIONAL.has(request.type) ? TRANSACTIONS_AT_MOST_MS : OTHERS_AT_MOST_MS,
    );
  }

  private async askOwner(
    stationId: string,
    request: StationRequest,
    atMostMs: number,
  ): Promise<StationResponses[StationRequest['type']]> {
    const { clock } = this.options;
    const deadlineMs = clock.nowMs() + atMostMs;
    const link = this.links.find(stationId);
    if (link === undefined) throw new Error('the station is no longer connected here');
    if (request.type === 'boot' && link.site.kind === 'none') this.links.lookAgain(link);
    for (;;) {
      const answer = await this.attempt(link, request, deadlineMs);
      if (answer !== 'again') return answer;
      if (!this.links.isCurrent(link)) throw new Error('the station is no longer connected here');
      if (clock.nowMs() >= deadlineMs) throw new Error('the owner of the site does not answer');
      await this.links.change(link, RETRY_MS);
    }
  }

  private async attempt(
    link: Link,
    request: StationRequest,
    deadlineMs: number,
  ): Promise<StationResponses[StationRequest['type']] | 'again'> {
    const { clock, post, routes } = this.options;
    await this.links.announced(link, Math.max(0, deadlineMs - clock.nowMs()));
    const { site, stationId } = link;
    if (site.kind === 'none') return this.withoutSite(link, request);
    if (site.kind === 'unknown') return 'again';
    const { siteId } = site;
    const route = routes.find(siteId);
    if (route === undefined) return 'again';
    const { connectionId } = link.socket;
    const ask = { siteId, stationId, connectionId, request };
    const answer = await post
      .ask(route.ownerId, 'station.request', { ask, timeoutMs: ATTEMPT_MS })
      .catch(() => ({ status: 'failed', detail: 'the owner can not be reached' }) as const);
    switch (answer.status) {
      case 'answered':
        if (request.type === 'boot') link.accepted = isAccepting(answer.response);
        return answer.response;
      case 'unconnected':
        this.links.announceAgain(link);
        return 'again';
      case 'unlisted':
        this.links.lookAgain(link);
        return 'again';
      case 'notOwner':
        this.links.announceAgain(link);
        void routes.look();
        return 'again';
      case 'failed':
        void routes.look();
        return 'again';
    }
  }

  private withoutSite(link: Link, request: StationRequest): StationResponses[StationRequest['type']] {
    const { clock } = this.options;
    if (request.type === 'boot') link.boot = request;
    return {
      status: 'Pending',
      currentTimeMs: clock.nowMs(),
      intervalS: spreadIntervalS(PENDING_INTERVAL_S, link.stationId),
    };
  }
}

function isAccepting(response: object): boolean {
  return 'status' in response && response.status === 'Accepted';
}
