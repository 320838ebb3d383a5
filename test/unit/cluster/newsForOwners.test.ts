import { describe, expect, it } from 'vitest';
import { EmbeddedBus } from '../../../src/bus/embeddedBus.js';
import { NewsForOwners } from '../../../src/cluster/newsForOwners.js';
import { NodePost } from '../../../src/cluster/nodePost.js';
import type { Route, SiteRoutes } from '../../../src/cluster/siteRoutes.js';
import type { OcpiNews, OcpiReply } from '../../../src/ocpi/ocpiDesk.js';
import type { Clock } from '../../../src/site/clock.js';
import { systemClock } from '../../support/systemClock.js';

const NEWS: OcpiNews = { kind: 'result', callbackId: 'c', body: { result: 'ACCEPTED' } };

/** Waiting takes no time, but the clock goes on. */
function leapingClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    after: (delayMs, run) => {
      nowMs += delayMs;
      queueMicrotask(run);
      return () => {};
    },
  };
}

function rig(owned: { here: boolean; routed: boolean }) {
  const clock = leapingClock();
  const post = new NodePost(new EmbeddedBus({ nodeId: 'n1', clock: systemClock }));
  const told: OcpiNews[] = [];
  let looks = 0;
  const routes = {
    find: () => (owned.routed ? ({ ownerId: 'n1', url: 'http://n1', token: 1 } as unknown as Route) : undefined),
    look: async () => {
      looks += 1;
      if (looks === 3) Object.assign(owned, { here: true, routed: true });
    },
  } as unknown as SiteRoutes;
  const news = new NewsForOwners({
    post,
    routes,
    clock,
    isOwnedHere: () => owned.here,
    desk: () => ({
      tell: async (one): Promise<OcpiReply> => {
        told.push(one);
        return { statusCode: 1000 };
      },
    }),
  });
  return { post, news, told, looks: () => looks };
}

describe('what an operator says at any process', () => {
  it('reaches the owner of the site, and its answer comes back', async () => {
    const { post, news, told } = rig({ here: true, routed: true });
    await post.open();
    expect(await news.tell('depot', NEWS)).toEqual({ statusCode: 1000 });
    expect(told).toEqual([NEWS]);
  });

  it('waits while the site is being taken over', async () => {
    const { post, news, told, looks } = rig({ here: false, routed: true });
    await post.open();
    expect(await news.tell('depot', NEWS)).toEqual({ statusCode: 1000 });
    expect([told.length, looks()]).toEqual([1, 3]);
  });

  it('is an error where nobody takes it over: the operator is told, or tells it again', async () => {
    const owned = { here: false, routed: false };
    const { post, news } = rig(owned);
    await post.open();
    Object.defineProperty(owned, 'routed', { get: () => false, set: () => {} });
    await expect(news.tell('depot', NEWS)).rejects.toThrow('does not answer');
  });
});
