import type { Clock } from '../../site/clock.js';
import { Problem } from '../../site/problem.js';
import type { AccountStore, StoredUser } from '../../store/accountStore.js';
import type { Log } from '../ports.js';
import type { Passwords } from './passwords.js';
import type { Principal } from './roles.js';
import { hashOfSecret, newSessionId } from './secrets.js';
import type { SignInThrottle } from './signInThrottle.js';

/** After so long without a request, and after so long in any case, the password is asked for again. */
const IDLE_MAX_MS = 12 * 3_600_000;
export const SIGNED_IN_MAX_MS = 7 * 86_400_000;
/** That somebody is still there is written down no more often than this. */
const SEEN_EVERY_MS = 60_000;

export interface SignInsOptions {
  readonly store: AccountStore;
  readonly passwords: Passwords;
  readonly throttle: SignInThrottle;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who is signed in, and with what. Session ids are kept by their hash: who reads the database can not use them. */
export class SignIns {
  private readonly options: SignInsOptions;
  private readonly throttle: SignInThrottle;

  constructor(options: SignInsOptions) {
    this.options = options;
    this.throttle = options.throttle;
  }

  /**
   * A new session id each time, and that from before ends: whoever planted it has nothing. Throws Problem SIGN_IN_FAILED or
   * TOO_MANY_REQUESTS (with waitS).
   */
  async signIn(
    entered: { readonly email: string; readonly password: string },
    from: { readonly address: string; readonly sessionId: string | undefined },
  ): Promise<{ readonly sessionId: string; readonly user: StoredUser }> {
    const { store, passwords, log } = this.options;
    const email = normalEmail(entered.email);
    const waitMs = this.throttle.begin(email, from.address);
    if (waitMs > 0) throw tooManyTries(waitMs);
    const user = await store.findUser(email);
    if (!(await passwords.verify(user?.passwordHash, entered.password)) || user === undefined) {
      log.info({ remoteAddress: from.address }, 'wrong e-mail or password');
      throw new Problem('SIGN_IN_FAILED', 'Wrong e-mail or password.');
    }
    this.throttle.succeeded(email, from.address);
    if (from.sessionId !== undefined) await this.signOut(from.sessionId);
    const sessionId = await this.begin(user);
    if (sessionId === 'changed') throw new Problem('SIGN_IN_FAILED', 'Wrong e-mail or password.');
    log.info({ userId: user.userId, remoteAddress: from.address }, 'signed in');
    return { sessionId, user };
  }

  /** A new session of somebody who has proven to be this user. 'changed': they were given another password meanwhile, or are gone. */
  async begin(user: StoredUser): Promise<string | 'changed'> {
    const { store, clock } = this.options;
    const nowMs = clock.nowMs();
    await store.deleteOldSignIns({ createdMs: nowMs - SIGNED_IN_MAX_MS, seenMs: nowMs - IDLE_MAX_MS });
    const sessionId = newSessionId();
    const sessionHash = hashOfSecret(sessionId);
    await store.putSignIn({ sessionHash, userId: user.userId, createdMs: nowMs, seenMs: nowMs });
    // The password may have been changed while this one was looked at.
    const now = await store.findSignIn(sessionHash);
    if (now?.user.passwordHash === user.passwordHash) return sessionId;
    await store.deleteSignIn(sessionHash);
    return 'changed';
  }

  async signOut(sessionId: string): Promise<void> {
    await this.options.store.deleteSignIn(hashOfSecret(sessionId));
  }

  /** Who came with this session id; undefined where it is over. */
  async authenticate(sessionId: string): Promise<Principal | undefined> {
    const { store, clock } = this.options;
    const sessionHash = hashOfSecret(sessionId);
    const found = await store.findSignIn(sessionHash);
    if (found === undefined) return undefined;
    const { signIn, user } = found;
    const nowMs = clock.nowMs();
    if (nowMs - signIn.createdMs >= SIGNED_IN_MAX_MS || nowMs - signIn.seenMs >= IDLE_MAX_MS) return undefined;
    if (nowMs - signIn.seenMs >= SEEN_EVERY_MS) await store.markSignInSeen(sessionHash, nowMs);
    return principalOf(user);
  }

  /**
   * Everything that the user was signed in with ends. Wrong passwords count as at sign-in: a browser left alone is no place to guess
   * either.
   */
  async changePassword(
    userId: string,
    { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
    address: string,
  ): Promise<void> {
    const { store, passwords } = this.options;
    const user = await store.getUser(userId);
    if (user === undefined) throw new Problem('USER_NOT_FOUND', 'The user is gone.');
    const waitMs = this.throttle.begin(user.email, address);
    if (waitMs > 0) throw tooManyTries(waitMs);
    if (!(await passwords.verify(user.passwordHash, currentPassword))) {
      throw new Problem('WRONG_PASSWORD', 'The current password is another one.', { field: '/currentPassword' });
    }
    this.throttle.succeeded(user.email, address);
    const passwordHash = await passwords.hash(newPassword);
    await store.putUser({ ...user, passwordHash }, { endsSignIns: true });
  }
}

export function principalOf({ userId, email, name, role, organisationId }: StoredUser): Principal {
  return { kind: 'user', id: userId, name: name === '' ? email : name, role, organisationId, siteIds: 'all' };
}

/** Nobody has two mailboxes that differ in this only, and many type it in other ways than they did first. */
export function normalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

function tooManyTries(waitMs: number): Problem {
  const waitS = Math.max(1, Math.ceil(waitMs / 1_000));
  return new Problem('TOO_MANY_REQUESTS', `Too many tries, wait ${waitS} s.`, { details: { waitS } });
}
