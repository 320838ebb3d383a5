import type { AccountRole } from '../../store/accountStore.js';

export type { AccountRole };

/** 'admin' reaches the whole installation, the others their organisation. */
export const ROLES = ['admin', 'owner', 'provider', 'integrator', 'viewer'] as const satisfies readonly AccountRole[];

/** Who asks: a person who signed in, or a program with a key. */
export interface Principal {
  readonly kind: 'user' | 'key';
  readonly id: string;
  readonly name: string;
  readonly role: AccountRole;
  readonly organisationId: string;
  /** The only sites, and their stations, that it reaches. 'all': every one of its organisation. */
  readonly siteIds: readonly string[] | 'all';
}

/** What a user or a key may do. */
export interface Power {
  readonly role: AccountRole;
  readonly organisationId: string;
  readonly siteIds: readonly string[] | 'all';
}

/**
 * Whether `actor` may give `power` to somebody, or change or end what has it. Nobody gives what they do not have: an owner makes no
 * admin, changes no admin's password, and reaches no other organisation.
 */
export function mayGrant(actor: Principal, power: Power): boolean {
  const { siteIds } = actor;
  const isWithin = siteIds === 'all' || (power.siteIds !== 'all' && power.siteIds.every((id) => siteIds.includes(id)));
  if (!isWithin) return false;
  if (actor.role === 'admin') return true;
  return actor.role === 'owner' && power.role !== 'admin' && power.organisationId === actor.organisationId;
}
