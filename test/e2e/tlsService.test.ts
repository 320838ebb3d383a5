import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Certificate, TestAuthority, whyNoCertificates } from '../support/certificates.js';
import {
  basicAuth,
  type ConnectOptions,
  handshakeStatus,
  openSocket,
  TestStation,
} from '../unit/gateway/gatewayFixture.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';
import { PASSWORDS, putSmallSite } from './support/smallSite.js';
import { until } from './support/until.js';

const missing = whyNoCertificates();
if (missing !== undefined) console.warn(`The tests of the service over TLS are skipped: ${missing}.`);

const TIMEOUT = { timeout: 60_000 };
const BOOT = { chargePointVendor: 'Raw', chargePointModel: 'Client' };

describe.skipIf(missing !== undefined)('the service over TLS', () => {
  let authority: TestAuthority;
  let server: Certificate;
  let own: Certificate;
  let folder: string;
  let service: ServiceProcess | undefined;

  beforeAll(() => {
    authority = new TestAuthority();
    server = authority.issue('server');
    own = authority.issue('S1');
  });
  afterAll(() => authority.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-tls-service-'));
    putServerCertificate(server);
  });
  afterEach(async () => {
    await service?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  function putServerCertificate({ certFile, keyFile }: Certificate): void {
    copyFileSync(certFile, join(folder, 'server.pem'));
    copyFileSync(keyFile, join(folder, 'server.key'));
  }

  const environment = () => ({
    EVENKEEL_TLS_PORT: '0',
    EVENKEEL_TLS_CERT: join(folder, 'server.pem'),
    EVENKEEL_TLS_KEY: join(folder, 'server.key'),
    EVENKEEL_MTLS_PORT: '0',
    EVENKEEL_MTLS_CA: authority.caFile,
    EVENKEEL_MTLS_CRL: authority.revocationList(),
  });

  async function start(): Promise<{ running: ServiceProcess; tls: number; mutualTls: number }> {
    const running = await ServiceProcess.start({ dataDir: join(folder, 'data'), environment: environment() });
    service = running;
    const portOf = (label: string) =>
      Number(new RegExp(`${label} +\\w+://127\\.0\\.0\\.1:(\\d+)/`).exec(running.stdout)?.[1]);
    return { running, tls: portOf('Over TLS'), mutualTls: portOf('With certificates') };
  }

  const withPassword = (password = PASSWORDS.S1 ?? ''): ConnectOptions => ({
    isSecure: true,
    headers: { authorization: basicAuth('S1', password) },
    client: { ca: authority.ca },
  });
  const plain = (): ConnectOptions => ({ headers: { authorization: basicAuth('S1', PASSWORDS.S1 ?? '') } });
  const withCertificate = (): ConnectOptions => ({
    isSecure: true,
    client: { ca: authority.ca, cert: own.cert, key: own.key },
  });

  async function bootedOver(port: number, options: ConnectOptions): Promise<TestStation> {
    const station = new TestStation(openSocket(port, '/ocpp/S1', options));
    await new Promise<void>((resolve, reject) => {
      station.socket.once('open', resolve);
      station.socket.once('error', reject);
    });
    const [, , answer] = await station.ask([2, 'boot', 'BootNotification', BOOT]);
    expect(answer).toMatchObject({ status: 'Accepted' });
    return station;
  }

  it(
    'raises what a station must show with what it has shown, never lets it fall by itself, and remembers (abuse 8)',
    TIMEOUT,
    async () => {
      const before = await start();
      await putSmallSite(before.running.api);
      expect((await handshakeStatus(before.running.port, '/ocpp/S1', plain())).status).toBe(101);
      (await bootedOver(before.tls, withPassword())).socket.terminate();
      expect((await handshakeStatus(before.running.port, '/ocpp/S1', plain())).status).toBe(401);
      const told = /securityDowngrade.*Its password went over the network readable: change it/;
      await until(() => told.test(before.running.stderr), 'the log says that it was refused, and why');
      expect(before.running.stderr).not.toContain(PASSWORDS.S1);
      await before.running.kill();

      const after = await start();
      expect((await handshakeStatus(after.running.port, '/ocpp/S1', plain())).status).toBe(401);
      const station = await bootedOver(after.mutualTls, withCertificate());
      expect(await after.running.api.get('/v1/stations/S1/credentials')).toEqual({
        stationId: 'S1',
        hasPassword: true,
        passwordsPending: 0,
        securityProfileMin: 3,
        connectedWith: 3,
      });
      expect((await handshakeStatus(after.tls, '/ocpp/S1', withPassword())).status).toBe(401);
      await station.roundTrip();
      await after.running.api.put('/v1/stations/S1/credentials', { securityProfileMin: 1 });
      expect((await handshakeStatus(after.running.port, '/ocpp/S1', plain())).status).toBe(101);
      station.socket.terminate();
    },
  );

  it('tells a station that only its certificate makes known to wait, and lists it', TIMEOUT, async () => {
    const { running, mutualTls } = await start();
    const { cert, key } = authority.issue('BY-CERT');
    const options: ConnectOptions = { isSecure: true, client: { ca: authority.ca, cert, key } };
    const station = new TestStation(openSocket(mutualTls, '/ocpp/BY-CERT', options));
    await new Promise((resolve) => station.socket.once('open', resolve));
    const [, , answer] = await station.ask([2, 'boot', 'BootNotification', BOOT]);
    expect(answer).toMatchObject({ status: 'Pending' });
    expect(await running.api.get('/v1/onboarding')).toMatchObject({
      openUntil: null,
      stations: [{ stationId: 'BY-CERT', vendor: 'Raw', securityProfile: 3, hasCredentials: true, contested: false }],
    });
    station.socket.terminate();
  });

  it('changes the password of a station over its connection', TIMEOUT, async () => {
    const { running, tls } = await start();
    await putSmallSite(running.api);
    const station = await bootedOver(tls, withPassword());
    const rotating = running.api.request('POST', '/v1/stations/S1/credentials/rotate');
    let fresh = '';
    while (fresh === '') {
      const [type, id, action, payload] = (await station.next()) as [
        number,
        string,
        string,
        { key?: string; value?: string },
      ];
      if (type !== 2) continue;
      if (payload.key === 'AuthorizationKey') fresh = payload.value ?? '';
      const isRead = action === 'GetConfiguration' || action === 'GetCompositeSchedule';
      station.send([3, id, action === 'GetConfiguration' ? {} : { status: isRead ? 'Rejected' : 'Accepted' }]);
    }
    expect((await rotating).status).toBe(200);
    station.socket.terminate();
    expect((await handshakeStatus(tls, '/ocpp/S1', withPassword())).status).toBe(101);
    (await bootedOver(tls, withPassword(fresh))).socket.terminate();
    expect((await handshakeStatus(tls, '/ocpp/S1', withPassword())).status).toBe(401);
    expect(running.output).not.toContain(fresh);
  });

  it('ends a connection whose password was changed or taken away, and lets it in by no other', TIMEOUT, async () => {
    const { running, tls, mutualTls } = await start();
    const { api } = running;
    await putSmallSite(api);
    const path = '/v1/stations/S1/credentials';
    const old = await bootedOver(tls, withPassword());
    // Programs that see to it that it is so set the same again and again.
    await api.put(path, { password: PASSWORDS.S1 });
    await old.roundTrip();
    await api.put(path, { password: 'quite another password' });
    expect(await old.closed).toEqual({ code: 1008, reason: 'its credentials were changed' });
    expect((await handshakeStatus(tls, '/ocpp/S1', withPassword())).status).toBe(401);
    const other = await bootedOver(tls, withPassword('quite another password'));
    // Not by its password is this one known.
    const certified = await bootedOver(mutualTls, withCertificate());
    expect((await other.closed).code).toBe(1000);
    await api.put(path, { password: 'a third of these passwords' });
    await certified.roundTrip();
    await api.put(path, { securityProfileMin: 1 });
    const third = await bootedOver(tls, withPassword('a third of these passwords'));
    expect((await api.request('DELETE', path)).body).toMatchObject({ hasPassword: false, connectedWith: null });
    expect((await third.closed).code).toBe(1008);
    expect((await handshakeStatus(tls, '/ocpp/S1', withPassword('a third of these passwords'))).status).toBe(401);
    expect(await api.get(path)).toMatchObject({ hasPassword: false, securityProfileMin: 2, connectedWith: null });
    const again = await bootedOver(mutualTls, withCertificate());
    again.socket.terminate();
  });

  it('ends a connection that is less secure than its station must be from now on', TIMEOUT, async () => {
    const { running, tls } = await start();
    await putSmallSite(running.api);
    const station = await bootedOver(tls, withPassword());
    await running.api.put('/v1/stations/S1/credentials', { securityProfileMin: 2 });
    await station.roundTrip();
    await running.api.put('/v1/stations/S1/credentials', { securityProfileMin: 3 });
    expect((await station.closed).code).toBe(1008);
    expect((await handshakeStatus(tls, '/ocpp/S1', withPassword())).status).toBe(401);
  });

  it(
    'answers its API over TLS too, and ends at once when it is told to, with stations on every port',
    TIMEOUT,
    async () => {
      const { running, tls, mutualTls } = await start();
      await putSmallSite(running.api);
      const body = await new Promise<string>((resolve, reject) => {
        const headers = { authorization: `Bearer ${ADMIN_KEY}` };
        request({ port: tls, host: '127.0.0.1', path: '/v1/sites', headers, ca: authority.ca }, (response) => {
          response.setEncoding('utf8').on('data', resolve);
        })
          .on('error', reject)
          .end();
      });
      expect(JSON.parse(body)).toMatchObject({ sites: [{ siteId: 'garage' }] });
      const first = await bootedOver(tls, withPassword());
      const second = await bootedOver(mutualTls, withCertificate());
      expect((await first.closed).code).toBe(1000);
      const ended = await running.stop();
      expect(ended).toEqual({ code: 0, signal: null });
      expect((await second.closed).code).toBe(1001);
    },
  );

  it('reads its certificates again on SIGHUP, and goes on', TIMEOUT, async () => {
    const { running, tls } = await start();
    putServerCertificate(authority.issue('renewed'));
    running.signal('SIGHUP');
    await until(() => running.stderr.includes('new certificates are in use'), 'the new certificates are in use');
    const name = await new Promise((resolve, reject) => {
      const socket = connect({ port: tls, host: '127.0.0.1', ca: authority.ca }, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.destroy();
      });
      socket.on('error', reject);
    });
    expect(name).toBe('renewed');
    expect(await running.api.isHealthy()).toBe(true);
  });

  it.each([
    [
      { EVENKEEL_TLS_CERT: '/nowhere.pem' },
      /^Evenkeel can not start: EVENKEEL_TLS_CERT: \/nowhere\.pem: there is no such file\.$/,
    ],
    [
      { EVENKEEL_TLS_KEY: undefined },
      /^Evenkeel can not start: EVENKEEL_TLS_PORT is set, but EVENKEEL_TLS_CERT names 1 files/,
    ],
  ] as const)('does not start with %o, and says why in one line', TIMEOUT, async (changed, line) => {
    const refused = ServiceProcess.spawn({
      dataDir: join(folder, 'data'),
      environment: { ...environment(), ...changed },
    });
    service = refused;
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    const lines = refused.stderr.split('\n').filter((text) => text !== '');
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(refused.stdout).toBe('');
  });
});
