import { Temporal } from 'temporal-polyfill';

// Times of the wall clock, as a number: the epoch milliseconds of a clock that shows the same and is never set (UTC).

export function wallClockMs(instantMs: number, timeZone: string): number {
  return wallClockOf(Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).toPlainDateTime());
}

export function wallClockOf(shown: Temporal.PlainDateTime): number {
  return shown.toZonedDateTime('UTC').epochMilliseconds;
}

/** When the clock first shows this time or, where it is set past it, when it is set. */
export function earliestInstant(wallMs: number, timeZone: string): number {
  const shown = plainDateTime(wallMs);
  const at = shown.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (at.toPlainDateTime().equals(shown)) return at.epochMilliseconds;
  return at.getTimeZoneTransition('next')?.epochMilliseconds ?? at.epochMilliseconds;
}

/** When the clock last shows this time or, where it is set past it, when it would have shown it had it not been set. */
export function latestInstant(wallMs: number, timeZone: string): number {
  return plainDateTime(wallMs).toZonedDateTime(timeZone, { disambiguation: 'later' }).epochMilliseconds;
}

function plainDateTime(wallMs: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime();
}
