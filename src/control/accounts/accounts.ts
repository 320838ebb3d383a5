import type { Clock } from '../../site/clock.js';
import type { AccountStore } from '../../store/accountStore.js';
import type { Log } from '../ports.js';
import { AuditTrail } from './auditTrail.js';
import type { IdentityProvider } from './identityProvider.js';
import { KeyDesk } from './keyDesk.js';
import { OrganisationDesk } from './organisationDesk.js';
import { Passwords } from './passwords.js';
import { ProviderSignIns } from './providerSignIns.js';
import { SignIns } from './signIns.js';
import { SignInThrottle } from './signInThrottle.js';
import { Tenancy, type TenancyOptions } from './tenancy.js';
import { UserDesk } from './userDesk.js';

export interface AccountsOptions
  extends Pick<TenancyOptions, 'siteOfStation' | 'listSites' | 'isSiteElsewhere' | 'hasTariff'> {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Others than usual, for tests: cheaper ones. */
  readonly passwords?: Passwords;
  /** Who else knows who people are. Absent: nobody. */
  readonly identityProvider?: IdentityProvider;
}

/** Who may do what, and who did what. */
export class Accounts {
  readonly organisations: OrganisationDesk;
  readonly users: UserDesk;
  readonly keys: KeyDesk;
  readonly signIns: SignIns;
  /** 'none': one signs in with a password only. */
  readonly providerSignIns: ProviderSignIns | 'none';
  readonly tenancy: Tenancy;
  readonly audit: AuditTrail;

  constructor({ passwords = new Passwords(), identityProvider, ...options }: AccountsOptions) {
    const throttle = new SignInThrottle(options.clock);
    this.organisations = new OrganisationDesk(options);
    this.users = new UserDesk({ ...options, passwords, organisations: this.organisations });
    this.keys = new KeyDesk({ ...options, organisations: this.organisations });
    this.signIns = new SignIns({ ...options, passwords, throttle });
    this.tenancy = new Tenancy(options);
    this.audit = new AuditTrail(options);
    const { signIns, audit, organisations } = this;
    this.providerSignIns =
      identityProvider === undefined
        ? 'none'
        : new ProviderSignIns({ ...options, provider: identityProvider, signIns, audit, organisations, throttle });
  }
}
