import { HistoryViews } from '../../../src/control/history/historyViews.js';
import { QUARTER_MS, type QuarterRecord } from '../../../src/site/history.js';
import type { SiteModel } from '../../../src/site/model.js';
import { emptyState } from '../../../src/site/reduce.js';
import type { EndedSession } from '../../../src/site/state.js';
import type { Tariff } from '../../../tariffs/types.js';
import { MemoryStore } from '../../support/memoryStore.js';

/** 1 January 2026 in Stockholm. */
const FIRST_MS = Date.parse('2026-01-01T00:00:00+01:00');

/** A name that a spreadsheet would take for a formula. */
const TARIFF: Tariff = {
  name: '=cmd|A1',
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  validity: { fromMs: 'open', toMs: 'open' },
  vatPercent: 25,
  holidays: { dates: [], yearly: [], easter: [] },
  components: [
    { kind: 'energyFee', id: 'fee', pricePerKwh: 1.5 },
    {
      kind: 'demandCharge',
      id: 'peaks',
      sampleMinutes: 60,
      peaks: 1,
      distinct: 'none',
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 50 }] },
    },
  ],
};

const ENDED: EndedSession = {
  sessionId: 'CP001-1',
  transactionId: 1,
  stationId: 'CP001',
  evseId: 1,
  idToken: '+46, "DRIVER"',
  startedAtMs: Date.parse('2026-01-14T08:00:00+01:00'),
  endedAtMs: Date.parse('2026-01-14T12:00:00+01:00'),
  meterStartWh: 0,
  energyWh: 8_000,
  needs: {},
  phasesInUse: ['L1', 'L2', 'L3'],
  reason: 'Local',
  quarters: { startMs: Date.parse('2026-01-14T08:00:00+01:00'), wh: new Array<number>(16).fill(500) },
  drawnMaxA: 16,
};

/** The real one over a fixed past: a building of 4 kW since the beginning of the year, with an hour unknown, and one session. */
export function fakeHistory(getSite: (siteId: string) => SiteModel, nowMs: number): HistoryViews {
  const store = new MemoryStore();
  const { sessionId, stationId, startedAtMs: startedMs, endedAtMs: endedMs } = ENDED;
  void store.putSession({ sessionId, siteId: 'depot', stationId, startedMs, endedMs, record: ENDED });
  const known = Array.from({ length: Math.ceil((nowMs - FIRST_MS) / QUARTER_MS) }, (_, index): QuarterRecord => {
    const startMs = FIRST_MS + index * QUARTER_MS;
    const carsWh = startMs >= startedMs && startMs < endedMs ? 500 : 0;
    return { startMs, importWh: 1_000 + carsWh, exportWh: 0, carsWh, meteredMs: QUARTER_MS, buildingA: {} };
  }).filter((_, index) => index < 4 || index >= 8);
  return new HistoryViews({
    store,
    clock: { nowMs: () => nowMs, after: () => () => {} },
    desk: {
      quarters: async (_, fromMs, toMs) =>
        known.filter(({ startMs }) => startMs + QUARTER_MS > fromMs && startMs < toMs),
    },
    stateOf: (siteId) => emptyState(getSite(siteId)),
    tariffsOf: ({ tariffIds }) => ({ tariffs: tariffIds.includes('none') ? [] : [TARIFF], missing: [] }),
  });
}
