import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChargingService } from '../../src/control/chargingService.js';
import { Gateway } from '../../src/gateway/gateway.js';
import { createOcpp16Dialect } from '../../src/ocpp/v16/dialect.js';
import type { SiteModel, Station } from '../../src/site/model.js';
import { MemoryStore } from '../support/memoryStore.js';
import {
  basicAuth,
  eventually,
  handshakeStatus,
  openSocket,
  realClock,
  TestStation,
} from '../unit/gateway/gatewayFixture.js';

const PASSWORD = 'the-password-it-came-with';
const RIGHT = 'the-password-of-CP001';
const BOOT = {
  chargePointVendor: 'Acme',
  chargePointModel: 'One',
  chargePointSerialNumber: 'SN-7',
  firmwareVersion: '1.2',
};

let service: ChargingService;
let gateway: Gateway;
let server: Server;
let port: number;
let lines: string[];
const stations: TestStation[] = [];

beforeEach(async () => {
  lines = [];
  const note = (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`);
  service = new ChargingService({
    store: new MemoryStore(),
    clock: realClock,
    random: { positiveInt31: () => 4711 },
    log: { info: note, warn: note, error: note },
    metrics: { planned: () => {}, profileSent: () => {}, profileAnswered: () => {} },
    allowUnauthenticated: false,
    caller: () => gateway,
  });
  gateway = new Gateway({
    handler: service.stations,
    clock: realClock,
    dialects: [createOcpp16Dialect()],
    limits: { closeGraceMs: 200 },
  });
  server = createServer();
  gateway.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  await service.load();
  await service.putSite(SITE);
  await service.credentials.put('CP001', { password: RIGHT });
});

afterEach(async () => {
  for (const station of stations.splice(0)) station.socket.terminate();
  await gateway.close();
  await service.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function connect(stationId: string, password = PASSWORD): Promise<TestStation> {
  const station = new TestStation(
    openSocket(port, `/ocpp/${stationId}`, { headers: { authorization: basicAuth(stationId, password) } }),
  );
  stations.push(station);
  await new Promise<void>((resolve, reject) => {
    station.socket.once('open', resolve);
    station.socket.once('error', reject);
  });
  return station;
}

/** The answer to this call; what the service asks meanwhile is passed over. */
async function answerTo(station: TestStation, frame: readonly unknown[]): Promise<unknown[]> {
  station.send(frame);
  for (;;) {
    const answer = await station.next();
    if (answer[0] !== 2) return answer;
  }
}

const boot = async (station: TestStation) => (await answerTo(station, [2, 'b', 'BootNotification', BOOT]))[2] as object;
const status = async (stationId: string, password = PASSWORD) =>
  handshakeStatus(port, `/ocpp/${stationId}`, { headers: { authorization: basicAuth(stationId, password) } });
const listed = async () => (await service.onboarding.view()).stations;

describe('a station that nobody knows', () => {
  it('is refused as one with a wrong password is, while onboarding is closed', async () => {
    const [unknown, wrong] = [await status('NEW1'), await status('CP001')];
    expect([unknown.status, wrong.status]).toEqual([401, 401]);
    expect({ ...unknown.headers, date: '' }).toEqual({ ...wrong.headers, date: '' });
    expect(await listed()).toEqual([]);
  });

  it('waits while it is open, and is served nothing else', async () => {
    await service.onboarding.open(60_000);
    const station = await connect('NEW1');
    expect(await boot(station)).toMatchObject({ status: 'Pending' });
    expect((await answerTo(station, [2, 'h', 'Heartbeat', {}])).slice(0, 3)).toEqual([4, 'h', 'SecurityError']);
    const start = { connectorId: 1, idTag: 'T', meterStart: 0, timestamp: new Date().toISOString() };
    expect((await answerTo(station, [2, 's', 'StartTransaction', start])).slice(0, 3)).toEqual([
      4,
      's',
      'SecurityError',
    ]);
    expect(await gateway.call('NEW1', { type: 'reset', kind: 'Soft' })).toEqual({
      outcome: 'notSent',
      reason: 'offline',
    });
    expect(await listed()).toMatchObject([
      {
        stationId: 'NEW1',
        vendor: 'Acme',
        model: 'One',
        serialNumber: 'SN-7',
        firmwareVersion: '1.2',
        address: '127.0.0.1',
        ocppVersion: '1.6',
        securityProfile: 1,
        hasCredentials: false,
        contested: false,
      },
    ]);
  });

  it('is taken in with the password it came with, which lasts when onboarding has closed', async () => {
    await service.onboarding.open(60_000);
    const waiting = await connect('NEW1');
    await boot(waiting);
    const site = await service.onboarding.adopt('depot', stationOf('NEW1'));
    expect(site.stations.map(({ id }) => id)).toEqual(['CP001', 'NEW1']);
    await waiting.closed;
    await service.onboarding.close();
    const station = await connect('NEW1');
    expect(await boot(station)).toMatchObject({ status: 'Accepted' });
    await eventually(() => service.getState('depot').stations.some(({ id, online }) => id === 'NEW1' && online));
    expect((await status('NEW1', 'another-password')).status).toBe(401);
    expect(lines.join('\n')).not.toMatch(/the-password|scrypt/);
  });

  it('gets no credentials where its site does not take it', async () => {
    await service.onboarding.open(60_000);
    await connect('NEW1');
    const tooMuch = { ...stationOf('NEW1'), failsafeA: 16 };
    await expect(service.onboarding.adopt('depot', tooMuch)).rejects.toMatchObject({ code: 'FAILSAFE_EXCEEDS_LIMIT' });
    expect(await service.credentials.get('NEW1')).toMatchObject({ hasPassword: false, securityProfileMin: null });
  });

  it('is not taken in where two claim to be it, or none', async () => {
    await service.onboarding.open(60_000);
    await expect(service.onboarding.adopt('depot', stationOf('NEW1'))).rejects.toMatchObject({
      code: 'STATION_NOT_WAITING',
    });
    await connect('NEW1');
    const other = await connect('NEW1', 'another-password-of-it');
    expect((await listed()).map(({ contested }) => contested)).toEqual([true, true]);
    await expect(service.onboarding.adopt('depot', stationOf('NEW1'))).rejects.toMatchObject({
      code: 'STATION_CONTESTED',
      details: { addresses: ['127.0.0.1', '127.0.0.1'] },
    });
    other.socket.terminate();
    await expect.poll(async () => (await listed()).length).toBe(1);
    await service.onboarding.adopt('depot', stationOf('NEW1'));
  });

  it('that a site lists already may get its password so too', async () => {
    await service.putSite({ ...SITE, stations: [...SITE.stations, stationOf('NEW1')] });
    expect((await status('NEW1')).status).toBe(401);
    await service.onboarding.open(60_000);
    await connect('NEW1');
    await service.onboarding.adopt('depot', stationOf('NEW1'));
    expect(await boot(await connect('NEW1'))).toMatchObject({ status: 'Accepted' });
  });

  it('does not wait with a password that it could not be given', async () => {
    await service.onboarding.open(60_000);
    expect((await status('NEW1', 'short')).status).toBe(401);
  });

  it('is throttled as one that guesses is: waiting is no success', async () => {
    await service.onboarding.open(60_000);
    const answers: number[] = [];
    for (let n = 0; n < 12; n++) answers.push((await status('NEW1')).status);
    expect(answers).toEqual([...new Array(10).fill(101), 429, 429]);
  });
});

describe('who only claims to be a known station, while onboarding is open', () => {
  it('can not tell it from an unknown one: every answer is the same', async () => {
    await service.onboarding.open(60_000);
    const transcripts = await Promise.all(
      ['CP001', 'NEW1'].map(async (stationId) => {
        const { status: code, headers } = await status(stationId);
        const short = (await status(stationId, 'short')).status;
        const station = await connect(stationId);
        const frames = [
          await answerTo(station, [2, 'h', 'Heartbeat', {}]),
          await station.ask([2, 'b', 'BootNotification', BOOT]),
          await station.ask([2, 'h2', 'Heartbeat', {}]),
          await station.ask('nonsense'),
        ];
        const again = await connect(stationId);
        const { code: closeCode, reason } = await station.closed;
        const other = await connect(stationId, 'another-password-of-it');
        await other.roundTrip();
        await again.roundTrip();
        const third = (await connect(stationId, 'a-third-password-of-it')).socket.protocol;
        const full = (await status(stationId, 'one-password-too-many')).status;
        return { code, headers: { ...headers, date: '' }, short, frames, closeCode, reason, third, full };
      }),
    );
    const [known, unknown] = transcripts.map((transcript) =>
      JSON.parse(
        JSON.stringify(transcript).replace(
          /"currentTime":"[^"]*"|"interval":\d+|"sec-websocket-accept":"[^"]*"/g,
          '"x":0',
        ),
      ),
    );
    expect(known).toEqual(unknown);
    expect(known.full).toBe(401);
  });

  it('neither displaces the station nor speaks for it, and is not listed (abuse 6)', async () => {
    const genuine = await connect('CP001', RIGHT);
    expect(await boot(genuine)).toMatchObject({ status: 'Accepted' });
    await service.onboarding.open(60_000);
    const pretender = await connect('CP001');
    expect(await boot(pretender)).toMatchObject({ status: 'Pending' });
    expect((await answerTo(pretender, [2, 'h', 'Heartbeat', {}])).slice(0, 3)).toEqual([4, 'h', 'SecurityError']);
    expect((await answerTo(genuine, [2, 'h', 'Heartbeat', {}]))[0]).toBe(3);
    expect(await listed()).toEqual([]);
    await expect(service.onboarding.adopt('depot', stationOf('CP001'))).rejects.toMatchObject({
      code: 'STATION_NOT_WAITING',
    });
    pretender.socket.terminate();
    await pretender.closed;
    expect(service.getState('depot').stations[0]?.online).toBe(true);
    await genuine.roundTrip();
  });
});

describe('a station with credentials that no site lists', () => {
  it('is pending, listed, and accepted once a site takes it', async () => {
    await service.credentials.put('SPARE', { password: PASSWORD });
    const station = await connect('SPARE');
    expect(await boot(station)).toMatchObject({ status: 'Pending' });
    expect(await listed()).toMatchObject([{ stationId: 'SPARE', vendor: 'Acme', hasCredentials: true }]);
    await service.onboarding.adopt('depot', stationOf('SPARE'));
    expect(await listed()).toEqual([]);
    expect(await boot(station)).toMatchObject({ status: 'Accepted' });
  });
});

function stationOf(id: string): Station {
  const evse = {
    id: 1,
    kind: 'AC',
    phases: ['L1', 'L2', 'L3'],
    currentMinA: 6,
    currentMaxA: 16,
    trustLearnedPhases: false,
  } as const;
  return { id, circuitId: 'grid', failsafeA: 6, reactionS: 5, evses: [evse] };
}

const SITE: SiteModel = {
  siteId: 'depot',
  name: 'Depot',
  timeZone: 'Europe/Stockholm',
  voltageV: 230,
  tariffIds: [],
  circuits: [
    {
      id: 'grid',
      parentId: null,
      limitA: { L1: 20, L2: 20, L3: 20 },
      baseLoadMaxA: { L1: 0, L2: 0, L3: 0 },
      meterStaleS: 30,
    },
  ],
  stations: [stationOf('CP001')],
  meterIntervalS: 10,
  rotationS: 900,
  peakMayOutweighDeparture: false,
};
