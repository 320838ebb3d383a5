import type { Clock } from '../../site/clock.js';
import { Problem } from '../../site/problem.js';
import type { AccountStore, StoredUser } from '../../store/accountStore.js';
import type { OrganisationDesk } from './organisationDesk.js';
import type { Passwords } from './passwords.js';
import { type AccountRole, mayGrant, type Power, type Principal } from './roles.js';
import { newId } from './secrets.js';
import { normalEmail } from './signIns.js';

/** Without the password's hash: it leaves the store for nobody. */
export type User = Omit<StoredUser, 'passwordHash'>;

export interface UserDetails {
  readonly email: string;
  readonly name: string;
  readonly role: AccountRole;
}

export interface UserDeskOptions {
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly organisations: OrganisationDesk;
  readonly clock: Clock;
}

/** The people of organisations, as those see them who may look after them. */
export class UserDesk {
  private readonly options: UserDeskOptions;

  constructor(options: UserDeskOptions) {
    this.options = options;
  }

  async list(actor: Principal): Promise<readonly User[]> {
    const all = await this.options.store.listUsers();
    return all.filter(({ organisationId }) => isSeenBy(actor, organisationId)).map(withoutHash);
  }

  async get(actor: Principal, userId: string): Promise<User> {
    return withoutHash(await this.find(actor, userId));
  }

  async create(
    actor: Principal,
    details: UserDetails & { readonly password: string; readonly organisationId: string },
  ): Promise<User> {
    const { store, passwords, organisations, clock } = this.options;
    const { password, organisationId, role, name } = details;
    requireGrant(actor, { role, organisationId, siteIds: 'all' });
    await organisations.require(organisationId);
    const email = normalEmail(details.email);
    if (password.toLowerCase() === email) throw passwordIsEmail();
    const user: StoredUser = {
      userId: newId('user'),
      email,
      name,
      role,
      organisationId,
      passwordHash: await passwords.hash(password),
      createdMs: clock.nowMs(),
    };
    if (!(await store.putUser(user, { endsSignIns: true }))) throw emailTaken(email);
    return withoutHash(user);
  }

  /** With a password, or with another role, the user is signed out everywhere. */
  async replace(
    actor: Principal,
    userId: string,
    details: UserDetails & { readonly password?: string },
  ): Promise<User> {
    const { store, passwords } = this.options;
    const known = await this.find(actor, userId);
    const { password, role, name } = details;
    // Of whoever may do more than the actor, nothing is changed: with their password one would be them.
    requireGrant(actor, { ...known, siteIds: 'all' });
    requireGrant(actor, { role, organisationId: known.organisationId, siteIds: 'all' });
    const email = normalEmail(details.email);
    if (password?.toLowerCase() === email) throw passwordIsEmail();
    const passwordHash = password === undefined ? known.passwordHash : await passwords.hash(password);
    const user: StoredUser = { ...known, email, name, role, passwordHash };
    const endsSignIns = password !== undefined || role !== known.role;
    if (!(await store.putUser(user, { endsSignIns }))) throw emailTaken(email);
    return withoutHash(user);
  }

  async delete(actor: Principal, userId: string): Promise<void> {
    const known = await this.find(actor, userId);
    requireGrant(actor, { ...known, siteIds: 'all' });
    await this.options.store.deleteUser(userId);
  }

  private async find(actor: Principal, userId: string): Promise<StoredUser> {
    const user = await this.options.store.getUser(userId);
    if (user !== undefined && isSeenBy(actor, user.organisationId)) return user;
    throw new Problem('USER_NOT_FOUND', `There is no user "${userId}".`);
  }
}

export function isSeenBy(actor: Principal, organisationId: string): boolean {
  return actor.role === 'admin' || actor.organisationId === organisationId;
}

export function requireGrant(actor: Principal, power: Power): void {
  if (mayGrant(actor, power)) return;
  throw new Problem(
    'ROLE_TOO_WIDE',
    `With the role "${actor.role}" you can not give, change or take away "${power.role}" here.`,
    {
      field: '/role',
    },
  );
}

function withoutHash({ passwordHash: _never, ...user }: StoredUser): User {
  return user;
}

function emailTaken(email: string): Problem {
  return new Problem('EMAIL_TAKEN', `Another user has the e-mail address ${email}.`, { field: '/email' });
}

function passwordIsEmail(): Problem {
  return new Problem('INVALID_REQUEST', 'The password is the e-mail address.', { field: '/password' });
}
