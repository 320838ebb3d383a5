import { request } from './client.js';

export interface TariffSummary {
  readonly tariffId: string;
  readonly name: string | null;
  readonly currency: string;
  readonly timeZone: string;
  readonly updatedAt: string;
  readonly components: readonly { readonly id: string; readonly kind: string }[];
  readonly pricesTo: string | null;
  readonly siteIds: readonly string[];
}

interface PriceRun {
  readonly start: string;
  readonly resolution: string;
  readonly pricesPerKwh: readonly number[];
}

export interface TariffDocument {
  readonly tariffId: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly warnings: readonly string[];
  readonly components: readonly {
    readonly kind: string;
    readonly id: string;
    readonly prices?: readonly PriceRun[];
    readonly intervals?: readonly { readonly start: string; readonly end: string; readonly pricePerKwh: number }[];
  }[];
}

/** What the reader of tariffs found wrong in a document. */
export interface TariffIssue {
  readonly reason: string;
  readonly fix: string;
  readonly line?: number;
  readonly column?: string;
  readonly path?: string;
  readonly text?: string;
}

/** A document as somebody has it, and what it does not say by itself. */
export interface Upload {
  readonly text: string;
  readonly type: 'text/csv' | 'application/json' | 'application/xml';
  readonly format: 'evenkeel' | 'ocpi' | 'openadr3' | 'entsoe' | 'csv';
  readonly timeZone: string;
  readonly currency: string;
}

const tariff = (tariffId: string) => `/v1/tariffs/${encodeURIComponent(tariffId)}`;

function queryOf({ format, timeZone, currency }: Upload, more: Readonly<Record<string, string>> = {}): string {
  const named = format === 'evenkeel' ? {} : { format, timeZone, currency };
  const text = new URLSearchParams({ ...named, ...more }).toString();
  return text === '' ? '' : `?${text}`;
}

export const tariffsApi = {
  list: async () => (await request<{ tariffs: readonly TariffSummary[] }>('/v1/tariffs')).tariffs,
  document: (tariffId: string) => request<TariffDocument>(tariff(tariffId)),
  /** What it would be, were it stored; nothing is. */
  tryOut: (tariffId: string, upload: Upload) =>
    request<TariffDocument>(`${tariff(tariffId)}${queryOf(upload, { dryRun: 'true' })}`, {
      method: 'PUT',
      text: upload.text,
      type: upload.type,
    }),
  put: (tariffId: string, upload: Upload) =>
    request<TariffDocument>(`${tariff(tariffId)}${queryOf(upload)}`, {
      method: 'PUT',
      text: upload.text,
      type: upload.type,
    }),
  addPrices: (tariffId: string, upload: Upload) =>
    request<TariffDocument>(`${tariff(tariffId)}/prices${queryOf(upload)}`, {
      method: 'POST',
      text: upload.text,
      type: upload.type,
    }),
};
