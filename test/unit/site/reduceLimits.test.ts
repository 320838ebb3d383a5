import { describe, expect, it } from 'vitest';
import type { CapacityLimit } from '../../../src/site/model.js';
import { circuitOf, SiteLife, siteOf } from '../../support/builders.js';

const limitOf = (limitId: string, more: Partial<CapacityLimit> = {}): CapacityLimit => ({
  limitId,
  circuitId: 'grid',
  powerLimitW: 9_000,
  fromMs: 0,
  toMs: 'open',
  source: 'grid-operator',
  ...more,
});
const put = (eventId: string, ...powersW: readonly number[]) => ({
  type: 'gridEventPut' as const,
  eventId,
  limits: powersW.map((powerLimitW, n) => limitOf(`${eventId}.${n}`, { eventId, powerLimitW })),
});
const powers = (life: SiteLife) => [...life.state.limits.values()].map((one) => [one.limitId, one.powerLimitW]);

describe('a grid event', () => {
  it('replaces all its limits at once, and no others', () => {
    const life = new SiteLife(siteOf()).take({ type: 'limitPut', limit: limitOf('own') });
    life.take(put('storm', 1, 2, 3), put('other', 9), put('storm', 4));
    expect(powers(life)).toEqual([
      ['own', 9_000],
      ['other.0', 9],
      ['storm.0', 4],
    ]);
    life.take(put('storm'));
    expect(powers(life).map(([limitId]) => limitId)).toEqual(['own', 'other.0']);
  });

  it('stays on the grid connection when that gets another name, where other limits go with their circuit', () => {
    const life = new SiteLife(siteOf({ circuits: [circuitOf('grid', 63)] }));
    life.take({ type: 'limitPut', limit: limitOf('own') }, put('storm', 5));
    const main = { ...circuitOf('main', 80), parentId: null };
    life.take({ type: 'siteConfigured', site: siteOf({ circuits: [main], stations: [] }) });
    expect([...life.state.limits.values()]).toEqual([
      limitOf('storm.0', { eventId: 'storm', powerLimitW: 5, circuitId: 'main' }),
    ]);
    // The connection is now above what it was.
    const above = { ...circuitOf('above', 80), parentId: null };
    const below = { ...circuitOf('main', 80), parentId: 'above' };
    life.take({ type: 'siteConfigured', site: siteOf({ circuits: [above, below], stations: [] }) });
    expect(life.state.limits.get('storm.0')?.circuitId).toBe('above');
  });

  it('of a circuit below stays on it, and is asked of the whole site when that circuit is gone', () => {
    const row = { ...circuitOf('row', 32), parentId: 'grid' };
    const grid = { ...circuitOf('grid', 63), parentId: null };
    const life = new SiteLife(siteOf({ circuits: [grid, row] }));
    const limits = [limitOf('oscp.0', { eventId: 'oscp', circuitId: 'row' })];
    life.take({ type: 'gridEventPut', eventId: 'oscp', limits });
    const renamed = { ...grid, id: 'main' };
    life.take({
      type: 'siteConfigured',
      site: siteOf({ circuits: [renamed, { ...row, parentId: 'main' }], stations: [] }),
    });
    expect(life.state.limits.get('oscp.0')?.circuitId).toBe('row');
    life.take({ type: 'siteConfigured', site: siteOf({ circuits: [renamed], stations: [] }) });
    expect(life.state.limits.get('oscp.0')?.circuitId).toBe('main');
  });
});
