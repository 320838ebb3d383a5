interface Period {
  readonly startPeriod: number;
  readonly limit: number;
}

interface Installed {
  readonly evseId: number;
  readonly id: number;
  readonly chargingProfilePurpose: string;
  readonly chargingSchedule: readonly [
    {
      readonly startSchedule?: string;
      readonly duration?: number;
      readonly chargingRateUnit: string;
      readonly chargingSchedulePeriod: readonly Period[];
    },
  ];
}

/** What a station that keeps to its profiles would answer: a transaction's profile while it lasts, else the default. */
export class ProfilesOfStation {
  readonly #installed = new Map<number, Installed>();
  readonly #unlimited = 32;

  install({ evseId, chargingProfile }: Readonly<Record<string, unknown>>): void {
    const profile = { ...(chargingProfile as Installed), evseId: Number(evseId) };
    this.#installed.set(profile.id, profile);
  }

  get all(): readonly Installed[] {
    return [...this.#installed.values()];
  }

  remove(purpose: string): void {
    for (const { id, chargingProfilePurpose } of this.all)
      if (chargingProfilePurpose === purpose) this.#installed.delete(id);
  }

  composite({ evseId, duration }: Readonly<Record<string, unknown>>) {
    const startMs = Math.floor(Date.now() / 1000) * 1000;
    const seconds = Number(duration);
    const periods: Period[] = [];
    for (let second = 0; second < seconds; second += 1) {
      const limit = this.limitAt(Number(evseId), startMs + second * 1000);
      if (periods.at(-1)?.limit !== limit) periods.push({ startPeriod: second, limit });
    }
    return {
      status: 'Accepted',
      schedule: {
        evseId,
        duration: seconds,
        scheduleStart: new Date(startMs).toISOString(),
        chargingRateUnit: 'A',
        chargingSchedulePeriod: periods,
      },
    };
  }

  limitAt(evseId: number, atMs: number): number {
    const of = (purpose: string) =>
      this.all.find((profile) => profile.chargingProfilePurpose === purpose && [0, evseId].includes(profile.evseId));
    return limitOf(of('TxProfile'), atMs) ?? limitOf(of('TxDefaultProfile'), atMs) ?? this.#unlimited;
  }
}

function limitOf(profile: Installed | undefined, atMs: number): number | undefined {
  if (profile === undefined) return undefined;
  const [schedule] = profile.chargingSchedule;
  const startMs = Date.parse(schedule.startSchedule ?? new Date(atMs).toISOString());
  const elapsedS = (atMs - startMs) / 1000;
  if (elapsedS < 0 || (schedule.duration !== undefined && elapsedS >= schedule.duration)) return undefined;
  return schedule.chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= elapsedS)?.limit;
}
