import { randomBytes, scrypt } from 'node:crypto';
import { Problem } from '../../site/problem.js';
import { HashingTurns } from '../hashingTurns.js';
import { isSameSecret } from './secrets.js';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 16 MiB and a few tenths of a second for each guess: one of the settings that OWASP's password storage page gives for scrypt. */
const COST: Cost = { N: 16_384, r: 8, p: 5 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** Stations' passwords and the service's own work have the other threads. */
const AT_ONCE_MAX = 1;
/** Beyond, whoever comes is told to come again: each would wait for all before. */
const WAITING_MAX = 50;
export const PASSWORD_MIN_CHARACTERS = 12;
export const PASSWORD_MAX_CHARACTERS = 128;

/** Stored of a user who signs in elsewhere only: no password is it. */
export const NO_PASSWORD = 'none';

/** Passwords of people: salted scrypt, never kept or told otherwise. */
export class Passwords {
  private readonly cost: Cost;
  private readonly turns = new HashingTurns(AT_ONCE_MAX);
  private readonly decoy: Promise<string>;
  private waiting = 0;

  /** `cost`: less, for tests. */
  constructor(cost: Cost = COST) {
    this.cost = cost;
    this.decoy = this.hash(randomBytes(SALT_BYTES).toString('hex'));
  }

  hash(password: string): Promise<string> {
    return this.inTurn(async () => {
      const salt = randomBytes(SALT_BYTES);
      const hash = await derive(password, salt, this.cost);
      const { N, r, p } = this.cost;
      return ['scrypt', N, r, p, salt.toString('base64'), hash.toString('base64')].join('$');
    });
  }

  /** Takes as long where there is no such user, or none with a password. */
  async verify(kept: string | undefined, password: string): Promise<boolean> {
    const stored = kept === NO_PASSWORD ? undefined : kept;
    const [, N, r, p, salt = '', hash = ''] = (stored ?? (await this.decoy)).split('$');
    const expected = Buffer.from(hash, 'base64');
    const cost = { N: Number(N), r: Number(r), p: Number(p) };
    const actual = await this.inTurn(() => derive(password, Buffer.from(salt, 'base64'), cost));
    return isSameSecret(actual, expected) && stored !== undefined;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= WAITING_MAX) throw new Problem('OVERLOADED', 'Too many sign in at the same moment.');
    this.waiting++;
    try {
      return await this.turns.run(work);
    } finally {
      this.waiting--;
    }
  }
}

/** The same characters, however a keyboard put them together, are the same password. */
function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, cost, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
