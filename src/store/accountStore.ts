/**
 * Who may do what, and who did what. What attends (src/audit) a change of an organisation, a user or a key is committed with it. Passwords, keys and session ids are known here by their hashes only. A time that is null never
 * comes.
 */
export interface AccountStore {
  /** The same organisationId replaces. */
  putOrganisation(organisation: StoredOrganisation): Promise<void>;
  /** In ascending order of id. */
  listOrganisations(): Promise<readonly StoredOrganisation[]>;
  /** And its documents. False, and nothing is changed, while a user, a key or anything else belongs to it. */
  deleteOrganisation(organisationId: string): Promise<boolean>;

  /** The same userId replaces. False, and nothing is changed, when another user has the e-mail address. */
  putUser(user: StoredUser, options: { readonly endsSignIns: boolean }): Promise<boolean>;
  getUser(userId: string): Promise<StoredUser | undefined>;
  findUser(email: string): Promise<StoredUser | undefined>;
  /** In ascending order of e-mail address. */
  listUsers(): Promise<readonly StoredUser[]>;
  /** And all that it is signed in with. */
  deleteUser(userId: string): Promise<void>;

  /** A new key with its secret; the same keyId and secret replace. */
  putKey(key: StoredKey, keyHash: string): Promise<void>;
  getKey(keyId: string): Promise<StoredKey | undefined>;
  /** Whatever became of it. */
  findKey(keyHash: string): Promise<FoundKey | undefined>;
  /** In ascending order of creation. */
  listKeys(): Promise<readonly StoredKey[]>;
  /** Gives the key one more secret; those before it end at `othersExpireMs`, or when they would have. */
  rotateKey(keyId: string, secret: { readonly keyHash: string; readonly othersExpireMs: number }): Promise<void>;
  /** Its row stays, so that what it did can be told. */
  revokeKey(keyId: string, atMs: number): Promise<void>;
  markKeyUsed(keyId: string, atMs: number): Promise<void>;

  putSignIn(signIn: StoredSignIn): Promise<void>;
  findSignIn(sessionHash: string): Promise<{ readonly signIn: StoredSignIn; readonly user: StoredUser } | undefined>;
  markSignInSeen(sessionHash: string, atMs: number): Promise<void>;
  deleteSignIn(sessionHash: string): Promise<void>;
  /** Forgets those that began, or were last seen, before. */
  deleteOldSignIns(before: { readonly createdMs: number; readonly seenMs: number }): Promise<void>;

  /** Gives it to the organisation unless it is one's already. Answers whose it is then. */
  claim(thing: Thing, organisationId: string): Promise<{ readonly organisationId: string; readonly isNew: boolean }>;
  organisationOf(thing: Thing): Promise<string | undefined>;
  /** In ascending order of id. */
  listBelongings(kind: Thing['kind'], organisationId: string): Promise<readonly string[]>;
  release(thing: Thing): Promise<void>;

  /** An entry that is whole. There is no way to change or remove an entry. */
  appendAudit(entry: AuditEntry): Promise<void>;
  /** One whose outcome is told later. Until then, and if it never is, it is 'unknown'. The very same entry again changes nothing. */
  beginAudit(entry: BegunAuditEntry): Promise<void>;
  /** Once for each entry that was begun. */
  completeAudit(entryId: string, outcome: AuditOutcome): Promise<void>;
  /** Newest first. */
  listAudit(filter: AuditFilter): Promise<readonly AuditEntry[]>;
}

export type AccountRole = 'admin' | 'owner' | 'provider' | 'integrator' | 'viewer';

export interface StoredOrganisation {
  readonly organisationId: string;
  readonly name: string;
  readonly createdMs: number;
}

export interface StoredUser {
  readonly userId: string;
  /** In lower case: it is found by that. */
  readonly email: string;
  readonly name: string;
  readonly role: AccountRole;
  readonly organisationId: string;
  readonly passwordHash: string;
  readonly createdMs: number;
}

export interface StoredKey {
  readonly keyId: string;
  readonly name: string;
  readonly role: AccountRole;
  readonly organisationId: string;
  /** Null: every site of its organisation. */
  readonly siteIds: readonly string[] | null;
  readonly createdMs: number;
  readonly expiresMs: number | null;
  readonly lastUsedMs: number | null;
  readonly revokedMs: number | null;
}

export interface FoundKey {
  readonly key: StoredKey;
  /** When this one of its secrets ends. */
  readonly secretExpiresMs: number | null;
}

export interface StoredSignIn {
  readonly sessionHash: string;
  readonly userId: string;
  readonly createdMs: number;
  readonly seenMs: number;
}

/** What belongs to an organisation. A station belongs where its site does. */
export interface Thing {
  readonly kind: 'site' | 'tariff';
  readonly id: string;
}

export interface AuditEntry {
  readonly entryId: string;
  readonly atMs: number;
  readonly organisationId: string;
  readonly siteId: string | null;
  readonly actorKind: 'user' | 'key';
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  /** The address of what was changed. */
  readonly target: string;
  /**
   * 'failed': it was answered with an error, and may have been done in part. 'unknown': the process ended, or could not write any more,
   * before it could tell.
   */
  readonly outcome: 'made' | 'failed' | 'unknown';
  /** Opaque here, as are those below; null where there was nothing. */
  readonly before: unknown;
  readonly after: unknown;
  /** What was asked for, where `before` and `after` do not tell. */
  readonly asked: unknown;
}

/** What is known before a change is made, or something done. */
export type BegunAuditEntry = Omit<AuditEntry, 'outcome' | 'before' | 'after'>;

/** What is known when it was answered; `asked` in place of what was said of it before. */
export interface AuditOutcome extends Pick<AuditEntry, 'before' | 'after' | 'asked'> {
  readonly outcome: 'made' | 'failed';
}

export interface AuditFilter {
  readonly siteId?: string;
  readonly organisationId?: string;
  /** Only those before this one. */
  readonly before?: { readonly atMs: number; readonly entryId: string };
  readonly limit: number;
}
