import type { Clock } from '../../site/clock.js';
import { Problem } from '../../site/problem.js';
import type { AccountStore, StoredKey } from '../../store/accountStore.js';
import type { Log } from '../ports.js';
import type { OrganisationDesk } from './organisationDesk.js';
import type { AccountRole, Principal } from './roles.js';
import { hashOfSecret, newId, newKeySecret } from './secrets.js';
import { isSeenBy, requireGrant } from './userDesk.js';

/** A key's last use is written down no more often than this. */
const USED_EVERY_MS = 60_000;

export type Key = StoredKey;

export interface NewKey {
  readonly name: string;
  readonly role: AccountRole;
  readonly organisationId: string;
  readonly siteIds: readonly string[] | null;
  readonly expiresMs: number | null;
}

export interface KeyDeskOptions {
  readonly store: AccountStore;
  readonly organisations: OrganisationDesk;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keys of programs. The secret itself is told once, when it is made, and kept by its hash. */
export class KeyDesk {
  private readonly options: KeyDeskOptions;
  private readonly markedMs = new Map<string, number>();

  constructor(options: KeyDeskOptions) {
    this.options = options;
  }

  /** Who came with this secret; undefined where it is unknown, over or revoked. */
  async authenticate(secret: string): Promise<Principal | undefined> {
    const found = await this.options.store.findKey(hashOfSecret(secret));
    if (found === undefined) return undefined;
    const { key, secretExpiresMs } = found;
    const nowMs = this.options.clock.nowMs();
    const isOver = [key.expiresMs, secretExpiresMs].some((endMs) => endMs !== null && endMs <= nowMs);
    if (isOver || key.revokedMs !== null) return undefined;
    this.markUsed(key, nowMs);
    return powerOf(key);
  }

  async list(actor: Principal): Promise<readonly StoredKey[]> {
    const all = await this.options.store.listKeys();
    return all.filter(({ organisationId }) => isSeenBy(actor, organisationId));
  }

  async get(actor: Principal, keyId: string): Promise<StoredKey> {
    const key = await this.options.store.getKey(keyId);
    if (key !== undefined && isSeenBy(actor, key.organisationId)) return key;
    throw new Problem('KEY_NOT_FOUND', `There is no key "${keyId}".`);
  }

  async create(actor: Principal, wanted: NewKey): Promise<{ readonly key: StoredKey; readonly secret: string }> {
    const { store, organisations, clock } = this.options;
    const nowMs = clock.nowMs();
    requireGrant(actor, { ...wanted, siteIds: wanted.siteIds ?? 'all' });
    await organisations.require(wanted.organisationId);
    if (wanted.expiresMs !== null && wanted.expiresMs <= nowMs) {
      throw new Problem('INVALID_REQUEST', 'expiresAt is over.', { field: '/expiresAt' });
    }
    const key: StoredKey = { ...wanted, keyId: newId('key'), createdMs: nowMs, lastUsedMs: null, revokedMs: null };
    const secret = newKeySecret();
    await store.putKey(key, hashOfSecret(secret));
    return { key, secret };
  }

  /** A new secret; the old one is taken for `overlapMs` more. */
  async rotate(
    actor: Principal,
    keyId: string,
    overlapMs: number,
  ): Promise<{ readonly key: StoredKey; readonly secret: string; readonly oldExpiresMs: number }> {
    const { store, clock } = this.options;
    const key = await this.get(actor, keyId);
    requireGrant(actor, powerOf(key));
    if (key.revokedMs !== null) throw new Problem('KEY_NOT_FOUND', `The key "${keyId}" was revoked.`);
    const secret = newKeySecret();
    const oldExpiresMs = clock.nowMs() + overlapMs;
    await store.rotateKey(keyId, { keyHash: hashOfSecret(secret), othersExpireMs: oldExpiresMs });
    return { key, secret, oldExpiresMs };
  }

  async revoke(actor: Principal, keyId: string): Promise<void> {
    const key = await this.get(actor, keyId);
    requireGrant(actor, powerOf(key));
    await this.options.store.revokeKey(keyId, this.options.clock.nowMs());
  }

  /** Nobody waits for it. */
  private markUsed({ keyId, lastUsedMs }: StoredKey, nowMs: number): void {
    const lastMs = Math.max(lastUsedMs ?? 0, this.markedMs.get(keyId) ?? 0);
    if (nowMs - lastMs < USED_EVERY_MS) return;
    this.markedMs.set(keyId, nowMs);
    this.options.store.markKeyUsed(keyId, nowMs).catch((error: unknown) => {
      this.options.log.warn({ keyId, error: String(error) }, 'that a key was used could not be written down');
    });
  }
}

function powerOf({ keyId, name, role, organisationId, siteIds }: StoredKey): Principal {
  return { kind: 'key', id: keyId, name, role, organisationId, siteIds: siteIds ?? 'all' };
}
