import { recurrenceRule, recursTooOften } from '../plan/limitWindows.js';
import type { CapacityLimit, SiteModel } from '../site/model.js';
import { Problem } from '../site/problem.js';

/** Throws the Problem that makes a limit unfit for its site. */
export function checkLimit(site: SiteModel, limit: CapacityLimit): void {
  if (!site.circuits.some(({ id }) => id === limit.circuitId)) {
    throw new Problem('CIRCUIT_UNKNOWN', `The site has no circuit "${limit.circuitId}".`, { field: '/circuitId' });
  }
  if (limit.limitA === undefined && limit.powerLimitW === undefined) {
    throw new Problem('INVALID_LIMIT', 'The limit says neither limitA nor powerLimitW.', { field: '/limitA' });
  }
  if (limit.toMs !== 'open' && limit.toMs <= limit.fromMs) {
    throw new Problem('INVALID_LIMIT', 'The limit ends before it begins.', { field: '/to' });
  }
  if (limit.recurrence === undefined) return;
  if (limit.toMs === 'open')
    throw new Problem('INVALID_LIMIT', 'A recurring limit needs an end of its first occurrence.', { field: '/to' });
  try {
    recurrenceRule(limit.recurrence, limit.fromMs, site.timeZone).next(new Date(limit.fromMs));
  } catch (error) {
    throw new Problem(
      'INVALID_RECURRENCE',
      `"${limit.recurrence}" can not be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        field: '/recurrence',
        cause: error,
      },
    );
  }
  if (recursTooOften(limit.recurrence, limit.fromMs, site.timeZone)) {
    throw new Problem('INVALID_RECURRENCE', `"${limit.recurrence}" recurs too often, or too many times.`, {
      field: '/recurrence',
    });
  }
}
