import type { StationCaller } from '../site/stationMessages.js';
import type { NodePost } from './nodePost.js';
import type { SiteRoutes } from './siteRoutes.js';

export interface CommandDeskOptions {
  readonly post: NodePost;
  readonly routes: SiteRoutes;
  readonly caller: StationCaller;
  readonly connectionOf: (stationId: string) => string | undefined;
}

/** Where a gateway takes commands for its stations: only from who owns the site, as far as is known here. */
export class CommandDesk {
  private readonly tokens = new Map<string, number>();
  /** Commands from owners gone by that were not sent. */
  refused = 0;

  constructor({ post, routes, caller, connectionOf }: CommandDeskOptions) {
    routes.onChange(({ siteId, token }) => this.seen(siteId, token));
    post.handle('station.command', async ({ siteId, token, stationId, connectionId, command, options }) => {
      const highest = this.seen(siteId, token);
      if (token < highest) {
        this.refused += 1;
        return { outcome: 'stale', token: highest };
      }
      if (connectionOf(stationId) !== connectionId) return { outcome: 'notSent', reason: 'offline' };
      // Another owner may be heard of while it waits for its turn.
      const isOutdated = (): boolean => {
        if (token >= (this.tokens.get(siteId) ?? 0)) return false;
        this.refused += 1;
        return true;
      };
      return caller.call(stationId, command, { ...options, isOutdated });
    });
  }

  private seen(siteId: string, token: number): number {
    const highest = Math.max(token, this.tokens.get(siteId) ?? 0);
    this.tokens.set(siteId, highest);
    return highest;
  }
}
