import { baseLoadA } from '../site/baseLoad.js';
import { capacityRows, circuitCapacities, type LimitWindow } from '../site/capacity.js';
import { type LimitSteps, limitAt, normalizeSteps } from '../site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS, newestCandidate } from '../site/mayDraw.js';
import type { Station } from '../site/model.js';
import type { SiteState } from '../site/state.js';
import { affectedStations, deficitRows, failsafeSumOf } from './failsafeTurns.js';

/** For what nobody foresaw (building load beyond baseLoadMaxA), failsafes are lowered this long, and again while it lasts. */
const UNFORESEEN_MS = 1_800_000;
const UNFORESEEN_RENEW_MS = 600_000;

/** What repeats, as steps that do not: a lowering is for once. */
export type Once = (limits: LimitSteps) => LimitSteps;

/**
 * A building load beyond what was configured leaves no room either, but nobody knows for how long: failsafes are lowered for
 * UNFORESEEN_MS, a lowering once sent is kept for its time, and renewed while the load stays.
 */
export function withUnforeseen(
  state: SiteState,
  windows: readonly LimitWindow[],
  {
    foreseen,
    once,
    nowMs,
  }: { readonly foreseen: ReadonlyMap<string, LimitSteps>; readonly once: Once; readonly nowMs: number },
): Map<string, LimitSteps> {
  const desired = new Map([...foreseen].map(([id, steps]) => [id, keepLowering(state, id, { steps, once, nowMs })]));
  const fresh = state.site.circuits.some((circuit) => baseLoadA(state, circuit, nowMs).meter === 'fresh');
  if (!fresh) return desired;
  const rows = capacityRows(circuitCapacities(state, windows, [nowMs, nowMs + 1], nowMs), state.site);
  for (const atMs of [nowMs, nowMs + UNFORESEEN_RENEW_MS]) {
    const wouldBeA = (station: Station) => valueAt(desired.get(station.id), atMs);
    const deficits = deficitRows(rows, 0, (row) => failsafeSumOf(state, row, wouldBeA));
    if (deficits.length === 0) continue;
    // All of them: what is left is then shared in turns by transaction profiles, and nobody is left out for half an hour.
    for (const station of affectedStations(state, deficits, wouldBeA)) {
      const steps = desired.get(station.id);
      if (steps !== undefined) desired.set(station.id, lowerBetween(once(steps), 0, nowMs + UNFORESEEN_MS));
    }
  }
  return desired;
}

/** A lowering that the station has, and nobody foresaw, stays for its time: no restoring early, no flash worn for nothing. */
function keepLowering(
  state: SiteState,
  stationId: string,
  { steps: foreseen, once, nowMs }: { readonly steps: LimitSteps; readonly once: Once; readonly nowMs: number },
): LimitSteps {
  const slot = state.stations.get(stationId)?.failsafe;
  const installed = slot === undefined ? undefined : newestCandidate(slot);
  // What repeats was foreseen.
  if (installed === undefined || installed.limits.everyMs !== undefined) return foreseen;
  let steps = foreseen;
  const times = [nowMs, ...installed.limits.steps.map(({ fromMs }) => fromMs)].filter(
    (ms) => ms >= nowMs && ms < nowMs + UNFORESEEN_MS,
  );
  for (const fromMs of times) {
    const installedA = limitAt(installed.limits, fromMs);
    if (installedA === 'ended' || installedA >= valueAt(steps, fromMs)) continue;
    const rises = installed.limits.steps.find((step) => step.fromMs > fromMs && step.limitA > installedA);
    const toMs = rises === undefined ? 'never' : rises.fromMs;
    // Beyond UNFORESEEN_MS it was for a window that no longer exists: it need not be kept.
    if (toMs === 'never' || toMs > nowMs + UNFORESEEN_MS + 2 * CLOCK_UNCERTAINTY_MS) continue;
    steps = lowerBetween(once(steps), fromMs === nowMs ? 0 : fromMs, toMs);
  }
  return steps;
}

function lowerBetween(limits: LimitSteps, fromMs: number, toMs: number): LimitSteps {
  const times = [...new Set([fromMs, toMs, ...limits.steps.map((step) => step.fromMs)])].sort((a, b) => a - b);
  const steps = times.map((ms) => ({ fromMs: ms, limitA: ms >= fromMs && ms < toMs ? 0 : valueAt(limits, ms) }));
  return normalizeSteps({ steps, untilMs: 'forever' }, 0);
}

function valueAt(limits: LimitSteps | undefined, atMs: number): number {
  const limitA = limits === undefined ? 0 : limitAt(limits, atMs);
  return limitA === 'ended' ? 0 : limitA;
}
