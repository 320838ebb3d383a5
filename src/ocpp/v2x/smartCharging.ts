import type {
  ChargingScheduleType,
  ClearedChargingLimitRequest,
  NotifyChargingLimitRequest,
  NotifyEVChargingNeedsRequest,
  NotifyEVChargingScheduleRequest,
} from 'typed-ocpp/dist/ocpp21/types.js';
import type { ChargingPeriod, ChargingSchedule } from '../../site/chargingProfile.js';
import type { ChargingLimitSource } from '../../site/externalLimit.js';
import type { DecodedRequest } from '../dialect.js';
import { parseInstant } from '../timestamp.js';
import { decoded, evseFailure, notice } from './decoded.js';

export function decodeChargingLimit({
  evseId,
  chargingLimit,
  chargingSchedule = [],
}: NotifyChargingLimitRequest): DecodedRequest {
  const failure = evseId === undefined ? undefined : evseFailure(evseId, 0);
  if (failure !== undefined) return { decoded: false, failure };
  // OCPP 2.1 K27: what is generated on site comes on top of what the station may have. It is no limit, and nothing is planned with it.
  if (chargingLimit.isLocalGeneration === true) return notice('NotifyChargingLimit');
  const [first] = chargingSchedule;
  const schedule = first === undefined ? undefined : limitSchedule(first);
  return decoded({
    type: 'chargingLimit',
    ...(evseId !== undefined && { evseId }),
    source: sourceOf(chargingLimit.chargingLimitSource),
    ...(chargingLimit.isGridCritical !== undefined && { isGridCritical: chargingLimit.isGridCritical }),
    ...(schedule !== undefined && { schedule }),
  });
}

export function decodeClearedLimit({ chargingLimitSource, evseId }: ClearedChargingLimitRequest): DecodedRequest {
  const failure = evseId === undefined ? undefined : evseFailure(evseId, 0);
  if (failure !== undefined) return { decoded: false, failure };
  const source = sourceOf(chargingLimitSource);
  return decoded({ type: 'chargingLimitCleared', ...(evseId !== undefined && { evseId }), source });
}

/** In 2.1 the list is open. */
export function sourceOf(source: string): ChargingLimitSource {
  return source === 'EMS' || source === 'SO' || source === 'CSO' ? source : 'Other';
}

type WirePeriod = ChargingScheduleType['chargingSchedulePeriod'][number];

/**
 * Undefined where a period has no limit (in 2.1 it may have a setpoint instead): then it is not a limit that can be planned with. Phases
 * may have limits of their own: the lowest holds for all.
 */
function limitSchedule(schedule: ChargingScheduleType): ChargingSchedule | undefined {
  return scheduleOf(schedule, (period) => (period.limit === undefined ? undefined : Math.min(...phaseLimits(period))));
}

function scheduleOf(
  schedule: ChargingScheduleType,
  limitOf: (period: WirePeriod) => number | undefined,
): ChargingSchedule | undefined {
  const periods: ChargingPeriod[] = [];
  for (const period of schedule.chargingSchedulePeriod) {
    const limit = limitOf(period);
    if (limit === undefined) return undefined;
    periods.push({
      startPeriodS: period.startPeriod,
      limit,
      ...(period.numberPhases !== undefined && { numberPhases: period.numberPhases }),
    });
  }
  const startMs = schedule.startSchedule === undefined ? undefined : parseInstant(schedule.startSchedule);
  return {
    ...(startMs !== undefined && { startMs }),
    ...(schedule.duration !== undefined && { durationS: schedule.duration }),
    rateUnit: schedule.chargingRateUnit,
    periods,
  };
}

/** Of the phases that have a limit of their own. */
function phaseLimits({ limit, limit_L2, limit_L3 }: WirePeriod): readonly number[] {
  return [limit, limit_L2, limit_L3].filter((value) => value !== undefined);
}

/** What is to flow, as 2.1 has it beside a limit or in its place; below 0 the car feeds in. */
function setpoints({ setpoint, setpoint_L2, setpoint_L3 }: WirePeriod): readonly number[] {
  return [setpoint, setpoint_L2, setpoint_L3].filter((value) => value !== undefined);
}

/**
 * What one phase may draw at most by what a station says that it holds. Undefined where nothing limits it: a setpoint is kept to or not,
 * and some stations say -1 where they have no limit. Limits of discharging say nothing of it.
 */
export function heldLimit(period: WirePeriod): number | undefined {
  const limits = phaseLimits(period);
  return limits.length === 0 || limits.some((limit) => limit < 0)
    ? undefined
    : Math.max(...limits, ...setpoints(period));
}

/** What a car means to draw at most. */
function meantLimit(period: WirePeriod): number | undefined {
  const meant = [...phaseLimits(period), ...setpoints(period)];
  return meant.length === 0 ? undefined : Math.max(...meant);
}

/** Counts from its timeBase; stations that repeat what they were given say that one's own start as well. */
export function decodeVehicleSchedule({
  evseId,
  timeBase,
  chargingSchedule,
}: NotifyEVChargingScheduleRequest): DecodedRequest {
  const failure = evseFailure(evseId, 1);
  if (failure !== undefined) return { decoded: false, failure };
  const schedule = scheduleOf(chargingSchedule, meantLimit);
  const startMs = schedule?.startMs ?? parseInstant(timeBase);
  return decoded({
    type: 'vehicleSchedule',
    evseId,
    ...(schedule !== undefined && startMs !== undefined && { schedule: { ...schedule, startMs } }),
  });
}

/** More than any battery holds. */
const ENERGY_MAX_WH = 1_000_000;
const CURRENT_MAX_A = 10_000;

/** What is zero or can't be true is left out: cars also say so when they mean that they don't know. */
export function decodeChargingNeeds({ evseId, chargingNeeds }: NotifyEVChargingNeedsRequest): DecodedRequest {
  const failure = evseFailure(evseId, 1);
  if (failure !== undefined) return { decoded: false, failure };
  const { acChargingParameters: ac, dcChargingParameters: dc, v2xChargingParameters: v2x } = chargingNeeds;
  const departureMs = chargingNeeds.departureTime === undefined ? undefined : parseInstant(chargingNeeds.departureTime);
  const energyWh = within(ac?.energyAmount ?? v2x?.evTargetEnergyRequest ?? energyOfDc(dc), ENERGY_MAX_WH);
  // Of DC the station says what it takes from the grid; the car's current is on the other side of the converter.
  const currentMaxA = within(ac?.evMaxCurrent, CURRENT_MAX_A);
  return decoded({
    type: 'chargingNeeds',
    evseId,
    ...(departureMs !== undefined && { departureMs }),
    ...(energyWh !== undefined && { energyWh }),
    ...(currentMaxA !== undefined && { currentMaxA }),
  });
}

type DcParameters = NonNullable<NotifyEVChargingNeedsRequest['chargingNeeds']['dcChargingParameters']>;

/** Said outright, or what is missing of a battery whose size was said. */
function energyOfDc(dc: DcParameters | undefined): number | undefined {
  if (dc?.energyAmount !== undefined) return dc.energyAmount;
  if (dc?.evEnergyCapacity === undefined || dc.stateOfCharge === undefined) return undefined;
  return (dc.evEnergyCapacity * Math.max(0, (dc.fullSoC ?? 100) - dc.stateOfCharge)) / 100;
}

function within(value: number | undefined, maximum: number): number | undefined {
  return value !== undefined && value > 0 && value <= maximum ? value : undefined;
}
