import type { Session } from '../api/documents.js';
import type { SiteFeed } from '../live/feed.js';
import { needsOf } from '../model/needs.js';

export const PRIORITY_MOST = 10;

export function givePriority(feed: SiteFeed, session: Session): Promise<void> {
  return feed.changeNeeds(session.sessionId, { ...needsOf(session), priority: PRIORITY_MOST });
}
