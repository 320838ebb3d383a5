import { IANAZone } from 'luxon';

export const DAY_MS = 86_400_000;
/** A span asked for is at most so long, so that an absurd date costs an error and not an hour of work. */
const SPAN_DAYS_MAX = 200 * 366;
/**
 * Equal offsets so far apart mean that nothing happened between them: since 1970 no zone of the tz database has changed its clocks
 * twice within less than 7 days (America/Recife, October 2000).
 */
const PROBE_MS = 4 * DAY_MS;
/** Years of four digits, so that dates compare as text. */
const FIRST_MS = Date.UTC(1000, 0, 2);
const LAST_MS = Date.UTC(9999, 11, 30);

/** Time of one local date with one offset: within it the wall clock runs evenly. Half-open. */
export interface LocalStretch {
  readonly startMs: number;
  readonly endMs: number;
  /** What the wall clock is ahead of UTC. */
  readonly offsetMs: number;
  /** The local date, counted in days from 1970-01-01. */
  readonly dayNumber: number;
}

/** The span [fromMs, toMs) cut at local midnights and where the clocks change. Throws RangeError for an unknown zone and an absurd span. */
export function localStretches(timeZone: string, fromMs: number, toMs: number): LocalStretch[] {
  const stretches: LocalStretch[] = [];
  for (const { startMs, endMs, offsetMs } of evenStretches(zoneNamed(timeZone), fromMs, toMs)) {
    for (let atMs = startMs; atMs < endMs; ) {
      const dayNumber = Math.floor((atMs + offsetMs) / DAY_MS);
      const untilMs = Math.min(endMs, (dayNumber + 1) * DAY_MS - offsetMs);
      stretches.push({ startMs: atMs, endMs: untilMs, offsetMs, dayNumber });
      atMs = untilMs;
    }
  }
  return stretches;
}

/** What the wall clock of the zone is ahead of UTC at an instant. */
export function offsetMsAt(timeZone: string, atMs: number): number {
  checkSpan(atMs, atMs);
  return offsetMsOf(zoneNamed(timeZone), atMs);
}

/** YYYY-MM-DD. */
export function dateOf(dayNumber: number): string {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}

interface EvenStretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

function evenStretches(zone: IANAZone, fromMs: number, toMs: number): EvenStretch[] {
  checkSpan(fromMs, toMs);
  const stretches: EvenStretch[] = [];
  let startMs = fromMs;
  let offsetMs = offsetMsOf(zone, fromMs);
  for (let probedMs = fromMs; probedMs < toMs; ) {
    const nextMs = Math.min(probedMs + PROBE_MS, toMs);
    const nextOffsetMs = offsetMsOf(zone, nextMs);
    if (nextOffsetMs !== offsetMs) {
      const changeMs = changeBetween(zone, { fromMs: probedMs, toMs: nextMs }, offsetMs);
      stretches.push({ startMs, endMs: changeMs, offsetMs });
      startMs = changeMs;
      offsetMs = nextOffsetMs;
    }
    probedMs = nextMs;
  }
  if (startMs < toMs) stretches.push({ startMs, endMs: toMs, offsetMs });
  return stretches;
}

/** The first instant that no longer has the offset: it does at fromMs, and no longer at toMs. Clocks change on whole milliseconds. */
function changeBetween(zone: IANAZone, within: { fromMs: number; toMs: number }, offsetMs: number): number {
  let { fromMs: beforeMs, toMs: afterMs } = within;
  while (afterMs - beforeMs > 1) {
    const middleMs = (beforeMs + afterMs) / 2;
    if (offsetMsOf(zone, middleMs) === offsetMs) beforeMs = middleMs;
    else afterMs = middleMs;
  }
  return Math.floor(afterMs);
}

function offsetMsOf(zone: IANAZone, atMs: number): number {
  return Math.round(zone.offset(atMs) * 60_000);
}

function zoneNamed(timeZone: string): IANAZone {
  const zone = IANAZone.create(timeZone);
  if (!zone.isValid)
    throw new RangeError(`unknown time zone "${timeZone}": give an IANA name such as Europe/Stockholm`);
  return zone;
}

function checkSpan(fromMs: number, toMs: number): void {
  if (!(fromMs >= FIRST_MS && toMs <= LAST_MS && fromMs <= toMs))
    throw new RangeError(
      `no span of time: ${fromMs} to ${toMs}; give ascending epoch milliseconds, years 1000 to 9999`,
    );
  if (toMs - fromMs > SPAN_DAYS_MAX * DAY_MS)
    throw new RangeError(`${fromMs} to ${toMs} is longer than ${SPAN_DAYS_MAX} days: ask for less at a time`);
}
