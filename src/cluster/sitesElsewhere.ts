import type { Log } from '../control/ports.js';
import type { Clock } from '../site/clock.js';
import type { SiteModel } from '../site/model.js';
import type { StoredNode } from '../store/store.js';
import type { NodePost } from './nodePost.js';

export interface SitesElsewhereOptions {
  readonly post: NodePost;
  readonly planners: () => readonly StoredNode[];
  readonly clock: Clock;
  readonly log: Log;
}

const ASK_EVERY_MS = 30_000;
const ASK_SOON_MS = 500;
const ANSWER_AT_MOST_MS = 5_000;

/** The sites of other processes as they are configured, asked for now and then, and soon after one has changed. */
export class SitesElsewhere {
  private readonly options: SitesElsewhereOptions;
  private sites: readonly SiteModel[] = [];
  private timer: { readonly atMs: number; readonly cancel: () => void } | undefined;
  private closed = false;

  constructor(options: SitesElsewhereOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    await this.options.post.hear('site.owned', () => this.askSoon(ASK_SOON_MS));
    this.askSoon(0);
  }

  list(): readonly SiteModel[] {
    return this.sites;
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
  }

  private askSoon(delayMs: number): void {
    const atMs = this.options.clock.nowMs() + delayMs;
    if (this.closed || (this.timer !== undefined && this.timer.atMs <= atMs)) return;
    this.timer?.cancel();
    const cancel = this.options.clock.after(delayMs, () => {
      this.timer = undefined;
      void this.ask().finally(() => this.askSoon(ASK_EVERY_MS));
    });
    this.timer = { atMs, cancel };
  }

  private async ask(): Promise<void> {
    const { post, planners, log } = this.options;
    const others = planners().filter(({ nodeId }) => nodeId !== post.nodeId);
    const answers = await Promise.all(
      others.map(({ nodeId }) =>
        post.ask(nodeId, 'sites.list', { ask: {}, timeoutMs: ANSWER_AT_MOST_MS }).catch((error: unknown) => {
          log.info({ nodeId, error: String(error) }, 'a planner did not say which sites it has');
          return { sites: [] };
        }),
      ),
    );
    this.sites = answers.flatMap(({ sites }) => sites as readonly SiteModel[]);
  }
}
