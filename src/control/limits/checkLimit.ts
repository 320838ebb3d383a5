import { recursTooOften } from '../../plan/limitWindows.js';
import { recurrenceFault, recurrenceRule } from '../../plan/recurrence.js';
import type { CapacityLimit, SiteModel } from '../../site/model.js';
import { Problem } from '../../site/problem.js';
import type { SiteState } from '../../site/state.js';

/** Throws the Problem that makes a limit unfit for its site. */
export function checkLimit(site: SiteModel, limit: CapacityLimit): void {
  if (!site.circuits.some(({ id }) => id === limit.circuitId)) {
    throw new Problem('CIRCUIT_UNKNOWN', `The site has no circuit "${limit.circuitId}".`, { field: '/circuitId' });
  }
  const { limitA, powerLimitW, chargingPowerLimitW, section14a } = limit;
  if ([limitA, powerLimitW, chargingPowerLimitW, section14a].every((one) => one === undefined)) {
    throw new Problem(
      'INVALID_LIMIT',
      'The limit says none of limitA, powerLimitW, chargingPowerLimitW and section14a.',
      { field: '/limitA' },
    );
  }
  if (limit.toMs !== 'open' && limit.toMs <= limit.fromMs) {
    throw new Problem('INVALID_LIMIT', 'The limit ends before it begins.', { field: '/to' });
  }
  if (limit.recurrence === undefined) return;
  if (limit.toMs === 'open')
    throw new Problem('INVALID_LIMIT', 'A recurring limit needs an end of its first occurrence.', { field: '/to' });
  checkRecurrence(site, limit, limit.recurrence);
}

/** A limit of a grid event comes and goes with it, and is nobody else's to change. */
export function refuseOfGridEvent(state: SiteState, limitId: string): void {
  const eventId = state.limits.get(limitId)?.eventId;
  if (eventId === undefined) return;
  throw new Problem('LIMIT_OF_GRID_EVENT', `Limit "${limitId}" belongs to the grid event "${eventId}".`, {
    details: { eventId },
  });
}

function checkRecurrence({ timeZone }: SiteModel, limit: CapacityLimit, recurrence: string): void {
  const refuse = (why: string, cause?: unknown) =>
    new Problem('INVALID_RECURRENCE', `"${recurrence}" ${why}.`, { field: '/recurrence', cause });
  const fault = recurrenceFault(recurrence);
  if (fault !== undefined) throw refuse(`can not be taken: ${fault}`);
  const rule = reading(refuse, () => recurrenceRule(recurrence, limit.fromMs, timeZone));
  if (recursTooOften(limit, timeZone)) throw refuse('recurs too often, or too many times');
  // A limit that never holds is none, and its owner should not believe that there is one.
  if (!isOccurring(rule)) throw refuse('never occurs from the start of the limit on');
}

function reading<T>(refuse: (why: string, cause: unknown) => Problem, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refuse(`can not be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function isOccurring(rule: { occurs(): boolean }): boolean {
  try {
    return rule.occurs();
  } catch {
    return false;
  }
}
