import type { CircuitLoad } from '../site/circuitLoad.js';
import type { MeasurementConfiguration } from './messages.js';
import { writeInstant } from './messages.js';
import type { EnergyCount } from './peerState.js';

/** Between two samples further apart nothing was measured: nothing is counted for that time. */
const GAP_MAX_MS = 300_000;

/** Counts like a meter: what flowed between two samples is what the first of them showed. Export takes nothing back. */
export function counted(
  energy: EnergyCount | null,
  load: Pick<CircuitLoad, 'totalW' | 'carsW'>,
  nowMs: number,
): EnergyCount {
  if (energy === null) {
    return {
      sinceMs: nowMs,
      atMs: nowMs,
      totalWh: 0,
      flexibleWh: 0,
      toldMs: nowMs,
      toldTotalWh: 0,
      toldFlexibleWh: 0,
    };
  }
  const elapsedMs = nowMs - energy.atMs;
  const hours = elapsedMs > 0 && elapsedMs <= GAP_MAX_MS ? elapsedMs / 3_600_000 : 0;
  return {
    ...energy,
    atMs: nowMs,
    totalWh: energy.totalWh + Math.max(0, load.totalW) * hours,
    flexibleWh: energy.flexibleWh + Math.max(0, load.carsW) * hours,
  };
}

export function told(energy: EnergyCount, nowMs: number): EnergyCount {
  return { ...energy, toldMs: nowMs, toldTotalWh: energy.totalWh, toldFlexibleWh: energy.flexibleWh };
}

/**
 * CONTINUOUS: what the counter shows, since counting began. INTERMITTENT alone: what came since the last message. Where INTERMITTENT is
 * asked for, initial_measure_time is stated.
 */
export function groupMeasurements(
  energy: EnergyCount,
  configurations: readonly MeasurementConfiguration[],
): readonly object[] {
  const isContinuous = configurations.includes('CONTINUOUS');
  const isIntermittent = configurations.includes('INTERMITTENT');
  const fromMs = isContinuous ? energy.sinceMs : energy.toldMs;
  const amounts = [
    { energy_type: 'TOTAL', value: energy.totalWh - (isContinuous ? 0 : energy.toldTotalWh) },
    { energy_type: 'FLEXIBLE', value: energy.flexibleWh - (isContinuous ? 0 : energy.toldFlexibleWh) },
  ];
  return amounts.map(({ energy_type, value }) => ({
    value: Math.round(value),
    phase: 'ALL',
    unit: 'WH',
    direction: 'IMPORT',
    energy_type,
    measure_time: writeInstant(energy.atMs),
    ...(isIntermittent ? { initial_measure_time: writeInstant(fromMs) } : {}),
  }));
}

/** Each EVSE: its power now, and what its session has got. */
export function assetMeasurements({ evses }: CircuitLoad, nowMs: number): readonly object[] {
  return evses.map(({ assetId, powerW, session }) => ({
    asset_id: assetId,
    asset_category: 'CHARGING',
    instantaneous_measurement: {
      value: Math.round(powerW),
      phase: 'ALL',
      unit: 'W',
      measure_time: writeInstant(nowMs),
    },
    ...(session === null
      ? {}
      : {
          energy_measurement: {
            value: Math.round(session.energyWh),
            phase: 'ALL',
            unit: 'WH',
            direction: 'IMPORT',
            energy_type: 'FLEXIBLE',
            measure_time: writeInstant(nowMs),
            initial_measure_time: writeInstant(session.startedAtMs),
          },
        }),
  }));
}
