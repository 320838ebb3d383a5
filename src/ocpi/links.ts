import { randomUUID } from 'node:crypto';
import { type OcpiClient, reasonOf } from './client.js';
import { endpointOf } from './credentials.js';
import type { Peer, Peers } from './peers.js';
import type { Reach } from './reach.js';
import { type OcpiStation, ocpiStation, ocpiStations, type SiteSideOptions } from './siteSide.js';

export interface LinksOptions extends SiteSideOptions {
  readonly peers: Peers;
  readonly reach: Reach;
  readonly client: OcpiClient;
  /** Reads what was missed, now and then and after each time that the peer was out of reach. 'failed': not all of it. */
  readonly reconcile: (peer: Peer, sinceMs: number) => Promise<'done' | 'failed'>;
}

const LOOK_EVERY_MS = 1_000;
/** How often it is seen whether a peer is there, and how its clock stands. */
const ASK_EVERY_MS = 30_000;
/** One that does not answer so often in a row is gone, and its stations are out of reach. */
const SILENT_MAX = 3;
const RECONCILE_EVERY_MS = 300_000;
const RECONCILE_FIRST_MS = 7 * 86_400_000;
const RECONCILE_OVERLAP_MS = 600_000;
const CAPABILITIES_REQUEST_ID = 0;

interface PeerLink {
  askedMs: number;
  silent: number;
  /** How far its clock is ahead. */
  clockAheadMs: number | 'unknown';
  /** It may have said what was not heard. */
  isBehind: boolean;
  /** What was said until then is known. */
  reconciledMs: number;
  /** Of these EVSEs. */
  reconciledOf: string;
  asking: boolean;
  peer: Peer | undefined;
}

/**
 * Stations behind a peer have no socket: they count as connected while their peer is registered and answers. The peer's clock stands
 * for theirs: OCPI says nothing of what a station's own clock shows.
 */
export class Links {
  private readonly options: LinksOptions;
  private readonly peers = new Map<string, PeerLink>();
  private readonly connections = new Map<string, { readonly connectionId: string; readonly peerId: string }>();
  private stop: () => void = () => {};
  private closed = false;

  constructor(options: LinksOptions) {
    this.options = options;
  }

  start(): void {
    const { clock, log } = this.options;
    const again = () => {
      if (this.closed) return;
      this.stop = clock.after(LOOK_EVERY_MS, () => {
        this.look()
          .catch((error: unknown) => log.error({ error: String(error) }, 'OCPI peers can not be looked after'))
          .finally(again);
      });
    };
    again();
  }

  close(): void {
    this.closed = true;
    this.stop();
  }

  /** Sees to what has changed: peers, sites, stations. */
  async look(): Promise<void> {
    const stations = ocpiStations(this.options.service());
    const wanted = new Map(stations.map((at) => [at.station.id, at]));
    for (const [stationId, { peerId }] of [...this.connections])
      if (wanted.get(stationId)?.peerId !== peerId)
        this.disconnect(stationId, 'it is not delegated to its operator any more');
    for (const peerId of new Set(stations.map((at) => at.peerId))) {
      const link = this.linkOf(peerId);
      const peer = await this.options.peers.find(peerId);
      link.peer = peer;
      const reached: OcpiStation[] = [];
      for (const at of stations)
        if (at.peerId === peerId && peer !== undefined && (await this.options.reach.includes(peer, at)))
          reached.push(at);
        else if (at.peerId === peerId)
          this.disconnect(at.station.id, 'its operator does not have it, by what is said here');
      const isRegistered = peer !== undefined && peer.registration !== 'none';
      if (!isRegistered) this.lose(peerId, 'its operator is not registered');
      else if (!link.asking && this.options.clock.nowMs() - link.askedMs >= ASK_EVERY_MS) void this.ask(peerId, link);
      if (isRegistered && link.silent === 0 && link.clockAheadMs !== 'unknown')
        for (const at of reached) this.connectAt(at);
    }
  }

  /** Something came from its peer: it is there. */
  connect(stationId: string): void {
    const at = ocpiStation(this.options.service(), stationId);
    if (at === undefined) return;
    const link = this.linkOf(at.peerId);
    if (link.clockAheadMs === 'unknown' && !link.asking) void this.ask(at.peerId, link);
    this.connectAt(at);
  }

  private linkOf(peerId: string): PeerLink {
    const known = this.peers.get(peerId);
    if (known !== undefined) return known;
    const link: PeerLink = {
      askedMs: Number.NEGATIVE_INFINITY,
      silent: 0,
      clockAheadMs: 'unknown',
      isBehind: true,
      reconciledMs: Number.NEGATIVE_INFINITY,
      reconciledOf: '',
      asking: false,
      peer: undefined,
    };
    this.peers.set(peerId, link);
    return link;
  }

  private async ask(peerId: string, link: PeerLink): Promise<void> {
    const { clock, client, log } = this.options;
    link.asking = true;
    link.askedMs = clock.nowMs();
    link.isBehind ||= link.silent > 0 || link.clockAheadMs === 'unknown';
    try {
      const peer = await this.options.peers.find(peerId);
      link.peer = peer;
      if (peer?.versionsUrl === undefined) return;
      const answer = await client.ask(peer, { method: 'GET', url: peer.versionsUrl });
      if (answer.outcome !== 'done') {
        link.silent += 1;
        log.info({ peerId, reason: reasonOf(answer) }, 'an OCPI peer does not answer');
        if (link.silent >= SILENT_MAX) this.lose(peerId, 'its operator can not be reached');
        return;
      }
      const nowMs = clock.nowMs();
      link.silent = 0;
      link.clockAheadMs = answer.timestampMs === 'unknown' ? 0 : answer.timestampMs - nowMs;
      await this.look();
      for (const at of ocpiStations(this.options.service())) if (at.peerId === peerId) await this.tellClock(at, link);
      await this.catchUp(peer, link, nowMs);
    } catch (error) {
      log.error({ peerId, error: String(error) }, 'an OCPI peer could not be looked after');
    } finally {
      link.asking = false;
    }
  }

  /** Until all of it is known, it is asked for again each time. */
  private async catchUp(peer: Peer, link: PeerLink, nowMs: number): Promise<void> {
    const evses = JSON.stringify(peer.stations);
    // Of EVSEs that it was not said to have until now nothing is known.
    if (link.reconciledOf !== evses) link.reconciledMs = Number.NEGATIVE_INFINITY;
    if (!link.isBehind && nowMs - link.reconciledMs < RECONCILE_EVERY_MS) return;
    const sinceMs = Math.max(link.reconciledMs - RECONCILE_OVERLAP_MS, nowMs - RECONCILE_FIRST_MS);
    if ((await this.options.reconcile(peer, sinceMs)) === 'failed') return;
    link.isBehind = false;
    link.reconciledMs = nowMs;
    link.reconciledOf = evses;
  }

  private connectAt({ station, owner, peerId }: OcpiStation): void {
    const { stations } = this.options.service();
    const connection = owner.state.stations.get(station.id)?.connection;
    const known = this.connections.get(station.id);
    if (known !== undefined && connection?.status === 'online' && connection.connectionId === known.connectionId)
      return;
    const link = this.linkOf(peerId);
    const connectionId = `ocpi-${peerId}-${randomUUID()}`;
    this.connections.set(station.id, { connectionId, peerId });
    const address = hostOf(link.peer);
    // As a 2.x station it is named by its own transaction ids, and numbers what it tells.
    stations.connected(station.id, {
      connectionId,
      ocppVersion: '2.0.1',
      securityProfile: 2,
      address,
      network: address,
      isSetUpElsewhere: true,
    });
    this.introduce({ station, owner, peerId }).catch((error: unknown) =>
      this.options.log.error(
        { stationId: station.id, error: String(error) },
        'a station over OCPI could not be introduced',
      ),
    );
  }

  /** What a station says when it comes. Of each the model is its own: what is learned of one says nothing of the next. */
  private async introduce({ station, owner, peerId }: OcpiStation): Promise<void> {
    const peer = await this.options.peers.find(peerId);
    const { stations } = this.options.service();
    const say = stations.request.bind(stations);
    await say(station.id, { type: 'boot', vendor: `OCPI ${peerId}`.slice(0, 50), model: station.id });
    await say(station.id, {
      type: 'variablesReported',
      requestId: CAPABILITIES_REQUEST_ID,
      isLast: true,
      variables: [
        { key: 'SmartChargingCtrlr.PeriodsPerSchedule', value: String(Math.max(1, (peer?.periodsMax ?? 1) - 1)) },
        { key: 'SmartChargingCtrlr.RateUnit', value: 'A,W' },
        { key: 'SmartChargingCtrlr.ProfileStackLevel', value: '0' },
      ],
    });
    await this.tellClock({ station, owner, peerId }, this.linkOf(peerId));
  }

  /** Its status is as it was: what is news is the time on it. */
  private async tellClock({ station, owner }: OcpiStation, { clockAheadMs }: PeerLink): Promise<void> {
    const state = owner.state.stations.get(station.id);
    if (clockAheadMs === 'unknown' || state?.connection.status !== 'online' || state.clockIsKnown === true) return;
    const [evseId, evse] = [...state.evses][0] ?? [];
    if (evseId === undefined || evse === undefined) return;
    const timestampMs = this.options.clock.nowMs() + clockAheadMs;
    const { stations } = this.options.service();
    await stations.request(station.id, { type: 'status', evseId, status: evse.status, timestampMs });
  }

  private lose(peerId: string, reason: string): void {
    for (const [stationId, connection] of [...this.connections])
      if (connection.peerId === peerId) this.disconnect(stationId, reason);
  }

  private disconnect(stationId: string, reason: string): void {
    const known = this.connections.get(stationId);
    this.connections.delete(stationId);
    if (known !== undefined) this.options.service().stations.disconnected(stationId, known.connectionId, reason);
  }
}

function hostOf(peer: Peer | undefined): string {
  const url =
    peer?.registration === undefined || peer.registration === 'none'
      ? ''
      : (endpointOf(peer.registration.endpoints, 'chargingprofiles', 'RECEIVER') ?? '');
  return URL.canParse(url) ? new URL(url).hostname : 'ocpi';
}
