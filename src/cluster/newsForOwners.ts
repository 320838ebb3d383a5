import type { OcpiNews, OcpiReply } from '../ocpi/ocpiDesk.js';
import type { Clock } from '../site/clock.js';
import type { NodePost } from './nodePost.js';
import type { SiteRoutes } from './siteRoutes.js';

export interface NewsForOwnersOptions {
  readonly post: NodePost;
  readonly routes: SiteRoutes;
  readonly clock: Clock;
  readonly desk: () => { tell(news: OcpiNews): Promise<OcpiReply> };
  readonly isOwnedHere: (siteId: string) => boolean;
}

/** As long as a site may take to find another owner. */
const OWNER_AT_MOST_MS = 5_000;
const ATTEMPT_MS = 5_000;
const RETRY_MS = 250;

/** What back ends say at any process, on its way to the owner of the site that it is about. It is carried out twice at worst. */
export class NewsForOwners {
  private readonly options: NewsForOwnersOptions;

  constructor(options: NewsForOwnersOptions) {
    this.options = options;
    options.post.handle('ocpi.news', async ({ siteId, news }) => {
      if (!options.isOwnedHere(siteId)) return { status: 'notOwner' };
      return { status: 'answered', reply: await options.desk().tell(news) };
    });
  }

  /** Throws where no owner answers in time: whoever told it tells it again. */
  async tell(siteId: string, news: OcpiNews): Promise<OcpiReply> {
    const { routes, clock, post } = this.options;
    const deadlineMs = clock.nowMs() + OWNER_AT_MOST_MS;
    for (;;) {
      const route = routes.find(siteId);
      const ask = { siteId, news };
      const answer =
        route === undefined
          ? undefined
          : await post.ask(route.ownerId, 'ocpi.news', { ask, timeoutMs: ATTEMPT_MS }).catch(() => undefined);
      if (answer?.status === 'answered') return answer.reply;
      if (clock.nowMs() >= deadlineMs) throw new Error(`the owner of the site ${siteId} does not answer`);
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
      await routes.look();
    }
  }
}
