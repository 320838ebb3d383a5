import { judgeProfile, type ProfileCapabilities, type ProfileRequest, type ProfileVerdict } from './profileRules.js';
import type { ProfilePurpose, RateUnit, StationPeriod, StationProfile } from './stationProfile.js';

const DAY_MS = 86_400_000;
const RECURRENCE_MS = { Daily: DAY_MS, Weekly: 7 * DAY_MS } as const;
/** Bounds a composite's work: a week of daily profiles of 24 periods fits many times over. */
const BREAKPOINTS_MAX = 5_000;

export interface Supply {
  readonly terminals: 1 | 2 | 3;
  readonly currentMaxA: number;
  readonly voltageV: number;
}

export interface CompositeRequest {
  readonly connectorId: number;
  readonly startMs: number;
  readonly durationS: number;
  readonly rateUnit: RateUnit;
}

export interface CompositePeriod {
  readonly startPeriodS: number;
  readonly limit: number;
}

interface Installed {
  readonly connectorId: number;
  readonly profile: StationProfile;
}

/**
 * The charging profiles of one station and what they add up to. Written from the specification, not from the service's own
 * engine, so that each checks the other.
 *
 * The station's maximum is not divided among its connectors: each keeps to it alone, as most stations in the field do.
 */
export class ProfileEngine {
  readonly #capabilities: ProfileCapabilities;
  readonly #supplies: ReadonlyMap<number, Supply>;
  #installed: readonly Installed[] = [];
  readonly #transactionStartMs = new Map<number, number>();

  constructor(capabilities: ProfileCapabilities, supplies: ReadonlyMap<number, Supply>) {
    this.#capabilities = capabilities;
    this.#supplies = supplies;
  }

  get installed(): readonly Installed[] {
    return this.#installed;
  }

  /** Judges, and keeps what is accepted: it replaces the one of the same id, and the one of the same purpose, level and connector. */
  set(request: Pick<ProfileRequest, 'connectorId' | 'profile' | 'origin' | 'transaction'>): ProfileVerdict {
    const others = this.#installed.filter((entry) => !isReplacedBy(entry, request.connectorId, request.profile));
    const verdict = judgeProfile(
      { ...request, connectorIds: [...this.#supplies.keys()], installedCount: others.length },
      this.#capabilities,
    );
    if (verdict.accepted && request.origin === 'set') {
      this.#installed = [...others, { connectorId: request.connectorId, profile: request.profile }];
    }
    return verdict;
  }

  /** A remote start's profile, judged before, takes hold when its transaction begins. */
  adopt(connectorId: number, profile: StationProfile): void {
    this.#installed = [
      ...this.#installed.filter((entry) => !isReplacedBy(entry, connectorId, profile)),
      { connectorId, profile },
    ];
  }

  /** An id stands alone; without one, every criterion given must match (OCPP 1.6, 5.5). True when anything went. */
  clear(criteria: {
    readonly profileId?: number;
    readonly connectorId?: number;
    readonly purpose?: ProfilePurpose;
    readonly stackLevel?: number;
  }): boolean {
    const kept = this.#installed.filter(({ connectorId, profile }) => {
      if (criteria.profileId !== undefined) return profile.profileId !== criteria.profileId;
      const matches =
        (criteria.connectorId === undefined || criteria.connectorId === connectorId) &&
        (criteria.purpose === undefined || criteria.purpose === profile.purpose) &&
        (criteria.stackLevel === undefined || criteria.stackLevel === profile.stackLevel);
      return !matches;
    });
    const cleared = kept.length < this.#installed.length;
    this.#installed = kept;
    return cleared;
  }

  transactionStarted(connectorId: number, startMs: number): void {
    this.#transactionStartMs.set(connectorId, startMs);
  }

  /** A TxProfile does not outlive its transaction. */
  transactionEnded(connectorId: number): void {
    this.#transactionStartMs.delete(connectorId);
    this.#installed = this.#installed.filter(
      (entry) => entry.connectorId !== connectorId || entry.profile.purpose !== 'TxProfile',
    );
  }

  /** What a power cut or a forgetful firmware costs: TxProfiles; the others are on flash. */
  loseTxProfiles(): void {
    this.#installed = this.#installed.filter((entry) => entry.profile.purpose !== 'TxProfile');
  }

  /** A per phase that the connector may offer at that instant: never above what its hardware can. */
  limitA(connectorId: number, atMs: number): number {
    const supply = this.#supplies.get(connectorId);
    if (supply === undefined) return 0;
    return this.#limitAt(connectorId, supply, { atMs, relativeStartMs: this.#relativeStartMs(connectorId, atMs) });
  }

  /** Adjacent equal periods merged. Connector 0: the station's maximum only, else the sum of its hardware. */
  composite({ connectorId, startMs, durationS, rateUnit }: CompositeRequest): readonly CompositePeriod[] {
    const relativeStartMs = this.#relativeStartMs(connectorId, startMs);
    const endMs = startMs + durationS * 1000;
    const periods: CompositePeriod[] = [];
    for (const atMs of this.#breakpoints(startMs, endMs, relativeStartMs)) {
      const limit = this.#reportedLimit(connectorId, rateUnit, { atMs, relativeStartMs });
      if (periods.at(-1)?.limit === limit) continue;
      periods.push({ startPeriodS: Math.ceil((atMs - startMs) / 1000), limit });
    }
    return periods;
  }

  /** Without a transaction, as if one began now (OCPP 2.0.1 K08.FR.06). */
  #relativeStartMs(connectorId: number, atMs: number): number {
    return this.#transactionStartMs.get(connectorId) ?? atMs;
  }

  #reportedLimit(connectorId: number, rateUnit: RateUnit, at: Instant): number {
    const supply = connectorId === 0 ? this.#stationSupply() : this.#supplies.get(connectorId);
    if (supply === undefined) return 0;
    const limitA = this.#limitAt(connectorId, supply, at);
    const limit = rateUnit === 'A' ? limitA : limitA * supply.voltageV * supply.terminals;
    return Math.floor(limit * 10 + 1e-6) / 10;
  }

  #limitAt(connectorId: number, supply: Supply, at: Instant): number {
    const caps = [supply.currentMaxA];
    const maximum = this.#highest((entry) => entry.profile.purpose === 'ChargePointMaxProfile', at);
    if (maximum !== undefined) caps.push(amperesOf(maximum, supply));
    if (connectorId > 0) {
      const forCar = this.#txLimit(connectorId, at) ?? this.#txDefaultLimit(connectorId, at);
      if (forCar !== undefined) caps.push(amperesOf(forCar, supply));
    }
    return Math.min(...caps);
  }

  #txLimit(connectorId: number, at: Instant): ActivePeriod | undefined {
    if (!this.#transactionStartMs.has(connectorId)) return undefined;
    return this.#highest((entry) => entry.profile.purpose === 'TxProfile' && entry.connectorId === connectorId, at);
  }

  /** Connector 0 is a template for each connector; where a connector has its own, that one replaces it. */
  #txDefaultLimit(connectorId: number, at: Instant): ActivePeriod | undefined {
    const on = (id: number) => (entry: Installed) =>
      entry.profile.purpose === 'TxDefaultProfile' && entry.connectorId === id;
    return this.#highest(on(connectorId), at) ?? this.#highest(on(0), at);
  }

  /** The highest stack level whose profile is valid and defines a period (OCPP 2.0.1 K08.FR.04). */
  #highest(isCandidate: (entry: Installed) => boolean, at: Instant): ActivePeriod | undefined {
    let best: { readonly stackLevel: number; readonly active: ActivePeriod } | undefined;
    for (const entry of this.#installed) {
      if (!isCandidate(entry)) continue;
      const { profile } = entry;
      if (best !== undefined && best.stackLevel >= profile.stackLevel) continue;
      const period = periodAt(profile, at);
      if (period !== undefined)
        best = { stackLevel: profile.stackLevel, active: { period, rateUnit: profile.rateUnit } };
    }
    return best?.active;
  }

  #stationSupply(): Supply {
    const supplies = [...this.#supplies.values()];
    const terminals = supplies.some((supply) => supply.terminals === 3) ? 3 : (supplies[0]?.terminals ?? 1);
    const currentMaxA = supplies.reduce((sum, supply) => sum + supply.currentMaxA, 0);
    return { terminals, currentMaxA, voltageV: supplies[0]?.voltageV ?? 230 };
  }

  #breakpoints(startMs: number, endMs: number, relativeStartMs: number): readonly number[] {
    const points = new Set<number>([startMs]);
    const add = (atMs: number | undefined): void => {
      if (atMs !== undefined && atMs > startMs && atMs < endMs && points.size < BREAKPOINTS_MAX) points.add(atMs);
    };
    for (const { profile } of this.#installed) {
      add(profile.validFromMs);
      add(profile.validToMs);
      for (const scheduleStartMs of scheduleStarts(profile, { startMs, endMs, relativeStartMs })) {
        add(scheduleStartMs);
        for (const period of profile.periods) add(scheduleStartMs + period.startPeriodS * 1000);
        if (profile.durationS !== undefined) add(scheduleStartMs + profile.durationS * 1000);
      }
    }
    return [...points].sort((a, b) => a - b);
  }
}

interface Instant {
  readonly atMs: number;
  readonly relativeStartMs: number;
}

interface ActivePeriod {
  readonly period: StationPeriod;
  readonly rateUnit: RateUnit;
}

function isReplacedBy(entry: Installed, connectorId: number, profile: StationProfile): boolean {
  if (entry.profile.profileId === profile.profileId) return true;
  return (
    entry.connectorId === connectorId &&
    entry.profile.purpose === profile.purpose &&
    entry.profile.stackLevel === profile.stackLevel
  );
}

/** The period in force, or undefined where the profile says nothing: outside its validity, before its start, past its end. */
function periodAt(profile: StationProfile, { atMs, relativeStartMs }: Instant): StationPeriod | undefined {
  if (profile.validFromMs !== undefined && atMs < profile.validFromMs) return undefined;
  if (profile.validToMs !== undefined && atMs >= profile.validToMs) return undefined;
  const startMs = profile.kind === 'Relative' ? relativeStartMs : (profile.startMs ?? relativeStartMs);
  const sinceStartMs = atMs - startMs;
  const offsetS = (profile.kind === 'Recurring' ? floorMod(sinceStartMs, recurrenceMs(profile)) : sinceStartMs) / 1000;
  if (offsetS < 0 || (profile.durationS !== undefined && offsetS >= profile.durationS)) return undefined;
  return profile.periods.findLast((period) => period.startPeriodS <= offsetS);
}

function* scheduleStarts(
  profile: StationProfile,
  window: { readonly startMs: number; readonly endMs: number; readonly relativeStartMs: number },
): Generator<number> {
  if (profile.kind === 'Relative' || profile.startMs === undefined) {
    yield window.relativeStartMs;
  } else if (profile.kind === 'Absolute') {
    yield profile.startMs;
  } else {
    const everyMs = recurrenceMs(profile);
    const firstMs = window.startMs - floorMod(window.startMs - profile.startMs, everyMs);
    for (let atMs = firstMs; atMs < window.endMs; atMs += everyMs) yield atMs;
  }
}

const recurrenceMs = (profile: StationProfile): number => RECURRENCE_MS[profile.recurrency ?? 'Daily'];

/** The anchor repeats into the past as well. */
const floorMod = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;

/** Watts are the total: I = P / (V · phases). A supply with fewer phases than the profile names has only those it has. */
function amperesOf({ period, rateUnit }: ActivePeriod, supply: Supply): number {
  if (rateUnit === 'A') return period.limit;
  return period.limit / (supply.voltageV * Math.min(period.numberPhases ?? 3, supply.terminals));
}
