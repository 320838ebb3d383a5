import type { ProfileForm } from '../site/chargingProfile.js';
import { RETRY_REFUSED_MS } from '../site/controlObstacle.js';
import { newestCandidate } from '../site/mayDraw.js';
import type { ProfileSlot } from '../site/state.js';
import { isExhausted } from './forms.js';

const RETRY_UNKNOWN_MS = 5_000;
/** While there are forms that were not tried yet. */
const RETRY_REFUSED_FIRST_MS = 5_000;

/** Retries wait: after a refusal until another form was thought of, or long; after no answer a little; on a new connection not at all. */
export function mayTry(
  slot: ProfileSlot,
  forms: readonly ProfileForm[],
  { nowMs, freshSinceMs }: { readonly nowMs: number; readonly freshSinceMs: number },
): boolean {
  const newest = newestCandidate(slot);
  if (newest?.status === 'sent') return newest.sentMs < freshSinceMs;
  if (newest?.status === 'unknown' && newest.sentMs >= freshSinceMs) {
    if (nowMs - (newest.answeredMs ?? newest.sentMs) < RETRY_UNKNOWN_MS) return false;
  }
  if (slot.refusals === 0 || slot.lastRefusedMs === undefined || slot.lastRefusedMs < freshSinceMs) return true;
  const waitMs = isExhausted(forms, slot) ? RETRY_REFUSED_MS : RETRY_REFUSED_FIRST_MS;
  return nowMs - slot.lastRefusedMs >= waitMs;
}
