import { describe, expect, it } from 'vitest';
import { NoticeDesk, type SiteNotices } from '../../../../src/control/notifications/noticeDesk.js';
import type { Condition, Notice } from '../../../../src/notices/notice.js';
import { MemoryDocuments } from '../../../support/memoryDocuments.js';
import { settle, VirtualClock } from '../../../support/virtualClock.js';

const START_MS = Date.UTC(2026, 0, 14, 12);
const MINUTE_MS = 60_000;

const offline = (stationId: string): Condition => ({
  key: `station.uncontrollable/${stationId}`,
  facts: { type: 'station.uncontrollable', stationId, stationName: null, obstacle: 'offline', reservedA: 6 },
});

class Scene {
  readonly clock = new VirtualClock(START_MS);
  readonly documents = new MemoryDocuments();
  readonly told: Notice[] = [];
  readonly log: string[] = [];
  sites = new Map<string, readonly Condition[]>([['depot', []]]);
  process: readonly Condition[] | 'another' = [];
  tell: (notice: Notice) => Promise<void> = async (notice) => void this.told.push(notice);
  private ids = 0;

  start(): NoticeDesk {
    const write = (fields: object, message: string) => void this.log.push(JSON.stringify({ ...fields, message }));
    const desk = new NoticeDesk({
      documents: this.documents,
      clock: this.clock,
      log: { info: write, warn: write, error: write },
      siteIds: () => [...this.sites.keys()],
      noticesOf: (siteId): SiteNotices | undefined => {
        const conditions = this.sites.get(siteId);
        return conditions === undefined
          ? undefined
          : { site: { siteId, name: siteId, timeZone: 'Europe/Stockholm' }, conditions };
      },
      processConditions: async () => this.process,
      tell: (notice) => this.tell(notice),
      newId: () => `notice-${++this.ids}`,
    });
    desk.start();
    return desk;
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    while (this.clock.nowMs() < untilMs) {
      await this.clock.runUntil(Math.min(untilMs, this.clock.nowMs() + 1_000));
      await settle();
    }
  }

  get summary(): readonly string[] {
    return this.told.map(({ kind, key }) => `${kind} ${key}`);
  }
}

describe('The desk of notices', () => {
  it('tells once that something is the case, and once that it is over', async () => {
    const scene = new Scene();
    scene.start();
    scene.sites.set('depot', [offline('A')]);
    await scene.pass(20 * MINUTE_MS);
    expect(scene.summary).toEqual(['raised station.uncontrollable/A']);
    expect(scene.told[0]).toMatchObject({ site: { siteId: 'depot' }, facts: { stationId: 'A' } });
    scene.sites.set('depot', []);
    await scene.pass(20 * MINUTE_MS);
    expect(scene.summary).toEqual(['raised station.uncontrollable/A', 'resolved station.uncontrollable/A']);
    expect(await scene.documents.list('notices')).toEqual([]);
  });

  it('tells nothing twice over restarts, and that it is over afterwards', async () => {
    const scene = new Scene();
    scene.start();
    scene.sites.set('depot', [offline('A')]);
    await scene.pass(10 * MINUTE_MS);
    for (let restart = 0; restart < 3; restart += 1) {
      scene.clock.forgetTimers();
      scene.start();
      await scene.pass(10 * MINUTE_MS);
    }
    scene.sites.set('depot', []);
    scene.clock.forgetTimers();
    scene.start();
    await scene.pass(10 * MINUTE_MS);
    expect(scene.summary).toEqual(['raised station.uncontrollable/A', 'resolved station.uncontrollable/A']);
  });

  it('tells after a restart, under the same id, what it had decided to tell and may not have', async () => {
    const scene = new Scene();
    const asked: string[] = [];
    scene.tell = (notice) => {
      asked.push(notice.id);
      return new Promise<void>(() => undefined);
    };
    scene.start();
    scene.sites.set('depot', [offline('A')]);
    await scene.pass(10 * MINUTE_MS);
    expect(asked).toEqual(['notice-1']);
    scene.clock.forgetTimers();
    scene.tell = async (notice) => void scene.told.push(notice);
    scene.start();
    await scene.pass(10 * MINUTE_MS);
    expect(scene.told.map(({ id }) => id)).toEqual(['notice-1']);
  });

  it('tries again, without a word twice in the log, while it can not be told', async () => {
    const scene = new Scene();
    scene.tell = async () => {
      throw new Error('the disk is full');
    };
    scene.start();
    scene.sites.set('depot', [offline('A')]);
    await scene.pass(10 * MINUTE_MS);
    const failures = scene.log.filter((line) => line.includes('the disk is full')).length;
    expect(failures).toBeGreaterThan(0);
    scene.tell = async (notice) => void scene.told.push(notice);
    await scene.pass(10 * MINUTE_MS);
    expect(new Set(scene.told.map(({ id }) => id)).size).toBe(1);
    expect(scene.summary[0]).toBe('raised station.uncontrollable/A');
  });

  it('knows of a site that came from another process what was told of it there', async () => {
    const scene = new Scene();
    scene.start();
    scene.sites.set('depot', [offline('A')]);
    await scene.pass(10 * MINUTE_MS);
    // Elsewhere it is told that it is over, and that it is the case again.
    scene.sites.delete('depot');
    await scene.pass(MINUTE_MS);
    await scene.documents.delete('notices', 'depot');
    scene.sites.set('depot', []);
    await scene.pass(10 * MINUTE_MS);
    expect(scene.summary).toEqual(['raised station.uncontrollable/A']);
  });

  it('tells of the process itself where that is for it to tell', async () => {
    const scene = new Scene();
    scene.process = 'another';
    scene.start();
    await scene.pass(10 * MINUTE_MS);
    scene.process = [
      {
        key: 'service.degraded/process',
        facts: { type: 'service.degraded', part: 'process', detail: 'no planner is running' },
      },
    ];
    await scene.pass(10 * MINUTE_MS);
    expect(scene.told).toMatchObject([{ kind: 'raised', site: 'none' }]);
  });

  it('looks at many sites within the time for one', async () => {
    const scene = new Scene();
    scene.sites = new Map(Array.from({ length: 300 }, (_, n) => [`site-${n}`, [offline('A')]]));
    scene.start();
    await scene.pass(6 * MINUTE_MS);
    expect(scene.told).toHaveLength(300);
  });

  it('ends, and looks at nothing more', async () => {
    const scene = new Scene();
    const desk = scene.start();
    await desk.close();
    scene.sites.set('depot', [offline('A')]);
    await scene.pass(20 * MINUTE_MS);
    expect(scene.told).toEqual([]);
  });
});
