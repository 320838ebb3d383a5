import { describe, expect, it } from 'vitest';
import type { EndedSession } from '../../src/site/state.js';
import { live, ownerOf } from '../support/siteLife.js';
import { tellInEvents } from '../support/toldInEvents.js';
import type { VirtualSite } from '../support/virtualSite.js';

const SEEDS = Number(process.env.EVENKEEL_SEEDS ?? 6);
const FIRST = Number(process.env.EVENKEEL_SEED ?? 1);

describe('a site in virtual time, whose stations tell of their transactions in events', () => {
  it(`keeps every fuse, believes no less than what stations may do, and starves nobody (${SEEDS} seeds from ${FIRST})`, async () => {
    let charged = 0;
    const sessions: EndedSession[] = [];
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      let world: VirtualSite | undefined;
      const lived = await live(seed, (site) => {
        world = site;
        tellInEvents(site);
      });
      charged += lived.charged;
      if (lived.violation === undefined) {
        if (world !== undefined) sessions.push(...ownerOf(world).state.endedSessions);
        continue;
      }
      const again = `EVENKEEL_SEED=${seed} EVENKEEL_SEEDS=1 npx vitest run test/simulation/transactionEvents.test.ts`;
      expect.fail(`seed ${seed}: ${lived.violation}\nagain: ${again}\n${lived.timeline.slice(-60).join('\n')}`);
    }
    expect(charged).toBeGreaterThan(SEEDS);
    expect(sessions.length).toBeGreaterThan(SEEDS);
    for (const { transactionId, sessionId, idToken } of sessions) {
      expect(transactionId).toMatch(/^tx-\d+$/);
      expect(sessionId).toContain(`~${transactionId}`);
      expect(idToken).not.toBe('');
    }
  }, 600_000);
});
