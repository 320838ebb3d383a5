import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterWrite, type BudgetKind, writesLeft } from '../../../src/site/messageBudget.js';
import { EMPTY_SLOT } from '../../../src/site/profileSlots.js';
import type { ProfileSlot } from '../../../src/site/state.js';
import { NOON_MS, SiteLife, siteOf } from '../../support/builders.js';

const KINDS = { failsafe: { most: 12, everyMs: 600_000 }, tx: { most: 20, everyMs: 15_000 } } as const;
const kind = fc.constantFrom<BudgetKind>('failsafe', 'tx');

function written(slot: ProfileSlot, of: BudgetKind, times: readonly number[]): ProfileSlot {
  let after = slot;
  for (const atMs of times) after = { ...after, budget: afterWrite(after, of, atMs) };
  return after;
}

describe('a budget of writes', () => {
  it('is full at first, and one less after each write', () => {
    for (const [of, { most }] of Object.entries(KINDS) as [BudgetKind, { most: number }][]) {
      expect(writesLeft(EMPTY_SLOT, of, NOON_MS)).toBe(most);
      expect(writesLeft(written(EMPTY_SLOT, of, [NOON_MS]), of, NOON_MS)).toBe(most - 1);
    }
  });

  it('is gone after so many at once, and is never below nothing', () => {
    for (const [of, { most, everyMs }] of Object.entries(KINDS) as [BudgetKind, (typeof KINDS)[BudgetKind]][]) {
      const spent = written(EMPTY_SLOT, of, Array(most + 3).fill(NOON_MS));
      expect(writesLeft(spent, of, NOON_MS)).toBe(0);
      expect(writesLeft(spent, of, NOON_MS + everyMs - 1)).toBeLessThan(1);
      expect(writesLeft(spent, of, NOON_MS + everyMs)).toBe(1);
    }
  });

  it('allows, of what waits for it, no more than it holds and what came back with time', () => {
    fc.assert(
      fc.property(kind, fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 80 }), (of, gaps) => {
        const { most, everyMs } = KINDS[of];
        let slot: ProfileSlot = EMPTY_SLOT;
        let atMs = NOON_MS;
        let writes = 0;
        for (const gapMs of gaps) {
          atMs += gapMs;
          if (writesLeft(slot, of, atMs) < 1) continue;
          slot = written(slot, of, [atMs]);
          writes += 1;
          expect(writes).toBeLessThanOrEqual(most + Math.floor((atMs - NOON_MS) / everyMs + 1e-6));
        }
      }),
    );
  });

  it('never holds more than when it began, however long nothing is written, and never less because a clock was set back', () => {
    fc.assert(
      fc.property(kind, fc.integer({ min: 0, max: 30 }), fc.integer({ min: -1e9, max: 1e9 }), (of, writes, laterMs) => {
        const slot = written(EMPTY_SLOT, of, Array(writes).fill(NOON_MS));
        const left = writesLeft(slot, of, NOON_MS + laterMs);
        expect(left).toBeLessThanOrEqual(KINDS[of].most);
        expect(left).toBeGreaterThanOrEqual(writesLeft(slot, of, NOON_MS));
      }),
    );
  });

  it('is drawn on by each message that is meant to leave, whatever becomes of it, and by each slot for itself', () => {
    const life = new SiteLife(siteOf()).commission('A', 6).start('A', 1);
    for (const how of ['confirmed', 'refused', 'unknown', 'notSent'] as const) life.give('A', 8, how);
    expect(writesLeft(life.at('A').evseState.txProfile, 'tx', life.nowMs)).toBe(KINDS.tx.most - 4);
    expect(writesLeft(life.station('A').failsafe, 'failsafe', life.nowMs)).toBe(KINDS.failsafe.most - 1);
  });
});
