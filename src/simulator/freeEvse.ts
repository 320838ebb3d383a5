import type { VirtualEvse } from './virtualEvse.js';

/** Where a remote start that names no EVSE goes: to a plugged-in car first, as it is the one somebody stands beside. */
export function firstFree(evses: ReadonlyMap<number, VirtualEvse>): VirtualEvse | undefined {
  const free = [...evses.values()].filter((evse) => evse.operative && evse.isFree);
  return free.find((evse) => evse.car !== undefined) ?? free[0];
}
