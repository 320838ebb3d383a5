import type { ChargingProfile } from '../site/chargingProfile.js';
import { outletWattsPerAmpere } from '../site/electricity.js';
import type { Evse } from '../site/model.js';
import { evseOf } from '../site/siteIndex.js';
import { type CommandOutcome, NOT_SAYABLE, type StationCaller, type StationCommand } from '../site/stationMessages.js';
import { BackOff } from './backOff.js';
import type { Callback, Callbacks, OpenCallback } from './callbacks.js';
import { type AfterEnd, keepsTo, type ProfileResult, readAck, writeProfile } from './chargingProfile.js';
import { type Answer, type Asked, type OcpiClient, reasonOf } from './client.js';
import { below, endpointOf } from './credentials.js';
import type { Peer, Peers } from './peers.js';
import type { Reach } from './reach.js';
import { type OcpiStation, ocpiStation, type SiteSideOptions } from './siteSide.js';

export interface OcpiWayOptions extends SiteSideOptions {
  readonly peers: Peers;
  readonly reach: Reach;
  readonly client: OcpiClient;
  readonly callbacks: Callbacks;
  /** Where peers reach this service. */
  readonly base: () => string;
}

/** While a result is waited for, its station is told nothing else. */
const RESULT_WAIT_MAX_MS = 30_000;
/** What a peer says it takes is not what its way back takes. */
const RESULT_GRACE_MS = 2_000;
/** Where not even the answer came, the result may. */
const ANSWERLESS_WAIT_MS = 5_000;
const ACTIVE_PROFILE_MOST_S = 86_400;
const CREDENTIAL_LOOKS = 3;
const CREDENTIAL_LOOK_MS = 300;

type Outcome = CommandOutcome;
type Reply = Outcome | { readonly outcome: 'result'; readonly result: ProfileResult };

interface About extends OcpiStation {
  readonly peer: Peer;
  readonly sessionId: string;
  readonly about: Callback['about'];
  readonly waitMs: number;
}

/**
 * Stations of operators that are spoken with over OCPI: of all that a station can be told it carries one profile for one session, and
 * that it takes none any more, and asks which one holds. What comes of it comes later, or never: then it is unknown.
 */
export class OcpiWay implements StationCaller {
  private readonly options: OcpiWayOptions;
  private readonly backOff: BackOff;

  constructor(options: OcpiWayOptions) {
    this.options = options;
    this.backOff = new BackOff(options.clock);
  }

  holds(stationId: string): boolean {
    return ocpiStation(this.options.service(), stationId) !== undefined;
  }

  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options: Parameters<StationCaller['call']>[2] = {},
  ): Promise<CommandOutcome<C['type']>> {
    // Each command is answered with the response of its type.
    return this.carry(stationId, command, options.timeoutMs) as Promise<CommandOutcome<C['type']>>;
  }

  private async carry(stationId: string, command: StationCommand, timeoutMs = RESULT_WAIT_MAX_MS): Promise<Outcome> {
    const at = ocpiStation(this.options.service(), stationId);
    const peer = at === undefined ? undefined : await this.options.peers.find(at.peerId);
    if (at === undefined || peer === undefined || peer.registration === 'none') return OFFLINE;
    if (!(await this.options.reach.includes(peer, at))) return OFFLINE;
    const context = { ...at, peer, waitMs: Math.min(timeoutMs, RESULT_WAIT_MAX_MS) };
    switch (command.type) {
      case 'setChargingProfile':
        return command.profile.purpose === 'TxProfile'
          ? this.set(context, command.profile, command.evseId)
          : this.byContract(context, command.profile);
      case 'clearChargingProfile':
        return this.clear(context, command);
      case 'getCompositeSchedule':
        return this.composite(context, command);
      default:
        return notSayable(`OCPI has no words for ${command.type}.`);
    }
  }

  /** What a station falls to can't be told to it: either it was agreed on, and is no more than this, or it can't be had. */
  private byContract({ peer, station, owner }: OcpiStation & { peer: Peer }, profile: ChargingProfile): Outcome {
    if (peer.stationDefault !== 'failsafe')
      return notSayable('OCPI carries no default, and what these stations fall to was not agreed on.');
    const { voltageV } = owner.state.site;
    const isKept = station.evses.every((evse) => keepsTo(profile, { evse, failsafeA: station.failsafeA, voltageV }));
    return isKept ? ACCEPTED : notSayable('OCPI carries no default, and what was agreed on is more than this.');
  }

  private async set(
    at: Omit<About, 'sessionId' | 'about'>,
    profile: ChargingProfile,
    evseId: number,
  ): Promise<Outcome> {
    const evse = evseOf(at.station, evseId);
    if (evse === undefined || profile.transactionId === undefined) return notSayable('OCPI limits sessions only.');
    const about = { ...at, sessionId: String(profile.transactionId), about: 'set' } as const;
    const reply = await this.exchange(about, (url, responseUrl) => ({
      method: 'PUT',
      url,
      body: { charging_profile: writeProfile(profile, afterEnd(at, evse)), response_url: responseUrl },
    }));
    return reply.outcome === 'result' ? statusOf(reply.result) : reply;
  }

  private async clear(
    at: Omit<About, 'sessionId' | 'about'>,
    { evseId, purpose }: StationCommand & { type: 'clearChargingProfile' },
  ): Promise<Outcome> {
    const open = openSession(at, evseId);
    if (purpose !== 'TxProfile' || open === undefined) return { outcome: 'answered', response: { status: 'Unknown' } };
    const about = { ...at, sessionId: open.sessionId, about: 'clear' } as const;
    const reply = await this.exchange(about, (url, responseUrl) => ({
      method: 'DELETE',
      url: `${url}?response_url=${encodeURIComponent(responseUrl)}`,
    }));
    return reply.outcome === 'result' ? statusOf(reply.result) : reply;
  }

  private async composite(
    at: Omit<About, 'sessionId' | 'about'>,
    { evseId, durationS, rateUnit }: StationCommand & { type: 'getCompositeSchedule' },
  ): Promise<Outcome> {
    const evse = evseOf(at.station, evseId);
    if (evse === undefined) return notSayable('OCPI asks for sessions only.');
    const open = openSession(at, evseId);
    // Where nothing was sent, what was agreed on holds: nobody need be asked.
    if (open?.wasTold !== true) return this.agreedDefault(at, evse, { durationS, rateUnit });
    const about = { ...at, sessionId: open.sessionId, about: 'active' } as const;
    const seconds = Math.min(durationS, ACTIVE_PROFILE_MOST_S);
    const reply = await this.exchange(about, (url, responseUrl) => ({
      method: 'GET',
      url: `${url}?duration=${seconds}&response_url=${encodeURIComponent(responseUrl)}`,
    }));
    if (reply.outcome !== 'result') return reply;
    const { result, profile } = reply.result;
    if (result === 'UNKNOWN') return UNKNOWN;
    if (result === 'REJECTED' || profile === undefined) return REJECTED;
    return { outcome: 'answered', response: { status: 'Accepted', schedule: profile.schedule } };
  }

  /** Without a session its default holds, as it was agreed on: nobody can be asked. */
  private agreedDefault(
    at: OcpiStation & { peer: Peer },
    evse: Evse,
    { durationS, rateUnit = evse.kind === 'DC' ? 'W' : 'A' }: { durationS: number; rateUnit?: 'A' | 'W' | undefined },
  ): Outcome {
    if (at.peer.stationDefault !== 'failsafe') return notSayable('OCPI asks for sessions only.');
    const { failsafeA, voltageV } = afterEnd(at, evse);
    const limit = rateUnit === 'A' ? failsafeA : failsafeA * outletWattsPerAmpere(evse, voltageV);
    const schedule = {
      startMs: this.options.clock.nowMs(),
      durationS,
      rateUnit,
      periods: [{ startPeriodS: 0, limit }],
    };
    return { outcome: 'answered', response: { status: 'Accepted', isAgreed: true, schedule } };
  }

  /** One request, and the result that belongs to it. */
  private async exchange(about: About, write: (url: string, responseUrl: string) => Asked): Promise<Reply> {
    const { station, peer, sessionId, owner } = about;
    const endpoints = peer.registration === 'none' ? [] : peer.registration.endpoints;
    const endpoint = endpointOf(endpoints, 'chargingprofiles', 'RECEIVER');
    if (endpoint === undefined) return notSayable('The operator takes no charging profiles.');
    if (!(await this.backOff.isOver(station.id))) return CROWDED;
    const callback = await this.options.callbacks.open(peer, {
      siteId: owner.state.site.siteId,
      stationId: station.id,
      sessionId,
      about: about.about,
    });
    const asked = write(below(endpoint, sessionId), `${this.options.base()}/ocpi/results/${callback.secret}`);
    const answer = await this.ask(peer, { ...asked, functional: true });
    return this.follow(about, callback, answer);
  }

  /** Credentials may be changed while a request is under way: then it is sent again with the new ones. */
  private async ask(peer: Peer, asked: Asked): Promise<Answer> {
    const answer = await this.options.client.ask(peer, asked);
    if (answer.outcome !== 'refused' || answer.httpStatus !== 401) return answer;
    const now = await this.changedCredentials(peer);
    return now === undefined ? answer : this.options.client.ask(now, asked);
  }

  /** They are stored when the peer has them, by whichever process exchanged them: in a moment, if they are not yet. */
  private async changedCredentials(peer: Peer): Promise<Peer | undefined> {
    const { peers, clock } = this.options;
    for (let looks = 0; looks < CREDENTIAL_LOOKS; looks += 1) {
      if (looks > 0) await new Promise<void>((resolve) => clock.after(CREDENTIAL_LOOK_MS, resolve));
      const now = await peers.inTurn(peer.peerId, () => peers.find(peer.peerId));
      if (now !== undefined && now.registration !== 'none' && tokenOf(now) !== tokenOf(peer)) return now;
    }
    return undefined;
  }

  private async follow(about: About, callback: OpenCallback, answer: Answer): Promise<Reply> {
    if (answer.outcome === 'unsent' || answer.outcome === 'refused') {
      await callback.become('REJECTED');
      if (answer.outcome === 'unsent') return OFFLINE;
      return { outcome: 'error', code: `OCPI ${answer.statusCode}`, description: reasonOf(answer) };
    }
    if (answer.outcome === 'unknown') return this.await(about, callback, ANSWERLESS_WAIT_MS);
    const ack = readAck(answer.data);
    switch (ack.result) {
      case 'TOO_OFTEN':
        this.backOff.longer(about.station.id);
        await callback.become('REJECTED');
        return CROWDED;
      case 'REJECTED':
      case 'NOT_SUPPORTED':
      case 'UNKNOWN_SESSION':
        await callback.become('REJECTED');
        return { outcome: 'error', code: ack.result, description: 'as its operator says' };
      case 'ACCEPTED':
      case 'UNKNOWN':
        this.backOff.forget(about.station.id);
        await callback.become('ACKED');
        return this.await(about, callback, ack.timeoutS * 1000 + RESULT_GRACE_MS);
    }
  }

  private async await({ waitMs, station, sessionId }: About, callback: OpenCallback, atMostMs: number): Promise<Reply> {
    const { clock, log } = this.options;
    const result = await new Promise<ProfileResult | 'late'>((resolve) => {
      const cancel = clock.after(Math.min(waitMs, atMostMs), () => resolve('late'));
      void callback.result.then((told) => {
        cancel();
        resolve(told);
      });
    });
    if (result === 'late') {
      await callback.become('EXPIRED');
      log.info(
        { stationId: station.id, sessionId },
        'the result of a charging profile did not come: what holds is unknown',
      );
      return UNKNOWN;
    }
    await callback.become(STATES[result.result]);
    return { outcome: 'result', result };
  }
}

const STATES = { ACCEPTED: 'CONFIRMED', REJECTED: 'REJECTED', UNKNOWN: 'UNKNOWN' } as const;
const OFFLINE: Outcome = { outcome: 'notSent', reason: 'offline' };
const CROWDED: Outcome = { outcome: 'notSent', reason: 'queueFull' };
const UNKNOWN: Outcome = { outcome: 'unknown', reason: 'timeout' };
const ACCEPTED: Outcome = { outcome: 'answered', response: { status: 'Accepted' } };
const REJECTED: Outcome = { outcome: 'answered', response: { status: 'Rejected' } };

function statusOf({ result }: ProfileResult): Outcome {
  return result === 'ACCEPTED' ? ACCEPTED : result === 'REJECTED' ? REJECTED : UNKNOWN;
}

function notSayable(description: string): Outcome {
  return { outcome: 'error', code: NOT_SAYABLE, description };
}

function tokenOf({ registration }: Peer): string | undefined {
  return registration === 'none' ? undefined : registration.token;
}

function afterEnd({ station, owner }: OcpiStation, evse: Evse): AfterEnd {
  return { evse, failsafeA: station.failsafeA, voltageV: owner.state.site.voltageV };
}

interface OpenSession {
  readonly sessionId: string;
  /** A profile may have been sent for it. */
  readonly wasTold: boolean;
}

function openSession({ owner, station }: OcpiStation, evseId: number | undefined): OpenSession | undefined {
  for (const [id, { transaction, txProfile }] of owner.state.stations.get(station.id)?.evses ?? [])
    if (transaction !== null && (evseId === undefined || evseId === id))
      return { sessionId: String(transaction.transactionId), wasTold: txProfile.candidates.length > 0 };
  return undefined;
}
