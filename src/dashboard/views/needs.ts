import type { Needs, Session } from '../api/documents.js';
import { sessionsApi } from '../api/sessions.js';
import type { SiteFeed } from '../live/feed.js';
import { needsOf, PRIORITY_MOST } from '../model/needs.js';

export function givePriority(feed: SiteFeed, session: Session): Promise<void> {
  return changeNeeds(feed, session.sessionId, { ...needsOf(session), priority: PRIORITY_MOST });
}

/** Shown at once; where the service does not take it, what was before is shown again and the failure is thrown. */
export async function changeNeeds(feed: SiteFeed, sessionId: string, needs: Needs): Promise<void> {
  const before = feed.sessions.peek();
  const replaced = (by: (session: Session) => Session) =>
    feed.sessions.peek().map((session) => (session.sessionId === sessionId ? by(session) : session));
  feed.showSessions(replaced((session) => withNeeds(session, needs)));
  try {
    const stored = await sessionsApi.putNeeds(feed.siteId, sessionId, needs);
    feed.showSessions(replaced(() => stored));
  } catch (error) {
    feed.showSessions(before);
    throw error;
  }
  feed.refreshQuietly();
}

function withNeeds(session: Session, needs: Needs): Session {
  const departure = needs.departure ?? null;
  const energyWh = needs.energyWh ?? null;
  const priority = needs.priority ?? session.priority;
  return {
    ...session,
    departure,
    energyWantedWh: energyWh,
    priority,
    needsUsed: {
      departure: departure ?? session.needsUsed?.departure ?? null,
      energyWh: energyWh ?? session.needsUsed?.energyWh ?? null,
      priority,
    },
  };
}
