import type { Series } from '../../optimizer/index.js';
import { type CapacityRow, loadPerAmpere } from '../site/capacity.js';
import { evseCurrentMaxA } from '../site/electricity.js';
import { type EvseInSite, reservedPhases } from '../site/mayDraw.js';
import type { SiteState } from '../site/state.js';

/** A station that may have no failsafe at all: whatever leaves for the others, its hardware maximum is counted. */
function isUnproven(at: EvseInSite): boolean {
  return at.stationState.failsafe.missingUntilMs === 'unknown';
}

/**
 * What stands for each unproven EVSE, per slot: its hardware maximum wherever that fits beside what stands for all the others, so that
 * they are not planned what no message may give them. Where it does not fit its failsafe: then each is planned its share of what there
 * is, for the best that can be made of it.
 */
export function reservedForUnproven(
  state: SiteState,
  rows: readonly CapacityRow[],
  evses: readonly EvseInSite[],
  standsOf: (at: EvseInSite) => Series,
): ReadonlyMap<EvseInSite, Series> {
  const unproven = evses.filter(isUnproven);
  if (unproven.length === 0) return new Map();
  const free = new Map<string, { readonly kind: CapacityRow['kind']; readonly leftover: Float64Array }[]>();
  for (const { circuitId, kind, capacity } of rows) {
    const ofCircuit = free.get(circuitId) ?? [];
    free.set(circuitId, [...ofCircuit, { kind, leftover: Float64Array.from(capacity) }]);
  }
  const rowsOver = (at: EvseInSite) => {
    const phases = reservedPhases(at.evse, at.evseState);
    return (state.index.pathToGrid.get(at.station.circuitId) ?? [])
      .flatMap((circuit) => free.get(circuit.id) ?? [])
      .map((row) => ({ ...row, load: loadPerAmpere(at.evse, phases, row.kind, state.site.voltageV) }))
      .filter(({ load }) => load > 0);
  };
  for (const at of evses) {
    const standsA = isUnproven(at) ? evseCurrentMaxA(at.evse, at.site) : standsOf(at);
    for (const { leftover, load } of rowsOver(at)) {
      for (let slot = 0; slot < leftover.length; slot++)
        leftover[slot] = (leftover[slot] ?? 0) - load * valueAt(standsA, slot);
    }
  }
  return new Map(
    unproven.map((at): [EvseInSite, Series] => {
      const over = rowsOver(at);
      const standsA = standsOf(at);
      const slots = over[0]?.leftover.length ?? 0;
      const reservedA = Array.from({ length: slots }, (_, slot) =>
        over.every(({ leftover }) => (leftover[slot] ?? 0) >= -ROUNDING)
          ? evseCurrentMaxA(at.evse, at.site)
          : valueAt(standsA, slot),
      );
      return [at, reservedA];
    }),
  );
}

/** Of sums. */
const ROUNDING = 1e-6;

function valueAt(series: Series, slot: number): number {
  return typeof series === 'number' ? series : (series[slot] ?? 0);
}
