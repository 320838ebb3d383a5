import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf, stateFromSnapshot } from '../../../src/control/stateCodec.js';
import type { StationReply } from '../../../src/control/stationReply.js';
import { replyTo } from '../../../src/control/stationRequests.js';
import type { SiteModel } from '../../../src/site/model.js';
import type { MeterSample, StationRequest, TransactionTold } from '../../../src/site/stationMessages.js';
import { acEvse, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';

function online(site: SiteModel = siteOf()): SiteLife {
  return new SiteLife(site).commission('A', 6).wait(MINUTE_MS);
}

const TWO_EVSES = siteOf({ stations: [stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })] }), stationOf('B')] });

/** What the service answers, and its state after. */
function ask(life: SiteLife, request: StationRequest, stationId = 'A'): StationReply {
  const reply = replyTo(request, { state: life.state, stationId, nowMs: life.nowMs, random: new SeededRandom(7) });
  life.take(...reply.events);
  return reply;
}

const told = (life: SiteLife, more: Partial<TransactionTold> = {}): TransactionTold => ({
  type: 'transactionTold',
  event: 'Updated',
  transactionId: 'tx-1',
  seqNo: 1,
  timestampMs: life.nowMs,
  isOffline: false,
  triggerReason: 'MeterValuePeriodic',
  evseId: 1,
  samples: [],
  quarantined: 0,
  ...more,
});

const started = (life: SiteLife, more: Partial<TransactionTold> = {}) =>
  told(life, {
    event: 'Started',
    seqNo: 0,
    triggerReason: 'Authorized',
    idToken: 'TAG',
    samples: [sample(life, { energyWh: 1_000 })],
    ...more,
  });

const ended = (life: SiteLife, more: Partial<TransactionTold> = {}) =>
  told(life, { event: 'Ended', seqNo: 9, triggerReason: 'EVDeparted', stoppedReason: 'EVDisconnected', ...more });

const sample = (life: SiteLife, more: Partial<MeterSample>): MeterSample => ({ timestampMs: life.nowMs, ...more });

const evseOf = (life: SiteLife, evseId = 1) => life.at('A', evseId).evseState;
const transactionOf = (life: SiteLife, evseId = 1) => evseOf(life, evseId).transaction;

describe('a transaction that a station tells of in events', () => {
  it('keeps its own id, and is on disk before the answer', () => {
    const life = online();
    expect(ask(life, started(life, { status: 'Preparing' }))).toMatchObject({
      durable: true,
      response: { status: 'Accepted' },
    });
    expect(transactionOf(life)).toMatchObject({
      transactionId: 'tx-1',
      sessionId: 'A~tx-1',
      idToken: 'TAG',
      authorized: true,
      meterStartWh: 1_000,
      startedAtMs: life.nowMs,
      told: { seqNo: 0, timestampMs: life.nowMs },
    });
    expect(evseOf(life).status).toBe('Preparing');
  });

  it('is metered by its events, and its end closes it with the last register', () => {
    const life = online();
    ask(life, started(life));
    life.wait(10_000);
    const update = told(life, { status: 'Charging', samples: [sample(life, { currentA: 8, energyWh: 1_020 })] });
    expect(ask(life, update)).toMatchObject({ durable: false, response: {} });
    expect(evseOf(life)).toMatchObject({ status: 'Charging', transaction: { energyWh: 20, told: { seqNo: 1 } } });
    expect(evseOf(life).samples.at(-1)?.currentA).toEqual({ L1: 8, L2: 8, L3: 8 });
    life.wait(HOUR_MS);
    const samples = [sample(life, { energyWh: 1_000 }), sample(life, { energyWh: 6_000 })];
    expect(ask(life, ended(life, { samples })).durable).toBe(true);
    expect(evseOf(life)).toMatchObject({ transaction: null, status: 'Finishing' });
    expect(life.state.endedSessions).toMatchObject([
      { transactionId: 'tx-1', energyWh: 5_000, endedAtMs: life.nowMs, reason: 'EVDisconnected' },
    ]);
  });

  it('is told its token is not among those of the site, and is then never given more than its failsafe', () => {
    const life = online(siteOf({ idTokens: ['OTHER'] }));
    expect(ask(life, started(life)).response).toEqual({ status: 'Invalid' });
    expect(transactionOf(life)?.authorized).toBe(false);
  });

  it('may not run where the site has no EVSE', () => {
    const life = online();
    expect(ask(life, started(life, { evseId: 7 }))).toMatchObject({
      events: [],
      response: { status: 'Invalid' },
      anomaly: { kind: 'unknownEvse' },
    });
  });

  it('may say who it is only later', () => {
    const life = online(siteOf({ idTokens: ['TAG'] }));
    const { idToken: _later, ...nobody } = started(life, { triggerReason: 'CablePluggedIn' });
    expect(ask(life, nobody).response).toEqual({});
    expect(transactionOf(life)).toMatchObject({ idToken: 'unknown', authorized: false });
    const named = told(life, { idToken: 'TAG', triggerReason: 'Authorized' });
    expect(ask(life, named)).toMatchObject({ durable: true, response: { status: 'Accepted' } });
    expect(transactionOf(life)).toMatchObject({ idToken: 'TAG', authorized: true });
  });

  it('is not named after whoever ends it', () => {
    const life = online();
    const { idToken: _none, ...nobody } = started(life);
    ask(life, nobody);
    ask(life, told(life, { idToken: 'GUARD', triggerReason: 'StopAuthorized' }));
    expect(transactionOf(life)?.idToken).toBe('unknown');
    ask(life, told(life, { seqNo: 2, idToken: 'TAG' }));
    ask(life, told(life, { seqNo: 3, idToken: 'GUARD' }));
    expect(transactionOf(life)?.idToken).toBe('TAG');
  });

  it('belongs to the only EVSE of a station that names none', () => {
    const life = online();
    const { evseId: _none, ...nowhere } = started(life);
    ask(life, nowhere);
    expect(transactionOf(life)?.transactionId).toBe('tx-1');
  });

  it('waits for its EVSE where there are several, and keeps its token and its start', () => {
    const life = online(TWO_EVSES);
    const { evseId: _later, ...nowhere } = started(life);
    const startedAtMs = life.nowMs;
    expect(ask(life, nowhere)).toMatchObject({ durable: true, response: { status: 'Accepted' } });
    expect(transactionOf(life, 2)).toBeNull();
    // As after a restart of the service.
    life.state = stateFromSnapshot(JSON.parse(JSON.stringify(snapshotOf(life.state)))) ?? life.state;
    life.wait(5_000);
    ask(life, told(life, { evseId: 2 }));
    expect(transactionOf(life, 2)).toMatchObject({ idToken: 'TAG', startedAtMs, authorized: true });
    expect(life.station('A').announced).toEqual([]);
  });

  it('that never found its EVSE ends without a word', () => {
    const life = online(TWO_EVSES);
    const { evseId: _none, ...nowhere } = started(life);
    ask(life, nowhere);
    const { evseId: _neither, ...end } = ended(life);
    expect(ask(life, end)).toMatchObject({ events: [] });
    expect(ask(life, end).anomaly).toBeUndefined();
  });

  it('is taken over from its middle, where its start was never heard of', () => {
    const life = online();
    const samples = [sample(life, { currentA: 10, energyWh: 40_000 })];
    expect(ask(life, told(life, { seqNo: 12, samples })).durable).toBe(true);
    expect(transactionOf(life)).toMatchObject({ transactionId: 'tx-1', meterStartWh: 40_000, idToken: 'unknown' });
    expect(evseOf(life).samples.at(-1)?.currentA.L1).toBe(10);
  });

  it('whose end alone is heard is let go of', () => {
    const life = online();
    expect(ask(life, ended(life))).toMatchObject({ events: [], anomaly: { kind: 'foreignTransaction' } });
  });

  it('adds up what it took until its register is told, and counts from there', () => {
    const life = online();
    ask(life, started(life, { samples: [] }));
    expect(transactionOf(life)).toMatchObject({ meterStartIsUnknown: true });
    life.wait(MINUTE_MS);
    ask(life, told(life, { samples: [sample(life, { currentA: 10 })] }));
    const addedWh = transactionOf(life)?.energyWh ?? 0;
    expect(addedWh).toBeGreaterThan(0);
    life.wait(MINUTE_MS);
    ask(life, told(life, { seqNo: 2, samples: [sample(life, { currentA: 10, energyWh: 50_000 })] }));
    expect(transactionOf(life)?.energyWh).toBeCloseTo(addedWh, 6);
    life.wait(MINUTE_MS);
    ask(life, told(life, { seqNo: 3, samples: [sample(life, { currentA: 10, energyWh: 50_100 })] }));
    expect(transactionOf(life)?.energyWh).toBeCloseTo(addedWh + 100, 6);
  });

  it('on another station may have the same id', () => {
    const life = online().commission('B', 6);
    ask(life, started(life));
    ask(life, started(life), 'B');
    expect(life.at('B').evseState.transaction?.sessionId).toBe('B~tx-1');
    ask(life, ended(life), 'B');
    expect(transactionOf(life)?.transactionId).toBe('tx-1');
  });

  it('gets no session of another station, whatever id it chooses', () => {
    const life = new SiteLife(siteOf({ stations: [stationOf('A'), stationOf('A-1')] })).commission('A', 6);
    ask(life, started(life, { transactionId: '1-5' }));
    life.start('A-1', 5);
    const first = life.at('A').evseState.transaction?.sessionId;
    expect(first).not.toBe(life.at('A-1').evseState.transaction?.sessionId);
    const odd = online();
    ask(odd, started(odd, { transactionId: 'a/b ~é' }));
    expect(transactionOf(odd)?.sessionId).toMatch(/^A~[A-Za-z0-9._~-]+$/);
  });

  it('on an EVSE that another one is open on ends that, if it is the later', () => {
    const life = online();
    ask(life, started(life));
    life.wait(MINUTE_MS);
    ask(life, told(life, { transactionId: 'tx-2' }));
    expect(transactionOf(life)?.transactionId).toBe('tx-2');
    expect(life.state.endedSessions).toMatchObject([{ transactionId: 'tx-1', reason: 'EndNotReported' }]);
    const late = started(life, { transactionId: 'tx-0', timestampMs: life.nowMs - HOUR_MS, isOffline: true });
    expect(ask(life, late)).toMatchObject({ events: [], anomaly: { kind: 'foreignTransaction' } });
    expect(transactionOf(life)?.transactionId).toBe('tx-2');
  });

  it('is not believed to be on another EVSE than it began on, but is over wherever it is said to be', () => {
    const life = online(TWO_EVSES);
    ask(life, started(life));
    expect(ask(life, told(life, { evseId: 2 }))).toMatchObject({
      events: [],
      anomaly: { kind: 'foreignTransaction' },
    });
    ask(life, ended(life, { evseId: 2 }));
    expect(transactionOf(life)).toBeNull();
  });

  it('that carries impossible values is reported', () => {
    const life = online();
    ask(life, started(life));
    expect(ask(life, told(life, { quarantined: 2 }))).toMatchObject({ anomaly: { kind: 'meterQuarantined' } });
  });
});

describe('events that come again, late or with gaps', () => {
  it('changes nothing the second time', () => {
    const life = online();
    const events = [
      started(life, { status: 'Charging' }),
      told(life, { samples: [sample(life, { currentA: 8, energyWh: 1_010 })], status: 'SuspendedEV' }),
      ended(life, { samples: [sample(life, { energyWh: 1_100 })] }),
    ];
    for (const event of events) {
      const first = ask(life, event);
      const after = life.state;
      const second = ask(life, event);
      expect(second).toMatchObject({ events: [], durable: true, response: first.response });
      expect(life.state).toBe(after);
    }
  });

  it('takes gaps, and what is numbered from the beginning again after the station lost power', () => {
    const life = online();
    ask(life, started(life));
    life.wait(MINUTE_MS);
    ask(life, told(life, { seqNo: 40, samples: [sample(life, { energyWh: 1_100 })] }));
    life.wait(MINUTE_MS);
    ask(life, told(life, { seqNo: 2, samples: [sample(life, { energyWh: 1_200 })] }));
    expect(transactionOf(life)?.energyWh).toBe(200);
  });

  it('leaves an older event aside, but for who it is', () => {
    const life = online();
    const { idToken: _none, ...nobody } = started(life);
    ask(life, nobody);
    life.wait(MINUTE_MS);
    ask(life, told(life, { seqNo: 5, samples: [sample(life, { currentA: 9, energyWh: 1_100 })] }));
    const samples = evseOf(life).samples.length;
    const old = { seqNo: 3, timestampMs: life.nowMs - 30_000, samples: [sample(life, { currentA: 1 })] };
    ask(life, told(life, { ...old, idToken: 'TAG' }));
    expect(transactionOf(life)).toMatchObject({ idToken: 'TAG', told: { seqNo: 5 } });
    expect(evseOf(life).samples).toHaveLength(samples);
  });

  it('takes energy from what was kept while offline, with its time, and no current', () => {
    const life = online();
    ask(life, started(life));
    const before = evseOf(life).samples.length;
    life.wait(30 * MINUTE_MS);
    const atMs = life.nowMs - 20 * MINUTE_MS;
    const kept = told(life, {
      isOffline: true,
      timestampMs: atMs,
      status: 'Charging',
      samples: [{ timestampMs: atMs, currentA: 16, energyWh: 2_000 }],
    });
    ask(life, kept);
    expect(transactionOf(life)).toMatchObject({ energyWh: 1_000, lastEnergyMs: atMs });
    expect(evseOf(life).samples).toHaveLength(before);
    expect(evseOf(life).status).not.toBe('Charging');
  });

  it('ends a transaction that ended offline at its own time', () => {
    const life = online();
    ask(life, started(life));
    life.wait(2 * HOUR_MS);
    const endedAtMs = life.nowMs - HOUR_MS;
    ask(life, ended(life, { isOffline: true, timestampMs: endedAtMs }));
    expect(life.state.endedSessions.at(-1)).toMatchObject({ endedAtMs });
  });

  it('takes a whole transaction that ran offline', () => {
    const life = online();
    life.wait(3 * HOUR_MS);
    const at = (hoursAgo: number) => ({ isOffline: true, timestampMs: life.nowMs - hoursAgo * HOUR_MS });
    ask(life, started(life, at(2)));
    ask(life, ended(life, { ...at(1), samples: [{ timestampMs: life.nowMs - HOUR_MS, energyWh: 8_000 }] }));
    expect(life.state.endedSessions).toMatchObject([
      { startedAtMs: life.nowMs - 2 * HOUR_MS, endedAtMs: life.nowMs - HOUR_MS, energyWh: 7_000 },
    ]);
    expect(transactionOf(life)).toBeNull();
  });

  it('counts current that flows after the end, and opens nothing for it', () => {
    const life = online();
    ask(life, started(life));
    ask(life, ended(life));
    life.wait(MINUTE_MS);
    ask(life, told(life, { seqNo: 12, samples: [sample(life, { currentA: 12 })] }));
    expect(evseOf(life)).toMatchObject({ transaction: null });
    expect(evseOf(life).samples.at(-1)?.currentA.L1).toBe(12);
  });

  it('is another one where a station begins to count anew, and has a session of its own', () => {
    const life = online();
    ask(life, started(life, { transactionId: '1' }));
    ask(life, ended(life, { transactionId: '1' }));
    life.wait(HOUR_MS);
    const again = started(life, { transactionId: '1' });
    expect(ask(life, again)).toMatchObject({ response: { status: 'Accepted' } });
    expect(transactionOf(life)).toMatchObject({ transactionId: '1', sessionId: `A~1~${life.nowMs}` });
    life.wait(MINUTE_MS);
    ask(life, told(life, { transactionId: '1', samples: [sample(life, { energyWh: 1_100 })] }));
    expect(transactionOf(life)?.energyWh).toBe(100);
    ask(life, ended(life, { transactionId: '1' }));
    expect(life.state.endedSessions.map(({ sessionId }) => sessionId)).toEqual(['A~1', expect.stringMatching(/^A~1~/)]);
    expect(ask(life, again).events).toEqual([]);
  });

  it('holds for any order, repetition and loss: one transaction at most, ended once, and never more energy than was told', () => {
    const life = online();
    const list = [
      started(life),
      ...[1, 2, 3, 4].map((seqNo) =>
        told(life, {
          seqNo,
          timestampMs: life.nowMs + seqNo * 10_000,
          samples: [{ timestampMs: life.nowMs + seqNo * 10_000, energyWh: 1_000 + seqNo * 20 }],
        }),
      ),
      ended(life, {
        timestampMs: life.nowMs + 50_000,
        samples: [{ timestampMs: life.nowMs + 50_000, energyWh: 1_100 }],
      }),
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(list.length - 1), { maxLength: 20 }), (order) => {
        const site = online();
        site.wait(MINUTE_MS);
        for (const index of order) {
          const event = list[index];
          if (event !== undefined) ask(site, event);
          site.wait(1_000);
        }
        const sessions = site.state.endedSessions;
        expect(sessions.length).toBeLessThanOrEqual(1);
        expect(sessions.length === 1 && transactionOf(site) !== null).toBe(false);
        for (const { energyWh } of [...sessions, ...(transactionOf(site) === null ? [] : [transactionOf(site)])].filter(
          (one) => one !== null,
        ))
          expect(energyWh).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('what a car says that it needs', () => {
  const needs = (more: Partial<StationRequest & { type: 'chargingNeeds' }> = {}) =>
    ({ type: 'chargingNeeds', evseId: 1, ...more }) as const;

  it('counts from now on, and becomes what its session needs', () => {
    const life = online();
    ask(life, started(life));
    life.wait(MINUTE_MS);
    ask(life, told(life, { samples: [sample(life, { energyWh: 1_100 })] }));
    const departureMs = life.nowMs + HOUR_MS;
    const reply = ask(life, needs({ departureMs, energyWh: 5_000, currentMaxA: 13 }));
    expect(reply).toMatchObject({ durable: true, response: { status: 'Accepted' } });
    expect(transactionOf(life)).toMatchObject({
      needs: { departureMs, energyWh: 5_100 },
      vehicleNeeds: { currentMaxA: 13 },
    });
  });

  it('gives way to what its driver states, member by member, whichever comes first', () => {
    const departureMs = online().nowMs + 3 * HOUR_MS;
    const driver = { departureMs, priority: 9 };
    for (const isDriverFirst of [true, false]) {
      const life = online();
      ask(life, started(life));
      const put = () => life.take({ type: 'needsPut', sessionId: 'A~tx-1', needs: driver });
      if (isDriverFirst) put();
      ask(life, needs({ departureMs: life.nowMs + HOUR_MS, energyWh: 5_000 }));
      if (!isDriverFirst) put();
      expect(transactionOf(life)?.needs).toEqual({ ...driver, energyWh: 5_000 });
      // The car's newer word replaces its older one only.
      ask(life, needs({ energyWh: 3_000 }));
      expect(transactionOf(life)?.needs).toEqual({ ...driver, energyWh: 3_000 });
      life.take({ type: 'needsPut', sessionId: 'A~tx-1', needs: {} });
      expect(transactionOf(life)?.needs).toEqual({ energyWh: 3_000 });
    }
  });

  it('is kept for the transaction that is still to begin, for a while', () => {
    const life = online();
    expect(ask(life, needs({ energyWh: 5_000 })).response).toEqual({ status: 'Processing' });
    life.wait(MINUTE_MS);
    ask(life, started(life));
    expect(transactionOf(life)?.needs).toEqual({ energyWh: 5_000 });
    const later = online();
    ask(later, needs({ energyWh: 5_000 }));
    later.wait(HOUR_MS);
    ask(later, started(later));
    expect(transactionOf(later)?.needs).toEqual({});
  });

  it('is refused of an EVSE that the site does not list, and a departure that is over is none', () => {
    const life = online();
    expect(ask(life, needs({ evseId: 7 }))).toMatchObject({ events: [], response: { status: 'Rejected' } });
    ask(life, started(life));
    ask(life, needs({ departureMs: life.nowMs - 1 }));
    ask(life, needs({ departureMs: life.nowMs + 40 * 24 * HOUR_MS }));
    expect(transactionOf(life)?.needs).toEqual({});
  });
});

describe('connectors of one EVSE', () => {
  const status = (life: SiteLife, connectorId: number, of: 'Available' | 'Occupied' | 'Faulted' | 'Unavailable') =>
    ask(life, { type: 'status', evseId: 1, connectorId, status: of, timestampMs: life.nowMs });

  it('the busiest counts, and one that is out of order says nothing of the other', () => {
    const life = online();
    status(life, 1, 'Faulted');
    expect(evseOf(life).status).toBe('Faulted');
    status(life, 2, 'Available');
    expect(evseOf(life).status).toBe('Available');
    status(life, 2, 'Occupied');
    status(life, 1, 'Available');
    expect(evseOf(life).status).toBe('Occupied');
    expect(status(life, 1, 'Available').events).toEqual([]);
  });

  it('do not hide what the transaction said of its EVSE, and take over when it is over', () => {
    const life = online();
    ask(life, started(life, { status: 'SuspendedEV' }));
    status(life, 1, 'Occupied');
    expect(evseOf(life).status).toBe('SuspendedEV');
    ask(life, ended(life));
    expect(evseOf(life).status).toBe('Occupied');
    status(life, 1, 'Available');
    expect(evseOf(life).status).toBe('Available');
  });
});

describe('reports and notices', () => {
  it('of what a station can do are believed; what is not among it stays unknown', () => {
    const life = online();
    const variables = [
      { key: 'SmartChargingCtrlr.ProfileStackLevel', value: '3' },
      { key: 'SmartChargingCtrlr.PeriodsPerSchedule', value: '0' },
      { key: 'SmartChargingCtrlr.RateUnit', value: 'A,W' },
      { key: 'SmartChargingCtrlr.Entries[ChargingProfiles]', maximum: 6, value: '2' },
    ];
    ask(life, { type: 'variablesReported', requestId: 1, isLast: true, variables });
    expect(life.station('A').capabilities).toEqual({
      maxStackLevel: 3,
      maxPeriods: 'unknown',
      rateUnits: ['A', 'W'],
      maxProfilesInstalled: 6,
      compositeSchedule: 'unknown',
    });
    expect(
      ask(life, {
        type: 'variablesReported',
        requestId: 1,
        isLast: true,
        variables: [{ key: 'Other.Thing', value: '1' }],
      }).events,
    ).toEqual([]);
  });

  it('change nothing, and are passed on where a person should know', () => {
    const life = online();
    expect(ask(life, { type: 'notice', subject: 'NotifyEvent' })).toEqual({ events: [], durable: false, response: {} });
    expect(
      ask(life, { type: 'notice', subject: 'SecurityEventNotification', concern: 'TamperDetected' }),
    ).toMatchObject({
      anomaly: { kind: 'stationNotice', detail: 'SecurityEventNotification: TamperDetected' },
    });
  });
});
