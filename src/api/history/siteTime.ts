import { IANAZone } from 'luxon';

const DAY_MS = 86_400_000;

/**
 * Writes instants as ISO 8601 with the zone's offset. Days on which the offset does not change are looked up once: luxon takes
 * microseconds for an instant, and a table of a quarter of a year has 20,000.
 */
export function siteTimeWriter(timeZone: string): (instantMs: number) => string {
  const zone = IANAZone.create(timeZone);
  const steady = new Map<number, number | undefined>();
  const offsetAt = (instantMs: number): number => {
    const dayMs = Math.floor(instantMs / DAY_MS) * DAY_MS;
    if (!steady.has(dayMs)) {
      const [before, after] = [zone.offset(dayMs), zone.offset(dayMs + DAY_MS)];
      steady.set(dayMs, before === after ? before : undefined);
    }
    return steady.get(dayMs) ?? zone.offset(instantMs);
  };
  return (instantMs) => {
    const offsetMinutes = offsetAt(instantMs);
    const local = new Date(instantMs + offsetMinutes * 60_000).toISOString().slice(0, -1).replace('.000', '');
    return `${local}${writeOffset(offsetMinutes)}`;
  };
}

function writeOffset(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
