import type { ChargingProfile, TransactionId } from '../site/chargingProfile.js';
import { outletWattsPerAmpere } from '../site/electricity.js';
import type { Evse } from '../site/model.js';
import { type CompositeSchedule, compositeSchedule } from './composite/compositeSchedule.js';

export interface NeutralCompositeInput {
  /** Those that are installed, each of another purpose; EVSE 0 is the whole station. */
  readonly profiles: readonly { readonly evseId: number; readonly profile: ChargingProfile }[];
  readonly evse: Evse;
  readonly voltageV: number;
  readonly transaction: { readonly startMs: number; readonly transactionId: TransactionId } | null;
  readonly startMs: number;
  readonly durationS: number;
}

/**
 * What neutral profiles add up to for one EVSE, in A per phase on the grid side, whatever unit each is in. Of one purpose there is
 * one profile, so that all versions agree; the neutral profile has the words of 2.0.1, so it is composed as that version's.
 */
export function neutralComposite(input: NeutralCompositeInput): CompositeSchedule {
  const { profiles, evse, transaction, startMs, durationS } = input;
  const phases = evse.phases.length;
  return compositeSchedule({
    ocppVersion: '2.0.1',
    profiles: profiles.map(({ evseId, profile }) => ({ evseId, profile: toWire(profile) })),
    transactions: transaction === null ? [] : [{ evseId: evse.id, ...transaction }],
    evseId: evse.id,
    startMs,
    durationS,
    rateUnit: 'A',
    phases,
    // The supply that an ampere on the grid side is worth so many watts of at the outlet.
    voltageV: outletWattsPerAmpere(evse, input.voltageV) / phases,
  });
}

function toWire({ schedule, ...profile }: ChargingProfile): object {
  const { startMs, durationS, rateUnit, periods } = schedule;
  return {
    id: profile.profileId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    ...(profile.recurrency === undefined ? {} : { recurrencyKind: profile.recurrency }),
    ...(profile.transactionId === undefined ? {} : { transactionId: String(profile.transactionId) }),
    ...(profile.validFromMs === undefined ? {} : { validFrom: instant(profile.validFromMs) }),
    ...(profile.validToMs === undefined ? {} : { validTo: instant(profile.validToMs) }),
    chargingSchedule: [
      {
        id: profile.profileId,
        ...(startMs === undefined ? {} : { startSchedule: instant(startMs) }),
        ...(durationS === undefined ? {} : { duration: durationS }),
        chargingRateUnit: rateUnit,
        chargingSchedulePeriod: periods.map(({ startPeriodS, limit, numberPhases }) => ({
          startPeriod: startPeriodS,
          limit,
          ...(numberPhases === undefined ? {} : { numberPhases }),
        })),
      },
    ],
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
