/** One profile over time, whoever wrote it. Of what is relative, instants count from its start. */
export interface Curve {
  readonly kind: 'Absolute' | 'Recurring' | 'Relative';
  readonly everyMs?: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly rateUnit: 'A' | 'W';
  readonly periods: readonly CurvePeriod[];
}

export interface CurvePeriod {
  readonly startPeriodS: number;
  readonly limit: number;
  readonly numberPhases?: number;
}

interface Written {
  readonly kind: string;
  readonly recurrency?: string;
  readonly validFromMs?: number;
  readonly validToMs?: number;
}

interface WrittenSchedule {
  readonly startMs?: number;
  readonly durationS?: number;
  readonly rateUnit: 'A' | 'W';
  readonly periods: readonly {
    readonly startPeriodS: number;
    readonly limit?: number;
    readonly numberPhases?: number;
  }[];
}

/** More periods than this are not looked at (an endless answer is an attack, or a bug). */
const PERIODS_MAX = 1_000;
const DAY_MS = 86_400_000;

/** Undefined where it says no limits over time: of a kind that is not known, with a choice of schedules, or with setpoints. */
export function curveOf(written: Written, schedules: readonly WrittenSchedule[]): Curve | undefined {
  const { kind, recurrency, validFromMs, validToMs } = written;
  const [schedule, ...others] = schedules;
  if (schedule === undefined || others.length > 0) return undefined;
  const { startMs, durationS, rateUnit, periods } = schedule;
  if (kind !== 'Absolute' && kind !== 'Recurring' && kind !== 'Relative') return undefined;
  if (kind !== 'Relative' && startMs === undefined) return undefined;
  const read = periods.flatMap(({ limit, ...period }): CurvePeriod[] =>
    limit === undefined ? [] : [{ ...period, limit }],
  );
  const ascends = read.every(({ startPeriodS }, k) => startPeriodS > (read[k - 1]?.startPeriodS ?? -1));
  if (read.length < periods.length || read.length === 0 || read.length > PERIODS_MAX || !ascends) return undefined;
  const everyMs = kind === 'Recurring' ? (recurrency === 'Weekly' ? 7 * DAY_MS : DAY_MS) : undefined;
  return {
    kind,
    ...(everyMs === undefined ? {} : { everyMs }),
    startMs: kind === 'Relative' ? 0 : (startMs ?? 0),
    durationMs: durationS === undefined ? Number.POSITIVE_INFINITY : durationS * 1000,
    fromMs: validFromMs ?? Number.NEGATIVE_INFINITY,
    untilMs: validToMs ?? Number.POSITIVE_INFINITY,
    rateUnit,
    periods: read,
  };
}

/** What it says at an instant; undefined where it says nothing. */
export function periodAt(curve: Curve, atMs: number): CurvePeriod | undefined {
  const { kind, fromMs, untilMs, durationMs, periods } = curve;
  // Of what is relative, nobody knows when that is.
  if (kind !== 'Relative' && (atMs < fromMs || atMs >= untilMs)) return undefined;
  const sinceMs = sinceStartMs(curve, atMs);
  if (sinceMs < 0 || sinceMs >= durationMs) return undefined;
  return periods.findLast(({ startPeriodS }) => startPeriodS * 1000 <= sinceMs);
}

/** The instants between the two at which it may change. */
export function timesOf(curve: Curve, afterMs: number, beforeMs: number): number[] {
  const { startMs, everyMs, fromMs, untilMs, durationMs, periods } = curve;
  const offsetsMs = [...periods.map(({ startPeriodS }) => startPeriodS * 1000), durationMs];
  const starts = [startMs];
  if (everyMs !== undefined) {
    const firstMs = afterMs - sinceStartMs(curve, afterMs);
    // One round is looked at, which begins within another.
    starts.splice(0, 1, firstMs, firstMs + everyMs);
  }
  const times = [...starts.flatMap((from) => offsetsMs.map((offsetMs) => from + offsetMs)), fromMs, untilMs];
  return times.filter((ms) => Number.isFinite(ms) && ms > afterMs && ms < beforeMs);
}

/** Nothing of it is still to come. */
export function isOver({ kind, startMs, durationMs, untilMs }: Curve, nowMs: number): boolean {
  return untilMs <= nowMs || (kind === 'Absolute' && startMs + durationMs <= nowMs);
}

function sinceStartMs({ startMs, everyMs }: Curve, atMs: number): number {
  const sinceMs = atMs - startMs;
  return everyMs === undefined ? sinceMs : sinceMs - Math.floor(sinceMs / everyMs) * everyMs;
}
