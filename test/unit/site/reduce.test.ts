import { describe, expect, it } from 'vitest';
import { snapshotOf, stateFromSnapshot } from '../../../src/control/stateCodec.js';
import type { SiteEvent } from '../../../src/site/events.js';
import { emptyState, reduce } from '../../../src/site/reduce.js';
import { ENDED_SESSIONS_KEPT, SAMPLES_KEPT } from '../../../src/site/state.js';
import { acEvse, ampere, circuitOf, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

/** A life in which most things happen once. */
function eventful(): SiteLife {
  const life = new SiteLife(siteOf({ circuits: [circuitOf('grid', 63), circuitOf('row', 32)] }));
  life.take({
    type: 'limitPut',
    limit: {
      limitId: 'night',
      circuitId: 'grid',
      powerLimitW: 9_000,
      fromMs: life.nowMs,
      toMs: 'open',
      source: 'owner',
    },
  });
  life.commission('A').take({ type: 'capabilitiesRead', stationId: 'A', capabilities: { maxPeriods: 6 } });
  life.take({ type: 'evseStatusReported', stationId: 'A', evseId: 1, status: 'Charging' });
  life.wait(1_000).start('A', 41);
  life.take({ type: 'needsPut', sessionId: 'A-41', needs: { energyWh: 8_000, priority: 9 } });
  life.give('A', 16, 'accepted');
  life.wait(10_000).meter('A', { currentA: ampere(16, 0, 0), energyWh: 1_200, offeredA: 16 });
  life.meterCircuit('grid', ampere(20, 4, 4)).wait(1_000);
  life.give('A', 8, 'unknown');
  life.connect('B').wait(1_000).end('A', 41).start('A', 42).disconnect('A');
  return life.take({ type: 'serviceStarted' }).take({ type: 'limitDeleted', limitId: 'night' });
}

describe('the state of a site', () => {
  it('is the same when its journal is replayed through JSON', () => {
    const life = eventful();
    const journal: typeof life.journal = JSON.parse(JSON.stringify(life.journal));
    const replayed = journal.reduce(
      (state, { event, atMs }) => reduce(state, event, atMs),
      emptyState(life.state.site),
    );
    expect(replayed).toEqual(life.state);
  });

  it('is the same after a snapshot at any point and the rest of the journal', () => {
    const { journal, state: final } = eventful();
    for (let cut = 1; cut < journal.length; cut++) {
      const before = journal
        .slice(0, cut)
        .reduce((state, { event, atMs }) => reduce(state, event, atMs), emptyState(final.site));
      const restored = stateFromSnapshot(JSON.parse(JSON.stringify(snapshotOf(before))));
      if (restored === undefined) throw new Error('the snapshot can not be read');
      expect(restored).toEqual(before);
      expect(journal.slice(cut).reduce((state, { event, atMs }) => reduce(state, event, atMs), restored)).toEqual(
        final,
      );
    }
  });

  it('passes over a snapshot of another version', () => {
    expect(stateFromSnapshot({ version: 0 })).toBeUndefined();
    expect(stateFromSnapshot(null)).toBeUndefined();
    expect(stateFromSnapshot('{}')).toBeUndefined();
  });

  it('is not changed by stations, EVSEs, circuits, sessions and transactions that the site does not have', () => {
    const life = new SiteLife(siteOf()).commission('A').start('A', 1);
    const before = life.state;
    const foreign: SiteEvent[] = [
      { type: 'stationConnected', stationId: 'X', connectionId: 'c', ocppVersion: '1.6' },
      { type: 'evseMetered', stationId: 'A', evseId: 9, currentA: ampere(5) },
      { type: 'evseStatusReported', stationId: 'A', evseId: 9, status: 'Charging' },
      { type: 'circuitMetered', circuitId: 'x', currentA: ampere(5) },
      { type: 'needsPut', sessionId: 'nobody', needs: {} },
      { type: 'transactionEnded', stationId: 'A', evseId: 1, transactionId: 99, endedAtMs: 0, reason: 'Local' },
      {
        type: 'profileVerified',
        stationId: 'A',
        attemptId: 'x',
        slot: { kind: 'tx', evseId: 1, transactionId: 99 },
        by: 'composite',
        exact: false,
      },
      { type: 'limitDeleted', limitId: 'x' },
    ];
    for (const event of foreign) expect(reduce(before, event, life.nowMs)).toEqual(before);
  });

  it('is never changed in place', () => {
    const life = eventful();
    const before = life.state;
    const copy = JSON.stringify(snapshotOf(before));
    life.connect('A').start('A', 43).meter('A', { currentA: 6 }).end('A', 43);
    expect(JSON.stringify(snapshotOf(before))).toBe(copy);
  });

  it('keeps what is known of the stations that stay when the site is configured anew', () => {
    const life = new SiteLife(siteOf()).commission('A').start('A', 1).commission('B');
    life.give('A', 16);
    const site = siteOf({ stations: [stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })] }), stationOf('C')] });
    life.take({ type: 'siteConfigured', site });
    expect(life.mayA('A')).toBe(16);
    expect(life.at('A').evseState.transaction?.transactionId).toBe(1);
    // What a station holds on connector 0 holds for an EVSE that is listed later, too.
    expect(life.mayA('A', life.nowMs, 2)).toBe(6);
    expect(life.mayA('C')).toBe(32);
    expect([...life.state.stations.keys()]).toEqual(['A', 'C']);
  });

  it('ends a transaction whose end was never told when the next one starts, once', () => {
    const life = new SiteLife(siteOf()).commission('A').start('A', 1).start('A', 2).start('A', 2);
    expect(life.state.endedSessions).toMatchObject([{ transactionId: 1, reason: 'EndNotReported' }]);
    expect(life.at('A').evseState.transaction?.transactionId).toBe(2);
  });

  it('keeps a bounded number of samples, readings and ended sessions', () => {
    const life = new SiteLife(siteOf()).commission('A');
    for (let n = 1; n <= ENDED_SESSIONS_KEPT + 5; n++) life.start('A', n).end('A', n);
    life.start('A', 999);
    for (let n = 0; n < 500; n++) life.wait(1_000).meter('A', { currentA: 6 }).meterCircuit('grid', 10);
    expect(life.state.endedSessions).toHaveLength(ENDED_SESSIONS_KEPT);
    expect(life.state.endedSessions.at(-1)?.transactionId).toBe(ENDED_SESSIONS_KEPT + 5);
    expect(life.at('A').evseState.samples).toHaveLength(SAMPLES_KEPT);
    expect(life.state.circuits.get('grid')?.readings.length).toBeLessThanOrEqual(60);
  });

  it('remembers an accepted boot over reconnects and restarts', () => {
    const life = new SiteLife(siteOf()).connect('A').disconnect('A').take({ type: 'serviceStarted' });
    life.connect('A', { boots: false });
    expect(life.station('A')).toMatchObject({ accepted: true, connection: { status: 'online', booted: false } });
  });

  it('tells when a car was switched on or paused, not every time it is given another current', () => {
    const life = new SiteLife(siteOf()).commission('A').start('A', 1);
    const lastSwitch = () => life.at('A').evseState.transaction?.lastSwitch;
    const startedMs = life.nowMs;
    life.wait(MINUTE_MS);
    life.give('A', 16);
    expect(lastSwitch()).toEqual({ on: true, atMs: startedMs });
    life.wait(MINUTE_MS);
    life.give('A', 0);
    expect(lastSwitch()).toEqual({ on: false, atMs: life.nowMs });
  });
});
