import type { Clock } from '../../site/clock.js';

const WINDOW_MS = 5 * 60_000;
/** Wrong passwords for one account from one address, for one account from anywhere, and from one address. */
const OF_BOTH_MAX = 5;
const OF_ACCOUNT_MAX = 50;
const OF_ADDRESS_MAX = 30;
const REMEMBERED_MAX = 20_000;

interface Count {
  failures: number;
  readonly endsMs: number;
}

/**
 * Makes guessing slow. A try counts before its password is looked at, so that tries that come at once are no more than others; one
 * that succeeds is taken off again. That for an account alone is high: or anybody could keep its user out.
 */
export class SignInThrottle {
  private readonly clock: Clock;
  private readonly counts = new Map<string, Count>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** How long to wait, in ms; 0: go on, and it is counted. `email` undefined: whose account it is, is not known yet. */
  begin(email: string | undefined, address: string): number {
    const nowMs = this.clock.nowMs();
    const bounds = boundsOf(email, address);
    const waitsMs = bounds.map(([name, max]) => {
      const count = this.counts.get(name);
      return count !== undefined && count.endsMs > nowMs && count.failures >= max ? count.endsMs - nowMs : 0;
    });
    const waitMs = Math.max(...waitsMs);
    if (waitMs === 0) for (const [name] of bounds) this.countOf(name, nowMs).failures++;
    return waitMs;
  }

  succeeded(email: string | undefined, address: string): void {
    for (const [name, max] of boundsOf(email, address)) {
      const count = this.counts.get(name);
      // Who has proven to be the one from here starts anew.
      if (max === OF_BOTH_MAX) this.counts.delete(name);
      else if (count !== undefined) count.failures = Math.max(0, count.failures - 1);
    }
  }

  private countOf(name: string, nowMs: number): Count {
    const known = this.counts.get(name);
    if (known !== undefined && known.endsMs > nowMs) return known;
    this.counts.delete(name);
    if (this.counts.size >= REMEMBERED_MAX) this.forget(nowMs);
    const made = { failures: 0, endsMs: nowMs + WINDOW_MS };
    this.counts.set(name, made);
    return made;
  }

  /** Those that are over; and if that is not enough, the oldest. */
  private forget(nowMs: number): void {
    for (const [name, { endsMs }] of this.counts) if (endsMs <= nowMs) this.counts.delete(name);
    for (const name of this.counts.keys()) {
      if (this.counts.size < REMEMBERED_MAX) return;
      this.counts.delete(name);
    }
  }
}

function boundsOf(email: string | undefined, address: string): readonly (readonly [string, number])[] {
  const network = networkOf(address);
  const ofAddress = [`address ${network}`, OF_ADDRESS_MAX] as const;
  if (email === undefined) return [ofAddress];
  return [[`both ${network} ${email}`, OF_BOTH_MAX], [`account ${email}`, OF_ACCOUNT_MAX], ofAddress];
}

const GROUPS_OF_A_NETWORK = 4;
const GROUPS = 8;

/** Of IPv6 one customer has at least 2^64 addresses: these count as one. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const before = head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : new Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, GROUPS_OF_A_NETWORK).join(':');
}
