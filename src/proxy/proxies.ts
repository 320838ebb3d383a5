import type { WebSocket } from 'ws';
import type { Refusal } from '../gateway/handshake.js';
import type {
  ProxiedArrival,
  ProxiedConnection,
  ProxiedParts,
  ProxyEntrance,
  ProxyRequest,
} from '../gateway/proxyEntrance.js';
import type { Dialect } from '../ocpp/dialect.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Clock } from '../site/clock.js';
import type { StationApproach, StationHandler } from '../site/stationMessages.js';
import type { Upstream } from '../site/upstream.js';
import type { DocumentStore } from '../store/documentStore.js';
import { type Dialled, dialUpstream } from './dialUpstream.js';
import type { IslandQueue } from './islandQueue.js';
import { IslandQueues } from './islandQueues.js';
import { OwnProfiles } from './ownProfiles.js';
import { ProxyConnection } from './proxyConnection.js';
import type { PartInSite } from './proxyConnectionParts.js';
import { ProxyMemory, type ProxyMemoryOptions } from './proxyMemory.js';

/** What is known of upstreams and stations when one comes. */
export interface Upstreams {
  find(upstreamId: string): Promise<Upstream | undefined>;
  /** Undefined: no site lists it. */
  siteOf(stationId: string): Promise<ListedStation | undefined>;
}

export interface ListedStation {
  readonly organisationId: string;
  /** Phase to neutral, of its site. Absent: it is not known here. */
  readonly voltageV?: number;
  /** Somebody else holds its connection: it does not take part here. */
  readonly isDelegated?: true;
}

export interface ProxiesOptions {
  readonly upstreams: Upstreams;
  readonly outbound: Pick<Outbound, 'check' | 'dialOptions'>;
  /** Who stations are, where their passwords are for us and not for the CSMS. */
  readonly handler: Pick<StationHandler, 'authenticate'>;
  readonly clock: Clock;
  readonly dialects: readonly Dialect[];
  readonly documents: DocumentStore;
  /** A station got another password from its CSMS. */
  readonly passwordChanged: (stationId: string, password: string) => void;
  readonly report: (stationId: string, detail: string) => void;
  readonly dialTimeoutMs?: number;
  readonly lookEveryMs?: number;
  readonly maxPayloadBytes?: number;
}

/** Sooner than a station's own handshake is given up, so that a CSMS that is slow is told apart from us. */
const DIAL_TIMEOUT_MS = 8_000;
const MAX_PAYLOAD_BYTES = 64 * 1024;
const VOLTAGE_V = 230;
const LOOK_EVERY_MS = 60_000;
/** Service restart, as far as the station is concerned. */
const COME_AGAIN = 1012;

const NOT_FOUND: Refusal = { status: 404, detail: 'There is no such central system, or it does not know the station.' };
const FORBIDDEN: Refusal = { status: 403, detail: 'The central system does not take this station.' };
const NO_SUBPROTOCOL: Refusal = { status: 400, detail: 'Offer an OCPP subprotocol, such as ocpp1.6 or ocpp2.0.1.' };

/** Where stations come in that go on to a CSMS of their own. */
export class Proxies implements ProxyEntrance {
  readonly #options: ProxiesOptions;
  readonly #dialects: ReadonlyMap<string, Dialect>;
  readonly #watched = new Set<Watched>();
  readonly #queues = new IslandQueues();
  #cancelLook: (() => void) | undefined;

  constructor(options: ProxiesOptions) {
    this.#options = options;
    this.#dialects = new Map(options.dialects.map((dialect) => [dialect.subprotocol, dialect]));
  }

  begin(request: ProxyRequest): ProxiedArrival {
    const options: ArrivalOptions = {
      ...this.#options,
      queues: this.#queues,
      watch: (watched) => this.#watch(watched),
    };
    return new Arrival(options, this.#dialects, request);
  }

  #watch(watched: Watched): void {
    this.#watched.add(watched);
    watched.connection.onClose(() => this.#watched.delete(watched));
    this.#lookLater();
  }

  /** What a connection was opened by may have changed since: then it is closed, and comes again by what holds now. */
  #lookLater(): void {
    this.#cancelLook ??= this.#options.clock.after(this.#options.lookEveryMs ?? LOOK_EVERY_MS, () => {
      void this.#look().finally(() => {
        this.#cancelLook = undefined;
        if (this.#watched.size > 0) this.#lookLater();
      });
    });
  }

  async #look(): Promise<void> {
    const { upstreams } = this.#options;
    for (const { connection, upstream, stationId, takesPart } of [...this.#watched]) {
      try {
        const now = await upstreams.find(upstream.upstreamId);
        const listed = await upstreams.siteOf(stationId);
        const isSame =
          now?.updatedMs === upstream.updatedMs &&
          takesPart === (listed !== undefined && listed.isDelegated !== true) &&
          (listed === undefined || listed.organisationId === upstream.organisationId);
        if (!isSame) connection.close(COME_AGAIN, 'what was stored has changed; come again');
      } catch {
        // Without the store nothing is known to have changed.
      }
    }
  }
}

interface Watched {
  readonly connection: ProxyConnection;
  readonly upstream: Upstream;
  readonly stationId: string;
  readonly takesPart: boolean;
}

type ArrivalOptions = ProxiesOptions & {
  readonly queues: IslandQueues;
  readonly watch: (watched: Watched) => void;
};

class Arrival implements ProxiedArrival {
  readonly #options: ArrivalOptions;
  readonly #dialects: ReadonlyMap<string, Dialect>;
  readonly #asked: ProxyRequest;
  refusal: Refusal | undefined;
  #dialled: WebSocket | undefined;
  #subprotocol: string | undefined;
  #upstream: Upstream | undefined;
  #part: PartInSite | undefined;
  #releaseQueue: () => void = () => {};
  #isAbandoned = false;

  constructor(options: ArrivalOptions, dialects: ReadonlyMap<string, Dialect>, asked: ProxyRequest) {
    this.#options = options;
    this.#dialects = dialects;
    this.#asked = asked;
  }

  get subprotocol(): string | undefined {
    return this.#subprotocol;
  }

  async ask(password: string | undefined, approach: StationApproach): Promise<boolean> {
    const { upstreams, handler } = this.#options;
    const { upstreamId, stationId, request } = this.#asked;
    const upstream = await upstreams.find(upstreamId);
    if (upstream === undefined) return this.#refuse(NOT_FOUND);
    const listed = await upstreams.siteOf(stationId);
    // Another organisation's station is not this one's to pass on: it could be spoken for by whoever sets up a CSMS of their own.
    if (listed !== undefined && listed.organisationId !== upstream.organisationId) return this.#refuse(NOT_FOUND);
    const subprotocols = this.#spoken(request.headers['sec-websocket-protocol']);
    if (subprotocols.length === 0) return this.#refuse(NO_SUBPROTOCOL);
    // Where the CSMS does not see what the station shows, it is seen to here.
    const { credentials } = upstream;
    if (credentials.mode === 'replace' && (await handler.authenticate(stationId, password, approach)) !== true)
      return false;
    this.#upstream = upstream;
    const site = listed?.isDelegated === true ? undefined : listed;
    const dialled = await this.#dialOnce(upstream, subprotocols);
    switch (dialled.outcome) {
      case 'open':
        return this.#taken(dialled.socket, upstream, site);
      case 'refused':
        // Of 401 nothing is to be said: it is what everybody gets whose password is wrong.
        return this.#refuse(dialled.status === 401 ? undefined : dialled.status === 404 ? NOT_FOUND : FORBIDDEN);
      case 'unreachable':
        if (site !== undefined && (await this.#isServedWithout(upstream, site, subprotocols))) return true;
        this.#options.report(stationId, `Its CSMS "${upstreamId}" can not be reached: ${dialled.reason}.`);
        throw new Error('the CSMS can not be reached');
    }
  }

  /** Its CSMS lets it in. */
  async #taken(socket: WebSocket, upstream: Upstream, site: ListedStation | undefined): Promise<boolean> {
    this.#dialled = socket;
    this.#subprotocol = socket.protocol;
    // Once the CSMS has taken this connection, it says nothing on an earlier one that could change what is remembered.
    if (site !== undefined) this.#part = await this.#partIn(site, upstream, socket.protocol);
    if (upstream.onLoss.kind === 'island') await this.#part?.memory.save({ subprotocol: socket.protocol });
    if (this.#isAbandoned) socket.terminate();
    return !this.#isAbandoned;
  }

  /** It is let in by us, so that it need not be by its CSMS, which has spoken with it before. */
  async #isServedWithout(upstream: Upstream, site: ListedStation, subprotocols: readonly string[]): Promise<boolean> {
    if (upstream.onLoss.kind !== 'island' || upstream.credentials.mode !== 'replace') return false;
    const { subprotocol } = (await ProxyMemory.open(this.#keptFor(upstream))).kept;
    if (subprotocol === undefined || !subprotocols.includes(subprotocol)) return false;
    const part = await this.#partIn(site, upstream, subprotocol);
    if (part.islandQueue === undefined) return false;
    this.#part = part;
    this.#subprotocol = subprotocol;
    return true;
  }

  async #partIn({ voltageV = VOLTAGE_V }: ListedStation, upstream: Upstream, subprotocol: string): Promise<PartInSite> {
    const { passwordChanged } = this.#options;
    const { credentials } = upstream;
    const { stationId } = this.#asked;
    const isNumbered = this.#dialects.get(subprotocol)?.version !== '1.6';
    return {
      memory: await ProxyMemory.open(this.#keptFor(upstream)),
      // In 1.6 a transaction has no number before its CSMS has given it one.
      ...(isNumbered ? { islandQueue: await this.#queueFor(upstream) } : {}),
      // What was said on another connection may have been replaced since, by way of another process: it is not said again.
      profiles: new OwnProfiles(),
      voltageV,
      credentials: credentials.mode,
      passwordChanged: (password) => passwordChanged(stationId, password),
    };
  }

  async #queueFor(upstream: Upstream): Promise<IslandQueue> {
    const { queues, report } = this.#options;
    const { stationId } = this.#asked;
    const { queue, release } = await queues.open({
      ...this.#keptFor(upstream),
      report: (detail) => report(stationId, detail),
    });
    this.#releaseQueue = release;
    if (this.#isAbandoned) release();
    return queue;
  }

  #keptFor({ upstreamId, organisationId }: Upstream): ProxyMemoryOptions {
    const { documents, clock } = this.#options;
    return { documents, upstreamId, stationId: this.#asked.stationId, organisationId, nowMs: () => clock.nowMs() };
  }

  open({ socket, context, connectionId, approach, anomalies }: ProxiedParts): ProxiedConnection {
    const dialled = this.#dialled;
    const dialect = this.#dialects.get(this.#subprotocol ?? '');
    const upstream = this.#upstream;
    if (dialect === undefined || upstream === undefined) throw new Error('the CSMS has not taken this station');
    this.#dialled = undefined;
    const part = this.#part;
    const connection = new ProxyConnection({
      context,
      socket,
      upstream: dialled,
      dialect,
      stationId: this.#asked.stationId,
      connectionId,
      securityProfile: approach.securityProfile,
      anomalies,
      letInBy: upstream.credentials.mode === 'replace' ? 'us' : 'upstream',
      onLoss: upstream.onLoss,
      redial: () => this.#dialOnce(upstream, [dialect.subprotocol]),
      ...(part === undefined ? {} : { part }),
    });
    connection.onClose(() => this.#releaseQueue());
    this.#options.watch({ connection, upstream, stationId: this.#asked.stationId, takesPart: part !== undefined });
    return {
      connection,
      ocppVersion: dialect.version,
      takesPart: part !== undefined,
      begin: () => connection.begin(),
    };
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#releaseQueue();
    this.#dialled?.terminate();
    this.#dialled = undefined;
  }

  #dialOnce(upstream: Upstream, subprotocols: readonly string[]): Promise<Dialled> {
    const { outbound, clock, dialTimeoutMs, maxPayloadBytes } = this.#options;
    return dialUpstream({
      outbound,
      clock,
      url: upstream.url,
      stationId: this.#asked.stationId,
      subprotocols,
      authorization: this.#authorizationFor(upstream),
      timeoutMs: dialTimeoutMs ?? DIAL_TIMEOUT_MS,
      maxPayloadBytes: maxPayloadBytes ?? MAX_PAYLOAD_BYTES,
    });
  }

  /** As the station wrote it, or what was given for it; a certificate can not be shown on. */
  #authorizationFor({ credentials }: Upstream): string | undefined {
    const { stationId, request, entrance } = this.#asked;
    if (credentials.mode === 'passThrough') return entrance === 'mutualTls' ? undefined : request.headers.authorization;
    const { username = stationId, password } = credentials;
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  }

  /** Those of its offer that are spoken here too, in its order. */
  #spoken(offer: string | undefined): readonly string[] {
    const offered = (offer ?? '').split(',').map((name) => name.trim());
    return [...new Set(offered)].filter((name) => this.#dialects.has(name));
  }

  #refuse(refusal: Refusal | undefined): false {
    this.refusal = refusal;
    return false;
  }
}
