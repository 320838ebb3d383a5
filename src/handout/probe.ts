import { evseCurrentMaxA, evseCurrentMinA } from '../site/electricity.js';
import { type LimitSteps, limitAt } from '../site/limitSteps.js';
import { proofOf } from '../site/proof.js';
import { type Ledger, type LedgerEvse, roomA } from './ledger.js';

/** Far enough apart that a meter tells one from the other. */
const APART_A = 3;
/** Longer than any profile of a transaction lasts. */
const LASTS_MS = 1_800_000;

/**
 * A station whose failsafe nothing has confirmed counts at its hardware maximum, and the others make room. Where it says nothing of what
 * it holds only its meter can prove it, by a car that draws just as much as two limits allow: so it is told two, one after the other. They
 * are within what is planned for it; or, where that is the least that a car takes, within the room that there is at every instant.
 */
export function probed(entry: LedgerEvse, desired: LimitSteps, ledger: Ledger): LimitSteps {
  const { stationState, evseState, evse, site } = entry.at;
  if (stationState.failsafe.missingUntilMs !== 'unknown' || proofOf(stationState) !== 'meter') return desired;
  const leastA = evseCurrentMinA(evse);
  const mostA = evseCurrentMaxA(evse, site) - APART_A / 2;
  const wantedA = limitAt(desired, ledger.nowMs);
  const roomForA = roomThroughout(entry, ledger);
  if (wantedA === 'ended' || Math.max(wantedA, roomForA) < leastA || mostA < leastA + APART_A) return desired;
  const firstA = Math.min(Math.max(wantedA, leastA), mostA);
  const { trackedA } = evseState;
  const isFirst = trackedA === null || Math.abs(firstA - trackedA) >= APART_A;
  const secondA = firstA - APART_A >= leastA ? firstA - APART_A : Math.min(firstA + APART_A, mostA);
  const limitA = isFirst ? firstA : secondA;
  if (limitA > wantedA) return limitA <= roomForA ? { ...desired, steps: [{ fromMs: ledger.nowMs, limitA }] } : desired;
  return { ...desired, steps: desired.steps.map((step) => ({ ...step, limitA: Math.min(step.limitA, limitA) })) };
}

/** Beside what the others may draw, at every instant that a profile sent now may last to. */
function roomThroughout(entry: LedgerEvse, { nowMs, timesMs }: Ledger): number {
  let leastA = Number.POSITIVE_INFINITY;
  timesMs.forEach((fromMs, k) => {
    if (fromMs < nowMs + LASTS_MS) leastA = Math.min(leastA, roomA(entry, k));
  });
  return leastA;
}
