import { request } from './client.js';
import type { SiteState } from './documents.js';
import type { SiteDraft } from './setupDocuments.js';

export type * from './setupDocuments.js';

const site = (siteId: string) => `/v1/sites/${encodeURIComponent(siteId)}`;

export const setupApi = {
  state: (siteId: string) => request<SiteState>(`/v1/sites/${encodeURIComponent(siteId)}/state`),
  site: (siteId: string) => request<SiteDraft>(site(siteId)),
  tryOut: (draft: SiteDraft) => request<SiteDraft>(`${site(draft.siteId)}?dryRun=true`, { method: 'PUT', body: draft }),
  put: (draft: SiteDraft) => request<SiteDraft>(site(draft.siteId), { method: 'PUT', body: draft }),
};
