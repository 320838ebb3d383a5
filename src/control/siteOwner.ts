import { createDrawMemory } from '../handout/drawOverTime.js';
import { type HandOutAction, type HandOutResult, handOut } from '../handout/handOut.js';
import { balanceSite } from '../plan/balance.js';
import { desiredFailsafes, FAILSAFE_HORIZON_MS } from '../plan/failsafe.js';
import { fallbackPlan } from '../plan/fallback.js';
import type { Schedule } from '../plan/guidance.js';
import type { StayHistory } from '../plan/learnedDefaults.js';
import { expandLimits } from '../plan/limitWindows.js';
import { planSite, type SitePlan } from '../plan/plan.js';
import { hasNeeds, SCHEDULE_HORIZON_MAX_MS, scheduleProblem } from '../plan/schedule.js';
import type { Solver } from '../plan/solver.js';
import { baseLoadA } from '../site/baseLoad.js';
import { circuitCapacities, type LimitWindow } from '../site/capacity.js';
import type { Clock, RandomSource } from '../site/clock.js';
import type { SiteEvent, StationEvent } from '../site/events.js';
import { type PerPhase, PHASES, perPhase } from '../site/phases.js';
import { reduce, reduceStationEvents } from '../site/reduce.js';
import type { SiteState } from '../site/state.js';
import type { StationCaller } from '../site/stationMessages.js';
import type { Store } from '../store/store.js';
import { carryOut } from './carryOut.js';
import { Journal, type JournalOwnership } from './journal.js';
import { type KnowledgeSources, SiteKnowledge } from './knowledge/siteKnowledge.js';
import type { ControlMetrics, Log } from './ports.js';
import { ProfileReports } from './profileReports.js';
import { type Relevance, relevance } from './relevance.js';
import { SharedRest } from './sharedRest.js';
import { SiteScheduler } from './siteScheduler.js';

export interface SiteOwnerOptions {
  readonly state: SiteState;
  readonly lastSeq: number;
  readonly store: Pick<Store, 'appendEvents'>;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly caller: StationCaller;
  /** Makes the longer plan. Absent: fair shares only. */
  readonly solver: Solver | undefined;
  /** Prices and the past. Absent: nothing costs anything, and nothing is learned. */
  readonly knowledge?: KnowledgeSources | undefined;
  readonly log: Log;
  readonly metrics: ControlMetrics;
  /** Called after each change of what a reader could see. */
  readonly onChange: (siteId: string) => void;
  /** What all sites of the process share. Absent: there is no other. */
  readonly rests?: SiteRests;
  /** Where several processes share the store. */
  readonly ownership?: JournalOwnership | undefined;
}

/** Planning and passing take no more than about a quarter of the time each, however large the sites and however many. */
export interface SiteRests {
  readonly plan: SharedRest;
  readonly pass: SharedRest;
}

/** Changes that come close together are planned together. */
const PLAN_SOON_MS = 100;
const PLAN_LATEST_MS = 60_000;
const PASS_GAP_MIN_MS = 10;
/** After a mistake of ours the site is tried again at this pace. */
const FAULT_REST_MS = 5_000;
/** Base load within this of what was planned with is not worth a new plan. */
const BASE_LOAD_NEWS_A = 0.2;
const WINDOWS_REFRESH_MS = 3_600_000;
/** Windows of temporary limits are worked out this far ahead: until they are worked out anew nothing looks further. */
const WINDOWS_AHEAD_MS = Math.max(FAILSAFE_HORIZON_MS, SCHEDULE_HORIZON_MAX_MS) + 2 * WINDOWS_REFRESH_MS;

/**
 * The one writer of a site: takes events in, keeps state and journal, balances at once, plans soon, and hands out; and has the
 * longer plan made elsewhere, without waiting for it. Everything it decides with is pure; this class only owns the loop.
 */
export class SiteOwner {
  private current: SiteState;
  private plan_: SitePlan | undefined;
  private lastHandOut: HandOutResult | undefined;
  private windows:
    | { readonly limits: SiteState['limits']; readonly list: readonly LimitWindow[]; readonly atMs: number }
    | undefined;
  private readonly busy = new Set<string>();
  private readonly drawMemory = createDrawMemory();
  private readonly journal: Journal;
  private readonly scheduler: SiteScheduler;
  private readonly knowledge: SiteKnowledge;
  private readonly options: SiteOwnerOptions;
  private planTimer: { readonly atMs: number; readonly cancel: () => void } | undefined;
  private passTimer: { readonly atMs: number; readonly cancel: () => void } | undefined;
  private readonly rests: SiteRests;
  private planRestUntilMs = 0;
  private passRestUntilMs = 0;
  private readonly faults = new Map<'plan' | 'pass', unknown>();
  /** What its stations report of the profiles that they hold. */
  readonly profileReports: ProfileReports;
  private closed = false;

  constructor(options: SiteOwnerOptions) {
    this.options = options;
    this.current = options.state;
    this.rests = options.rests ?? { plan: new SharedRest(), pass: new SharedRest() };
    this.profileReports = new ProfileReports(options.clock);
    this.journal = new Journal({
      siteId: options.state.site.siteId,
      store: options.store,
      clock: options.clock,
      lastSeq: options.lastSeq,
      onFailure: (error) =>
        options.log.error(
          { error: String(error), siteId: options.state.site.siteId },
          'the journal can not be written; trying again',
        ),
      ownership: options.ownership,
    });
    this.knowledge = new SiteKnowledge({
      sources: options.knowledge,
      state: () => this.current,
      clock: options.clock,
      log: options.log,
      onNews: () => this.scheduler.news(),
    });
    this.scheduler = new SiteScheduler({
      siteId: options.state.site.siteId,
      solver: options.solver,
      clock: options.clock,
      log: options.log,
      problem: () => this.scheduleProblem(),
      hasNeeds: () => hasNeeds(this.current),
      onSchedule: () => this.planSoon(0),
    });
  }

  get state(): SiteState {
    return this.current;
  }

  get seq(): number {
    return this.journal.seq;
  }

  get plan(): SitePlan | undefined {
    return this.plan_;
  }

  /** The longer plan, while it counts. */
  get schedule(): Schedule | undefined {
    return this.scheduler.current();
  }

  /** How long cars usually stay here. */
  get stays(): StayHistory {
    return this.knowledge.stays;
  }

  get handedOut(): HandOutResult | undefined {
    return this.lastHandOut;
  }

  /** Undefined while the journal can be written and the site be planned. */
  get failure(): unknown {
    const { journal, planning } = this.failures;
    return journal ?? planning;
  }

  get failures(): { readonly journal: unknown; readonly planning: unknown } {
    return { journal: this.journal.failure, planning: this.faults.get('plan') ?? this.faults.get('pass') };
  }

  /** Windows of temporary limits from now on, worked out again when a limit changes and every hour. */
  limitWindows(): readonly LimitWindow[] {
    const nowMs = this.options.clock.nowMs();
    const known = this.windows;
    if (known !== undefined && known.limits === this.current.limits && nowMs - known.atMs < WINDOWS_REFRESH_MS)
      return known.list;
    const list = expandLimits(
      this.current.limits.values(),
      this.current.site.timeZone,
      nowMs,
      nowMs + WINDOWS_AHEAD_MS,
    );
    this.windows = { limits: this.current.limits, list, atMs: nowMs };
    return list;
  }

  /** Takes events in, in order. What follows from them is set going; `durable` tells when they are on disk. */
  dispatch(...events: readonly SiteEvent[]): void {
    // A site that was given up has no journal any more.
    if (this.closed) return;
    const nowMs = this.options.clock.nowMs();
    let news: Relevance = 'none';
    try {
      for (const event of events) {
        const before = this.current;
        // Reduced first: what can't be taken in must not be in the journal, where it would stop every start.
        const after = reduce(before, event, nowMs);
        this.journal.append(event, nowMs);
        this.current = after;
        news = moreUrgent(news, relevance(before, after, event));
      }
    } finally {
      this.follow(news);
    }
  }

  /** Takes in what is about to be sent, all at once. It changes what may be drawn, but asks for nothing. */
  intend(intents: readonly (StationEvent & { type: 'profileIntended' })[]): void {
    if (this.closed) return;
    const nowMs = this.options.clock.nowMs();
    const after = reduceStationEvents(this.current, intents, nowMs);
    for (const intent of intents) this.journal.append(intent, nowMs);
    this.current = after;
    this.options.onChange(after.site.siteId);
  }

  /** What a circuit is limited to at this moment, temporary limits included. */
  limitsInForce(circuitId: string): { readonly limitA: PerPhase<number>; readonly powerLimitW?: number } {
    const nowMs = this.options.clock.nowMs();
    const capacities = circuitCapacities(this.current, this.limitWindows(), [nowMs, nowMs + 1], nowMs);
    const found = capacities.find(({ circuit }) => circuit.id === circuitId);
    const powerLimitW = found?.powerLimitW[0] ?? 'unlimited';
    return {
      limitA: perPhase((phase) => found?.limitA[phase][0] ?? 0),
      ...(powerLimitW === 'unlimited' ? {} : { powerLimitW }),
    };
  }

  durable(): Promise<void> {
    return this.journal.durable();
  }

  /** Plans and passes from now on. */
  start(): void {
    this.knowledge.start();
    this.planSoon(0);
    this.scheduler.news();
  }

  /** Something outside changed that a plan rests on, or another process says that it is time. */
  replan(): void {
    this.planSoon(0);
    this.scheduler.news();
  }

  /** Stops deciding and writing: the site is gone, or its journal is, or (the reason) another process owns it. */
  abandon(reason?: unknown): void {
    this.closed = true;
    this.scheduler.close();
    this.knowledge.close();
    this.planTimer?.cancel();
    this.passTimer?.cancel();
    this.journal.abandon(reason);
  }

  /** Stops deciding; what waits for the disk is written. */
  async close(): Promise<void> {
    this.closed = true;
    this.scheduler.close();
    this.knowledge.close();
    this.planTimer?.cancel();
    this.passTimer?.cancel();
    await this.journal.durable();
  }

  private follow(news: Relevance): void {
    switch (news) {
      case 'danger':
        this.balance();
        this.planSoon(PLAN_SOON_MS);
        this.scheduler.news();
        break;
      case 'plan':
        this.planSoon(PLAN_SOON_MS);
        this.scheduler.news();
        break;
      case 'pass':
        this.passSoon(0);
        break;
      case 'none':
        break;
    }
    this.options.onChange(this.current.site.siteId);
  }

  /** At once, and in this very turn of the event loop: what is over its limit comes down. */
  private balance(): void {
    if (this.closed) return;
    this.guarded('plan', () => {
      const nowMs = this.options.clock.nowMs();
      if (this.plan_ === undefined) this.plan_ = planSite(this.current, this.limitWindows(), nowMs, this.schedule);
      else this.plan_ = balanceSite(this.current, this.limitWindows(), this.plan_, nowMs);
    });
    this.pass();
  }

  /**
   * A mistake of ours costs this site its planning, not the others theirs: it is brought down to its failsafes, and tried again.
   */
  private guarded(what: 'plan' | 'pass', run: () => void): void {
    try {
      run();
      this.faults.delete(what);
    } catch (error) {
      this.faults.set(what, error);
      const { siteId } = this.current.site;
      const nowMs = this.options.clock.nowMs();
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.options.log.error(
        { siteId, error: detail },
        `a ${what} of this site failed: its cars come down to their failsafes`,
      );
      if (what === 'plan') this.plan_ = fallbackPlan(this.current, nowMs);
      this.planRestUntilMs = nowMs + FAULT_REST_MS;
      this.planSoon(0);
      this.passSoon(what === 'plan' ? 0 : FAULT_REST_MS);
    }
  }

  private planSoon(delayMs: number): void {
    if (this.closed) return;
    const nowMs = this.options.clock.nowMs();
    const atMs = Math.max(nowMs + delayMs, this.planRestUntilMs);
    if (this.planTimer !== undefined && this.planTimer.atMs <= atMs) return;
    this.planTimer?.cancel();
    const cancel = this.options.clock.after(atMs - nowMs, () => {
      this.planTimer = undefined;
      this.planNow();
    });
    this.planTimer = { atMs, cancel };
  }

  private planNow(): void {
    if (this.closed) return;
    this.guarded('plan', () => this.planNowUnguarded());
    this.pass();
  }

  private planNowUnguarded(): void {
    const startMs = this.options.clock.nowMs();
    this.plan_ = planSite(this.current, this.limitWindows(), startMs, this.schedule);
    for (const violation of this.plan_.violations) {
      this.options.log.error(
        { violation, siteId: this.current.site.siteId },
        'a plan broke a limit and was thrown away: failsafe limits hold',
      );
    }
    const endMs = this.options.clock.nowMs();
    const tookMs = endMs - startMs;
    this.options.metrics.planned(tookMs);
    this.planRestUntilMs = endMs + this.rests.plan.restMs(this.current.site.siteId, tookMs, endMs);
    const nextBoundaryMs = this.plan_.boundariesMs[1] ?? startMs + PLAN_LATEST_MS;
    this.planSoon(Math.max(PLAN_SOON_MS, Math.min(nextBoundaryMs - startMs, PLAN_LATEST_MS)));
    this.options.onChange(this.current.site.siteId);
  }

  private scheduleProblem() {
    const nowMs = this.options.clock.nowMs();
    const windows = this.limitWindows();
    const failsafes = this.plan_?.failsafes ?? desiredFailsafes(this.current, windows, nowMs);
    return scheduleProblem({ state: this.current, windows, failsafes, nowMs, ...this.knowledge.current() });
  }

  private passSoon(delayMs: number): void {
    if (this.closed) return;
    const nowMs = this.options.clock.nowMs();
    const atMs = Math.max(nowMs + delayMs, this.passRestUntilMs);
    if (this.passTimer !== undefined && this.passTimer.atMs <= atMs) return;
    this.passTimer?.cancel();
    const cancel = this.options.clock.after(Math.max(0, atMs - nowMs), () => {
      this.passTimer = undefined;
      this.pass();
    });
    this.passTimer = { atMs, cancel };
  }

  private pass(): void {
    const plan = this.plan_;
    if (this.closed || plan === undefined) return;
    this.guarded('pass', () => this.passNow(plan));
  }

  private passNow(plan: SitePlan): void {
    const startMs = this.options.clock.nowMs();
    if (this.baseLoadChanged(plan, startMs)) this.planSoon(PLAN_SOON_MS);
    const result = handOut({
      state: this.current,
      windows: this.limitWindows(),
      plan,
      nowMs: startMs,
      busy: this.busy,
      memory: this.drawMemory,
    });
    this.lastHandOut = result;
    this.act(result.actions);
    const endMs = this.options.clock.nowMs();
    const restMs = this.rests.pass.restMs(this.current.site.siteId, endMs - startMs, endMs);
    this.passRestUntilMs = Math.max(startMs + PASS_GAP_MIN_MS, endMs + restMs);
    this.passSoon(Math.max(PASS_GAP_MIN_MS, result.wakeAtMs - startMs));
  }

  private act(actions: readonly HandOutAction[]): void {
    for (const action of actions) this.busy.add(action.stationId);
    try {
      carryOut(actions, {
        owner: this,
        clock: this.options.clock,
        random: this.options.random,
        caller: this.options.caller,
        log: this.options.log,
        metrics: this.options.metrics,
        reports: this.profileReports,
        done: (stationId) => {
          this.busy.delete(stationId);
          this.passSoon(0);
        },
      });
    } catch (error) {
      // What never left must not keep its station from everything that follows.
      for (const action of actions) this.busy.delete(action.stationId);
      throw error;
    }
  }

  private baseLoadChanged(plan: SitePlan, nowMs: number): boolean {
    const planned = new Map(plan.baseLoads.map((base) => [base.circuitId, base.currentA]));
    return this.current.site.circuits.some((circuit) => {
      const known = planned.get(circuit.id);
      const { currentA } = baseLoadA(this.current, circuit, nowMs);
      return known !== undefined && PHASES.some((phase) => Math.abs(known[phase] - currentA[phase]) > BASE_LOAD_NEWS_A);
    });
  }
}

const URGENCY: readonly Relevance[] = ['none', 'pass', 'plan', 'danger'];

function moreUrgent(a: Relevance, b: Relevance): Relevance {
  return URGENCY.indexOf(a) >= URGENCY.indexOf(b) ? a : b;
}
