import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OwnPostgres } from '../../test/support/ownPostgres.js';
import { OwnRedis } from '../../test/support/ownRedis.js';
import { cpuMsOfTree, parentOf } from './processTree.js';
import { type RunningService, startService } from './service.js';

export const MEMBERS = ['gateway 1', 'gateway 2', 'planner 1', 'planner 2', 'api'] as const;
export type Member = (typeof MEMBERS)[number];

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 200;
/** What monitorEventLoopDelay adds to every delay, as the processes use it. */
const LAG_RESOLUTION_MS = 10;

export interface MemberUse {
  readonly cpuMs: number;
  readonly rssMiB: number;
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  readonly sites: number;
  readonly connections: number;
}

/** As it stands; counters since the start. */
export interface Use {
  readonly atMs: number;
  readonly members: Readonly<Record<Member, MemberUse>>;
  readonly postgres: {
    readonly cpuMs: number;
    readonly connections: number;
    readonly commits: number;
    readonly rows: number;
    readonly walBytes: number;
    readonly databaseBytes: number;
    /** Each time that a site got another owner, or its owner had lost it. */
    readonly tokens: number;
  };
  readonly redis: {
    readonly cpuMs: number;
    readonly connections: number;
    readonly commands: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
    readonly memoryBytes: number;
  };
}

interface Processes {
  readonly postmaster: number;
  readonly atExit: () => void;
}

/** Two gateways, two planners and an API, each a process, with a Postgres and a Redis of their own. Commits wait for the disk. */
export class ClusterUnderLoad {
  readonly #postgres: OwnPostgres;
  readonly #redis: OwnRedis;
  readonly #members: Readonly<Record<Member, RunningService>>;
  readonly #processes: Processes;

  static async start(): Promise<ClusterUnderLoad> {
    const postgres = await OwnPostgres.start({ durable: true, settings: ['shared_buffers=256MB', 'max_wal_size=2GB'] });
    const redis = await OwnRedis.start();
    const [checkpointer] = await postgres.query<{ pid: number }>(
      "select pid from pg_stat_activity where backend_type = 'checkpointer'",
    );
    if (checkpointer === undefined) throw new Error('Postgres has no checkpointer');
    const redisProcess = {
      pid: Number(infoOf(await redis.run((client) => client.info('server'))).process_id),
      dir: (await redis.run((client) => client.config('GET', 'dir')))[1] ?? '',
    };
    const directory = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
    const atExit = () => {
      endRedis(redisProcess);
      rmSync(directory, { recursive: true, force: true });
    };
    process.once('exit', atExit);
    const start = (roles: string) =>
      startService({
        directory,
        environment: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, EVENKEEL_ROLES: roles },
      });
    const members = {
      // The first makes the tables.
      api: await start('api'),
      'gateway 1': await start('gateway'),
      'gateway 2': await start('gateway'),
      'planner 1': await start('planner'),
      'planner 2': await start('planner'),
    };
    const cluster = new ClusterUnderLoad(postgres, redis, members, {
      postmaster: parentOf(checkpointer.pid),
      atExit,
    });
    await cluster.#ready();
    return cluster;
  }

  private constructor(
    postgres: OwnPostgres,
    redis: OwnRedis,
    members: Readonly<Record<Member, RunningService>>,
    processes: Processes,
  ) {
    this.#postgres = postgres;
    this.#redis = redis;
    this.#members = members;
    this.#processes = processes;
  }

  get api(): RunningService {
    return this.#members.api;
  }

  get gatewayPorts(): readonly number[] {
    return [this.#members['gateway 1'].port, this.#members['gateway 2'].port];
  }

  async use(): Promise<Use> {
    const [members, postgres, redis] = await Promise.all([
      this.#usesOfMembers(),
      this.#usePostgres(),
      this.#useRedis(),
    ]);
    return { atMs: performance.now(), members, postgres, redis };
  }

  /** Everything is thrown away, so that nothing needs to end well. */
  async stop(): Promise<void> {
    for (const member of Object.values(this.#members)) await member.kill();
    await rm(this.api.directory, { recursive: true, force: true });
    await Promise.all([this.#postgres.stop(), this.#redis.stop()]);
    process.off('exit', this.#processes.atExit);
  }

  async #ready(): Promise<void> {
    const endMs = performance.now() + READY_WITHIN_MS;
    for (const name of MEMBERS) {
      while (!(await isReady(this.#members[name]))) {
        if (performance.now() > endMs) throw new Error(`${name} was not ready in ${READY_WITHIN_MS} ms`);
        await delay(LOOK_EVERY_MS);
      }
    }
  }

  async #usesOfMembers(): Promise<Readonly<Record<Member, MemberUse>>> {
    const uses = await Promise.all(
      MEMBERS.map(async (name) => [name, useOf(await this.#members[name].send('GET', '/metrics'))] as const),
    );
    return Object.fromEntries(uses) as Record<Member, MemberUse>;
  }

  async #usePostgres(): Promise<Use['postgres']> {
    const [row] = await this.#postgres.query<
      Record<'connections' | 'commits' | 'rows' | 'wal' | 'size' | 'tokens', string>
    >(
      `select (select count(*) from pg_stat_activity where application_name like 'evenkeel%') as connections,
        xact_commit as commits, tup_inserted + tup_updated + tup_deleted as rows,
        pg_current_wal_lsn() - '0/0' as wal, pg_database_size(datname) as size,
        (select coalesce(sum(token), 0) from sites) as tokens
        from pg_stat_database where datname = 'postgres'`,
    );
    if (row === undefined) throw new Error('Postgres does not count');
    return {
      cpuMs: cpuMsOfTree(this.#processes.postmaster),
      connections: Number(row.connections),
      commits: Number(row.commits),
      rows: Number(row.rows),
      walBytes: Number(row.wal),
      databaseBytes: Number(row.size),
      tokens: Number(row.tokens),
    };
  }

  async #useRedis(): Promise<Use['redis']> {
    const info = infoOf(await this.#redis.run((client) => client.info()));
    const number = (name: string) => Number(info[name]);
    return {
      cpuMs: (number('used_cpu_user') + number('used_cpu_sys')) * 1_000,
      // One of them is who asks.
      connections: number('connected_clients') - 1,
      commands: number('total_commands_processed'),
      bytesIn: number('total_net_input_bytes'),
      bytesOut: number('total_net_output_bytes'),
      memoryBytes: number('used_memory'),
    };
  }
}

/** Where this process ends otherwise than well. */
function endRedis({ pid, dir }: { readonly pid: number; readonly dir: string }): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
  if (dir !== '') rmSync(dir, { recursive: true, force: true });
}

function isReady(member: RunningService): Promise<boolean> {
  return member.send('GET', '/readyz').then(
    () => true,
    () => false,
  );
}

function useOf(metrics: string): MemberUse {
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1] ?? Number.NaN);
  const lagMs = (name: string) => Math.max(0, value(name) * 1_000 - LAG_RESOLUTION_MS);
  return {
    cpuMs: (value('process_cpu_user_seconds_total') + value('process_cpu_system_seconds_total')) * 1_000,
    rssMiB: value('process_resident_memory_bytes') / 2 ** 20,
    lagP50Ms: lagMs('nodejs_eventloop_lag_p50_seconds'),
    lagP99Ms: lagMs('nodejs_eventloop_lag_p99_seconds'),
    sites: value('evenkeel_sites'),
    connections: value('evenkeel_connections'),
  };
}

function infoOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split('\r\n').flatMap((line) => (line.includes(':') ? [line.split(':', 2)] : [])));
}
