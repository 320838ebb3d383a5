import type { ProfileEvent } from './events.js';
import { MESSAGE_LATE_MAX_MS } from './mayDraw.js';
import type { Station } from './model.js';
import type { EvseState } from './state.js';

// A remote start carries a profile for the transaction that it begins. Until a profile that names that transaction takes its place it is
// no candidate of any slot: it is counted by itself.

/** From the transaction's start. */
export const START_PROFILE_LASTS_MS = 900_000;
/** A station that was asked to start waits so long for the cable, at most. */
const CABLE_AWAITED_MAX_MS = 1_800_000;

/** When a profile that is sent now is surely over, and its car has followed. */
export function startProfileUntilMs(nowMs: number, { reactionS }: Station): number {
  return nowMs + MESSAGE_LATE_MAX_MS + CABLE_AWAITED_MAX_MS + START_PROFILE_LASTS_MS + reactionS * 1000;
}

/** One that was sent before may still be the one that begins. */
export function withStartProfile(evse: EvseState, limitA: number, atMs: number, station: Station): EvseState {
  const before = evse.startProfile;
  const isOver = before === undefined || before.untilMs <= atMs;
  return {
    ...evse,
    startProfile: {
      limitA: isOver ? limitA : Math.max(before.limitA, limitA),
      sentMs: atMs,
      untilMs: startProfileUntilMs(atMs, station),
    },
  };
}

/**
 * A profile that names a transaction which began since has the same id, and is in its place once it is confirmed; unless a copy of the
 * remote start may still begin another.
 */
export function withoutReplacedStart(
  evse: EvseState,
  event: ProfileEvent & { type: 'profileVerified' },
  { atMs, followedByMs }: { readonly atMs: number; readonly followedByMs: number },
): EvseState {
  const { startProfile, transaction } = evse;
  if (startProfile === undefined || transaction === null || event.slot.kind !== 'tx') return evse;
  if (transaction.receivedMs < startProfile.sentMs || atMs < startProfile.sentMs + MESSAGE_LATE_MAX_MS) return evse;
  return { ...evse, startProfile: { ...startProfile, untilMs: Math.min(startProfile.untilMs, followedByMs) } };
}
