/**
 * Wakes the owners of sites: something changed that a site's plan rests on, or it is time. What is queued is never the truth, only a
 * reason to look at it: a job that is lost is made again by the site's own schedule.
 */
export interface ReplanQueue {
  /** One job per site: while one waits, another changes nothing; while one runs, one more follows it. */
  ask(siteId: string, why: ReplanReason): Promise<void>;
  /** The site is looked at every so often, whoever owns it; the same again changes nothing. */
  schedule(siteId: string, everyMs: number): Promise<void>;
  /** It was deleted. */
  unschedule(siteId: string): Promise<void>;
  /** Hands each job to `handler` until closed; what throws is tried again, later each time. */
  work(handler: (job: ReplanJob) => Promise<void>): void;
  counts(): Promise<ReplanCounts>;
  /** Jobs that failed for good, the newest first. */
  failed(limit: number): Promise<readonly FailedReplan[]>;
  close(): Promise<void>;
}

export type ReplanReason = 'tariff' | 'horizon' | 'api';

export interface ReplanJob {
  readonly siteId: string;
  readonly why: ReplanReason;
}

export type ReplanCounts = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>;

export interface FailedReplan extends ReplanJob {
  readonly attempts: number;
  readonly reason: string;
  readonly failedMs: number;
}
