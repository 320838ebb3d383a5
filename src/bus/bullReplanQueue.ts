import { Queue, Worker } from 'bullmq';
import type { RedisAddress } from './redisAddress.js';
import { connectRedis, type RedisClient } from './redisConnection.js';
import type { FailedReplan, ReplanCounts, ReplanJob, ReplanQueue, ReplanReason } from './replanQueue.js';

export interface BullReplanQueueOptions {
  readonly address: RedisAddress;
  readonly log: { warn(fields: object, message: string): void };
  /** Before the second attempt; twice as long before each further one. */
  readonly backOffMs?: number;
}

/** In braces, so that on a Cluster all keys of the queue are on one node, as its scripts need. */
const PREFIX = '{evenkeel}';
const NAME = 'replan';
const ATTEMPTS = 5;
const BACK_OFF_MS = 500;
const CONCURRENCY = 16;
/** A worker that died keeps its job for so long. */
const LOCK_MS = 10_000;
const STALLED_LOOK_MS = 5_000;
const STALLED_MAX = 2;
const COMPLETED_KEPT = 100;
const FAILED_KEPT = 1_000;
const SCHEDULE_ID = (siteId: string): string => `site:${encodeURIComponent(siteId)}`;

/** ReplanQueue on BullMQ. */
export class BullReplanQueue implements ReplanQueue {
  private readonly options: BullReplanQueueOptions;
  private readonly connection: RedisClient;
  private readonly queue: Queue<ReplanJob>;
  private worker: Worker<ReplanJob> | undefined;
  private workerConnection: RedisClient | undefined;

  constructor(options: BullReplanQueueOptions) {
    this.options = options;
    this.connection = connectRedis(options.address, 'requests', () => undefined);
    this.queue = new Queue<ReplanJob>(NAME, {
      connection: this.connection,
      prefix: PREFIX,
      skipVersionCheck: true,
      defaultJobOptions: {
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: options.backOffMs ?? BACK_OFF_MS, jitter: 0.5 },
        removeOnComplete: COMPLETED_KEPT,
        removeOnFail: FAILED_KEPT,
      },
    });
    this.queue.on('error', () => undefined);
  }

  async ask(siteId: string, why: ReplanReason): Promise<void> {
    await this.queue.add(why, { siteId, why }, { deduplication: { id: siteId, keepLastIfActive: true } });
  }

  async schedule(siteId: string, everyMs: number): Promise<void> {
    const template = { name: 'horizon', data: { siteId, why: 'horizon' as const } };
    await this.queue.upsertJobScheduler(SCHEDULE_ID(siteId), { every: everyMs }, template);
  }

  async unschedule(siteId: string): Promise<void> {
    await this.queue.removeJobScheduler(SCHEDULE_ID(siteId));
  }

  work(handler: (job: ReplanJob) => Promise<void>): void {
    this.workerConnection = connectRedis(this.options.address, 'worker', () => undefined);
    this.worker = new Worker<ReplanJob>(NAME, (job) => handler(job.data), {
      connection: this.workerConnection,
      prefix: PREFIX,
      skipVersionCheck: true,
      concurrency: CONCURRENCY,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_LOOK_MS,
      maxStalledCount: STALLED_MAX,
    });
    this.worker.on('error', () => undefined);
    this.worker.on('failed', (job, error) => {
      if (job === undefined || job.attemptsMade < ATTEMPTS) return;
      const { siteId } = job.data;
      this.options.log.warn(
        { siteId, error: error.message },
        'a site could not be planned anew, after several attempts',
      );
    });
  }

  async counts(): Promise<ReplanCounts> {
    const counts = await this.queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
    const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting, active, delayed, failed };
  }

  async failed(limit: number): Promise<readonly FailedReplan[]> {
    const jobs = await this.queue.getFailed(0, Math.max(0, limit - 1));
    return jobs.map(({ data, attemptsMade, failedReason, finishedOn }) => ({
      ...data,
      attempts: attemptsMade,
      reason: failedReason ?? 'unknown',
      failedMs: finishedOn ?? 0,
    }));
  }

  async close(): Promise<void> {
    await this.worker?.close().catch(() => undefined);
    await this.queue.close().catch(() => undefined);
    this.workerConnection?.disconnect();
    this.connection.disconnect();
  }
}
