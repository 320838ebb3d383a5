import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf, stateFromSnapshot } from '../../../src/control/stateCodec.js';
import type { SiteEvent } from '../../../src/site/events.js';
import { QUARTER_MS } from '../../../src/site/history.js';
import { quarterRecords } from '../../../src/site/historyState.js';
import { historyNow } from '../../../src/site/meteredHistory.js';
import { emptyState, reduce } from '../../../src/site/reduce.js';
import { evsesOfSite } from '../../../src/site/sites.js';
import type { SiteState } from '../../../src/site/state.js';
import { acEvse, ampere, circuitOf, dcEvse, NOON_MS, siteOf, stationOf } from '../../support/builders.js';

const EFFICIENCY = 0.9;
const SITE = siteOf({
  circuits: [circuitOf('grid', 63, { meterStaleS: 90 }), circuitOf('row', 32)],
  stations: [
    stationOf('A', { evses: [acEvse()] }),
    stationOf('B', { evses: [dcEvse({ efficiency: EFFICIENCY }), acEvse({ id: 2 })] }),
  ],
});
const OUTLETS = [
  { stationId: 'A', evseId: 1, efficiency: 1 },
  { stationId: 'B', evseId: 1, efficiency: EFFICIENCY },
  { stationId: 'B', evseId: 2, efficiency: 1 },
] as const;

type Step =
  | { readonly do: 'plug' | 'leave' | 'guess'; readonly outlet: number }
  | { readonly do: 'meter'; readonly outlet: number; readonly powerShare: number; readonly keptForS: number }
  | { readonly do: 'grid'; readonly powerW: number | undefined; readonly currentA: number }
  | { readonly do: 'row'; readonly currentA: number }
  | { readonly do: 'restart' };

const outlet = fc.nat({ max: OUTLETS.length - 1 });
const stepArbitrary: fc.Arbitrary<{ readonly waitS: number; readonly step: Step }> = fc.record({
  waitS: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 120 }) }, fc.integer({ min: 0, max: 5_400 })),
  step: fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: fc.constant('plug' as const), outlet }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), outlet }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('guess' as const), outlet }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('meter' as const),
        outlet,
        powerShare: fc.double({ min: 0, max: 1, noNaN: true }),
        keptForS: fc.constantFrom(0, 0, 30, 900),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('grid' as const),
        powerW: fc.option(fc.integer({ min: -20_000, max: 40_000 }), { nil: undefined }),
        currentA: fc.integer({ min: -10, max: 60 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('row' as const), currentA: fc.nat({ max: 30 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  ),
});

interface Entry {
  readonly event: SiteEvent;
  readonly atMs: number;
}

/** Stations whose registers run, and what their site is told of it. */
class Registers {
  readonly journal: Entry[] = [];
  nowMs = NOON_MS;
  /** On the grid side, of every register, as far as its site was told. */
  advancedWh = 0;
  private readonly outlets = OUTLETS.map((place) => ({ ...place, registerWh: 1_000, toldWh: 1_000, since: 0, tx: 0 }));
  private transactions = 0;

  take({ waitS, step }: { readonly waitS: number; readonly step: Step }): void {
    this.nowMs += waitS * 1_000;
    const event = this.eventOf(step);
    if (event !== undefined) this.journal.push({ event, atMs: this.nowMs });
  }

  private eventOf(step: Step): SiteEvent | undefined {
    switch (step.do) {
      case 'restart':
        return { type: 'serviceStarted' };
      case 'row':
        return { type: 'circuitMetered', circuitId: 'row', currentA: ampere(step.currentA) };
      case 'grid': {
        const { powerW } = step;
        const power = powerW === undefined ? {} : { powerW };
        return { type: 'circuitMetered', circuitId: 'grid', currentA: ampere(step.currentA), ...power };
      }
      default:
        return this.eventAt(step);
    }
  }

  private eventAt(step: Extract<Step, { outlet: number }>): SiteEvent | undefined {
    const at = this.outlets[step.outlet];
    if (at === undefined) return undefined;
    const { stationId, evseId } = at;
    if (step.do === 'plug') {
      if (at.tx !== 0) return undefined;
      at.tx = ++this.transactions;
      at.since = this.nowMs;
      at.toldWh = at.registerWh;
      const meterStartWh = at.registerWh;
      const told = { transactionId: at.tx, idToken: 'TAG', authorized: true, meterStartWh, startedAtMs: this.nowMs };
      return { type: 'transactionStarted', stationId, evseId, ...told };
    }
    if (at.tx === 0) return undefined;
    const hours = (this.nowMs - at.since) / 3_600_000;
    at.since = this.nowMs;
    at.registerWh += hours * 11_000 * (step.do === 'meter' ? step.powerShare : 0.5);
    // A station that says currents only: a guess, which the register corrects.
    if (step.do === 'guess') return { type: 'evseMetered', stationId, evseId, currentA: ampere(1) };
    this.advancedWh += (at.registerWh - at.toldWh) / at.efficiency;
    at.toldWh = at.registerWh;
    if (step.do === 'meter') {
      const kept = step.keptForS === 0 ? {} : { sampledAtMs: this.nowMs - step.keptForS * 1_000 };
      return { type: 'evseMetered', stationId, evseId, energyWh: at.registerWh, ...kept };
    }
    const end = { transactionId: at.tx, meterStopWh: at.registerWh, endedAtMs: this.nowMs, reason: 'Local' };
    at.tx = 0;
    return { type: 'transactionEnded', stationId, evseId, ...end };
  }

  /** What was said of outlets that are still charging since their register was last told. */
  guessing(): boolean {
    return this.outlets.some(({ tx, registerWh, toldWh }) => tx !== 0 && registerWh !== toldWh);
  }

  /** Has every register read once more. */
  readAll(): void {
    OUTLETS.forEach((_, index) => {
      this.take({ waitS: 1, step: { do: 'meter', outlet: index, powerShare: 0.5, keptForS: 0 } });
    });
  }
}

function replayed(journal: readonly Entry[], from = emptyState(SITE)): SiteState {
  return journal.reduce((state, { event, atMs }) => reduce(state, event, atMs), from);
}

function throughDisk(state: SiteState): SiteState {
  const restored = stateFromSnapshot(JSON.parse(JSON.stringify(snapshotOf(state))));
  if (restored === undefined) throw new Error('the snapshot can not be read');
  return restored;
}

function totals(state: SiteState, nowMs: number) {
  const records = quarterRecords(historyNow(state, nowMs), nowMs);
  const sum = (of: (record: (typeof records)[number]) => number) =>
    records.reduce((total, record) => total + of(record), 0);
  return {
    records,
    carsWh: sum((record) => record.carsWh),
    meteredMs: sum((record) => record.meteredMs),
    netWh: sum((record) => record.importWh - record.exportWh),
  };
}

/** An evening's life, all of which lies within what is open. */
const lifeArbitrary = fc.array(stepArbitrary, { minLength: 1, maxLength: 60 }).map((steps) => {
  const world = new Registers();
  for (const step of steps) if (world.nowMs < NOON_MS + 20 * 3_600_000) world.take(step);
  world.readAll();
  return world;
});

describe('energy is conserved', () => {
  it('over quarters: their sum is what the registers advanced, whatever happened in between', () => {
    fc.assert(
      fc.property(lifeArbitrary, (world) => {
        expect(world.guessing()).toBe(false);
        const state = replayed(world.journal);
        const { carsWh, records } = totals(state, world.nowMs);
        expect(carsWh).toBeCloseTo(world.advancedWh, 4);
        expect(records.every((record) => record.carsWh >= 0 && record.importWh >= 0)).toBe(true);
        expect(records.every(({ startMs }, index) => startMs > (records[index - 1]?.startMs ?? 0))).toBe(true);
        expect(records.every(({ startMs, meteredMs }) => startMs % QUARTER_MS === 0 && meteredMs <= QUARTER_MS)).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('in each session: its quarters sum up to its energy', () => {
    fc.assert(
      fc.property(lifeArbitrary, (world) => {
        const state = replayed(world.journal);
        const sumOf = (wh: readonly number[] = []) => wh.reduce((sum, one) => sum + one, 0);
        for (const session of state.endedSessions)
          expect(sumOf(session.quarters?.wh)).toBe(Math.round(session.energyWh));
        for (const { evseState } of evsesOfSite(state)) {
          const { transaction } = evseState;
          if (transaction !== null) expect(sumOf(transaction.quarters?.wh)).toBeCloseTo(transaction.energyWh, 4);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('through the grid connection: what its meter said, for as long as it counts as heard', () => {
    fc.assert(
      fc.property(lifeArbitrary, (world) => {
        let heldMs = 0;
        let heldWh = 0;
        const readings = world.journal.filter(
          ({ event }) => event.type === 'circuitMetered' && event.circuitId === 'grid',
        );
        readings.forEach(({ event, atMs }, index) => {
          if (event.type !== 'circuitMetered') return;
          const untilMs = Math.min(readings[index + 1]?.atMs ?? world.nowMs, atMs + 90_000);
          heldMs += untilMs - atMs;
          heldWh += ((event.powerW ?? event.currentA.L1 * 3 * 230) * (untilMs - atMs)) / 3_600_000;
        });
        const meterOnly = world.journal.filter(
          ({ event }) => event.type !== 'evseMetered' && event.type !== 'transactionEnded',
        );
        const { meteredMs, netWh } = totals(replayed(meterOnly), world.nowMs);
        expect(meteredMs).toBe(heldMs);
        expect(netWh).toBeCloseTo(heldWh, 4);
      }),
      { numRuns: 200 },
    );
  });

  it('over a crash at any point: snapshot and the rest of the journal give the same history', () => {
    fc.assert(
      fc.property(lifeArbitrary, fc.nat(), (world, cut) => {
        const at = cut % (world.journal.length + 1);
        const restored = throughDisk(replayed(world.journal.slice(0, at)));
        const state = replayed(world.journal.slice(at), restored);
        expect(state.history).toEqual(replayed(world.journal).history);
      }),
      { numRuns: 200 },
    );
  });
});
