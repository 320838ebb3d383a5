import { request } from './client.js';

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

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const site = (siteId: string) => `/v1/sites/${encodeURIComponent(siteId)}`;
const spanOf = ({ fromMs, toMs }: Span) => `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;

export const billApi = {
  bill: (siteId: string, month: string) => request<Bill>(`${site(siteId)}/bill?month=${month}`),
  days: (siteId: string, span: Span) => request<DayHistory>(`${site(siteId)}/history?resolution=day&${spanOf(span)}`),
  sessions: async (siteId: string, span: Span) =>
    (await request<{ sessions: readonly SessionRecord[] }>(`${site(siteId)}/history/sessions?${spanOf(span)}`))
      .sessions,
  /** The same as files for a spreadsheet. */
  billCsv: (siteId: string, month: string) => request<string>(`${site(siteId)}/bill?month=${month}&format=csv`),
  sessionsCsv: (siteId: string, span: Span) =>
    request<string>(`${site(siteId)}/history/sessions?format=csv&${spanOf(span)}`),
};
