import type { ChargingProfile } from '../../src/site/chargingProfile.js';
import type { CommandOutcome, CommandResponses, StationCommand } from '../../src/site/stationMessages.js';

/**
 * A station in virtual time that keeps to the specification: what it holds decides what its car may draw. Independent of the code
 * under test: it knows profiles, not LimitSteps.
 */
export class PureStation {
  readonly stationId: string;
  readonly currentMaxA: number;
  readonly reactionMs: number;
  /** Its clock is this much ahead of ours. */
  readonly skewMs: number;
  failsafe: ChargingProfile | undefined;
  tx: ChargingProfile | undefined;
  transactionId: number | string | undefined;
  car: { readonly phases: number; readonly wantsA: number } | undefined;
  /** What the car draws per phase: follows the limit, upwards at once, downwards within its reaction time. */
  drawnA = 0;
  private fallsAtMs: number | undefined;
  energyWh = 1_000;

  constructor(options: { stationId: string; currentMaxA: number; reactionMs: number; skewMs: number }) {
    this.stationId = options.stationId;
    this.currentMaxA = options.currentMaxA;
    this.reactionMs = options.reactionMs;
    this.skewMs = options.skewMs;
  }

  limitA(nowMs: number): number {
    const stationNow = nowMs + this.skewMs;
    const tx =
      this.tx !== undefined && this.tx.transactionId === this.transactionId ? limitOf(this.tx, stationNow) : undefined;
    return Math.min(
      this.currentMaxA,
      tx ?? (this.failsafe === undefined ? undefined : limitOf(this.failsafe, stationNow)) ?? this.currentMaxA,
    );
  }

  /** Lets the car follow. To be called often. */
  follow(nowMs: number): void {
    const offered = this.limitA(nowMs);
    const target =
      this.car === undefined || this.transactionId === undefined || offered < 6
        ? 0
        : Math.min(offered, this.car.wantsA);
    if (target >= this.drawnA || this.car === undefined) {
      this.drawnA = target;
      this.fallsAtMs = undefined;
    } else if (this.fallsAtMs === undefined) this.fallsAtMs = nowMs + this.reactionMs;
    else if (nowMs >= this.fallsAtMs) {
      this.drawnA = target;
      this.fallsAtMs = undefined;
    }
  }

  answer(command: StationCommand, nowMs: number): CommandOutcome {
    return { outcome: 'answered', response: this.respond(command, nowMs) };
  }

  private respond(command: StationCommand, nowMs: number): CommandResponses[StationCommand['type']] {
    switch (command.type) {
      case 'setChargingProfile':
        return { status: this.install(command.profile) };
      case 'getCompositeSchedule':
        return {
          status: 'Accepted',
          schedule: {
            startMs: nowMs + this.skewMs,
            durationS: command.durationS,
            rateUnit: 'A',
            periods: compositePeriods((ms) => this.limitA(ms), nowMs, command.durationS),
          },
        };
      case 'getConfiguration':
        return { keys: [{ key: 'ChargingScheduleMaxPeriods', value: '12', readonly: true }], unknownKeys: [] };
      default:
        return { status: 'Accepted' };
    }
  }

  private install(profile: ChargingProfile): string {
    if (profile.purpose === 'TxDefaultProfile') this.failsafe = profile;
    else if (profile.transactionId === undefined || profile.transactionId !== this.transactionId) return 'Rejected';
    else this.tx = profile;
    return 'Accepted';
  }
}

function limitOf(profile: ChargingProfile, stationNowMs: number): number | undefined {
  const { startMs = 0, durationS, periods } = profile.schedule;
  const atS = (stationNowMs - startMs) / 1000;
  if (atS < 0 || (durationS !== undefined && atS >= durationS)) return undefined;
  return periods.findLast((period) => period.startPeriodS <= atS)?.limit;
}

function compositePeriods(limitAt: (ms: number) => number, nowMs: number, durationS: number) {
  const periods: { startPeriodS: number; limit: number }[] = [];
  for (let second = 0; second < durationS; second++) {
    const limit = limitAt(nowMs + second * 1000);
    if (periods.at(-1)?.limit !== limit) periods.push({ startPeriodS: second, limit });
  }
  return periods;
}
