import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { QUIET, type ScenarioDeath, type ScenarioDeployment } from './scenarioDeployment.js';
import type { ServiceApi } from './serviceApi.js';
import { type Ended, ServiceProcess } from './serviceProcess.js';

const UPSTREAM_ID = 'csms';
const ENVIRONMENT = { ...QUIET, EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8' };
const ACCEPTED = { status: 'Accepted' };

type Json = Record<string, unknown>;

/** The service in one process, and behind it a CSMS that every station goes on to. */
export class ProxiedDeployment implements ScenarioDeployment {
  readonly api: ServiceApi;
  readonly apiUrl: string;
  readonly stationsUrl: string;
  readonly deaths: readonly ScenarioDeath[];
  readonly unservedAtMostMs = 0;
  readonly csms: ScenarioCsms;
  #service: ServiceProcess;

  static async start(dataDir: string): Promise<ProxiedDeployment> {
    const csms = await ScenarioCsms.listen();
    const service = await ServiceProcess.start({ dataDir, environment: ENVIRONMENT });
    await service.api.put(`/v1/upstreams/${UPSTREAM_ID}`, { url: csms.url });
    return new ProxiedDeployment(service, csms, dataDir);
  }

  private constructor(service: ServiceProcess, csms: ScenarioCsms, dataDir: string) {
    this.#service = service;
    this.csms = csms;
    this.api = service.api;
    this.apiUrl = service.httpUrl;
    this.stationsUrl = service.stationsUrl.replace('/ocpp', `/proxy/${UPSTREAM_ID}`);
    const { port } = service;
    this.deaths = [
      {
        what: 'the service',
        kill: () => this.#service.kill(),
        untilServed: async () => {
          this.#service = await ServiceProcess.start({ dataDir, port, environment: ENVIRONMENT });
        },
        servedAgainWithinMs: 'once started',
      },
    ];
  }

  get output(): string {
    return this.#service.output;
  }

  async stop(): Promise<readonly Ended[]> {
    return [await this.#service.stop()];
  }

  async end(): Promise<void> {
    await this.#service.kill();
    await this.csms.close();
  }
}

/** A CSMS that knows every station and accepts everything; of a start that is told again it gives the same id. */
export class ScenarioCsms {
  /** Calls of stations, by action. */
  readonly counts = new Map<string, number>();
  readonly #server: WebSocketServer;
  readonly #started = new Map<string, number>();
  #nextTransactionId = 100_000;

  static async listen(): Promise<ScenarioCsms> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: ([first]) => first ?? false });
    await new Promise<void>((resolve) => server.once('listening', resolve));
    return new ScenarioCsms(server);
  }

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket, request) => {
      const stationId = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
      socket.on('error', () => {});
      socket.on('message', (data) => this.#take(stationId, socket, data.toString()));
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ocpp`;
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #take(stationId: string, socket: WebSocket, text: string): void {
    const [kind, id, action, payload] = JSON.parse(text) as [number, string, string, Json];
    if (kind !== 2) return;
    this.counts.set(action, (this.counts.get(action) ?? 0) + 1);
    socket.send(JSON.stringify([3, id, this.#answer(stationId, action, payload, socket.protocol)]));
  }

  #answer(stationId: string, action: string, payload: Json, subprotocol: string): Json {
    const is16 = subprotocol === 'ocpp1.6';
    switch (action) {
      case 'BootNotification':
        return { ...ACCEPTED, currentTime: new Date().toISOString(), interval: 60 };
      case 'Heartbeat':
        return { currentTime: new Date().toISOString() };
      case 'Authorize':
        return is16 ? { idTagInfo: ACCEPTED } : { idTokenInfo: ACCEPTED };
      case 'StartTransaction':
        return { transactionId: this.#transactionOf(stationId, payload), idTagInfo: ACCEPTED };
      case 'StopTransaction':
        return {};
      case 'TransactionEvent':
        return payload.idToken === undefined ? {} : { idTokenInfo: ACCEPTED };
      case 'DataTransfer':
      case 'NotifyEVChargingNeeds':
        return ACCEPTED;
      default:
        return {};
    }
  }

  #transactionOf(stationId: string, { connectorId, idTag, timestamp, meterStart }: Json): number {
    const start = [stationId, connectorId, idTag, timestamp, meterStart].join(' ');
    const known = this.#started.get(start) ?? this.#nextTransactionId++;
    this.#started.set(start, known);
    return known;
  }
}
