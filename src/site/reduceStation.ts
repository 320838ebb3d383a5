import { assertNever } from './assertNever.js';
import { gridEnergyWh } from './electricity.js';
import { type QuarterShare, roundedQuarters, withShares } from './energyShares.js';
import type { StationEvent, TransactionEnded, TransactionStarted } from './events.js';
import { withExternalLimit, withoutExternalLimit } from './externalLimit.js';
import { limitAt } from './limitSteps.js';
import { type EvseInSite, mayDrawA, phasesInUse } from './mayDraw.js';
import { meterEvse, mostEnergyWh } from './metering.js';
import type { Evse, Station } from './model.js';
import { withLearned, withTriesForgotten } from './modelQuirks.js';
import { NO_CURRENT } from './phases.js';
import { EMPTY_SLOT, UNKNOWN_FAILSAFE, withUnansweredUnknown } from './profileSlots.js';
import { changeEvse, profileEvent, type StationInSite, settledByRecord } from './reduceProfiles.js';
import { evseOf } from './siteIndex.js';
import { withStartProfile } from './startProfile.js';
import {
  type EndedSession,
  type EvseState,
  type StationIdentity,
  type StationState,
  type TransactionState,
  UNKNOWN_CAPABILITIES,
} from './state.js';
import { energyTaken, quartersOf } from './transactionEnergy.js';
import { withoutAnnounced, withStatus, withTransactionNews, withWordBefore } from './transactionNews.js';

export interface StationReduction {
  readonly stationState: StationState;
  readonly ended: readonly EndedSession[];
  /** By cars, on the grid side, as far as it was not known before. */
  readonly taken: readonly QuarterShare[];
}

export function unseenStation(station: Station): StationState {
  const evse: EvseState = {
    status: 'unknown',
    statusAtMs: 0,
    transaction: null,
    txProfile: EMPTY_SLOT,
    lingering: null,
    samples: [],
    disobeys: false,
    obedienceCount: 0,
    trackedA: null,
  };
  return {
    connection: { status: 'neverSeen' },
    accepted: false,
    identity: null,
    capabilities: UNKNOWN_CAPABILITIES,
    trusted: false,
    clockOffMs: 0,
    failsafe: UNKNOWN_FAILSAFE,
    evses: new Map(station.evses.map(({ id }) => [id, evse])),
  };
}

export function reduceStation(at: StationInSite, event: StationEvent, atMs: number): StationReduction {
  const reduction = reduceOne(at, event, atMs);
  return { ...reduction, stationState: settledByRecord({ ...at, stationState: reduction.stationState }, atMs) };
}

function reduceOne(at: StationInSite, event: StationEvent, atMs: number): StationReduction {
  const { stationState } = at;
  switch (event.type) {
    case 'stationConnected': {
      const { connectionId, ocppVersion } = event;
      const calm = withUnansweredCalls(stationState);
      return only({
        ...calm,
        connection: { status: 'online', sinceMs: atMs, connectionId, ocppVersion, booted: false },
      });
    }
    case 'stationDisconnected':
      return only(disconnected(stationState, atMs));
    case 'stationBooted':
      return only(booted(stationState, event.identity));
    case 'capabilitiesRead':
      return only({ ...stationState, capabilities: { ...stationState.capabilities, ...event.capabilities } });
    case 'evseStatusReported':
      return only(changeEvse(stationState, event.evseId, (evse) => withStatus(evse, event, atMs)));
    case 'transactionStarted':
      return started(at, event, atMs);
    case 'transactionEnded':
      return ended(at, event, atMs);
    case 'transactionUpdated':
    case 'transactionAnnounced':
    case 'vehicleNeedsTold':
    case 'vehicleScheduleRefused':
    case 'priorityChargingTold':
      return only(withTransactionNews(stationState, event, atMs));
    case 'evseMetered': {
      const evse = inSite(at, event.evseId);
      if (evse === undefined) return only(stationState);
      const { evseState, proves, taken } = meterEvse(evse, event, atMs);
      const { clockOffMs } = event;
      const changed = changeEvse(stationState, event.evseId, () => evseState);
      const metered = clockOffMs === undefined ? changed : withClock(changed, clockOffMs);
      const stationTrusted =
        proves === 'obedience'
          ? { ...metered, trusted: true }
          : evseState.disobeys
            ? { ...metered, trusted: false }
            : metered;
      return { stationState: stationTrusted, ended: [], taken: onGridSide(evse.evse, taken) };
    }
    case 'clockSeen':
      return only(withClock(stationState, event.clockOffMs));
    case 'stopAsked':
      return only(
        changeEvse(stationState, event.evseId, (evse) =>
          evse.transaction?.transactionId === event.transactionId
            ? { ...evse, transaction: { ...evse.transaction, stopAskedMs: atMs } }
            : evse,
        ),
      );
    case 'startProfileSent':
      return only(
        changeEvse(stationState, event.evseId, (evse) => withStartProfile(evse, event.limitA, atMs, at.station)),
      );
    case 'quirkLearned': {
      const { quirk, evidence, stationId } = event;
      return only(withLearned(stationState, [{ quirk, evidence, seenOf: stationId, learnedMs: atMs }]));
    }
    case 'quirkSuspected':
      return only({ ...stationState, suspected: [...(stationState.suspected ?? []), event.quirk] });
    case 'quirkRefuted':
      return only({ ...stationState, suspected: (stationState.suspected ?? []).filter((it) => it !== event.quirk) });
    case 'quirksForgotten':
      return only({ ...withTriesForgotten(stationState), quirks: [], suspected: [] });
    case 'externalLimitNotified': {
      const limit = { ...event.limit, receivedMs: atMs };
      return only({ ...stationState, externalLimits: withExternalLimit(stationState.externalLimits ?? [], limit) });
    }
    case 'externalLimitCleared':
      return only({ ...stationState, externalLimits: withoutExternalLimit(stationState.externalLimits ?? [], event) });
    case 'foreignProfilesSeen':
      return only({ ...stationState, foreignProfiles: event.profiles });
    case 'profileIntended':
    case 'profileAnswered':
    case 'profileVerified':
    case 'profileNotVerified':
    case 'profileReportAwaited':
      return only(profileEvent(at, event, atMs));
    default:
      return assertNever(event);
  }
}

function withClock(stationState: StationState, clockOffMs: number): StationState {
  return { ...stationState, clockOffMs, clockIsKnown: true };
}

/** A process that starts has no sockets, and can't know what became of calls under way. */
export function stationWithoutService(stationState: StationState, atMs: number): StationState {
  return disconnected(stationState, atMs);
}

function disconnected(stationState: StationState, atMs: number): StationState {
  const calm = withPhasesForgotten(withUnansweredCalls(stationState));
  if (stationState.connection.status !== 'online') return calm;
  const { ocppVersion } = stationState.connection;
  return { ...calm, connection: { status: 'offline', sinceMs: atMs, ocppVersion } };
}

/** Out of sight one car may leave and another come: which phases are in use has to be learned anew. */
function withPhasesForgotten(stationState: StationState): StationState {
  const evses = [...stationState.evses].map(([id, evse]): [number, EvseState] => [
    id,
    evse.transaction === null ? evse : { ...evse, transaction: { ...evse.transaction, idleSamples: NO_CURRENT } },
  ]);
  return { ...stationState, evses: new Map(evses) };
}

function withUnansweredCalls(stationState: StationState): StationState {
  return {
    ...stationState,
    failsafe: withUnansweredUnknown(stationState.failsafe),
    evses: new Map(
      [...stationState.evses].map(([id, evse]) => [id, { ...evse, txProfile: withUnansweredUnknown(evse.txProfile) }]),
    ),
  };
}

/** Another device, or another firmware, under the same name: nothing that was learned of the old one holds. */
function booted(stationState: StationState, identity: StationIdentity): StationState {
  const same = stationState.identity === null || sameDevice(stationState.identity, identity);
  const { connection } = stationState;
  const known: StationState = {
    ...stationState,
    accepted: true,
    identity,
    connection: connection.status === 'online' ? { ...connection, booted: true } : connection,
    // After a boot the failsafe is asserted again: that it persists is the specification's word, not every station's habit.
    failsafe: { ...stationState.failsafe, assertedOn: null },
  };
  if (same) return known;
  const { clockIsKnown: _ofTheOther, reportsProfiles: _too, ...unset } = known;
  return {
    ...unset,
    quirks: [],
    suspected: [],
    externalLimits: [],
    foreignProfiles: [],
    capabilities: UNKNOWN_CAPABILITIES,
    trusted: false,
    failsafe: { ...known.failsafe, missingUntilMs: 'unknown', assertedOn: null },
  };
}

function sameDevice(a: StationIdentity, b: StationIdentity): boolean {
  return (
    a.vendor === b.vendor &&
    a.model === b.model &&
    a.serialNumber === b.serialNumber &&
    a.firmwareVersion === b.firmwareVersion
  );
}

function started(at: StationInSite, event: TransactionStarted & { stationId: string }, atMs: number): StationReduction {
  const evse = inSite(at, event.evseId);
  if (evse === undefined) return only(at.stationState);
  const open = evse.evseState.transaction;
  if (open !== null && open.transactionId === event.transactionId) return only(at.stationState);
  const end = { endedAtMs: atMs, reason: 'EndNotReported' };
  const last = open === null ? undefined : endedSession(evse, open, end, atMs);
  const failsafe = at.stationState.failsafe.candidates.at(-1);
  const failsafeA = failsafe === undefined ? 'ended' : limitAt(failsafe.limits, atMs);
  const began: TransactionState = {
    transactionId: event.transactionId,
    sessionId: sessionIdOf(at.station.id, event),
    idToken: event.idToken,
    authorized: event.authorized,
    startedAtMs: event.startedAtMs,
    receivedMs: atMs,
    meterStartWh: event.meterStartWh,
    energyWh: 0,
    energyFrom: 'integral',
    lastSampleMs: atMs,
    lastEnergyMs: event.startedAtMs,
    needs: {},
    idleSamples: NO_CURRENT,
    lastSwitch: { on: failsafeA !== 'ended' && failsafeA > 0, atMs: event.startedAtMs },
  };
  const transaction = withWordBefore(began, event, { ...at.stationState, evse: evse.evseState, atMs });
  const lingering = open === null ? evse.evseState.lingering : lingeringOf(evse, atMs);
  const known = withoutAnnounced(at.stationState, event.transactionId);
  const stationState = changeEvse(known, event.evseId, ({ needsAhead: _taken, ...state }) => ({
    ...state,
    transaction,
    txProfile: EMPTY_SLOT,
    trackedA: null,
    lingering,
  }));
  return { stationState, ended: last === undefined ? [] : [last.session], taken: last?.taken ?? [] };
}

function ended(at: StationInSite, event: TransactionEnded & { stationId: string }, atMs: number): StationReduction {
  const evse = inSite(at, event.evseId);
  const open = evse?.evseState.transaction;
  if (evse === undefined || open === undefined || open === null || open.transactionId !== event.transactionId)
    return only(at.stationState);
  // The station drops a transaction's profile at its end (OCPP 2.0.1 K02.FR.05).
  const stationState = changeEvse(at.stationState, event.evseId, (state) => ({
    ...state,
    transaction: null,
    txProfile: EMPTY_SLOT,
    trackedA: null,
    lingering: lingeringOf(evse, atMs),
  }));
  const { session, taken } = endedSession(evse, open, event, atMs);
  return { stationState, ended: [session], taken };
}

/** The profile goes with its transaction, the current within the reaction time of its car. */
function lingeringOf(evse: EvseInSite, atMs: number): EvseState['lingering'] {
  return { currentA: mayDrawA(evse, atMs, atMs), untilMs: atMs + evse.station.reactionS * 1000 };
}

/** More than any battery holds. */
const BATTERY_MOST_WH = 1_000_000;

function endedSession(
  evse: EvseInSite,
  open: TransactionState,
  end: { readonly meterStopWh?: number; readonly endedAtMs: number; readonly reason: string },
  atMs: number,
): { readonly session: EndedSession; readonly taken: readonly QuarterShare[] } {
  const registerWh = end.meterStopWh === undefined ? 0 : end.meterStopWh - open.meterStartWh;
  // The register is what is paid by, and clocks are often wrong: what a battery may hold is believed, however short the time.
  const mostWh = Math.max(BATTERY_MOST_WH, open.energyWh + mostEnergyWh(open, evse, atMs));
  const isRead = registerWh > open.energyWh && registerWh <= mostWh;
  const endedAtMs = Math.max(end.endedAtMs, open.startedAtMs);
  const taken = isRead
    ? energyTaken(open, { energyWh: registerWh, energyFrom: 'register', lastEnergyMs: endedAtMs }, atMs)
    : [];
  const quarters = withShares(quartersOf(open), taken);
  const drawnMaxA = open.vehicleSeen?.drawnMaxA ?? 0;
  const session: EndedSession = {
    sessionId: open.sessionId,
    transactionId: open.transactionId,
    stationId: evse.station.id,
    evseId: evse.evse.id,
    idToken: open.idToken,
    startedAtMs: open.startedAtMs,
    endedAtMs,
    meterStartWh: open.meterStartWh,
    energyWh: isRead ? registerWh : open.energyWh,
    needs: open.needs,
    phasesInUse: phasesInUse(evse.evse, evse.evseState),
    reason: end.reason,
    ...(quarters.wh.length === 0 ? {} : { quarters: roundedQuarters(quarters) }),
    ...(drawnMaxA > 0 ? { drawnMaxA } : {}),
  };
  return { session, taken: onGridSide(evse.evse, taken) };
}

function onGridSide(evse: Evse, shares: readonly QuarterShare[]): readonly QuarterShare[] {
  if (evse.kind === 'AC') return shares;
  return shares.map((share) => ({ ...share, energyWh: gridEnergyWh(evse, share.energyWh) }));
}

/** Unique over stations, readable, and safe in an address. */
function sessionIdOf(stationId: string, { transactionId, reusesId, startedAtMs }: TransactionStarted): string {
  if (typeof transactionId === 'number') return `${stationId}-${transactionId}`;
  // A station of OCPP 2.0.1 chooses its own. No station id has a "~", so that none can choose a session of another station.
  const safe = transactionId.replace(/[^A-Za-z0-9._-]/g, (character) => `~${character.codePointAt(0)?.toString(16)}~`);
  return `${stationId}~${safe}${reusesId === true ? `~${startedAtMs}` : ''}`;
}

function inSite(at: StationInSite, evseId: number): EvseInSite | undefined {
  const evse = evseOf(at.station, evseId);
  const evseState = at.stationState.evses.get(evseId);
  return evse === undefined || evseState === undefined ? undefined : { ...at, evse, evseState };
}

function only(stationState: StationState): StationReduction {
  return { stationState, ended: [], taken: [] };
}
