import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { StationLink } from '../../src/simulator/stationLink.js';
import { realClock, seededRandom } from '../../src/simulator/time.js';
import { until } from './support/until.js';

test('a call on a socket that is closing is lost when it has closed, not at once and over and over', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  await once(server, 'listening');
  const connected = once(server, 'connection');
  const heard: string[] = [];
  const link = new StationLink(
    {
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      stationId: 'CP001',
      frames: { subprotocol: 'ocpp1.6', errorCode: (code) => code, hasSend: false },
      callTimeoutMs: 20_000,
      backOffMinMs: 10_000,
      backOffMaxMs: 10_000,
    },
    { clock: realClock, random: seededRandom(1) },
    {
      opened: () => heard.push('opened'),
      closed: () => heard.push('closed'),
      called: () => undefined,
      told: () => undefined,
    },
  );
  try {
    link.start();
    const [central] = (await connected) as [WebSocket];
    await until(() => link.isOpen, 'the link is open');
    // The central system says goodbye and never reads the answer: the station's socket stays half closed.
    central.close();
    central.pause();
    await until(() => !link.isOpen, 'the socket is closing');
    let outcome = 'none';
    void link.call('Heartbeat', {}).then((settled) => {
      outcome = settled.outcome;
      heard.push(settled.outcome);
    });
    await sleep(50);
    expect(outcome).toBe('none');
    central.terminate();
    await until(() => outcome === 'lost', 'the call is lost');
    expect(heard).toEqual(['opened', 'closed', 'lost']);
  } finally {
    await link.stop();
    server.close();
  }
});
