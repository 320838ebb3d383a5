import type { Clock, RandomSource } from '../site/clock.js';
import type {
  Admission,
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
import type { Siteless } from './onboardingDesk.js';
import { type BootDetails, detailsOf, OnboardingRoom, PENDING_INTERVAL_S } from './onboardingRoom.js';
import type { Log } from './ports.js';
import type { SiteOwner } from './siteOwner.js';
import type { SiteRegistry } from './siteRegistry.js';
import { spreadIntervalS } from './spread.js';
import type { StationReports } from './stationReports.js';
import { replyTo } from './stationRequests.js';

export interface StationDeskOptions {
  readonly sites: SiteRegistry;
  readonly credentials: StationCredentials;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly caller: () => StationCaller;
  /** What stations were asked to report, for those that asked. */
  readonly reports: Pick<StationReports, 'take'>;
}

/** A password that it could be given, in bytes: OCPP 1.6 sends those of its key. */
const PASSWORD_BYTES_MIN = 16;
const ANOMALIES_MAX_PER_S = 20;

/** Where stations are received: who they are, what they say, and what is asked of them when they come. */
export class StationDesk implements StationHandler {
  private readonly options: StationDeskOptions;
  /** Strangers, who may wait while their owner lets them. */
  readonly waiting: OnboardingRoom;
  private readonly connections = new Map<string, { readonly socket: StationSocket; readonly sinceMs: number }>();
  /** What those said of themselves that no site lists; only while they are connected. */
  private readonly sitelessBoots = new Map<string, BootDetails>();
  private readonly commissioning = new Set<string>();
  private anomalies = { sinceMs: 0, count: 0 };

  constructor(options: StationDeskOptions) {
    this.options = options;
    this.waiting = new OnboardingRoom(options.clock);
  }

  async authenticate(stationId: string, password: string | undefined, approach: StationApproach): Promise<Admission> {
    const { credentials } = this.options;
    const { securityProfile } = approach;
    if (this.isDelegated(stationId)) {
      this.anomaly(stationId, DELEGATED);
      return false;
    }
    const verdict = await credentials.verify(stationId, password, securityProfile);
    if (verdict === 'genuine') return true;
    if (verdict === 'downgraded') {
      this.anomaly(stationId, downgrade(securityProfile));
      return false;
    }
    if (this.waiting.openUntilMs === 'closed' || !isLongEnough(password)) return false;
    // From here on the same is done for an identity that is known as for one that is not.
    const passwordHash = await credentials.hash(password);
    const isPretender = verdict !== 'unknown';
    const ticket = this.waiting.admit({ stationId, password, passwordHash, isPretender, approach });
    return ticket === undefined ? false : { ticket };
  }

  /** Of those that showed who they are. */
  siteless(): readonly Siteless[] {
    return [...this.connections].flatMap(([stationId, { socket, sinceMs }]) =>
      this.options.sites.ownerOfStation(stationId) === undefined
        ? [{ stationId, socket, sinceMs, boot: this.sitelessBoots.get(stationId) }]
        : [],
    );
  }

  connected(stationId: string, connection: StationSocket): void {
    this.connections.set(stationId, { socket: connection, sinceMs: this.options.clock.nowMs() });
    this.sitelessBoots.delete(stationId);
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
    return this.connections.get(stationId)?.socket;
  }

  disconnected(stationId: string, connectionId: string, reason: string): void {
    if (this.connectionOf(stationId)?.connectionId !== connectionId) return;
    this.connections.delete(stationId);
    this.sitelessBoots.delete(stationId);
    this.options.sites.ownerOfStation(stationId)?.dispatch({ type: 'stationDisconnected', stationId, reason });
  }

  /** Two that speak with one station would not know of each other's profiles. */
  private isDelegated(stationId: string): boolean {
    const owner = this.options.sites.ownerOfStation(stationId);
    return owner?.state.index.stations.get(stationId)?.delegated !== undefined;
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
      if (request.type === 'boot') this.sitelessBoots.set(stationId, detailsOf(request));
      return { status: 'Pending', currentTimeMs: nowMs, intervalS: spreadIntervalS(PENDING_INTERVAL_S, stationId) };
    }
    const endedBefore = owner.state.endedSessions;
    const reply = replyTo(request, { state: owner.state, stationId, nowMs, random: this.options.random });
    if (reply.anomaly !== undefined) this.anomaly(stationId, reply.anomaly);
    if (reply.events.length > 0) owner.dispatch(...reply.events);
    if (request.type === 'variablesReported' || request.type === 'profilesReported')
      this.options.reports.take(stationId, request);
    if (request.type === 'profilesReported') owner.profileReports.take(stationId, request);
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
    const { connectionId, isSetUpElsewhere } = this.connectionOf(stationId) ?? {};
    if (owner === undefined || connectionId === undefined || isSetUpElsewhere === true) return;
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
      const connection = this.connectionOf(id);
      const known = owner.state.stations.get(id)?.connection;
      if (connection === undefined || (known?.status === 'online' && known.connectionId === connection.connectionId))
        continue;
      const { connectionId, ocppVersion } = connection;
      owner.dispatch({ type: 'stationConnected', stationId: id, connectionId, ocppVersion });
      this.commission(id);
    }
  }
}

const DELEGATED = {
  kind: 'delegatedStation',
  detail: 'It connected here, but its site says that somebody else holds its connection: refused.',
};

function isLongEnough(password: string | undefined): password is string {
  return password !== undefined && Buffer.byteLength(password) >= PASSWORD_BYTES_MIN;
}

function downgrade(securityProfile: SecurityProfile): { readonly kind: string; readonly detail: string } {
  const exposed = securityProfile === 1 ? ' Its password went over the network readable: change it.' : '';
  return {
    kind: 'securityDowngrade',
    detail: `It came with security profile ${securityProfile}, and has used a higher one or is set to it: refused.${exposed}`,
  };
}
