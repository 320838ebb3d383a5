import { Car, realClock, SimulatedSite, seededRandom, Ticker, VirtualStation } from '../../../src/simulator/index.js';
import { OwnPostgres } from '../../support/ownPostgres.js';
import { OwnRedis } from '../../support/ownRedis.js';
import { PartingProxy } from '../../support/partingProxy.js';
import { ServiceProcess } from './serviceProcess.js';
import { until } from './until.js';

export interface ClusterSize {
  readonly sites: number;
  readonly stationsPerSite: number;
  readonly meterIntervalS: number;
}

/** Per station; each could draw CAR_MAX_A, so that they have to share. */
const SHARE_A = 10;
const CAR_MAX_A = 16;
const FAILSAFE_A = 6;
const REACTION_S = 2;
const TICK_MS = 250;
const SEED = 7;
/** What was under way when Redis went is asked again, directly: docs/operations.md says a second or two. */
const BUS_LOSS_AT_MOST_MS = 2_000;
/** As long as an excess may last that is nobody's fault: nothing pushes these sites over, so that there should be none at all. */
const EXCESS_AT_MOST_MS = 1_000 + REACTION_S * 1_000 + TICK_MS;
const PROBED_PER_SITE = 2;
/** Its building has a meter, and draws what a test says. */
const METERED_SITE = 1;
const METER_STALE_S = 600;

/** What is left of a site's limit where its stations fall to their failsafes. */
export function buildingMaxA(stations: number): number {
  return (SHARE_A - FAILSAFE_A) * stations;
}
const ONLINE_AT_MOST_MS = 90_000;

const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

export interface RigSite {
  readonly siteId: string;
  readonly stations: readonly VirtualStation[];
  readonly simulated: SimulatedSite;
}

/**
 * Two gateways, two planners and an API, each a process; Postgres and Redis of their own; the stations come through a load balancer.
 * One planner reaches Postgres and Redis through proxies that can be cut.
 */
export class ClusterRig {
  readonly postgres: OwnPostgres;
  readonly redis: OwnRedis;
  readonly balancer: PartingProxy;
  readonly toRedis: PartingProxy;
  readonly toPostgres: PartingProxy;
  readonly gateways: ServiceProcess[] = [];
  readonly planners: ServiceProcess[] = [];
  api!: ServiceProcess;
  readonly sites: RigSite[] = [];
  readonly #size: ClusterSize;
  readonly #databaseUrl: string;
  readonly #ended: ServiceProcess[] = [];
  readonly #redisLostMs: number[] = [];

  static async start(size: ClusterSize): Promise<ClusterRig> {
    const [postgres, redis] = await Promise.all([
      OwnPostgres.start({ durable: true }),
      OwnRedis.start({ appendonly: true }),
    ]);
    const schema = await postgres.newSchema();
    const [balancer, toRedis, toPostgres] = await Promise.all([
      PartingProxy.start([]),
      PartingProxy.start([redis.port]),
      PartingProxy.start([postgres.port]),
    ]);
    const rig = new ClusterRig({ size, postgres, redis, databaseUrl: schema.url, balancer, toRedis, toPostgres });
    try {
      await rig.#startProcesses();
      await rig.untilReady(true, 'every process is ready', 60_000);
      await rig.#makeSites();
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return rig;
  }

  private constructor(parts: {
    readonly size: ClusterSize;
    readonly postgres: OwnPostgres;
    readonly redis: OwnRedis;
    readonly databaseUrl: string;
    readonly balancer: PartingProxy;
    readonly toRedis: PartingProxy;
    readonly toPostgres: PartingProxy;
  }) {
    this.#size = parts.size;
    this.postgres = parts.postgres;
    this.redis = parts.redis;
    this.#databaseUrl = parts.databaseUrl;
    this.balancer = parts.balancer;
    this.toRedis = parts.toRedis;
    this.toPostgres = parts.toPostgres;
  }

  /** `isCuttable`: its ways to Redis and Postgres lead through the proxies. */
  async startProcess(roles: string, isCuttable = false): Promise<ServiceProcess> {
    const databaseUrl = isCuttable
      ? this.#databaseUrl.replace(`:${this.postgres.port}/`, `:${this.toPostgres.port}/`)
      : this.#databaseUrl;
    return ServiceProcess.start({
      dataDir: 'unused',
      environment: {
        DATABASE_URL: databaseUrl,
        REDIS_URL: isCuttable ? `redis://127.0.0.1:${this.toRedis.port}` : this.redis.url,
        EVENKEEL_ROLES: roles,
        EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS: 'true',
        LOG_LEVEL: 'warn',
      },
    });
  }

  async addGateway(): Promise<ServiceProcess> {
    const gateway = await this.startProcess('gateway');
    this.gateways.push(gateway);
    this.balancer.setTargets(this.gateways.map(({ port }) => port));
    return gateway;
  }

  /** As a power cut of one machine. */
  async kill(process: ServiceProcess): Promise<void> {
    for (const list of [this.gateways, this.planners]) {
      const at = list.indexOf(process);
      if (at >= 0) list.splice(at, 1);
    }
    this.#ended.push(process);
    this.balancer.setTargets(this.gateways.map(({ port }) => port));
    await process.kill();
  }

  /** As a supervisor does it; resolves when it has ended. */
  async drain(process: ServiceProcess): Promise<void> {
    const at = this.gateways.indexOf(process);
    if (at >= 0) this.gateways.splice(at, 1);
    this.#ended.push(process);
    this.balancer.setTargets(this.gateways.map(({ port }) => port));
    process.signal('SIGTERM');
    await process.ended;
  }

  get meteredSite(): RigSite {
    const [site] = this.sites;
    if (site === undefined) throw new Error('there is no site');
    return site;
  }

  get stations(): readonly VirtualStation[] {
    return this.sites.flatMap(({ stations }) => stations);
  }

  async connect(): Promise<void> {
    for (const station of this.stations) station.start();
    for (const { simulated } of this.sites) simulated.start();
    await this.untilOnline('every station is online at first');
  }

  plugInAll(): void {
    for (const station of this.stations)
      station.plugIn(
        1,
        new Car({ batteryWh: 80_000, soC: 0.1, phases: 3, currentMaxA: CAR_MAX_A, reactionS: REACTION_S }),
        {
          idToken: `TAG-${station.stationId}`,
        },
      );
  }

  /** The process that owns most sites. */
  async busiestPlanner(): Promise<ServiceProcess> {
    const counts = await Promise.all(this.planners.map((planner) => sitesOf(planner)));
    const most = Math.max(...counts);
    const found = this.planners[counts.indexOf(most)];
    if (found === undefined || most === 0) throw new Error('no planner owns a site');
    return found;
  }

  /** As the service itself says, asked at the API: every site is owned, protected, and its stations are online and under control. */
  async untilWell(what: string, atMostMs = ONLINE_AT_MOST_MS): Promise<void> {
    let instead = '';
    await until(
      async () => {
        instead = await this.#notWell().catch((error: unknown) => String(error));
        return instead === '';
      },
      what,
      { atMostMs, otherwise: () => `${instead}\n${this.output}` },
    );
  }

  async untilReady(ready: boolean, what: string, atMostMs = 30_000): Promise<void> {
    const processes = [...this.gateways, ...this.planners, this.api];
    await until(
      async () => {
        const answers = await Promise.all(processes.map(({ httpUrl }) => fetch(`${httpUrl}/readyz`)));
        return answers.every(({ ok }) => ok === ready);
      },
      what,
      { atMostMs, otherwise: () => this.output },
    );
  }

  /** As each process says itself. */
  async untilBusIs(state: 'broken' | 'well', what: string): Promise<void> {
    const processes = [...this.gateways, ...this.planners, this.api];
    const wanted = state === 'broken' ? 1 : 0;
    await until(
      async () => {
        const answers = await Promise.all(processes.map((process) => metric(process, 'evenkeel_bus_broken')));
        return answers.every((answer) => answer === wanted);
      },
      what,
      { atMostMs: 30_000, otherwise: () => this.output },
    );
  }

  /** The building draws so much of each phase from now on, and its meter says so. */
  async buildingDraws(site: RigSite, currentA: number): Promise<void> {
    site.simulated.setBuildingLoad('grid', all(currentA));
    await this.#meterSays(site);
  }

  /** What flows into the site, as its meter shows it. */
  async #meterSays({ siteId, simulated }: RigSite): Promise<void> {
    const reading = { circuitId: 'grid', currentA: simulated.loadA('grid') };
    const answer = await this.api.api.request('POST', `/v1/sites/${siteId}/meter-values`, reading);
    if (answer.status >= 300) throw new Error(`a meter's value was not taken: ${JSON.stringify(answer)}`);
  }

  async untilOnline(what: string): Promise<void> {
    const offline = () => this.stations.filter((station) => !station.isOnline);
    await until(() => offline().length === 0, what, {
      atMostMs: ONLINE_AT_MOST_MS,
      otherwise: () => `${offline().length} are not\n${this.output}`,
    });
  }

  /** Every site's sessions, open and ended. */
  async sessions(): Promise<readonly KnownSession[]> {
    const answers = await Promise.all(
      this.sites.map(({ siteId }) => this.#patientGet(`/v1/sites/${siteId}/sessions?limit=1000`)),
    );
    return answers.flatMap((answer) => Object(answer).sessions as KnownSession[]);
  }

  /** A machine that is short of processors says so; it is asked again. */
  async #patientGet(path: string): Promise<unknown> {
    let answer: unknown;
    await until(
      async () => {
        const { status, body } = await this.api.api.request('GET', path);
        answer = body;
        return status === 200;
      },
      `an answer to ${path}`,
      { atMostMs: ONLINE_AT_MOST_MS, otherwise: () => JSON.stringify(answer) },
    );
    return answer;
  }

  /** As a power cut of its machine. */
  async killRedis(becomes: 'kept' | 'empty'): Promise<void> {
    this.#redisLostMs.push(Date.now());
    await (becomes === 'kept' ? this.redis.kill() : this.redis.killAndForget());
  }

  /** Each phase that was over its limit for longer than nobody's fault. */
  excesses(): readonly string[] {
    return this.sites.flatMap(({ siteId, simulated }) =>
      simulated
        .excessSpans()
        .filter(({ startMs, endMs, durationMs }) => {
          const isOfLoss = this.#redisLostMs.some((atMs) => startMs <= atMs + BUS_LOSS_AT_MOST_MS && endMs >= atMs);
          return durationMs > EXCESS_AT_MOST_MS + (isOfLoss ? BUS_LOSS_AT_MOST_MS : 0);
        })
        .map(
          (span) => `${siteId} ${span.circuitId} ${span.phase}: ${span.durationMs} ms, ${span.excessMaxA.toFixed(1)} A`,
        ),
    );
  }

  /** Cars leave, and stations say so; then what they recorded is compared with what the service knows. */
  async lostTransactions(): Promise<readonly string[]> {
    for (const station of this.stations) station.unplug(1);
    await until(() => this.stations.every((station) => station.transactionMessagesWaiting === 0), 'all is said', {
      atMostMs: ONLINE_AT_MOST_MS,
      otherwise: () => this.output,
    });
    const known = new Map((await this.sessions()).map((session) => [String(session.transactionId), session]));
    const told = this.stations.flatMap((station) => station.transactions);
    const madeUp = known.size - told.length;
    return [
      ...told.flatMap(({ transactionId, end, meterStartWh }) => {
        const session = known.get(String(transactionId));
        if (session === undefined) return [`${transactionId} is not known`];
        if (session.endedAt === null) return [`${transactionId} has not ended`];
        const lackingWh = (end?.meterStopWh ?? 0) - meterStartWh - session.energyWh;
        return Math.abs(lackingWh) > 1 ? [`${transactionId} lacks ${lackingWh} Wh`] : [];
      }),
      ...(madeUp === 0 ? [] : [`${madeUp} more are known than there were`]),
    ];
  }

  /** All that the processes said, the newest last. */
  get output(): string {
    return [...this.gateways, ...this.planners, this.api, ...this.#ended]
      .map((process) => `--- ${process.output.split('\n').slice(-12).join('\n')}`)
      .join('\n');
  }

  async stop(): Promise<void> {
    for (const { simulated } of this.sites) simulated.stop();
    await Promise.all(this.stations.map((station) => station.stop()));
    await Promise.all([...this.gateways, ...this.planners, this.api].map((process) => process?.kill()));
    await Promise.all([this.balancer.stop(), this.toRedis.stop(), this.toPostgres.stop()]);
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
  }

  async #startProcesses(): Promise<void> {
    const [first, second, one, other, api] = await Promise.all([
      this.startProcess('gateway'),
      this.startProcess('gateway'),
      this.startProcess('planner'),
      this.startProcess('planner', true),
      this.startProcess('api'),
    ]);
    this.gateways.push(first, second);
    this.planners.push(one, other);
    this.api = api;
    this.balancer.setTargets(this.gateways.map(({ port }) => port));
    // Each looks once a second who else is there.
    await this.untilReady(true, 'every process knows of a planner');
  }

  async #makeSites(): Promise<void> {
    const { sites, stationsPerSite, meterIntervalS } = this.#size;
    const ticker = new Ticker(realClock, TICK_MS);
    const random = seededRandom(SEED);
    for (let k = 1; k <= sites; k++) {
      const siteId = `site-${k}`;
      const ids = Array.from({ length: stationsPerSite }, (_, n) => `S${k}-${n + 1}`);
      await this.api.api.put(
        `/v1/sites/${siteId}`,
        siteDocument(siteId, ids, { meterIntervalS, isMetered: k === METERED_SITE }),
      );
      const stations = ids.map(
        (stationId) =>
          new VirtualStation({
            stationId,
            url: `ws://127.0.0.1:${this.balancer.port}/ocpp`,
            evses: [{ id: 1, terminals: 3, currentMaxA: CAR_MAX_A }],
            meterIntervalS,
            energySpeed: 10,
            backOffMinMs: 200,
            backOffMaxMs: 1_500,
            random,
            ticker,
          }),
      );
      const simulated = new SimulatedSite({
        circuits: [{ id: 'grid', limitA: all(SHARE_A * stationsPerSite) }],
        stations: stations.map((station) => ({
          station,
          circuitId: 'grid',
          evses: [{ id: 1, phases: ['L1', 'L2', 'L3'] as const }],
        })),
        ticker,
      });
      this.sites.push({ siteId, stations, simulated });
    }
  }

  async #notWell(): Promise<string> {
    const states = await Promise.all(this.sites.map(({ siteId }) => this.api.api.get(`/v1/sites/${siteId}/state`)));
    for (const state of states) {
      const { siteId, site, stations } = Object(state);
      const offline = (stations as { id: string; online: boolean }[]).filter(({ online }) => !online);
      if (offline.length > 0) return `${siteId}: ${offline.map(({ id }) => id).join(', ')} offline`;
      const protection = JSON.stringify(site);
      if (!protection.includes('"protected"')) return `${siteId}: ${protection}`;
    }
    // What its owner thinks of a station may be old; what the station answers is not.
    const answers = await Promise.all(this.#probed().map(({ stationId }) => this.#answer(stationId)));
    return answers.find((answer) => answer !== '') ?? '';
  }

  #probed(): readonly VirtualStation[] {
    return this.sites.flatMap(({ stations }) => stations.slice(0, PROBED_PER_SITE));
  }

  async #answer(stationId: string): Promise<string> {
    const answer = await this.api.api.request('GET', `/v1/stations/${stationId}/configuration`);
    return answer.status === 200 ? '' : `${stationId}: ${answer.status} ${JSON.stringify(answer.body)}`;
  }
}

interface KnownSession {
  readonly transactionId: string | number;
  readonly endedAt: string | null;
  readonly energyWh: number;
}

/** How many sites a planner says that it owns. */
async function sitesOf(planner: ServiceProcess): Promise<number> {
  return Number(await metric(planner, 'evenkeel_sites'));
}

export async function metric(process: ServiceProcess, name: string): Promise<number> {
  const answer = await fetch(`${process.httpUrl}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const line = (await answer.text()).split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

function siteDocument(
  siteId: string,
  stationIds: readonly string[],
  { meterIntervalS, isMetered }: { readonly meterIntervalS: number; readonly isMetered: boolean },
): unknown {
  return {
    name: siteId,
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    meterIntervalS,
    circuits: [
      {
        id: 'grid',
        limitA: all(SHARE_A * stationIds.length),
        ...(isMetered ? { baseLoadMaxA: all(buildingMaxA(stationIds.length)), meterStaleS: METER_STALE_S } : {}),
      },
    ],
    stations: stationIds.map((id) => ({
      id,
      circuitId: 'grid',
      failsafeA: FAILSAFE_A,
      reactionS: REACTION_S,
      evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: CAR_MAX_A }],
    })),
  };
}
