import type { CapacityKind, CapacityLimit } from './capacityEvents.js';

/**
 * What a site may take: its limits, and wherever no limit holds its subscription, raised by what was reserved on top of it. Ascending by
 * start; those that overlap hold together, the least of them.
 */
export function capacityInForce(capacities: readonly CapacityLimit[]): readonly CapacityLimit[] {
  return [...ofKind(capacities, 'IMPORT_CAPACITY_LIMIT'), ...subscribed(capacities)].sort(
    (a, b) => a.startMs - b.startMs,
  );
}

function subscribed(capacities: readonly CapacityLimit[]): CapacityLimit[] {
  const limits = ofKind(capacities, 'IMPORT_CAPACITY_LIMIT');
  const reservations = ofKind(capacities, 'IMPORT_CAPACITY_RESERVATION');
  const edges = [...limits, ...reservations].flatMap(({ startMs, endMs }) => [startMs, end(endMs)]);
  return ofKind(capacities, 'IMPORT_CAPACITY_SUBSCRIPTION').flatMap((subscription) => {
    const untilMs = end(subscription.endMs);
    const inside = edges.filter((ms) => ms > subscription.startMs && ms < untilMs);
    const times = [...new Set([subscription.startMs, ...inside, untilMs])].sort((a, b) => a - b);
    const pieces: CapacityLimit[] = [];
    times.slice(0, -1).forEach((startMs, piece) => {
      if (limits.some((limit) => covers(limit, startMs))) return;
      // Of reservations that overlap, the least is sure to have been granted.
      const grantedW = reservations.filter((one) => covers(one, startMs)).map(({ powerW }) => powerW);
      const powerW = subscription.powerW + (grantedW.length === 0 ? 0 : Math.min(...grantedW));
      const endMs = times[piece + 1] ?? untilMs;
      pieces.push({ ...subscription, startMs, endMs: Number.isFinite(endMs) ? endMs : 'open', powerW });
    });
    return pieces;
  });
}

function ofKind(capacities: readonly CapacityLimit[], kind: CapacityKind): CapacityLimit[] {
  return capacities.filter((capacity) => capacity.kind === kind);
}

function covers({ startMs, endMs }: CapacityLimit, atMs: number): boolean {
  return startMs <= atMs && atMs < end(endMs);
}

function end(endMs: number | 'open'): number {
  return endMs === 'open' ? Number.POSITIVE_INFINITY : endMs;
}
