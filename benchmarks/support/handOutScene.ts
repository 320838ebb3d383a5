import type { HandOutAction, HandOutInput } from '../../src/handout/handOut.js';
import { handOut } from '../../src/handout/handOut.js';
import { type PlannedSession, planSite, type SitePlan } from '../../src/plan/plan.js';
import type { LimitWindow } from '../../src/site/capacity.js';
import type { Circuit, SiteModel, Station } from '../../src/site/model.js';
import { PHASES } from '../../src/site/phases.js';
import { ampere, circuitOf, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../test/support/builders.js';

const FEEDERS = 10;
const PANELS_PER_FEEDER = 10;
/** Every other station has three phases, the others one each, in turn: so many cars load each phase. */
const CARS_PER_PHASE_SHARE = 1 / 2 + 1 / 6;
const LOW_A = 10;
const HIGH_A = 16;
/** Each feeder in turn carries so much less for a while. */
const FEEDER_LESS = 0.8;
const FEEDER_LESS_MS = 15 * MINUTE_MS;
const SETTLE_PASSES_MAX = 20;
const BETWEEN_PASSES_MS = 15_000;

/** What one pass is asked, and how many of its answers must be of which purpose: one that does something else is of no use. */
export interface HandOutScene {
  readonly name: string;
  readonly input: HandOutInput;
  readonly expected: { readonly lower: number; readonly raise: number };
}

/** A site of which every station charges under a confirmed profile, and what four plans ask of the hand-out then. */
export function handOutScenes(stations: number, changes: number): readonly HandOutScene[] {
  const site = siteOfPanels(stations);
  const gridA = (perCarA: number) => Math.ceil(stations * CARS_PER_PHASE_SHARE * perCarA);
  const atLow = settled(charging(site), gridA(LOW_A));
  const atHigh = settled(charging(site), gridA(HIGH_A));
  const asked = (life: SiteLife, gridLimitA: number) => inputOf(life, windowsOf(site, gridLimitA, life.nowMs));
  const lowWithRoom = { ...asked(atLow, gridA(LOW_A)), windows: windowsOf(site, gridA(HIGH_A), atLow.nowMs) };
  const every = Math.floor(stations / changes);
  return [
    { name: 'nothing to send', input: asked(atHigh, gridA(HIGH_A)), expected: { lower: 0, raise: 0 } },
    { name: 'every station lowered', input: asked(atHigh, gridA(LOW_A)), expected: { lower: stations, raise: 0 } },
    { name: 'every station raised', input: asked(atLow, gridA(HIGH_A)), expected: { lower: 0, raise: stations } },
    {
      name: `${changes} changes, half of them rises`,
      input: { ...lowWithRoom, plan: changed(lowWithRoom.plan, every) },
      expected: { lower: changes / 2, raise: changes / 2 },
    },
  ];
}

export function purposesOf(actions: readonly HandOutAction[]): { readonly lower: number; readonly raise: number } {
  const count = (purpose: string) =>
    actions.filter((action) => action.type === 'send' && action.purpose === purpose).length;
  return { lower: count('lower'), raise: count('raise') };
}

function siteOfPanels(stations: number): SiteModel {
  const perPhase = stations * CARS_PER_PHASE_SHARE;
  const circuits: Circuit[] = [circuitOf('grid', Math.ceil(perPhase * 32), { powerLimitW: stations * 22_000 })];
  for (let feeder = 0; feeder < FEEDERS; feeder++) {
    circuits.push(circuitOf(`feeder ${feeder}`, Math.ceil((perPhase / FEEDERS) * 32)));
    for (let panel = 0; panel < PANELS_PER_FEEDER; panel++) {
      const limitA = Math.ceil((stations / FEEDERS / PANELS_PER_FEEDER) * 32);
      circuits.push(circuitOf(`panel ${feeder}.${panel}`, limitA, { parentId: `feeder ${feeder}` }));
    }
  }
  const panels = FEEDERS * PANELS_PER_FEEDER;
  const panelOf = (index: number) => {
    const panel = Math.floor((index * panels) / stations);
    return `panel ${Math.floor(panel / PANELS_PER_FEEDER)}.${panel % PANELS_PER_FEEDER}`;
  };
  const phasesOf = (index: number) => (index % 2 === 0 ? PHASES : PHASES.filter((_, at) => at === (index >> 1) % 3));
  return siteOf({
    circuits,
    stations: Array.from(
      { length: stations },
      (_, index): Station => stationOf(`S${index}`, { circuitId: panelOf(index), phases: phasesOf(index) }),
    ),
  });
}

function charging(site: SiteModel): SiteLife {
  const life = new SiteLife(site);
  site.stations.forEach(({ id, failsafeA }, index) => {
    life.commission(id, failsafeA);
    life.take({ type: 'capabilitiesRead', stationId: id, capabilities: { maxPeriods: 24 } });
    life.start(id, index + 1);
  });
  return life.wait(MINUTE_MS);
}

/** Passes and confirmations until nothing is left to be said. */
function settled(life: SiteLife, gridLimitA: number): SiteLife {
  for (let passes = 0; passes < SETTLE_PASSES_MAX; passes++) {
    const { actions } = handOut(inputOf(life, windowsOf(life.state.site, gridLimitA, life.nowMs)));
    if (actions.length === 0) return life;
    for (const action of actions) obey(life, action);
    life.wait(BETWEEN_PASSES_MS);
  }
  throw new Error('the hand-out does not come to rest');
}

/** The station accepts what it is sent, and its composite schedule says so. */
function obey(life: SiteLife, action: HandOutAction): void {
  if (action.type === 'stop') return;
  const { stationId, slot } = action;
  if (action.type === 'verify') {
    life.verify(stationId, slot, action.attemptId);
    return;
  }
  const attemptId = life.intend(stationId, slot, action.limits);
  life.answer(stationId, slot, attemptId, 'accepted').verify(stationId, slot, attemptId);
}

function inputOf(life: SiteLife, windows: readonly LimitWindow[]): HandOutInput {
  const plan = planSite(life.state, windows, life.nowMs);
  if (plan.violations.length > 0) throw new Error('the plan breaks a limit');
  return { state: life.state, windows, plan, nowMs: life.nowMs, busy: new Set() };
}

/** The grid connection's limit, and later on each feeder's in turn, so that limits change while profiles last. */
function windowsOf(site: SiteModel, gridLimitA: number, nowMs: number): readonly LimitWindow[] {
  const windows = [windowOf('grid', gridLimitA, nowMs - MINUTE_MS, 'open')];
  const feeders = site.circuits.filter(({ parentId }) => parentId === 'grid');
  feeders.forEach(({ id }, index) => {
    const fromMs = Math.ceil(nowMs / FEEDER_LESS_MS + index) * FEEDER_LESS_MS;
    windows.push(windowOf(id, (gridLimitA / FEEDERS) * FEEDER_LESS, fromMs, fromMs + FEEDER_LESS_MS));
  });
  return windows;
}

function windowOf(circuitId: string, limitA: number, fromMs: number, toMs: number | 'open'): LimitWindow {
  const limit = { limitId: `less of ${circuitId}`, circuitId, limitA: ampere(limitA), fromMs, toMs, source: 'owner' };
  return { limit: { ...limit, source: 'owner' }, fromMs, toMs };
}

/** Of every so many cars one is to have less, and then one more, from now on. */
function changed(plan: SitePlan, every: number): SitePlan {
  const change = (session: PlannedSession, index: number): PlannedSession => {
    if (index % every !== 0) return session;
    const byA = (index / every) % 2 === 0 ? -2 : 2;
    const steps = session.desired.steps.map(({ fromMs, limitA }) => ({ fromMs, limitA: limitA + byA }));
    return { ...session, desired: { ...session.desired, steps } };
  };
  return { ...plan, sessions: plan.sessions.map(change) };
}
