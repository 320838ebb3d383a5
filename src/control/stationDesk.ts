import type { Clock, RandomSource } from '../site/clock.js';
import type {
  SecurityProfile,
  StationApproach,
  StationCaller,
  StationHandler,
  StationRequest,
  StationResponses,
  StationSocket,
} from '../site/stationMessages.js';
import { commission } from './commissioning.js';
import type { StationCredentials } from './credentials.js';
import type { Log } from './ports.js';
import type { SiteOwner } from './siteOwner.js';
import type { SiteRegistry } from './siteRegistry.js';
import { HEARTBEAT_INTERVAL_S, replyTo } from './stationRequests.js';

export interface StationDeskOptions {
  readonly sites: SiteRegistry;
  readonly credentials: StationCredentials;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly caller: () => StationCaller;
}

/** A station of no site is asked to come back after this. */
const PENDING_INTERVAL_S = 60;
const ANOMALIES_MAX_PER_S = 20;

/** Where stations are received: who they are, what they say, and what is asked of them when they come. */
export class StationDesk implements StationHandler {
  private readonly options: StationDeskOptions;
  private readonly connections = new Map<string, StationSocket>();
  private readonly commissioning = new Set<string>();
  private anomalies = { sinceMs: 0, count: 0 };

  constructor(options: StationDeskOptions) {
    this.options = options;
  }

  async authenticate(stationId: string, password: string | undefined, approach: StationApproach): Promise<boolean> {
    const { securityProfile } = approach;
    const verdict = await this.options.credentials.verify(stationId, password, securityProfile);
    if (verdict === 'downgraded') this.anomaly(stationId, downgrade(securityProfile));
    return verdict === 'genuine';
  }

  connected(stationId: string, connection: StationSocket): void {
    this.connections.set(stationId, connection);
    const owner = this.options.sites.ownerOfStation(stationId);
    if (owner === undefined) {
      this.options.log.warn(
        { stationId },
        'a station that no site lists connected; it is told to wait until a site does',
      );
      return;
    }
    owner.dispatch({
      type: 'stationConnected',
      stationId,
      connectionId: connection.connectionId,
      ocppVersion: connection.ocppVersion,
    });
    this.commission(stationId);
  }

  connectionOf(stationId: string): StationSocket | undefined {
    return this.connections.get(stationId);
  }

  disconnected(stationId: string, connectionId: string, reason: string): void {
    if (this.connections.get(stationId)?.connectionId !== connectionId) return;
    this.connections.delete(stationId);
    this.options.sites.ownerOfStation(stationId)?.dispatch({ type: 'stationDisconnected', stationId, reason });
  }

  isAccepted(stationId: string): boolean {
    return this.options.sites.ownerOfStation(stationId)?.state.stations.get(stationId)?.accepted ?? false;
  }

  async request<R extends StationRequest>(stationId: string, request: R): Promise<StationResponses[R['type']]> {
    // The reply's type follows the request's: replyTo answers each with its own.
    return (await this.answer(stationId, request)) as StationResponses[R['type']];
  }

  private async answer(stationId: string, request: StationRequest): Promise<StationResponses[StationRequest['type']]> {
    const owner = this.options.sites.ownerOfStation(stationId);
    const nowMs = this.options.clock.nowMs();
    if (owner === undefined) {
      if (request.type === 'heartbeat') return { currentTimeMs: nowMs };
      return { status: 'Pending', currentTimeMs: nowMs, intervalS: Math.min(PENDING_INTERVAL_S, HEARTBEAT_INTERVAL_S) };
    }
    const endedBefore = owner.state.endedSessions;
    const reply = replyTo(request, { state: owner.state, stationId, nowMs, random: this.options.random });
    if (reply.anomaly !== undefined) this.anomaly(stationId, reply.anomaly);
    if (reply.events.length > 0) owner.dispatch(...reply.events);
    if (request.type === 'boot') this.commission(stationId);
    if (reply.durable) await owner.durable();
    if (owner.state.endedSessions !== endedBefore) {
      const known = new Set(endedBefore);
      const fresh = owner.state.endedSessions.filter(
        (session) => session.stationId === stationId && !known.has(session),
      );
      for (const session of fresh) await this.options.sites.storeSession(owner.state.site.siteId, session);
    }
    return reply.response;
  }

  anomaly(stationId: string, anomaly: { readonly kind: string; readonly detail: string }): void {
    const nowMs = this.options.clock.nowMs();
    if (nowMs - this.anomalies.sinceMs > 1000) this.anomalies = { sinceMs: nowMs, count: 0 };
    this.anomalies.count += 1;
    // A flood of them must not become a flood of log lines.
    if (this.anomalies.count <= ANOMALIES_MAX_PER_S)
      this.options.log.warn({ stationId, kind: anomaly.kind }, anomaly.detail);
  }

  private commission(stationId: string): void {
    const owner = this.options.sites.ownerOfStation(stationId);
    const connectionId = this.connections.get(stationId)?.connectionId;
    if (owner === undefined || connectionId === undefined) return;
    const key = `${stationId} ${connectionId}`;
    if (this.commissioning.has(key)) return;
    this.commissioning.add(key);
    const { clock, log, caller } = this.options;
    commission(stationId, connectionId, { owner, caller: caller(), clock, log })
      .catch((error: unknown) => log.error({ stationId, error: String(error) }, 'commissioning failed'))
      .finally(() => this.commissioning.delete(key));
  }

  /** Stations that connected before any site listed them. */
  announceConnected(owner: SiteOwner): void {
    for (const { id } of owner.state.site.stations) {
      const connection = this.connections.get(id);
      const known = owner.state.stations.get(id)?.connection;
      if (connection === undefined || (known?.status === 'online' && known.connectionId === connection.connectionId))
        continue;
      const { connectionId, ocppVersion } = connection;
      owner.dispatch({ type: 'stationConnected', stationId: id, connectionId, ocppVersion });
      this.commission(id);
    }
  }
}

function downgrade(securityProfile: SecurityProfile): { readonly kind: string; readonly detail: string } {
  const exposed = securityProfile === 1 ? ' Its password went over the network readable: change it.' : '';
  return {
    kind: 'securityDowngrade',
    detail: `It came with security profile ${securityProfile}, and has used a higher one or is set to it: refused.${exposed}`,
  };
}
