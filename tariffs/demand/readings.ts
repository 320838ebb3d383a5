import type { MeteredInterval } from '../types.js';

/** More than any site takes between two readings: 1 TWh. */
const ENERGY_MAX_WH = 1e12;
/** Longer than anybody waits before reading a meter. */
const LENGTH_MAX_MS = 10 * 366 * 86_400_000;
const FIRST_MS = Date.UTC(1970, 0, 1);
const LAST_MS = Date.UTC(2200, 0, 1);

/**
 * Throws RangeError naming the first reading that can't be: with an end before its start, before or into the one before it, an absurd
 * year, or an energy that is no number, negative, or beyond 1 TWh. Gaps between readings are allowed.
 */
export function checkReadings(readings: readonly MeteredInterval[]): void {
  let lastEndMs = FIRST_MS;
  for (const [index, reading] of readings.entries()) {
    checkTimes(reading, index, lastEndMs);
    checkEnergy(reading.importWh, `intervals[${index}].importWh`);
    if (reading.exportWh !== undefined) checkEnergy(reading.exportWh, `intervals[${index}].exportWh`);
    lastEndMs = reading.endMs;
  }
}

function checkTimes({ startMs, endMs }: MeteredInterval, index: number, lastEndMs: number): void {
  const where = `intervals[${index}]`;
  if (!isInstant(startMs) || !isInstant(endMs))
    throw new RangeError(
      `${where}: ${startMs} to ${endMs} is no time; give whole epoch milliseconds, years 1970 to 2199`,
    );
  if (startMs >= endMs)
    throw new RangeError(`${where} ends (${iso(endMs)}) before it starts (${iso(startMs)}); swap them or leave it out`);
  if (startMs < lastEndMs)
    throw new RangeError(
      `${where} starts (${iso(startMs)}) before the one before it ends (${iso(lastEndMs)}); give each stretch of time once, ascending`,
    );
  if (endMs - startMs > LENGTH_MAX_MS)
    throw new RangeError(`${where} is longer than ten years; give readings of days or less`);
}

function checkEnergy(energyWh: number, where: string): void {
  if (!(Number.isFinite(energyWh) && energyWh >= 0 && energyWh <= ENERGY_MAX_WH))
    throw new RangeError(`${where} is ${energyWh}; give Wh from 0 to ${ENERGY_MAX_WH}`);
}

function isInstant(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= FIRST_MS && ms <= LAST_MS;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
