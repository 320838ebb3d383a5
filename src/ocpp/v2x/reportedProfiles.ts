import type {
  ChargingProfileType,
  ChargingScheduleType,
  ReportChargingProfilesRequest,
} from 'typed-ocpp/dist/ocpp21/types.js';
import type { ReportedProfile, ReportedSchedule } from '../../site/stationMessages.js';
import type { DecodedRequest } from '../dialect.js';
import { parseInstant } from '../timestamp.js';
import { decoded, evseFailure } from './decoded.js';
import { heldLimit, sourceOf } from './smartCharging.js';

export function decodeReportedProfiles({
  requestId,
  tbc,
  evseId,
  chargingLimitSource,
  chargingProfile,
}: ReportChargingProfilesRequest): DecodedRequest {
  const failure = evseFailure(evseId, 0);
  if (failure !== undefined) return { decoded: false, failure };
  return decoded({
    type: 'profilesReported',
    requestId,
    isLast: tbc !== true,
    evseId,
    source: sourceOf(chargingLimitSource),
    profiles: chargingProfile.map(profileOf),
  });
}

function profileOf(profile: ChargingProfileType): ReportedProfile {
  const { recurrencyKind, transactionId } = profile;
  const validFromMs = instantOf(profile.validFrom);
  const validToMs = instantOf(profile.validTo);
  return {
    profileId: profile.id,
    stackLevel: profile.stackLevel,
    purpose: profile.chargingProfilePurpose,
    kind: profile.chargingProfileKind,
    ...(recurrencyKind !== undefined && { recurrency: recurrencyKind }),
    ...(transactionId !== undefined && { transactionId }),
    ...(validFromMs !== undefined && { validFromMs }),
    ...(validToMs !== undefined && { validToMs }),
    schedules: profile.chargingSchedule.map(scheduleOf),
  };
}

function scheduleOf(schedule: ChargingScheduleType): ReportedSchedule {
  const startMs = instantOf(schedule.startSchedule);
  return {
    ...(startMs !== undefined && { startMs }),
    ...(schedule.duration !== undefined && { durationS: schedule.duration }),
    rateUnit: schedule.chargingRateUnit,
    periods: schedule.chargingSchedulePeriod.map((period) => {
      const limit = heldLimit(period);
      return {
        startPeriodS: period.startPeriod,
        ...(limit !== undefined && { limit }),
        ...(period.numberPhases !== undefined && { numberPhases: period.numberPhases }),
      };
    }),
  };
}

function instantOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInstant(text);
}
