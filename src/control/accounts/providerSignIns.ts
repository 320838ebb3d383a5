import { attend } from '../../audit/attendance.js';
import { assertNever } from '../../site/assertNever.js';
import type { Clock } from '../../site/clock.js';
import { Problem } from '../../site/problem.js';
import type { AccountStore, StoredUser } from '../../store/accountStore.js';
import type { Log } from '../ports.js';
import type { AuditTrail } from './auditTrail.js';
import type { Begun, Identity, IdentityProvider, PendingSignIn } from './identityProvider.js';
import type { OrganisationDesk } from './organisationDesk.js';
import { NO_PASSWORD } from './passwords.js';
import { newId } from './secrets.js';
import { normalEmail, principalOf, type SignIns } from './signIns.js';
import type { SignInThrottle } from './signInThrottle.js';

export interface ProviderSignInsOptions {
  readonly provider: IdentityProvider;
  readonly store: AccountStore;
  readonly signIns: Pick<SignIns, 'begin' | 'signOut'>;
  readonly audit: Pick<AuditTrail, 'open' | 'end'>;
  readonly organisations: Pick<OrganisationDesk, 'require'>;
  readonly throttle: SignInThrottle;
  readonly clock: Clock;
  readonly log: Log;
}

/** Why nobody was signed in, as far as the browser is told. */
export const PROVIDER_FAILURES = ['denied', 'refused', 'unavailable', 'unknownUser', 'tooManyTries'] as const;
export type ProviderFailure = (typeof PROVIDER_FAILURES)[number];

export type ProviderSignIn =
  | { readonly outcome: 'signedIn'; readonly sessionId: string }
  | { readonly outcome: ProviderFailure };

/** Signing in with what somebody else knows of people. Who they are here, and what they may, is ours to say. */
export class ProviderSignIns {
  private readonly options: ProviderSignInsOptions;

  constructor(options: ProviderSignInsOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.provider.name;
  }

  /** A session that the browser still has ends: when it comes back, it comes from elsewhere, and can not show it. */
  async begin(from: {
    readonly address: string;
    readonly sessionId: string | undefined;
  }): Promise<Begun | { readonly outcome: 'unavailable' }> {
    const { provider, signIns, log } = this.options;
    const begun = await provider.begin();
    if (begun.outcome === 'begun') {
      if (from.sessionId !== undefined) await signIns.signOut(from.sessionId);
      return begun;
    }
    log.warn({ provider: provider.name, detail: begun.detail }, 'the identity provider is out of reach');
    return { outcome: 'unavailable' };
  }

  async complete(
    cameBackWith: string,
    { pending, address }: { readonly pending: PendingSignIn; readonly address: string },
  ): Promise<ProviderSignIn> {
    const { provider, throttle, log } = this.options;
    if (throttle.begin(undefined, address) > 0) return { outcome: 'tooManyTries' };
    const completed = await provider.complete(cameBackWith, pending);
    switch (completed.outcome) {
      case 'known':
        return this.enter(completed.identity, address);
      case 'denied':
      case 'refused':
      case 'unavailable':
        log.warn(
          { provider: provider.name, outcome: completed.outcome, detail: completed.detail, remoteAddress: address },
          'nobody was signed in by the identity provider',
        );
        return { outcome: completed.outcome };
      default:
        return assertNever(completed);
    }
  }

  private async enter(identity: Identity, address: string): Promise<ProviderSignIn> {
    const { signIns, throttle, log } = this.options;
    const user = await this.userOf(identity);
    if (user === undefined) {
      const why =
        identity.verifiedEmail === undefined ? 'their e-mail address is not verified' : 'there is no such user';
      log.info({ remoteAddress: address, why }, 'somebody whom the identity provider knows is not let in');
      return { outcome: 'unknownUser' };
    }
    const sessionId = await signIns.begin(user);
    if (sessionId === 'changed') return { outcome: 'refused' };
    throttle.succeeded(undefined, address);
    log.info({ userId: user.userId, remoteAddress: address }, 'signed in by the identity provider');
    return { outcome: 'signedIn', sessionId };
  }

  /** By the e-mail address, and only where the provider says that it is theirs: else anybody could say that it is. */
  private async userOf({ verifiedEmail, name, newcomer }: Identity): Promise<StoredUser | undefined> {
    if (verifiedEmail === undefined) return undefined;
    const email = normalEmail(verifiedEmail);
    const known = await this.options.store.findUser(email);
    if (known !== undefined || newcomer === undefined) return known;
    return this.welcome({ email, name, ...newcomer });
  }

  private async welcome(newcomer: Pick<StoredUser, 'email' | 'name' | 'role' | 'organisationId'>) {
    const { store, organisations, audit, clock, log } = this.options;
    const { organisationId } = newcomer;
    try {
      await organisations.require(organisationId);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.error({ organisationId }, 'the organisation of those who come from the identity provider is not there');
      return undefined;
    }
    const user = { ...newcomer, userId: newId('user'), passwordHash: NO_PASSWORD, createdMs: clock.nowMs() };
    const { passwordHash: _none, ...made } = user;
    const attendant = audit.open({
      actor: principalOf(user),
      organisationId,
      siteId: null,
      action: 'createUser',
      target: `/v1/users/${user.userId}`,
      asked: made,
    });
    // Somebody may have made the same user in this very moment.
    const isMade = await attend([attendant], () => store.putUser(user, { endsSignIns: false })).finally(() =>
      attendant.dismiss(),
    );
    if (!isMade) return store.findUser(newcomer.email);
    await audit.end(attendant, { outcome: 'made', before: null, after: made, asked: null });
    return user;
  }
}
