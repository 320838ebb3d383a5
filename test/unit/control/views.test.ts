import { describe, expect, it } from 'vitest';
import { endedSessionView, limitedBy, sessionViews, siteView, type ViewContext } from '../../../src/control/views.js';
import { planSite } from '../../../src/plan/plan.js';
import { ampere, circuitOf, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const viewOf = (life: SiteLife): ViewContext => ({
  state: life.state,
  plan: planSite(life.state, [], life.nowMs),
  schedule: undefined,
  handedOut: undefined,
  windows: [],
  nowMs: life.nowMs,
});

const site = siteOf({
  circuits: [circuitOf('grid', 63), circuitOf('row', 32, { baseLoadMaxA: ampere(2, 0, 0) })],
  stations: [
    stationOf('A', { circuitId: 'row', phases: ['L2', 'L3', 'L1'] }),
    stationOf('B', { circuitId: 'row', phases: ['L2'] }),
  ],
});

function charging(): SiteLife {
  const life = new SiteLife(site).commission('A').commission('B').start('A', 1).wait(MINUTE_MS);
  life.give('A', 16);
  return life.wait(MINUTE_MS).meter('A', { currentA: ampere(15, 16, 16), energyWh: 1_800 });
}

const limits = (life: SiteLife) => {
  const at = life.at('A');
  const { transaction } = at.evseState;
  if (transaction === null) throw new Error('no transaction');
  return limitedBy(viewOf(life), at, transaction);
};

describe('the view of a site', () => {
  it('shows per circuit and phase the limit, the load, what is reserved and what is left', () => {
    const view = siteView(viewOf(charging()));
    expect(view.protection).toEqual({ status: 'protected' });
    expect(view.circuits[1]).toMatchObject({
      id: 'row',
      parentId: 'grid',
      limitA: ampere(32),
      loadA: ampere(17, 16, 16),
      baseLoadA: ampere(2, 0, 0),
      reservedA: ampere(16, 22, 16),
      headroomA: ampere(14, 10, 16),
      meter: 'none',
    });
  });

  it("shows the circuit's own meter where it is fresh", () => {
    const life = charging().meterCircuit('row', ampere(20, 25, 21));
    expect(siteView(viewOf(life)).circuits[1]).toMatchObject({
      loadA: ampere(20, 25, 21),
      baseLoadA: ampere(5, 9, 5),
      meter: 'fresh',
    });
  });

  it('is unprotected, with the excess, while more may be drawn than a fuse holds', () => {
    const life = new SiteLife(site).commission('A').commission('B').start('A', 1);
    life.give('A', 31);
    expect(siteView(viewOf(life)).protection).toEqual({
      status: 'unprotected',
      excess: [
        { circuitId: 'row', phase: 'L1', excessA: 1 },
        { circuitId: 'row', phase: 'L2', excessA: 5 },
      ],
    });
  });

  it('shows what each EVSE is told, may draw and draws', () => {
    const life = charging();
    const [a, b] = siteView(viewOf(life)).stations;
    expect(a).toMatchObject({ id: 'A', online: true, control: 'controlled', failsafe: { limitA: 6, confirmed: true } });
    expect(a?.evses[0]).toMatchObject({
      limitA: 16,
      reservedA: 16,
      currentA: ampere(15, 16, 16),
      transaction: { transactionId: 1, energyWh: 800 },
    });
    expect(b?.evses[0]).toMatchObject({
      limitA: 6,
      reservedA: 6,
      currentA: 'unknown',
      limitedBy: null,
      transaction: null,
    });
    expect(siteView(viewOf(life.wait(MINUTE_MS))).stations[0]?.evses[0]?.currentA).toBe('unknown');
  });

  it('says how well each station is controlled', () => {
    const control = (life: SiteLife) => siteView(viewOf(life)).stations[0]?.control;
    expect(control(new SiteLife(site))).toBe('neverSeen');
    expect(control(new SiteLife(site).connect('A'))).toBe('unconfirmed');
    const refusing = charging();
    refusing.give('A', 20, 'refused');
    expect(control(refusing)).toBe('refuses');
    expect(control(charging().meter('A', { currentA: 30 }).meter('A', { currentA: 30 }))).toBe('disobeys');
  });
});

describe('why a car gets no more', () => {
  it('is the EVSE, where nothing else is short', () => {
    const life = new SiteLife(siteOf({ stations: [stationOf('A')] })).commission('A').start('A', 1).wait(MINUTE_MS);
    life.give('A', 32);
    expect(limits(life)).toEqual({ by: 'evse' });
  });

  it('is the circuit and phase that is full', () => {
    const life = charging();
    life.give('A', 26);
    expect(limits(life)).toEqual({ by: 'circuit', circuitId: 'row', phase: 'L2' });
  });

  it('is the hand-out, while it waits for what it was planned', () => {
    expect(limits(charging())).toEqual({ by: 'handOut' });
  });

  it('is the station, while it is out of reach or disobeys', () => {
    expect(limits(charging().disconnect('A'))).toEqual({ by: 'station', reason: 'offline' });
    expect(limits(charging().meter('A', { currentA: 30 }).meter('A', { currentA: 30 }))).toEqual({
      by: 'station',
      reason: 'disobeys',
    });
  });

  it('is its energy, once it has what it wanted', () => {
    const life = charging();
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 800 } });
    life.give('A', 0);
    expect(limits(life)).toEqual({ by: 'energy' });
  });
});

describe('the view of sessions', () => {
  it('shows open ones with their needs, newest first', () => {
    const life = charging().start('B', 2);
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 9_000, departureMs: 5, priority: 8 } });
    expect(sessionViews(viewOf(life))).toMatchObject([
      { sessionId: 'B-2', priority: 5, energyWantedWh: null, departureMs: null },
      { sessionId: 'A-1', priority: 8, energyWantedWh: 9_000, departureMs: 5, energyWh: 800, limitA: 16 },
    ]);
  });

  it('shows what an open one is planned with, and from where', () => {
    const life = new SiteLife({ ...site, defaults: { departure: '17:00', priority: 2 } }).commission('A').start('A', 1);
    const [silent] = sessionViews(viewOf(life));
    // 17:00 in Stockholm.
    expect(silent).toMatchObject({
      departureMs: null,
      priority: 2,
      needsUsed: { departureMs: NOON_MS + 4 * HOUR_MS, energyWh: null, priority: 2 },
      needsFrom: { departure: 'default', energyWh: 'unknown', priority: 'default' },
    });
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 9_000 } });
    const [stated] = sessionViews(viewOf(life));
    expect(stated?.needsUsed).toMatchObject({ energyWh: 9_000, departureMs: NOON_MS + 4 * HOUR_MS });
    expect(stated?.needsFrom).toMatchObject({ energyWh: 'stated', departure: 'default' });
  });

  it('shows ended ones as they ended', () => {
    const { state } = charging().end('A', 1);
    const [ended] = state.endedSessions;
    if (ended === undefined) throw new Error('none has ended');
    expect(endedSessionView({ state }, ended)).toMatchObject({
      sessionId: 'A-1',
      energyWh: 1_000,
      limitA: 0,
      limitedBy: null,
      needsUsed: null,
      needsFrom: null,
      endReason: 'Local',
    });
  });
});
