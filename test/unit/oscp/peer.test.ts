import { describe, expect, it } from 'vitest';
import { OscpDesk } from '../../../src/oscp/desk.js';
import type { IncomingMessage } from '../../../src/oscp/oscpService.js';
import type { OscpConfig } from '../../../src/oscp/peerState.js';
import type { OutboundAnswer, OutboundRequest } from '../../../src/outbound/outbound.js';
import { gridPorts, type TestPorts } from '../../support/grid/gridPorts.js';
import { VirtualClock } from '../../support/virtualClock.js';

// What OSCP does over time, in virtual time: the other side is a function here. Over the wire it is in oscpWire.test.ts.

const NOW_MS = Date.UTC(2026, 0, 14, 12);
const MINUTE_MS = 60_000;
const OTHER_URL = 'https://dso.example/oscp/cp/2.0';
const CONFIG: OscpConfig = {
  siteId: 'depot',
  circuitId: 'row',
  groupId: 'transformer-7',
  role: 'capacityProvider',
  name: 'City grid',
  publicUrl: 'https://evenkeel.example',
  heartbeatS: 60,
  measurementS: 900,
};

class Life {
  readonly clock = new VirtualClock(NOW_MS);
  readonly sent: {
    readonly path: string;
    readonly method: string;
    readonly token: string;
    readonly body: Record<string, unknown>;
    readonly correlationId: string | undefined;
  }[] = [];
  answer: (path: string) => OutboundAnswer = () => ({ outcome: 'answered', status: 204, headers: {}, body: '' });
  readonly ports: TestPorts = gridPorts(this.clock, {
    outbound: {
      check: (url: string) => ({ ok: true, url: new URL(url) }),
      request: async ({ url, method, headers = {}, body }: OutboundRequest) => {
        const path = url.replace(`${OTHER_URL}/`, '');
        this.sent.push({
          path,
          method,
          token: headers.authorization ?? '',
          body: JSON.parse(String(body)),
          correlationId: headers['x-correlation-id'],
        });
        return this.answer(path);
      },
    },
  });
  desk = new OscpDesk(this.ports);

  /** Configured, registered by the other side, and hands shaken. */
  static async registered(config: Partial<OscpConfig> = {}): Promise<Life> {
    const life = new Life();
    await life.desk.put('dso', { ...CONFIG, ...config }, { organisationId: 'default', tokenA: 'token-a' });
    await life.say('register', { token: 'their-token', version_url: [{ version: '2.0', base_url: OTHER_URL }] });
    await life.pass(1);
    await life.say('handshake', { required_behaviour: { heartbeat_interval: 60, measurement_configuration: [] } });
    return life;
  }

  pass(seconds: number): Promise<void> {
    return this.clock.runUntil(this.clock.nowMs() + seconds * 1000);
  }

  say(name: string, body: unknown, more: Partial<IncomingMessage> = {}) {
    return this.desk.receive('dso', {
      name,
      ours: 'fp',
      method: 'POST',
      requestId: `their-${name}`,
      correlationId: undefined,
      segmentIndex: undefined,
      segmentCount: undefined,
      body,
      ...more,
    });
  }

  heartbeat(offlineInS: number) {
    return this.say('heartbeat', { offline_mode_at: new Date(this.clock.nowMs() + offlineInS * 1000).toISOString() });
  }

  forecast(
    type: string,
    capacity: number,
    { from = 0, to = 1_440, ...more }: { from?: number; to?: number } & Partial<IncomingMessage> = {},
  ) {
    const instant = (minutes: number) => new Date(NOW_MS + minutes * MINUTE_MS).toISOString();
    const block = { capacity, phase: 'ALL', unit: 'KW', start_time: instant(from), end_time: instant(to) };
    return this.say(
      'update_group_capacity_forecast',
      { group_id: 'transformer-7', type, forecasted_blocks: [block] },
      more,
    );
  }

  /** W that hold now; undefined: nothing limits. */
  powerNow(): number | undefined {
    const nowMs = this.clock.nowMs();
    const { caps = [] } = this.ports.sites.caps.get('oscp.dso') ?? {};
    return caps.find(({ fromMs, toMs }) => fromMs <= nowMs && (toMs === 'open' || nowMs < toMs))?.powerLimitW;
  }

  named(path: string) {
    return this.sent.filter((one) => one.path === path);
  }

  /** As another process of the same store. */
  async restart(awayS: number): Promise<void> {
    this.desk.host.close();
    this.clock.forgetTimers();
    await this.pass(awayS);
    this.desk = new OscpDesk(this.ports);
    await this.desk.host.start();
    await this.pass(0);
  }
}

describe('an OSCP capacity provider that is heard', () => {
  it('limits the circuit by its forecasts, from the first second on', async () => {
    const life = await Life.registered();
    expect(await life.forecast('CONSUMPTION', 10)).toEqual({ status: 204 });
    expect(life.powerNow()).toBe(10_000);
    expect(life.ports.sites.caps.get('oscp.dso')?.circuitId).toBe('row');
  });

  it('limits by nothing else for as long as it is heard, whatever else happens meanwhile', async () => {
    const life = await Life.registered();
    await life.forecast('FALLBACK_CONSUMPTION', 6);
    for (let minute = 0; minute < 130; minute++) {
      await life.heartbeat(90);
      if (minute % 10 === 0) await life.forecast('CONSUMPTION', 20);
      await life.pass(60);
      expect(life.powerNow()).toBe(20_000);
    }
  });

  it('is told every so often that we are there, as it asked', async () => {
    const life = await Life.registered();
    await life.pass(310);
    const heartbeats = life.named('heartbeat');
    expect(heartbeats.length).toBeGreaterThanOrEqual(5);
    expect(heartbeats.length).toBeLessThanOrEqual(6);
    expect(heartbeats[0]?.token).toBe('Token their-token');
    expect(Date.parse(String(heartbeats[0]?.body.offline_mode_at))).toBeGreaterThan(NOW_MS + 2 * MINUTE_MS);
  });

  it('gets its handshake acknowledged, and correlated', async () => {
    const life = await Life.registered();
    await life.pass(1);
    expect(life.named('handshake_acknowledge')).toMatchObject([
      { correlationId: 'their-handshake', body: { required_behaviour: { heartbeat_interval: 60 } } },
    ]);
  });
});

describe('an OSCP capacity provider that is not heard any more', () => {
  it('leaves its fallback, and its forecasts once it is back', async () => {
    const life = await Life.registered();
    await life.forecast('CONSUMPTION', 20);
    await life.forecast('FALLBACK_CONSUMPTION', 6);
    await life.heartbeat(180);
    await life.pass(179);
    expect(life.powerNow()).toBe(20_000);
    await life.pass(2);
    expect(life.powerNow()).toBe(6_000);
    expect((await life.desk.get('dso')).connection).toBe('away');
    await life.pass(3_600);
    expect(life.powerNow()).toBe(6_000);
    await life.heartbeat(180);
    expect(life.powerNow()).toBe(20_000);
    expect((await life.desk.get('dso')).connection).toBe('online');
  });

  it('counts as away though it never sent a heartbeat after the handshake', async () => {
    const life = await Life.registered();
    await life.forecast('CONSUMPTION', 20);
    await life.forecast('FALLBACK_CONSUMPTION', 6);
    await life.pass(170);
    expect(life.powerNow()).toBe(20_000);
    await life.pass(20);
    expect(life.powerNow()).toBe(6_000);
  });

  it('counts as away after a day, whatever it promised', async () => {
    const life = await Life.registered();
    await life.forecast('FALLBACK_CONSUMPTION', 6, { to: 10_000 });
    await life.forecast('CONSUMPTION', 20, { to: 10_000 });
    await life.heartbeat(100 * 86_400);
    await life.pass(86_300);
    expect(life.powerNow()).toBe(20_000);
    await life.pass(200);
    expect(life.powerNow()).toBe(6_000);
  });

  it('counts as away where it fell silent while we did not run', async () => {
    const life = await Life.registered();
    await life.forecast('CONSUMPTION', 20);
    await life.forecast('FALLBACK_CONSUMPTION', 6);
    await life.heartbeat(180);
    await life.restart(600);
    expect(life.powerNow()).toBe(6_000);
    await life.heartbeat(180);
    expect(life.powerNow()).toBe(20_000);
  });

  it('keeps its registration, tokens and forecasts over a restart', async () => {
    const life = await Life.registered();
    await life.forecast('CONSUMPTION', 20);
    await life.heartbeat(3_600);
    const before = await life.desk.get('dso');
    await life.restart(60);
    expect(await life.desk.get('dso')).toEqual({ ...before, notes: [] });
    expect(life.powerNow()).toBe(20_000);
    expect(await life.desk.isToken('dso', 'token-a')).toBe(false);
  });

  it('keeps its fallback in force when it unregisters, until it is deleted here', async () => {
    const life = await Life.registered();
    await life.forecast('CONSUMPTION', 20);
    await life.forecast('FALLBACK_CONSUMPTION', 6);
    await life.heartbeat(180);
    expect(await life.say('register', undefined, { method: 'DELETE' })).toEqual({ status: 204 });
    expect(life.powerNow()).toBe(6_000);
    await life.desk.delete('dso');
    expect(life.powerNow()).toBeUndefined();
    await expect(life.desk.get('dso')).rejects.toMatchObject({ code: 'OSCP_PROVIDER_NOT_FOUND' });
  });
});

describe('the registration', () => {
  it('is begun by the other side: its token is used, ours is sent back, and the first one is worth nothing from then on', async () => {
    const life = await Life.registered();
    expect(life.named('register')).toMatchObject([
      {
        token: 'Token their-token',
        body: { version_url: [{ version: '2.0', base_url: 'https://evenkeel.example/oscp/dso/fp/2.0' }] },
      },
    ]);
    const ours = String(life.named('register')[0]?.body.token);
    expect(await life.desk.isToken('dso', ours)).toBe(true);
    expect(await life.desk.isToken('dso', 'token-a')).toBe(false);
    expect(await life.desk.get('dso')).toMatchObject({ status: 'registered' });
  });

  it('keeps the first token until the other side has its own', async () => {
    const life = new Life();
    life.answer = () => ({ outcome: 'failed', reason: 'nobody answers', retryable: true });
    await life.desk.put('dso', CONFIG, { organisationId: 'default', tokenA: 'token-a' });
    await life.say('register', { token: 'their-token', version_url: [{ version: '2.0', base_url: OTHER_URL }] });
    await life.pass(600);
    expect(life.named('register').length).toBeGreaterThan(4);
    expect(await life.desk.isToken('dso', 'token-a')).toBe(true);
    life.answer = () => ({ outcome: 'answered', status: 204, headers: {}, body: '' });
    await life.pass(600);
    expect(await life.desk.isToken('dso', 'token-a')).toBe(false);
    expect(await life.desk.isToken('dso', String(life.named('register').at(-1)?.body.token))).toBe(true);
  });

  it('is begun by us where there is a versionUrl, and done when its own token comes', async () => {
    const life = new Life();
    await life.desk.put('dso', { ...CONFIG, versionUrl: OTHER_URL }, { organisationId: 'default', tokenA: 'token-a' });
    await life.pass(1);
    expect(life.named('register')).toMatchObject([{ token: 'Token token-a' }]);
    expect(await life.desk.get('dso')).toMatchObject({ status: 'offered' });
    await life.say('register', { token: 'token-c', version_url: [{ version: '2.0', base_url: OTHER_URL }] });
    await life.pass(10);
    expect(await life.desk.get('dso')).toMatchObject({ status: 'registered' });
    // Nobody else begins: it is we who do.
    expect(life.named('handshake')).toMatchObject([{ token: 'Token token-c' }]);
    expect(life.named('register')).toHaveLength(1);
  });

  it('is offered again where the other side took it and sent nothing', async () => {
    const life = new Life();
    await life.desk.put('dso', { ...CONFIG, versionUrl: OTHER_URL }, { organisationId: 'default', tokenA: 'token-a' });
    await life.pass(130);
    expect(life.named('register')).toHaveLength(2);
  });

  it('is refused where no version is ours, or its address may not be called', async () => {
    const life = new Life();
    await life.desk.put('dso', CONFIG, { organisationId: 'default', tokenA: 'token-a' });
    const register = (version: string) =>
      life.say('register', { token: 'their-token', version_url: [{ version, base_url: OTHER_URL }] });
    expect(await register('1.0')).toMatchObject({ status: 501 });
    life.ports.outbound.check = () => ({ ok: false, reason: 'it is private' });
    expect(await register('2.0')).toMatchObject({ status: 400, detail: expect.stringContaining('it is private') });
    expect(await life.desk.get('dso')).toMatchObject({ status: 'waiting' });
  });

  it('is left as it is by the same configuration, and begun anew by another token', async () => {
    const life = await Life.registered();
    await life.desk.put('dso', { ...CONFIG, heartbeatS: 30 }, { organisationId: 'default', tokenA: 'token-a' });
    expect(await life.desk.get('dso')).toMatchObject({ status: 'registered', heartbeatS: 30 });
    await life.desk.put('dso', CONFIG, { organisationId: 'default', tokenA: 'token-z' });
    expect(await life.desk.get('dso')).toMatchObject({ status: 'waiting' });
    expect(await life.desk.isToken('dso', 'token-z')).toBe(true);
  });

  it('makes a token where none was given, and shows it once', async () => {
    const life = new Life();
    const made = await life.desk.put('dso', CONFIG, { organisationId: 'default' });
    expect(await life.desk.isToken('dso', made.tokenA ?? '')).toBe(true);
    expect(await life.desk.put('dso', CONFIG, { organisationId: 'default' })).not.toHaveProperty('tokenA');
    expect(JSON.stringify(await life.desk.get('dso'))).not.toContain(made.tokenA);
  });

  it('takes another token and address with PUT', async () => {
    const life = await Life.registered();
    const base_url = 'https://other.example/cp/2.0';
    await life.say('register', { token: 'newer', version_url: [{ version: '2.0', base_url }] }, { method: 'PUT' });
    await life.pass(61);
    expect(life.sent.at(-1)).toMatchObject({ path: `${base_url}/heartbeat`, token: 'Token newer' });
  });
});

describe('messages of the other side', () => {
  it('say what is wrong with them, and nothing of them is taken then', async () => {
    const life = await Life.registered();
    const block = {
      capacity: 10,
      phase: 'ALL',
      unit: 'KW',
      start_time: '2026-01-14T12:00:00Z',
      end_time: '2026-01-14T13:00:00Z',
    };
    const send = (change: object, group_id = 'transformer-7') =>
      life.say('update_group_capacity_forecast', {
        group_id,
        type: 'CONSUMPTION',
        forecasted_blocks: [block, { ...block, ...change }],
      });
    for (const [change, field] of [
      [{ unit: 'EUR' }, '/forecasted_blocks/1/unit'],
      [{ phase: 'FOUR' }, '/forecasted_blocks/1/phase'],
      [{ capacity: -1 }, '/forecasted_blocks/1/capacity'],
      [{ start_time: '2026-01-14T12:00:00' }, '/forecasted_blocks/1/start_time'],
      [{ end_time: block.start_time }, '/forecasted_blocks/1/end_time'],
    ] as const) {
      expect(await send(change)).toMatchObject({ status: 400, field });
    }
    expect(await send({}, 'transformer-8')).toMatchObject({ status: 404 });
    expect(await life.say('send_money', {})).toMatchObject({ status: 404 });
    expect(await life.say('heartbeat', { offline_mode_at: 'soon' })).toMatchObject({ status: 400 });
    expect(await life.say('heartbeat', {}, { ours: 'co' })).toMatchObject({ status: 404 });
    expect(life.powerNow()).toBeUndefined();
    expect(await send({ capacity: '9.5' })).toEqual({ status: 204 });
    expect(life.powerNow()).toBe(9_500);
  });

  it('may be split: each segment holds as it comes, and one that is lost is told of', async () => {
    const life = await Life.registered();
    const segment = { correlationId: 'long', segmentCount: '3' };
    await life.forecast('CONSUMPTION', 10, { from: 0, to: 60, ...segment, segmentIndex: '1' });
    await life.forecast('CONSUMPTION', 8, { from: 120, to: 180, ...segment, segmentIndex: '3' });
    expect(life.powerNow()).toBe(10_000);
    await life.pass(130);
    expect((await life.desk.get('dso')).notes.join()).toContain('these did not come: 2');
    expect(await life.forecast('CONSUMPTION', 8, { ...segment, segmentIndex: '4' })).toMatchObject({ status: 400 });
  });

  it('is answered where the building alone exceeds a forecast, and where more flows for longer than a minute', async () => {
    const life = await Life.registered();
    life.ports.sites.flows = { buildingA: 20, carsA: 0 };
    await life.forecast('CONSUMPTION', 10, { requestId: 'cp-77' });
    await life.pass(1);
    expect(life.named('group_capacity_compliance_error')).toMatchObject([
      { correlationId: 'cp-77', body: { forecasted_blocks: [{ capacity: 10 }] } },
    ]);
    life.ports.sites.flows = { buildingA: 0, carsA: 20 };
    await life.pass(400);
    expect(life.named('group_capacity_compliance_error')).toHaveLength(2);
  });
});

describe('what the other side is told', () => {
  const measuring = async (role: OscpConfig['role'], configurations: readonly string[]) => {
    const life = await Life.registered({ role });
    life.ports.sites.flows = { buildingA: 4, carsA: 10 };
    await life.say('handshake', { required_behaviour: { measurement_configuration: configurations } });
    await life.pass(1_900);
    return life;
  };

  it('is a meter that goes on counting, where it asked for that', async () => {
    const told = (await measuring('capacityProvider', ['CONTINUOUS'])).named('update_group_measurements');
    const values = told.map(({ body }) => (body.measurements as { value: number }[])[0]?.value ?? 0);
    expect(told.length).toBe(2);
    expect(values[1]).toBeGreaterThan((values[0] ?? 0) * 1.9);
    expect(told[0]?.body).toMatchObject({
      group_id: 'transformer-7',
      measurements: [
        { energy_type: 'TOTAL', unit: 'WH', direction: 'IMPORT', phase: 'ALL' },
        { energy_type: 'FLEXIBLE' },
      ],
    });
    expect(JSON.stringify(told)).not.toContain('initial_measure_time');
  });

  it('is what came since the last time, with when that was, where it asked for that', async () => {
    const told = (await measuring('capacityProvider', ['INTERMITTENT'])).named('update_group_measurements');
    const [first, second] = told.map(
      ({ body }) => (body.measurements as { value: number; initial_measure_time: string }[])[0],
    );
    expect(second?.value).toBeCloseTo(14 * 690 * 0.25, -2);
    expect(Date.parse(second?.initial_measure_time ?? '')).toBeGreaterThan(
      Date.parse(first?.initial_measure_time ?? ''),
    );
  });

  it('is each charge point, where it is a capacity optimizer', async () => {
    const [told] = (await measuring('capacityOptimizer', ['CONTINUOUS'])).named('update_asset_measurements');
    expect(told?.body).toMatchObject({
      measurements: [
        {
          asset_id: 'CP001/1',
          asset_category: 'CHARGING',
          instantaneous_measurement: { value: 6_900, unit: 'W' },
          energy_measurement: { value: 1_000, unit: 'WH' },
        },
      ],
    });
  });

  it('is that other capacities are wanted', async () => {
    const life = await Life.registered();
    const block = { capacity: 40, unit: 'KW', phase: 'ALL', startMs: NOW_MS, endMs: NOW_MS + MINUTE_MS } as const;
    await life.desk.adjust('dso', [block]);
    expect(life.named('adjust_group_capacity_forecast')).toMatchObject([
      { body: { group_id: 'transformer-7', type: 'CONSUMPTION', forecasted_blocks: [{ capacity: 40 }] } },
    ]);
    life.answer = () => ({ outcome: 'answered', status: 500, headers: {}, body: '' });
    await expect(life.desk.adjust('dso', [block])).rejects.toMatchObject({ code: 'PEER_NOT_CONNECTED' });
  });

  it('is by the other spelling what the first one is not known for', async () => {
    const life = new Life();
    life.answer = (path) => ({
      outcome: 'answered',
      status: path === 'handshake_acknowledge' ? 404 : 204,
      headers: {},
      body: '',
    });
    await life.desk.put('dso', CONFIG, { organisationId: 'default', tokenA: 'token-a' });
    await life.say('register', { token: 'their-token', version_url: [{ version: '2.0', base_url: OTHER_URL }] });
    await life.say('handshake', {});
    await life.pass(1);
    expect(life.named('handshake_acknowledgment')).toHaveLength(1);
  });
});

describe('whoever owns the site', () => {
  it('speaks with its providers, and nobody else', async () => {
    const life = await Life.registered();
    const { site } = life.ports.sites;
    life.ports.sites.site = undefined;
    life.desk.host.siteLeft('depot');
    const before = life.sent.length;
    await life.pass(600);
    expect(life.sent.length).toBe(before);
    expect(await life.say('heartbeat', {})).toMatchObject({ status: 503 });
    // Others look it up in the store.
    expect(await life.desk.get('dso')).toMatchObject({ status: 'registered' });
    life.ports.sites.site = site;
    await life.desk.host.look();
    await life.pass(61);
    expect(life.sent.length).toBeGreaterThan(before);
  });

  it('writes nothing secret into the log', async () => {
    const life = await Life.registered();
    life.answer = () => ({ outcome: 'answered', status: 401, headers: {}, body: 'their-token' });
    await life.pass(300);
    expect(life.ports.logged.length).toBeGreaterThan(1);
    expect(life.ports.logged.join()).not.toMatch(/their-token|token-a|secret-\d/);
  });
});
