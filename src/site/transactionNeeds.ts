import { PRIORITY_MOST, type SessionNeeds } from './model.js';
import type { TransactionState } from './state.js';
import type { VehicleNeeds } from './toldOfTransaction.js';

// What a transaction is to get, by the word of three: its driver, its car, and whoever pressed for priority at its station.

export function withVehicleNeeds(transaction: TransactionState, told: VehicleNeeds): TransactionState {
  const { energyWh, ...others } = told;
  // The car counts from now on, a session from its start.
  const vehicleNeeds: VehicleNeeds =
    energyWh === undefined ? others : { ...others, energyWh: transaction.energyWh + energyWh };
  return mixed({ ...transaction, vehicleNeeds, statedNeeds: statedOf(transaction) });
}

/** What a driver states replaces what that driver stated before, never what the car told, nor what the station did. */
export function withStatedNeeds(transaction: TransactionState, stated: SessionNeeds): TransactionState {
  if (isStatedOnly(transaction)) return { ...transaction, needs: stated };
  return mixed({ ...transaction, statedNeeds: stated });
}

export function withPriorityCharging(transaction: TransactionState, isActive: boolean): TransactionState {
  const { priorityCharging: _before, ...others } = transaction;
  const stated = { ...others, statedNeeds: statedOf(transaction) };
  return mixed(isActive ? { ...stated, priorityCharging: true } : stated);
}

/** Nobody but its driver has told anything. */
function isStatedOnly({ vehicleNeeds, statedNeeds }: TransactionState): boolean {
  return vehicleNeeds === undefined && statedNeeds === undefined;
}

function statedOf(transaction: TransactionState): SessionNeeds {
  return isStatedOnly(transaction) ? transaction.needs : (transaction.statedNeeds ?? {});
}

function mixed(transaction: TransactionState): TransactionState {
  const { vehicleNeeds: { departureMs, energyWh } = {}, statedNeeds = {}, priorityCharging } = transaction;
  return {
    ...transaction,
    needs: {
      ...(departureMs === undefined ? {} : { departureMs }),
      ...(energyWh === undefined ? {} : { energyWh }),
      ...statedNeeds,
      ...(priorityCharging === true ? { priority: PRIORITY_MOST } : {}),
    },
  };
}
