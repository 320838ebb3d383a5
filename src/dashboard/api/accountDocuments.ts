export type Role = 'admin' | 'owner' | 'provider' | 'integrator' | 'viewer';

export interface Me {
  readonly kind: 'user' | 'key';
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly siteIds: readonly string[] | null;
}

/** How people may sign in here, besides with a key. */
export interface SignInMethods {
  readonly password: boolean;
  readonly oidc?: { readonly name: string; readonly url: string };
}

export interface UserDocument {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly organisationId: string;
  readonly createdAt: string;
}

/** What is sent of one. Without a password: it stays. */
export interface UserDraft {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly password?: string;
}

export interface KeyDocument {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly organisationId: string;
  readonly siteIds: readonly string[] | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface KeyDraft {
  readonly name: string;
  readonly role: Role;
  readonly siteIds?: readonly string[];
  readonly expiresAt?: string;
  readonly organisationId?: string;
}

/** The secret is told now, and never again. */
export interface MadeKey extends KeyDocument {
  readonly key: string;
  readonly oldKeyExpiresAt?: string;
}

export interface AuditEntry {
  readonly entryId: string;
  readonly at: string;
  readonly siteId: string | null;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  readonly action: string;
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly outcome: 'made' | 'failed' | 'unknown';
  readonly asked: unknown;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
}
