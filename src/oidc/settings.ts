/** An OpenID Connect provider, as the operator configured it. */
export interface OidcSettings {
  /** As its discovery document says it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** On the button. */
  readonly name: string;
  /** 'none': only those sign in who are users already. */
  readonly newcomers: Newcomers | 'none';
}

export interface Newcomers {
  /** The claim that says what somebody may: its name, or its path with dots between ("realm_access.roles"). */
  readonly claim: string;
  /** The first whose value is among the claim's counts. Admins are made by admins only. */
  readonly roles: readonly { readonly value: string; readonly role: NewcomerRole }[];
  readonly organisationId: string;
}

export const NEWCOMER_ROLES = ['owner', 'provider', 'integrator', 'viewer'] as const;
export type NewcomerRole = (typeof NEWCOMER_ROLES)[number];
