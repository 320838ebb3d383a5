import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const START_AT_MOST_MS = 10_000;
const LOOK_EVERY_MS = 25;
/** Nodes tell each other now and then what they know. */
const AGREE_AT_MOST_MS = 40_000;
const SLOTS = 16_384;
const MASTER_NAME = 'main';
/** A node of a Cluster listens there too. */
const CLUSTER_BUS_OFFSET = 10_000;

/** Why tests with a Redis of their own can not run here; undefined where they can. */
export function redisMissing(): string | undefined {
  const found = spawnSync('redis-server', ['--version']);
  return found.status === 0 ? undefined : 'there is no redis-server on the PATH';
}

export interface OwnRedisOptions {
  /** What it was told outlives a kill. */
  readonly appendonly?: boolean;
  readonly cluster?: boolean;
  readonly replicaOf?: OwnRedis;
}

/** A redis-server on a free port, whose data is in a directory of its own. */
export class OwnRedis {
  readonly port: number;
  readonly #dir: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  static async start(options: OwnRedisOptions = {}): Promise<OwnRedis> {
    const dir = await mkdtemp(join(tmpdir(), 'evenkeel-redis-'));
    const { replicaOf } = options;
    const redis = new OwnRedis(await freePort(options.cluster === true), dir, [
      ...(replicaOf === undefined
        ? []
        : ['--replicaof', `127.0.0.1 ${replicaOf.port}`, '--repl-diskless-sync-delay', '0']),
      ...(options.appendonly === true ? ['--appendonly', 'yes', '--appendfsync', 'always'] : []),
      ...(options.cluster === true ? ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'] : []),
    ]);
    await redis.startAgain();
    return redis;
  }

  private constructor(port: number, dir: string, options: readonly string[]) {
    this.port = port;
    this.#dir = dir;
    this.#options = options;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async startAgain(): Promise<void> {
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#dir, '--save', ''];
    this.#process = spawn('redis-server', [...place, ...this.#options], { stdio: 'ignore' });
    await this.#untilUp();
  }

  /** As a power cut. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined || process.exitCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
  }

  /** What it knew is gone with it. */
  async killAndForget(): Promise<void> {
    await this.kill();
    await rm(join(this.#dir, 'appendonlydir'), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }

  run<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
    return askOnce(this.port, ask);
  }

  async #untilUp(): Promise<void> {
    const deadlineMs = Date.now() + START_AT_MOST_MS;
    for (;;) {
      const isUp = await this.run((client) => client.ping()).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      if (Date.now() > deadlineMs) throw new Error(`redis-server did not start on port ${this.port}`);
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** A master, a replica that stands by, and a Sentinel that makes the replica the master when that one is gone. */
export class OwnRedisSentinel {
  readonly #master: OwnRedis;
  readonly #replica: OwnRedis;
  readonly #port: number;
  readonly #dir: string;
  readonly #sentinel: ChildProcess;

  static async start(): Promise<OwnRedisSentinel> {
    const master = await OwnRedis.start();
    const [replica, port, dir] = await Promise.all([
      OwnRedis.start({ replicaOf: master }),
      freePort(false),
      mkdtemp(join(tmpdir(), 'evenkeel-sentinel-')),
    ]);
    const settings = [
      `port ${port}`,
      'bind 127.0.0.1',
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
      `sentinel failover-timeout ${MASTER_NAME} 5000`,
    ];
    // It writes into its own configuration what it finds out.
    const file = join(dir, 'sentinel.conf');
    await writeFile(file, `${settings.join('\n')}\n`);
    const sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore', cwd: dir });
    const started = new OwnRedisSentinel({ master, replica, port, dir, sentinel });
    await started.#untilItKnowsBoth();
    return started;
  }

  private constructor(parts: {
    readonly master: OwnRedis;
    readonly replica: OwnRedis;
    readonly port: number;
    readonly dir: string;
    readonly sentinel: ChildProcess;
  }) {
    this.#master = parts.master;
    this.#replica = parts.replica;
    this.#port = parts.port;
    this.#dir = parts.dir;
    this.#sentinel = parts.sentinel;
  }

  get url(): string {
    return `redis+sentinel://127.0.0.1:${this.#port}/${MASTER_NAME}`;
  }

  /** Resolves when the Sentinel names the replica as the master: how long it takes over that is its own affair. */
  async killMaster(): Promise<void> {
    await this.#master.kill();
    await untilSo('the Sentinel makes the replica the master', async () => {
      const named = await askOnce(this.#port, (client) =>
        client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER_NAME),
      );
      return Number(Object(named)[1]) === this.#replica.port;
    });
  }

  async stop(): Promise<void> {
    this.#sentinel.kill('SIGKILL');
    await Promise.all([this.#master.stop(), this.#replica.stop()]);
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #untilItKnowsBoth(): Promise<void> {
    const replicas = () => askOnce(this.#port, (client) => client.call('SENTINEL', 'REPLICAS', MASTER_NAME));
    await untilSo('the Sentinel knows the replica', async () => {
      const isKnown = Object(await replicas()).length === 1;
      return isKnown && (await isInSync(this.#replica));
    });
  }
}

/** Three masters, each with a third of the slots; with replicas, one of each. */
export class OwnRedisCluster {
  readonly nodes: readonly OwnRedis[];
  #replicas: readonly OwnRedis[] = [];

  static async start({ replicas = false }: { readonly replicas?: boolean } = {}): Promise<OwnRedisCluster> {
    const nodes = await Promise.all([1, 2, 3].map(() => OwnRedis.start({ cluster: true })));
    const cluster = new OwnRedisCluster(nodes);
    await cluster.#join();
    if (replicas) await cluster.#addReplicas();
    return cluster;
  }

  /** The one that serves this key; its replica takes its place. */
  async killMasterOf(key: string): Promise<void> {
    const slot = Number(await this.#ask((client) => client.call('CLUSTER', 'KEYSLOT', key)));
    await this.nodes[Math.floor(slot / Math.ceil(SLOTS / this.nodes.length))]?.kill();
  }

  #ask<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
    const [first] = this.nodes;
    if (first === undefined) throw new Error('there is no node');
    return first.run(ask);
  }

  async #addReplicas(): Promise<void> {
    const [first] = this.nodes;
    if (first === undefined) throw new Error('there is no node');
    this.#replicas = await Promise.all(this.nodes.map(() => OwnRedis.start({ cluster: true })));
    await Promise.all(
      this.#replicas.map(async (replica, index) => {
        const master = this.nodes[index];
        if (master === undefined) throw new Error('there are more replicas than masters');
        const masterId = String(await master.run((client) => client.call('CLUSTER', 'MYID')));
        const replicaId = String(await replica.run((client) => client.call('CLUSTER', 'MYID')));
        await replica.run((client) => client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port)));
        await untilSo('a replica knows its master', async () => {
          await replica.run((client) => client.call('CLUSTER', 'REPLICATE', masterId));
          return true;
        });
        await untilSo('all know whose replica it is', async () => {
          const known = await Promise.all(
            this.nodes.map((node) => node.run((client) => client.call('CLUSTER', 'NODES'))),
          );
          const isKnown = known.every((nodes) => new RegExp(`${replicaId} .*slave ${masterId}`).test(String(nodes)));
          return isKnown && (await isInSync(replica));
        });
      }),
    );
  }

  private constructor(nodes: readonly OwnRedis[]) {
    this.nodes = nodes;
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.nodes, ...this.#replicas].map((node) => node.stop()));
  }

  async #join(): Promise<void> {
    const share = Math.ceil(SLOTS / this.nodes.length);
    await Promise.all(
      this.nodes.map((node, index) =>
        node.run(async (client) => {
          const end = Math.min(SLOTS, (index + 1) * share) - 1;
          await client.call('CLUSTER', 'ADDSLOTSRANGE', String(index * share), String(end));
          await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
          for (const other of this.nodes) await client.call('CLUSTER', 'MEET', '127.0.0.1', String(other.port));
        }),
      ),
    );
    const deadlineMs = Date.now() + START_AT_MOST_MS;
    const isWhole = async (node: OwnRedis) => {
      const info = String(await node.run((client) => client.call('CLUSTER', 'INFO')));
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${this.nodes.length}`);
    };
    while (!(await Promise.all(this.nodes.map(isWhole))).every(Boolean)) {
      if (Date.now() > deadlineMs) throw new Error('the nodes did not become a Cluster');
      await sleep(LOOK_EVERY_MS);
    }
  }
}

async function isInSync(replica: OwnRedis): Promise<boolean> {
  return (await replica.run((client) => client.info('replication'))).includes('master_link_status:up');
}

async function untilSo(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + AGREE_AT_MOST_MS;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadlineMs) throw new Error(`it did not come about that ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function askOnce<T>(port: number, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

/** A moment later another may have it: then its start fails, and says so. */
async function freePort(needsClusterBus: boolean): Promise<number> {
  for (;;) {
    const port = await listenOnce(0);
    if (!needsClusterBus) return port;
    if (port + CLUSTER_BUS_OFFSET > 65_535) continue;
    if ((await listenOnce(port + CLUSTER_BUS_OFFSET).catch(() => 0)) > 0) return port;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(bound));
    });
  });
}
