import type { WhyService } from '../../../src/control/why/whyService.js';
import { NO_CURRENT } from '../../../src/site/phases.js';
import { Problem } from '../../../src/site/problem.js';

/** One session that waited for a better time, then for its turn. */
export function fakeWhy(getSite: (siteId: string) => unknown, nowMs: number): WhyService {
  return {
    ofSession: (siteId, sessionId) => {
      getSite(siteId);
      if (sessionId !== 'session-1') throw new Problem('SESSION_NOT_FOUND', `There is no session "${sessionId}".`);
      return {
        siteId,
        sessionId,
        transactionId: 4711,
        stationId: 'CP001',
        evseId: 1,
        atMs: nowMs,
        now: {
          limitA: 10,
          mayDrawA: 16,
          currentA: { ...NO_CURRENT, L1: 9.8 },
          limitedBy: { by: 'circuit', circuitId: 'row-a', phase: 'L2' },
          sentence: 'Is offered 10 A and takes 9.8 A: row-a is full on L2.',
        },
        ahead: [
          {
            fromMs: nowMs,
            toMs: nowMs + 900_000,
            currentA: 10,
            limitedBy: { by: 'price' },
            source: 'plan',
            sentence: 'Will be offered 10 A: the rest waits for a cheaper hour.',
          },
          {
            fromMs: nowMs + 900_000,
            toMs: nowMs + 1_800_000,
            currentA: 0,
            limitedBy: null,
            source: 'schedule',
            sentence: 'Not planned yet: the schedule was made before this session was known.',
          },
        ],
        past: [
          {
            fromMs: nowMs - 60_000,
            toMs: nowMs,
            limitMinA: 6,
            limitMaxA: 10,
            limitedBy: { by: 'station', reason: 'offline' },
            sentence: 'Was offered 6 to 10 A: the station was offline.',
          },
        ],
        sinceMs: nowMs - 60_000,
      };
    },
  };
}
