import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CapsContext, capOfBlock, capsOf } from '../../../src/oscp/caps.js';
import type { ForecastedBlock } from '../../../src/oscp/messages.js';
import { type Forecasts, NO_FORECASTS } from '../../../src/oscp/series.js';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 0, 14, 12);
const at = (hours: number) => NOW_MS + hours * HOUR_MS;
const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });
const CONTEXT: CapsContext = {
  circuit: { limitA: all(63) },
  voltageV: 230,
  offlineFromMs: 'never',
  nowMs: NOW_MS,
  name: 'City grid',
};

function block(from: number, to: number, capacity: number, more: Partial<ForecastedBlock> = {}) {
  return { capacity, phase: 'ALL', unit: 'KW', startMs: at(from), endMs: at(to), messageId: 'm', ...more } as const;
}

function forecasts(parts: Partial<Forecasts>): Forecasts {
  return { ...NO_FORECASTS, ...parts };
}

describe('what a block leaves a circuit', () => {
  const cap = (more: Partial<ForecastedBlock>) => capOfBlock({ ...block(0, 1, 12), ...more }, CONTEXT);

  it.each([
    ['kilowatts of all phases', { unit: 'KW' }, { powerLimitW: 12_000 }],
    ['watts of all phases', { unit: 'W', capacity: 800 }, { powerLimitW: 800 }],
    ['an energy as the power that it is over its block', { unit: 'KWH', endMs: at(0.5) }, { powerLimitW: 24_000 }],
    ['watt-hours', { unit: 'WH', capacity: 500 }, { powerLimitW: 500 }],
    ['amperes of one phase', { unit: 'A', phase: 'TWO' }, { limitA: { L1: 63, L2: 12, L3: 63 } }],
    ['kilowatts of one phase', { phase: 'ONE', capacity: 2.3 }, { limitA: { L1: 10, L2: 63, L3: 63 } }],
    ['kilowatts of a phase that is not known, as all of them', { phase: 'UNKNOWN' }, { powerLimitW: 12_000 }],
  ] as const)('reads %s', (_what, more, expected) => {
    expect(cap(more)).toEqual(expected);
  });

  it.each(['ALL', 'UNKNOWN'] as const)(
    'takes amperes of %s phases by the stricter reading: no phase more, and not all together',
    (phase) => {
      expect(cap({ unit: 'A', phase, capacity: 32 })).toEqual({ limitA: all(32), powerLimitW: 7_360 });
    },
  );

  it('never says more than the circuit carries, and rounds down', () => {
    expect(cap({ unit: 'A', phase: 'THREE', capacity: 100 })).toEqual({ limitA: all(63) });
    expect(cap({ phase: 'ONE', capacity: 1 })).toEqual({ limitA: { L1: 4.347, L2: 63, L3: 63 } });
  });
});

describe('what forecasts leave a circuit over time', () => {
  it('is the forecast, and in its gaps the fallback of that time', () => {
    const caps = capsOf(
      forecasts({
        CONSUMPTION: [block(1, 2, 10), block(3, 4, 8)],
        FALLBACK_CONSUMPTION: [block(-10, 24, 5)],
      }),
      CONTEXT,
    );
    expect(caps.map(({ fromMs, toMs, powerLimitW }) => [fromMs, toMs, powerLimitW])).toEqual([
      [at(-10), at(1), 5_000],
      [at(1), at(2), 10_000],
      [at(2), at(3), 5_000],
      [at(3), at(4), 8_000],
      [at(4), at(24), 5_000],
      // Beyond the fallback's own time the least of it is all there is.
      [at(24), 'open', 5_000],
    ]);
    expect(caps[1]?.reason).toBe('Capacity forecast of City grid (OSCP).');
    expect(caps[2]?.reason).toBe('No forecast of City grid (OSCP) for this time: its fallback holds.');
  });

  it('is the contract where there is no fallback, and nothing where there is no contract either', () => {
    const gap = forecasts({ CONSUMPTION: [block(1, 2, 10)] });
    expect(capsOf(gap, { ...CONTEXT, contract: { powerLimitW: 20_000 } })).toMatchObject([
      { fromMs: 0, toMs: at(1), powerLimitW: 20_000 },
      { fromMs: at(1), toMs: at(2), powerLimitW: 10_000 },
      { fromMs: at(2), toMs: 'open', powerLimitW: 20_000 },
    ]);
    expect(capsOf(gap, CONTEXT)).toMatchObject([{ fromMs: at(1), toMs: at(2), powerLimitW: 10_000 }]);
    expect(capsOf(NO_FORECASTS, CONTEXT)).toEqual([]);
  });

  it('is the fallback from when the provider is away, and the forecast where that is stricter', () => {
    const caps = capsOf(
      forecasts({ CONSUMPTION: [block(0, 2, 10), block(2, 3, 3)], FALLBACK_CONSUMPTION: [block(0, 24, 5)] }),
      { ...CONTEXT, offlineFromMs: at(1) },
    );
    expect(caps.map(({ fromMs, powerLimitW }) => [fromMs, powerLimitW])).toEqual([
      [at(0), 10_000],
      [at(1), 5_000],
      [at(2), 3_000],
      [at(3), 5_000],
      [at(24), 5_000],
    ]);
    expect(caps[1]?.reason).toBe('City grid (OSCP) is not heard: its fallback holds.');
  });

  it('keeps what was forecast when the provider is away and said nothing for that', () => {
    const caps = capsOf(forecasts({ CONSUMPTION: [block(0, 2, 10)] }), { ...CONTEXT, offlineFromMs: at(1) });
    expect(caps.map(({ fromMs, toMs, powerLimitW }) => [fromMs, toMs, powerLimitW])).toEqual([
      [at(0), at(1), 10_000],
      [at(1), at(2), 10_000],
    ]);
  });

  it('holds the least of blocks that overlap, phase by phase and together', () => {
    const caps = capsOf(
      forecasts({
        CONSUMPTION: [
          block(0, 2, 16, { unit: 'A', phase: 'ONE' }),
          block(0, 2, 20, { unit: 'A', phase: 'TWO' }),
          block(1, 2, 9),
        ],
      }),
      CONTEXT,
    );
    expect(caps).toMatchObject([
      { fromMs: at(0), limitA: { L1: 16, L2: 20, L3: 63 } },
      { fromMs: at(1), limitA: { L1: 16, L2: 20, L3: 63 }, powerLimitW: 9_000 },
    ]);
  });

  it('lasts as long as stated in the night when the clocks are set: instants, not local times', () => {
    const spring = Date.UTC(2026, 2, 29, 0);
    const quarters = Array.from({ length: 12 }, (_, n) => ({
      ...block(0, 1, 10 + n),
      startMs: spring + n * 900_000,
      endMs: spring + (n + 1) * 900_000,
    }));
    const caps = capsOf(forecasts({ CONSUMPTION: quarters }), { ...CONTEXT, nowMs: spring });
    expect(caps).toHaveLength(12);
    expect(caps.every(({ fromMs, toMs }) => toMs !== 'open' && toMs - fromMs === 900_000)).toBe(true);
  });

  it('begins no two stretches at once, leaves no instant of a block without a cap and never allows more than a block', () => {
    const blocks = fc.array(
      fc
        .tuple(
          fc.integer({ min: -3, max: 20 }),
          fc.integer({ min: 1, max: 6 }),
          fc.integer({ min: 0, max: 40 }),
          fc.constantFrom('ALL', 'ONE', 'UNKNOWN' as const),
          fc.constantFrom('A', 'KW' as const),
        )
        .map(([from, length, capacity, phase, unit]) =>
          block(from, from + length, capacity, { phase, unit } as Partial<ForecastedBlock>),
        ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(blocks, blocks, fc.option(fc.integer({ min: -2, max: 20 })), (consumption, fallback, away) => {
        const caps = capsOf(forecasts({ CONSUMPTION: consumption, FALLBACK_CONSUMPTION: fallback }), {
          ...CONTEXT,
          offlineFromMs: away === null ? 'never' : at(away),
        });
        expect(new Set(caps.map(({ fromMs }) => fromMs)).size).toBe(caps.length);
        for (let hour = 0; hour < 26; hour++) {
          const holds = ({ startMs, endMs }: ForecastedBlock) => startMs <= at(hour) && at(hour) < endMs;
          const inForce = caps.filter(({ fromMs, toMs }) => fromMs <= at(hour) && (toMs === 'open' || at(hour) < toMs));
          expect(inForce.length).toBeLessThanOrEqual(1);
          for (const said of consumption.filter(holds)) {
            const { powerLimitW, limitA } = capOfBlock(said, CONTEXT);
            if (powerLimitW !== undefined) expect(inForce[0]?.powerLimitW).toBeLessThanOrEqual(powerLimitW);
            if (limitA !== undefined) expect(inForce[0]?.limitA?.L1).toBeLessThanOrEqual(limitA.L1);
          }
        }
      }),
    );
  });
});
