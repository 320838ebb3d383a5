import { request } from './client.js';
import type { TariffDocument, TariffSummary, Upload } from './tariffDocuments.js';

export type * from './tariffDocuments.js';

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
