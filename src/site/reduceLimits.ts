import type { SiteEvent } from './events.js';
import type { CapacityLimit, SiteModel } from './model.js';

type Limits = ReadonlyMap<string, CapacityLimit>;

/**
 * A limit goes with its circuit. What a grid event asks of the grid connection is asked of it whatever it is called, and what it asks of
 * a circuit that is gone is asked of the whole site.
 */
export function limitsKept(limits: Limits, before: SiteModel, site: SiteModel): Limits {
  const circuitIds = new Set(site.circuits.map(({ id }) => id));
  const [gridBeforeId, gridId] = [before, site].map(
    ({ circuits }) => circuits.find((one) => one.parentId === null)?.id,
  );
  const kept = new Map<string, CapacityLimit>();
  for (const [limitId, limit] of limits) {
    const stays = limit.eventId === undefined || (circuitIds.has(limit.circuitId) && limit.circuitId !== gridBeforeId);
    const circuitId = stays ? limit.circuitId : (gridId ?? limit.circuitId);
    if (circuitIds.has(circuitId)) kept.set(limitId, circuitId === limit.circuitId ? limit : { ...limit, circuitId });
  }
  return kept;
}

export function withGridEvent(limits: Limits, event: SiteEvent & { readonly type: 'gridEventPut' }): Limits {
  const others = [...limits].filter(([, limit]) => limit.eventId !== event.eventId);
  return new Map([...others, ...event.limits.map((limit) => [limit.limitId, limit] as const)]);
}
