const SPREAD_SHARE = 0.2;

/**
 * An interval within a tenth of the one asked for, the same for a station each time: those that were told at one moment do not all
 * come back at one moment.
 */
export function spreadIntervalS(intervalS: number, stationId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < stationId.length; at++) hash = Math.imul(hash ^ stationId.charCodeAt(at), 0x01000193);
  const share = (hash >>> 0) / 2 ** 32;
  return Math.round(intervalS * (1 - SPREAD_SHARE / 2 + SPREAD_SHARE * share));
}
