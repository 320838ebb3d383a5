import { describe, expect, it } from 'vitest';
import { SharedRest } from '../../../src/control/sharedRest.js';

describe('how long a site rests between its passes', () => {
  it('is three times as long as a pass took where it is alone, however long that is', () => {
    const rest = new SharedRest();
    expect(rest.restMs('a', 3, 0)).toBe(9);
    expect(rest.restMs('a', 4, 13)).toBe(12);
    expect(rest.restMs('a', 700, 1_000)).toBe(2_100);
  });

  it('leaves three quarters of the time to other work, with any number of sites', () => {
    const rest = new SharedRest();
    const TOOK_MS = 2;
    const nextMs = new Map(Array.from({ length: 20 }, (_, index): [string, number] => [`site ${index}`, 0]));
    let nowMs = 0;
    let passes = 0;
    while (nowMs < 10_000) {
      const [siteId, dueMs] = [...nextMs].reduce((a, b) => (b[1] < a[1] ? b : a));
      nowMs = Math.max(nowMs, dueMs) + TOOK_MS;
      passes += 1;
      nextMs.set(siteId, nowMs + rest.restMs(siteId, TOOK_MS, nowMs));
    }
    expect((passes * TOOK_MS) / nowMs).toBeGreaterThan(0.2);
    expect((passes * TOOK_MS) / nowMs).toBeLessThan(0.3);
  });

  it('is no longer than a second for the sake of others', () => {
    const rest = new SharedRest();
    for (let index = 0; index < 1_000; index++) rest.restMs(`site ${index}`, 2, index % 100);
    expect(rest.restMs('site 5', 2, 100)).toBe(1_000);
  });

  it('does not count with sites that have had nothing to do for a while', () => {
    const rest = new SharedRest();
    rest.restMs('a', 10, 0);
    expect(rest.restMs('b', 10, 1_000)).toBe(70);
    expect(rest.restMs('b', 10, 1_001)).toBe(30);
  });
});
