import { describe, expect, it } from 'vitest';
import { snapshotOf, stateFromSnapshot } from '../../../src/control/stateCodec.js';
import type { StationReply } from '../../../src/control/stationReply.js';
import { replyTo } from '../../../src/control/stationRequests.js';
import type { SiteModel } from '../../../src/site/model.js';
import type { MeterSample, StationRequest } from '../../../src/site/stationMessages.js';
import { acEvse, ampere, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';

function online(site: SiteModel = siteOf()): SiteLife {
  return new SiteLife(site).commission('A', 6).wait(MINUTE_MS);
}

/** What the service answers, and its state after. */
function ask(life: SiteLife, request: StationRequest, random = new SeededRandom(7)): StationReply {
  const reply = replyTo(request, { state: life.state, stationId: 'A', nowMs: life.nowMs, random });
  life.take(...reply.events);
  return reply;
}

const startRequest = (life: SiteLife, more: Partial<StationRequest & { type: 'transactionStarted' }> = {}) =>
  ({
    type: 'transactionStarted',
    evseId: 1,
    idToken: 'TAG',
    meterStartWh: 1_000,
    timestampMs: life.nowMs,
    ...more,
  }) as const;

const meterRequest = (samples: readonly MeterSample[], more: Partial<StationRequest & { type: 'meterValues' }> = {}) =>
  ({ type: 'meterValues', evseId: 1, samples, quarantined: 0, ...more }) as const;

function idOf(reply: StationReply): number {
  if (!('transactionId' in reply.response)) throw new Error('no transaction id');
  return Number(reply.response.transactionId);
}

const transactionOf = (life: SiteLife) => life.at('A').evseState.transaction;

describe('a boot', () => {
  it('is accepted, kept on disk first, and sets the clock', () => {
    const life = online();
    const reply = ask(life, { type: 'boot', vendor: 'V', model: 'M', firmwareVersion: '2' });
    expect(reply).toMatchObject({ durable: true, response: { status: 'Accepted', currentTimeMs: life.nowMs } });
    expect(life.station('A').identity).toEqual({ vendor: 'V', model: 'M', firmwareVersion: '2' });
  });
});

describe('small talk', () => {
  it('changes nothing and waits for no disk', () => {
    const life = online();
    const before = life.state;
    for (const request of [
      { type: 'heartbeat' },
      { type: 'authorize', idToken: 'TAG' },
      { type: 'dataTransfer', vendorId: 'V' },
      { type: 'firmwareStatus', status: 'Downloading' },
      { type: 'diagnosticsStatus', status: 'Idle' },
      { type: 'status', evseId: 0, status: 'Available' },
    ] as const)
      expect(ask(life, request)).toMatchObject({ events: [], durable: false });
    expect(life.state).toBe(before);
  });

  it('about an EVSE that the site does not list is reported', () => {
    expect(ask(online(), { type: 'status', evseId: 7, status: 'Charging' })).toMatchObject({
      events: [],
      anomaly: { kind: 'unknownEvse' },
    });
    expect(ask(online(), meterRequest([], { evseId: 7 }))).toMatchObject({
      events: [],
      anomaly: { kind: 'unknownEvse' },
    });
  });

  it('repeats no status that is known', () => {
    const life = online();
    expect(ask(life, { type: 'status', evseId: 1, status: 'Preparing' }).events).toHaveLength(1);
    expect(ask(life, { type: 'status', evseId: 1, status: 'Preparing' }).events).toEqual([]);
  });
});

describe('the start of a transaction', () => {
  it('gets a positive int32, once it is on disk', () => {
    const life = online();
    const reply = ask(life, startRequest(life));
    expect(reply.durable).toBe(true);
    expect(idOf(reply)).toBeGreaterThan(0);
    expect(idOf(reply)).toBeLessThan(2 ** 31);
    expect(transactionOf(life)).toMatchObject({ transactionId: idOf(reply), authorized: true, meterStartWh: 1_000 });
  });

  it('that is sent again gets the same transaction, after a restart and after its end too', () => {
    const life = online();
    const request = startRequest(life);
    const first = idOf(ask(life, request, new SeededRandom(1)));
    const restored = stateFromSnapshot(JSON.parse(JSON.stringify(snapshotOf(life.state))));
    if (restored === undefined) throw new Error('the snapshot can not be read');
    life.state = restored;
    life.take({ type: 'serviceStarted' }).wait(MINUTE_MS).connect('A');
    const again = ask(life, request, new SeededRandom(2));
    expect(idOf(again)).toBe(first);
    expect(again).toMatchObject({ events: [], durable: true });
    life.end('A', first);
    expect(idOf(ask(life, request, new SeededRandom(3)))).toBe(first);
    expect(transactionOf(life)).toBeNull();
  });

  it('with a clock that is far ahead, after one that took nothing, is another; after one that took energy it is that one', () => {
    const life = online();
    const ahead = (meterStartWh: number) =>
      startRequest(life, { meterStartWh, timestampMs: life.nowMs + 10 * MINUTE_MS });
    const endAt = (transactionId: number, meterStopWh: number) =>
      life.take({
        type: 'transactionEnded',
        stationId: 'A',
        evseId: 1,
        transactionId,
        meterStopWh,
        endedAtMs: life.nowMs,
        reason: 'Local',
      });
    const first = idOf(ask(life, ahead(1_000), new SeededRandom(1)));
    endAt(first, 1_000).wait(MINUTE_MS);
    const second = idOf(ask(life, ahead(1_000), new SeededRandom(2)));
    expect(second).not.toBe(first);
    expect(transactionOf(life)).toMatchObject({ transactionId: second });
    endAt(second, 3_000).wait(MINUTE_MS);
    expect(idOf(ask(life, ahead(1_000), new SeededRandom(3)))).toBe(second);
    expect(transactionOf(life)).toBeNull();
  });

  it('that seemed too far ahead the first time, and is sent again a little later, gets the same transaction', () => {
    const life = online();
    const request = startRequest(life, { timestampMs: life.nowMs + 5 * MINUTE_MS + 3_000 });
    const first = idOf(ask(life, request, new SeededRandom(1)));
    expect(idOf(ask(life.wait(8_000), request, new SeededRandom(2)))).toBe(first);
    const another = { ...request, meterStartWh: 1_200 };
    expect(idOf(ask(life.wait(8_000), another, new SeededRandom(3)))).not.toBe(first);
  });

  it('of another car gets another id, never one in use', () => {
    const life = online(
      siteOf({ stations: [stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })] }), stationOf('B')] }),
    );
    const first = idOf(ask(life, startRequest(life), new SeededRandom(1)));
    const second = idOf(ask(life, startRequest(life, { evseId: 2 }), new SeededRandom(1)));
    expect(second).not.toBe(first);
  });

  it('is counted, but not authorized, with a token that the site does not list', () => {
    const life = online(siteOf({ idTokens: ['FRIEND'] }));
    expect(ask(life, { type: 'authorize', idToken: 'TAG' }).response).toEqual({ status: 'Invalid' });
    expect(ask(life, { type: 'authorize', idToken: 'FRIEND' }).response).toEqual({ status: 'Accepted' });
    expect(ask(life, startRequest(life)).response).toMatchObject({ status: 'Invalid' });
    expect(transactionOf(life)).toMatchObject({ authorized: false });
  });

  it('on an EVSE that no circuit counts is refused', () => {
    const life = online();
    expect(ask(life, startRequest(life, { evseId: 9 }))).toMatchObject({
      events: [],
      response: { status: 'Invalid' },
      anomaly: { kind: 'unknownEvse' },
    });
  });

  it('keeps the time that a queued message says, and takes now for one that can not be', () => {
    for (const [timestampMs, startedAtMs] of [
      [NOON_MS - 5 * HOUR_MS, NOON_MS - 5 * HOUR_MS],
      [0, NOON_MS + MINUTE_MS],
      [NOON_MS + 900 * HOUR_MS, NOON_MS + MINUTE_MS],
    ] as const) {
      const life = online();
      ask(life, startRequest(life, { timestampMs }));
      expect(transactionOf(life)?.startedAtMs).toBe(startedAtMs);
    }
  });
});

describe('the end of a transaction', () => {
  const endRequest = (life: SiteLife, transactionId: number) =>
    ({
      type: 'transactionEnded',
      transactionId,
      meterStopWh: 9_000,
      timestampMs: life.nowMs,
      samples: [],
      reason: 'EVDisconnected',
    }) as const;

  it('ends it with its energy, once it is on disk', () => {
    const life = online();
    const id = idOf(ask(life, startRequest(life)));
    expect(ask(life, endRequest(life, id)).durable).toBe(true);
    expect(transactionOf(life)).toBeNull();
    expect(life.state.endedSessions).toMatchObject([{ transactionId: id, energyWh: 8_000, reason: 'EVDisconnected' }]);
  });

  it('that is sent again is taken without a word, and only once', () => {
    const life = online();
    const id = idOf(ask(life, startRequest(life)));
    ask(life, endRequest(life, id));
    const again = ask(life, endRequest(life, id));
    expect(again).toMatchObject({ events: [], durable: true });
    expect(again.anomaly).toBeUndefined();
    expect(life.state.endedSessions).toHaveLength(1);
  });

  it('of another transaction ends none, is reported, and still answered, or it would be sent for ever', () => {
    const life = online();
    ask(life, startRequest(life));
    expect(ask(life, endRequest(life, 99))).toMatchObject({
      events: [],
      response: {},
      anomaly: { kind: 'foreignTransaction' },
    });
    expect(transactionOf(life)).not.toBeNull();
  });
});

describe('meter values', () => {
  const sampleOf = (life: SiteLife, more: Partial<MeterSample> = {}): MeterSample => ({
    timestampMs: life.nowMs,
    terminalCurrentA: [10, 10, 10],
    energyWh: 2_000,
    ...more,
  });

  it('are mapped to the grid and counted', () => {
    const life = online(siteOf({ stations: [stationOf('A', { phases: ['L2', 'L3', 'L1'] })] }));
    const id = idOf(ask(life, startRequest(life)));
    const reply = ask(life, meterRequest([sampleOf(life, { terminalCurrentA: [10, 0, 4] })], { transactionId: id }));
    expect(reply.durable).toBe(false);
    expect(life.at('A').evseState.samples.at(-1)?.currentA).toEqual(ampere(4, 10, 0));
    expect(transactionOf(life)?.energyWh).toBe(1_000);
  });

  it('say which phases were not measured', () => {
    const life = online();
    ask(life, startRequest(life));
    ask(life, meterRequest([sampleOf(life, { terminalCurrentA: [10, 'unknown', 0] })]));
    expect(life.at('A').evseState.samples.at(-1)).toMatchObject({ currentA: ampere(10, 0, 0), assumedPhases: ['L2'] });
  });

  it('of several samples count as the newest of each kind', () => {
    const life = online();
    ask(life, startRequest(life));
    const samples = [
      { timestampMs: life.nowMs, energyWh: 3_000 },
      { timestampMs: life.nowMs - 2_000, terminalCurrentA: [6, 6, 6], energyWh: 2_500 },
    ];
    ask(life, meterRequest(samples));
    expect(transactionOf(life)?.energyWh).toBe(2_000);
    expect(life.at('A').evseState.samples.at(-1)?.currentA).toEqual(ampere(6));
  });

  it('that were kept while the station was offline tell energy, not what flows now', () => {
    const life = online();
    const id = idOf(ask(life, startRequest(life)));
    const thenMs = life.nowMs;
    life.disconnect('A').wait(HOUR_MS).connect('A').wait(1_000);
    for (let n = 0; n < 4; n++)
      ask(
        life,
        meterRequest([sampleOf(life, { timestampMs: thenMs + n * 10_000, terminalCurrentA: [32, 32, 32] })], {
          transactionId: id,
        }),
      );
    expect(life.at('A').evseState).toMatchObject({ samples: [], disobeys: false });
    expect(transactionOf(life)?.energyWh).toBe(1_000);
    ask(life, meterRequest([sampleOf(life, { terminalCurrentA: [6, 6, 6] })], { transactionId: id }));
    expect(life.at('A').evseState.samples).toHaveLength(1);
  });

  it('that were kept while the station was offline tell when the energy was taken', () => {
    const life = online();
    const id = idOf(ask(life, startRequest(life)));
    const thenMs = life.nowMs;
    life
      .disconnect('A')
      .wait(2 * HOUR_MS)
      .connect('A')
      .wait(1_000);
    for (const quarters of [1, 2, 3]) {
      const sample = { timestampMs: thenMs + quarters * 15 * MINUTE_MS, energyWh: 1_000 + quarters * 2_000 };
      ask(life, meterRequest([sample], { transactionId: id }));
    }
    const { wh = [] } = transactionOf(life)?.quarters ?? {};
    // It began a minute into a quarter.
    expect(wh.map(Math.round)).toEqual([1_867, 2_000, 2_000, 133]);
  });

  it('of a station whose clock is behind count after all, once what was kept must have come, and tell its clock', () => {
    const life = online();
    life.disconnect('A').connect('A').start('A', 1);
    const isBehind = () => sampleOf(life, { timestampMs: life.nowMs - 30 * MINUTE_MS });
    life.wait(MINUTE_MS);
    ask(life, meterRequest([isBehind()]));
    expect(life.at('A').evseState.samples).toHaveLength(0);
    expect(life.station('A').clockOffMs).toBe(0);
    life.wait(2 * MINUTE_MS);
    ask(life, meterRequest([isBehind()]));
    expect(life.at('A').evseState.samples).toHaveLength(1);
    expect(life.station('A').clockOffMs).toBe(30 * MINUTE_MS);
    // On the next connection that is known: they count from the first.
    life.disconnect('A').connect('A').wait(1_000);
    ask(life, meterRequest([isBehind()]));
    expect(life.at('A').evseState.samples).toHaveLength(2);
  });

  it('for another transaction than the open one are ignored and reported', () => {
    const life = online();
    ask(life, startRequest(life));
    expect(ask(life, meterRequest([sampleOf(life)], { transactionId: 99 }))).toMatchObject({
      events: [],
      anomaly: { kind: 'foreignTransaction' },
    });
  });

  it('adopt a transaction that survived a change of back end, under its own id', () => {
    const life = online();
    const reply = ask(life, meterRequest([sampleOf(life)], { transactionId: 777 }));
    expect(reply.durable).toBe(true);
    expect(transactionOf(life)).toMatchObject({ transactionId: 777, meterStartWh: 2_000, authorized: true });
    ask(life, {
      type: 'transactionEnded',
      transactionId: 777,
      meterStopWh: 5_000,
      timestampMs: life.nowMs,
      samples: [],
    });
    expect(life.state.endedSessions).toMatchObject([{ transactionId: 777, energyWh: 3_000 }]);
  });

  it('adopt none that has ended, that another station has, or that is none', () => {
    const life = online();
    life.start('A', 5).end('A', 5).commission('B', 6).start('B', 6);
    for (const transactionId of [5, 6, 0]) ask(life, meterRequest([sampleOf(life)], { transactionId }));
    expect(transactionOf(life)).toBeNull();
  });

  it('adopt one without authority where the site lists its tokens', () => {
    const life = online(siteOf({ idTokens: ['FRIEND'] }));
    ask(life, meterRequest([sampleOf(life)], { transactionId: 777 }));
    expect(transactionOf(life)).toMatchObject({ authorized: false });
  });

  it('that are impossible were left out, and are reported', () => {
    const life = online();
    expect(ask(life, meterRequest([], { quarantined: 2 }))).toMatchObject({
      events: [],
      anomaly: { kind: 'meterQuarantined' },
    });
    expect(ask(life, meterRequest([sampleOf(life)], { quarantined: 1 }))).toMatchObject({
      anomaly: { kind: 'meterQuarantined' },
    });
  });
});
