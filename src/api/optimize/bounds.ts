import { Problem } from '../../site/problem.js';

// A problem comes from anybody with a key; these keep one from holding the service up. They are far above a large site's day.

export const OPTIMIZE_BODY_MAX_BYTES = 8 * 1024 * 1024;

/** Where the body names no time limit, and the most that it may name. */
export const OPTIMIZE_TIME_MS = 5_000;
export const OPTIMIZE_TIME_MAX_MS = 30_000;

/** A month of quarters of an hour. */
export const SLOTS_MAX = 2_976;
const SESSIONS_MAX = 10_000;
const CIRCUITS_MAX = 2_000;
export const DEMAND_CHARGES_MAX = 100;
/** Sessions times slots, and circuits times slots. */
const CELLS_MAX = 500_000;

/** Requests of one key that are being solved or wait for it. */
export const UNDER_WAY_PER_KEY_MAX = 4;

/**
 * Throws Problem PROBLEM_TOO_LARGE, naming the limit. To be asked before the body is looked at more closely, so it takes anything:
 * what is no problem at all is let past.
 */
export function refuseTooLarge(body: unknown): void {
  const lengthOf = (name: string): number => {
    const member: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return Array.isArray(member) ? member.length : 0;
  };
  const slots = Math.max(0, lengthOf('boundariesMs') - 1);
  const sessions = lengthOf('sessions');
  const circuits = lengthOf('circuits');
  refuseAbove(SLOTS_MAX, { what: 'slots', found: slots, field: '/boundariesMs' });
  refuseAbove(SESSIONS_MAX, { what: 'sessions', found: sessions, field: '/sessions' });
  refuseAbove(CIRCUITS_MAX, { what: 'circuits', found: circuits, field: '/circuits' });
  refuseAbove(DEMAND_CHARGES_MAX, {
    what: 'demand charges',
    found: lengthOf('demandCharges'),
    field: '/demandCharges',
  });
  refuseAbove(CELLS_MAX, { what: 'sessions times slots', found: sessions * slots, field: '/sessions' });
  refuseAbove(CELLS_MAX, { what: 'circuits times slots', found: circuits * slots, field: '/circuits' });
}

function refuseAbove(max: number, { what, found, field }: { what: string; found: number; field: string }): void {
  if (found <= max) return;
  throw new Problem('PROBLEM_TOO_LARGE', `The problem has ${found} ${what}; at most ${max} are taken.`, {
    field,
    details: { limit: what, found, max },
  });
}
