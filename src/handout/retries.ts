import type { ProfileForm } from '../site/chargingProfile.js';
import { RETRY_REFUSED_MS } from '../site/controlObstacle.js';
import { newestCandidate } from '../site/mayDraw.js';
import type { ProfileSlot } from '../site/state.js';
import { isExhausted } from './forms.js';

const RETRY_UNKNOWN_MS = 5_000;
/** While there are forms that were not tried yet. */
const RETRY_REFUSED_FIRST_MS = 5_000;

interface RetryContext {
  readonly nowMs: number;
  /** Since then the station may have changed its mind. */
  readonly freshSinceMs: number;
  /** So many refusals are soon followed by another try, though each form was tried: something else is tried after them. */
  readonly refusalsSoon?: number;
}

/** Retries wait: after a refusal until another form was thought of, or long; after no answer a little; on a new connection not at all. */
export function mayTry(
  slot: ProfileSlot,
  forms: readonly ProfileForm[],
  { nowMs, freshSinceMs, refusalsSoon = 0 }: RetryContext,
): boolean {
  const newest = newestCandidate(slot);
  if (newest?.status === 'sent') return newest.sentMs < freshSinceMs;
  if (newest?.status === 'unknown' && newest.sentMs >= freshSinceMs) {
    if (nowMs - (newest.answeredMs ?? newest.sentMs) < RETRY_UNKNOWN_MS) return false;
  }
  if (slot.refusals === 0 || slot.lastRefusedMs === undefined || slot.lastRefusedMs < freshSinceMs) return true;
  const waitMs = isExhausted(forms, slot) && slot.refusals >= refusalsSoon ? RETRY_REFUSED_MS : RETRY_REFUSED_FIRST_MS;
  return nowMs - slot.lastRefusedMs >= waitMs;
}
