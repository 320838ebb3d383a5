/** What a car says that it needs (ISO 15118), for the versions that can pass it on. */
export type ChargingNeeds = {
  readonly departureMs?: number;
  readonly energyWh: number;
} & (
  | {
      readonly transfer: 'AC';
      readonly phases: 1 | 2 | 3;
      readonly currentMinA: number;
      readonly currentMaxA: number;
      readonly voltageMaxV: number;
    }
  | {
      readonly transfer: 'DC';
      readonly currentMaxA: number;
      readonly voltageMaxV: number;
      readonly powerMaxW?: number;
      /** 0 to 1. */
      readonly soC?: number;
      readonly capacityWh?: number;
    }
);
