import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VenDesk } from '../../../src/openadr/desk.js';
import type { VenConfig } from '../../../src/openadr/venService.js';
import type { Clock } from '../../../src/site/clock.js';
import { gridPorts, type TestPorts } from '../../support/grid/gridPorts.js';
import { Vtn } from '../../support/grid/vtn.js';

// A VEN against a VTN over real sockets. Time is set by hand, so that a poll comes when the test wants one.

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Real waiting for the network, and a clock that is set by hand for all else. */
class SteppedClock implements Clock {
  private readonly timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  private now = Date.UTC(2026, 0, 14, 12);

  nowMs(): number {
    return this.now;
  }

  after(delayMs: number, run: () => void): () => void {
    // What the network waits for at most is never due in these tests.
    const timer = { atMs: this.now + delayMs, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  step(ms: number): void {
    this.now += ms;
    for (const timer of [...this.timers].sort((a, b) => a.atMs - b.atMs)) {
      if (timer.atMs > this.now || !this.timers.delete(timer)) continue;
      timer.run();
    }
  }
}

let clock: SteppedClock;
let ports: TestPorts;
let desk: VenDesk;
let vtn: Vtn;

beforeEach(() => {
  clock = new SteppedClock();
  ports = gridPorts(clock);
  desk = new VenDesk(ports);
});
afterEach(async () => {
  desk.host.close();
  await vtn.stop();
});

async function connect(version: '3.0' | '3.1', config: Partial<VenConfig> = {}, prepare: () => void = () => undefined) {
  vtn = await Vtn.start(version);
  prepare();
  const whole: VenConfig = {
    siteId: 'depot',
    vtnUrl: vtn.url,
    clientId: 'ven-1',
    venName: 'ven',
    resourceName: 'depot',
    programs: [],
    targets: [],
    version: 'auto',
    pollS: 30,
    simplePercent: [75, 50, 25],
    webhook: false,
    publicUrl: 'https://evenkeel.example',
    ...config,
  };
  await desk.put('ven', whole, { organisationId: 'default', clientSecret: 'the-vtn-secret' });
  await poll();
}

/** The next poll, and what comes of it. */
async function poll(afterMs = MINUTE_MS): Promise<void> {
  const askedBefore = vtn.asked.length;
  const notesBefore = desk.host.find('ven')?.notes.length ?? 0;
  clock.step(afterMs);
  const deadlineMs = Date.now() + 5_000;
  for (let quiet = 0, seen = -1; quiet < 4; ) {
    if (Date.now() > deadlineMs) throw new Error('the poll does not end');
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { length } = vtn.asked;
    const isOver = length > askedBefore || (desk.host.find('ven')?.notes.length ?? 0) > notesBefore;
    quiet = isOver && length === seen ? quiet + 1 : 0;
    seen = length;
  }
}

function limit(kw: number, more: Record<string, unknown> = {}) {
  return {
    intervalPeriod: { start: new Date(clock.nowMs() - HOUR_MS).toISOString(), duration: 'PT10H' },
    intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [kw] }] }],
    ...more,
  };
}

const powerNow = () =>
  ports.sites.caps
    .get('openadr.ven')
    ?.caps.find(({ fromMs, toMs }) => fromMs <= clock.nowMs() && (toMs === 'open' || clock.nowMs() < toMs))
    ?.powerLimitW;

describe.each(['3.0', '3.1'] as const)('a VEN of OpenADR %s', (version) => {
  it('finds out the version, registers, and limits its circuit by the events', async () => {
    await connect(version, {}, () => vtn.put({ id: 'e1', ...limit(20) }));
    expect(powerNow()).toBe(20_000);
    expect(vtn.vens).toMatchObject([{ venName: 'ven' }]);
    expect(vtn.resources).toMatchObject([{ resourceName: 'depot' }]);
    expect(await desk.get('ven')).toMatchObject({ connection: 'connected', spokenVersion: version });
    vtn.put({ id: 'e1', ...limit(12) });
    await poll();
    expect(powerNow()).toBe(12_000);
    vtn.cancel('e1');
    await poll();
    expect(powerNow()).toBeUndefined();
  });

  it('sees events for the targets that it was granted, and those for everybody', async () => {
    await connect(version, {}, () => {
      vtn.grants = ['feeder-7'];
      const targets = version === '3.1' ? ['feeder-7'] : [{ type: 'GROUP', values: ['feeder-7'] }];
      vtn.put({ id: 'e1', ...limit(20), targets });
      vtn.put({ id: 'e2', ...limit(30) });
    });
    expect((await desk.get('ven')).events.map(({ id }) => id).sort()).toEqual(['e1', 'e2']);
    expect(powerNow()).toBe(20_000);
  });

  it('reports usage as it was asked to, once', async () => {
    ports.sites.importedWh = 1_500;
    const reportDescriptors = [{ payloadType: 'USAGE', units: 'KWH', aggregate: true }];
    await connect(version, {}, () => {
      const intervalPeriod = { start: new Date(clock.nowMs() - 2 * HOUR_MS).toISOString(), duration: 'PT1H' };
      const payloads = [{ type: 'IMPORT_CAPACITY_LIMIT', values: [20] }];
      vtn.put({
        id: 'e1',
        intervalPeriod,
        intervals: [0, 1].map((id) => ({ id, payloads })),
        reportDescriptors,
      });
    });
    await poll();
    await poll();
    expect(vtn.reports).toMatchObject([
      {
        eventID: 'e1',
        clientName: 'ven',
        resources: [
          {
            resourceName: 'AGGREGATED_REPORT',
            intervals: [
              { id: 0, payloads: [{ type: 'USAGE', values: [1.5] }] },
              { id: 1, payloads: [{ type: 'USAGE', values: [1.5] }] },
            ],
          },
        ],
      },
    ]);
  });

  it('knows its VEN again where there is one of its name', async () => {
    await connect(version, {}, () => {
      vtn.faults.venTaken = true;
    });
    expect(await desk.get('ven')).toMatchObject({ connection: 'connected', notes: [] });
    expect(vtn.resources).toHaveLength(1);
  });
});

describe('a VEN whose VTN fails', () => {
  const many = (count: number) => {
    for (let n = 0; n < count; n++) vtn.put({ id: `e${n}`, ...limit(100 + n) });
  };

  it('cancels nothing because of a page that failed', async () => {
    await connect('3.1', {}, () => {
      many(120);
      vtn.put({ id: 'strict', ...limit(5) });
    });
    expect(powerNow()).toBe(5_000);
    vtn.faults.failPage = 2;
    vtn.cancel('e0');
    await poll();
    expect(powerNow()).toBe(5_000);
    expect((await desk.get('ven')).events).toHaveLength(121);
    delete vtn.faults.failPage;
    await poll();
    expect((await desk.get('ven')).events).toHaveLength(120);
  });

  it('goes on with another token where its own runs out in the middle of a listing', async () => {
    await connect('3.1', {}, () => many(120));
    vtn.faults.expireAtPage = 1;
    vtn.put({ id: 'strict', ...limit(5) });
    await poll();
    expect(powerNow()).toBe(5_000);
    expect(vtn.tokensGiven).toBe(2);
  });

  it('fetches another token before its own runs out', async () => {
    await connect('3.0', {}, () => {
      vtn.expiresInS = 100;
    });
    await poll(80_000);
    expect(vtn.tokensGiven).toBe(2);
    expect(vtn.asked.filter((asked) => asked.startsWith('POST auth/token'))).toHaveLength(2);
  });

  it('does not lose an event that moved to another page while they were read', async () => {
    await connect('3.1', {}, () => {
      vtn.put({ id: 'strict', ...limit(5) });
      many(60);
    });
    vtn.faults.shift = true;
    await poll();
    expect(powerNow()).toBe(5_000);
    expect((await desk.get('ven')).events).toHaveLength(61);
  });

  it.each([{ pageMax: 7 }, { ignoresSkip: true }])('reads a VTN that pages otherwise: %o', async (faults) => {
    await connect('3.0', {}, () => {
      many(20);
      Object.assign(vtn.faults, faults);
    });
    expect((await desk.get('ven')).events).toHaveLength(20);
  });

  it('keeps its limits while the VTN is lost, over a restart too, and says so', async () => {
    await connect('3.1', {}, () => vtn.put({ id: 'e1', ...limit(20) }));
    vtn.faults.status = 503;
    for (let polls = 0; polls < 4; polls++) await poll();
    expect(powerNow()).toBe(20_000);
    expect(await desk.get('ven')).toMatchObject({ connection: 'lost' });
    desk.host.close();
    desk = new VenDesk(ports);
    await desk.host.start();
    await poll();
    expect(powerNow()).toBe(20_000);
    delete vtn.faults.status;
    vtn.cancel('e1');
    await poll();
    expect(powerNow()).toBeUndefined();
    expect(await desk.get('ven')).toMatchObject({ connection: 'connected' });
  });

  it('keeps what was known of an event whose change can not be read, and takes the others', async () => {
    await connect('3.1', {}, () => vtn.put({ id: 'e1', ...limit(20) }));
    vtn.put({ id: 'e1', ...limit(-5) });
    vtn.put({ id: 'e2', ...limit(15) });
    await poll();
    expect(powerNow()).toBe(15_000);
    vtn.cancel('e2');
    await poll();
    expect(powerNow()).toBe(20_000);
    expect((await desk.get('ven')).events).toMatchObject([{ id: 'e1', problem: expect.stringContaining('-5') }]);
  });

  it('says which credentials are refused, without writing them down', async () => {
    await connect('3.0', { clientId: 'somebody-else' });
    const { notes } = await desk.get('ven');
    expect(notes.join()).toContain('answered with 401');
    expect(`${notes.join()} ${ports.logged.join()}`).not.toContain('the-vtn-secret');
  });
});

describe('what else a VEN does', () => {
  it('draws a randomized start once, and keeps it over changes and restarts', async () => {
    const randomized = (kw: number) =>
      limit(kw, {
        intervalPeriod: {
          start: new Date(clock.nowMs() + 5 * HOUR_MS).toISOString(),
          duration: 'PT1H',
          randomizeStart: 'PT30M',
        },
      });
    const start = () => ports.sites.caps.get('openadr.ven')?.caps[0]?.fromMs;
    await connect('3.1', {}, () => vtn.put({ id: 'e1', ...randomized(20) }));
    const first = start();
    const { intervalPeriod } = vtn.events[0] ?? {};
    vtn.put({ id: 'e1', ...randomized(10), intervalPeriod });
    await poll();
    expect(start()).toBe(first);
    desk.host.close();
    desk = new VenDesk(ports);
    await desk.host.start();
    vtn.put({ id: 'e1', ...randomized(11), intervalPeriod });
    await poll();
    expect(start()).toBe(first);
  });

  it('takes units from the program, and only the programs that it was told of', async () => {
    await connect('3.0', { programs: ['capacity'] }, () => {
      vtn.programs.push({ id: 'p2', programName: 'others' });
      vtn.put({ id: 'e1', ...limit(20) });
      vtn.put({ id: 'e2', ...limit(5), programID: 'p2' });
    });
    expect((await desk.get('ven')).events.map(({ id }) => id)).toEqual(['e1']);
    expect(powerNow()).toBe(20_000);
  });

  it('lays prices over its tariff, when they change', async () => {
    const prices = {
      intervalPeriod: { start: new Date(clock.nowMs()).toISOString(), duration: 'PT1H' },
      payloadDescriptors: [
        { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', units: 'KWH', currency: 'SEK' },
      ],
      intervals: [{ id: 0, payloads: [{ type: 'PRICE', values: [0.5] }] }],
    };
    await connect('3.1', { tariffId: 'dynamic' }, () => vtn.put({ id: 'e1', ...prices }));
    await poll();
    expect(ports.sites.prices).toMatchObject([{ tariffId: 'dynamic', events: [{ id: 'e1' }] }]);
  });

  it('is forgotten with its limits when it is deleted, and speaks for nobody else’s site', async () => {
    await connect('3.1', {}, () => vtn.put({ id: 'e1', ...limit(20) }));
    desk.host.siteLeft('depot');
    const { length } = vtn.asked;
    clock.step(10 * MINUTE_MS);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(vtn.asked.length).toBe(length);
    await desk.delete('ven');
    expect(ports.sites.caps.get('openadr.ven')?.caps).toEqual([]);
    await expect(desk.get('ven')).rejects.toMatchObject({ code: 'OPENADR_VEN_NOT_FOUND' });
  });

  it('takes away the subscription of before a restart, whose token it does not know any more', async () => {
    await connect('3.1', { webhook: true, publicUrl: 'http://127.0.0.1:9' });
    const [first] = vtn.subscriptions;
    desk.host.close();
    desk = new VenDesk(ports);
    await desk.host.start();
    await poll();
    expect(vtn.subscriptions).toHaveLength(1);
    expect(vtn.subscriptions[0]?.bearerToken).not.toBe(first?.bearerToken);
    expect(await desk.isToken('ven', first?.bearerToken ?? '')).toBe(false);
    expect(await desk.isToken('ven', vtn.subscriptions[0]?.bearerToken ?? '')).toBe(true);
  });

  it('calls nobody whom it may not call', async () => {
    await connect('3.1');
    const put = desk.put(
      'other',
      { ...(await desk.get('ven')), vtnUrl: 'https://169.254.169.254/openadr3' },
      { organisationId: 'default', clientSecret: 'x' },
    );
    await expect(put).rejects.toMatchObject({ code: 'PEER_URL_REFUSED' });
  });
});
