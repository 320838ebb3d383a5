import { limitAt } from '../site/limitSteps.js';
import { newestHeld } from '../site/mayDraw.js';
import type { SessionNeeds } from '../site/model.js';
import type { EvseStatus } from '../site/stationMessages.js';
import type { Callbacks } from './callbacks.js';
import { readActiveProfile, readResult } from './chargingProfile.js';
import { OcpiFault, STATUS, type StatusCode } from './fault.js';
import { InTurn } from './inTurn.js';
import type { Links } from './links.js';
import type { Peer, PeerEvse, Peers } from './peers.js';
import { type PreferencesAnswer, readPreferences } from './preferences.js';
import type { Reach } from './reach.js';
import { patchSession, readSession, type Session, stageOf, transactionEvent } from './session.js';
import type { KnownSession, SessionBook } from './sessionBook.js';
import type { SiteSideOptions } from './siteSide.js';

/** What a peer says that concerns a site, on its way to the process that owns it. JSON. */
export type OcpiNews =
  | {
      readonly kind: 'session';
      readonly peerId: string;
      readonly sessionId: string;
      readonly method: 'PUT' | 'PATCH';
      readonly body: unknown;
    }
  | { readonly kind: 'preferences'; readonly peerId: string; readonly sessionId: string; readonly body: unknown }
  | { readonly kind: 'activeProfile'; readonly peerId: string; readonly sessionId: string; readonly body: unknown }
  | { readonly kind: 'result'; readonly callbackId: string; readonly body: unknown }
  | {
      readonly kind: 'evseStatus';
      readonly peerId: string;
      readonly stationId: string;
      readonly evseId: number;
      readonly status: EvseStatus;
    };

export interface OcpiReply {
  readonly statusCode: StatusCode;
  readonly httpStatus?: number;
  readonly data?: unknown;
  readonly message?: string;
}

export interface OcpiDeskOptions extends SiteSideOptions {
  readonly peers: Peers;
  readonly reach: Reach;
  readonly sessions: SessionBook;
  readonly callbacks: Callbacks;
  readonly links: Links;
}

const OK: OcpiReply = { statusCode: STATUS.ok };
/** An operator rounds, and says a little more than it was told: no reason to tell people. */
const TOLD_MORE_A = 0.15;

/** Where what peers say becomes what stations say: at the owner of the site, and of one session one thing after the other. */
export class OcpiDesk {
  private readonly options: OcpiDeskOptions;
  private readonly turns = new InTurn();

  constructor(options: OcpiDeskOptions) {
    this.options = options;
  }

  async tell(news: OcpiNews): Promise<OcpiReply> {
    try {
      return await this.take(news);
    } catch (error) {
      if (!(error instanceof OcpiFault)) throw error;
      return { statusCode: error.statusCode, httpStatus: error.httpStatus, message: error.message };
    }
  }

  private take(news: OcpiNews): Promise<OcpiReply> {
    switch (news.kind) {
      case 'session':
        return this.turns.run(`${news.peerId}/${news.sessionId}`, () => this.session(news));
      case 'preferences':
        return this.turns.run(`${news.peerId}/${news.sessionId}`, () => this.preferences(news));
      case 'activeProfile':
        return this.turns.run(`${news.peerId}/${news.sessionId}`, () => this.activeProfile(news));
      case 'result':
        return this.result(news);
      case 'evseStatus':
        return this.evseStatus(news);
    }
  }

  private async session(news: OcpiNews & { kind: 'session' }): Promise<OcpiReply> {
    const { peerId, sessionId } = news;
    const peer = await this.requirePeer(peerId);
    const known = await this.options.sessions.find(peerId, sessionId);
    const session = sessionAfter(news, known);
    // What comes late changes nothing, and is no fault of the sender's.
    if (session === 'older') return OK;
    const evse = evseOfSession(peer, session);
    const at = evse === undefined ? undefined : await this.options.reach.find(peer, evse.stationId, evse.evseId);
    if (evse === undefined || at === undefined)
      throw new OcpiFault(
        STATUS.unknownLocation,
        `No site has the EVSE ${session.evseUid} of location ${session.locationId}.`,
      );
    const next = {
      seqNo: 0,
      told: 'nothing',
      ...known,
      session,
      stationId: evse.stationId,
      evseId: evse.evseId,
    } as const;
    await this.options.sessions.put(peer, await this.toldTo(next));
    return OK;
  }

  /** Tells the site what is news to it, and says what it knows then. */
  private async toldTo(known: KnownSession): Promise<KnownSession> {
    const { links, service, clock } = this.options;
    const { session, stationId, evseId, told } = known;
    const stage = stageOf(session);
    if (stage === 'before' || told === 'over' || (stage === 'over' && told === 'nothing'))
      return stage === 'over' ? { ...known, told: 'over' } : known;
    links.connect(stationId);
    const seqNo = known.seqNo + 1;
    const event = transactionEvent(session, { evseId, seqNo, isFirst: told === 'nothing', nowMs: clock.nowMs() });
    await service().stations.request(stationId, event);
    const { needs, ...after } = { ...known, seqNo, told: stage };
    if (needs !== undefined && stage === 'open') await this.putNeeds(after, needs);
    return after;
  }

  private async preferences({ peerId, sessionId, body }: OcpiNews & { kind: 'preferences' }): Promise<OcpiReply> {
    const peer = await this.requirePeer(peerId);
    const known = await this.requireSession(peer, sessionId);
    const read = readPreferences(body, this.options.clock.nowMs());
    const answer = (data: PreferencesAnswer): OcpiReply => ({ statusCode: STATUS.ok, data });
    if (read.answer !== 'ACCEPTED') return answer(read.answer);
    if (known.told === 'over') return answer('NOT_POSSIBLE');
    if (known.told === 'open') await this.putNeeds(known, read.needs);
    else await this.options.sessions.put(peer, { ...known, needs: read.needs });
    return answer('ACCEPTED');
  }

  private async putNeeds(
    known: Pick<KnownSession, 'session' | 'stationId' | 'evseId'>,
    needs: SessionNeeds,
  ): Promise<void> {
    const { stationId, evseId, session } = known;
    const owner = this.options.service().sites.ownerOfStation(stationId);
    const transaction = owner?.state.stations.get(stationId)?.evses.get(evseId)?.transaction;
    if (owner === undefined || transaction?.transactionId !== session.sessionId) return;
    await this.options.service().putNeeds(owner.state.site.siteId, transaction.sessionId, needs);
  }

  /**
   * The peer says what holds now. It takes nothing back that may hold: only what is asked for and answered does. That more than was told
   * should hold is for a person to look at.
   */
  private async activeProfile({ peerId, sessionId, body }: OcpiNews & { kind: 'activeProfile' }): Promise<OcpiReply> {
    const { sessions, service, clock } = this.options;
    const peer = await this.requirePeer(peerId);
    const known = await this.requireSession(peer, sessionId);
    const profile = readActiveProfile(body);
    if (profile === undefined) throw new OcpiFault(STATUS.parameters, 'charging_profile can not be read.');
    await sessions.put(peer, { ...known, activeProfile: profile });
    const slot = service()
      .sites.ownerOfStation(known.stationId)
      ?.state.stations.get(known.stationId)
      ?.evses.get(known.evseId);
    const held = slot === undefined ? undefined : newestHeld(slot.txProfile);
    const nowMs = clock.nowMs();
    const toldA = held === undefined ? 'ended' : limitAt(held.limits, nowMs);
    const saidA = profile.schedule.periods.findLast(
      ({ startPeriodS }) => profile.startMs + startPeriodS * 1000 <= nowMs,
    )?.limit;
    if (profile.schedule.rateUnit === 'A' && toldA !== 'ended' && saidA !== undefined && saidA > toldA + TOLD_MORE_A)
      service().stations.anomaly(known.stationId, {
        kind: 'ocpiActiveProfile',
        detail: `its operator says that ${saidA} A hold, where ${toldA} A were told`,
      });
    return OK;
  }

  private async result({ callbackId, body }: OcpiNews & { kind: 'result' }): Promise<OcpiReply> {
    const result = readResult(body);
    if (!this.options.callbacks.settle(callbackId, result))
      this.options.log.info(
        { result: result.result },
        'a result of a charging profile came late, or again: it changes nothing',
      );
    return OK;
  }

  private async evseStatus({
    peerId,
    stationId,
    evseId,
    status,
  }: OcpiNews & { kind: 'evseStatus' }): Promise<OcpiReply> {
    const { service, links, reach } = this.options;
    const at = await reach.find(await this.requirePeer(peerId), stationId, evseId);
    if (at === undefined) return OK;
    // A session that is open tells better than the location, which may be from before it.
    if (at.owner.state.stations.get(stationId)?.evses.get(evseId)?.transaction !== null) return OK;
    links.connect(stationId);
    await service().stations.request(stationId, { type: 'status', evseId, status });
    return OK;
  }

  private async requirePeer(peerId: string): Promise<Peer> {
    const peer = await this.options.peers.find(peerId);
    if (peer === undefined) throw new OcpiFault(STATUS.client, 'There is no such peer any more.', 401);
    return peer;
  }

  /** One at a station that is the peer's no more is none of its either. */
  private async requireSession(peer: Peer, sessionId: string): Promise<KnownSession> {
    const known = await this.options.sessions.find(peer.peerId, sessionId);
    const at = known && (await this.options.reach.find(peer, known.stationId, known.evseId));
    if (known === undefined || at === undefined) throw new OcpiFault(STATUS.client, 'There is no such session.', 404);
    return known;
  }
}

function sessionAfter(
  { method, body, sessionId }: OcpiNews & { kind: 'session' },
  known: KnownSession | undefined,
): Session | 'older' {
  if (method === 'PATCH') {
    if (known === undefined) throw new OcpiFault(STATUS.client, 'There is no such session: PUT it.', 404);
    return patchSession(known.session, body);
  }
  const session = readSession(body);
  if (session.sessionId !== sessionId) throw new OcpiFault(STATUS.parameters, 'id is not that of the address.');
  return known !== undefined && session.lastUpdatedMs < known.session.lastUpdatedMs ? 'older' : session;
}

export function evseOfSession(
  { stations }: Peer,
  { locationId, evseUid }: Pick<Session, 'locationId' | 'evseUid'>,
): PeerEvse | undefined {
  return stations.find((one) => one.locationId === locationId && one.evseUid === evseUid);
}
