import { type ChargingPlan, optimize } from '../../../optimizer/index.js';
import {
  BUILDING_HISTORY_MS,
  type BuildingHistory,
  buildingHistory,
  NO_HISTORY,
} from '../../../src/plan/buildingForecast.js';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import { guidanceFrom, type Schedule } from '../../../src/plan/guidance.js';
import { NOTHING_LEARNED, type PastStay, type StayHistory, stayHistory } from '../../../src/plan/learnedDefaults.js';
import { planSite, type SitePlan } from '../../../src/plan/plan.js';
import { scheduleProblem } from '../../../src/plan/schedule.js';
import { tariffPrices } from '../../../src/plan/tariffPrices.js';
import { QUARTER_MS } from '../../../src/site/history.js';
import type { SessionNeeds, SiteDefaults } from '../../../src/site/model.js';
import type { SiteState, TransactionState } from '../../../src/site/state.js';
import { acEvse, circuitOf, SiteLife, siteOf } from '../builders.js';
import { type Market, tariffsOf } from './prices.js';
import { type Controller, intervalOfRecord, type Moment } from './simulate.js';
import { outlets, type Stay, ZONE } from './stays.js';

// The planner itself: state, schedule, guidance and near plan as they are, without stations and messages between them and the cars.

export interface EvenkeelOptions {
  readonly fuseA: number;
  readonly market: Market;
  readonly fromMs: number;
  /** A new schedule at least so often, and whenever somebody comes or goes. */
  readonly scheduleEveryMs: number;
  /** How often the optimizer may look at its clock before its time is up: the same at each run, unlike time. */
  readonly looksMax: number;
  readonly defaults?: SiteDefaults;
}

/** What it learned is looked up anew so often. */
const LEARN_EVERY_MS = 6 * 3_600_000;

export class Evenkeel implements Controller {
  readonly times = { schedules: 0, scheduleMs: 0, switchedOn: 0 };
  private readonly switched = new Map<Stay, TransactionState['lastSwitch']>();
  private readonly options: EvenkeelOptions;
  private readonly life: SiteLife;
  private readonly transactions = new Map<Stay, string>();
  private counter = 0;
  private warm: ChargingPlan | undefined;
  private schedule: Schedule | undefined;
  private plan: SitePlan | undefined;
  private building: BuildingHistory = NO_HISTORY;
  private stays: StayHistory = NOTHING_LEARNED;
  private readonly past: PastStay[] = [];
  private readonly taken = new Map<Stay, number>();
  private learnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: EvenkeelOptions) {
    this.options = options;
    const stations = outlets().map(({ stationId, phases, currentMaxA }) => ({
      id: stationId,
      circuitId: 'grid',
      failsafeA: 0,
      reactionS: 5,
      evses: [acEvse({ phases, currentMaxA })],
    }));
    const { fuseA, defaults, fromMs } = options;
    this.life = new SiteLife(
      siteOf({
        timeZone: ZONE,
        stations,
        circuits: [circuitOf('grid', fuseA)],
        ...(defaults === undefined ? {} : { defaults }),
      }),
    );
    this.life.nowMs = fromMs - 3_600_000;
    for (const { id } of stations) this.life.commission(id, 0);
  }

  give(moment: Moment): ReadonlyMap<Stay, number> {
    const { nowMs, present } = moment;
    this.life.nowMs = nowMs;
    const changed = this.follow(moment);
    const isDue = nowMs - (this.schedule?.computedAtMs ?? Number.NEGATIVE_INFINITY) >= this.options.scheduleEveryMs;
    if (present.length > 0 && (changed || isDue)) this.makeSchedule(moment);
    // In the service a schedule is made anew every five minutes; one that is kept for longer here, to save time, is not given up.
    const schedule = this.schedule === undefined ? undefined : { ...this.schedule, computedAtMs: nowMs };
    this.plan = planSite(this.stateNow(moment), [], nowMs, schedule);
    const given = this.currents(
      nowMs,
      present.map(({ stay }) => stay),
    );
    this.switchTo(given, nowMs);
    return given;
  }

  /** Takes in who came, who went, and what the meters say. */
  private follow({ nowMs, present }: Moment): boolean {
    const here = new Set(present.map(({ stay }) => stay));
    let changed = false;
    for (const [stay, sessionId] of this.transactions) {
      if (here.has(stay)) continue;
      this.life.end(stay.outlet.stationId, Number(sessionId.split('-').at(-1)));
      this.transactions.delete(stay);
      this.past.push({ startedAtMs: stay.arrivalMs, endedAtMs: nowMs, energyWh: this.taken.get(stay) ?? 0 });
      this.taken.delete(stay);
      changed = true;
    }
    for (const { stay, deliveredWh } of present) {
      const { stationId } = stay.outlet;
      this.taken.set(stay, deliveredWh);
      if (this.transactions.has(stay)) {
        if (nowMs % QUARTER_MS === 0) this.life.meter(stationId, { energyWh: 1_000 + deliveredWh });
        if (deliveredWh >= stay.wantedWh && this.life.at(stationId).evseState.status !== 'SuspendedEV')
          this.life.take({ type: 'evseStatusReported', stationId, evseId: 1, status: 'SuspendedEV' });
        continue;
      }
      this.counter += 1;
      // Told a moment before it is planned, as in the service.
      this.life.nowMs = nowMs - 1_000;
      this.life.start(stationId, this.counter);
      this.life.nowMs = nowMs;
      const sessionId = this.life.at(stationId).evseState.transaction?.sessionId ?? '';
      this.life.take({ type: 'needsPut', sessionId, needs: needsOf(stay) });
      this.life.take({ type: 'evseStatusReported', stationId, evseId: 1, status: 'Charging' });
      this.transactions.set(stay, sessionId);
      changed = true;
    }
    if (changed) {
      for (const { stay, deliveredWh } of present)
        this.life.meter(stay.outlet.stationId, { energyWh: 1_000 + deliveredWh });
    }
    return changed;
  }

  private makeSchedule(moment: Moment): void {
    const { nowMs, records, running } = moment;
    const { market } = this.options;
    if (nowMs - this.learnedMs >= LEARN_EVERY_MS) {
      const known = records.filter(({ startMs }) => startMs >= nowMs - BUILDING_HISTORY_MS);
      this.building = buildingHistory(known, { timeZone: ZONE, nowMs });
      this.stays = stayHistory(this.past, ZONE);
      this.learnedMs = nowMs;
    }
    const state = this.stateNow(moment);
    const made = scheduleProblem({
      state,
      windows: [],
      failsafes: desiredFailsafes(state, [], nowMs),
      nowMs,
      building: this.building,
      stays: this.stays,
      prices: tariffPrices({
        tariffs: tariffsOf(market, market.publishedUntilMs(nowMs)),
        soFar: [...records.map(intervalOfRecord), ...(running === undefined ? [] : [running])],
        circuitId: 'grid',
      }),
    });
    const startedMs = performance.now();
    let looks = 0;
    const limit = { timeLimitMs: this.options.looksMax, elapsedMs: () => looks++ };
    this.warm = optimize(made.problem, this.warm === undefined ? limit : { ...limit, previous: this.warm });
    this.times.scheduleMs += performance.now() - startedMs;
    this.times.schedules += 1;
    const schedule = guidanceFrom(made, this.warm);
    if (schedule === 'refused') throw new Error('the optimizer answered with a plan of another shape');
    this.schedule = schedule;
  }

  /**
   * The building's meter is read without the detour over what cars are seen to draw, which is tested elsewhere; and cars count as
   * switched on and off without profiles and their confirmations.
   */
  private stateNow({ nowMs, buildingA }: Moment): SiteState {
    const { state } = this.life;
    const reading = { atMs: nowMs, currentA: buildingA, baseLoadA: buildingA };
    const stations = new Map(state.stations);
    for (const [stay, lastSwitch] of this.switched) {
      const { stationId } = stay.outlet;
      const { stationState, evseState } = this.life.at(stationId);
      if (evseState.transaction === null) continue;
      const transaction = { ...evseState.transaction, lastSwitch };
      stations.set(stationId, { ...stationState, evses: new Map([[1, { ...evseState, transaction }]]) });
    }
    return { ...state, stations, circuits: new Map([['grid', { readings: [reading] }]]) };
  }

  private switchTo(given: ReadonlyMap<Stay, number>, nowMs: number): void {
    for (const stay of this.switched.keys()) if (!given.has(stay)) this.switched.delete(stay);
    for (const [stay, currentA] of given) {
      const on = currentA > 0;
      const before = this.switched.get(stay);
      if (before?.on === on) continue;
      if (on) this.times.switchedOn += 1;
      this.switched.set(stay, { on, atMs: nowMs });
    }
  }

  private currents(nowMs: number, stays: readonly Stay[]): ReadonlyMap<Stay, number> {
    const slot = (this.plan?.boundariesMs.findIndex((ms) => ms > nowMs) ?? 0) - 1;
    const planned = new Map(this.plan?.sessions.map(({ sessionId, currentA }) => [sessionId, currentA[slot] ?? 0]));
    return new Map(stays.map((stay) => [stay, planned.get(this.transactions.get(stay) ?? '') ?? 0]));
  }
}

function needsOf({ says, departureMs, wantedWh }: Stay): SessionNeeds {
  switch (says) {
    case 'both':
      return { departureMs, energyWh: wantedWh };
    case 'departure':
      return { departureMs };
    case 'nothing':
      return {};
  }
}
