import { DateTime } from 'luxon';

/** Times as the site's own clock shows them. */
export class LocalTime {
  readonly #zone: string;

  /** An unknown zone is read as UTC: better a known clock than none. */
  constructor(zone: string) {
    this.#zone = DateTime.utc().setZone(zone).isValid ? zone : 'utc';
  }

  get zone(): string {
    return this.#zone;
  }

  at(atMs: number): DateTime {
    return DateTime.fromMillis(atMs, { zone: this.#zone, locale: 'en' });
  }

  clock(atMs: number): string {
    return this.at(atMs).toFormat('HH:mm');
  }

  date(atMs: number): string {
    return this.at(atMs).toFormat('ccc d LLL');
  }

  /** With the day where it is not that of the reference. */
  near(atMs: number, referenceMs: number): string {
    return this.at(atMs).hasSame(this.at(referenceMs), 'day') ? this.clock(atMs) : this.dated(atMs);
  }

  dated(atMs: number): string {
    return this.at(atMs).toFormat('ccc d LLL HH:mm');
  }

  /** Whole hours of the local clock that are multiples of the step, within the span: every day begins anew, also one of 23 hours. */
  hours(fromMs: number, toMs: number, stepHours: number): readonly number[] {
    const found: number[] = [];
    let at = this.at(fromMs).startOf('hour');
    for (; at.toMillis() < toMs && found.length < HOURS_MAX; at = at.plus({ hours: 1 })) {
      if (at.toMillis() >= fromMs && at.hour % stepHours === 0) found.push(at.toMillis());
    }
    return found;
  }
}

const HOURS_MAX = 24 * 366;

export function kilowattHours(energyWh: number): string {
  return `${(energyWh / 1_000).toFixed(1)} kWh`;
}

export function amperes(currentA: number): string {
  return `${currentA.toFixed(1).replace(/\.0$/, '')} A`;
}
