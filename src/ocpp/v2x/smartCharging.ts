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
import { decoded, evseFailure } from './decoded.js';

export function decodeChargingLimit({
  evseId,
  chargingLimit,
  chargingSchedule = [],
}: NotifyChargingLimitRequest): DecodedRequest {
  const failure = evseId === undefined ? undefined : evseFailure(evseId, 0);
  if (failure !== undefined) return { decoded: false, failure };
  const [first] = chargingSchedule;
  const schedule = first === undefined ? undefined : scheduleOf(first);
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

/** Undefined where a period has no limit (in 2.1 it may have a setpoint instead): then it is not a limit that can be planned with. */
function scheduleOf(
  schedule: ChargingScheduleType,
  ofPhases: (...limits: number[]) => number = Math.min,
): ChargingSchedule | undefined {
  const periods: ChargingPeriod[] = [];
  for (const period of schedule.chargingSchedulePeriod) {
    if (period.limit === undefined) return undefined;
    periods.push({
      startPeriodS: period.startPeriod,
      // Phases may have limits of their own: the lowest holds for all, and the highest is what is drawn at most.
      limit: ofPhases(...phaseLimits(period)),
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
export function phaseLimits(period: {
  readonly limit?: number;
  readonly limit_L2?: number;
  readonly limit_L3?: number;
}): readonly number[] {
  return [period.limit, period.limit_L2, period.limit_L3].filter((limit) => limit !== undefined);
}

/** Counts from its timeBase; stations that repeat what they were given say that one's own start as well. */
export function decodeVehicleSchedule({
  evseId,
  timeBase,
  chargingSchedule,
}: NotifyEVChargingScheduleRequest): DecodedRequest {
  const failure = evseFailure(evseId, 1);
  if (failure !== undefined) return { decoded: false, failure };
  const schedule = scheduleOf(chargingSchedule, Math.max);
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
