import type { Clock } from '../site/clock.js';
import type { SiteView } from './service.js';

type Watcher = (state: SiteView) => void;

const WATCH_GAP_MS = 250;

/** Readers of sites are told at most a few times a second, and nothing is worked out for nobody. */
export class SiteWatchers {
  private readonly options: { readonly clock: Clock; readonly viewOf: (siteId: string) => SiteView | undefined };
  private readonly watchers = new Map<string, Set<Watcher>>();
  private readonly changed = new Set<string>();
  private closed = false;

  constructor(options: SiteWatchers['options']) {
    this.options = options;
  }

  /** The answer ends it. */
  watch(siteId: string, onChange: Watcher): () => void {
    const watchers = this.watchers.get(siteId) ?? new Set();
    this.watchers.set(siteId, watchers.add(onChange));
    return () => {
      watchers.delete(onChange);
      if (watchers.size === 0) this.watchers.delete(siteId);
    };
  }

  announce(siteId: string): void {
    if (this.closed || this.changed.has(siteId) || !this.watchers.has(siteId)) return;
    this.changed.add(siteId);
    this.options.clock.after(WATCH_GAP_MS, () => {
      this.changed.delete(siteId);
      const view = this.watchers.has(siteId) ? this.options.viewOf(siteId) : undefined;
      if (view !== undefined) for (const onChange of this.watchers.get(siteId) ?? []) onChange(view);
    });
  }

  close(): void {
    this.closed = true;
  }
}
