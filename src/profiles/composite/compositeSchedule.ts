import {
  changesOf,
  type InstalledPeriod,
  type InstalledProfile,
  type OcppVersion,
  type Origins,
  type ProfilePurpose,
  periodAt,
  type RateUnit,
} from './installedProfile.js';
import { readProfile } from './readProfile.js';
import { PHASES_ABSENT } from './upperBound.js';

export interface CompositeInput {
  readonly ocppVersion: OcppVersion;
  /** Those that are installed, `profile` exactly as on that version's wire. Of the same level and EVSE the later listed came later. */
  readonly profiles: readonly { readonly evseId: number; readonly profile: unknown }[];
  readonly transactions: readonly CompositeTransaction[];
  /** 0: what caps the station as a whole. Its sum over EVSEs is not meant: stations disagree about it. */
  readonly evseId: number;
  readonly startMs: number;
  readonly durationS: number;
  readonly rateUnit: RateUnit;
  /** Phase to neutral, above 0. Default 230. */
  readonly voltageV?: number;
  /** Of the supply, 1 to 3. Default 3. */
  readonly phases?: number;
}

/** One that runs; at most one per EVSE. */
export interface CompositeTransaction {
  readonly evseId: number;
  /** What Relative schedules count from (2.1: when the power path closed). */
  readonly startMs: number;
  /** Absent: every TxProfile of its EVSE is taken to be for it. */
  readonly transactionId?: number | string;
  /** 2.1: false: nobody asked for priority, so that PriorityCharging profiles wait (K21, K22). Default true. */
  readonly priorityCharging?: boolean;
}

export interface CompositeSchedule {
  readonly startMs: number;
  readonly durationS: number;
  readonly rateUnit: RateUnit;
  /** The first starts at 0; adjacent equal ones are merged. */
  readonly periods: readonly CompositePeriod[];
}

export interface CompositePeriod {
  readonly startPeriodS: number;
  /** A: per phase. W: the total. 'unlimited': no profile says anything. */
  readonly limit: number | 'unlimited';
  /** The lowest that a profile in force names, where one does; never more than the supply has. */
  readonly numberPhases?: number;
}

const VOLTAGE_V = 230;
/** Longer than any station's horizon. */
export const COMPOSITE_MAX_S = 366 * 86_400;

/**
 * What a station's profiles add up to over [startMs, startMs + durationS), second by second. Pure: no clock, no calendar. Of each
 * purpose the highest stackLevel whose profile is valid and defines a period (OCPP 2.0.1 K08.FR.04); the purposes are combined by
 * minimum. What a station decides by itself (2.1: a random delay, local time) counts as the most that it may allow.
 * Throws UnreadableProfile for a profile without a meaning, RangeError for a span, supply or transaction that is none.
 */
export function compositeSchedule(input: CompositeInput): CompositeSchedule {
  check(input);
  const { startMs, durationS, rateUnit } = input;
  const station = new StationProfiles(input);
  const periods: CompositePeriod[] = [];
  for (const startPeriodS of station.secondsOfChange()) {
    const period = { startPeriodS, ...station.limitAt(startMs + startPeriodS * 1000) };
    const last = periods.at(-1);
    if (last?.limit !== period.limit || last.numberPhases !== period.numberPhases) periods.push(period);
  }
  return { startMs, durationS, rateUnit, periods };
}

/** A voltage or a number of phases of 0 would turn watts into endless amperes. */
function check({ startMs, durationS, rateUnit, evseId, transactions, voltageV, phases }: CompositeInput): void {
  const must = (holds: boolean, what: string, value: unknown): void => {
    if (!holds) throw new RangeError(`${what}, not ${String(value)}`);
  };
  must(Number.isFinite(startMs), 'startMs must be an instant', startMs);
  must(durationS > 0 && durationS <= COMPOSITE_MAX_S, `durationS must be within 0 and ${COMPOSITE_MAX_S}`, durationS);
  must(rateUnit === 'A' || rateUnit === 'W', 'rateUnit must be A or W', rateUnit);
  must(Number.isInteger(evseId) && evseId >= 0, 'evseId must be 0 or more', evseId);
  must(voltageV === undefined || (Number.isFinite(voltageV) && voltageV > 0), 'voltageV must be above 0', voltageV);
  must(phases === undefined || [1, 2, 3].includes(phases), 'phases must be 1 to 3', phases);
  for (const transaction of transactions)
    must(Number.isFinite(transaction.startMs), 'a transaction must have a startMs', transaction.startMs);
}

/** What one purpose says at an instant. */
interface Term {
  readonly period: InstalledPeriod;
  readonly rateUnit: RateUnit;
}

type Limit = Pick<CompositePeriod, 'limit' | 'numberPhases'>;

class StationProfiles {
  private readonly input: CompositeInput;
  private readonly origins: Origins;
  private readonly supplyPhases: number;
  /** Of one EVSE, and those that hold for it from EVSE 0: per purpose, by descending stack level. */
  private readonly stacks = new Map<ProfilePurpose, InstalledProfile[]>();
  /** 1.6: a default of a connector's own replaces the template for all. */
  private readonly templates: InstalledProfile[] = [];

  constructor(input: CompositeInput) {
    this.input = input;
    const transaction = input.transactions.find(({ evseId }) => evseId === input.evseId);
    // Without a transaction, as if one began now (K08.FR.06).
    this.origins = { relativeStartMs: transaction?.startMs ?? input.startMs, askedMs: input.startMs };
    this.supplyPhases = input.phases ?? PHASES_ABSENT;
    for (const { evseId, profile } of input.profiles) {
      if (evseId !== 0 && evseId !== input.evseId) continue;
      const installed = readProfile(input.ocppVersion, evseId, profile);
      if (this.concerns(installed, transaction)) this.stackOf(installed).push(installed);
    }
    for (const stack of [...this.stacks.values(), this.templates]) stack.reverse().sort(byPrecedence);
  }

  /** From 0, ascending: whole seconds in which something may begin to hold. */
  secondsOfChange(): number[] {
    const { startMs, durationS } = this.input;
    const toMs = startMs + durationS * 1000;
    const seconds = new Set([0]);
    for (const stack of [...this.stacks.values(), this.templates]) {
      for (const profile of stack) {
        for (const ms of changesOf(profile, this.origins, toMs)) seconds.add(Math.ceil((ms - startMs) / 1000));
      }
    }
    return [...seconds].filter((second) => second < durationS).sort((a, b) => a - b);
  }

  limitAt(atMs: number): Limit {
    const capping = [
      this.highest('ChargingStationMaxProfile', atMs),
      this.highest('ChargingStationExternalConstraints', atMs),
      ...(this.input.evseId === 0 ? [] : [this.ofTransaction(atMs)]),
    ].filter((term) => term !== undefined);
    const generation = this.highest('LocalGeneration', atMs);
    const inForce = generation === undefined ? capping : [...capping, generation];
    const phases = lowestPhases(inForce, this.supplyPhases);
    const limits = capping.map((term) => this.inUnit(term, phases));
    const least = Math.min(...limits.filter((limit) => limit !== 'unlimited'));
    if (!Number.isFinite(least)) return { limit: 'unlimited' };
    // K27, K04.FR.05: what is generated on the spot comes on top of what the grid allows.
    const added = generation === undefined ? 0 : this.inUnit(generation, phases);
    if (added === 'unlimited') return { limit: 'unlimited' };
    return { limit: least + added, ...namedPhases(inForce, phases) };
  }

  /** Priority charging replaces both (K21, K22); a TxProfile that says nothing falls to the default (K02.FR.08). */
  private ofTransaction(atMs: number): Term | undefined {
    return (
      this.highest('PriorityCharging', atMs) ??
      this.highest('TxProfile', atMs) ??
      this.highest('TxDefaultProfile', atMs) ??
      this.first(this.templates, atMs)
    );
  }

  private highest(purpose: ProfilePurpose, atMs: number): Term | undefined {
    return this.first(this.stacks.get(purpose) ?? [], atMs);
  }

  private first(stack: readonly InstalledProfile[], atMs: number): Term | undefined {
    for (const profile of stack) {
      const period = periodAt(profile, atMs, this.origins);
      if (period !== undefined) return { period, rateUnit: profile.rateUnit };
    }
    return undefined;
  }

  /** A is per phase and W the total: I = P / (V · phases). Each limit keeps its own unit until here. */
  private inUnit({ period: { limit }, rateUnit }: Term, phases: number): number | 'unlimited' {
    if (limit === 'unlimited' || rateUnit === this.input.rateUnit) return limit;
    const wattsPerAmpere = (this.input.voltageV ?? VOLTAGE_V) * phases;
    return rateUnit === 'A' ? limit * wattsPerAmpere : limit / wattsPerAmpere;
  }

  private concerns(
    { purpose, evseId, transactionId }: InstalledProfile,
    transaction: CompositeInput['transactions'][number] | undefined,
  ): boolean {
    switch (purpose) {
      case 'ChargingStationMaxProfile':
        return evseId === 0;
      case 'TxProfile': {
        if (evseId === 0 || transaction === undefined) return false;
        const running = transaction.transactionId;
        return transactionId === undefined || running === undefined || transactionId === String(running);
      }
      case 'PriorityCharging':
        return transaction?.priorityCharging !== false;
      default:
        return true;
    }
  }

  private stackOf({ purpose, evseId }: InstalledProfile): InstalledProfile[] {
    if (this.input.ocppVersion === '1.6' && purpose === 'TxDefaultProfile' && evseId === 0) return this.templates;
    const stack = this.stacks.get(purpose) ?? [];
    this.stacks.set(purpose, stack);
    return stack;
  }
}

/** The higher level first; of the same level the EVSE's own, and of those the one listed last: it came last. */
function byPrecedence(a: InstalledProfile, b: InstalledProfile): number {
  return b.stackLevel - a.stackLevel || b.evseId - a.evseId;
}

function lowestPhases(terms: readonly Term[], supplyPhases: number): number {
  return Math.min(supplyPhases, ...terms.map(({ period }) => period.numberPhases ?? PHASES_ABSENT));
}

/** Where one of them names a number, as many as it was converted with. */
function namedPhases(terms: readonly Term[], phases: number): { readonly numberPhases?: number } {
  const isNamed = terms.some(({ period }) => period.numberPhases !== undefined);
  return isNamed ? { numberPhases: phases } : {};
}
