import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TlsPorts } from '../../../src/gateway/tls/tlsPorts.js';
import { until } from '../../e2e/support/until.js';
import { type Certificate, TestAuthority, whyNoCertificates } from '../../support/certificates.js';
import { basicAuth, realClock } from '../../unit/gateway/gatewayFixture.js';
import { type Service2x, startService2x } from '../support2x/service2x.js';
import { type Connecting, Station16 } from './station16.js';

// How a station of OCPP 1.6 shows who it is, after the security whitepaper. The whole core of the service decides.

const PASSWORD = '0123456789abcdef0123456789abcdef01234567';

let rig: Service2x;
let station: Station16 | undefined;

beforeEach(async () => {
  rig = await startService2x({}, { allowUnauthenticated: false });
  await rig.service.credentials.put('A', { password: PASSWORD });
});
afterEach(async () => {
  station?.close();
  await rig.stop();
});

async function boots(port: number, how: Connecting): Promise<Station16> {
  station = await Station16.connect(port, how);
  expect(await station.boot()).toMatchObject({ status: 'Accepted' });
  expect(await station.status('Available')).toEqual({});
  return station;
}

describe('OCPP 1.6 security, with a password', () => {
  it('TC_085 is let in with the right one, boots and tells its status; with another it is refused', async () => {
    await boots(rig.running.port, { password: PASSWORD });
    await expect(Station16.connect(rig.running.port, { password: `${PASSWORD}x` })).rejects.toThrow(/401/);
    await expect(Station16.connect(rig.running.port)).rejects.toThrow(/401/);
  });

  it('TC_073 is given a new one, of 16 to 20 bytes in hex digits, and comes again with that', async () => {
    const first = await boots(rig.running.port, { password: PASSWORD });
    expect(await rig.service.credentials.rotate('A')).toMatchObject({ status: 'Accepted' });
    const { key, value } = first.lastOf('ChangeConfiguration');
    expect([key, value]).toEqual(['AuthorizationKey', expect.stringMatching(/^([0-9a-f]{2}){16,20}$/i)]);
    first.close();
    await boots(rig.running.port, { password: String(value) });
    await until(
      () =>
        Station16.connect(rig.running.port, { password: PASSWORD }).then(
          (still) => {
            still.close();
            return false;
          },
          () => true,
        ),
      'the old one is refused',
    );
  });

  it('TC_088 the subprotocol is chosen of those that are offered, and there is no talking without one', async () => {
    const headers = { authorization: basicAuth('A', PASSWORD) };
    const url = `ws://127.0.0.1:${rig.running.port}/ocpp/A`;
    const chosen = await new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(url, ['ocpp0.9', 'ocpp1.6'], { headers });
      socket.once('open', () => resolve(socket.protocol));
      socket.once('error', reject);
      socket.once('open', () => socket.terminate());
    });
    expect(chosen).toBe('ocpp1.6');
    const code = await new Promise<number>((resolve) => {
      const socket = new WebSocket(url, ['ocpp0.9'], { headers });
      socket.on('error', () => undefined);
      socket.once('close', resolve);
    });
    expect(code).not.toBe(1000);
  });
});

const missing = whyNoCertificates();
if (missing !== undefined) console.warn(`The tests of OCPP 1.6 over TLS are skipped: ${missing}.`);

describe.skipIf(missing !== undefined)('OCPP 1.6 security, over TLS', () => {
  let authority: TestAuthority;
  let own: Certificate;
  let server: Certificate;
  let folder: string;
  let ports: TlsPorts;
  let port: { readonly tls: number; readonly mutualTls: number };

  beforeAll(() => {
    authority = new TestAuthority();
    server = authority.issue('server');
    own = authority.issue('A');
  });
  afterAll(() => authority.remove());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-conformance-'));
    const quiet = () => undefined;
    const opened = TlsPorts.open({
      settings: {
        identities: [{ certFile: server.certFile, keyFile: server.keyFile }],
        port: 0,
        mutual: { port: 0, caFile: authority.caFile, crlFile: authority.revocationList() },
      },
      clock: realClock,
      log: { info: quiet, warn: quiet, error: quiet },
      gateway: rig.running.gateway,
      answer: (_request, response) => void response.end(),
    });
    if (!opened.ok) throw new Error(opened.error);
    ports = opened.ports;
    const listening = await ports.listen('127.0.0.1');
    port = { tls: listening.tls ?? 0, mutualTls: listening.mutualTls ?? 0 };
  });
  afterEach(async () => {
    station?.close();
    await ports.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const withPassword = (): Connecting => ({ scheme: 'wss', password: PASSWORD, client: { ca: authority.ca } });
  const connectedWith = async () => (await rig.service.credentials.get('A')).connectedWith;

  it('TC_086 a station that trusts our certificate is let in with its password', async () => {
    await boots(port.tls, withPassword());
    expect(await connectedWith()).toBe(2);
    await expect(Station16.connect(port.tls, { ...withPassword(), client: {} })).rejects.toThrow(/certificate/);
  });

  it('TC_087 a station with a certificate of its own is let in by that alone', async () => {
    const { cert, key } = own;
    await boots(port.mutualTls, { scheme: 'wss', client: { ca: authority.ca, cert, key } });
    expect(await connectedWith()).toBe(3);
    await expect(Station16.connect(port.mutualTls, withPassword())).rejects.toThrow();
  });

  it('TC_083 is raised to a higher profile by a setting and a reset, and never falls back', async () => {
    const before = await boots(rig.running.port, { password: PASSWORD });
    expect(await rig.service.changeConfiguration('A', 'SecurityProfile', '2')).toEqual({ status: 'Accepted' });
    expect(await rig.service.reset('A', 'Hard')).toEqual({ status: 'Accepted' });
    before.close();
    await boots(port.tls, withPassword());
    station?.close();
    await expect(Station16.connect(rig.running.port, { password: PASSWORD })).rejects.toThrow(/401/);
  });
});
