import type { SessionDocument } from '../../../src/api/sessions/document.js';
import type { SiteState } from '../../../src/api/state/document.js';
import type { ServiceApi } from './serviceApi.js';

/** The API's answers in the API's own types: what they are checked against is the test's business, not their shape. */
export async function siteState(api: ServiceApi, siteId: string): Promise<SiteState> {
  return (await api.get(`/v1/sites/${siteId}/state`)) as SiteState;
}

/** Open and past. */
export async function sessionsOf(api: ServiceApi, siteId: string): Promise<readonly SessionDocument[]> {
  const answer = (await api.get(`/v1/sites/${siteId}/sessions?limit=200`)) as {
    readonly sessions: readonly SessionDocument[];
  };
  return answer.sessions;
}
