import type { DemandChargeComponent, MeteredInterval, MonthPeak, Tariff } from '../../../tariffs/types.js';
import { BUILDING_HISTORY_MS, type BuildingHistory, buildingHistory, NO_HISTORY } from '../../plan/buildingForecast.js';
import { demandCharges, monthStartMs, peaksOfMonth, rememberedMonths } from '../../plan/demandMemory.js';
import {
  NOTHING_LEARNED,
  type PastStay,
  STAYS_HISTORY_MS,
  type StayHistory,
  stayHistory,
} from '../../plan/learnedDefaults.js';
import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import type { SiteModel } from '../../site/model.js';
import type { EndedSession } from '../../site/state.js';
import type { Store } from '../../store/store.js';

/** Sessions that are looked at, the newest. */
const SESSIONS_MAX = 5_000;
const SESSIONS_PAGE = 500;

/** What is read of a site's past now and then. */
export interface Learned {
  readonly building: BuildingHistory;
  readonly stays: StayHistory;
  /** What was taken from the grid since the running month began; none where no tariff charges for peaks. */
  readonly monthSoFar: readonly MeteredInterval[];
  readonly past: readonly PastPeaks[];
}

/** The peaks of the months before, of a tariff with these very demand charges. */
export interface PastPeaks {
  readonly charges: readonly DemandChargeComponent[];
  /** When the month that runs began. */
  readonly monthMs: number;
  readonly peaks: ReadonlyMap<string, readonly MonthPeak[]>;
}

export const NOTHING: Learned = { building: NO_HISTORY, stays: NOTHING_LEARNED, monthSoFar: [], past: [] };

export interface PastSources {
  readonly quarters: (siteId: string, fromMs: number, toMs: number) => Promise<readonly QuarterRecord[]>;
  readonly sessions: Pick<Store, 'listSessions'>;
}

/** `before`: what was read last, of which the past months are taken over where they are the same. */
export async function readLearned(
  sources: PastSources,
  of: { readonly site: SiteModel; readonly tariffs: readonly Tariff[]; readonly nowMs: number },
  before: Learned,
): Promise<Learned> {
  const { site, tariffs, nowMs } = of;
  const charging = tariffs.filter((tariff) => demandCharges(tariff).length > 0);
  const monthMs = Math.min(nowMs, ...charging.map((tariff) => monthStartMs(tariff, nowMs)));
  const records = await sources.quarters(site.siteId, Math.min(monthMs, nowMs - BUILDING_HISTORY_MS), nowMs);
  const past: PastPeaks[] = [];
  for (const tariff of charging) past.push(await pastPeaks(sources, { site, tariff, nowMs }, before.past));
  return {
    building: buildingHistory(records, { timeZone: site.timeZone, nowMs }),
    stays: await readStays(sources, site, nowMs),
    monthSoFar:
      charging.length === 0
        ? []
        : records.filter(({ startMs }) => startMs >= monthMs).map((record) => intervalOf(record, nowMs)),
    past,
  };
}

/** The last one ends now, in whole milliseconds. */
export function intervalOf({ startMs, importWh, exportWh }: QuarterRecord, nowMs: number): MeteredInterval {
  const endMs = Math.min(startMs + QUARTER_MS, Math.max(Math.floor(nowMs), startMs + 1));
  return { startMs, endMs, importWh, exportWh };
}

export function peaksFor(tariff: Tariff, past: readonly PastPeaks[]): PastPeaks | undefined {
  const charges = demandCharges(tariff);
  return past.find(
    (one) => one.charges.length === charges.length && one.charges.every((charge, index) => charge === charges[index]),
  );
}

async function pastPeaks(
  { quarters }: PastSources,
  { site, tariff, nowMs }: { readonly site: SiteModel; readonly tariff: Tariff; readonly nowMs: number },
  before: readonly PastPeaks[],
): Promise<PastPeaks> {
  const monthMs = monthStartMs(tariff, nowMs);
  const known = peaksFor(tariff, before);
  if (known?.monthMs === monthMs) return known;
  const peaks = new Map<string, MonthPeak[]>();
  // Month by month, so that no more than one is in memory.
  for (const month of rememberedMonths(tariff, nowMs)) {
    const records = await quarters(site.siteId, month.startMs, month.endMs);
    const intervals = records.map((record) => intervalOf(record, nowMs));
    for (const [id, found] of peaksOfMonth(tariff, month, intervals))
      peaks.set(id, [...(peaks.get(id) ?? []), ...found]);
  }
  return { charges: demandCharges(tariff), monthMs, peaks };
}

async function readStays(
  { sessions }: PastSources,
  { siteId, defaults, timeZone }: SiteModel,
  nowMs: number,
): Promise<StayHistory> {
  if (defaults?.departure !== 'learned' && defaults?.energyWh !== 'learned') return NOTHING_LEARNED;
  const stays: PastStay[] = [];
  let beforeMs = nowMs;
  while (stays.length < SESSIONS_MAX && beforeMs > nowMs - STAYS_HISTORY_MS) {
    const page = await sessions.listSessions(siteId, { limit: SESSIONS_PAGE, beforeMs });
    for (const { record } of page) {
      // Written by this program, as such.
      const { startedAtMs, endedAtMs, energyWh } = record as EndedSession;
      stays.push({ startedAtMs, endedAtMs, energyWh });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < SESSIONS_PAGE) break;
    beforeMs = last.startedMs;
  }
  return stayHistory(stays, timeZone);
}
