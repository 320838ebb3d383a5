/** RFC 3339, as OCPP asks for, and what is sent instead: no zone (read as UTC), no seconds, no colon in the offset, a space for the T. */
const INSTANT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?(?:[Zz]|([+-])(\d\d):?([0-5]\d)?)?$/;

/**
 * Epoch milliseconds, or undefined where there is no such instant. Date.parse would read a text without a zone in the zone of this
 * machine, and much that is no instant at all.
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, date, minutes, seconds = '00', fraction = '', sign, zoneHours, zoneMinutes = '00'] = match;
  const clock = `${date}T${minutes}:${seconds}`;
  const wallMs = Date.parse(`${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  // 31 February and 24:00 do not come back as themselves.
  if (Number.isNaN(wallMs) || !new Date(wallMs).toISOString().startsWith(clock)) return undefined;
  if (sign === undefined) return wallMs;
  const offsetMs = Number(zoneHours) * 3_600_000 + Number(zoneMinutes) * 60_000;
  return sign === '-' ? wallMs + offsetMs : wallMs - offsetMs;
}
