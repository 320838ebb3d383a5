import type { ProfileEvent } from './events.js';
import { largestWithin, limitAt } from './limitSteps.js';
import { CLOCK_UNCERTAINTY_MS, clockUncertaintyMs } from './mayDraw.js';
import type { SiteModel, Station } from './model.js';
import { reduceSlot, withoutUnseen } from './profileSlots.js';
import { proofOf } from './proof.js';
import { withoutReplacedStart } from './startProfile.js';
import type { Candidate, EvseState, FailsafeSlot, StationState, TransactionState } from './state.js';

// The life of the profiles of one station: sent, answered, seen to be in force.

export interface StationInSite {
  readonly site: SiteModel;
  readonly station: Station;
  readonly stationState: StationState;
}

/** Of a station with a record of obedience, what it accepted counts as confirmed. */
export function settledByRecord(at: StationInSite, atMs: number): StationState {
  const { stationState } = at;
  if (!stationState.trusted) return stationState;
  let settled = stationState;
  const accepted = stationState.failsafe.candidates.at(-1);
  if (accepted?.status === 'accepted' && isCoveredByRecord(accepted, stationState)) {
    const event = {
      type: 'profileVerified',
      attemptId: accepted.attemptId,
      slot: { kind: 'failsafe' },
      by: 'record',
      exact: false,
      askedMs: accepted.sentMs,
    } as const;
    settled = profileEvent({ ...at, stationState: settled }, event, atMs);
  }
  for (const [evseId, evse] of stationState.evses) {
    const newest = evse.txProfile.candidates.at(-1);
    if (newest?.status !== 'accepted' || evse.transaction === null) continue;
    const slot = { kind: 'tx', evseId, transactionId: evse.transaction.transactionId } as const;
    const { attemptId, sentMs: askedMs } = newest;
    const event = { type: 'profileVerified', attemptId, slot, by: 'record', exact: false, askedMs } as const;
    settled = profileEvent({ ...at, stationState: settled }, event, atMs);
  }
  return settled;
}

/** Rounds are another thing than limits that a car was seen to keep to; but where nothing else is to be had, the record must do. */
function isCoveredByRecord({ form }: Candidate, stationState: StationState): boolean {
  return form?.kind !== 'Recurring' || proofOf(stationState) === 'meter';
}

export function profileEvent(at: StationInSite, event: ProfileEvent, atMs: number): StationState {
  const { stationState } = at;
  if (event.slot.kind === 'failsafe') {
    const followedByMs = Math.max(...at.station.evses.map(({ id }) => followedBy(at, id, atMs)), atMs);
    const slot = reduceSlot(stationState.failsafe, event, { atMs, followedByMs, connectedMs: connectedMs(at) });
    const next = { ...stationState, failsafe: failsafeAfter(slot, event, followedByMs) };
    if (event.type === 'profileIntended') return steeredOnOrOff(next, event, atMs);
    return event.type === 'profileVerified'
      ? withTrust(withoutStrays(next, event, at, atMs), event)
      : withDoubt(next, event);
  }
  const { evseId, transactionId } = event.slot;
  const evse = stationState.evses.get(evseId);
  if (evse?.transaction?.transactionId !== transactionId)
    return event.type === 'profileVerified' ? withTrust(stationState, event) : stationState;
  const followedByMs = followedBy(at, evseId, atMs);
  const slot = reduceSlot(evse.txProfile, event, { atMs, followedByMs, connectedMs: connectedMs(at) });
  const transaction = event.type === 'profileIntended' ? switched(evse.transaction, event, atMs) : evse.transaction;
  const changed = { ...evse, transaction, txProfile: slot };
  const settled =
    event.type === 'profileVerified' ? withoutReplacedStart(changed, event, { atMs, followedByMs }) : changed;
  const next = changeEvse(stationState, evseId, () => settled);
  return event.type === 'profileVerified' ? withTrust(next, event) : withDoubt(next, event);
}

/** Where a station is steered through what is for all its EVSEs, that switches each of their cars on or off. */
function steeredOnOrOff(
  stationState: StationState,
  event: ProfileEvent & { type: 'profileIntended' },
  atMs: number,
): StationState {
  if (event.form?.steersUntilMs === undefined) return stationState;
  const evses = [...stationState.evses].map(
    ([id, evse]) =>
      [
        id,
        evse.transaction === null ? evse : { ...evse, transaction: switched(evse.transaction, event, atMs) },
      ] as const,
  );
  return { ...stationState, evses: new Map(evses) };
}

/** Where an EVSE's composite schedule says no more than its station's default, no profile of a transaction that says more lies over it. */
function withoutStrays(
  stationState: StationState,
  { attemptId, evseId, askedMs = 0 }: ProfileEvent & { type: 'profileVerified' },
  at: StationInSite,
  atMs: number,
): StationState {
  const shown = stationState.failsafe.candidates.find((candidate) => candidate.attemptId === attemptId);
  // A maximum would hide what lies below it, and a wrong clock when it holds.
  if (evseId === undefined || shown === undefined || shown.form?.purpose !== 'TxDefaultProfile') return stationState;
  if (clockUncertaintyMs(stationState) > CLOCK_UNCERTAINTY_MS) return stationState;
  const shownA = largestWithin(shown.limits, askedMs - CLOCK_UNCERTAINTY_MS, askedMs + CLOCK_UNCERTAINTY_MS);
  const shownMaxA = shownA === 'ended' ? 0 : shownA;
  const context = { atMs, followedByMs: followedBy(at, evseId, atMs), connectedMs: connectedMs(at) };
  return changeEvse(stationState, evseId, (evse) => ({
    ...evse,
    txProfile: withoutUnseen(evse.txProfile, { askedMs, shownMaxA }, context),
  }));
}

/** What was on its way when an earlier connection broke came before anything of this one, or never will. */
function connectedMs({ stationState: { connection } }: StationInSite): number {
  return connection.status === 'neverSeen' ? 0 : connection.sinceMs;
}

/**
 * Composite schedules and reports that say exactly what was sent are a record of obedience; the station's word is enough from then on.
 */
function withTrust(stationState: StationState, event: ProfileEvent & { type: 'profileVerified' }): StationState {
  const { by, exact } = event;
  const reported = by === 'report' ? { ...stationState, reportsProfiles: true as const } : stationState;
  return by === 'record' || !exact || reported.trusted ? reported : { ...reported, trusted: true };
}

/** It accepted what it does not have: its word is not enough any more, and without a failsafe it draws what its hardware can. */
function withDoubt(stationState: StationState, event: ProfileEvent): StationState {
  if (event.type !== 'profileNotVerified' || event.absent !== true) return stationState;
  const { failsafe } = stationState;
  const lacks = event.slot.kind === 'failsafe' && failsafe.candidates.at(-1)?.attemptId === event.attemptId;
  return {
    ...stationState,
    trusted: false,
    failsafe: lacks ? { ...failsafe, missingUntilMs: 'unknown' } : failsafe,
  };
}

function failsafeAfter(slot: FailsafeSlot, event: ProfileEvent, followedByMs: number): FailsafeSlot {
  if (event.type === 'profileVerified') {
    // An attempt that is no longer among the possibilities proves nothing about them.
    if (!slot.candidates.some(({ attemptId }) => attemptId === event.attemptId)) return slot;
    return { ...slot, missingUntilMs: slot.missingUntilMs === 'unknown' ? followedByMs : slot.missingUntilMs };
  }
  if (event.type === 'profileAnswered' && event.result === 'accepted' && event.connectionId !== undefined) {
    return { ...slot, assertedOn: event.connectionId };
  }
  return slot;
}

/** A car follows the pilot within seconds; where no current flows there is nothing to wait for. */
function followedBy(at: StationInSite, evseId: number, atMs: number): number {
  const evse = at.stationState.evses.get(evseId);
  if (evse === undefined || evse.transaction === null) return atMs;
  return atMs + at.station.reactionS * 1000;
}

function switched(
  transaction: TransactionState,
  event: ProfileEvent & { type: 'profileIntended' },
  atMs: number,
): TransactionState {
  const limitA = limitAt(event.limits, atMs);
  const on = limitA !== 'ended' && limitA > 0;
  return on === transaction.lastSwitch.on ? transaction : { ...transaction, lastSwitch: { on, atMs } };
}

export function changeEvse(
  stationState: StationState,
  evseId: number,
  change: (evse: EvseState) => EvseState,
): StationState {
  const evse = stationState.evses.get(evseId);
  if (evse === undefined) return stationState;
  return { ...stationState, evses: new Map(stationState.evses).set(evseId, change(evse)) };
}
