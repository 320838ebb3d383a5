import type { PerPhase } from '../site/phases.js';
import { perPhase } from '../site/phases.js';
import { CAPS_MAX, type GridCap } from './gridCap.js';

const REASON_MAX_CHARACTERS = 200;

/**
 * Caps that may overlap → ascending stretches that do not, each with the least of what holds: so that each begins at an instant of its
 * own. Equal neighbours are joined. Nothing that begins at or after untilMs, or ended before fromMs.
 */
export function flatCaps(
  caps: readonly GridCap[],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): readonly GridCap[] {
  const within = caps.filter((cap) => (cap.toMs === 'open' || cap.toMs > fromMs) && cap.fromMs < untilMs);
  const edges = within.flatMap(({ fromMs: start, toMs }) => (toMs === 'open' ? [start] : [start, toMs]));
  const times = [...new Set(edges)].filter((ms) => ms < untilMs).sort((a, b) => a - b);
  const flat: GridCap[] = [];
  times.forEach((startMs, index) => {
    const holding = within.filter(({ fromMs: start, toMs }) => start <= startMs && (toMs === 'open' || startMs < toMs));
    const endMs = times[index + 1] ?? endOfLast(holding);
    const least = leastOf(holding, startMs, endMs);
    if (least === undefined || (endMs !== 'open' && endMs <= fromMs)) return;
    const last = flat.at(-1);
    if (last !== undefined && last.toMs === startMs && isSame(last, least))
      flat[flat.length - 1] = { ...last, toMs: endMs };
    else flat.push(least);
  });
  return flat.slice(0, CAPS_MAX);
}

/** What holds past the horizon goes on as it is. */
function endOfLast(holding: readonly GridCap[]): number | 'open' {
  const ends = holding.map(({ toMs }) => toMs).filter((toMs) => toMs !== 'open');
  return ends.length === 0 || ends.length < holding.length ? 'open' : Math.min(...ends);
}

function leastOf(holding: readonly GridCap[], fromMs: number, toMs: number | 'open'): GridCap | undefined {
  if (holding.length === 0) return undefined;
  const powerLimitW = least(holding.map((cap) => cap.powerLimitW));
  const chargingPowerLimitW = least(holding.map((cap) => cap.chargingPowerLimitW));
  const limitA = leastPerPhase(holding.flatMap((cap) => cap.limitA ?? []));
  const binds = (cap: GridCap) =>
    (cap.powerLimitW !== undefined && cap.powerLimitW === powerLimitW) ||
    (cap.chargingPowerLimitW !== undefined && cap.chargingPowerLimitW === chargingPowerLimitW);
  const reasons = holding.filter(binds).flatMap(({ reason }) => reason ?? []);
  const reason = [...new Set(reasons)].slice(0, 2).join(' ').slice(0, REASON_MAX_CHARACTERS);
  return {
    fromMs,
    toMs,
    ...(limitA === undefined ? {} : { limitA }),
    ...(powerLimitW === undefined ? {} : { powerLimitW }),
    ...(chargingPowerLimitW === undefined ? {} : { chargingPowerLimitW }),
    ...(reason === '' ? {} : { reason }),
  };
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const stated = values.filter((value) => value !== undefined);
  return stated.length === 0 ? undefined : Math.min(...stated);
}

function leastPerPhase(limits: readonly PerPhase<number>[]): PerPhase<number> | undefined {
  return limits.length === 0 ? undefined : perPhase((phase) => Math.min(...limits.map((limit) => limit[phase])));
}

function isSame({ fromMs: _a, toMs: _b, ...a }: GridCap, { fromMs: _c, toMs: _d, ...b }: GridCap): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
