import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Gateway } from '../../src/gateway/gateway.js';
import type { TlsSettings } from '../../src/gateway/tls/settings.js';
import { TlsPort } from '../../src/gateway/tls/tlsPort.js';
import { TlsPorts } from '../../src/gateway/tls/tlsPorts.js';
import { createOcpp16Dialect } from '../../src/ocpp/v16/dialect.js';
import { type Certificate, TestAuthority, whyNoCertificates } from '../support/certificates.js';
import {
  basicAuth,
  type ConnectOptions,
  eventually,
  FakeHandler,
  handshakeStatus,
  ManualClock,
  openSocket,
  PASSWORD,
  realClock,
  TestStation,
} from '../unit/gateway/gatewayFixture.js';

const missing = whyNoCertificates();
if (missing !== undefined) console.warn(`The tests of TLS are skipped: ${missing}.`);

const YEAR_2020 = { startDate: '20200101000000Z', endDate: '20200201000000Z' };

describe.skipIf(missing !== undefined)('a station over TLS', () => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let server: { readonly rsa: Certificate; readonly ec: Certificate };
  let own: Certificate;
  let folder: string;
  let settings: TlsSettings;
  let gateway: Gateway;
  let handler: FakeHandler;
  let ports: TlsPorts;
  let port: { readonly tls: number; readonly mutualTls: number };
  let lines: { readonly message: string; readonly fields: Record<string, unknown> }[];

  beforeAll(() => {
    authority = new TestAuthority();
    stranger = new TestAuthority('Another authority');
    server = { rsa: authority.issue('server', { keyType: 'RSA' }), ec: authority.issue('server') };
    own = authority.issue('CP001');
  });
  afterAll(() => {
    authority.remove();
    stranger.remove();
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-tls-'));
    for (const kind of ['rsa', 'ec'] as const) putIdentity(kind, server[kind]);
    copyFileSync(authority.caFile, join(folder, 'ca.pem'));
    copyFileSync(authority.revocationList(), join(folder, 'crl.pem'));
    settings = {
      identities: ['rsa', 'ec'].map((kind) => ({
        certFile: join(folder, `${kind}.pem`),
        keyFile: join(folder, `${kind}.key`),
      })),
      port: 0,
      mutual: { port: 0, caFile: join(folder, 'ca.pem'), crlFile: join(folder, 'crl.pem') },
    };
    await open();
  });
  afterEach(async () => {
    await gateway.close();
    await ports.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function putIdentity(kind: 'rsa' | 'ec', { certFile, keyFile }: Certificate): void {
    copyFileSync(certFile, join(folder, `${kind}.pem`));
    copyFileSync(keyFile, join(folder, `${kind}.key`));
  }

  async function open(clock = realClock): Promise<void> {
    handler = new FakeHandler();
    handler.passwords.set('CP001', PASSWORD);
    lines = [];
    const note = (fields: object, message: string) => void lines.push({ message, fields: { ...fields } });
    gateway = new Gateway({ handler, clock: realClock, dialects: [createOcpp16Dialect()], allowUnauthenticated: true });
    const opened = TlsPorts.open({
      settings,
      clock,
      log: { info: note, warn: note, error: note },
      gateway,
      answer: (_request, response) => void response.end('the API'),
      handshakeMaxMs: 1_000,
    });
    if (!opened.ok) throw new Error(opened.error);
    ports = opened.ports;
    const listening = await ports.listen('127.0.0.1');
    port = { tls: listening.tls ?? 0, mutualTls: listening.mutualTls ?? 0 };
  }

  const trusting = () => ({ ca: authority.ca });
  const withPassword = (password = PASSWORD): ConnectOptions => ({
    isSecure: true,
    headers: { authorization: basicAuth('CP001', password) },
    client: trusting(),
  });
  const withCertificate = ({ cert, key }: Certificate): ConnectOptions => ({
    isSecure: true,
    client: { ...trusting(), cert, key },
  });
  const reasons = () => lines.flatMap(({ fields }) => (typeof fields.reason === 'string' ? [fields.reason] : []));

  async function openStation(at: number, options: ConnectOptions): Promise<TestStation> {
    const station = new TestStation(openSocket(at, '/ocpp/CP001', options));
    await new Promise<void>((resolve, reject) => {
      station.socket.once('open', resolve);
      station.socket.once('error', reject);
    });
    return station;
  }

  /** A handshake that must fail, or a connection that must end before anything is answered. */
  async function refused(options: ConnectOptions, path = '/ocpp/CP001'): Promise<void> {
    const socket = openSocket(port.mutualTls, path, options);
    const outcome = await new Promise<string>((resolve) => {
      socket.once('open', () => resolve('open'));
      socket.once('unexpected-response', (_request, response) => resolve(`HTTP ${response.statusCode}`));
      socket.once('error', () => resolve('ended'));
    });
    socket.terminate();
    expect(outcome).toBe('ended');
  }

  function tls(at: number, options: ConnectionOptions): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: at, host: '127.0.0.1', ...trusting(), ...options }, () => resolve(socket));
      socket.once('error', reject);
    });
  }

  describe('with its password (profile 2)', () => {
    it('is let in, boots, and comes with security profile 2', async () => {
      const station = await openStation(port.tls, withPassword());
      const boot = { chargePointVendor: 'Acme', chargePointModel: 'One' };
      expect((await station.ask([2, 'b', 'BootNotification', boot]))[2]).toMatchObject({ status: 'Accepted' });
      expect(handler.approaches).toEqual([{ securityProfile: 2, address: '127.0.0.1', network: '127.0.0.1' }]);
      station.socket.terminate();
    });

    it('is refused without one, also where plain stations need none (abuse 1, 8)', async () => {
      handler.authenticate = async () => true;
      expect((await handshakeStatus(port.tls, '/ocpp/CP001', { isSecure: true, client: trusting() })).status).toBe(401);
    });

    it('is refused with a wrong one, as an unknown identity is (abuse 2, 4)', async () => {
      const wrong = await handshakeStatus(port.tls, '/ocpp/CP001', withPassword('wrong'));
      const unknown = await handshakeStatus(port.tls, '/ocpp/CP999', {
        ...withPassword(),
        headers: { authorization: basicAuth('CP999', PASSWORD) },
      });
      expect([wrong.status, unknown.status]).toEqual([401, 401]);
      expect({ ...unknown.headers, date: '' }).toEqual({ ...wrong.headers, date: '' });
    });

    it('is not let in by a certificate: this port does not ask for one', async () => {
      expect((await handshakeStatus(port.tls, '/ocpp/CP001', withCertificate(own))).status).toBe(401);
    });

    it.each([
      ['a username that differs (abuse 3)', '/ocpp/CP002', {}, 401],
      ['an identity with %2f (abuse 10)', '/ocpp/CP%2f001', {}, 400],
      ['an Origin (abuse 12)', '/ocpp/CP001', { origin: 'https://evil.example' }, 403],
    ])('is refused with %s', async (_what, path, headers, status) => {
      const options = withPassword();
      const all = { ...options.headers, ...headers };
      expect((await handshakeStatus(port.tls, path, { ...options, headers: all })).status).toBe(status);
    });

    it('is closed for a frame over the limit (abuse 13), and with a wrong subprotocol (abuse 11)', async () => {
      const station = await openStation(port.tls, withPassword());
      station.send(`[2,"1","DataTransfer",{"vendorId":"${'x'.repeat(70_000)}"}]`);
      expect((await station.closed).code).toBe(1009);
      const wrong = new TestStation(openSocket(port.tls, '/ocpp/CP001', { ...withPassword(), protocols: [] }));
      expect((await wrong.closed).code).toBe(1002);
    });

    it('is not displaced by another with a wrong password (abuse 6), and replaced by one with the right (abuse 5, 7)', async () => {
      const first = await openStation(port.tls, withPassword());
      await handshakeStatus(port.tls, '/ocpp/CP001', withPassword('wrong'));
      await first.roundTrip();
      const second = await openStation(port.tls, withPassword());
      expect((await first.closed).code).toBe(1000);
      await second.roundTrip();
      expect(handler.log).toEqual(['connected CP001', 'connected CP001']);
      second.socket.terminate();
    });

    it('shares its port with the API', async () => {
      const answer = await new Promise<string>((resolve, reject) => {
        request({ port: port.tls, host: '127.0.0.1', ...trusting() }, (response) => {
          response.setEncoding('utf8').on('data', resolve);
        })
          .on('error', reject)
          .end();
      });
      expect(answer).toBe('the API');
    });
  });

  describe('with its certificate (profile 3)', () => {
    it('is let in without a password, and comes with security profile 3', async () => {
      const station = await openStation(port.mutualTls, withCertificate(own));
      expect(handler.approaches).toEqual([{ securityProfile: 3, address: '127.0.0.1', network: '127.0.0.1' }]);
      expect(handler.authentications).toEqual([undefined]);
      station.socket.terminate();
    });

    it('is refused without one, before a byte of HTTP is read', async () => {
      await refused(withPassword());
      expect(reasons()).toEqual(['it showed no certificate']);
      expect(handler.approaches).toEqual([]);
    });

    it('is refused with one of another authority', async () => {
      await refused(withCertificate(stranger.issue('CP001')));
      expect(reasons()).toEqual(['its certificate is of an authority that is not trusted']);
    });

    it('is refused with one that is expired (abuse 9)', async () => {
      await refused(withCertificate(authority.issue('CP001', YEAR_2020)));
      expect(reasons()).toEqual(['its certificate has expired']);
    });

    it('is refused with one that is for servers', async () => {
      await refused(withCertificate(authority.issue('CP001', { usage: 'serverAuth' })));
      expect(reasons()).toEqual(['its certificate is not one for clients']);
    });

    it('is refused with one of another station, in words that name both (abuse 9)', async () => {
      const status = await handshakeStatus(port.mutualTls, '/ocpp/CP001', withCertificate(authority.issue('CP002')));
      expect(status.status).toBe(401);
      expect(handler.anomalies).toEqual([
        {
          stationId: 'CP001',
          kind: 'certificateOfAnother',
          detail: 'It showed the certificate of "CP002", and was refused.',
        },
      ]);
      expect(handler.approaches).toEqual([]);
    });

    it.each(['cp001', 'CP001 ', 'CP001/CN=CP002'])(
      'is refused where its name is %o: only the very same will do',
      async (name) => {
        expect(
          (await handshakeStatus(port.mutualTls, '/ocpp/CP001', withCertificate(authority.issue(name)))).status,
        ).toBe(401);
      },
    );

    describe('of the operator that the service is told of', () => {
      const OPERATOR = 'Laddstolpar Öst AB';
      beforeEach(async () => {
        await gateway.close();
        await ports.close();
        if (settings.mutual !== 'off')
          settings = { ...settings, mutual: { ...settings.mutual, organization: OPERATOR } };
        await open();
      });

      it('is let in by it', async () => {
        const station = await openStation(
          port.mutualTls,
          withCertificate(authority.issue('CP001', { organization: `/O=${OPERATOR}` })),
        );
        await station.roundTrip();
        station.socket.terminate();
      });

      it.each(['/O=Another operator', '', `/OU=${OPERATOR}`, `/O=${OPERATOR} `, `/O=${OPERATOR}/O=Another operator`])(
        'is refused where its certificate says %o, before a byte of HTTP is read',
        async (organization) => {
          await refused(withCertificate(authority.issue('CP001', { organization })));
          expect(reasons()).toEqual([`its certificate is not one of "${OPERATOR}" (O)`]);
          expect(handler.approaches).toEqual([]);
        },
      );

      it('is told of another authority, of an end and of a revocation as before', async () => {
        const theirs = stranger.issue('CP001', { organization: `/O=${OPERATOR}` });
        await refused(withCertificate(theirs));
        expect(reasons()).toEqual(['its certificate is of an authority that is not trusted']);
      });
    });

    it('is refused with one that was revoked; one connected is sent away (abuse 9)', async () => {
      const revoked = authority.issue('CP001');
      const station = await openStation(port.mutualTls, withCertificate(revoked));
      const sibling = await openStation(port.mutualTls, withCertificate(own));
      authority.revoke(revoked);
      copyFileSync(authority.revocationList(), join(folder, 'crl.pem'));
      ports.reload();
      await station.closed;
      await refused(withCertificate(revoked));
      expect(reasons()).toEqual(['its certificate was revoked', 'its certificate was revoked']);
      // Of the same identity, by a certificate that holds.
      await sibling.roundTrip();
      sibling.socket.terminate();
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)(
      'can resume no session of %s, which would not look at its certificate again',
      async (version) => {
        const login = { cert: own.cert, key: own.key, minVersion: version, maxVersion: version };
        const first = await tls(port.mutualTls, login);
        const sessions: Buffer[] = [];
        first.on('session', (session) => sessions.push(session));
        first.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
        await new Promise((resolve) => first.once('data', resolve));
        const session = sessions[0] ?? first.getSession();
        first.destroy();
        const second = await tls(port.mutualTls, { ...login, ...(session === undefined ? {} : { session }) });
        expect(second.isSessionReused()).toBe(false);
        second.destroy();
      },
    );

    it('is refused while the revocation list is too old, in words that say so', async () => {
      const old = authority.revocationList('-crl_lastupdate', '20200101000000Z', '-crl_nextupdate', '20200201000000Z');
      copyFileSync(old, join(folder, 'crl.pem'));
      const opened = TlsPorts.open({ settings, clock: realClock, log: quiet, gateway, answer: () => {} });
      expect(opened).toMatchObject({
        ok: false,
        error: expect.stringMatching(/^EVENKEEL_MTLS_CRL: .*crl\.pem was to be replaced by 2020-02-01/),
      });
      ports.reload();
      expect(lines.at(-1)?.message).toMatch(
        /was to be replaced by 2020-02-01; .* The certificates read before are used on\.$/,
      );
    });

    it('may be of any of several authorities, each with its own revocation list', async () => {
      const revoked = stranger.issue('CP001');
      stranger.revoke(revoked);
      writeFileSync(join(folder, 'ca.pem'), authority.ca + stranger.ca);
      const lists = [authority, stranger].map((each) => readFileSync(each.revocationList(), 'utf8'));
      writeFileSync(join(folder, 'crl.pem'), lists.join(''));
      ports.reload();
      for (const certificate of [own, stranger.issue('CP001')]) {
        (await openStation(port.mutualTls, withCertificate(certificate))).socket.terminate();
      }
      await refused(withCertificate(revoked));
      expect(reasons()).toEqual(['its certificate was revoked']);
    });

    it('shares its port with no API', async () => {
      const status = await new Promise((resolve, reject) => {
        request(
          { port: port.mutualTls, host: '127.0.0.1', ...trusting(), cert: own.cert, key: own.key },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        )
          .on('error', reject)
          .end();
      });
      expect(status).toBe(404);
    });
  });

  describe('the protocol', () => {
    it.each([
      ['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
      ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
      ['TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
      ['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'],
      ['TLSv1.2', 'AES128-GCM-SHA256'],
      ['TLSv1.2', 'AES256-GCM-SHA384'],
    ] as const)('speaks %s with %s, by the certificate whose key fits it', async (version, cipher) => {
      const ciphers = version === 'TLSv1.3' ? {} : { ciphers: cipher };
      const socket = await tls(port.tls, { minVersion: version, maxVersion: version, ...ciphers });
      expect([socket.getProtocol(), socket.getCipher().name]).toEqual([version, cipher]);
      socket.destroy();
    });

    it('prefers what keeps old recordings secret, whatever the station lists first', async () => {
      const socket = await tls(port.tls, {
        maxVersion: 'TLSv1.2',
        ciphers: 'AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256',
      });
      expect(socket.getCipher().name).toBe('ECDHE-RSA-AES128-GCM-SHA256');
      socket.destroy();
    });

    it.each([
      ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
      ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
      ['a cipher in CBC mode', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA256' }],
      ['a cipher with SHA-1', { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }],
      ['a cipher without encryption', { maxVersion: 'TLSv1.2', ciphers: 'NULL-SHA256@SECLEVEL=0' }],
      ['an anonymous cipher', { maxVersion: 'TLSv1.2', ciphers: 'ADH-AES128-GCM-SHA256@SECLEVEL=0' }],
    ] as const)('refuses %s, on both ports, and says so', async (_what, options) => {
      for (const at of [port.tls, port.mutualTls]) {
        await expect(tls(at, { ...options, cert: own.cert, key: own.key })).rejects.toThrow();
      }
      await eventually(() => reasons().length === 2);
      expect(reasons().join()).toMatch(/unsupported protocol|no shared cipher/);
    });

    it('does not answer plain HTTP, and ends a handshake that does not go on (abuse 15)', async () => {
      const received = (bytes: string): Promise<string> =>
        new Promise((resolve) => {
          let text = '';
          const socket = connectTcp(port.tls, '127.0.0.1', () => socket.write(bytes));
          socket.on('data', (chunk) => {
            text += chunk.toString('latin1');
          });
          socket.on('error', () => resolve(text));
          socket.on('close', () => resolve(text));
        });
      expect(await received('GET /ocpp/CP001 HTTP/1.1\r\nHost: x\r\n\r\n')).not.toMatch(/HTTP/);
      // The beginning of a record that would be 512 bytes long.
      await received('\x16\x03\x01\x02\x00\x01');
      expect(reasons().at(-1)).toBe('ERR_TLS_HANDSHAKE_TIMEOUT');
    });
  });

  it('ends connections whose handshakes are too many to be under way from one network, and lets stations in again after them', async () => {
    const material = { cert: [server.ec.cert], key: [server.ec.key], endsMs: 0, trust: 'none' } as const;
    const told: string[] = [];
    const crowded = new TlsPort(material, {
      entrance: 'tls',
      answer: (_request, response) => void response.end(),
      nowMs: () => Date.now(),
      handshakesOfOneNetworkMax: 2,
      onRefused: ({ reason }) => told.push(reason),
    });
    const at = await crowded.listen(0, '127.0.0.1');
    const silent = await Promise.all(
      [1, 2].map(
        () =>
          new Promise<ReturnType<typeof connectTcp>>((resolve) => {
            const socket = connectTcp(at, '127.0.0.1', () => resolve(socket));
          }),
      ),
    );
    await expect(tls(at, {})).rejects.toThrow();
    const gone = silent.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of silent) socket.destroy();
    await Promise.all(gone);
    await eventually(() => crowded.handshakesUnderWay === 0);
    for (let n = 0; n < 5; n++) await tls(at, {});
    expect(told).toEqual([]);
    await crowded.close(Promise.resolve());
  });

  describe('when its files change', () => {
    it('shows the new certificate to new connections, and keeps the open ones', async () => {
      const station = await openStation(port.tls, withPassword());
      putIdentity('ec', authority.issue('server-renewed'));
      ports.reload();
      const socket = await tls(port.tls, {});
      expect(socket.getPeerCertificate().subject.CN).toBe('server-renewed');
      socket.destroy();
      await station.roundTrip();
      station.socket.terminate();
      expect(lines.map(({ message }) => message)).toContain('new certificates are in use');
    });

    it('looks by itself, every ten seconds', async () => {
      await gateway.close();
      await ports.close();
      const clock = new ManualClock();
      clock.advance(Date.now() - clock.nowMs());
      await open(clock);
      putIdentity('ec', authority.issue('server-renewed'));
      clock.advance(10_000);
      const socket = await tls(port.tls, {});
      expect(socket.getPeerCertificate().subject.CN).toBe('server-renewed');
      socket.destroy();
    });

    it('goes on with what it had when they do not fit together, and says that once', async () => {
      copyFileSync(server.rsa.keyFile, join(folder, 'ec.key'));
      ports.reload();
      ports.reload();
      const socket = await tls(port.tls, {});
      expect(socket.getPeerCertificate().subject.CN).toBe('server');
      socket.destroy();
      expect(lines.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^EVENKEEL_TLS_KEY: .*ec\.key is not the key of the certificate in .*ec\.pem\. The cert/),
      ]);
    });

    it('sends stations away whose authority is no longer trusted', async () => {
      const station = await openStation(port.mutualTls, withCertificate(own));
      copyFileSync(stranger.caFile, join(folder, 'ca.pem'));
      copyFileSync(stranger.revocationList(), join(folder, 'crl.pem'));
      ports.reload();
      await station.closed;
      await refused(withCertificate(own));
      const later = await openStation(port.mutualTls, withCertificate(stranger.issue('CP001')));
      later.socket.terminate();
    });
  });
});

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
