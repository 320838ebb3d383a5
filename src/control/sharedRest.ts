/** All sites together take no more than about a quarter of the time for one kind of work: each rests so many times as long as they took. */
const REST_FACTOR = 3;
/** Who worked longer ago than this is not counted with. */
const RECENT_MS = 1_000;
/** For the sake of others a site rests no longer than this. */
const REST_FOR_OTHERS_MAX_MS = 1_000;

interface Work {
  readonly atMs: number;
  readonly tookMs: number;
}

/**
 * How long a site rests after it has planned, or looked at what may be sent. Alone it may go on soon. When the stations of many sites
 * come back at once, each of their messages would have its site look again; with longer rests a look takes in what came meanwhile.
 */
export class SharedRest {
  /** The last of each site, oldest first. */
  private readonly recent = new Map<string, Work>();
  private recentMs = 0;

  /** From now on, when the work of the site has just ended. */
  restMs(siteId: string, tookMs: number, nowMs: number): number {
    this.forget(siteId);
    this.recent.set(siteId, { atMs: nowMs, tookMs });
    this.recentMs += tookMs;
    for (const [other, { atMs }] of this.recent) {
      if (nowMs - atMs <= RECENT_MS) break;
      this.forget(other);
    }
    const forOthersMs = Math.min(REST_FOR_OTHERS_MAX_MS, (REST_FACTOR + 1) * this.recentMs - tookMs);
    return Math.max(REST_FACTOR * tookMs, forOthersMs);
  }

  private forget(siteId: string): void {
    this.recentMs -= this.recent.get(siteId)?.tookMs ?? 0;
    this.recent.delete(siteId);
  }
}
