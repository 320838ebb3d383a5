import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Store } from '../store/store.js';

/** Of the order of 20 ms: slow enough for guessing, quick enough for a site's stations to reconnect at once. */
const COST = { N: 4096, r: 8, p: 1 };
const HASH_BYTES = 32;
const REMEMBERED_MAX = 20_000;

/** Station passwords: salted scrypt in the store; what was verified once is remembered, under a key of this process only. */
export class StationCredentials {
  private readonly store: Pick<Store, 'getCredentials' | 'putCredentials'>;
  private readonly allowUnauthenticated: boolean;
  private readonly processKey = randomBytes(32);
  private readonly remembered = new Map<string, string>();
  private readonly decoy: Promise<string>;

  constructor(options: { store: Pick<Store, 'getCredentials' | 'putCredentials'>; allowUnauthenticated: boolean }) {
    this.store = options.store;
    this.allowUnauthenticated = options.allowUnauthenticated;
    this.decoy = hashPassword(randomBytes(16).toString('hex'));
  }

  async put(stationId: string, password: string): Promise<void> {
    await this.store.putCredentials(stationId, await hashPassword(password));
    this.remembered.delete(stationId);
  }

  /** Takes the same time for a station that is not known as for a wrong password. */
  async verify(stationId: string, password: string | undefined): Promise<boolean> {
    const stored = await this.store.getCredentials(stationId);
    if (stored === undefined && this.allowUnauthenticated) return true;
    if (password === undefined) return false;
    const mark = createHmac('sha256', this.processKey).update(`${stored}\n${password}`).digest('hex');
    if (stored !== undefined && this.remembered.get(stationId) === mark) return true;
    const matches = await verifyPassword(password, stored ?? (await this.decoy));
    if (!matches || stored === undefined) return false;
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(stationId, mark);
    return true;
  }
}

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = stored.split('$');
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
