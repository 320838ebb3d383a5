import type {
  ProfileCapabilities,
  ProfilePurpose,
  RateUnit,
  StationPeriod,
  StationProfile,
  TransactionId,
} from './stationProfile.js';
import { type Supply, wattsPerAmpere } from './supply.js';

const DAY_MS = 86_400_000;
const RECURRENCE_MS = { Daily: DAY_MS, Weekly: 7 * DAY_MS } as const;
/** Bounds a composite's work: a week of daily profiles of 24 periods fits many times over. */
const BREAKPOINTS_MAX = 5_000;

export interface CompositeRequest {
  /** 0: the station as a whole. */
  readonly evseId: number;
  readonly startMs: number;
  readonly durationS: number;
  readonly rateUnit: RateUnit;
}

export interface CompositePeriod {
  readonly startPeriodS: number;
  readonly limit: number;
}

export interface InstalledProfile {
  /** 0: the station as a whole. */
  readonly evseId: number;
  readonly profile: StationProfile;
  /** Who put it there: CSO is the central system. */
  readonly source: 'CSO' | 'EMS' | 'SO' | 'Other';
}

/**
 * Of default profiles on EVSE 0 and on an EVSE. 1.6: the first are a template, and where an EVSE has its own, whatever its level,
 * that holds. From 2.0.1 on they are one stack.
 */
export type DefaultsRule = 'specificReplacesTemplate' | 'oneStack';

/**
 * The charging profiles of one station and what they add up to. Written from the specification, not from the service's own
 * engine, so that each checks the other. What it takes is judged by the version's rules, before.
 *
 * The station's maximum is not divided among its EVSEs: each keeps to it alone, as most stations in the field do.
 */
export class ProfileEngine {
  readonly capabilities: ProfileCapabilities;
  readonly supplies: ReadonlyMap<number, Supply>;
  readonly #defaultsRule: DefaultsRule;
  #installed: readonly InstalledProfile[] = [];
  readonly #transactionStartMs = new Map<number, number>();

  constructor(
    capabilities: ProfileCapabilities,
    supplies: ReadonlyMap<number, Supply>,
    defaultsRule: DefaultsRule = 'specificReplacesTemplate',
  ) {
    this.capabilities = capabilities;
    this.supplies = supplies;
    this.#defaultsRule = defaultsRule;
  }

  get installed(): readonly InstalledProfile[] {
    return this.#installed;
  }

  /** In the place of the one of the same id, and of those that the version's rules name. */
  install(entry: InstalledProfile, isReplaced: (other: InstalledProfile) => boolean = () => false): void {
    this.remove((other) => other.profile.profileId === entry.profile.profileId || isReplaced(other));
    this.#installed = [...this.#installed, entry];
  }

  /** True when anything went. */
  remove(isMeant: (entry: InstalledProfile) => boolean): boolean {
    const kept = this.#installed.filter((entry) => !isMeant(entry));
    const removed = kept.length < this.#installed.length;
    this.#installed = kept;
    return removed;
  }

  /** A remote start's profile, judged before, takes hold when its transaction begins. */
  adopt(evseId: number, profile: StationProfile, transactionId: TransactionId): void {
    const identified = transactionId === 'unidentified' ? profile : { ...profile, transactionId };
    this.install(
      { evseId, profile: identified, source: 'CSO' },
      (other) =>
        other.evseId === evseId &&
        other.profile.purpose === profile.purpose &&
        other.profile.stackLevel === profile.stackLevel,
    );
  }

  transactionStarted(evseId: number, startMs: number): void {
    this.#transactionStartMs.set(evseId, startMs);
  }

  /** A TxProfile does not outlive its transaction. */
  transactionEnded(evseId: number): void {
    this.#transactionStartMs.delete(evseId);
    this.#installed = this.#installed.filter(
      (entry) => entry.evseId !== evseId || entry.profile.purpose !== 'TxProfile',
    );
  }

  /** What a power cut or a forgetful firmware costs: TxProfiles; the others are on flash. */
  loseTxProfiles(): void {
    this.#installed = this.#installed.filter((entry) => entry.profile.purpose !== 'TxProfile');
  }

  /** A per phase that the EVSE may offer at that instant: never above what its hardware can. */
  limitA(evseId: number, atMs: number): number {
    const supply = this.supplies.get(evseId);
    if (supply === undefined) return 0;
    return this.#limitAt(evseId, supply, { atMs, relativeStartMs: this.#relativeStartMs(evseId, atMs) });
  }

  /** Adjacent equal periods merged. EVSE 0: the station's maximum only, else the sum of its hardware. */
  composite({ evseId, startMs, durationS, rateUnit }: CompositeRequest): readonly CompositePeriod[] {
    const relativeStartMs = this.#relativeStartMs(evseId, startMs);
    const endMs = startMs + durationS * 1000;
    const periods: CompositePeriod[] = [];
    for (const atMs of this.#breakpoints(startMs, endMs, relativeStartMs)) {
      const limit = this.#reportedLimit(evseId, rateUnit, { atMs, relativeStartMs });
      if (periods.at(-1)?.limit === limit) continue;
      periods.push({ startPeriodS: Math.ceil((atMs - startMs) / 1000), limit });
    }
    return periods;
  }

  /** Without a transaction, as if one began now (OCPP 2.0.1 K08.FR.06). */
  #relativeStartMs(evseId: number, atMs: number): number {
    return this.#transactionStartMs.get(evseId) ?? atMs;
  }

  #reportedLimit(evseId: number, rateUnit: RateUnit, at: Instant): number {
    const supply = evseId === 0 ? this.#stationSupply() : this.supplies.get(evseId);
    if (supply === undefined) return 0;
    const limitA = this.#limitAt(evseId, supply, at);
    const limit = rateUnit === 'A' ? limitA : limitA * wattsPerAmpere(supply);
    return Math.floor(limit * 10 + 1e-6) / 10;
  }

  #limitAt(evseId: number, supply: Supply, at: Instant): number {
    const caps = [supply.currentMaxA];
    const add = (active: ActivePeriod | undefined): void => {
      if (active !== undefined) caps.push(amperesOf(active, supply));
    };
    const ofStation = (purpose: ProfilePurpose) => (entry: InstalledProfile) =>
      entry.evseId === 0 && entry.profile.purpose === purpose;
    add(this.#highest(ofStation('ChargingStationMaxProfile'), at));
    for (const constraint of this.#constraintsOn(evseId, at)) add(constraint);
    if (evseId > 0) add(this.#txLimit(evseId, at) ?? this.#txDefaultLimit(evseId, at));
    return Math.min(...caps);
  }

  /** Each source's constraint is a cap of its own: none hides another's. */
  #constraintsOn(evseId: number, at: Instant): readonly ActivePeriod[] {
    return this.#installed
      .filter(({ profile }) => profile.purpose === 'ChargingStationExternalConstraints')
      .filter((entry) => entry.evseId === 0 || entry.evseId === evseId)
      .flatMap((entry) => this.#highest((candidate) => candidate === entry, at) ?? []);
  }

  #txLimit(evseId: number, at: Instant): ActivePeriod | undefined {
    if (!this.#transactionStartMs.has(evseId)) return undefined;
    return this.#highest((entry) => entry.profile.purpose === 'TxProfile' && entry.evseId === evseId, at);
  }

  #txDefaultLimit(evseId: number, at: Instant): ActivePeriod | undefined {
    const on =
      (...ids: readonly number[]) =>
      (entry: InstalledProfile) =>
        entry.profile.purpose === 'TxDefaultProfile' && ids.includes(entry.evseId);
    if (this.#defaultsRule === 'oneStack') return this.#highest(on(0, evseId), at);
    return this.#highest(on(evseId), at) ?? this.#highest(on(0), at);
  }

  /** The highest stack level whose profile is valid and defines a period (OCPP 2.0.1 K08.FR.04). */
  #highest(isCandidate: (entry: InstalledProfile) => boolean, at: Instant): ActivePeriod | undefined {
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
    const supplies = [...this.supplies.values()];
    const terminals = supplies.some((supply) => supply.terminals === 3) ? 3 : (supplies[0]?.terminals ?? 1);
    const currentMaxA = supplies.reduce((sum, supply) => sum + supply.currentMaxA, 0);
    const direct = supplies.every((supply) => supply.direct !== undefined) ? supplies[0]?.direct : undefined;
    return {
      terminals,
      currentMaxA,
      voltageV: supplies[0]?.voltageV ?? 230,
      ...(direct === undefined ? {} : { direct }),
    };
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

/** Watts are the outlet's total: I = P / (V · phases). A supply with fewer phases than the profile names has only those it has. */
function amperesOf({ period, rateUnit }: ActivePeriod, supply: Supply): number {
  if (rateUnit === 'A') return period.limit;
  return period.limit / wattsPerAmpere(supply, Math.min(period.numberPhases ?? 3, supply.terminals));
}
