import type { AddressInfo } from 'node:net';
import { type Command, type CommandResult, type EvenkeelApi, followCommands } from 'evenkeel/client';
import { type WebSocket, WebSocketServer } from 'ws';
import { Answers, type OcppVersion, type Payload } from './answers.js';
import { Forwarder } from './forwarder.js';

export interface CsmsOptions {
  readonly api: EvenkeelApi;
  /** 0: any free one. */
  readonly port: number;
  readonly host?: string;
  readonly onTrouble?: (what: string) => void;
}

interface Call {
  readonly resolve: (result: CommandResult) => void;
}

interface Station {
  readonly forwarder: Forwarder;
  readonly calls: Map<string, Call>;
  socket: WebSocket | undefined;
  answers: Answers;
}

const VERSIONS: Readonly<Record<string, OcppVersion>> = { 'ocpp1.6': '1.6', 'ocpp2.0.1': '2.0.1', 'ocpp2.1': '2.1' };
const ANSWER_WITHIN_MS = 15_000;
/** A real CSMS asks its stations who they are (OCPP security profiles 1 to 3); this one believes them. */
const STATION_PATH = /\/ocpp\/([^/?]{1,48})$/;

/** A small CSMS: it keeps its stations and answers them, and has Evenkeel do the smart charging. */
export class Csms {
  readonly #options: CsmsOptions;
  readonly #server: WebSocketServer;
  readonly #stations = new Map<string, Station>();
  readonly #stop = new AbortController();
  #nextId = 1;

  static async start(options: CsmsOptions): Promise<Csms> {
    const server = new WebSocketServer({
      port: options.port,
      host: options.host ?? '127.0.0.1',
      handleProtocols: (offered) => [...offered].find((name) => VERSIONS[name] !== undefined) ?? false,
    });
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    return new Csms(options, server);
  }

  private constructor(options: CsmsOptions, server: WebSocketServer) {
    this.#options = options;
    this.#server = server;
    server.on('connection', (socket, request) => {
      const stationId = STATION_PATH.exec(request.url ?? '')?.[1];
      const version = VERSIONS[socket.protocol];
      if (stationId === undefined || version === undefined) socket.close();
      else this.#connected(decodeURIComponent(stationId), version, socket);
    });
    followCommands({
      api: options.api,
      signal: this.#stop.signal,
      handOn: (command) => this.#handOn(command),
      resync: async () => {
        for (const { forwarder } of this.#stations.values()) forwarder.resync();
      },
      onTrouble: (what) => this.#trouble(what),
    }).catch((error: unknown) => this.#trouble(String(error)));
  }

  /** Stations connect to this, followed by their id. */
  get stationsUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `ws://127.0.0.1:${port}/ocpp`;
  }

  /** Messages that Evenkeel has not been told yet. */
  get untold(): number {
    return [...this.#stations.values()].reduce((sum, { forwarder }) => sum + forwarder.waiting, 0);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const { socket, forwarder } of this.#stations.values()) {
      forwarder.close();
      socket?.terminate();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connected(stationId: string, version: OcppVersion, socket: WebSocket): void {
    const { api } = this.#options;
    const known = this.#stations.get(stationId);
    known?.socket?.terminate();
    const station: Station = known ?? {
      forwarder: new Forwarder({ api, stationId, onTrouble: (what) => this.#trouble(what) }),
      calls: new Map(),
      socket,
      answers: new Answers(version),
    };
    this.#stations.set(stationId, station);
    station.socket = socket;
    station.forwarder.online();
    socket.on('message', (data) => this.#received(station, socket, String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (station.socket !== socket) return;
      station.socket = undefined;
      for (const { resolve } of station.calls.values()) resolve({ status: 'unknown' });
      station.calls.clear();
      station.forwarder.offline();
    });
  }

  #received(station: Station, socket: WebSocket, text: string): void {
    const frame: unknown = parsed(text);
    if (!Array.isArray(frame)) return;
    const [kind, id, ...rest]: unknown[] = frame;
    if (kind === 2 && typeof rest[0] === 'string') {
      const [action, payload] = [rest[0], (rest[1] ?? {}) as Payload];
      const answer = station.answers.to(action, payload);
      socket.send(JSON.stringify([3, id, answer]));
      station.forwarder.said(action, payload, answer);
    }
    if (kind === 3) this.#answered(station, id, answeredWith((rest[0] ?? {}) as Record<string, unknown>));
    if (kind === 4)
      this.#answered(station, id, { status: 'failed', errorCode: String(rest[0]), errorDescription: String(rest[1]) });
  }

  #answered(station: Station, id: unknown, result: CommandResult): void {
    const call = station.calls.get(String(id));
    station.calls.delete(String(id));
    call?.resolve(result);
  }

  /** As Evenkeel wants it handed on: the payload as it is, and the answer as it came. */
  #handOn({ stationId, action, payload }: Command): Promise<CommandResult> {
    const station = this.#stations.get(stationId);
    const socket = station?.socket;
    if (station === undefined || socket === undefined || socket.readyState !== socket.OPEN)
      return Promise.resolve({ status: 'expired' });
    const id = `csms-${this.#nextId++}`;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answered(station, id, { status: 'unknown' }), ANSWER_WITHIN_MS);
      station.calls.set(id, {
        resolve: (result) => {
          clearTimeout(timer);
          resolve(result);
        },
      });
      socket.send(JSON.stringify([2, id, action, payload]));
    });
  }

  #trouble(what: string): void {
    this.#options.onTrouble?.(what);
  }
}

/** What it wrote, with the word for it: what has no status says neither yes nor no. */
function answeredWith(payload: Record<string, unknown>): CommandResult {
  const { status } = payload;
  const isYes = typeof status !== 'string' || ['Accepted', 'RebootRequired', 'Scheduled', 'Unlocked'].includes(status);
  return { status: isYes ? 'accepted' : 'rejected', payload };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
