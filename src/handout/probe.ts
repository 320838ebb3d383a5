import { evseCurrentMaxA, evseCurrentMinA } from '../site/electricity.js';
import { type LimitSteps, limitAt } from '../site/limitSteps.js';
import { hasQuirk } from '../site/stationQuirk.js';
import { type Ledger, type LedgerEvse, roomA } from './ledger.js';

/** Far enough apart that a meter tells one from the other. */
const APART_A = 3;

/**
 * A station whose failsafe nothing has confirmed counts at its hardware maximum, and the others make room. Where it says nothing of what
 * it holds only its meter can prove it, by a car that draws just as much as two limits allow: so it is told two, one after the other.
 * Whatever it is told, no more is reserved for it than already is.
 */
export function probed(entry: LedgerEvse, desired: LimitSteps, { nowMs }: Ledger): LimitSteps {
  const { stationState, evseState, evse, site } = entry.at;
  if (stationState.failsafe.missingUntilMs !== 'unknown' || !hasQuirk(stationState, 'saysNoComposite')) return desired;
  const leastA = evseCurrentMinA(evse);
  const mostA = evseCurrentMaxA(evse, site) - APART_A / 2;
  const wantedA = limitAt(desired, nowMs);
  // Beside what the others may draw there must be room for the least that a car takes.
  const roomForA = roomA(entry, 0);
  if (wantedA === 'ended' || roomForA < leastA || mostA < leastA + APART_A) return desired;
  const firstA = Math.min(Math.max(wantedA, leastA), mostA, roomForA);
  const { trackedA } = evseState;
  const isOther = trackedA === null || Math.abs(firstA - trackedA) >= APART_A;
  const secondA = firstA - APART_A >= leastA ? firstA - APART_A : Math.min(firstA + APART_A, mostA, roomForA);
  const limitA = isOther ? firstA : secondA;
  return { ...desired, steps: [{ fromMs: nowMs, limitA }] };
}
