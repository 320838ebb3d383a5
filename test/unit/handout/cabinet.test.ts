import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handOut } from '../../../src/handout/handOut.js';
import { planSite } from '../../../src/plan/plan.js';
import { stationProfile, txProfile } from '../../../src/profiles/index.js';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import { circuitOf, dcEvse, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { answer, intend, type Send, sends } from './passes.js';

// A cabinet with four outlets, each of which could take most of it, and a station that believes nothing but what is on the wire.

const CABINET_W = 80_000;
const VOLTAGE_V = 230;
const REACTION_S = 2;
const FAILSAFE_A = 25;
const OUTLETS = [
  { id: 1, powerMaxW: 60_000, efficiency: 0.97 },
  { id: 2, powerMaxW: 60_000, efficiency: 0.9 },
  { id: 3, powerMaxW: 75_000, efficiency: 0.94 },
  { id: 4, powerMaxW: 20_000, efficiency: 0.953 },
] as const;
const EVSE_IDS = OUTLETS.map(({ id }) => id);

const cabinet = stationOf('DC1', {
  circuitId: 'cabinet',
  failsafeA: FAILSAFE_A,
  reactionS: REACTION_S,
  evses: OUTLETS.map((outlet) => dcEvse(outlet)),
});
const site = siteOf({
  circuits: [circuitOf('grid', 400), circuitOf('cabinet', 400, { powerLimitW: CABINET_W })],
  stations: [cabinet],
});

/** What the station holds and its cars draw: every one as much as it is let. */
class Cabinet {
  readonly #profiles = new Map<'default' | number, ChargingProfile>();
  readonly #startedMs = new Map<number, number>();
  /** What each outlet was allowed lately, W: its car may still be coming down from it. */
  readonly #allowed = new Map<number, { readonly atMs: number; readonly powerW: number }[]>();

  install(slot: 'default' | number, profile: ChargingProfile): void {
    this.#profiles.set(slot, profile);
  }

  plugIn(evseId: number, atMs: number): void {
    this.#startedMs.set(evseId, atMs);
  }

  unplug(evseId: number): void {
    this.#startedMs.delete(evseId);
    this.#profiles.delete(evseId);
    this.#allowed.delete(evseId);
  }

  isFree(evseId: number): boolean {
    return !this.#startedMs.has(evseId);
  }

  /** What is of a transaction lives in memory. */
  reboot(): void {
    for (const id of EVSE_IDS) this.#profiles.delete(id);
  }

  /** Of the grid, W. To be asked often. */
  drawsW(atMs: number): number {
    return OUTLETS.reduce((sum, { id, efficiency, powerMaxW }) => {
      const startedMs = this.#startedMs.get(id);
      if (startedMs === undefined) return sum;
      const own =
        limitW(this.#profiles.get(id), atMs, startedMs) ?? limitW(this.#profiles.get('default'), atMs, startedMs);
      const lately = (this.#allowed.get(id) ?? []).filter((one) => one.atMs > atMs - REACTION_S * 1_000);
      lately.push({ atMs, powerW: Math.min(powerMaxW, own ?? powerMaxW) });
      this.#allowed.set(id, lately);
      return sum + Math.max(...lately.map(({ powerW }) => powerW)) / efficiency;
    }, 0);
  }
}

/** Read as OCPP has it, and by nothing of ours. */
function limitW(profile: ChargingProfile | undefined, atMs: number, transactionStartMs: number): number | undefined {
  if (profile === undefined) return undefined;
  const { startMs = transactionStartMs, durationS, periods, rateUnit } = profile.schedule;
  expect(rateUnit).toBe('W');
  const afterS = (atMs - startMs) / 1_000;
  if (afterS < 0 || (durationS !== undefined && afterS >= durationS)) return undefined;
  return periods.findLast(({ startPeriodS }) => startPeriodS <= afterS)?.limit;
}

function wire(life: SiteLife, { slot, limits, form }: Send): readonly ['default' | number, ChargingProfile] {
  const target = { station: cabinet, voltageV: VOLTAGE_V, nowMs: life.nowMs };
  if (slot.kind === 'failsafe') return ['default', stationProfile(target, limits, form)];
  const evse = cabinet.evses.find(({ id }) => id === slot.evseId);
  if (evse === undefined) throw new Error('no such outlet');
  return [slot.evseId, txProfile(target, evse, slot.transactionId, limits, form)];
}

type Outcome = 'confirmed' | 'accepted' | 'refused' | 'lost' | 'answer lost';

interface Turn {
  readonly outcome: Outcome;
  readonly happening: 'nothing' | 'car' | 'reboot' | 'cut off';
  readonly evseId: number;
  readonly waitS: number;
}

/** Answers the most that was drawn, W. */
function live(turns: readonly Turn[]): { readonly mostW: number; readonly lastW: number; readonly sent: number } {
  const life = new SiteLife(site).connect('DC1');
  life.take({ type: 'capabilitiesRead', stationId: 'DC1', capabilities: { maxPeriods: 6 } });
  life.take({ type: 'clockSeen', stationId: 'DC1', clockOffMs: 0 });
  const real = new Cabinet();
  let transactionId = 0;
  let mostW = 0;
  let sent = 0;
  const pass = (outcome: Outcome) => {
    const plan = planSite(life.state, [], life.nowMs);
    expect(plan.violations).toEqual([]);
    const { actions } = handOut({ state: life.state, windows: [], plan, nowMs: life.nowMs, busy: new Set() });
    for (const action of actions) {
      if (action.type === 'verify') life.verify('DC1', action.slot, action.attemptId, true);
    }
    for (const send of sends({ actions } as never)) {
      sent += 1;
      const { attemptId } = intend(life, send);
      const [slot, profile] = wire(life, send);
      if (outcome !== 'refused' && outcome !== 'lost') real.install(slot, profile);
      answer(life, send, attemptId, outcome === 'lost' || outcome === 'answer lost' ? 'unknown' : outcome);
    }
  };
  const wait = (waitS: number) => {
    for (let second = 0; second < waitS; second++) {
      mostW = Math.max(mostW, real.drawsW(life.nowMs));
      life.wait(1_000);
    }
  };
  const plug = (evseId: number) => {
    real.plugIn(evseId, life.nowMs);
    life.start('DC1', ++transactionId, { evseId });
  };
  pass('confirmed');
  for (const { outcome, happening, evseId, waitS } of turns) {
    const running = life.at('DC1', evseId).evseState.transaction;
    if (happening === 'car' && real.isFree(evseId)) plug(evseId);
    else if (happening === 'car' && running !== null) {
      real.unplug(evseId);
      life.end('DC1', running.transactionId, evseId);
    } else if (happening === 'reboot') {
      real.reboot();
      life.disconnect('DC1').connect('DC1');
    } else if (happening === 'cut off') life.disconnect('DC1').connect('DC1', { boots: false });
    pass(outcome);
    wait(waitS);
  }
  for (let n = 0; n < 12; n++) {
    pass('confirmed');
    wait(20);
  }
  return { mostW, lastW: real.drawsW(life.nowMs), sent };
}

const turn: fc.Arbitrary<Turn> = fc.record({
  outcome: fc.constantFrom<Outcome>(
    'confirmed',
    'confirmed',
    'confirmed',
    'accepted',
    'refused',
    'lost',
    'answer lost',
  ),
  happening: fc.constantFrom('nothing', 'car', 'car', 'car', 'reboot', 'cut off'),
  evseId: fc.constantFrom(...EVSE_IDS),
  waitS: fc.integer({ min: 1, max: 40 }),
});

describe('a cabinet with four outlets', () => {
  it('is never fed with more than it may be, whatever becomes of messages, cars and the station', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 4, maxLength: 14 }), (turns) => {
        expect(live(turns).mostW).toBeLessThanOrEqual(CABINET_W + 1e-6);
      }),
      { numRuns: 30 },
    );
  });

  it.each([1, 2, 3, 4])('is used up by as many as %i cars, or each has all that its outlet gives', (cars) => {
    const turns = EVSE_IDS.slice(0, cars).map(
      (evseId): Turn => ({ outcome: 'confirmed', happening: 'car', evseId, waitS: 20 }),
    );
    const hardwareW = OUTLETS.slice(0, cars).reduce(
      (sum, { powerMaxW, efficiency }) => sum + powerMaxW / efficiency,
      0,
    );
    const free = OUTLETS.length - cars;
    // What a free outlet falls to is kept for who plugs in there.
    const leftW = CABINET_W - free * FAILSAFE_A * VOLTAGE_V * 3;
    const { lastW } = live(turns);
    expect(lastW).toBeLessThanOrEqual(CABINET_W);
    expect(lastW).toBeGreaterThan(0.98 * Math.min(hardwareW, leftW));
  });

  it('falls back to what fits for all of its outlets at once', () => {
    const life = new SiteLife(site).connect('DC1');
    life.wait(MINUTE_MS);
    const plan = planSite(life.state, [], life.nowMs);
    const [first] = sends(handOut({ state: life.state, windows: [], plan, nowMs: life.nowMs, busy: new Set() }));
    if (first === undefined) throw new Error('no failsafe was sent');
    const [slot, profile] = wire(life, first);
    expect(slot).toBe('default');
    // A template: each outlet may take that much by itself. It is the least of what 25 A are worth at any of them, in whole watts.
    expect(profile.schedule.periods.map(({ limit }) => limit)).toEqual([Math.floor(FAILSAFE_A * 690 * 0.9)]);
    const outletW = profile.schedule.periods[0]?.limit ?? 0;
    const sumW = OUTLETS.reduce((sum, { efficiency }) => sum + outletW / efficiency, 0);
    expect(sumW).toBeLessThanOrEqual(OUTLETS.length * FAILSAFE_A * 690);
  });
});
