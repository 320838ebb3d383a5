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
import { OwnProfiles } from './ownProfiles.js';
import { type PartInSite, ProxyConnection } from './proxyConnection.js';
import { ProxyMemory } from './proxyMemory.js';

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
/** Stations whose profiles are remembered while they are away. */
const REMEMBERED_MAX = 50_000;

const NOT_FOUND: Refusal = { status: 404, detail: 'There is no such central system, or it does not know the station.' };
const FORBIDDEN: Refusal = { status: 403, detail: 'The central system does not take this station.' };
const NO_SUBPROTOCOL: Refusal = { status: 400, detail: 'Offer an OCPP subprotocol, such as ocpp1.6 or ocpp2.0.1.' };

/** Where stations come in that go on to a CSMS of their own. */
export class Proxies implements ProxyEntrance {
  readonly #options: ProxiesOptions;
  readonly #dialects: ReadonlyMap<string, Dialect>;
  /** By station: what of ours it holds outlasts a connection. */
  readonly #own = new Map<string, OwnProfiles>();
  readonly #watched = new Set<Watched>();
  #cancelLook: (() => void) | undefined;

  constructor(options: ProxiesOptions) {
    this.#options = options;
    this.#dialects = new Map(options.dialects.map((dialect) => [dialect.subprotocol, dialect]));
  }

  begin(request: ProxyRequest): ProxiedArrival {
    const options: ArrivalOptions = {
      ...this.#options,
      ownOf: (stationId) => this.#ownOf(stationId),
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

  #ownOf(stationId: string): OwnProfiles {
    const own = this.#own.get(stationId) ?? new OwnProfiles();
    // Set again, so that the map stays in order of last use.
    this.#own.delete(stationId);
    this.#own.set(stationId, own);
    for (const oldest of this.#own.keys()) {
      if (this.#own.size <= REMEMBERED_MAX) break;
      this.#own.delete(oldest);
    }
    return own;
  }
}

interface Watched {
  readonly connection: ProxyConnection;
  readonly upstream: Upstream;
  readonly stationId: string;
  readonly takesPart: boolean;
}

type ArrivalOptions = ProxiesOptions & {
  readonly ownOf: (stationId: string) => OwnProfiles;
  readonly watch: (watched: Watched) => void;
};

class Arrival implements ProxiedArrival {
  readonly #options: ArrivalOptions;
  readonly #dialects: ReadonlyMap<string, Dialect>;
  readonly #asked: ProxyRequest;
  refusal: Refusal | undefined;
  #dialled: Extract<Dialled, { outcome: 'open' }> | undefined;
  #upstream: Upstream | undefined;
  #part: PartInSite | undefined;
  #isAbandoned = false;

  constructor(options: ArrivalOptions, dialects: ReadonlyMap<string, Dialect>, asked: ProxyRequest) {
    this.#options = options;
    this.#dialects = dialects;
    this.#asked = asked;
  }

  get subprotocol(): string | undefined {
    return this.#dialled?.socket.protocol;
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
    if (listed !== undefined && listed.isDelegated !== true) this.#part = await this.#partIn(listed, upstream);
    return this.#dial(upstream, subprotocols);
  }

  async #partIn(
    { voltageV = VOLTAGE_V }: ListedStation,
    { upstreamId, organisationId, credentials }: Upstream,
  ): Promise<PartInSite> {
    const { documents, clock, ownOf, passwordChanged } = this.#options;
    const { stationId } = this.#asked;
    const nowMs = () => clock.nowMs();
    return {
      memory: await ProxyMemory.open({ documents, upstreamId, stationId, organisationId, nowMs }),
      profiles: ownOf(stationId),
      voltageV,
      credentials: credentials.mode,
      passwordChanged: (password) => passwordChanged(stationId, password),
    };
  }

  open({ socket, context, connectionId, approach, anomalies }: ProxiedParts): ProxiedConnection {
    const dialled = this.#dialled;
    const dialect = this.#dialects.get(dialled?.socket.protocol ?? '');
    const upstream = this.#upstream;
    if (dialled === undefined || dialect === undefined || upstream === undefined)
      throw new Error('the CSMS has not taken this station');
    this.#dialled = undefined;
    const part = this.#part;
    const connection = new ProxyConnection({
      context,
      socket,
      upstream: dialled.socket,
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
    this.#dialled?.socket.terminate();
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

  async #dial(upstream: Upstream, subprotocols: readonly string[]): Promise<boolean> {
    const dialled = await this.#dialOnce(upstream, subprotocols);
    switch (dialled.outcome) {
      case 'open':
        if (this.#isAbandoned) dialled.socket.terminate();
        else this.#dialled = dialled;
        return !this.#isAbandoned;
      case 'refused':
        // Of 401 nothing is to be said: it is what everybody gets whose password is wrong.
        return this.#refuse(dialled.status === 401 ? undefined : dialled.status === 404 ? NOT_FOUND : FORBIDDEN);
      case 'unreachable':
        this.#options.report(
          this.#asked.stationId,
          `Its CSMS "${upstream.upstreamId}" can not be reached: ${dialled.reason}.`,
        );
        throw new Error('the CSMS can not be reached');
    }
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
