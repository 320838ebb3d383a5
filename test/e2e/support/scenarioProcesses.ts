import { OwnPostgres } from '../../support/ownPostgres.js';
import { OwnRedis, OwnRedisCluster } from '../../support/ownRedis.js';
import { metric } from './clusterRig.js';
import { QUIET, type ScenarioDeath, type ScenarioDeployment } from './scenarioDeployment.js';
import { SITE_ID } from './scenarioSite.js';
import type { ServiceApi } from './serviceApi.js';
import { type Ended, ServiceProcess } from './serviceProcess.js';
import { until } from './until.js';

/** As docs/operations.md states it for a machine that is not short of processors. */
const UNSERVED_AT_MOST_MS = 5_000;
/** As in the other tests of several processes: here others are at work too. */
const TAKEN_OVER_AT_MOST_MS = 12_000;
const LOOK_AT_MOST_MS = 60_000;

/** Where the processes meet. */
interface Servers {
  readonly postgres: OwnPostgres;
  readonly redis: { readonly url: string; stop(): Promise<void> };
}

export interface SeveralOptions {
  /** Of each process, beside where they meet. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the API listens. Default 0: any free one. */
  readonly apiPort?: number;
  /** The one site there is. Default: the scenario's. */
  readonly siteId?: string;
}

interface Processes {
  readonly gateway: ServiceProcess;
  readonly planners: readonly ServiceProcess[];
  readonly api: ServiceProcess;
}

/** A gateway, two planners and an API, each a process, over a Postgres and a Redis, or a Redis Cluster, of their own. */
export class SeveralProcesses implements ScenarioDeployment {
  readonly api: ServiceApi;
  readonly apiUrl: string;
  readonly stationsUrl: string;
  readonly unservedAtMostMs = UNSERVED_AT_MOST_MS;
  readonly deaths: readonly ScenarioDeath[];
  readonly #servers: Servers;
  readonly #siteId: string;
  readonly #start: (role: string, port?: number) => Promise<ServiceProcess>;
  readonly #ended: ServiceProcess[] = [];
  #processes: Processes;

  static async start(
    redisKind: 'redis' | 'redis cluster',
    { environment, apiPort = 0, siteId = SITE_ID }: SeveralOptions = {},
  ): Promise<SeveralProcesses> {
    const postgres = await OwnPostgres.start({ durable: true });
    const redis = await (redisKind === 'redis' ? OwnRedis.start() : OwnRedisCluster.start());
    const schema = await postgres.newSchema();
    const start = (role: string, port = 0): Promise<ServiceProcess> =>
      ServiceProcess.start({
        dataDir: 'unused',
        port,
        environment: {
          ...QUIET,
          ...environment,
          DATABASE_URL: schema.url,
          REDIS_URL: redis.url,
          EVENKEEL_ROLES: role,
        },
      });
    const started = await Promise.allSettled(
      ['gateway', 'planner', 'planner', 'api'].map((role) => start(role, role === 'api' ? apiPort : 0)),
    );
    const [gateway, one, other, api] = started.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
    if (gateway === undefined || one === undefined || other === undefined || api === undefined) {
      await Promise.all([gateway, one, other, api].map((each) => each?.kill()));
      await Promise.all([postgres.stop(), redis.stop()]);
      throw new Error(started.map((each) => (each.status === 'rejected' ? String(each.reason) : '')).join('\n'));
    }
    return new SeveralProcesses({ postgres, redis }, { start, siteId }, { gateway, planners: [one, other], api });
  }

  private constructor(
    servers: Servers,
    { start, siteId }: { start: (role: string, port?: number) => Promise<ServiceProcess>; siteId: string },
    all: Processes,
  ) {
    this.#servers = servers;
    this.#siteId = siteId;
    this.#start = start;
    this.#processes = all;
    this.api = all.api.api;
    this.apiUrl = all.api.httpUrl;
    this.stationsUrl = all.gateway.stationsUrl;
    const { port } = all.gateway;
    this.deaths = [
      {
        what: 'the planner that owns the site',
        kill: () => this.killOwner(),
        untilServed: () => this.untilTakenOver(),
        servedAgainWithinMs: TAKEN_OVER_AT_MOST_MS,
      },
      {
        what: 'the gateway',
        kill: () => this.#kill(this.#processes.gateway),
        untilServed: async () => {
          this.#processes = { ...this.#processes, gateway: await this.#start('gateway', port) };
        },
        servedAgainWithinMs: 'once started',
      },
    ];
  }

  get output(): string {
    return [...this.#all(), ...this.#ended].map(({ output }) => output).join('\n---\n');
  }

  /** Each process says so itself. */
  async isReady(): Promise<boolean> {
    const asked = this.#all().map(({ httpUrl }) => fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(5_000) }));
    return (await Promise.allSettled(asked)).every((one) => one.status === 'fulfilled' && one.value.ok);
  }

  stop(): Promise<readonly Ended[]> {
    return Promise.all(this.#all().map((process) => process.stop()));
  }

  async end(): Promise<void> {
    await Promise.all(this.#all().map((process) => process.kill()));
    await Promise.all([this.#servers.postgres.stop(), this.#servers.redis.stop()]);
  }

  #all(): readonly ServiceProcess[] {
    const { gateway, planners, api } = this.#processes;
    return [gateway, ...planners, api];
  }

  async #kill(process: ServiceProcess): Promise<void> {
    this.#ended.push(process);
    await process.kill();
  }

  async killOwner(): Promise<void> {
    const owner = await this.#owner();
    const { planners } = this.#processes;
    this.#processes = { ...this.#processes, planners: planners.filter((planner) => planner !== owner) };
    await this.#kill(owner);
  }

  /** It stands still, and knows nothing of it, until `resume`; which resolves when it has seen that the site is another's. */
  async pauseOwner(): Promise<{ readonly resume: () => Promise<void> }> {
    const owner = await this.#owner();
    owner.signal('SIGSTOP');
    const resume = async () => {
      owner.signal('SIGCONT');
      const hasLost = async () => (await metric(owner, 'evenkeel_sites')) === 0;
      await until(hasLost, 'it has lost the site', { atMostMs: LOOK_AT_MOST_MS, otherwise: () => this.output });
    };
    return { resume };
  }

  async #owner(): Promise<ServiceProcess> {
    const { planners } = this.#processes;
    const owned = await Promise.all(planners.map((planner) => metric(planner, 'evenkeel_sites')));
    const owner = planners[owned.indexOf(1)];
    if (owner === undefined) throw new Error(`of the planners, ${owned.join(' and ')} own the site`);
    return owner;
  }

  /** What counts is what a reader sees: the API answers with the site's state again, from its new owner. */
  async untilTakenOver(): Promise<void> {
    let answer: unknown;
    await until(
      async () => {
        const { status, body } = await this.api.request('GET', `/v1/sites/${this.#siteId}/state`);
        answer = body;
        return status === 200;
      },
      'the other planner has the site',
      { atMostMs: LOOK_AT_MOST_MS, otherwise: () => `${JSON.stringify(answer)}\n${this.output}` },
    );
  }
}
