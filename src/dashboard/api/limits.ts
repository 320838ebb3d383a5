import { request } from './client.js';
import type { LimitDocument, LimitWarning, LimitWindows } from './limitDocuments.js';

export type * from './limitDocuments.js';

const limits = (siteId: string) => `/v1/sites/${encodeURIComponent(siteId)}/limits`;
const limit = (siteId: string, limitId: string) => `${limits(siteId)}/${encodeURIComponent(limitId)}`;

export const limitsApi = {
  list: async (siteId: string) => (await request<{ limits: readonly LimitDocument[] }>(limits(siteId))).limits,
  windows: (siteId: string, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) =>
    request<LimitWindows>(
      `/v1/sites/${encodeURIComponent(siteId)}/limit-windows?from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`,
    ),
  put: (siteId: string, limitId: string, document: LimitDocument) =>
    request<{ readonly warnings: readonly LimitWarning[] }>(limit(siteId, limitId), { method: 'PUT', body: document }),
  remove: (siteId: string, limitId: string) => request<unknown>(limit(siteId, limitId), { method: 'DELETE' }),
};
