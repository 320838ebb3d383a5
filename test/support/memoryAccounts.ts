import type {
  AccountStore,
  AuditEntry,
  AuditFilter,
  AuditOutcome,
  BegunAuditEntry,
  FoundKey,
  StoredKey,
  StoredOrganisation,
  StoredSignIn,
  StoredUser,
  Thing,
} from '../../src/store/accountStore.js';

/** Accounts without a disk, for tests of what is built on them. It keeps the contract of the real ones. */
export class MemoryAccounts implements AccountStore {
  private readonly organisations = new Map<string, StoredOrganisation>();
  private readonly users = new Map<string, StoredUser>();
  private readonly keys = new Map<string, StoredKey>();
  private readonly secrets = new Map<string, { readonly keyId: string; readonly expiresMs: number | null }>();
  private readonly signIns = new Map<string, StoredSignIn>();
  private readonly belongings = new Map<string, Thing & { readonly organisationId: string }>();
  private readonly log: string[] = [];
  private readonly outcomes = new Map<string, AuditOutcome>();
  /** Keys that were asked for, by their hash. */
  readonly asked: string[] = [];
  /** Set to make reads of keys, and writes of the audit log, fail. */
  failure: Error | undefined;

  async putOrganisation(organisation: StoredOrganisation): Promise<void> {
    const { createdMs } = this.organisations.get(organisation.organisationId) ?? organisation;
    this.organisations.set(organisation.organisationId, { ...organisation, createdMs });
  }
  async listOrganisations(): Promise<readonly StoredOrganisation[]> {
    return sortedBy([...this.organisations.values()], ({ organisationId }) => organisationId);
  }
  async deleteOrganisation(organisationId: string): Promise<boolean> {
    const things = [...this.users.values(), ...this.keys.values(), ...this.belongings.values()];
    if (things.some((thing) => thing.organisationId === organisationId)) return false;
    this.organisations.delete(organisationId);
    return true;
  }
  async putUser(user: StoredUser, { endsSignIns }: { readonly endsSignIns: boolean }): Promise<boolean> {
    const other = await this.findUser(user.email);
    if (other !== undefined && other.userId !== user.userId) return false;
    if (endsSignIns) this.endSignIns(user.userId);
    this.users.set(user.userId, user);
    return true;
  }
  async getUser(userId: string): Promise<StoredUser | undefined> {
    return this.users.get(userId);
  }
  async findUser(email: string): Promise<StoredUser | undefined> {
    return [...this.users.values()].find((user) => user.email === email);
  }
  async listUsers(): Promise<readonly StoredUser[]> {
    return sortedBy([...this.users.values()], ({ email }) => email);
  }
  async deleteUser(userId: string): Promise<void> {
    this.endSignIns(userId);
    this.users.delete(userId);
  }
  async putKey(key: StoredKey, keyHash: string): Promise<void> {
    this.keys.set(key.keyId, key);
    this.secrets.set(keyHash, { keyId: key.keyId, expiresMs: null });
  }
  async getKey(keyId: string): Promise<StoredKey | undefined> {
    return this.keys.get(keyId);
  }
  async findKey(keyHash: string): Promise<FoundKey | undefined> {
    this.asked.push(keyHash);
    if (this.failure !== undefined) throw this.failure;
    const secret = this.secrets.get(keyHash);
    const key = secret === undefined ? undefined : this.keys.get(secret.keyId);
    return key === undefined ? undefined : { key, secretExpiresMs: secret?.expiresMs ?? null };
  }
  async listKeys(): Promise<readonly StoredKey[]> {
    return [...this.keys.values()].sort((a, b) => a.createdMs - b.createdMs || (a.keyId < b.keyId ? -1 : 1));
  }
  async rotateKey(keyId: string, secret: { readonly keyHash: string; readonly othersExpireMs: number }): Promise<void> {
    for (const [keyHash, { keyId: its, expiresMs }] of this.secrets) {
      if (its !== keyId) continue;
      const sooner = Math.min(expiresMs ?? Number.POSITIVE_INFINITY, secret.othersExpireMs);
      this.secrets.set(keyHash, { keyId, expiresMs: sooner });
    }
    this.secrets.set(secret.keyHash, { keyId, expiresMs: null });
  }
  async revokeKey(keyId: string, atMs: number): Promise<void> {
    this.changeKey(keyId, (key) => ({ ...key, revokedMs: key.revokedMs ?? atMs }));
  }
  async markKeyUsed(keyId: string, atMs: number): Promise<void> {
    this.changeKey(keyId, (key) => ({ ...key, lastUsedMs: atMs }));
  }
  async putSignIn(signIn: StoredSignIn): Promise<void> {
    this.signIns.set(signIn.sessionHash, signIn);
  }
  async findSignIn(sessionHash: string) {
    const signIn = this.signIns.get(sessionHash);
    const user = signIn === undefined ? undefined : this.users.get(signIn.userId);
    return signIn === undefined || user === undefined ? undefined : { signIn, user };
  }
  async markSignInSeen(sessionHash: string, atMs: number): Promise<void> {
    const signIn = this.signIns.get(sessionHash);
    if (signIn !== undefined) this.signIns.set(sessionHash, { ...signIn, seenMs: atMs });
  }
  async deleteSignIn(sessionHash: string): Promise<void> {
    this.signIns.delete(sessionHash);
  }
  async deleteOldSignIns({
    createdMs,
    seenMs,
  }: {
    readonly createdMs: number;
    readonly seenMs: number;
  }): Promise<void> {
    for (const [sessionHash, signIn] of this.signIns) {
      if (signIn.createdMs < createdMs || signIn.seenMs < seenMs) this.signIns.delete(sessionHash);
    }
  }
  async claim(thing: Thing, organisationId: string) {
    const known = this.belongings.get(nameOf(thing))?.organisationId;
    if (known !== undefined) return { organisationId: known, isNew: false };
    this.belongings.set(nameOf(thing), { ...thing, organisationId });
    return { organisationId, isNew: true };
  }
  async organisationOf(thing: Thing): Promise<string | undefined> {
    return this.belongings.get(nameOf(thing))?.organisationId;
  }
  async listBelongings(kind: Thing['kind'], organisationId: string): Promise<readonly string[]> {
    const its = [...this.belongings.values()].filter(
      (one) => one.kind === kind && one.organisationId === organisationId,
    );
    return its.map(({ id }) => id).sort();
  }
  async release(thing: Thing): Promise<void> {
    this.belongings.delete(nameOf(thing));
  }
  async appendAudit(entry: AuditEntry): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (this.entries().some(({ entryId }) => entryId === entry.entryId)) throw new Error('the entry is there already');
    this.log.push(JSON.stringify(entry));
  }
  async beginAudit(entry: BegunAuditEntry): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (this.entries().some(({ entryId }) => entryId === entry.entryId)) return;
    this.log.push(JSON.stringify({ ...entry, outcome: 'unknown', before: null, after: null }));
  }
  async completeAudit(entryId: string, outcome: AuditOutcome): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    if (this.outcomes.has(entryId)) throw new Error('the outcome is there already');
    this.outcomes.set(entryId, outcome);
  }
  async listAudit({ siteId, organisationId, before, limit }: AuditFilter): Promise<readonly AuditEntry[]> {
    return this.entries()
      .filter((entry) => siteId === undefined || entry.siteId === siteId)
      .filter((entry) => organisationId === undefined || entry.organisationId === organisationId)
      .sort((a, b) => newestFirst(a, b))
      .filter((entry) => before === undefined || newestFirst(before, entry) < 0)
      .slice(0, limit);
  }

  private entries(): AuditEntry[] {
    return this.log.map((text) => {
      const entry = JSON.parse(text) as AuditEntry;
      return { ...entry, ...this.outcomes.get(entry.entryId) };
    });
  }
  private endSignIns(userId: string): void {
    for (const [hash, signIn] of this.signIns) if (signIn.userId === userId) this.signIns.delete(hash);
  }
  private changeKey(keyId: string, change: (key: StoredKey) => StoredKey): void {
    const key = this.keys.get(keyId);
    if (key !== undefined) this.keys.set(keyId, change(key));
  }
}

function nameOf({ kind, id }: Thing): string {
  return `${kind} ${id}`;
}

function sortedBy<T>(items: T[], by: (item: T) => string): T[] {
  return items.sort((a, b) => (by(a) < by(b) ? -1 : 1));
}

interface Moment {
  readonly atMs: number;
  readonly entryId: string;
}

function newestFirst(a: Moment, b: Moment): number {
  return b.atMs - a.atMs || Number(a.entryId < b.entryId) - Number(a.entryId > b.entryId);
}
