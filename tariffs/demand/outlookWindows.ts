import { localStretches } from '../localStretches.js';
import type { MeteredInterval } from '../types.js';

const MS_PER_MINUTE = 60_000;

/**
 * The length of windows, aligned in UTC, that begin wherever a sample does by the local clock and hold whole slots: the sample's, or less
 * where the zone's offset is no multiple of it. Absent: a slot would lie in two of them.
 */
export function windowMsFor(
  timeZone: string,
  sampleMinutes: number,
  boundariesMs: readonly number[],
): number | undefined {
  const [fromMs = 0] = boundariesMs;
  let windowMs = sampleMinutes * MS_PER_MINUTE;
  for (const { offsetMs } of localStretches(timeZone, fromMs, boundariesMs.at(-1) ?? fromMs))
    windowMs = greatestDivisor(windowMs, Math.abs(offsetMs));
  for (let slot = 0; slot + 1 < boundariesMs.length; slot++) {
    const firstWindow = Math.floor((boundariesMs[slot] ?? 0) / windowMs);
    const lastWindow = Math.ceil((boundariesMs[slot + 1] ?? 0) / windowMs) - 1;
    if (firstWindow !== lastWindow) return undefined;
  }
  return windowMs;
}

/** Taken from the grid between two instants, as far as it is known. */
export function energyKwhBetween(readings: readonly MeteredInterval[], fromMs: number, toMs: number): number {
  let energyWh = 0;
  // From the end: what is asked for is the last of months of readings.
  for (let index = readings.length - 1; index >= 0; index--) {
    const reading = readings[index];
    if (reading === undefined || reading.endMs <= fromMs) break;
    const partMs = Math.max(0, Math.min(reading.endMs, toMs) - Math.max(reading.startMs, fromMs));
    energyWh += reading.importWh * (partMs / (reading.endMs - reading.startMs));
  }
  return energyWh / 1000;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
