import { type EvseInSite, mayDrawA, mayDrawBreakpoints } from '../site/mayDraw.js';
import type { ProfileSlot } from '../site/state.js';

export interface Span {
  readonly nowMs: number;
  readonly horizonMs: number;
}

/** What one EVSE may draw, from each change on until the next; the first is now. */
export interface DrawOverTime {
  readonly at: EvseInSite;
  readonly changes: readonly DrawChange[];
}

interface DrawChange {
  readonly atMs: number;
  readonly mayA: number;
}

/**
 * What was worked out for an EVSE holds until something is learned of it: it depends on time only through the instant asked about.
 * By the profile slot of its transaction, for that is its own.
 */
export type DrawMemory = WeakMap<
  ProfileSlot,
  { readonly at: EvseInSite; readonly span: Span; readonly changes: readonly DrawChange[] }
>;

export function createDrawMemory(): DrawMemory {
  return new WeakMap();
}

/** So much of the far end of the horizon may be missing from what is remembered. */
const HORIZON_SLACK_MS = 600_000;

export function drawOverTime(at: EvseInSite, span: Span, memory: DrawMemory): DrawOverTime {
  const { transaction, txProfile } = at.evseState;
  const known = transaction === null ? undefined : memory.get(txProfile);
  // A clock that was set back asks about a time before what is remembered.
  const covers =
    known !== undefined && span.nowMs >= known.span.nowMs && span.horizonMs - known.span.horizonMs < HORIZON_SLACK_MS;
  if (known !== undefined && covers && isSame(known.at, at)) {
    return { at, changes: from(known.changes, span.nowMs) };
  }
  const changes = workOut(at, span);
  if (transaction !== null) memory.set(txProfile, { at, span, changes });
  return { at, changes };
}

/** Everything that mayDrawA looks at. */
function isSame(a: EvseInSite, b: EvseInSite): boolean {
  return (
    a.site === b.site &&
    a.station === b.station &&
    a.evse === b.evse &&
    a.stationState.failsafe === b.stationState.failsafe &&
    a.stationState.clockOffMs === b.stationState.clockOffMs &&
    a.stationState.clockIsKnown === b.stationState.clockIsKnown &&
    a.evseState.txProfile === b.evseState.txProfile &&
    a.evseState.lingering === b.evseState.lingering &&
    a.evseState.startProfile === b.evseState.startProfile &&
    a.evseState.disobeys === b.evseState.disobeys
  );
}

function workOut(at: EvseInSite, { nowMs, horizonMs }: Span): DrawChange[] {
  let mayA = mayDrawA(at, nowMs, nowMs);
  const changes = [{ atMs: nowMs, mayA }];
  for (const atMs of mayDrawBreakpoints(at, nowMs, horizonMs).sort((a, b) => a - b)) {
    const nextA = mayDrawA(at, nowMs, atMs);
    if (nextA !== mayA) changes.push({ atMs, mayA: nextA });
    mayA = nextA;
  }
  return changes;
}

function from(changes: readonly DrawChange[], nowMs: number): readonly DrawChange[] {
  const next = changes.findIndex((change) => change.atMs > nowMs);
  const current = changes[next < 0 ? changes.length - 1 : next - 1];
  return [{ atMs: nowMs, mayA: current?.mayA ?? 0 }, ...(next < 0 ? [] : changes.slice(next))];
}
