import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Dialect } from '../ocpp/dialect.js';
import type {
  CallOptions,
  CommandOutcome,
  SecurityProfile,
  StationApproach,
  StationCaller,
  StationCommand,
} from '../site/stationMessages.js';
import { plainAddress } from './addresses.js';
import { Anomalies } from './anomalies.js';
import { AnswerMemory } from './answerMemory.js';
import { Arrivals } from './arrivals.js';
import { Authenticator, type Verdict } from './authenticator.js';
import {
  certificateOf,
  type Entrance,
  headersOf,
  isStationAddress,
  type Refusal,
  readHandshake,
  refuseUpgrade,
} from './handshake.js';
import type { LiveConnection } from './liveConnection.js';
import { contextFrom, type GatewayContext, type GatewayOptions } from './options.js';
import type { ProxiedArrival, ProxyEntrance } from './proxyEntrance.js';
import { StationConnection } from './stationConnection.js';
import { WaitingStations } from './waitingStations.js';

/** A message of 64 KiB in pieces is allowed, a flood of tiny ones is not. */
const FRAGMENTS_MAX = 128;
/** After our closing frame; the peer's socket is then ended. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Connections of one station within FLAPPING_WINDOW_MS from which on a person should know. */
const FLAPPING_CONNECTIONS = 5;
const FLAPPING_WINDOW_MS = 60_000;
/** Silent connections are looked for this often in one pingIntervalMs. */
const SWEEPS_PER_INTERVAL = 4;

const NO_COMMON_SUBPROTOCOL = 1002;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

const NOT_FOUND: Refusal = { status: 404, detail: 'There is no web socket at this address.' };
const CLOSING: Refusal = { status: 503, detail: 'The service is going down; try again.', retryAfterS: 5 };
const STALE: Refusal = { status: 503, detail: 'Your credentials were changed just now; try again.', retryAfterS: 1 };
const UPGRADE_REQUIRED: Refusal = {
  status: 426,
  detail: 'This address is for charging stations: connect with a web socket and an OCPP subprotocol.',
};

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly entrance: Entrance;
  /** Others listen for upgrades on this server too. */
  readonly isShared: boolean;
}

/** What is remembered of a station between its connections. */
interface StationRecord {
  readonly anomalies: Anomalies;
  readonly answers: AnswerMemory;
  connectedMs: number[];
}

/**
 * Holds the stations' web sockets. Whoever is behind it sees neutral requests (StationHandler) and gives neutral commands
 * (StationCaller). It opens no port itself: `attach` it to an http server.
 */
export class Gateway implements StationCaller {
  readonly #context: GatewayContext;
  readonly #dialects: ReadonlyMap<string, Dialect>;
  readonly #authenticator: Authenticator;
  readonly #sockets: WebSocketServer;
  /** By station; those that are only passed on by upstream and station. */
  readonly #live = new Map<string, LiveConnection>();
  readonly #proxies: ProxyEntrance | undefined;
  /** What a CSMS chose for a station that goes on to it. */
  readonly #chosen = new WeakMap<IncomingMessage, string>();
  readonly #arrivals = new Arrivals();
  readonly #waiting: WaitingStations | undefined;
  /** Every socket that is not closed yet, those replaced included. */
  readonly #open = new Set<WebSocket>();
  readonly #records = new Map<string, StationRecord>();
  readonly #detachers: (() => void)[] = [];
  #isClosing = false;
  #isDraining = false;
  #cancelSweep: () => void = () => {};

  /** `proxies`: where stations go on to a CSMS of their own. Absent: nowhere. */
  constructor(options: GatewayOptions & { readonly proxies?: ProxyEntrance }) {
    this.#context = contextFrom(options);
    this.#dialects = new Map(options.dialects.map((dialect) => [dialect.subprotocol, dialect]));
    this.#proxies = options.proxies;
    this.#authenticator = new Authenticator(this.#context, options.allowUnauthenticated ?? false);
    const { waiting } = options.handler;
    if (waiting !== undefined) this.#waiting = new WaitingStations(this.#context, waiting);
    // closeTimeout is missing from the published types of ws.
    const serverOptions: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      // Measured: 60 times slower, 1.3 GB at 5,000 connections; and it opens the door to deflate bombs.
      perMessageDeflate: false,
      maxPayload: this.#context.limits.maxPayloadBytes,
      maxFragments: FRAGMENTS_MAX,
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: (offered, request) => this.#chosen.get(request) ?? this.#chooseSubprotocol(offered),
    };
    this.#sockets = new WebSocketServer(serverOptions);
    this.#sweepLater();
  }

  /**
   * Takes the upgrades of /ocpp/{stationId} and /proxy/{upstreamId}/{stationId} on this server. Other addresses are left to the server's
   * other upgrade listeners; when there is none, they get 404. How slow a handshake may be is the server's own setting (headersTimeout).
   */
  attach(server: Server | TlsServer, entrance: Entrance = 'plain'): void {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      // What throws here is our bug; it costs this one socket, and its close event puts the books right.
      const isShared = server.listenerCount('upgrade') > 1;
      this.#upgrade({ request, socket, head, entrance, isShared }).catch(() => socket.destroy());
    };
    server.on('upgrade', onUpgrade);
    this.#detachers.push(() => server.off('upgrade', onUpgrade));
  }

  /** Answers 426 to a plain request for a station's address. False when the request is somebody else's. */
  answerPlainRequest(request: IncomingMessage, response: ServerResponse): boolean {
    if (!isStationAddress(request.url ?? '')) return false;
    response.writeHead(UPGRADE_REQUIRED.status, {
      'Content-Type': 'text/plain; charset=utf-8',
      Connection: 'close',
      ...Object.fromEntries(headersOf(UPGRADE_REQUIRED)),
    });
    response.end(`${UPGRADE_REQUIRED.detail}\n`);
    return true;
  }

  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options: CallOptions = {},
  ): Promise<CommandOutcome<C['type']>> {
    const connection = this.#live.get(stationId);
    if (connection === undefined || this.#isClosing) return Promise.resolve({ outcome: 'notSent', reason: 'offline' });
    return connection.call(command, options);
  }

  /** The station has a newer connection elsewhere: this one is ended as one that is replaced here, and the handler not told. */
  displace(stationId: string, connectionId: string): void {
    const connection = this.#live.get(stationId);
    if (connection?.station.connectionId !== connectionId) return;
    this.#live.delete(stationId);
    connection.replace();
  }

  /**
   * The station's credentials were changed: a connection with a lower security profile than that speaks for it no more, nor does one
   * that is being let in by what was stored before.
   */
  cutOff(stationId: string, below: SecurityProfile): void {
    this.#arrivals.makeStale(stationId);
    this.#authenticator.forget(stationId);
    const connection = this.#live.get(stationId);
    if (connection === undefined || connection.letInBy !== 'us' || connection.station.securityProfile >= below) return;
    connection.close(POLICY_VIOLATION, 'its credentials were changed');
    // From this moment on, however long the other side takes to close.
    this.#forget(connection, 'its credentials were changed');
  }

  get connectionCount(): number {
    return this.#live.size;
  }

  /**
   * Takes no more connections, and hands over those that are there to other gateways: one after the other, spread over so long, each
   * is let end what is under way and closed with 1001. Then `close`.
   */
  async drain(spreadMs: number): Promise<void> {
    if (this.#isClosing || this.#isDraining) return;
    this.#isDraining = true;
    const connections = [...this.#live.values()];
    const gapMs = spreadMs / Math.max(1, connections.length);
    // In an order of chance, so that the stations of one site do not all go at one moment.
    const order = connections.map((connection) => ({ connection, at: this.#context.random.positiveInt31() }));
    order.sort((a, b) => a.at - b.at);
    await Promise.all(
      order.map(async ({ connection }, place) => {
        await new Promise<void>((resolve) => this.#context.clock.after(place * gapMs, resolve));
        await this.#withinGrace([connection.drain()]);
        connection.close(GOING_AWAY, 'service going down');
      }),
    );
  }

  /** Takes no more connections and calls, lets what is under way end, then closes each socket with 1001. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#cancelSweep();
    const connections = [...this.#live.values()];
    await this.#withinGrace(connections.map((connection) => connection.drain()));
    for (const connection of connections) connection.close(GOING_AWAY, 'service going down');
    this.#waiting?.close(GOING_AWAY, 'service going down');
    await this.#withinGrace([...this.#open].map((socket) => once(socket, 'close')));
    // What is still open is ended at once; its close event follows on a later turn, and is waited for.
    const stubborn = [...this.#open].map((socket) => once(socket, 'close'));
    for (const socket of this.#open) socket.terminate();
    await Promise.all(stubborn);
    for (const detach of this.#detachers) detach();
    this.#sockets.close();
  }

  async #upgrade(upgrade: Upgrade): Promise<void> {
    const { request, socket, head, entrance, isShared } = upgrade;
    const handshake = readHandshake(request);
    if (handshake.kind === 'notOurs') {
      if (!isShared) this.#refuse(socket, NOT_FOUND);
      return;
    }
    const onError = (): void => {
      socket.destroy();
    };
    // While the handshake is being authenticated nobody else listens, and an error without a listener ends the process.
    socket.on('error', onError);
    if (this.#isClosing || this.#isDraining) {
      this.#refuse(socket, CLOSING);
      return;
    }
    if (handshake.kind === 'refused') {
      this.#refuse(socket, handshake.refusal);
      return;
    }
    const { stationId, upstreamId } = handshake;
    const proxied =
      upstreamId === undefined ? undefined : this.#proxies?.begin({ upstreamId, stationId, request, entrance });
    if (upstreamId !== undefined && proxied === undefined) {
      this.#refuse(socket, NOT_FOUND);
      return;
    }
    const credentials = entrance === 'mutualTls' ? certificateOf(request.socket) : handshake.credentials;
    const address = plainAddress(request.socket.remoteAddress ?? 'unknown');
    const arrival = this.#arrivals.begin(stationId);
    let verdict: Verdict;
    try {
      const ask = proxied && ((password: string | undefined, to: StationApproach) => proxied.ask(password, to));
      verdict = await this.#authenticator.admit(
        { stationId, credentials, address, entrance, ...(ask === undefined ? {} : { ask }) },
        () => this.#anomaliesOf(stationId),
      );
    } finally {
      this.#arrivals.end(arrival);
    }
    const refusal = this.#refusalOf(verdict, { isStale: arrival.isStale, proxied });
    if (refusal !== undefined || !verdict.admitted) {
      if (verdict.admitted && verdict.ticket !== undefined) this.#context.handler.waiting?.left(verdict.ticket);
      proxied?.abandon();
      this.#refuse(socket, refusal ?? CLOSING);
      return;
    }
    const { approach, ticket } = verdict;
    socket.off('error', onError);
    if (proxied !== undefined) {
      if (proxied.subprotocol !== undefined) this.#chosen.set(request, proxied.subprotocol);
      // It may go before it is let in; afterwards there is nothing to abandon.
      socket.once('close', () => proxied.abandon());
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (proxied !== undefined) this.#passedOn({ stationId, upstreamId }, webSocket, { approach, proxied });
      else if (ticket === undefined) this.#connected(stationId, webSocket, approach);
      else this.#entered({ stationId, socket: webSocket, approach, ticket });
    });
  }

  #refusalOf(
    verdict: Verdict,
    { isStale, proxied }: { readonly isStale: boolean; readonly proxied: ProxiedArrival | undefined },
  ): Refusal | undefined {
    if (!verdict.admitted) return (verdict.refusal.status === 401 ? proxied?.refusal : undefined) ?? verdict.refusal;
    if (this.#isClosing || this.#isDraining) return CLOSING;
    return isStale ? STALE : undefined;
  }

  #refuse(socket: Duplex, refusal: Refusal): void {
    this.#context.metrics.handshakeRefused?.(refusal.status);
    refuseUpgrade(socket, refusal);
  }

  /** Ours is the order of preference, not the station's. */
  #chooseSubprotocol(offered: ReadonlySet<string>): string | false {
    for (const subprotocol of this.#dialects.keys()) if (offered.has(subprotocol)) return subprotocol;
    return false;
  }

  #connected(stationId: string, socket: WebSocket, approach: StationApproach): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    const dialect = this.#dialects.get(socket.protocol);
    const record = this.#recordOf(stationId);
    const nowMs = this.#context.clock.nowMs();
    if (dialect === undefined) {
      this.#closeWithoutDialect(socket);
      record.anomalies.report('noCommonSubprotocol', 'The station offers no OCPP version that is spoken here.', nowMs);
      return;
    }
    const connectionId = this.#context.newMessageId();
    const connection = new StationConnection(this.#context, socket, {
      stationId,
      connectionId,
      dialect,
      securityProfile: approach.securityProfile,
      anomalies: record.anomalies,
      answers: record.answers,
      messages: this.#context.messages,
    });
    this.#enter(stationId, connection);
    this.#watchFlapping(record, nowMs);
    this.#context.handler.connected(stationId, { connectionId, ocppVersion: dialect.version, ...approach });
  }

  /** It replaces any earlier one. */
  #enter(key: string, connection: LiveConnection, onGone = (reason: string) => this.#disconnected(connection, reason)) {
    const earlier = this.#live.get(key);
    this.#live.set(key, connection);
    connection.onClose(onGone);
    earlier?.replace();
    this.#context.metrics.connectionOpened?.();
  }

  /** A station that goes on to a CSMS of its own. One that no site lists is known by where it goes: it can displace nobody else. */
  #passedOn(
    { stationId, upstreamId }: { readonly stationId: string; readonly upstreamId: string | undefined },
    socket: WebSocket,
    { approach, proxied }: { readonly approach: StationApproach; readonly proxied: ProxiedArrival },
  ): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    const record = this.#recordOf(stationId);
    const connectionId = this.#context.newMessageId();
    const { anomalies } = record;
    const opened = proxied.open({ socket, context: this.#context, connectionId, approach, anomalies });
    const { connection, takesPart, ocppVersion } = opened;
    this.#watchFlapping(record, this.#context.clock.nowMs());
    if (takesPart) {
      this.#enter(stationId, connection);
      this.#context.handler.connected(stationId, { connectionId, ocppVersion, ...approach });
      opened.begin();
      return;
    }
    const key = `${upstreamId}/${stationId}`;
    this.#enter(key, connection, () => {
      this.#context.metrics.connectionClosed?.();
      if (this.#live.get(key) !== connection) return;
      this.#live.delete(key);
      connection.end();
    });
  }

  /** A stranger, who may wait. */
  #entered(newcomer: Omit<Parameters<WaitingStations['accept']>[0], 'dialect'>): void {
    const { socket, ticket } = newcomer;
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    const dialect = this.#dialects.get(socket.protocol);
    if (dialect !== undefined && this.#waiting !== undefined) {
      this.#waiting.accept({ ...newcomer, dialect });
      return;
    }
    this.#context.handler.waiting?.left(ticket);
    this.#closeWithoutDialect(socket);
  }

  #closeWithoutDialect(socket: WebSocket): void {
    socket.on('error', () => socket.terminate());
    socket.close(NO_COMMON_SUBPROTOCOL, `offer one of ${[...this.#dialects.keys()].join(', ')}`);
  }

  #disconnected(connection: LiveConnection, reason: string): void {
    this.#context.metrics.connectionClosed?.();
    // A connection that was replaced says nothing about the station: the newer one speaks for it.
    if (this.#live.get(connection.station.stationId) === connection) this.#forget(connection, reason);
  }

  #forget(connection: LiveConnection, reason: string): void {
    const { stationId, connectionId } = connection.station;
    this.#live.delete(stationId);
    connection.end();
    this.#context.handler.disconnected(stationId, connectionId, reason);
  }

  #watchFlapping(record: StationRecord, nowMs: number): void {
    record.connectedMs = record.connectedMs.filter((atMs) => atMs > nowMs - FLAPPING_WINDOW_MS);
    record.connectedMs.push(nowMs);
    if (record.connectedMs.length < FLAPPING_CONNECTIONS) return;
    record.anomalies.report('flapping', `It connected ${record.connectedMs.length} times within a minute.`, nowMs);
  }

  /** Of an identity that nobody has proven yet: nothing is kept for it. */
  #anomaliesOf(stationId: string): Anomalies {
    return this.#records.get(stationId)?.anomalies ?? new Anomalies(this.#context.handler, stationId);
  }

  #recordOf(stationId: string): StationRecord {
    const known = this.#records.get(stationId);
    // Set again, so that the map stays in order of last use.
    this.#records.delete(stationId);
    const record = known ?? {
      anomalies: new Anomalies(this.#context.handler, stationId),
      answers: new AnswerMemory(),
      connectedMs: [],
    };
    this.#records.set(stationId, record);
    if (this.#records.size > this.#context.limits.stationsRememberedMax) this.#forgetOldest();
    return record;
  }

  #forgetOldest(): void {
    for (const stationId of this.#records.keys()) {
      if (this.#live.has(stationId)) continue;
      this.#records.delete(stationId);
      return;
    }
  }

  #sweepLater(): void {
    const delayMs = this.#context.limits.pingIntervalMs / SWEEPS_PER_INTERVAL;
    this.#cancelSweep = this.#context.clock.after(delayMs, () => {
      for (const connection of this.#live.values()) connection.checkAlive();
      this.#waiting?.checkAlive();
      this.#sweepLater();
    });
  }

  /** Resolves when all have, or closeGraceMs have passed. */
  async #withinGrace(work: readonly Promise<unknown>[]): Promise<void> {
    let cancel = (): void => {};
    const graceOver = new Promise<void>((resolve) => {
      cancel = this.#context.clock.after(this.#context.limits.closeGraceMs, resolve);
    });
    await Promise.race([Promise.all(work), graceOver]);
    cancel();
  }
}
