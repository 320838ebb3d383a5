import type { LimitSteps } from '../site/limitSteps.js';
import { limitAt, normalizeSteps } from '../site/limitSteps.js';
import { CLOCK_OFF_MAX_MS } from '../site/mayDraw.js';
import { hasQuirk } from '../site/stationQuirk.js';
import { isClockWrong } from './forms.js';
import { type Ledger, type LedgerEvse, type LedgerRow, roomA } from './ledger.js';
import { RAISE_MIN_A } from './purpose.js';
import type { ServedSession } from './transactionProfile.js';

// A station that can't be told of a later fall by the clock needs its room for as long as one profile counts. What the others were told
// of their own later turns takes that room, and they are told of new ones before the old ones come: it would never have its turn.

/** Longer than any limit without a clock time counts. */
const COUNTS_MS = CLOCK_OFF_MAX_MS;

/** While one that needs room for long is to have it now, those on the same circuits are told of no rise that is only to come. */
export function withoutBookings(sessions: readonly ServedSession[], ledger: Ledger): readonly ServedSession[] {
  const booked = new Set<LedgerRow>();
  for (const session of sessions) for (const row of bookedRows(session, ledger)) booked.add(row);
  if (booked.size === 0) return sessions;
  return sessions.map((session) =>
    needsRoomForLong(session) || !session.entry.shares.some(({ row }) => booked.has(row))
      ? session
      : { ...session, desired: withoutRises(session.desired, ledger.nowMs) },
  );
}

/** Those that have room for what it is to have now, and later would have more than its own limit in the way. */
function bookedRows(session: ServedSession, ledger: Ledger): readonly LedgerRow[] {
  if (!needsRoomForLong(session)) return [];
  const { entry, desired } = session;
  const wantedA = limitAt(desired, ledger.nowMs);
  const heldA = entry.mayA[0] ?? 0;
  if (wantedA === 'ended' || wantedA <= heldA + RAISE_MIN_A) return [];
  const reachableA = Math.min(wantedA, Math.max(roomA(entry, 0), heldA));
  if (reachableA <= heldA + RAISE_MIN_A) return [];
  return entry.shares
    .filter(({ row, perAmpere }) =>
      ledger.timesMs.some(
        (fromMs, k) =>
          fromMs < ledger.nowMs + COUNTS_MS &&
          othersOn(row, entry, { perAmpere, k }) > othersOn(row, entry, { perAmpere, k: 0 }) &&
          (row.capacity[k] ?? 0) - othersOn(row, entry, { perAmpere, k }) < (reachableA - RAISE_MIN_A) * perAmpere,
      ),
    )
    .map(({ row }) => row);
}

function othersOn(row: LedgerRow, entry: LedgerEvse, { perAmpere, k }: { perAmpere: number; k: number }): number {
  return (row.reserved[k] ?? 0) - (entry.mayA[k] ?? 0) * perAmpere;
}

function needsRoomForLong({ entry, maxPeriods }: ServedSession): boolean {
  const { stationState } = entry.at;
  return maxPeriods === 1 || isClockWrong(stationState) || hasQuirk(stationState, 'takesNoAbsolute');
}

/** Falls stay. */
function withoutRises(limits: LimitSteps, nowMs: number): LimitSteps {
  const nowA = limitAt(limits, nowMs);
  if (nowA === 'ended') return limits;
  const steps = limits.steps.map((step) => ({
    ...step,
    limitA: step.fromMs <= nowMs ? step.limitA : Math.min(step.limitA, nowA),
  }));
  return normalizeSteps({ ...limits, steps }, nowMs);
}
