import { createHmac, randomBytes, scrypt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Problem } from '../site/problem.js';
import type { SecurityProfile } from '../site/stationMessages.js';
import type { Store, StoredCredentials } from '../store/store.js';
import { isSameSecret } from './accounts/secrets.js';
import { HashingTurns } from './hashingTurns.js';
import { passwordForms, writtenForm } from './passwordForms.js';

/** Of the order of 20 ms: slow enough for guessing, quick enough for a site's stations to reconnect at once. */
const COST = { N: 4096, r: 8, p: 1 };
const HASH_BYTES = 32;
/** Half of the machine, and one of the pool's four threads left for others at least. */
const HASHING_AT_ONCE = Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2)));
const PASSWORD_BYTES = 20;
const REMEMBERED_MAX = 20_000;
/** Passwords that a station was sent and has not come back with. Beyond, somebody should look at it. */
const KEY_CHANGES_PENDING_MAX = 3;

/** 'downgraded': it is who it says, and connects less securely than it may. */
type Verdict = 'genuine' | 'wrong' | 'unknown' | 'downgraded';

export interface CredentialsChange {
  /** Replaces every password before it. */
  readonly password?: string;
  readonly securityProfileMin?: SecurityProfile;
}

type CredentialsStore = Pick<Store, 'getCredentials' | 'putCredentials'>;

/**
 * How stations show who they are: salted scrypt of passwords in the store, and the lowest security profile that each may use. What
 * was verified once is remembered, under a key of this process only.
 */
export class StationCredentials {
  private readonly store: CredentialsStore;
  private readonly allowUnauthenticated: boolean;
  private readonly processKey = randomBytes(32);
  private readonly remembered = new Map<string, string>();
  private readonly hashing = new HashingTurns(HASHING_AT_ONCE);
  /** Of checks under way, by station and mark: who comes again before its answer is not hashed again. */
  private readonly matchingNow = new Map<string, Promise<number | undefined>>();
  private readonly changing = new Map<string, Promise<unknown>>();
  private readonly decoy: Promise<string>;

  constructor(options: { store: CredentialsStore; allowUnauthenticated: boolean }) {
    this.store = options.store;
    this.allowUnauthenticated = options.allowUnauthenticated;
    this.decoy = hashPassword(randomBytes(16).toString('hex'));
  }

  /** Answers whether who connected with a password before holds none that is valid now. */
  async put(stationId: string, { password, securityProfileMin }: CredentialsChange): Promise<boolean> {
    const hash = password === undefined ? undefined : await this.hash(password);
    let isOther = false;
    await this.change(stationId, async (stored) => {
      const before = stored?.passwordHashes[0];
      // The same once more: it is set again and again by programs that see to it that it is so.
      const isSame = before !== undefined && password !== undefined && (await this.matching(stored, password)) === 0;
      isOther = hash !== undefined && !isSame;
      const kept = isSame ? [before] : hash === undefined ? (stored?.passwordHashes ?? []) : [hash];
      return { passwordHashes: kept, securityProfileMin: securityProfileMin ?? stored?.securityProfileMin ?? 1 };
    });
    return isOther;
  }

  /** Takes every password from it. How securely it must connect stays, so that it never comes back with less. */
  async revoke(stationId: string): Promise<void> {
    await this.change(stationId, (stored) => (stored === undefined ? undefined : { ...stored, passwordHashes: [] }));
  }

  /** The hash of a password as it came, for `adopt`. */
  hash(password: string): Promise<string> {
    return this.hashing.run(() => hashPassword(writtenForm(password)));
  }

  /** Takes what a station came with, unless it has got credentials meanwhile. */
  async adopt(stationId: string, passwordHash: string, securityProfileMin: SecurityProfile): Promise<void> {
    await this.change(stationId, (stored) =>
      stored === undefined ? { passwordHashes: [passwordHash], securityProfileMin } : undefined,
    );
  }

  get(stationId: string): Promise<StoredCredentials | undefined> {
    return this.store.getCredentials(stationId);
  }

  /** Takes the same time for a station that is not known as for a wrong password. */
  async verify(stationId: string, password: string | undefined, securityProfile: SecurityProfile): Promise<Verdict> {
    const stored = await this.store.getCredentials(stationId);
    // Its certificate has said who it is.
    if (securityProfile === 3) return this.admit(stationId, stored, { used: 0, securityProfile });
    if (stored === undefined && this.allowUnauthenticated) return 'genuine';
    if (password === undefined) return stored === undefined ? 'unknown' : 'wrong';
    const mark = this.markOf(stored, password);
    const isRemembered = stored !== undefined && this.remembered.get(stationId) === mark;
    const used = isRemembered ? 0 : await this.matchingOnce(`${mark} ${stationId}`, stored, password);
    if (stored === undefined) return 'unknown';
    if (used === undefined) return 'wrong';
    const verdict = await this.admit(stationId, stored, { used, securityProfile });
    if (used === 0) this.remember(stationId, mark);
    return verdict;
  }

  /** A new password, valid beside those before it until the station has used it. It is told to nobody but the station. */
  async offer(stationId: string, form: 'hexDigits' | 'text' = 'hexDigits'): Promise<string> {
    const bytes = randomBytes(PASSWORD_BYTES);
    // Both fit every version: 16 to 40 characters that none of them minds.
    const password = bytes.toString(form === 'hexDigits' ? 'hex' : 'base64url');
    await this.change(stationId, async (stored) => {
      if (stored === undefined || stored.passwordHashes.length === 0) {
        throw new Problem('KEY_CHANGE_IMPOSSIBLE', `Station "${stationId}" has no password that could be changed.`);
      }
      if (stored.passwordHashes.length > KEY_CHANGES_PENDING_MAX) {
        throw new Problem(
          'KEY_CHANGE_PENDING',
          `Station "${stationId}" was sent ${KEY_CHANGES_PENDING_MAX} passwords and has connected with none of them.`,
        );
      }
      const hash = await this.hashing.run(() => hashPassword(password, stored.passwordHashes[0]));
      return { ...stored, passwordHashes: [...stored.passwordHashes, hash] };
    });
    return password;
  }

  /** The station did not take it. */
  async withdraw(stationId: string, password: string): Promise<void> {
    await this.change(stationId, async (stored) => {
      if (stored === undefined) return undefined;
      const index = await this.matching(stored, password);
      if (index === undefined || index === 0) return undefined;
      return { ...stored, passwordHashes: stored.passwordHashes.filter((_, at) => at !== index) };
    });
  }

  private async admit(
    stationId: string,
    stored: StoredCredentials | undefined,
    login: { readonly used: number; readonly securityProfile: SecurityProfile },
  ): Promise<Verdict> {
    const { used, securityProfile } = login;
    const least = stored?.securityProfileMin ?? 0;
    if (securityProfile < least) return 'downgraded';
    if (used === 0 && securityProfile === least) return 'genuine';
    const usedHash = stored?.passwordHashes[used];
    await this.change(stationId, (now) => ({
      // From the one that it used on: what was sent to it before that is refused from now on.
      passwordHashes: now?.passwordHashes.slice(usedHash === undefined ? 0 : indexOf(now, usedHash)) ?? [],
      securityProfileMin: Math.max(securityProfile, now?.securityProfileMin ?? 0),
    }));
    return 'genuine';
  }

  private matchingOnce(
    key: string,
    stored: StoredCredentials | undefined,
    password: string,
  ): Promise<number | undefined> {
    const known = this.matchingNow.get(key);
    if (known !== undefined) return known;
    const matching = this.matching(stored, password).finally(() => this.matchingNow.delete(key));
    this.matchingNow.set(key, matching);
    return matching;
  }

  /** Which of the station's passwords it is. As long with none as with several: all of one station have one salt. */
  private async matching(stored: StoredCredentials | undefined, password: string): Promise<number | undefined> {
    const first = stored?.passwordHashes[0];
    const hashes = first === undefined || stored === undefined ? [await this.decoy] : stored.passwordHashes;
    for (const form of passwordForms(password)) {
      const index = await this.hashing.run(() => indexOfPassword(hashes, form));
      // Only who has the right password is answered sooner.
      if (index !== undefined) return index;
    }
    return undefined;
  }

  private markOf(stored: StoredCredentials | undefined, password: string): string {
    const hash = createHmac('sha256', this.processKey);
    return hash.update(`${JSON.stringify(stored?.passwordHashes)}\n${password}`).digest('hex');
  }

  private remember(stationId: string, mark: string): void {
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(stationId, mark);
  }

  /** One change of a station at a time, each upon what the last has left. Undefined changes nothing. */
  private async change(
    stationId: string,
    next: (
      stored: StoredCredentials | undefined,
    ) => StoredCredentials | undefined | Promise<StoredCredentials | undefined>,
  ): Promise<void> {
    const before = this.changing.get(stationId) ?? Promise.resolve();
    const run = before
      .catch(() => undefined)
      .then(async () => {
        const changed = await next(await this.store.getCredentials(stationId));
        if (changed !== undefined) await this.store.putCredentials(stationId, changed);
      });
    this.changing.set(stationId, run);
    try {
      await run;
    } finally {
      if (this.changing.get(stationId) === run) this.changing.delete(stationId);
    }
  }
}

function indexOf(stored: StoredCredentials, hash: string): number {
  return Math.max(0, stored.passwordHashes.indexOf(hash));
}

/** With the salt and the cost of `like`, so that a password is compared with both in one go. */
async function hashPassword(password: string, like?: string): Promise<string> {
  const method = methodOf(like) ?? { salt: randomBytes(16), cost: COST };
  const hash = await derive(password, method.salt, method.cost);
  const { N, r, p } = method.cost;
  return ['scrypt', N, r, p, method.salt.toString('base64'), hash.toString('base64')].join('$');
}

async function indexOfPassword(hashes: readonly string[], password: string): Promise<number | undefined> {
  const method = methodOf(hashes[0]);
  if (method === undefined) return undefined;
  const actual = await derive(password, method.salt, method.cost);
  let found: number | undefined;
  hashes.forEach((stored, index) => {
    const expected = Buffer.from(stored.split('$')[5] ?? '', 'base64');
    if (isSameSecret(expected, actual)) found ??= index;
  });
  return found;
}

interface Method {
  readonly salt: Buffer;
  readonly cost: typeof COST;
}

function methodOf(stored: string | undefined): Method | undefined {
  const [kind, N, r, p, salt, hash] = stored?.split('$') ?? [];
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return undefined;
  return { salt: Buffer.from(salt, 'base64'), cost: { N: Number(N), r: Number(r), p: Number(p) } };
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
