import type { Plan, Session, SitePrices, SiteState, SiteSummary } from '../api/documents.js';
import { SNAPSHOTS } from '../session.js';

/** A site as it was last seen here; shown, as lost, when the service is away. */
export interface Snapshot {
  readonly atMs: number;
  readonly site: SiteSummary;
  readonly state: SiteState;
  readonly sessions: readonly Session[];
  readonly plan: Plan | undefined;
  readonly prices: SitePrices | undefined;
  readonly peakKw: number | undefined;
}

/** Only over TLS, or on this very machine, do browsers let a page keep anything of this size. */
const canKeep = 'caches' in window;

export async function keepSnapshot(snapshot: Snapshot): Promise<void> {
  if (!canKeep) return;
  try {
    await (await caches.open(SNAPSHOTS)).put(addressOf(snapshot.site.siteId), new Response(JSON.stringify(snapshot)));
  } catch {
    // The device has no room left: then there is none.
  }
}

export async function lastSnapshot(siteId: string): Promise<Snapshot | undefined> {
  if (!canKeep) return undefined;
  try {
    const kept = await (await caches.open(SNAPSHOTS)).match(addressOf(siteId));
    return kept === undefined ? undefined : ((await kept.json()) as Snapshot);
  } catch {
    return undefined;
  }
}

function addressOf(siteId: string): string {
  return `/snapshots/${encodeURIComponent(siteId)}`;
}
