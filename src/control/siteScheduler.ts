import { guidanceFrom, type Schedule } from '../plan/guidance.js';
import { isStale, SCHEDULE_STALE_MS } from '../plan/guided.js';
import type { ScheduleProblem } from '../plan/schedule.js';
import type { Solver, SolverResult } from '../plan/solver.js';
import type { Clock } from '../site/clock.js';
import type { Log } from './ports.js';

export interface SiteSchedulerOptions {
  readonly siteId: string;
  /** Absent: there are no schedules. */
  readonly solver: Solver | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** The problem as it is now. */
  readonly problem: () => ScheduleProblem;
  /** Has any driver said what they need? If not, a schedule guides nobody and is only shown. */
  readonly hasNeeds: () => boolean;
  /** There is a new schedule, and it or the one before guides somebody. */
  readonly onSchedule: () => void;
}

/** Changes that come close together are scheduled together. */
const ASK_SOON_MS = 250;
/** Between two asks, however much happens; and where a schedule is only shown. */
const ASK_GAP_MIN_MS = 5_000;
const ASK_GAP_SHOWN_MS = 60_000;
/** At least this often: what was taken to be known of building, cars and prices moves on. */
const ASK_LATEST_MS = 5 * 60_000;
/** After an answer it rests so many times as long as the answer took: a site never has more than a fifth of a worker. */
const REST_FACTOR = 4;
/** After this long the solver improves no further; how much more it may take is its own affair. */
const SCHEDULE_TIME_LIMIT_MS = 2_000;
/** An answer that has not come by then is not waited for any longer. */
const ANSWER_AT_MOST_MS = 60_000;
/** Where no schedule came of it, it is asked again after the first of these, doubled each time. */
const RETRY_MS = 5_000;
const RETRY_AT_MOST_MS = 60_000;

interface Ask {
  readonly made: ScheduleProblem;
  readonly atMs: number;
  readonly giveUp: () => void;
}

/**
 * Keeps a site's schedule: asks the solver for a new one when something changed, and as time passes, one at a time. Nobody waits for
 * it. A solver that is late, busy or dead changes nothing but the age of the last schedule, until it is too old to count.
 */
export class SiteScheduler {
  private readonly options: SiteSchedulerOptions;
  private schedule: Schedule | undefined;
  private underWay: Ask | undefined;
  private newsMeanwhile = false;
  private timer: { readonly atMs: number; readonly cancel: () => void } | undefined;
  private lastAskMs = Number.NEGATIVE_INFINITY;
  private restUntilMs = 0;
  private failuresInARow = 0;
  /** When what counts was made, or, where there never was any, first asked for. */
  private goodMs: number | undefined;
  private saidStale = false;
  private closed = false;

  constructor(options: SiteSchedulerOptions) {
    this.options = options;
  }

  /** The last schedule; undefined where there is none, or it is too old to count. */
  current(): Schedule | undefined {
    const { schedule } = this;
    return schedule === undefined || isStale(schedule, this.options.clock.nowMs()) ? undefined : schedule;
  }

  /** Something changed that a schedule rests on. */
  news(): void {
    if (this.underWay === undefined) this.askSoon(ASK_SOON_MS);
    else this.newsMeanwhile = true;
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
    this.underWay?.giveUp();
  }

  private askSoon(delayMs: number): void {
    if (this.closed || this.options.solver === undefined) return;
    const nowMs = this.options.clock.nowMs();
    const gapMs = this.options.hasNeeds() ? ASK_GAP_MIN_MS : ASK_GAP_SHOWN_MS;
    const atMs = Math.max(nowMs + delayMs, this.restUntilMs, this.lastAskMs + gapMs);
    if (this.timer !== undefined && this.timer.atMs <= atMs) return;
    this.timer?.cancel();
    const cancel = this.options.clock.after(atMs - nowMs, () => {
      this.timer = undefined;
      this.ask();
    });
    this.timer = { atMs, cancel };
  }

  private ask(): void {
    const { solver, clock, siteId } = this.options;
    if (this.closed || solver === undefined || this.underWay !== undefined) return;
    const atMs = clock.nowMs();
    this.lastAskMs = atMs;
    this.newsMeanwhile = false;
    const made = this.problem();
    if (made === undefined) {
      this.failed();
      return;
    }
    // Nobody to steer: there is nothing to plan until somebody comes.
    if (made.sessions.length === 0) {
      this.schedule = undefined;
      this.goodMs = undefined;
      this.askSoon(ASK_LATEST_MS);
      return;
    }
    this.goodMs ??= atMs;
    const giveUp = clock.after(ANSWER_AT_MOST_MS, () => this.settle(asked, { outcome: 'timedOut' }));
    const asked: Ask = { made, atMs, giveUp };
    this.underWay = asked;
    solver.solve(made.problem, { timeLimitMs: SCHEDULE_TIME_LIMIT_MS, warmKey: siteId }).then(
      (result) => this.settle(asked, result),
      (error: unknown) => this.settle(asked, { outcome: 'failed', detail: String(error) }),
    );
  }

  private problem(): ScheduleProblem | undefined {
    try {
      return this.options.problem();
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.options.log.error(
        { siteId: this.options.siteId, error: detail },
        'the problem of a schedule could not be made',
      );
      return undefined;
    }
  }

  private settle(asked: Ask, result: SolverResult): void {
    // What was given up is not waited for, and an answer that comes all the same is about a world gone by.
    if (this.closed || this.underWay !== asked) return;
    this.underWay = undefined;
    asked.giveUp();
    const nowMs = this.options.clock.nowMs();
    if (result.outcome === 'solved') this.restUntilMs = nowMs + result.solveMs * REST_FACTOR;
    const schedule = this.read(asked, result);
    if (schedule === undefined) {
      this.failed();
      return;
    }
    this.succeeded(schedule);
    const guided = this.schedule?.guides === true || schedule.guides;
    this.schedule = schedule;
    const slotEndMs = schedule.boundariesMs[1] ?? nowMs;
    this.askSoon(this.newsMeanwhile ? ASK_SOON_MS : Math.max(0, Math.min(slotEndMs - nowMs, ASK_LATEST_MS)));
    if (guided) this.options.onSchedule();
  }

  private read({ made }: Ask, result: SolverResult): Schedule | undefined {
    const { log, siteId } = this.options;
    switch (result.outcome) {
      case 'solved': {
        const schedule = guidanceFrom(made, result.plan);
        if (schedule !== 'refused') return schedule;
        log.error({ siteId }, 'the solver answered with a plan of another shape, which is not used');
        return undefined;
      }
      case 'invalid':
        log.error({ siteId, ...result }, 'the solver refused the problem of a schedule');
        return undefined;
      case 'failed':
        log.warn({ siteId, detail: result.detail }, 'no schedule could be made; trying again');
        return undefined;
      case 'superseded':
      case 'busy':
      case 'timedOut':
        return undefined;
    }
  }

  private succeeded({ computedAtMs }: Schedule): void {
    if (this.saidStale) this.options.log.info({ siteId: this.options.siteId }, 'there are schedules again');
    this.saidStale = false;
    this.failuresInARow = 0;
    this.goodMs = computedAtMs;
  }

  private failed(): void {
    const nowMs = this.options.clock.nowMs();
    const waitMs = Math.min(RETRY_AT_MOST_MS, RETRY_MS * 2 ** this.failuresInARow);
    this.failuresInARow += 1;
    this.restUntilMs = Math.max(this.restUntilMs, nowMs + waitMs);
    this.askSoon(0);
    const { goodMs = nowMs } = this;
    if (this.saidStale || nowMs - goodMs <= SCHEDULE_STALE_MS) return;
    this.saidStale = true;
    this.options.log.warn(
      { siteId: this.options.siteId, lastScheduleMs: goodMs },
      'there has been no new schedule for long: cars share as if nobody had stated a need',
    );
  }
}
