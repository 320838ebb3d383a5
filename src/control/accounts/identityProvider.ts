import type { AccountRole } from './roles.js';

/** Somebody else who knows who people are: they sign in there, and we are told. */
export interface IdentityProvider {
  /** As people know it. */
  readonly name: string;
  /** Where a browser is to go, and what has to be known of that when it comes back. */
  begin(): Promise<Begun | { readonly outcome: 'unavailable'; readonly detail: string }>;
  /** `cameBackWith`: the query of the address to which the browser was sent back. */
  complete(cameBackWith: string, pending: PendingSignIn): Promise<Completed>;
}

export interface Begun {
  readonly outcome: 'begun';
  readonly url: string;
  readonly pending: PendingSignIn;
}

/** Random, and known to this browser and us only. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export type Completed =
  | { readonly outcome: 'known'; readonly identity: Identity }
  /** They did not want to, or were not allowed to there. */
  | { readonly outcome: 'denied'; readonly detail: string }
  /** What came back is not what was asked for, or was not signed by whom it should. Nobody is signed in. */
  | { readonly outcome: 'refused'; readonly detail: string }
  | { readonly outcome: 'unavailable'; readonly detail: string };

export interface Identity {
  /** Undefined where the provider does not say that it is theirs. */
  readonly verifiedEmail: string | undefined;
  readonly name: string;
  /** What one may be who is not a user yet; undefined: nothing. */
  readonly newcomer: { readonly role: Exclude<AccountRole, 'admin'>; readonly organisationId: string } | undefined;
}
