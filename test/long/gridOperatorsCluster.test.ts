import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUIET } from '../e2e/support/scenarioDeployment.js';
import { SeveralProcesses } from '../e2e/support/scenarioProcesses.js';
import { putSmallSite, SMALL_SITE_ID } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { freePort } from '../support/freePort.js';
import { CapacityProvider } from '../support/grid/capacityProvider.js';
import { Vtn } from '../support/grid/vtn.js';
import { postgresMissing } from '../support/ownPostgres.js';
import { redisMissing } from '../support/ownRedis.js';

// A grid operator and an energy provider, where a gateway, two planners and an API are processes of their own: what has to beat does so
// once, wherever that is, and goes on when it dies there.

const HEARTBEAT_S = 2;
const POLL_S = 5;
/** As in the other tests of several processes, on a machine with others at work. */
const TAKEN_OVER_AT_MOST_MS = 20_000;
const WATCHED_MS = 20_000;
const HOUR_MS = 3_600_000;
const missing = postgresMissing() ?? redisMissing();

describe.skipIf(missing !== undefined)(`over several processes${missing === undefined ? '' : ` (${missing})`}`, () => {
  let service: SeveralProcesses;
  let provider: CapacityProvider;
  let vtn: Vtn;

  beforeAll(async () => {
    const apiPort = await freePort();
    service = await SeveralProcesses.start('redis', {
      environment: {
        ...QUIET,
        EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8',
        EVENKEEL_PUBLIC_URL: `http://127.0.0.1:${apiPort}`,
      },
      apiPort,
      siteId: SMALL_SITE_ID,
    });
    provider = await CapacityProvider.start();
    vtn = await Vtn.start('3.1');
    await until(() => service.isReady(), 'the processes know each other', { atMostMs: 60_000, otherwise: story });
    await putSmallSite(service.api);
  }, 180_000);

  afterAll(async () => {
    await service?.end();
    await provider?.stop();
    await vtn?.stop();
  });

  const story = () => `${provider.heard.slice(-5).map(({ name }) => name)} ${vtn.asked.slice(-5)}\n${service.output}`;
  const limits = async (): Promise<string> => {
    const { status, body } = await service.api.request('GET', `/v1/sites/${SMALL_SITE_ID}/state`);
    return status === 200 ? JSON.stringify(Object(body).circuits[0].limits) : '';
  };
  const inForce = (powerLimitW: number, what: string) =>
    until(async () => (await limits()).includes(`"powerLimitW":${powerLimitW}`), what, {
      atMostMs: TAKEN_OVER_AT_MOST_MS,
      otherwise: story,
    });
  const block = (capacity: number) => ({
    capacity,
    phase: 'ALL',
    unit: 'KW',
    start_time: new Date(Date.now() - 1_000).toISOString(),
    end_time: new Date(Date.now() + HOUR_MS).toISOString(),
  });
  const forecast = (capacity: number) =>
    provider.send('update_group_capacity_forecast', {
      group_id: 'g7',
      type: 'CONSUMPTION',
      forecasted_blocks: [block(capacity)],
    });
  const event = (limitKw: number) => ({
    id: 'e1',
    intervalPeriod: { start: new Date(Date.now() - 1_000).toISOString(), duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [limitKw] }] }],
  });
  /** Each begins with the first page. */
  const polls = () => vtn.asked.filter((asked) => asked.startsWith('GET events?skip=0&')).length;
  const beats = () => provider.named('heartbeat').length;

  /** So many of each in so much time, by one: two would make twice as many, none fewer. */
  async function beatOnce(): Promise<void> {
    await provider.heartbeat(600);
    const [before, polled, tokens] = [beats(), polls(), vtn.tokensGiven];
    const endsMs = Date.now() + WATCHED_MS;
    await until(() => Date.now() >= endsMs, 'it is watched', { atMostMs: 2 * WATCHED_MS });
    const wanted = WATCHED_MS / (HEARTBEAT_S * 1_000);
    expect([beats() - before, polls() - polled], story()).toEqual([
      expect.toSatisfy((count: number) => count > wanted / 2 && count < wanted * 1.5),
      expect.toSatisfy((count: number) => count >= 2 && count <= (1.5 * WATCHED_MS) / (POLL_S * 1_000)),
    ]);
    // This VTN knows the last token that it gave: two that poll would take it from each other.
    expect(vtn.tokensGiven).toBe(tokens);
  }

  /** With another owner. */
  async function goesOn(): Promise<void> {
    const [before, polled] = [beats(), polls()];
    await service.untilTakenOver();
    // What was known holds from its first state on.
    expect(await limits()).toContain('"powerLimitW":12000');
    expect(await limits()).toContain('"powerLimitW":11000');
    await until(() => beats() > before && polls() > polled, 'another beats', {
      atMostMs: TAKEN_OVER_AT_MOST_MS,
      otherwise: story,
    });
  }

  it('each beats once, what comes at a process that owns no site is in force, and another takes over when the owner stands still, or is killed', async () => {
    const bound = { siteId: SMALL_SITE_ID, circuitId: 'grid', groupId: 'g7', heartbeatS: 5, tokenA: 'first-token' };
    const { baseUrl } = (await service.api.put('/v1/oscp/providers/dso', bound)) as { readonly baseUrl: string };
    expect(baseUrl.startsWith(service.apiUrl)).toBe(true);
    expect(await provider.register(baseUrl, 'first-token')).toBe(204);
    await until(() => provider.named('register').length === 1, 'the registration is answered', { otherwise: story });
    const behaviour = { heartbeat_interval: HEARTBEAT_S, measurement_configuration: ['CONTINUOUS'] };
    expect(await provider.send('handshake', { required_behaviour: behaviour })).toBe(204);
    await until(() => beats() > 1, 'we are heard', { atMostMs: 20_000, otherwise: story });
    const ven = { siteId: SMALL_SITE_ID, vtnUrl: vtn.url, clientId: 'ven-1', clientSecret: 'the-vtn-secret' };
    await service.api.put('/v1/openadr/vens/energy', { ...ven, pollS: POLL_S });
    await until(() => polls() > 0, 'the VTN is asked', { atMostMs: 20_000, otherwise: story });

    await provider.heartbeat(600);
    expect(await forecast(12)).toBe(204);
    await inForce(12_000, 'a forecast is in force');
    vtn.put(event(11));
    await inForce(11_000, 'an event is in force');
    await beatOnce();
    expect(vtn.tokensGiven).toBe(1);

    // One that stands still for a while, and then goes on as if nothing had been, beats no more.
    const { resume } = await service.pauseOwner();
    await goesOn();
    await resume();
    // What it began before it knew has had its answer, and whoever is asked for a token by it has given the next to the owner.
    const polled = polls();
    await until(() => polls() > polled + 1, 'the owner goes on', { atMostMs: 30_000, otherwise: story });
    await beatOnce();

    await service.killOwner();
    await goesOn();
    await beatOnce();
    // What is said now, over the same address, is said to the new owner.
    expect(await forecast(10)).toBe(204);
    await inForce(10_000, 'a forecast is in force at the next owner');
    vtn.put(event(9));
    expect(await vtn.notify()).toEqual(vtn.subscriptions.map(() => 200));
    await inForce(9_000, 'an event is in force at the next owner');
    expect(await service.api.get('/v1/oscp/providers/dso')).toMatchObject({ connection: 'online' });
    expect((await service.api.request('DELETE', '/v1/oscp/providers/dso')).status).toBe(204);
    expect((await service.api.request('DELETE', '/v1/openadr/vens/energy')).status).toBe(204);
    await until(async () => !(await limits()).includes('powerLimitW'), 'nothing is limited any more', {
      otherwise: story,
    });
  }, 600_000);
});
