import { describe, expect, it } from 'vitest';
import { obstaclesOfSites } from '../../../src/roles/obstacles.js';
import { VirtualClock } from '../../support/virtualClock.js';

describe('what keeps the sites from being served', () => {
  it('says that the store does not answer, when it hangs, before whoever asks gives up', async () => {
    const clock = new VirtualClock(1_000_000);
    const told = obstaclesOfSites({ obstacles: () => new Promise(() => undefined) }, clock);
    await clock.runUntil(1_002_000);
    expect(await told).toEqual(['the store does not answer: there was no answer within 2000 ms']);
  });

  it('passes on what the sites say', async () => {
    const clock = new VirtualClock(1_000_000);
    expect(await obstaclesOfSites({ obstacles: async () => ['site s1 could not be read: no'] }, clock)).toEqual([
      'site s1 could not be read: no',
    ]);
  });
});
