import { describe, expect, it } from 'vitest';
import { en } from '../../../src/dashboard/words/en.js';
import { sv } from '../../../src/dashboard/words/sv.js';
import type { Notice, NoticeFacts } from '../../../src/notices/notice.js';
import { noticeDocument } from '../../../src/notices/noticeDocument.js';
import { sentenceOf } from '../../../src/notices/sentences.js';
import { NOTICE_WORDS } from '../../../src/notices/words.js';

const AT_MS = Date.parse('2026-01-14T15:30:00+01:00');

function notice(facts: NoticeFacts, more: Partial<Notice> = {}): Notice {
  return {
    id: 'notice-1',
    kind: 'raised',
    key: facts.type,
    facts,
    sinceMs: AT_MS - 600_000,
    atMs: AT_MS,
    site: { siteId: 'depot', name: 'Depot Nord', timeZone: 'Europe/Stockholm' },
    ...more,
  };
}

const OFFLINE: NoticeFacts = {
  type: 'station.uncontrollable',
  stationId: 'CP001',
  stationName: null,
  obstacle: 'offline',
  reservedA: 6,
};
const OVER: NoticeFacts = {
  type: 'limit.exceeded',
  circuitId: 'grid',
  circuitName: null,
  isMain: true,
  phase: 'L2',
  loadA: 66.4,
  limitA: 63,
};
const LATE: NoticeFacts = {
  type: 'departure.at_risk',
  sessionId: 's1',
  stationId: 'CP001',
  stationName: 'Bay 7',
  evseId: 1,
  plannedEnergyWh: 21_340,
  wantedEnergyWh: 30_000,
  departureMs: Date.parse('2026-01-15T07:00:00+01:00'),
};
const PRICES: NoticeFacts = {
  type: 'tariff.missing_tomorrow',
  tariffIds: ['spot'],
  date: '2026-01-15',
  publishedUntilMs: null,
};

describe('A notice says', () => {
  it.each([
    [
      OFFLINE,
      'CP001: No contact since 15:20. 6 A stays reserved.',
      'CP001: Ingen kontakt sedan 15:20. 6 A hålls reserverat.',
    ],
    [
      { ...OFFLINE, obstacle: 'disobeys', stationName: 'Bay 7', reservedA: 32 } as NoticeFacts,
      'Bay 7: Does not follow limits. 32 A is always reserved.',
      'Bay 7: Följer inte gränser. 32 A hålls alltid reserverat.',
    ],
    [
      OVER,
      'The main fuse L2 draws 66 A, limit 63 A. Turning cars down.',
      'Huvudsäkringen L2 drar 66 A, gränsen är 63 A. Vi drar ned bilarna.',
    ],
    [LATE, 'Bay 7 gets 21.3 of 30 kWh before 15 Jan 07:00.', 'Bay 7 får 21,3 av 30 kWh före 15 jan. 07:00.'],
    [PRICES, 'No prices for 15 January yet.', 'Inga priser för 15 januari än.'],
    [
      { ...PRICES, publishedUntilMs: Date.parse('2026-01-15T06:00:00+01:00') } as NoticeFacts,
      'No prices for 15 January after 06:00 yet.',
      'Inga priser för 15 januari efter 06:00 än.',
    ],
  ])('%j in both languages', (facts, english, swedish) => {
    expect(sentenceOf(notice(facts), 'en')).toBe(english);
    expect(sentenceOf(notice(facts), 'sv')).toBe(swedish);
  });

  it('that something is over', () => {
    expect(sentenceOf(notice(OVER, { kind: 'resolved' }), 'sv')).toMatch(/^Över: Huvudsäkringen L2/);
  });

  it('the same as the dashboard, word by word, where both speak of it', () => {
    const shared = Object.keys(NOTICE_WORDS.en).filter((word) => word in en);
    expect(shared).toEqual(['station.offline', 'station.noControl', 'live.overLimit', 'live.late', 'live.theMainFuse']);
    for (const word of shared) {
      expect(Reflect.get(NOTICE_WORDS.en, word)).toBe(Reflect.get(en, word));
      expect(Reflect.get(NOTICE_WORDS.sv, word)).toBe(Reflect.get(sv, word));
    }
  });

  it('to programs the facts, with instants as text', () => {
    expect(noticeDocument(notice(LATE))).toMatchObject({
      sessionId: 's1',
      departure: '2026-01-15T06:00:00.000Z',
      since: '2026-01-14T14:20:00.000Z',
      siteName: 'Depot Nord',
      sentence: 'Bay 7 gets 21.3 of 30 kWh before 15 Jan 07:00.',
    });
    expect(noticeDocument(notice(PRICES))).toMatchObject({ publishedUntil: null, date: '2026-01-15' });
  });
});
