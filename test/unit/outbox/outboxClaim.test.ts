import { describe, expect, it } from 'vitest';
import { OutboxClaim } from '../../../src/outbox/outboxClaim.js';
import { VirtualClock } from '../../support/virtualClock.js';

const START_MS = Date.UTC(2026, 0, 14);

describe('Which process sends', () => {
  it('is asked again where the clock was set back, although the last time lies ahead', async () => {
    let nowMs = START_MS;
    let holder = 'mine';
    let asked = 0;
    const claim = new OutboxClaim({
      store: {
        claim: async (_name, owner) => {
          asked += 1;
          return owner === holder;
        },
        releaseClaim: async () => undefined,
      },
      clock: Object.assign(new VirtualClock(START_MS), { nowMs: () => nowMs }),
      owner: 'mine',
    });
    expect([await claim.isHeld(), await claim.isHeld(), asked]).toEqual([true, true, 1]);
    nowMs -= 3_600_000;
    holder = 'another';
    expect([await claim.isHeld(), asked]).toEqual([false, 2]);
  });
});
