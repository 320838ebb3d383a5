import { type FailsafeWarning, failsafeWarnings } from '../../plan/failsafeWarnings.js';
import type { CapacityLimit } from '../../site/model.js';
import type { SiteState } from '../../site/state.js';

/** For the time of a limit, failsafes are lowered below a circuit. */
export type Warning = { readonly code: 'FAILSAFE_EXCEEDS_LIMIT' } & FailsafeWarning;

export function warningsOf(state: SiteState, limits: readonly CapacityLimit[], nowMs: number): Warning[] {
  return failsafeWarnings(state, limits, nowMs).map((warning) => ({ code: 'FAILSAFE_EXCEEDS_LIMIT', ...warning }));
}
