import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const START_AT_MOST_MS = 10_000;
const LOOK_EVERY_MS = 25;
const SLOTS = 16_384;
/** A node of a Cluster listens there too. */
const CLUSTER_BUS_OFFSET = 10_000;

/** Why tests with a Redis of their own can not run here; undefined where they can. */
export function redisMissing(): string | undefined {
  const found = spawnSync('redis-server', ['--version']);
  return found.status === 0 ? undefined : 'there is no redis-server on the PATH';
}

/** A redis-server on a free port, whose data is in a directory of its own. */
export class OwnRedis {
  readonly port: number;
  readonly #dir: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  /** With `appendonly`, what it was told outlives a kill. */
  static async start(options: { readonly appendonly?: boolean; readonly cluster?: boolean } = {}): Promise<OwnRedis> {
    const dir = await mkdtemp(join(tmpdir(), 'evenkeel-redis-'));
    const redis = new OwnRedis(await freePort(options.cluster === true), dir, [
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

  async run<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ port: this.port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await ask(client);
    } finally {
      client.disconnect();
    }
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

/** Three masters, each with a third of the slots. */
export class OwnRedisCluster {
  readonly nodes: readonly OwnRedis[];

  static async start(): Promise<OwnRedisCluster> {
    const nodes = await Promise.all([1, 2, 3].map(() => OwnRedis.start({ cluster: true })));
    const cluster = new OwnRedisCluster(nodes);
    await cluster.#join();
    return cluster;
  }

  private constructor(nodes: readonly OwnRedis[]) {
    this.nodes = nodes;
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
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
