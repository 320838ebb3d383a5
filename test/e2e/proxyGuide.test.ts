import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestAuthority, whyNoCertificates } from '../support/certificates.js';
import { TestCsms } from '../support/testCsms.js';
import { basicAuth, handshakeStatus, openSocket, TestStation } from '../unit/gateway/gatewayFixture.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';
import { SMALL_SITE_ID, smallSite } from './support/smallSite.js';
import { until } from './support/until.js';

// The guide's commands as printed, with stations that come over TLS and a CSMS whose certificate an authority of its own issued.

const missing = whyNoCertificates();
if (missing !== undefined) console.warn(`The test of the guide to the proxy is skipped: ${missing}.`);

const GUIDE = readFileSync(new URL('../../docs/proxy.md', import.meta.url), 'utf8');
const [SET_UP = '', TAKE_DOWN = ''] = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const BOOT = { chargePointVendor: 'Raw', chargePointModel: 'Client' };
const PASSWORD = 'known to the CSMS';
type Json = Record<string, unknown>;

describe.skipIf(missing !== undefined)('the guide to stations that keep their CSMS', () => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let folder: string;
  let service: ServiceProcess;
  let csms: TestCsms;
  let tlsPort: number;

  beforeAll(async () => {
    authority = new TestAuthority();
    stranger = new TestAuthority('Nobody knows it');
    const server = authority.issue('server');
    csms = await TestCsms.listen('ocpp1.6', ['S1'], authority.issue('csms'));
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-proxy-guide-'));
    service = await ServiceProcess.start({
      dataDir: join(folder, 'data'),
      environment: {
        LOG_LEVEL: 'warn',
        NODE_EXTRA_CA_CERTS: authority.caFile,
        EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8',
        EVENKEEL_TLS_PORT: '0',
        EVENKEEL_TLS_CERT: server.certFile,
        EVENKEEL_TLS_KEY: server.keyFile,
      },
    });
    tlsPort = Number(/Over TLS +\w+:\/\/127\.0\.0\.1:(\d+)\//.exec(service.stdout)?.[1]);
    await service.api.put(`/v1/sites/${SMALL_SITE_ID}`, smallSite());
    await run(SET_UP);
  }, 90_000);
  afterAll(async () => {
    await service?.stop();
    await csms?.close();
    authority?.remove();
    stranger?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(script: string): Promise<string> {
    const filled = script
      .replace(/^BASE=.*$/m, '')
      .replaceAll('wss://csms.example/ocpp', csms.url)
      .replaceAll('curl ', 'curl -sS --fail-with-body ');
    const environment = { ...process.env, BASE: `${service.httpUrl}/v1`, KEY: ADMIN_KEY };
    const { stdout } = await promisify(execFile)('bash', ['-euc', filled], { cwd: folder, env: environment });
    return stdout;
  }

  const over = () => ({
    isSecure: true,
    headers: { authorization: basicAuth('S1', PASSWORD) },
    client: { ca: authority.ca },
  });

  it('prints commands that set an upstream up, and show it', async () => {
    expect(SET_UP).toContain('$BASE/upstreams/csms');
    expect(await service.api.get('/v1/upstreams/csms')).toEqual({
      upstreamId: 'csms',
      url: csms.url,
      credentials: 'passThrough',
      onLoss: 'close',
    });
  });

  it('leads a station over TLS to a CSMS over TLS, and keeps the limits of its site between them', async () => {
    const station = new TestStation(openSocket(tlsPort, '/proxy/csms/S1', over()));
    const told: Json[] = [];
    await new Promise<void>((resolve, reject) => {
      station.socket.once('open', resolve);
      station.socket.once('error', reject);
    });
    expect((await station.ask([2, 'b', 'BootNotification', BOOT]))[2]).toMatchObject({ status: 'Accepted' });
    station.socket.removeAllListeners('message');
    station.socket.on('message', (data) => {
      const [kind, id, action, payload] = JSON.parse(data.toString()) as [number, string, string, Json];
      if (kind !== 2) return;
      if (action === 'SetChargingProfile') told.push(payload.csChargingProfiles as Json);
      station.send([3, id, action === 'GetConfiguration' ? { configurationKey: [] } : { status: 'Accepted' }]);
    });
    await until(() => told.length > 0, 'the station is told its failsafe', { otherwise: () => service.output });
    const unlimited = {
      chargingProfileId: 9,
      stackLevel: 9,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 999_999 }] },
    };
    const answer = await csms.call('SetChargingProfile', { connectorId: 0, csChargingProfiles: unlimited });
    expect(answer[2]).toEqual({ status: 'Accepted' });
    expect(JSON.stringify(told)).not.toContain('999999');
    expect(csms.authorizations).toEqual([basicAuth('S1', PASSWORD)]);
    station.socket.terminate();
  });

  it('never leads to a CSMS whose certificate nobody vouches for', async () => {
    const other = await TestCsms.listen('ocpp1.6', ['S1'], stranger.issue('csms'));
    await service.api.put('/v1/upstreams/strange', { url: other.url });
    expect((await handshakeStatus(tlsPort, '/proxy/strange/S1', over())).status).toBe(503);
    expect(other.authorizations).toEqual([]);
    await other.close();
  });

  it('prints the command after which nothing is passed on', async () => {
    await run(TAKE_DOWN);
    expect((await handshakeStatus(tlsPort, '/proxy/csms/S1', over())).status).toBe(404);
  });
});
