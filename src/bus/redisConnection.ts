import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './redisAddress.js';

export type RedisClient = Redis | Cluster;

/**
 * 'requests': fails fast, so that nobody waits for a Redis that is gone. 'subscriber': listens, for as long as it takes. 'worker': as
 * BullMQ wants it for what blocks.
 */
export type RedisUse = 'requests' | 'subscriber' | 'worker';

const CONNECT_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 2_000;
const RETRY_STEP_MS = 100;
const RETRY_MAX_MS = 1_000;
/** A connection on which something was asked and nothing comes is made anew: it may lead nowhere, without having been closed. */
const SILENCE_AT_MOST_MS = { requests: 4_000, subscriber: 4_000, worker: 30_000 } as const;
/** Between two looks at who serves which slots; a failover is also told by the first command that meets it. */
const SLOTS_REFRESH_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

/** Connects by itself, and again whenever it has to. `onError` hears why not. */
export function connectRedis(address: RedisAddress, use: RedisUse, onError: (error: Error) => void): RedisClient {
  const client = address.kind === 'cluster' ? cluster(address, use) : new Redis(optionsOf(address, use));
  // Without a listener an error would end the process.
  client.on('error', onError);
  return client;
}

/** Resolves when it can take commands, or after `atMostMs`. */
export async function whenReady(client: RedisClient, atMostMs: number): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, atMostMs);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function common(address: RedisAddress, use: RedisUse) {
  const { username, password, tls } = address;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    // Of Redis 6 and 7 alike: a subscriber's connection is for nothing else.
    protocol: 2 as const,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    socketTimeout: SILENCE_AT_MOST_MS[use],
    ...(use === 'requests' ? { maxRetriesPerRequest: 0, commandTimeout: COMMAND_TIMEOUT_MS } : {}),
    ...(use === 'worker' ? { maxRetriesPerRequest: null } : {}),
  };
}

function optionsOf(address: Exclude<RedisAddress, { kind: 'cluster' }>, use: RedisUse) {
  const options = {
    ...common(address, use),
    db: address.database,
    retryStrategy: retryMs,
    // What waits in here would leave late, when nobody wants it any more.
    enableOfflineQueue: use !== 'requests',
  };
  if (address.kind === 'single') return { ...options, host: address.host, port: address.port };
  return {
    ...options,
    sentinels: address.sentinels.map(({ host, port }) => ({ host, port })),
    name: address.masterName,
    sentinelRetryStrategy: retryMs,
    ...(address.password === undefined ? {} : { sentinelPassword: address.password }),
    failoverDetector: true,
  };
}

function cluster(address: RedisAddress & { kind: 'cluster' }, use: RedisUse): Cluster {
  return new Cluster([...address.nodes], {
    redisOptions: common(address, use),
    enableOfflineQueue: use !== 'requests',
    clusterRetryStrategy: retryMs,
    clusterNodeRetryStrategy: retryMs,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    shardedSubscribers: use === 'subscriber',
    retryDelayOnFailover: RETRY_STEP_MS,
    ...(use === 'requests' ? { maxRedirections: 3 } : {}),
  });
}

function retryMs(times: number): number {
  return Math.min(times * RETRY_STEP_MS, RETRY_MAX_MS);
}
