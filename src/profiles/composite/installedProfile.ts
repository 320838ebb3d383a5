// Charging profiles of any version, in one form to calculate with. Nothing here knows a clock or a calendar: instants are UTC.

export type OcppVersion = '1.6' | '2.0.1' | '2.1';
export type RateUnit = 'A' | 'W';

/** A profile as it is installed on a station. */
export interface InstalledProfile {
  /** 0: the whole station, or, of defaults, a template for each of its EVSEs. */
  readonly evseId: number;
  readonly profileId: number;
  readonly purpose: ProfilePurpose;
  readonly stackLevel: number;
  readonly transactionId?: string;
  /** Inclusive. */
  readonly validFromMs: number;
  /** Exclusive (OCPP 2.0.1 K01.FR.37). */
  readonly validToMs: number;
  readonly timing: ProfileTiming;
  /** From the start of the schedule. Infinity: until something ends it from outside. */
  readonly durationMs: number;
  readonly rateUnit: RateUnit;
  /** Ascending from 0. */
  readonly periods: readonly InstalledPeriod[];
}

/** 1.6's ChargePointMaxProfile is the station's maximum. */
export type ProfilePurpose =
  | 'ChargingStationMaxProfile'
  | 'ChargingStationExternalConstraints'
  | 'TxDefaultProfile'
  | 'TxProfile'
  | 'PriorityCharging'
  | 'LocalGeneration';

export type ProfileTiming =
  | { readonly kind: 'absolute'; readonly startMs: number }
  /** Every everyMs, before its anchor as well. */
  | { readonly kind: 'recurring'; readonly anchorMs: number; readonly everyMs: number }
  /** From the start of the transaction. */
  | { readonly kind: 'relative' }
  /** From the beginning of what is asked for: when it came, or begins, is not known. */
  | { readonly kind: 'asked' };

/** What schedules without a start of their own count from. */
export interface Origins {
  /** The start of the transaction. */
  readonly relativeStartMs: number;
  /** The beginning of the span that is asked for. */
  readonly askedMs: number;
}

export interface InstalledPeriod {
  readonly startMs: number;
  /** 'unlimited': the period says so, or says something else than a limit (2.1: a setpoint, an operation mode). */
  readonly limit: number | 'unlimited';
  readonly numberPhases?: number;
}

/** The period in force, or undefined where the profile says nothing: outside its validity, before its start, past its end. */
export function periodAt(profile: InstalledProfile, atMs: number, origins: Origins): InstalledPeriod | undefined {
  if (atMs < profile.validFromMs || atMs >= profile.validToMs) return undefined;
  const sinceMs = sinceStartMs(profile.timing, atMs, origins);
  if (sinceMs < 0 || sinceMs >= profile.durationMs) return undefined;
  const { periods } = profile;
  let low = 0;
  let high = periods.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((periods[middle]?.startMs ?? 0) <= sinceMs) low = middle + 1;
    else high = middle;
  }
  return periods[low - 1];
}

function sinceStartMs(timing: ProfileTiming, atMs: number, { relativeStartMs, askedMs }: Origins): number {
  switch (timing.kind) {
    case 'absolute':
      return atMs - timing.startMs;
    case 'recurring':
      return floorMod(atMs - timing.anchorMs, timing.everyMs);
    case 'relative':
      return atMs - relativeStartMs;
    case 'asked':
      return atMs - askedMs;
  }
}

/** Instants in (askedMs, toMs) at which the profile may begin to say something else. */
export function changesOf(profile: InstalledProfile, origins: Origins, toMs: number): number[] {
  const { askedMs } = origins;
  const changes: number[] = [];
  const add = (ms: number): void => {
    if (ms > askedMs && ms < toMs) changes.push(ms);
  };
  add(profile.validFromMs);
  add(profile.validToMs);
  // Nothing happens where it is not valid.
  const fromMs = Math.max(askedMs, profile.validFromMs);
  for (const startMs of startsWithin(profile.timing, origins, { fromMs, toMs: Math.min(toMs, profile.validToMs) })) {
    for (const period of profile.periods) {
      if (period.startMs >= profile.durationMs) break;
      add(startMs + period.startMs);
    }
    add(startMs + profile.durationMs);
  }
  return changes;
}

function startsWithin(
  timing: ProfileTiming,
  { relativeStartMs, askedMs }: Origins,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): number[] {
  switch (timing.kind) {
    case 'absolute':
      return [timing.startMs];
    case 'relative':
      return [relativeStartMs];
    case 'asked':
      return [askedMs];
    case 'recurring': {
      const starts: number[] = [];
      const firstMs = fromMs - floorMod(fromMs - timing.anchorMs, timing.everyMs);
      for (let startMs = firstMs; startMs < toMs; startMs += timing.everyMs) starts.push(startMs);
      return starts;
    }
  }
}

/** Never negative: the anchor of what recurs repeats into the past as well. */
function floorMod(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}
