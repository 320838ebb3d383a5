import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ForecastedBlock } from '../../../src/oscp/messages.js';
import { KEPT_BLOCKS_MAX, type KeptBlock, NO_FORECASTS, takeForecast } from '../../../src/oscp/series.js';

const block = (startMs: number, endMs: number, capacity: number, phase: ForecastedBlock['phase'] = 'ALL') => ({
  capacity,
  phase,
  unit: 'KW' as const,
  startMs,
  endMs,
});

function taken(messages: readonly (readonly ForecastedBlock[])[]): readonly KeptBlock[] {
  let forecasts = NO_FORECASTS;
  messages.forEach((blocks, index) => {
    const next = takeForecast(
      forecasts,
      { groupId: 'g', type: 'CONSUMPTION', blocks },
      { messageId: `m${index}`, nowMs: 0 },
    );
    if (next !== 'tooMany') forecasts = next;
  });
  return forecasts.CONSUMPTION;
}

describe('a series of forecasts', () => {
  it('is cut where a newer message speaks, and stays where it does not', () => {
    expect(taken([[block(0, 100, 10)], [block(40, 60, 5)]])).toMatchObject([
      { startMs: 0, endMs: 40, capacity: 10 },
      { startMs: 40, endMs: 60, capacity: 5 },
      { startMs: 60, endMs: 100, capacity: 10 },
    ]);
  });

  it('keeps phases apart: a message about one leaves what was said of the others', () => {
    expect(taken([[block(0, 10, 9, 'ONE')], [block(0, 10, 8, 'TWO')]])).toHaveLength(2);
  });

  it('keeps blocks of one message that overlap, and takes a segment that comes twice once', () => {
    const segment = { groupId: 'g', type: 'CONSUMPTION', blocks: [block(0, 10, 9), block(5, 10, 7)] } as const;
    const once = takeForecast(NO_FORECASTS, segment, { messageId: 'm', nowMs: 0 });
    if (once === 'tooMany') throw new Error('refused');
    expect(once.CONSUMPTION).toHaveLength(2);
    expect(takeForecast(once, segment, { messageId: 'm', nowMs: 0 })).toEqual(once);
  });

  it('refuses more blocks than are kept, and takes nothing of them', () => {
    const many = Array.from({ length: KEPT_BLOCKS_MAX + 1 }, (_, n) => block(n, n + 1, 1));
    expect(
      takeForecast(NO_FORECASTS, { groupId: 'g', type: 'OPTIMUM', blocks: many }, { messageId: 'm', nowMs: 0 }),
    ).toBe('tooMany');
  });

  it('keeps fallbacks that are over, and no forecasts', () => {
    const over = { groupId: 'g', blocks: [block(0, 10, 5)] };
    const later = { messageId: 'm', nowMs: 100_000_000 };
    const fresh = { groupId: 'g', blocks: [block(200_000_000, 300_000_000, 6)] };
    for (const [type, kept] of [
      ['CONSUMPTION', 1],
      ['FALLBACK_CONSUMPTION', 2],
    ] as const) {
      const first = takeForecast(NO_FORECASTS, { ...over, type }, { messageId: 'a', nowMs: 0 });
      const second = first === 'tooMany' ? first : takeForecast(first, { ...fresh, type }, later);
      expect(second === 'tooMany' ? 0 : second[type].length).toBe(kept);
    }
  });

  it('says at each instant what the newest message that speaks of it says', () => {
    const blocks = fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 50 }))
        .map(([start, length, capacity]) => block(start, start + length, capacity)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(blocks, { maxLength: 6 }), (messages) => {
        const series = taken(messages);
        for (let atMs = 0; atMs < 45; atMs++) {
          const holds = ({ startMs, endMs }: ForecastedBlock) => startMs <= atMs && atMs < endMs;
          const newest = messages.findLast((message) => message.some(holds)) ?? [];
          const expected = newest.filter(holds).map(({ capacity }) => capacity);
          const found = series.filter(holds).map(({ capacity }) => capacity);
          expect(new Set(found)).toEqual(new Set(expected));
        }
      }),
    );
  });
});
