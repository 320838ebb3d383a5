import type { Outbound } from '../outbound/outbound.js';
import type { DocumentStore } from '../store/documentStore.js';
import { Callbacks } from './callbacks.js';
import { type ListAnswer, OcpiClient } from './client.js';
import { endpointOf } from './credentials.js';
import { OcpiFault, STATUS } from './fault.js';
import { HubClients } from './hubClients.js';
import { Links } from './links.js';
import { changedLocation, type LocationPath, Locations, proposalsOf, type StationProposal } from './locations.js';
import { evseOfSession, OcpiDesk, type OcpiNews, type OcpiReply } from './ocpiDesk.js';
import { OcpiWay } from './ocpiWay.js';
import { type KnownToken, type Peer, Peers } from './peers.js';
import { Reach } from './reach.js';
import { asList, asObject, type Document, isoTime, requireText } from './reading.js';
import { Registrations } from './registration.js';
import { evseStatusOf } from './session.js';
import { SessionBook } from './sessionBook.js';
import type { SiteSideOptions } from './siteSide.js';
import { shownTokens } from './tokens.js';

export interface OcpiOptions extends SiteSideOptions {
  readonly documents: DocumentStore;
  readonly outbound: Pick<Outbound, 'request' | 'check'>;
  /** Where peers reach this service, without a slash at its end. */
  readonly base: () => string;
  /** Also of sites of other processes. */
  readonly siteOfStation: (stationId: string) => Promise<string | undefined>;
  readonly organisationOfSite: (siteId: string) => Promise<string>;
  /** Hands on what concerns a site of another process. Absent: there is none. */
  readonly tellElsewhere?: (siteId: string, news: OcpiNews) => Promise<OcpiReply>;
}

const PRUNE_EVERY_MS = 3_600_000;

/**
 * OCPI 2.2.1 and 2.3, in the role SCSP. Whoever a peer asks answers it: what is known of peers is in the store. What a peer says of its
 * stations goes to the process that owns their site, and from there it is spoken with.
 */
export class Ocpi {
  readonly peers: Peers;
  readonly registrations: Registrations;
  readonly locations: Locations;
  readonly sessions: SessionBook;
  readonly hubClients: HubClients;
  /** At the owner of a site. */
  readonly desk: OcpiDesk;
  /** How the owner of a site speaks with its stations. */
  readonly way: OcpiWay;
  private readonly options: OcpiOptions;
  private readonly client: OcpiClient;
  private readonly callbacks: Callbacks;
  private readonly links: Links;
  private stopPruning: () => void = () => {};

  constructor(options: OcpiOptions) {
    this.options = options;
    const { documents, outbound, clock } = options;
    const peers = new Peers(documents);
    const client = new OcpiClient(outbound);
    const callbacks = new Callbacks(documents, clock);
    const sessions = new SessionBook(documents);
    this.peers = peers;
    this.client = client;
    this.callbacks = callbacks;
    this.sessions = sessions;
    this.locations = new Locations(documents);
    this.hubClients = new HubClients(documents);
    this.registrations = new Registrations({ peers, client, clock, base: options.base });
    const reach = new Reach(options);
    const reconcile = (peer: Peer, sinceMs: number) => this.reconcile(peer, sinceMs);
    this.links = new Links({ ...options, peers, reach, client, reconcile });
    this.desk = new OcpiDesk({ ...options, peers, reach, sessions, callbacks, links: this.links });
    this.way = new OcpiWay({ ...options, peers, reach, client, callbacks });
  }

  start(): void {
    this.links.start();
    this.pruneLater();
  }

  close(): void {
    this.links.close();
    this.stopPruning();
  }

  /** Makes a peer, or changes it from what it is by then. */
  putPeer(peerId: string, change: (known: Peer | undefined) => Peer): Promise<Peer> {
    return this.peers.put(peerId, this.options.clock.nowMs(), change);
  }

  /** Why an address must not be called. Undefined: it may. */
  refusalOf(url: string): string | undefined {
    const verdict = this.options.outbound.check(url);
    return verdict.ok ? undefined : verdict.reason;
  }

  /** Who asks, by the token that is shown. */
  async authenticate(
    header: string | undefined,
  ): Promise<{ readonly peer: Peer; readonly token: KnownToken } | undefined> {
    return this.peers.ofToken(shownTokens(header), this.options.clock.nowMs());
  }

  async putSession(peer: Peer, sessionId: string, body: unknown): Promise<OcpiReply> {
    const { location_id: locationId, evse_uid: evseUid } = asObject(body) ?? {};
    const evse = evseOfSession(peer, { locationId: String(locationId), evseUid: String(evseUid) });
    const news = { kind: 'session', peerId: peer.peerId, sessionId, method: 'PUT', body } as const;
    // Without a site there is nobody to say what is wrong with the rest of it.
    return evse === undefined ? this.desk.tell(news) : this.tellAbout(evse.stationId, news);
  }

  async patchSession(peer: Peer, sessionId: string, body: unknown): Promise<OcpiReply> {
    return this.aboutSession(peer, sessionId, {
      kind: 'session',
      peerId: peer.peerId,
      sessionId,
      method: 'PATCH',
      body,
    });
  }

  putPreferences(peer: Peer, sessionId: string, body: unknown): Promise<OcpiReply> {
    return this.aboutSession(peer, sessionId, { kind: 'preferences', peerId: peer.peerId, sessionId, body });
  }

  putActiveProfile(peer: Peer, sessionId: string, body: unknown): Promise<OcpiReply> {
    return this.aboutSession(peer, sessionId, { kind: 'activeProfile', peerId: peer.peerId, sessionId, body });
  }

  /** To the process that asked, or owns its site by now. */
  async takeResult(peer: Peer, secret: string, body: unknown): Promise<OcpiReply> {
    const callback = await this.callbacks.find(secret);
    if (callback?.peerId !== peer.peerId)
      throw new OcpiFault(STATUS.client, 'Nothing was asked with this address.', 404);
    return this.tell(callback.siteId, { kind: 'result', callbackId: callback.id, body });
  }

  async putLocation(
    peer: Peer,
    path: LocationPath,
    change: { readonly method: 'PUT' | 'PATCH'; readonly body: unknown },
  ): Promise<void> {
    const location = await this.locations.change(peer, path.locationId, (known) =>
      changedLocation(known, path, change),
    );
    await this.tellStatus(peer, location);
  }

  /** A location, or an EVSE or connector of it, as the peer sent it. */
  async part(peer: Peer, { locationId, evseUid, connectorId }: LocationPath): Promise<Document | undefined> {
    const location = await this.locations.find(peer.peerId, locationId);
    if (evseUid === undefined) return location;
    const evse = asList(location?.evses)
      .map(asObject)
      .find((one) => one?.uid === evseUid);
    if (connectorId === undefined) return evse;
    return asList(evse?.connectors)
      .map(asObject)
      .find((one) => one?.id === connectorId);
  }

  /** Every page of the peer's locations. */
  async pullLocations(
    peer: Peer,
  ): Promise<
    { readonly outcome: 'done'; readonly count: number } | { readonly outcome: 'failed'; readonly reason: string }
  > {
    const answer = await this.pull(peer, 'locations', '', (one) => idOf(one, 'id'));
    if (answer.outcome !== 'done') return answer;
    let count = 0;
    for (const one of answer.items) {
      const location = asObject(one);
      if (location === undefined) continue;
      // One that can't be read keeps none of the others away.
      const read = this.locations.put(peer, location).then((put) => this.tellStatus(peer, put));
      await read.then(() => (count += 1), ignoreFault);
    }
    return { outcome: 'done', count };
  }

  async proposals(peer: Peer): Promise<readonly StationProposal[]> {
    return (await this.locations.list(peer.peerId)).flatMap(proposalsOf);
  }

  async forget(peer: Peer): Promise<void> {
    await this.registrations.unregister(peer);
    await this.peers.delete(peer.peerId);
    await this.locations.deleteAll(peer.peerId);
  }

  private async tellStatus(peer: Peer, location: Document | 'older'): Promise<void> {
    if (location === 'older') return;
    const locationId = requireText(location, 'id', 36);
    for (const one of asList(location.evses)) {
      const { uid, status } = asObject(one) ?? {};
      const evse = peer.stations.find((known) => known.locationId === locationId && known.evseUid === uid);
      if (evse === undefined) continue;
      const { stationId, evseId } = evse;
      const news = {
        kind: 'evseStatus',
        peerId: peer.peerId,
        stationId,
        evseId,
        status: evseStatusOf(status),
      } as const;
      // What an EVSE is besides its sessions is of little weight: a site that can't be reached misses it.
      await this.tellAbout(stationId, news).catch(() => undefined);
    }
  }

  /**
   * What was pushed while nobody listened is read: pushes are not repeated. Of sites of this process. One that fails here keeps none
   * of the others away, and all are read again; what can't be read of one, its operator has to send anew.
   */
  private async reconcile(peer: Peer, sinceMs: number): Promise<'done' | 'failed'> {
    const { log } = this.options;
    const query = `?date_from=${encodeURIComponent(isoTime(sinceMs))}`;
    const answer = await this.pull(peer, 'sessions', query, (one) => idOf(one, 'id'));
    if (answer.outcome !== 'done') {
      log.info({ peerId: peer.peerId, reason: answer.reason }, 'the sessions of an OCPI peer were not read');
      return 'failed';
    }
    let outcome: 'done' | 'failed' = 'done';
    for (const body of answer.items) {
      const { location_id: locationId, evse_uid: evseUid, id } = asObject(body) ?? {};
      const evse = evseOfSession(peer, { locationId: String(locationId), evseUid: String(evseUid) });
      const isHere = evse !== undefined && this.options.service().sites.ownerOfStation(evse.stationId) !== undefined;
      if (!isHere || typeof id !== 'string') continue;
      const about = { peerId: peer.peerId, sessionId: id };
      try {
        const { statusCode, message } = await this.desk.tell({ kind: 'session', ...about, method: 'PUT', body });
        if (statusCode !== STATUS.ok)
          log.info({ ...about, statusCode, message }, "a session of an OCPI peer can't be read");
      } catch (error) {
        outcome = 'failed';
        log.error({ ...about, error: String(error) }, 'a session of an OCPI peer could not be taken in; trying again');
      }
    }
    return outcome;
  }

  private async pull(
    peer: Peer,
    module: string,
    query: string,
    keyOf: (one: unknown) => string | undefined,
  ): Promise<ListAnswer> {
    if (peer.registration === 'none') return { outcome: 'failed', reason: 'The peer is not registered.' };
    const url = endpointOf(peer.registration.endpoints, module, 'SENDER');
    if (url === undefined) return { outcome: 'failed', reason: `The peer serves no ${module}.` };
    return this.client.list(peer, `${url}${query}`, keyOf);
  }

  private async aboutSession(peer: Peer, sessionId: string, news: OcpiNews): Promise<OcpiReply> {
    const known = await this.sessions.find(peer.peerId, sessionId);
    if (known === undefined) throw new OcpiFault(STATUS.client, 'There is no such session: PUT it.', 404);
    return this.tellAbout(known.stationId, news);
  }

  private async tellAbout(stationId: string, news: OcpiNews): Promise<OcpiReply> {
    const siteId = await this.options.siteOfStation(stationId);
    if (siteId === undefined) throw new OcpiFault(STATUS.unknownLocation, 'No site has this EVSE.');
    return this.tell(siteId, news);
  }

  private tell(siteId: string, news: OcpiNews): Promise<OcpiReply> {
    const { service, tellElsewhere } = this.options;
    const isHere = service().sites.find(siteId) !== undefined;
    return isHere || tellElsewhere === undefined ? this.desk.tell(news) : tellElsewhere(siteId, news);
  }

  private pruneLater(): void {
    const { clock, log } = this.options;
    this.stopPruning = clock.after(PRUNE_EVERY_MS, () => {
      Promise.all([this.callbacks.prune(), this.sessions.prune(clock.nowMs())])
        .catch((error: unknown) => log.error({ error: String(error) }, 'what is over could not be forgotten'))
        .finally(() => this.pruneLater());
    });
  }
}

function idOf(one: unknown, name: string): string | undefined {
  const id = asObject(one)?.[name];
  return typeof id === 'string' ? id : undefined;
}

function ignoreFault(error: unknown): void {
  if (!(error instanceof OcpiFault)) throw error;
}
