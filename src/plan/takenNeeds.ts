import { PRIORITY_DEFAULT, type SessionNeeds, type SiteDefaults, type SiteModel } from '../site/model.js';
import type { TransactionState } from '../site/state.js';
import { NOTHING_LEARNED, type StayHistory } from './learnedDefaults.js';
import { type LocalTime, localClock } from './localClock.js';

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1_440;

/** 'default': as the site is configured. 'learned': from the site's own sessions. */
export type NeedSource = 'stated' | 'default' | 'learned' | 'unknown';

/** What a session is taken to need, member by member: what its driver stated, else the site's default, else nothing is known. */
export interface TakenNeeds {
  /** May have passed. */
  readonly departureMs: number | 'unknown';
  /** At the outlet, from its start. */
  readonly energyWh: number | 'unknown';
  readonly priority: number;
  readonly from: {
    readonly departure: NeedSource;
    readonly energyWh: NeedSource;
    /** 'station': somebody asked for the most there, whatever else was stated. */
    readonly priority: Exclude<NeedSource, 'learned'> | 'station';
  };
}

type Arrived = Pick<TransactionState, 'startedAtMs' | 'needs' | 'priorityCharging'>;

/** Made for one look at a site: it reads the zone once, for all its cars. */
export function takenNeeds(site: SiteModel, stays: StayHistory = NOTHING_LEARNED): (arrived: Arrived) => TakenNeeds {
  const clock = localClock(site.timeZone);
  return (arrived) => {
    const departure = departureOf(site.defaults, arrived, { stays, clock });
    const energy = energyOf(site.defaults, arrived, stays);
    return {
      departureMs: departure.value,
      energyWh: energy.value,
      priority: priorityOf(site, arrived.needs),
      from: { departure: departure.from, energyWh: energy.from, priority: priorityFrom(site, arrived) },
    };
  };
}

export function priorityOf({ defaults }: SiteModel, needs: SessionNeeds): number {
  return needs.priority ?? defaults?.priority ?? PRIORITY_DEFAULT;
}

function priorityFrom({ defaults }: SiteModel, { needs, priorityCharging }: Arrived): TakenNeeds['from']['priority'] {
  if (priorityCharging === true) return 'station';
  if (needs.priority !== undefined) return 'stated';
  return defaults?.priority === undefined ? 'unknown' : 'default';
}

/** Has the site defaults that may let a car wait, or must its drivers say when they leave? */
export function assumesDepartures({ defaults }: SiteModel): boolean {
  return defaults?.departure !== undefined;
}

interface Taken {
  readonly value: number | 'unknown';
  readonly from: NeedSource;
}

const NOT_KNOWN: Taken = Object.freeze({ value: 'unknown', from: 'unknown' });

function departureOf(
  defaults: SiteDefaults = {},
  { startedAtMs, needs }: Arrived,
  { stays, clock }: { readonly stays: StayHistory; readonly clock: (atMs: number) => LocalTime },
): Taken {
  if (needs.departureMs !== undefined) return { value: needs.departureMs, from: 'stated' };
  if (defaults.departure === undefined) return NOT_KNOWN;
  if (defaults.departure === 'learned') return learned(stays(startedAtMs).departureMs);
  return { value: nextLocalTimeMs(startedAtMs, defaults.departure, clock), from: 'default' };
}

function energyOf(defaults: SiteDefaults = {}, { startedAtMs, needs }: Arrived, stays: StayHistory): Taken {
  if (needs.energyWh !== undefined) return { value: needs.energyWh, from: 'stated' };
  if (defaults.energyWh === undefined) return NOT_KNOWN;
  if (defaults.energyWh === 'learned') return learned(stays(startedAtMs).energyWh);
  return { value: defaults.energyWh, from: 'default' };
}

function learned(value: number | 'unknown'): Taken {
  return value === 'unknown' ? NOT_KNOWN : { value, from: 'learned' };
}

/** The first HH:MM by the local clock after an instant. A time that summer time skips is taken an hour later. */
function nextLocalTimeMs(afterMs: number, time: string, clock: (atMs: number) => LocalTime): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const minuteOfDay = hour * 60 + minute;
  const startMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS;
  const until = (fromMs: number) => (minuteOfDay - clock(fromMs).minuteOfDay + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  const nextMs = startMs + (until(startMs) || MINUTES_PER_DAY) * MINUTE_MS;
  // Where the clock was changed on the way it shows an hour more or less than was counted.
  const offMinutes = until(nextMs);
  const mendedMs = nextMs + (offMinutes > MINUTES_PER_DAY / 2 ? offMinutes - MINUTES_PER_DAY : offMinutes) * MINUTE_MS;
  return until(mendedMs) === 0 ? mendedMs : nextMs;
}
