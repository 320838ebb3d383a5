import type { Clock } from '../site/clock.js';
import type { OutboxStore } from '../store/outboxStore.js';

const NAME = 'outbox';
/** Another process takes over so long after this one died. */
const LASTS_MS = 6_000;
const RENEW_EVERY_MS = 2_000;

interface ClaimOptions {
  readonly store: Pick<OutboxStore, 'claim' | 'releaseClaim'>;
  readonly clock: Clock;
  readonly owner: string | 'alone';
}

/** Which of the processes that share a store sends. Were two to do so for a moment, a receiver would be told twice, no more. */
export class OutboxClaim {
  private readonly options: ClaimOptions;
  private renewedMs = Number.NEGATIVE_INFINITY;
  private held = false;

  constructor(options: ClaimOptions) {
    this.options = options;
  }

  async isHeld(): Promise<boolean> {
    const { store, clock, owner } = this.options;
    if (owner === 'alone') return true;
    const nowMs = clock.nowMs();
    const ageMs = nowMs - this.renewedMs;
    // A clock that was set back says nothing of how long ago that was.
    if (ageMs >= 0 && ageMs < RENEW_EVERY_MS) return this.held;
    this.held = false;
    this.held = await store.claim(NAME, owner, LASTS_MS);
    this.renewedMs = nowMs;
    return this.held;
  }

  async release(): Promise<void> {
    const { store, owner } = this.options;
    if (owner === 'alone' || !this.held) return;
    this.held = false;
    await store.releaseClaim(NAME, owner).catch(() => undefined);
  }
}
