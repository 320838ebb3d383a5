import type { Bill, DayHistory, SessionRecord } from './billDocuments.js';
import { request } from './client.js';

export type * from './billDocuments.js';

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
