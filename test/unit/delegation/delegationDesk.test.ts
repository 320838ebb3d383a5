import { beforeEach, describe, expect, it } from 'vitest';
import { ChargingService } from '../../../src/control/chargingService.js';
import type { DelegatedCommand } from '../../../src/control/delegation/delegation.js';
import { DelegationDesk, type DelegationDeskOptions } from '../../../src/delegation/delegationDesk.js';
import { createOcpp16Dialect } from '../../../src/ocpp/v16/dialect.js';
import { createOcpp201Dialect } from '../../../src/ocpp/v201/dialect.js';
import type { StationCaller } from '../../../src/site/stationMessages.js';
import { circuitOf, NOON_MS, siteOf, stationOf } from '../../support/builders.js';
import { DelegatedCsms } from '../../support/delegatedCsms.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { VirtualClock } from '../../support/virtualClock.js';

const SITE_ID = 'garage';
/** Two failsafes of 6 A fit, two cars of 32 A do not. */
const FUSE_A = 25;
const STEP_MS = 500;
const HELD = { delegated: { by: 'csms', ocppVersion: '1.6' } } as const;
const dialects = [createOcpp16Dialect(), createOcpp201Dialect(() => 1)];

let clock: VirtualClock;
let store: MemoryStore;
let service: ChargingService;
let desk: DelegationDesk;
let csms: DelegatedCsms;
let lives = 0;
let isOwned = true;

async function startService(): Promise<void> {
  lives += 1;
  const quiet = () => undefined;
  const caller: StationCaller = { call: (...call) => desk.call(...call) };
  service = new ChargingService({
    store,
    clock,
    random: new SeededRandom(lives),
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: { planned: quiet, profileSent: quiet, profileAnswered: quiet },
    allowUnauthenticated: true,
    caller: () => caller,
  });
  const { sites, stations } = service;
  desk = new DelegationDesk({ sites, stations, dialects, clock, epoch: `life${lives}`, isOwned: () => isOwned });
  await service.load();
}

beforeEach(async () => {
  isOwned = true;
  clock = new VirtualClock(NOON_MS);
  store = new MemoryStore();
  await startService();
  await service.putSite(
    siteOf({
      siteId: SITE_ID,
      circuits: [circuitOf('grid', FUSE_A)],
      stations: [stationOf('A', HELD), stationOf('B', HELD), stationOf('DIRECT')],
    }),
  );
  csms = new DelegatedCsms(desk, () => clock.nowMs());
});

/** The CSMS asks every half second; `check` looks in between. */
async function pass(ms: number, check: () => void = () => undefined): Promise<void> {
  for (const endMs = clock.nowMs() + ms; clock.nowMs() < endMs; ) {
    await clock.runUntil(clock.nowMs() + STEP_MS);
    await csms.poll();
    check();
  }
}

const told = (stationId: string, kind: DelegatedCommand['kind']) =>
  csms.taken.filter((command) => command.stationId === stationId && command.kind === kind);
const stationView = (stationId: string) => service.getState(SITE_ID).stations.find(({ id }) => id === stationId);
const refusal = (code: string) => expect.objectContaining({ code });

describe('a station that a CSMS holds', () => {
  it('is given its failsafe first, as its version writes it, and counts as controlled once that is confirmed', async () => {
    expect(stationView('A')?.online).toBe(false);
    await csms.online('A');
    await pass(5_000);
    const [first] = csms.taken;
    expect(first).toMatchObject({
      stationId: 'A',
      siteId: SITE_ID,
      kind: 'setFailsafe',
      dir: 'dec',
      lane: 'A',
      group: SITE_ID,
      ocppVersion: '1.6',
      action: 'SetChargingProfile',
      payload: {
        connectorId: 0,
        csChargingProfiles: {
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
        },
      },
    });
    expect(first?.correlationId).not.toBe('');
    expect(stationView('A')).toMatchObject({ online: true, ocppVersion: '1.6' });
  });

  it('is asked nothing of its settings, unless its CSMS says that it may be', async () => {
    await csms.online('A');
    await pass(60_000);
    expect(csms.taken.filter(({ action }) => /Configuration|Trigger/.test(action))).toEqual([]);
    await csms.online('A', { configure: true });
    await pass(30_000);
    expect(csms.taken.map(({ action }) => action)).toContain('GetConfiguration');
  });

  it('is let in by no socket of its own', async () => {
    const approach = { securityProfile: 0, address: '127.0.0.1', network: '127.0.0.1' } as const;
    expect(await service.stations.authenticate('A', undefined, approach)).toBe(false);
    expect(await service.stations.authenticate('DIRECT', undefined, approach)).toBe(true);
  });

  it('charges as much as its fuse has, by a transaction of its CSMS', async () => {
    await csms.online('A');
    await pass(5_000);
    await csms.charging('A', 17);
    await pass(30_000);
    expect(told('A', 'setLimit').at(-1)?.payload).toMatchObject({
      connectorId: 1,
      csChargingProfiles: { chargingProfilePurpose: 'TxProfile', transactionId: 17 },
    });
    // What nobody ever saw counts at its hardware: DIRECT and B are not there, and their 32 A are kept for them.
    const [session] = await service.listSessions(SITE_ID, { limit: 10 });
    expect(session).toMatchObject({ sessionId: 'A-17', transactionId: 17, stationId: 'A', idToken: 'TAG-A' });
  });
});

/** Both are there and charge, DIRECT is taken away: two cars share 25 A. */
async function bothCharge(): Promise<void> {
  await service.putSite(
    siteOf({
      siteId: SITE_ID,
      circuits: [circuitOf('grid', FUSE_A)],
      stations: [stationOf('A', HELD), stationOf('B', HELD)],
    }),
  );
  await csms.online('A');
  await csms.online('B');
  await pass(10_000);
  await csms.charging('A', 1);
  await pass(40_000);
  expect(csms.limitA('A')).toBeGreaterThan(12.5);
  await csms.charging('B', 2);
}

function sumWithin(): void {
  expect(csms.limitA('A') + csms.limitA('B')).toBeLessThanOrEqual(FUSE_A + 0.05);
}

describe('an increase', () => {
  it('is not given before the decrease that makes its room is confirmed, and names it', async () => {
    await bothCharge();
    let kept: DelegatedCommand | undefined;
    csms.decide = (command) => {
      if (command.stationId !== 'A' || command.kind !== 'setLimit' || kept !== undefined) return 'answer';
      kept = command;
      return 'keep';
    };
    await pass(9_000, sumWithin);
    expect(kept?.dir).toBe('dec');
    expect(told('B', 'setLimit').filter(({ dir }) => dir === 'inc')).toEqual([]);
    if (kept !== undefined) await csms.answer(kept);
    await pass(30_000, sumWithin);
    const [raised] = told('B', 'setLimit').filter(({ dir }) => dir === 'inc');
    expect(raised?.after).toContain(kept?.id);
    expect(csms.limitA('B')).toBeGreaterThan(10);
  });

  it('waits for ever where the decrease is lost again and again', async () => {
    await bothCharge();
    csms.decide = ({ stationId, kind }) => (stationId === 'A' && kind !== 'setFailsafe' ? 'keep' : 'answer');
    await pass(120_000, sumWithin);
    expect(told('A', 'setLimit').length).toBeGreaterThan(2);
    expect(csms.limitA('B')).toBeLessThanOrEqual(6);
  });

  it('does not come of a decrease that the CSMS says was never handed on', async () => {
    await bothCharge();
    csms.decide = ({ stationId, kind }) => (stationId === 'A' && kind === 'setLimit' ? 'expire' : 'answer');
    await pass(40_000, sumWithin);
    expect(csms.limitA('B')).toBeLessThanOrEqual(6);
  });
});

describe('a command', () => {
  it('is not given once its time is over, and counts as never sent', async () => {
    await csms.online('A');
    await clock.runUntil(NOON_MS + 19_000);
    const late = await csms.poll();
    expect(late).toEqual([]);
    await clock.runUntil(NOON_MS + 20_500);
    expect(service.sites.ownerOfStation('A')?.state.stations.get('A')?.failsafe.candidates).toEqual([]);
  });

  it('may have been carried out once it was given: without a result it stays possible', async () => {
    csms.decide = () => 'keep';
    await csms.online('A');
    await pass(32_000);
    const [first] = csms.taken;
    const failsafe = () => service.sites.ownerOfStation('A')?.state.stations.get('A')?.failsafe;
    expect(failsafe()?.candidates.map(({ status }) => status)).toContain('unknown');
    await expect(desk.takeResult(first?.id ?? '', { status: 'accepted' })).rejects.toEqual(refusal('COMMAND_CLOSED'));
  });

  it('is given to everybody who asks; the first result counts, the same again is answered alike', async () => {
    csms.decide = () => 'keep';
    const other = new DelegatedCsms(desk, () => clock.nowMs());
    other.decide = () => 'keep';
    await csms.online('A');
    await clock.runUntil(clock.nowMs() + 3_000);
    const [mine, theirs] = [await csms.poll(), await other.poll()];
    expect(mine).toHaveLength(1);
    expect(theirs).toEqual(mine);
    const id = mine[0]?.id ?? '';
    const closed = await desk.takeResult(id, { status: 'accepted', payload: { status: 'Accepted' } });
    expect(await desk.takeResult(id, { status: 'accepted' })).toEqual(closed);
    await expect(desk.takeResult(id, { status: 'rejected' })).rejects.toEqual(refusal('COMMAND_CLOSED'));
  });

  it('stays open where its result can not be read, or contradicts itself', async () => {
    csms.decide = () => 'keep';
    await csms.online('A');
    await pass(3_000);
    const id = csms.taken[0]?.id ?? '';
    for (const wrong of [
      { status: 'accepted', payload: { status: 'Perhaps' } },
      { status: 'rejected', payload: { status: 'Accepted' } },
    ] as const)
      await expect(desk.takeResult(id, wrong)).rejects.toEqual(refusal('INVALID_RESULT'));
    expect(await desk.takeResult(id, { status: 'rejected' })).toMatchObject({ id, status: 'rejected' });
    await expect(desk.takeResult(`${SITE_ID}:life${lives}:zz`, { status: 'accepted' })).rejects.toEqual(
      refusal('COMMAND_NOT_FOUND'),
    );
  });

  it('is one at a time for each station', async () => {
    csms.decide = () => 'keep';
    await csms.online('A');
    await pass(3_000);
    const other = desk.call('A', { type: 'getCompositeSchedule', evseId: 1, durationS: 60 });
    expect(await csms.poll()).toEqual([]);
    const [first] = csms.taken;
    if (first !== undefined) await csms.answer(first);
    expect(await csms.poll()).toMatchObject([{ kind: 'readback' }]);
    await desk.tellConnection('A', { status: 'offline' });
    expect(await other).toEqual({ outcome: 'unknown', reason: 'connectionLost' });
  });

  it('that never was given has not left when its station goes', async () => {
    await csms.online('B');
    const call = desk.call('B', { type: 'getCompositeSchedule', evseId: 1, durationS: 60 });
    await desk.tellConnection('B', { status: 'offline' });
    expect(await call).toEqual({ outcome: 'notSent', reason: 'offline' });
    expect(await desk.call('B', { type: 'clearCache' })).toEqual({ outcome: 'notSent', reason: 'offline' });
  });
});

describe('a command of which somebody may be told without asking', () => {
  it.each([
    ['counts as given where somebody was', () => Promise.resolve(true), 'unknown'],
    ['counts as given where it is not known whether somebody was', () => Promise.reject(new Error('disk')), 'unknown'],
    ['has not left where nobody was', () => Promise.resolve(false), 'nothing'],
  ] as const)('%s', async (_how, tell, becomes) => {
    const { sites, stations } = service;
    desk = new DelegationDesk({ sites, stations, dialects, clock, epoch: 'told', tell, isOwned: () => true });
    csms = new DelegatedCsms(desk, () => clock.nowMs());
    await csms.online('A');
    await clock.runUntil(clock.nowMs() + 30_500);
    const { candidates = [] } = service.sites.ownerOfStation('A')?.state.stations.get('A')?.failsafe ?? {};
    expect(candidates.map(({ status }) => status).includes('unknown')).toBe(becomes === 'unknown');
  });
});

describe('what could not be taken', () => {
  let isFailing: boolean;

  beforeEach(async () => {
    isFailing = false;
    const { sites, stations } = service;
    const disk: DelegationDeskOptions['stations'] = {
      connected: stations.connected.bind(stations),
      disconnected: stations.disconnected.bind(stations),
      isAccepted: stations.isAccepted.bind(stations),
      request: (stationId, request) =>
        isFailing ? Promise.reject(new Error('the disk is full')) : stations.request(stationId, request),
    };
    desk = new DelegationDesk({ sites, stations: disk, dialects, clock, epoch: 'disk', isOwned: () => true });
    csms = new DelegatedCsms(desk, () => clock.nowMs());
    await csms.online('A');
    await pass(5_000);
  });

  it('of a transaction counts when it is said again', async () => {
    isFailing = true;
    await expect(csms.charging('A', 17)).rejects.toThrow('the disk is full');
    isFailing = false;
    await csms.charging('A', 17);
    const [session] = await service.listSessions(SITE_ID, { limit: 10 });
    expect(session).toMatchObject({ sessionId: 'A-17', stationId: 'A' });
  });

  it('of meter values counts when it is said again, under the same number', async () => {
    await csms.charging('A', 17);
    const sample = { timestampMs: clock.nowMs(), terminalCurrentA: [9, 9, 9] } as const;
    const batch = { epoch: 'e1', items: [{ seq: 1, evseId: 1, sample }] };
    isFailing = true;
    await expect(desk.takeMeterValues('A', batch)).rejects.toThrow('the disk is full');
    isFailing = false;
    expect(await desk.takeMeterValues('A', batch)).toMatchObject({ ackedSeq: 1, missing: [] });
    const evse = service.sites.ownerOfStation('A')?.state.stations.get('A')?.evses.get(1);
    expect(evse?.samples).toHaveLength(1);
  });
});

describe('where another process may own the site', () => {
  it('no increase is given to whoever asks', async () => {
    await bothCharge();
    isOwned = false;
    const before = csms.taken.length;
    await pass(15_000, sumWithin);
    expect(csms.taken.slice(before).filter(({ dir }) => dir === 'inc')).toEqual([]);
    isOwned = true;
    await pass(60_000, sumWithin);
    expect(csms.taken.slice(before).filter(({ dir }) => dir === 'inc')).not.toEqual([]);
  });

  it('nobody is told of an increase that had been asked for before', async () => {
    const heardOf: DelegatedCommand[] = [];
    const { sites, stations } = service;
    const tell = async (command: DelegatedCommand): Promise<boolean> => {
      heardOf.push(command);
      return true;
    };
    desk = new DelegationDesk({ sites, stations, dialects, clock, epoch: 'told', tell, isOwned: () => isOwned });
    csms = new DelegatedCsms(desk, () => clock.nowMs());
    await csms.online('A');
    await pass(5_000);
    isOwned = false;
    const before = heardOf.length;
    const about = { attemptId: 'a1', dir: 'inc' } as const;
    const raise = desk.call('A', { type: 'getCompositeSchedule', evseId: 1, durationS: 60 }, { about });
    await pass(25_000);
    expect(heardOf.slice(before)).toEqual([]);
    expect(await raise).toEqual({ outcome: 'notSent', reason: 'offline' });
  });
});

describe('whoever waits for commands', () => {
  const asking = (waitMs: number, after: string | 'start' = 'start') =>
    desk.commands({ after, waitMs, isVisible: (siteId) => siteId === SITE_ID, onGone: () => undefined });

  it('has one as soon as there is one, else an answer when the wait is over', async () => {
    const waiting = asking(25_000);
    await csms.online('A');
    await clock.runUntil(clock.nowMs() + 3_000);
    expect((await waiting).commands).toHaveLength(1);
    const empty = asking(25_000, (await asking(0)).cursor);
    await clock.runUntil(clock.nowMs() + 25_000);
    expect((await empty).commands).toEqual([]);
  });

  it('is answered when the service goes down, and nobody waits after that', async () => {
    const waiting = asking(25_000);
    expect(desk.isClosing).toBe(false);
    desk.close();
    expect([(await waiting).commands, (await asking(25_000)).commands, desk.isClosing]).toEqual([[], [], true]);
  });

  it('is given nothing of sites that are not theirs', async () => {
    await csms.online('A');
    await clock.runUntil(clock.nowMs() + 3_000);
    const theirs = await desk.commands({ after: 'start', waitMs: 0, isVisible: () => false, onGone: () => undefined });
    expect(theirs.commands).toEqual([]);
  });

  it('is told when its cursor is from another life, or from nowhere', async () => {
    for (const cursor of ['life0.1', 'nonsense', `life${lives}.99`, `life${lives}.-1`])
      await expect(asking(0, cursor)).rejects.toEqual(refusal('CURSOR_GONE'));
  });

  it('who is gone meanwhile is given nothing', async () => {
    let leave: () => void = () => undefined;
    const gone = desk.commands({
      after: 'start',
      waitMs: 25_000,
      isVisible: () => true,
      onGone: (stop) => {
        leave = stop;
      },
    });
    leave();
    expect((await gone).commands).toEqual([]);
  });
});

describe('a CSMS that is silent', () => {
  it('leaves its stations offline, with what they may draw still reserved; they are back with its next word', async () => {
    await bothCharge();
    await pass(30_000);
    const before = service.getState(SITE_ID).circuits[0]?.reservedA.L1 ?? 0;
    expect(before).toBeGreaterThan(20);
    await clock.runUntil(clock.nowMs() + 62_000);
    expect([stationView('A')?.online, stationView('B')?.online]).toEqual([false, false]);
    expect(service.getState(SITE_ID).circuits[0]?.reservedA.L1).toBeGreaterThanOrEqual(before - 0.05);
    expect(desk.connection('A')).toMatchObject({ status: 'offline', leaseEndsMs: null });
    await pass(5_000);
    expect([stationView('A')?.online, stationView('B')?.online]).toEqual([true, true]);
  });

  it('is not, as long as it asks, tells or answers', async () => {
    await csms.online('A');
    await pass(300_000);
    expect(stationView('A')?.online).toBe(true);
  });
});

describe('a service that starts anew', () => {
  it('counts what it gave out as possible, closes it, and goes on once it is told who is there', async () => {
    await bothCharge();
    let kept: DelegatedCommand | undefined;
    csms.decide = (command) => {
      if (command.kind !== 'setLimit') return 'answer';
      kept ??= command;
      return 'keep';
    };
    await pass(5_000);
    expect(kept).toBeDefined();
    clock.forgetTimers();
    await startService();
    csms = new DelegatedCsms(desk, () => clock.nowMs());
    expect(stationView('A')?.online).toBe(false);
    await expect(desk.takeResult(kept?.id ?? '', { status: 'accepted' })).rejects.toEqual(refusal('COMMAND_CLOSED'));
    const { candidates = [] } =
      service.sites.ownerOfStation('A')?.state.stations.get('A')?.evses.get(1)?.txProfile ?? {};
    expect(candidates.map(({ status }) => status)).toContain('unknown');
    await csms.online('A');
    await pass(10_000);
    expect(csms.taken[0]).toMatchObject({ stationId: 'A', kind: 'setFailsafe' });
  });
});

describe('transactions as documents', () => {
  const charging = { evseId: 1, state: 'charging', startedAtMs: NOON_MS, meterStartWh: 500 } as const;

  beforeEach(() => csms.online('A'));

  it('may come twice, and count by their rev', async () => {
    const first = await desk.tellTransaction('A', '7', { ...charging, rev: 1 });
    expect(first).toEqual({ stationId: 'A', transactionId: 7, sessionId: 'A-7', rev: 1, isOpen: true });
    expect(await desk.tellTransaction('A', '7', { ...charging, rev: 1 })).toEqual(first);
    const needs = { energyWh: 9_000 };
    await desk.tellTransaction('A', '7', { ...charging, state: 'suspendedEV', needs, rev: 3 });
    const [session] = await service.listSessions(SITE_ID, { limit: 1 });
    expect(session).toMatchObject({ energyWantedWh: 9_000 });
    for (const stale of [
      { ...charging, rev: 2 },
      { ...charging, rev: 3 },
    ])
      await expect(desk.tellTransaction('A', '7', stale)).rejects.toEqual(refusal('STALE_REV'));
    const ended = { ...charging, state: 'ended', meterStopWh: 2_500, endedAtMs: NOON_MS + 60_000, rev: 4 } as const;
    await clock.runUntil(NOON_MS + 60_000);
    expect(await desk.tellTransaction('A', '7', ended)).toMatchObject({ isOpen: false, sessionId: 'A-7' });
    expect(await desk.tellTransaction('A', '7', ended)).toMatchObject({ isOpen: false });
    await expect(desk.tellTransaction('A', '7', { ...charging, rev: 5 })).rejects.toEqual(refusal('STALE_REV'));
    const [past] = await service.listSessions(SITE_ID, { limit: 1 });
    expect(past).toMatchObject({ energyWh: 2_000, endedAtMs: NOON_MS + 60_000 });
  });

  it('are refused where the id is none of the wire, nothing was told before, or the station is not', async () => {
    await expect(desk.tellTransaction('A', 'x', { ...charging, rev: 1 })).rejects.toEqual(refusal('INVALID_REQUEST'));
    await expect(desk.tellTransaction('A', '8', { ...charging, state: 'ended', rev: 1 })).rejects.toEqual(
      refusal('TRANSACTION_NOT_FOUND'),
    );
    await expect(desk.tellTransaction('A', '8', { ...charging, evseId: 9, rev: 1 })).rejects.toEqual(
      refusal('EVSE_NOT_FOUND'),
    );
    await expect(desk.tellTransaction('B', '8', { ...charging, rev: 1 })).rejects.toEqual(refusal('STATION_OFFLINE'));
    await expect(desk.tellTransaction('DIRECT', '8', { ...charging, rev: 1 })).rejects.toEqual(
      refusal('STATION_NOT_DELEGATED'),
    );
  });
});

describe('meter values', () => {
  const reading = (seq: number, currentA: number, atMs = clock.nowMs()) => ({
    seq,
    evseId: 1,
    sample: { timestampMs: atMs, terminalCurrentA: [currentA, currentA, currentA] },
  });
  const take = (...items: ReturnType<typeof reading>[]) => desk.takeMeterValues('A', { epoch: 'one', items });
  const samples = () =>
    service.sites
      .ownerOfStation('A')
      ?.state.stations.get('A')
      ?.evses.get(1)
      ?.samples.map(({ currentA }) => currentA.L1);

  beforeEach(async () => {
    await csms.online('A');
    await csms.charging('A', 5);
  });

  it('are dropped where they come twice, and what is missing is told and is no zero', async () => {
    expect(await take(reading(1, 6))).toEqual({ ackedSeq: 1, missing: [] });
    expect(await take(reading(1, 6), reading(2, 6))).toEqual({ ackedSeq: 2, missing: [] });
    await clock.runUntil(clock.nowMs() + 1_000);
    expect(await take(reading(5, 7))).toEqual({ ackedSeq: 2, missing: [3, 4] });
    expect(samples()).toEqual([6, 7]);
    // Late, and older than what is known: it is taken, and says nothing of now.
    expect(await take(reading(4, 1, NOON_MS - 500), reading(3, 1, NOON_MS - 900))).toEqual({
      ackedSeq: 5,
      missing: [],
    });
    expect(samples()).toEqual([6, 7]);
  });

  it('are refused whole where a number is used twice', async () => {
    await take(reading(1, 6));
    await clock.runUntil(clock.nowMs() + 1_000);
    await expect(take(reading(1, 9), reading(2, 9))).rejects.toEqual(refusal('SEQ_REUSED'));
    expect(samples()).toEqual([6]);
    expect(await desk.takeMeterValues('A', { epoch: 'two', items: [reading(1, 9)] })).toEqual({
      ackedSeq: 1,
      missing: [],
    });
    expect(samples()).toEqual([6, 9]);
  });

  it('say what flows now only while they are fresh, and nothing of the clock of the station', async () => {
    await take(reading(1, 6, clock.nowMs() - 31_000));
    expect(samples()).toEqual([]);
    await take(reading(2, 6, clock.nowMs() - 20_000));
    expect(samples()).toEqual([6]);
    expect(service.sites.ownerOfStation('A')?.state.stations.get('A')?.clockOffMs).toBe(0);
  });
});

describe('messages as stations wrote them', () => {
  const item = (seq: number, action: string, payload: object, answer?: Record<string, unknown>) => ({
    seq,
    action,
    payload: payload as Record<string, unknown>,
    receivedMs: clock.nowMs(),
    ...(answer === undefined ? {} : { answer }),
  });
  const at = () => new Date(clock.nowMs()).toISOString();
  const start = () => ({ connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp: at() });

  beforeEach(() => csms.online('A'));

  it('are read in their order, once, and not beyond a gap', async () => {
    const boot = item(1, 'BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    const begin = item(2, 'StartTransaction', start(), { transactionId: 44, idTagInfo: { status: 'Accepted' } });
    const end = item(4, 'StopTransaction', { transactionId: 44, meterStop: 400, timestamp: at() });
    expect(await desk.takeMessages('A', { epoch: 'e', items: [boot, begin, end] })).toEqual({
      ackedSeq: 2,
      expectedSeq: 3,
      refused: [],
    });
    const [open] = await service.listSessions(SITE_ID, { limit: 1 });
    expect(open).toMatchObject({ transactionId: 44, idToken: 'TAG', endedAtMs: null });
    const beat = item(3, 'Heartbeat', {});
    expect(await desk.takeMessages('A', { epoch: 'e', items: [end, begin, beat] })).toMatchObject({ ackedSeq: 4 });
    const [past] = await service.listSessions(SITE_ID, { limit: 1 });
    expect(past).toMatchObject({ transactionId: 44, energyWh: 300 });
    expect(service.sites.ownerOfStation('A')?.state.stations.get('A')?.identity).toEqual({ vendor: 'V', model: 'M' });
  });

  it('are taken and named where they can not be read', async () => {
    const items = [item(1, 'StartTransaction', start()), item(2, 'Nonsense', {}), item(3, 'StatusNotification', {})];
    const { ackedSeq, refused } = await desk.takeMessages('A', { epoch: 'e', items });
    expect(ackedSeq).toBe(3);
    expect(refused.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(refused[0]?.detail).toMatch(/transactionId/);
  });
});
