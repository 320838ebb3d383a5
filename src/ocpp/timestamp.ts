/**
 * RFC 3339, as OCPP asks for, and what stations send instead: no zone (read as UTC), no colon in the offset, a space for the T.
 * Only the shape is checked here; a date such as 31 February is caught by parseInstant.
 */
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?([Zz]|([+-])(\d\d):?(\d\d)?)?$/;

/** An offline station may deliver old transactions, but not older than this. A clock that lost its battery says 1970 or 2000. */
export const TIMESTAMP_PAST_MAX_MS = 366 * 24 * 3_600_000;
/** Clocks may be ahead, or in a wrong zone, but not by more. */
export const TIMESTAMP_FUTURE_MAX_MS = 24 * 3_600_000;

export function looksLikeInstant(text: string): boolean {
  return INSTANT.test(text);
}

/** Epoch milliseconds, or undefined when there is no such instant. */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone, sign, zoneHour, zoneMinute] = match;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC rolls 31 February over into March; the day that comes back tells.
  if (Number(month) < 1 || Number(month) > 12 || new Date(dayMs).getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const timeMs = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000;
  const fractionMs = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000 + 1e-6);
  return dayMs + timeMs + fractionMs - offsetMs(zone, sign, zoneHour, zoneMinute);
}

/** Epoch milliseconds of a station's timestamp; 'absurd' when control and records are better off with the time of receipt. */
export function believableInstant(text: string, receivedMs: number): number | 'absurd' {
  const instantMs = parseInstant(text);
  if (instantMs === undefined) return 'absurd';
  if (instantMs < receivedMs - TIMESTAMP_PAST_MAX_MS || instantMs > receivedMs + TIMESTAMP_FUTURE_MAX_MS)
    return 'absurd';
  return instantMs;
}

export function formatInstant(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

function offsetMs(
  zone: string | undefined,
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
): number {
  if (zone === undefined || sign === undefined) return 0;
  const magnitudeMs = Number(hours) * 3_600_000 + Number(minutes ?? 0) * 60_000;
  return sign === '-' ? -magnitudeMs : magnitudeMs;
}
