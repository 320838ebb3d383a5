import { type CompositeInput, compositeSchedule } from '../../../src/profiles/index.js';

// Profiles as they stand on each version's wire, from what a test is about; all else is plain.

export type Version = CompositeInput['ocppVersion'];
export const VERSIONS: readonly Version[] = ['1.6', '2.0.1', '2.1'];

/** A Wednesday, noon. */
export const NOON_MS = Date.UTC(2026, 0, 14, 12);
export const HOUR_S = 3_600;
export const DAY_S = 86_400;
export const DAY_MS = 86_400_000;

/** [startPeriod, limit, numberPhases] */
export type PeriodSketch = readonly [number, number] | readonly [number, number, number];

export interface ProfileSketch {
  /** Default 1. */
  readonly evseId?: number;
  readonly id?: number;
  /** Default TxDefaultProfile. `Max` is the station's maximum, whatever the version calls it. */
  readonly purpose?: string;
  readonly level?: number;
  /** Default Absolute; with `recurrency` Recurring. */
  readonly kind?: string;
  readonly recurrency?: string;
  /** Of the schedule. Default noon; Relative and Dynamic have none unless told. */
  readonly startMs?: number;
  readonly durationS?: number;
  readonly unit?: string;
  /** One period from 0. */
  readonly limit?: number;
  readonly periods?: readonly PeriodSketch[];
  readonly validFromMs?: number;
  readonly validToMs?: number;
  readonly transactionId?: number | string;
  /** More members of the profile, its schedule, and each of its periods; undefined takes one away. */
  readonly profile?: object;
  readonly schedule?: object;
  readonly period?: object;
}

export interface InstalledSketch {
  readonly evseId: number;
  readonly profile: Readonly<Record<string, unknown>>;
}

/** As it is installed on the EVSE. */
export function wireProfile(version: Version, sketch: ProfileSketch): InstalledSketch {
  const kind = sketch.kind ?? (sketch.recurrency === undefined ? 'Absolute' : 'Recurring');
  const startMs = sketch.startMs ?? (kind === 'Relative' || kind === 'Dynamic' ? undefined : NOON_MS);
  const periods = (sketch.periods ?? [[0, sketch.limit ?? 10]]).map(([startPeriod, limit, numberPhases]) =>
    present({ startPeriod, limit, numberPhases, ...sketch.period }),
  );
  const schedule = present({
    ...(version === '1.6' ? {} : { id: 1 }),
    startSchedule: iso(startMs),
    duration: sketch.durationS,
    chargingRateUnit: sketch.unit ?? 'A',
    chargingSchedulePeriod: periods,
    ...sketch.schedule,
  });
  const maximum = version === '1.6' ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile';
  const profile = present({
    [version === '1.6' ? 'chargingProfileId' : 'id']: sketch.id ?? 7,
    stackLevel: sketch.level ?? 0,
    chargingProfilePurpose: sketch.purpose === 'Max' ? maximum : (sketch.purpose ?? 'TxDefaultProfile'),
    chargingProfileKind: kind,
    recurrencyKind: sketch.recurrency,
    validFrom: iso(sketch.validFromMs),
    validTo: iso(sketch.validToMs),
    transactionId: sketch.transactionId,
    chargingSchedule: version === '1.6' ? schedule : [schedule],
    ...sketch.profile,
  });
  return { evseId: sketch.evseId ?? (sketch.purpose === 'Max' ? 0 : 1), profile };
}

export interface Asked extends Partial<Omit<CompositeInput, 'ocppVersion' | 'profiles'>> {}

/** [startPeriodS, limit] or [startPeriodS, limit, numberPhases] of each period: a day from noon of EVSE 1, in amperes, unless told. */
export function composite(version: Version, sketches: readonly ProfileSketch[], asked: Asked = {}): unknown[] {
  const { periods } = compositeSchedule({
    ocppVersion: version,
    profiles: sketches.map((sketch, index) => wireProfile(version, { id: index + 1, ...sketch })),
    transactions: [],
    evseId: 1,
    startMs: NOON_MS,
    durationS: DAY_S,
    rateUnit: 'A',
    ...asked,
  });
  return periods.map(({ startPeriodS, limit, numberPhases }) =>
    numberPhases === undefined ? [startPeriodS, limit] : [startPeriodS, limit, numberPhases],
  );
}

/** One that began at noon on EVSE 1. */
export const TRANSACTION = { evseId: 1, startMs: NOON_MS, transactionId: '5' } as const;

function iso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function present(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
