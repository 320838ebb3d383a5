import type { SiteEvent } from './events.js';
import type { CapacityLimit, SiteModel } from './model.js';

type Limits = ReadonlyMap<string, CapacityLimit>;

/** A limit goes with its circuit. What a grid event asks is asked of the grid connection, whatever that is called. */
export function limitsKept(limits: Limits, site: SiteModel): Limits {
  const circuitIds = new Set(site.circuits.map(({ id }) => id));
  const gridId = site.circuits.find(({ parentId }) => parentId === null)?.id;
  const kept = new Map<string, CapacityLimit>();
  for (const [limitId, limit] of limits) {
    const circuitId = limit.eventId === undefined ? limit.circuitId : (gridId ?? limit.circuitId);
    if (circuitIds.has(circuitId)) kept.set(limitId, circuitId === limit.circuitId ? limit : { ...limit, circuitId });
  }
  return kept;
}

export function withGridEvent(limits: Limits, event: SiteEvent & { readonly type: 'gridEventPut' }): Limits {
  const others = [...limits].filter(([, limit]) => limit.eventId !== event.eventId);
  return new Map([...others, ...event.limits.map((limit) => [limit.limitId, limit] as const)]);
}
