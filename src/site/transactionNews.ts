import { assertNever } from './assertNever.js';
import type { TransactionNews, TransactionStarted } from './events.js';
import type {
  AnnouncedTransaction,
  Candidate,
  ConnectorStatus,
  EvseState,
  ProfileSlot,
  StationState,
  TransactionState,
} from './state.js';
import type { EvseStatus } from './stationMessages.js';
import { withPriorityCharging, withVehicleNeeds } from './transactionNeeds.js';

// From OCPP 2.0.1 on a station numbers what it tells of a transaction, and may tell the idToken, the EVSE or the register only later.

/** More than have begun without an EVSE at one time. */
const ANNOUNCED_KEPT = 8;
/** A car says what it needs before its transaction begins, where that begins with the current. */
const NEEDS_AHEAD_MS = 900_000;

export function withTransactionNews(stationState: StationState, event: TransactionNews, atMs: number): StationState {
  switch (event.type) {
    case 'transactionAnnounced':
      return withAnnounced(stationState, event);
    case 'transactionUpdated':
      return changeEvse(stationState, event.evseId, (evse) => {
        const { transaction } = evse;
        if (transaction?.transactionId !== event.transactionId) return evse;
        return { ...evse, transaction: updated(transaction, event) };
      });
    case 'vehicleNeedsTold':
      return changeEvse(stationState, event.evseId, (evse) =>
        evse.transaction === null
          ? { ...evse, needsAhead: { ...event.needs, toldMs: atMs } }
          : { ...evse, transaction: { ...withVehicleNeeds(evse.transaction, event.needs), scheduleAskedMs: atMs } },
      );
    case 'vehicleScheduleRefused':
      return changeEvse(stationState, event.evseId, (evse) => {
        const { transaction } = evse;
        if (transaction === null) return evse;
        const schedulesRefused = (transaction.schedulesRefused ?? 0) + 1;
        return { ...evse, transaction: { ...transaction, schedulesRefused, scheduleAskedMs: atMs } };
      });
    case 'priorityChargingTold':
      return withPriorityTold(stationState, event);
    default:
      return assertNever(event);
  }
}

/**
 * Where a station holds a profile for priority, that one takes the place of a transaction's own and of the default while it is active
 * (OCPP 2.1 K21, K22): by its own word it may not do what it accepted. So its record counts no more, and it is looked at again.
 */
function withPriorityTold(
  stationState: StationState,
  { evseId, transactionId, isActive }: TransactionNews & { type: 'priorityChargingTold' },
): StationState {
  const { transaction } = stationState.evses.get(evseId) ?? {};
  if (transaction?.transactionId !== transactionId) return stationState;
  const told = changeEvse(stationState, evseId, (evse) => ({
    ...evse,
    transaction: withPriorityCharging(transaction, isActive),
    txProfile: lookedAtAgain(evse.txProfile),
  }));
  return isActive ? { ...told, trusted: false, failsafe: lookedAtAgain(told.failsafe) } : told;
}

/** What was confirmed has to be confirmed anew, soon. What may be in force besides is what it was. */
function lookedAtAgain<S extends ProfileSlot>(slot: S): S {
  const newest = slot.candidates.at(-1);
  if (newest === undefined || (newest.status !== 'confirmed' && newest.status !== 'accepted')) return slot;
  const { lastCheckMs: _before, ...unseen } = newest;
  const again: Candidate = { ...unseen, status: 'accepted', checks: 0 };
  return { ...slot, candidates: [...slot.candidates.slice(0, -1), again] };
}

/** The newest word on the same transaction counts, and what was known of it besides. */
function withAnnounced(
  stationState: StationState,
  { transactionId, startedAtMs, idToken, priorityCharging }: TransactionNews & { type: 'transactionAnnounced' },
): StationState {
  const { announced = [] } = stationState;
  const before = announced.find((known) => known.transactionId === transactionId);
  const known = idToken ?? before?.idToken;
  const hasPriority = priorityCharging ?? before?.priorityCharging === true;
  const news: AnnouncedTransaction = {
    transactionId,
    startedAtMs: before?.startedAtMs ?? startedAtMs,
    ...(known === undefined ? {} : { idToken: known }),
    ...(hasPriority ? { priorityCharging: true } : {}),
  };
  const others = announced.filter((other) => other !== before);
  return { ...stationState, announced: [...others, news].slice(-ANNOUNCED_KEPT) };
}

function updated(
  transaction: TransactionState,
  event: TransactionNews & { type: 'transactionUpdated' },
): TransactionState {
  const { idToken, authorized, registerWh, told } = event;
  const named = {
    ...transaction,
    told,
    ...(idToken === undefined ? {} : { idToken }),
    ...(authorized === undefined ? {} : { authorized }),
  };
  if (registerWh === undefined || named.meterStartIsUnknown !== true) return named;
  const { meterStartIsUnknown: _isKnownNow, ...known } = named;
  // What was added up until now was not in the register's count from here on.
  return { ...known, meterStartWh: Math.max(0, registerWh - transaction.energyWh) };
}

/** A transaction as it begins, with what was told of it before; its station no longer remembers it as announced. */
export function withWordBefore(
  transaction: TransactionState,
  event: TransactionStarted,
  { evse, announced = [], atMs }: Pick<StationState, 'announced'> & { readonly evse: EvseState; readonly atMs: number },
): TransactionState {
  const { transactionId, meterStartIsUnknown, told } = event;
  const hasPriority = announced.some((known) => known.transactionId === transactionId && known.priorityCharging);
  const named: TransactionState = {
    ...transaction,
    ...(meterStartIsUnknown === undefined ? {} : { meterStartIsUnknown }),
    ...(told === undefined ? {} : { told }),
  };
  const begun = hasPriority ? withPriorityCharging(named, true) : named;
  const { needsAhead } = evse;
  if (needsAhead === undefined || needsAhead.toldMs < atMs - NEEDS_AHEAD_MS) return begun;
  const { toldMs: _when, ...needs } = needsAhead;
  return withVehicleNeeds(begun, needs);
}

export function withoutAnnounced(stationState: StationState, transactionId: number | string): StationState {
  const { announced } = stationState;
  if (announced === undefined) return stationState;
  return { ...stationState, announced: announced.filter((known) => known.transactionId !== transactionId) };
}

/** The busiest connector is the EVSE's status: only one of them can be charging. */
export function withStatus(
  evse: EvseState,
  { status, connectorId }: { readonly status: EvseStatus; readonly connectorId?: number },
  atMs: number,
): EvseState {
  if (connectorId === undefined) return { ...evse, status, statusAtMs: atMs };
  const others = (evse.connectors ?? []).filter((connector) => connector.connectorId !== connectorId);
  const connectors = [...others, { connectorId, status }].slice(-CONNECTORS_KEPT);
  const busiest = busiestOf(connectors) ?? status;
  // A transaction tells more exactly what its EVSE does than that a cable is plugged in.
  const isLess = busiest === 'Occupied' && evse.transaction !== null && IN_TRANSACTION.has(evse.status);
  return isLess ? { ...evse, connectors } : { ...evse, connectors, status: busiest, statusAtMs: atMs };
}

/** More than any EVSE has. */
const CONNECTORS_KEPT = 16;

const IN_TRANSACTION: ReadonlySet<EvseStatus> = new Set(['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE']);

/** One that is out of order says nothing of those that are not. */
const BUSIEST_FIRST: readonly EvseStatus[] = ['Occupied', 'Reserved', 'Available', 'Unavailable', 'Faulted'];

export function busiestOf(connectors: readonly ConnectorStatus[] = []): EvseStatus | undefined {
  return BUSIEST_FIRST.find((status) => connectors.some((connector) => connector.status === status));
}

function changeEvse(stationState: StationState, evseId: number, change: (evse: EvseState) => EvseState): StationState {
  const evse = stationState.evses.get(evseId);
  if (evse === undefined) return stationState;
  return { ...stationState, evses: new Map(stationState.evses).set(evseId, change(evse)) };
}
