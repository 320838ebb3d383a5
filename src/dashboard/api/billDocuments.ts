interface BillLine {
  readonly component: string;
  readonly kind: string;
  readonly quantity: number;
  readonly unit: string;
  readonly amount: number;
}

export interface BilledPeak {
  readonly component: string;
  readonly start: string;
  readonly weightedKw: number;
  readonly counted: boolean;
}

export interface Bill {
  readonly month: string;
  readonly start: string;
  readonly end: string;
  readonly complete: boolean;
  readonly currency: string;
  readonly total: number;
  readonly lines: readonly BillLine[];
  readonly peaks: readonly BilledPeak[];
  readonly notes: readonly string[];
  readonly energy: { readonly importWh: number | null; readonly carsWh: number | null; readonly knownShare: number };
  readonly uncontrolled: { readonly total: number; readonly sessions: number; readonly peakQuarterW: number | null };
  readonly saving: number;
}

export interface DayHistory {
  readonly periods: readonly { readonly start: string; readonly end: string; readonly peakHourW: number | null }[];
}

export interface SessionRecord {
  readonly sessionId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly start: string;
  readonly end: string | null;
  readonly energyWh: number;
  readonly cost: number | null;
  readonly uncontrolledCost: number | null;
  readonly currency: string | null;
}
