import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryDesk } from '../../../../src/control/history/historyDesk.js';
import { QUARTER_MS, type QuarterRecord } from '../../../../src/site/history.js';
import { openStore } from '../../../../src/store/openStore.js';
import type { Store } from '../../../../src/store/store.js';
import { HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf } from '../../../support/builders.js';
import { MemoryStore } from '../../../support/memoryStore.js';
import { VirtualClock } from '../../../support/virtualClock.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-history-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const STORES: readonly [string, () => Promise<Store>][] = [
  ['in memory', async () => new MemoryStore()],
  ['on disk', () => openStore({ dataDir: directory, nowMs: Date.now })],
];

/** A site's life beside the desk that writes it down. */
function scene(store: Store, ownership?: { tokenOf(siteId: string): number | undefined }) {
  const life = new SiteLife(siteOf()).commission('A').start('A', 1, { meterStartWh: 1_000 });
  const clock = new VirtualClock(NOON_MS);
  const failures: object[] = [];
  const sites = {
    list: () => [{ state: life.state }],
    find: (siteId: string) => (siteId === 'depot' ? { state: life.state } : undefined),
  };
  const quiet = () => undefined;
  const log = { info: quiet, warn: quiet, error: (fields: object) => void failures.push(fields) };
  const desk = new HistoryDesk({ store, clock, log, sites, ownership });
  let registerWh = 1_000;
  let started = false;
  const start = () => {
    started = true;
    desk.start();
  };
  /** Time passes, hour by hour; a real disk takes real time, which the clock of the test knows nothing of. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += HOUR_MS) {
      life.wait(Math.min(HOUR_MS, ms - passed));
      await clock.runUntil(life.nowMs);
      await desk.write();
    }
  };
  /** A car of 11 kW charges; it is read every five minutes. */
  const charge = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5 * MINUTE_MS) {
      registerWh += 920;
      life.wait(5 * MINUTE_MS).meter('A', { currentA: 16, energyWh: registerWh });
      await clock.runUntil(life.nowMs);
      if (started && passed % HOUR_MS === 0) await desk.write();
    }
  };
  const all = () => desk.quarters('depot', NOON_MS - 100 * HOUR_MS, NOON_MS + 1_000 * HOUR_MS);
  return { life, clock, desk, start, failures, charge, pass, all, sites, log };
}

function carsWh(quarters: readonly QuarterRecord[]): number {
  return Math.round(quarters.reduce((sum, quarter) => sum + quarter.carsWh, 0));
}

async function storedWh(store: Store): Promise<number> {
  const empty = { list: () => [], find: () => undefined };
  const quiet = () => undefined;
  const log = { info: quiet, warn: quiet, error: quiet };
  const reader = new HistoryDesk({ store, clock: new VirtualClock(0), log, sites: empty });
  return carsWh(await reader.quarters('depot', 0, NOON_MS + 10_000 * HOUR_MS));
}

describe.each(STORES)('the history, with a store %s', (_, open) => {
  it('has what is not written yet, and the running quarter as far as it has got', async () => {
    const store = await open();
    const { charge, all } = scene(store);
    await charge(40 * MINUTE_MS);
    expect((await all()).map((quarter) => Math.round(quarter.carsWh))).toEqual([2_760, 2_760, 1_840]);
    expect(await storedWh(store)).toBe(0);
    await store.close();
  });

  it('is written as quarters end, and is the same read from the store', async () => {
    const store = await open();
    const { desk, start, charge, all } = scene(store);
    start();
    await charge(30 * HOUR_MS);
    await desk.close();
    expect(await storedWh(store)).toBe(30 * 4 * 2_760);
    expect(carsWh(await all())).toBe(30 * 4 * 2_760);
    expect(await all()).toHaveLength(30 * 4 + 1);
    await store.close();
  });

  it('answers those quarters that overlap the span', async () => {
    const store = await open();
    const { desk, start, charge } = scene(store);
    start();
    await charge(30 * HOUR_MS);
    const from = NOON_MS + 2 * HOUR_MS;
    const found = await desk.quarters('depot', from + MINUTE_MS, from + QUARTER_MS + 1);
    expect(found.map(({ startMs }) => startMs)).toEqual([from, from + QUARTER_MS]);
    expect(await desk.quarters('elsewhere', 0, NOON_MS * 2)).toEqual([]);
    await store.close();
  });

  it('is written over where more is learned of a quarter later', async () => {
    const store = await open();
    const { life, desk, clock, charge } = scene(store);
    await charge(30 * MINUTE_MS);
    await desk.write();
    life.disconnect('A').wait(5 * HOUR_MS);
    await clock.runUntil(life.nowMs);
    await desk.write();
    expect(await storedWh(store)).toBe(2 * 2_760);
    life.connect('A', { boots: false }).meter('A', { currentA: 16, energyWh: 1_000 + 6 * 920 + 20 * 2_000 });
    await desk.write();
    const quarters = await desk.quarters('depot', NOON_MS, NOON_MS + 100 * HOUR_MS);
    expect(quarters.map((quarter) => Math.round(quarter.carsWh)).slice(0, 4)).toEqual([2_760, 2_760, 2_000, 2_000]);
    expect(await storedWh(store)).toBe(2 * 2_760 + 20 * 2_000);
    await store.close();
  });

  it('loses nothing when the process dies, and shows the outage as a gap', async () => {
    const store = await open();
    const { life, charge, sites, log, clock } = scene(store);
    await charge(50 * MINUTE_MS);
    // The state is read from the journal again; nothing was written to the history before.
    const recovered = life.state;
    life.wait(60 * HOUR_MS);
    await clock.runUntil(life.nowMs);
    const desk = new HistoryDesk({ store, clock, log, sites });
    await desk.recover(recovered);
    life.take({ type: 'serviceStarted' }).connect('A').end('A', 1);
    await desk.write();
    expect(await storedWh(store)).toBe(10 * 920);
    const starts = (await desk.quarters('depot', NOON_MS, NOON_MS + 100 * HOUR_MS)).map(({ startMs }) => startMs);
    expect(starts).toEqual([0, 1, 2, 3, 243].map((index) => NOON_MS + index * QUARTER_MS));
    await store.close();
  });

  it('knows that nothing happened while the service ran and nothing did', async () => {
    const store = await open();
    const { life, desk, pass, charge } = scene(store);
    await charge(QUARTER_MS);
    life.end('A', 1);
    await pass(40 * HOUR_MS);
    const quarters = await desk.quarters('depot', NOON_MS, NOON_MS + 50 * HOUR_MS);
    expect(quarters).toHaveLength(1 + 40 * 4 + 1);
    await store.close();
  });
});

describe('a store that several processes share', () => {
  it('takes the history of a site from its owner, and none from one who was it before', async () => {
    const store = new MemoryStore(() => NOON_MS);
    const token = await store.takeLease('depot', { ownerId: 'a', url: 'http://a' }, 0);
    const { start, failures, charge } = scene(store, { tokenOf: () => token });
    start();
    await charge(HOUR_MS);
    const writtenWh = await storedWh(store);
    expect(writtenWh).toBeGreaterThan(0);
    await store.takeLease('depot', { ownerId: 'b', url: 'http://b' }, 1_000);
    await charge(2 * HOUR_MS);
    expect(await storedWh(store)).toBe(writtenWh);
    expect(failures[0]).toMatchObject({ siteId: 'depot', error: expect.stringContaining('stale') });
  });
});

describe('a store that fails', () => {
  it('is tried again, and the log says so', async () => {
    const store = new MemoryStore();
    const { start, failures, charge } = scene(store);
    start();
    store.failure = new Error('disk full');
    await charge(HOUR_MS);
    expect(failures.length).toBeGreaterThan(3);
    expect(failures[0]).toMatchObject({ siteId: 'depot', error: 'Error: disk full' });
    store.failure = undefined;
    await charge(10 * MINUTE_MS);
    expect(await storedWh(store)).toBe(4 * 2_760);
  });

  it('is not written to while there is nothing new', async () => {
    const store = new MemoryStore();
    let writes = 0;
    const put = store.putHistoryDays.bind(store);
    store.putHistoryDays = async (siteId, days) => {
      writes += 1;
      await put(siteId, days);
    };
    const { desk, start, charge } = scene(store);
    start();
    await charge(11 * HOUR_MS);
    expect(writes).toBeLessThanOrEqual(11 * 4 + 1);
    const before = writes;
    for (let k = 0; k < 5; k++) await desk.write();
    expect(writes).toBe(before);
  });
});
