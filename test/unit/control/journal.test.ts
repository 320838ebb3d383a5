import { describe, expect, it } from 'vitest';
import { Journal } from '../../../src/control/journal.js';
import type { SiteEvent } from '../../../src/site/events.js';
import type { JournalEntry } from '../../../src/store/store.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { settle, VirtualClock } from '../../support/virtualClock.js';

const event = (limitId: string): SiteEvent => ({ type: 'limitDeleted', limitId });

function open(more: { appendEvents?: (entries: readonly JournalEntry[]) => Promise<void>; lastSeq?: number } = {}) {
  const store = new MemoryStore();
  const clock = new VirtualClock(0);
  const failures: unknown[] = [];
  const journal = new Journal({
    siteId: 's',
    store: more.appendEvents === undefined ? store : { appendEvents: more.appendEvents },
    clock,
    lastSeq: more.lastSeq ?? 0,
    onFailure: (error) => failures.push(error),
  });
  const written = async () =>
    (await store.loadSite('s')).events.map(({ seq, event }) => `${seq} ${(event as { limitId: string }).limitId}`);
  return { store, clock, journal, failures, written };
}

describe('the journal of a site', () => {
  it('writes events that nobody waits for within half a second, together and in order', async () => {
    const { clock, journal, written } = open();
    for (const id of ['a', 'b', 'c']) journal.append(event(id), 0);
    await settle();
    expect(await written()).toEqual([]);
    await clock.runUntil(500);
    expect(await written()).toEqual(['1 a', '2 b', '3 c']);
  });

  it('has everything appended so far on disk when it says durable', async () => {
    const { journal, written } = open();
    journal.append(event('a'), 0);
    await journal.durable();
    expect(await written()).toEqual(['1 a']);
  });

  it('is durable at once with nothing to write', async () => {
    await open({ lastSeq: 12 }).journal.durable();
  });

  it('goes on where the last process ended', () => {
    const { journal } = open({ lastSeq: 41 });
    journal.append(event('a'), 0);
    expect(journal.seq).toBe(42);
  });

  it('says that it failed, tries again by itself, and loses and swaps nothing', async () => {
    const { store, clock, journal, failures, written } = open();
    store.failure = new Error('disk full');
    journal.append(event('a'), 0);
    await expect(journal.durable()).rejects.toThrow('disk full');
    expect(journal.failure).toBeInstanceOf(Error);
    journal.append(event('b'), 1);
    await expect(journal.durable()).rejects.toThrow('disk full');
    expect(failures.length).toBeGreaterThanOrEqual(2);
    store.failure = undefined;
    await clock.runUntil(1_000);
    expect(await written()).toEqual(['1 a', '2 b']);
    expect(journal.failure).toBeUndefined();
    await journal.durable();
  });

  it('does not wait for what came later, nor fail for it', async () => {
    const waiting: (() => void)[] = [];
    const { journal } = open({
      appendEvents: (entries) =>
        new Promise((resolve, reject) =>
          waiting.push(() => (entries[0]?.seq === 1 ? resolve() : reject(new Error('later')))),
        ),
    });
    journal.append(event('a'), 0);
    let isDurable = false;
    const durable = journal.durable().then(() => {
      isDurable = true;
    });
    journal.append(event('b'), 0);
    const later = journal.durable();
    later.catch(() => undefined);
    await settle();
    expect(isDurable).toBe(false);
    waiting.shift()?.();
    await settle();
    expect(isDurable).toBe(true);
    await durable;
    waiting.shift()?.();
    await expect(later).rejects.toThrow('later');
  });

  it('writes a full batch without waiting for the timer', async () => {
    const { journal, written } = open();
    for (let n = 0; n < 500; n++) journal.append(event(`e${n}`), 0);
    await settle();
    expect(await written()).toHaveLength(500);
  });

  it('keeps no more meter values while the disk refuses, but every transaction', () => {
    const { journal } = open({ appendEvents: () => Promise.reject(new Error('no')) });
    for (let n = 0; n < 20_000; n++) journal.append({ type: 'evseMetered', stationId: 'A', evseId: 1 }, 0);
    const kept = journal.seq;
    expect(kept).toBeLessThanOrEqual(11_000);
    journal.append(event('a transaction'), 0);
    expect(journal.seq).toBe(kept + 1);
  });

  describe('of a site that several processes could own', () => {
    function owned(refusal: () => { readonly code: string } | undefined) {
      const tokens: (number | undefined)[] = [];
      const fenced: unknown[] = [];
      const clock = new VirtualClock(0);
      const held = { token: 7 };
      const journal = new Journal({
        siteId: 's',
        store: {
          appendEvents: async (entries) => {
            tokens.push(...entries.map(({ token }) => token));
            const refused = refusal();
            if (refused !== undefined) throw Object.assign(new Error(refused.code), refused);
          },
        },
        clock,
        lastSeq: 0,
        onFailure: () => undefined,
        ownership: { token: () => held.token, onFenced: (error) => fenced.push(error) },
      });
      return { journal, tokens, fenced, clock, held };
    }

    it('is written with its token', async () => {
      const { journal, tokens } = owned(() => undefined);
      journal.append(event('a'), 0);
      await journal.durable();
      expect(tokens).toEqual([7]);
    });

    it.each(['STALE_TOKEN', 'SEQ_TAKEN'])('stops at once on %s, and acknowledges nothing', async (code) => {
      const { journal, fenced, clock, tokens } = owned(() => ({ code }));
      journal.append(event('a'), 0);
      await expect(journal.durable()).rejects.toThrow(code);
      expect(fenced).toHaveLength(1);
      journal.append(event('b'), 0);
      await expect(journal.durable()).rejects.toThrow(code);
      await clock.runUntil(60_000);
      expect(tokens).toEqual([7]);
    });

    it('is tried again with the newer token where its lease was taken anew meanwhile', async () => {
      let isFirst = true;
      const parts = owned(() => {
        if (!isFirst) return undefined;
        isFirst = false;
        parts.held.token = 8;
        return { code: 'STALE_TOKEN' };
      });
      parts.journal.append(event('a'), 0);
      await expect(parts.journal.durable()).rejects.toThrow('STALE_TOKEN');
      await parts.clock.runUntil(1_000);
      await parts.journal.durable();
      expect(parts.tokens).toEqual([7, 8]);
      expect(parts.fenced).toEqual([]);
    });
  });
});
