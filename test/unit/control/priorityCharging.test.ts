import { describe, expect, it } from 'vitest';
import { relevance } from '../../../src/control/relevance.js';
import { snapshotOf, stateFromSnapshot } from '../../../src/control/stateCodec.js';
import type { StationReply } from '../../../src/control/stationReply.js';
import { replyTo } from '../../../src/control/stationRequests.js';
import { takenNeeds } from '../../../src/plan/takenNeeds.js';
import type { StationRequest, TransactionTold } from '../../../src/site/stationMessages.js';
import { HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';

const SITE = siteOf({ stations: [stationOf('A'), stationOf('B')] });

function ask(life: SiteLife, request: StationRequest, stationId = 'A'): StationReply {
  const reply = replyTo(request, { state: life.state, stationId, nowMs: life.nowMs, random: new SeededRandom(7) });
  life.take(...reply.events);
  return reply;
}

const told = (
  life: SiteLife,
  event: TransactionTold['event'],
  more: Partial<TransactionTold> = {},
): TransactionTold => ({
  type: 'transactionTold',
  event,
  transactionId: 'tx-1',
  seqNo: event === 'Started' ? 0 : 9,
  timestampMs: life.nowMs,
  isOffline: false,
  triggerReason: 'Authorized',
  evseId: 1,
  idToken: 'TAG',
  samples: [],
  quarantined: 0,
  ...more,
});

const priority = (isActive: boolean, transactionId = 'tx-1') =>
  ({ type: 'priorityCharging', transactionId, isActive }) as const;

function begun(): SiteLife {
  const life = new SiteLife(SITE).commission('A', 6, { trusted: true }).wait(MINUTE_MS);
  ask(life, told(life, 'Started'));
  return life;
}

const transactionOf = (life: SiteLife) => {
  const { transaction } = life.at('A').evseState;
  if (transaction === null) throw new Error('no transaction');
  return transaction;
};
const takenOf = (life: SiteLife) => {
  const { priority: value, from } = takenNeeds(life.state.site)(transactionOf(life));
  return [value, from.priority];
};
const state = (life: SiteLife, priorityStated: number) =>
  life.take({ type: 'needsPut', sessionId: 'A~tx-1', needs: { energyWh: 5_000, priority: priorityStated } });

describe('priority asked for at a station', () => {
  it('is the most there is from then on, on disk before the answer, and asks for a new plan', () => {
    const life = begun();
    expect(takenOf(life)).toEqual([5, 'unknown']);
    const before = life.state;
    const { durable, events, response } = ask(life, priority(true));
    expect({ durable, response }).toEqual({ durable: true, response: {} });
    expect(takenOf(life)).toEqual([10, 'station']);
    const [event] = events;
    expect(event && relevance(before, life.state, event)).toBe('plan');
    expect(ask(life, priority(true))).toMatchObject({ events: [], durable: true });
  });

  it('goes before what the driver states, which holds again once it is over', () => {
    const life = state(begun(), 2);
    ask(life, priority(true));
    expect(transactionOf(life).needs).toEqual({ energyWh: 5_000, priority: 10 });
    state(life, 1);
    expect(takenOf(life)).toEqual([10, 'station']);
    ask(life, priority(false));
    expect(takenOf(life)).toEqual([1, 'stated']);
    state(life, 3);
    expect(transactionOf(life).needs).toEqual({ energyWh: 5_000, priority: 3 });
  });

  it('leaves what the car told as it was', () => {
    const life = begun();
    const departureMs = life.nowMs + HOUR_MS;
    ask(life, { type: 'chargingNeeds', evseId: 1, departureMs, energyWh: 9_000 });
    ask(life, priority(true));
    expect(transactionOf(life).needs).toEqual({ departureMs, energyWh: 9_000, priority: 10 });
    ask(life, priority(false));
    expect(transactionOf(life).needs).toEqual({ departureMs, energyWh: 9_000 });
  });

  it('ends with its transaction', () => {
    const life = begun();
    ask(life, priority(true));
    ask(life.wait(MINUTE_MS), told(life, 'Ended', { triggerReason: 'EVDeparted' }));
    ask(life.wait(MINUTE_MS), told(life, 'Started', { transactionId: 'tx-2' }));
    expect(takenOf(life)).toEqual([5, 'unknown']);
    expect(ask(life, priority(true, 'tx-1')).events).toEqual([]);
    expect(takenOf(life)).toEqual([5, 'unknown']);
  });

  it('may be told before its transaction is, and is remembered over a restart', () => {
    const life = new SiteLife(SITE).commission('A').wait(MINUTE_MS);
    ask(life, priority(true));
    const read = stateFromSnapshot(JSON.parse(JSON.stringify(snapshotOf(life.state))));
    if (read === undefined) throw new Error('the snapshot can not be read');
    life.state = read;
    ask(life, told(life, 'Started'));
    expect(takenOf(life)).toEqual([10, 'station']);
    expect(transactionOf(life).idToken).toBe('TAG');
  });

  it('may be taken back before its transaction is told', () => {
    const life = new SiteLife(SITE).commission('A').wait(MINUTE_MS);
    expect(ask(life, priority(false)).events).toEqual([]);
    ask(life, priority(true));
    ask(life, priority(false));
    ask(life, told(life, 'Started'));
    expect(takenOf(life)).toEqual([5, 'unknown']);
  });

  it('of a transaction of another station is none of that one', () => {
    const life = begun();
    life.commission('B');
    ask(life, priority(true), 'B');
    expect(takenOf(life)).toEqual([5, 'unknown']);
  });

  it('has the station looked at again, for a profile for priority may lie over what it took', () => {
    const life = begun();
    life.give('A', 16);
    const mayA = life.mayA('A');
    expect(life.station('A').trusted).toBe(true);
    expect(life.at('A').evseState.txProfile.candidates.at(-1)?.status).toBe('confirmed');
    ask(life, priority(true));
    expect(life.station('A').trusted).toBe(false);
    for (const { candidates } of [life.at('A').evseState.txProfile, life.station('A').failsafe])
      expect(candidates.at(-1)).toMatchObject({ status: 'accepted', checks: 0 });
    expect(life.mayA('A')).toBe(mayA);
  });
});
