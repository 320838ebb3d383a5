import { request } from './client.js';
import type { Needs, Session, SessionWhy } from './documents.js';

const session = (siteId: string, sessionId: string) =>
  `/v1/sites/${encodeURIComponent(siteId)}/sessions/${encodeURIComponent(sessionId)}`;

export const sessionsApi = {
  why: (siteId: string, sessionId: string) => request<SessionWhy>(`${session(siteId, sessionId)}/why`),
  putNeeds: (siteId: string, sessionId: string, needs: Needs) =>
    request<Session>(`${session(siteId, sessionId)}/needs`, { method: 'PUT', body: needs }),
};
