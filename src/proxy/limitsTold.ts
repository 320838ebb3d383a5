import type { ChargingSchedule } from '../site/chargingProfile.js';
import type { StationRequest } from '../site/stationMessages.js';
import { type BoundContext, boundOf, type CsmsProfiles, isMaximum } from './csmsProfiles.js';
import { objectOf } from './csmsRequests.js';
import type { OwnProfile } from './ownProfiles.js';

// What one side is told of the other's limits: the site of what its CSMS allows, the CSMS of what the site does.

type LimitRequest = StationRequest & { readonly type: 'chargingLimit' | 'chargingLimitCleared' };

/** As far as anything is planned. */
const TOLD_S = 48 * 3600;
/** Where a schedule has to say that nothing is limited for a while: more than any outlet gives. */
const BEYOND_ANY = 1_000_000;

export interface LimitNews {
  readonly request: LimitRequest;
  /** The same where it means the same, however much later it is said. */
  readonly mark: string;
}

/** For the site, by EVSE; 0 is what all of the station's have together. A limit of the charging station operator: its CSMS's. */
export function limitNews(
  csms: CsmsProfiles,
  evseIds: readonly number[],
  context: BoundContext & { readonly nowMs: number },
): ReadonlyMap<number, LimitNews> {
  const maxima = csms.filter(({ profile }) => isMaximum(profile));
  return new Map(
    evseIds.map((evseId): readonly [number, LimitNews] => {
      const schedule = scheduleOf(evseId === 0 ? maxima : csms, evseId, context);
      const where = evseId === 0 ? {} : { evseId };
      if (schedule === undefined)
        return [evseId, { request: { type: 'chargingLimitCleared', ...where, source: 'CSO' }, mark: 'none' }];
      return [
        evseId,
        { request: { type: 'chargingLimit', ...where, source: 'CSO', schedule }, mark: markOf(schedule) },
      ];
    }),
  );
}

function scheduleOf(
  csms: CsmsProfiles,
  evseId: number,
  context: BoundContext & { readonly nowMs: number },
): (ChargingSchedule & { startMs: number }) | undefined {
  if (csms.length === 0) return undefined;
  const startMs = Math.floor(context.nowMs / 1000) * 1000;
  const rateUnit = csms.every(({ profile }) => unitOf(profile) === 'W') ? 'W' : 'A';
  const { periods } = boundOf(csms, { startMs, durationS: TOLD_S, rateUnit, evseId }, context);
  if (periods.every(({ limit }) => limit === 'unlimited')) return undefined;
  return {
    startMs,
    durationS: TOLD_S,
    rateUnit,
    periods: periods.map(({ startPeriodS, limit, numberPhases }) => ({
      startPeriodS,
      limit: limit === 'unlimited' ? BEYOND_ANY : limit,
      ...(numberPhases === undefined ? {} : { numberPhases }),
    })),
  };
}

/** In 1.6 there is one schedule, from 2.0.1 on a list. */
function unitOf({ chargingSchedule }: CsmsProfiles[number]['profile']): unknown {
  const first: unknown = Array.isArray(chargingSchedule) ? chargingSchedule[0] : chargingSchedule;
  return objectOf(first).chargingRateUnit;
}

function markOf({ startMs, rateUnit, periods }: ChargingSchedule & { startMs: number }): string {
  const steps = periods.map(({ startPeriodS, limit }, index) => [
    index === 0 ? 0 : startMs + startPeriodS * 1000,
    limit,
  ]);
  return JSON.stringify([rateUnit, steps]);
}

/** The CSMS is told of the same EVSE no more often than this. */
const TOLD_EVERY_MS = 60_000;

/** From OCPP 2.0.1 on a CSMS is told what else limits a transaction. */
export class LimitsForCsms {
  readonly #call: (action: string, payload: object) => void;
  readonly #told = new Map<number, { readonly text: string; readonly atMs: number }>();

  constructor(call: (action: string, payload: object) => void) {
    this.#call = call;
  }

  /** `own`: what the transaction on it is given; undefined: there is none any more. */
  tell(evseId: number, own: OwnProfile | undefined, nowMs: number): void {
    const told = this.#told.get(evseId);
    if (own === undefined) {
      if (told === undefined) return;
      this.#told.delete(evseId);
      this.#call('ClearedChargingLimit', { chargingLimitSource: 'EMS', evseId });
      return;
    }
    const { startMs, durationS, rateUnit, periods } = own.profile.schedule;
    const text = JSON.stringify([rateUnit, periods.map(({ limit }) => limit)]);
    if (told !== undefined && (told.text === text || nowMs - told.atMs < TOLD_EVERY_MS)) return;
    this.#told.set(evseId, { text, atMs: nowMs });
    this.#call('NotifyChargingLimit', {
      evseId,
      chargingLimit: { chargingLimitSource: 'EMS' },
      chargingSchedule: [
        {
          id: own.profile.profileId,
          ...(startMs === undefined ? {} : { startSchedule: new Date(startMs).toISOString() }),
          ...(durationS === undefined ? {} : { duration: durationS }),
          chargingRateUnit: rateUnit,
          chargingSchedulePeriod: periods.map(({ startPeriodS, limit, numberPhases }) => ({
            startPeriod: startPeriodS,
            limit,
            ...(numberPhases === undefined ? {} : { numberPhases }),
          })),
        },
      ],
    });
  }
}
