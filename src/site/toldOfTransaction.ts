/** Which of a transaction's events, by its number and its station's clock. */
export interface ToldAt {
  readonly seqNo: number;
  readonly timestampMs: number;
}

export interface VehicleNeeds {
  readonly departureMs?: number;
  /** Still to come when it was told. */
  readonly energyWh?: number;
  /** Per phase, AC. */
  readonly currentMaxA?: number;
}
