import type { CapacityLimit } from '../site/model.js';
import type { Phase } from '../site/phases.js';
import type { SiteState } from '../site/state.js';
import { type DeficitRow, foreseenDeficits } from './failsafe.js';

/** On a circuit's phase, or in its power: what would be drawn if every station fell to its failsafe, against what is left for that. */
export type FailsafeWarning =
  | { readonly circuitId: string; readonly phase: Phase; readonly failsafeSumA: number; readonly limitA: number }
  | { readonly circuitId: string; readonly failsafeSumW: number; readonly limitW: number };

/**
 * Where limits, whenever they hold, leave less than the failsafes below them take: for their time these are lowered. Of several that do
 * so at the same place, the lowest. A limit that is over for good is left aside.
 */
export function failsafeWarnings(
  state: SiteState,
  limits: readonly CapacityLimit[],
  nowMs: number,
): readonly FailsafeWarning[] {
  const worst = new Map<string, DeficitRow>();
  for (const limit of limits) {
    if (limit.recurrence === undefined && limit.toMs !== 'open' && limit.toMs <= nowMs) continue;
    for (const { rows } of foreseenDeficits(state, [{ limit, fromMs: nowMs, toMs: 'open' }], nowMs)) {
      for (const row of rows) {
        const place = JSON.stringify([row.circuitId, row.kind]);
        const known = worst.get(place);
        if (known === undefined || row.capacity < known.capacity) worst.set(place, row);
      }
    }
  }
  return [...worst.values()].map(warningOf);
}

function warningOf({ circuitId, kind, failsafeSum, capacity }: DeficitRow): FailsafeWarning {
  const left = Math.max(0, capacity);
  return kind === 'power'
    ? { circuitId, failsafeSumW: failsafeSum, limitW: left }
    : { circuitId, phase: kind, failsafeSumA: failsafeSum, limitA: left };
}
