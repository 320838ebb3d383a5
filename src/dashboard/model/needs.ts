import type { Needs, Session } from '../api/documents.js';

export const PRIORITY_MOST = 10;

/**
 * What the driver said so far: what was only taken by default or learned is left open. Where the station asked for the most, what the
 * driver said of it before is under that, and must not be lost.
 */
export function needsOf({ departure, energyWantedWh, priority, needsFrom }: Session): Needs {
  return {
    ...(departure === null ? {} : { departure }),
    ...(energyWantedWh === null ? {} : { energyWh: energyWantedWh }),
    ...(needsFrom === null || needsFrom.priority === 'stated' || needsFrom.priority === 'station' ? { priority } : {}),
  };
}
