import { wireLimitA } from '../site/electricity.js';
import { type ChargingLimitSource, endMsOf, inForce, periodsWithin } from '../site/externalLimit.js';
import type { EvseInSite } from '../site/mayDraw.js';

/** What a station says that others than us limit an EVSE to. */
export interface ExternalLimitView {
  readonly source: ChargingLimitSource;
  /** Of this EVSE, or of all of its station together. */
  readonly scope: 'evse' | 'station';
  readonly isGridCritical: boolean;
  /** Now, in the unit of the station's word. Null: it did not say how much, or it begins later. */
  readonly limit: number | null;
  readonly rateUnit: 'A' | 'W' | null;
  /** The same as A per phase on the grid side of this EVSE; null also for amperes of a DC outlet. */
  readonly limitA: number | null;
  /** Null: without an end. */
  readonly untilMs: number | null;
}

export function externalLimitViews({ stationState, evse, site }: EvseInSite, nowMs: number): ExternalLimitView[] {
  return inForce(stationState.externalLimits ?? [], nowMs)
    .filter(({ evseId }) => evseId === 0 || evseId === evse.id)
    .map((limit): ExternalLimitView => {
      const { source, evseId, isGridCritical = false, schedule } = limit;
      const [period] = periodsWithin(limit, nowMs, nowMs + 1);
      const untilMs = endMsOf(limit);
      const rateUnit = schedule?.rateUnit ?? null;
      return {
        source,
        scope: evseId === 0 ? 'station' : 'evse',
        isGridCritical,
        limit: period?.limit ?? null,
        rateUnit,
        limitA:
          period === undefined || rateUnit === null
            ? null
            : roundIfKnown(wireLimitA(period.limit, rateUnit, evse, site.voltageV, period.numberPhases)),
        untilMs: Number.isFinite(untilMs) ? untilMs : null,
      };
    });
}

function roundIfKnown(value: number | 'unknown'): number | null {
  return value === 'unknown' ? null : Math.round(value * 1000) / 1000;
}
