import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  basicAuth,
  connectStation,
  handshakeStatus,
  ManualClock,
  openSocket,
  PASSWORD,
  type RunningGateway,
  rawExchange,
  startGateway,
  TestStation,
} from '../unit/gateway/gatewayFixture.js';

let running: RunningGateway;
afterEach(() => running.stop());

const good = { headers: { authorization: basicAuth('CP001', PASSWORD) } };

async function start(options: Parameters<typeof startGateway>[0] = {}): Promise<void> {
  running = await startGateway(options);
  running.handler.passwords.set('CP001', PASSWORD);
}

describe('who may speak as a station', () => {
  it('answers 401 with a challenge when no credentials come (abuse 1, 8)', async () => {
    await start();
    const { status, headers } = await handshakeStatus(running.port, '/ocpp/CP001');
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(/^Basic /);
    expect(running.handler.authentications).toEqual([]);
  });

  it('answers 401 to a wrong password, and in the same words to an unknown identity (abuse 2, 4)', async () => {
    await start();
    const wrong = await handshakeStatus(running.port, '/ocpp/CP001', {
      headers: { authorization: basicAuth('CP001', 'wrong') },
    });
    const unknown = await handshakeStatus(running.port, '/ocpp/CP999', {
      headers: { authorization: basicAuth('CP999', 'wrong') },
    });
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect({ ...unknown.headers, date: '' }).toEqual({ ...wrong.headers, date: '' });
    expect(running.handler.authentications).toEqual(['wrong', 'wrong']);
  });

  it('throttles after ten failures in a minute, this identity from this address only (abuse 2)', async () => {
    await start();
    const bad = { headers: { authorization: basicAuth('CP001', 'wrong') } };
    for (let i = 0; i < 10; i++) expect((await handshakeStatus(running.port, '/ocpp/CP001', bad)).status).toBe(401);
    const throttled = await handshakeStatus(running.port, '/ocpp/CP001', good);
    expect(throttled.status).toBe(429);
    expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
    expect(running.handler.anomalyKinds()).toEqual(['authenticationThrottled']);
    const other = await connectStation(running, 'CP002');
    other.socket.terminate();
  });

  it('throttles a network that fails under ever new identities, and spares the stations behind it that have proven theirs', async () => {
    await start({ limits: { networkFailuresMax: 5 } });
    const station = await connectStation(running, 'CP001');
    for (let i = 0; i < 5; i++) {
      const bad = { headers: { authorization: basicAuth(`X${i}`, 'wrong') } };
      expect((await handshakeStatus(running.port, `/ocpp/X${i}`, bad)).status).toBe(401);
    }
    running.handler.passwords.set('CP002', PASSWORD);
    const other = { headers: { authorization: basicAuth('CP002', PASSWORD) } };
    expect((await handshakeStatus(running.port, '/ocpp/CP002', other)).status).toBe(429);
    expect(running.handler.authentications).toHaveLength(6);
    expect((await handshakeStatus(running.port, '/ocpp/CP001', good)).status).toBe(101);
    station.socket.terminate();
  });

  it('lets no more in at a time than it can take, says when to come back, and holds it against nobody (abuse 31)', async () => {
    const clock = new ManualClock();
    const limits = { admissionBurst: 3, admissionsPerSecond: 1, authenticationFailuresMax: 1 };
    await start({ clock, limits, random: { positiveInt31: () => 30 + 4 } });
    const storm = await Promise.all(
      ['A', 'B', 'C', 'D', 'E'].map((stationId) => {
        running.handler.passwords.set(stationId, PASSWORD);
        const headers = { authorization: basicAuth(stationId, PASSWORD) };
        return handshakeStatus(running.port, `/ocpp/${stationId}`, { headers });
      }),
    );
    const late = storm.filter(({ status }) => status === 503);
    expect(storm.filter(({ status }) => status === 101)).toHaveLength(3);
    expect(late.map(({ headers }) => headers['retry-after'])).toEqual(['5', '5']);
    clock.advance(5_000);
    for (const stationId of ['D', 'E']) {
      const headers = { authorization: basicAuth(stationId, PASSWORD) };
      expect((await handshakeStatus(running.port, `/ocpp/${stationId}`, { headers })).status).toBe(101);
    }
  });

  it('takes a key of OCPP 1.6 that comes as its bytes', async () => {
    await start();
    const key = Buffer.from('ff00112233445566778899aabbccddeeff001122', 'hex');
    const authorization = `Basic ${Buffer.concat([Buffer.from('CP001:'), key]).toString('base64')}`;
    await handshakeStatus(running.port, '/ocpp/CP001', { headers: { authorization } });
    expect(running.handler.authentications).toEqual([key.toString('hex')]);
  });

  it('counts guesses that come all at once', async () => {
    await start();
    const bad = { headers: { authorization: basicAuth('CP001', 'wrong') } };
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => handshakeStatus(running.port, '/ocpp/CP001', bad)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(running.handler.authentications).toHaveLength(10);
  });

  it('answers 401 when the username is not the identity in the address (abuse 3)', async () => {
    await start();
    running.handler.passwords.set('CP002', PASSWORD);
    expect((await handshakeStatus(running.port, '/ocpp/CP002', good)).status).toBe(401);
  });

  it.each(['Basic', 'Basic !!!', 'Bearer abc', `Basic ${Buffer.from('nocolon').toString('base64')}`])(
    'answers 401 to the unreadable Authorization "%s"',
    async (authorization) => {
      await start();
      expect((await handshakeStatus(running.port, '/ocpp/CP001', { headers: { authorization } })).status).toBe(401);
    },
  );

  it('keeps a colon inside the password', async () => {
    await start();
    running.handler.passwords.set('CP001', 'a:b:c');
    const headers = { authorization: basicAuth('CP001', 'a:b:c') };
    expect((await handshakeStatus(running.port, '/ocpp/CP001', { headers })).status).toBe(101);
  });

  it('leaves it to the handler when unauthenticated stations are allowed', async () => {
    await start({ allowUnauthenticated: true });
    running.handler.authenticate = async (stationId, password) => stationId === 'LAB' && password === undefined;
    expect((await handshakeStatus(running.port, '/ocpp/LAB')).status).toBe(101);
    expect((await handshakeStatus(running.port, '/ocpp/OTHER')).status).toBe(401);
  });

  it('answers 503 with Retry-After when the handler fails or does not decide, and holds neither against the station', async () => {
    const random = { positiveInt31: () => 13 };
    await start({ limits: { handshakeTimeoutMs: 50, authenticationFailuresMax: 1 }, random });
    running.handler.authenticate = () => Promise.reject(new Error('no database'));
    const failed = await handshakeStatus(running.port, '/ocpp/CP001', good);
    expect([failed.status, failed.headers['retry-after']]).toEqual([503, '8']);
    running.handler.authenticate = () => new Promise(() => {});
    expect((await handshakeStatus(running.port, '/ocpp/CP001', good)).status).toBe(503);
    running.handler.authenticate = async () => true;
    expect((await handshakeStatus(running.port, '/ocpp/CP001', good)).status).toBe(101);
  });

  it('refuses a handshake with a browser Origin (abuse 12)', async () => {
    await start();
    const headers = { ...good.headers, origin: 'https://evil.example' };
    expect((await handshakeStatus(running.port, '/ocpp/CP001', { headers })).status).toBe(403);
  });
});

describe('the address', () => {
  it.each([
    ['../', '/ocpp/../CP001'],
    ['..', '/ocpp/..'],
    ['%2f', '/ocpp/CP%2f001'],
    ['%2e%2e%2f', '/ocpp/%2e%2e%2fCP001'],
    ['NUL', '/ocpp/CP%00001'],
    ['49 characters', `/ocpp/${'x'.repeat(49)}`],
    ['nothing', '/ocpp/'],
    ['a further segment', '/ocpp/CP001/x'],
    ['a colon', '/ocpp/CP%3A001'],
    ['a broken escape', '/ocpp/CP%E0%A4%A'],
    ['a space', '/ocpp/CP%20001'],
  ])('answers 400 to an identity with %s (abuse 10)', async (_what, path) => {
    await start();
    // Raw, because a client library would tidy the path up.
    const answer = await rawExchange(running.port, upgradeRequest(path));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('takes 48 characters, and every character that it names', async () => {
    await start();
    for (const stationId of ['x'.repeat(48), 'A-z_0*9=+|@.']) {
      const station = await connectStation(running, stationId);
      expect(running.handler.log).toContain(`connected ${stationId}`);
      station.socket.terminate();
    }
  });

  it('answers 404 to an upgrade elsewhere when nobody else listens', async () => {
    await start();
    expect((await handshakeStatus(running.port, '/other')).status).toBe(404);
  });

  it('leaves an upgrade elsewhere to another listener', async () => {
    await start();
    running.server.on('upgrade', (incoming, socket) => {
      if (incoming.url === '/other') socket.end('HTTP/1.1 418 Teapot\r\n\r\n');
    });
    expect((await handshakeStatus(running.port, '/other')).status).toBe(418);
  });

  it('answers 426 to a plain GET', async () => {
    await start();
    const status = await new Promise<number | undefined>((resolve) => {
      request({ port: running.port, host: '127.0.0.1', path: '/ocpp/CP001' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(426);
  });
});

describe('the subprotocol', () => {
  it('chooses one it speaks from those offered', async () => {
    await start();
    const station = await connectStation(running, 'CP001', {
      ...good,
      protocols: ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'],
    });
    expect(station.socket.protocol).toBe('ocpp1.6');
  });

  it('completes the handshake without a protocol and closes when there is none in common (abuse 11)', async () => {
    await start();
    const answer = await rawExchange(
      running.port,
      upgradeRequest('/ocpp/CP001', [
        'Sec-WebSocket-Protocol: ocpp1.5',
        `Authorization: ${good.headers.authorization}`,
      ]),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).not.toMatch(/sec-websocket-protocol/i);
    // A close frame, unmasked: opcode 8, then the code 1002.
    const closeFrame = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
    expect([closeFrame[0], closeFrame.readUInt16BE(2)]).toEqual([0x88, 1002]);
    expect(running.handler.log).toEqual([]);
    expect(running.handler.anomalyKinds()).toEqual(['noCommonSubprotocol']);
  });

  it('closes when the station offers none', async () => {
    await start();
    const station = new TestStation(openSocket(running.port, '/ocpp/CP001', { ...good, protocols: [] }));
    expect((await station.closed).code).toBe(1002);
  });

  it('never agrees to compression (abuse 14)', async () => {
    await start();
    const station = await connectStation(running, 'CP001', { ...good, client: { perMessageDeflate: true } });
    expect(station.socket.extensions).toBe('');
  });
});

describe('a slow handshake', () => {
  it('is ended by a timeout of the server it is attached to (abuse 15)', async () => {
    await start();
    running.server.headersTimeout = 100;
    const answer = await rawExchange(running.port, 'GET /ocpp/CP001 HTTP/1.1\r\nHost: x\r\nUpgrade: web');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});

function upgradeRequest(path: string, headers: string[] = []): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '\r\n',
  ].join('\r\n');
}
