import { type LimitSteps, limitAt, unrolled } from '../site/limitSteps.js';
import type { Candidate } from '../site/state.js';

/** Why a transaction's limits are sent: nothing was told yet, or something is to change. */
export type Purpose = 'lower' | 'first' | 'renew' | 'raise';

/** Small rises wait and gather; lowerings never wait. */
export const RAISE_MIN_A = 0.5;
const RAISE_GATHER_MS = 2_000;
/** Differences below what one decimal can say. */
const SAME_A = 0.05;
/** As far ahead as limits that repeat are compared. */
const COMPARED_MS = 8 * 86_400_000;

export interface PurposeContext {
  readonly nowMs: number;
  readonly connectedMs: number;
  /** Renewed when less than this of it is left. */
  readonly renewBeforeMs: number;
}

export function purposeOf(
  newest: Pick<Candidate, 'limits' | 'status' | 'sentMs'> | undefined,
  limits: LimitSteps,
  { nowMs, connectedMs, renewBeforeMs }: PurposeContext,
): Purpose | 'none' {
  if (newest === undefined) return 'first';
  const heldA = limitAt(newest.limits, nowMs);
  if (heldA === 'ended') return 'first';
  if (lowersSomewhere(newest.limits, limits, nowMs)) return 'lower';
  // After a reconnect the profile may be gone; after no answer it may never have come.
  if (newest.status === 'unknown' || newest.sentMs < connectedMs) return 'first';
  const { untilMs } = newest.limits;
  if (untilMs !== 'forever' && untilMs - nowMs < renewBeforeMs && endsLater(limits, newest.limits)) return 'renew';
  const wantedA = limitAt(limits, nowMs);
  const risesA = wantedA === 'ended' ? 0 : wantedA - heldA;
  if (risesA <= SAME_A || nowMs - newest.sentMs < RAISE_GATHER_MS) return 'none';
  return risesA >= RAISE_MIN_A ? 'raise' : 'none';
}

function endsLater(limits: LimitSteps, than: LimitSteps): boolean {
  if (than.untilMs === 'forever') return false;
  return limits.untilMs === 'forever' || limits.untilMs > than.untilMs;
}

/** Is what is wanted below what is held, at any instant from now on? */
export function lowersSomewhere(heldLimits: LimitSteps, wantedLimits: LimitSteps, nowMs: number): boolean {
  const held = unrolled(heldLimits, nowMs, nowMs + COMPARED_MS);
  const wanted = unrolled(wantedLimits, nowMs, nowMs + COMPARED_MS);
  const times = [nowMs, ...held.steps.map((step) => step.fromMs), ...wanted.steps.map((step) => step.fromMs)];
  return times.some((ms) => {
    if (ms < nowMs) return false;
    const heldA = limitAt(held, ms);
    const wantedA = limitAt(wanted, ms);
    return heldA !== 'ended' && wantedA !== 'ended' && wantedA < heldA - SAME_A;
  });
}
