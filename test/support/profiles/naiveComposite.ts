// The composite schedule by brute force: each second is looked at by itself, straight from the wire. Slow, plain, and sharing no code
// with what it checks.

export interface WireProfile {
  readonly evseId: number;
  readonly profile: {
    readonly purpose: string;
    readonly stackLevel: number;
    readonly kind: 'Absolute' | 'Recurring' | 'Relative' | 'Dynamic';
    readonly recurrency?: 'Daily' | 'Weekly';
    readonly transactionId?: string;
    readonly validFromMs?: number;
    readonly validToMs?: number;
    readonly startMs?: number;
    readonly durationS?: number;
    /** 2.1, of a Dynamic profile. */
    readonly updatedMs?: number;
    /** 2.1. */
    readonly randomizedDelayS?: number;
    readonly unit: 'A' | 'W';
    readonly periods: readonly WirePeriod[];
  };
}

interface WirePeriod {
  readonly startS: number;
  /** Absent: 2.1 only. */
  readonly limit?: number;
  /** 2.1: of L2, and of L3. */
  readonly others?: readonly number[];
  readonly phases?: number;
}

export interface NaiveInput {
  readonly version: '1.6' | '2.0.1' | '2.1';
  readonly profiles: readonly WireProfile[];
  readonly transaction:
    | { readonly startMs: number; readonly transactionId?: string; readonly priorityCharging?: boolean }
    | undefined;
  readonly evseId: number;
  readonly startMs: number;
  readonly durationS: number;
  readonly unit: 'A' | 'W';
  readonly voltageV: number;
  readonly supplyPhases: number;
}

type Second = { readonly limit: number | 'unlimited'; readonly numberPhases?: number };

export function naiveSeconds(input: NaiveInput): Second[] {
  const seconds: Second[] = [];
  for (let second = 0; second < input.durationS; second++) seconds.push(secondAt(input, input.startMs + second * 1000));
  return seconds;
}

interface Saying {
  readonly limit: number | 'unlimited';
  readonly phases: number | undefined;
  readonly unit: 'A' | 'W';
}

function secondAt(input: NaiveInput, atMs: number): Second {
  const onStation = (evseId: number) => evseId === 0;
  const onEvse = (evseId: number) => evseId === input.evseId;
  const either = (evseId: number) => onStation(evseId) || onEvse(evseId);
  const says = (purposes: readonly string[], where: (evseId: number) => boolean) =>
    strongest(input, atMs, purposes, where);

  const capping = [says(['ChargePointMaxProfile', 'ChargingStationMaxProfile'], onStation)];
  if (input.version !== '1.6') capping.push(says(['ChargingStationExternalConstraints'], either));
  if (input.evseId > 0) {
    const mayHavePriority = input.version === '2.1' && input.transaction?.priorityCharging !== false;
    let ofCar = mayHavePriority ? says(['PriorityCharging'], either) : undefined;
    if (ofCar === undefined && input.transaction !== undefined) ofCar = says(['TxProfile'], onEvse);
    if (ofCar === undefined && input.version === '1.6') {
      ofCar = says(['TxDefaultProfile'], onEvse) ?? says(['TxDefaultProfile'], onStation);
    } else if (ofCar === undefined) ofCar = says(['TxDefaultProfile'], either);
    capping.push(ofCar);
  }
  const generation = input.version === '2.1' ? says(['LocalGeneration'], either) : undefined;
  return combined(
    input,
    capping.filter((one) => one !== undefined),
    generation,
  );
}

function combined(input: NaiveInput, capping: readonly Saying[], generation: Saying | undefined): Second {
  if (capping.length === 0) return { limit: 'unlimited' };
  const all = generation === undefined ? capping : [...capping, generation];
  let phases = input.supplyPhases;
  const named: number[] = [];
  for (const one of all) {
    phases = Math.min(phases, one.phases ?? 3);
    if (one.phases !== undefined) named.push(one.phases);
  }
  const convert = (one: Saying) => {
    if (one.limit === 'unlimited') return Number.POSITIVE_INFINITY;
    if (one.unit === input.unit) return one.limit;
    return one.unit === 'A' ? one.limit * (input.voltageV * phases) : one.limit / (input.voltageV * phases);
  };
  let limit = Number.POSITIVE_INFINITY;
  for (const one of capping) limit = Math.min(limit, convert(one));
  limit += generation === undefined ? 0 : convert(generation);
  if (limit === Number.POSITIVE_INFINITY) return { limit: 'unlimited' };
  return { limit, ...(named.length === 0 ? {} : { numberPhases: Math.min(input.supplyPhases, ...named) }) };
}

/** Of equal levels the EVSE's own, then the one listed last. */
function strongest(
  input: NaiveInput,
  atMs: number,
  purposes: readonly string[],
  where: (evseId: number) => boolean,
): Saying | undefined {
  let best: { readonly level: number; readonly evseId: number; readonly saying: Saying } | undefined;
  for (const { evseId, profile } of input.profiles) {
    if (!purposes.includes(profile.purpose) || !where(evseId)) continue;
    const running = input.transaction?.transactionId;
    if (profile.transactionId !== undefined && running !== undefined && profile.transactionId !== running) continue;
    const saying = sayingAt(input, profile, atMs);
    if (saying === undefined) continue;
    const isStronger =
      best === undefined ||
      profile.stackLevel > best.level ||
      (profile.stackLevel === best.level && evseId >= best.evseId);
    if (isStronger) best = { level: profile.stackLevel, evseId, saying };
  }
  return best?.saying;
}

function sayingAt(input: NaiveInput, profile: WireProfile['profile'], atMs: number): Saying | undefined {
  if (profile.validFromMs !== undefined && atMs < profile.validFromMs) return undefined;
  if (profile.validToMs !== undefined && !(atMs < profile.validToMs)) return undefined;
  const { kind } = profile;
  let sinceS: number;
  if (kind === 'Dynamic') {
    // It begins with its start, and ends when no update has come for its duration.
    const updatedMs = profile.updatedMs ?? profile.startMs ?? input.startMs;
    if (profile.startMs !== undefined && atMs < profile.startMs) return undefined;
    if (profile.startMs === undefined && atMs < updatedMs) return undefined;
    if (profile.durationS !== undefined && atMs >= updatedMs + profile.durationS * 1000) return undefined;
    sinceS = 0;
  } else if (kind === 'Relative') sinceS = (atMs - (input.transaction?.startMs ?? input.startMs)) / 1000;
  else {
    sinceS = (atMs - (profile.startMs ?? 0)) / 1000;
    if (kind === 'Recurring') {
      const everyS = profile.recurrency === 'Daily' ? 86_400 : 604_800;
      while (sinceS < 0) sinceS += everyS;
      while (sinceS >= everyS) sinceS -= everyS;
    }
  }
  if (sinceS < 0) return undefined;
  if (kind !== 'Dynamic' && profile.durationS !== undefined && sinceS >= profile.durationS) return undefined;
  return greatest(profile, sinceS);
}

/** Of the periods that may have begun by now while each later one may still be put off, the greatest limit on the fewest phases. */
function greatest({ periods, randomizedDelayS, purpose, unit }: WireProfile['profile'], sinceS: number): Saying {
  const possible = periods.filter(
    ({ startS }, index) =>
      startS <= sinceS && periods.slice(index + 1).every((later) => later.startS + (randomizedDelayS ?? 0) > sinceS),
  );
  let limit: number | 'unlimited' = Number.NEGATIVE_INFINITY;
  let phases = 3;
  for (const period of possible) {
    const says = limitOf(period, purpose, unit);
    if (says === 'unlimited' || limit === 'unlimited') limit = 'unlimited';
    else if (says > limit) limit = says;
    if (period.phases !== undefined && period.phases < phases) phases = period.phases;
  }
  return { limit, unit, phases: possible.some((period) => period.phases !== undefined) ? phases : undefined };
}

function limitOf({ limit, others = [] }: WirePeriod, purpose: string, unit: 'A' | 'W'): number | 'unlimited' {
  if (limit === undefined) return purpose === 'LocalGeneration' ? 0 : 'unlimited';
  if (limit === 999_999) return 'unlimited';
  let all = limit;
  for (const other of others) all = unit === 'A' ? Math.max(all, other) : all + other;
  return all;
}

/** As it would be on the wire of a version. */
export function onWire(version: NaiveInput['version'], { profile }: WireProfile, id: number): object {
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const schedule = withoutUndefined({
    ...(version === '1.6' ? {} : { id }),
    startSchedule: profile.kind === 'Relative' ? undefined : iso(profile.startMs),
    duration: profile.durationS,
    randomizedDelay: profile.randomizedDelayS,
    chargingRateUnit: profile.unit,
    chargingSchedulePeriod: profile.periods.map(({ startS, limit, others = [], phases }) =>
      withoutUndefined({ startPeriod: startS, limit, limit_L2: others[0], limit_L3: others[1], numberPhases: phases }),
    ),
  });
  const { transactionId } = profile;
  return withoutUndefined({
    [version === '1.6' ? 'chargingProfileId' : 'id']: id,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    recurrencyKind: profile.recurrency,
    transactionId: version === '1.6' && transactionId !== undefined ? Number(transactionId) : transactionId,
    validFrom: iso(profile.validFromMs),
    validTo: iso(profile.validToMs),
    dynUpdateTime: iso(profile.updatedMs),
    chargingSchedule: version === '1.6' ? schedule : [schedule],
  });
}

export function withoutUndefined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
