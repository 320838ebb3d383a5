import type {
  CompositeSchedule,
  InstalledProfiles,
  StationProfiles,
} from '../../src/dashboard/api/stationDocuments.js';
import { GARAGE_NOW_MS } from './dashboardGarage.js';

const HOUR_S = 3_600;
const DAY_S = 86_400;
const start = new Date(GARAGE_NOW_MS).toISOString();
const at = (hours: number) => new Date(GARAGE_NOW_MS + hours * 3_600_000).toISOString();

/** What the API says of bay 12: it does as it was told, or something else, or nobody can know. */
export function stationDocuments(how: 'match' | 'mismatch' | 'no-control'): ReadonlyMap<string, unknown> {
  const told = [
    { startPeriodS: 0, limit: 16 },
    { startPeriodS: HOUR_S, limit: 10 },
    { startPeriodS: 3 * HOUR_S, limit: 0 },
    { startPeriodS: 9 * HOUR_S, limit: 16 },
    { startPeriodS: 12 * HOUR_S, limit: 6 },
  ];
  const schedule = { start, durationS: DAY_S, rateUnit: 'A' as const };
  const composite: CompositeSchedule = {
    computed: { ...schedule, periods: told },
    reported:
      how === 'no-control'
        ? { unavailable: 'The station answers that it does not know this request.' }
        : {
            ...schedule,
            periods: how === 'match' ? told : told.map((one, place) => (place === 1 ? { ...one, limit: 16 } : one)),
          },
    differences: how === 'mismatch' ? [{ from: at(1), to: at(3), computedA: 10, reportedA: 16 }] : [],
  };
  const isRefused = how === 'no-control';
  const profiles: StationProfiles = {
    slots: [
      {
        slot: 'failsafe',
        purpose: 'TxDefaultProfile',
        evseId: 1,
        sessionId: null,
        refusals: isRefused ? 4 : 0,
        unanswered: 0,
        missingUntil: null,
        candidates: [],
      },
    ],
    evses: [
      {
        evseId: 1,
        sessionId: 's-12',
        limitA: 16,
        mayDrawA: 16,
        mayDrawUntil: null,
        obstacle: isRefused
          ? { is: 'refuses', sentence: 'It refused every profile that it was sent. All that it can draw is kept free.' }
          : null,
      },
    ],
    quirks: [],
  };
  const installed: InstalledProfiles = { complete: true, profiles: [] };
  const base = '/v1/stations/12';
  return new Map<string, unknown>([
    [`${base}/evses/1/composite-schedule`, composite],
    [`${base}/profiles`, profiles],
    [`${base}/installed-profiles`, installed],
    [`${base}/credentials`, { hasPassword: true, securityProfileMin: null, connectedWith: 1 }],
  ]);
}
