import { afterEach, describe, expect, it } from 'vitest';
import {
  basicAuth,
  bootedStation,
  eventually,
  FakeHandler,
  handshakeStatus,
  PASSWORD,
  type RunningGateway,
  startGateway,
} from './gatewayFixture.js';

let running: RunningGateway | undefined;
afterEach(() => running?.stop());

const known = () => {
  const handler = new FakeHandler();
  handler.passwords.set('CP1', PASSWORD);
  handler.passwords.set('CP2', PASSWORD);
  return handler;
};
const headers = { authorization: basicAuth('CP1', PASSWORD) };

describe('a station whose credentials were changed', () => {
  it('speaks no more over what it came in with, from that moment on', async () => {
    const handler = known();
    running = await startGateway({ handler });
    const station = await bootedStation(running, 'CP1');
    const other = await bootedStation(running, 'CP2');
    running.gateway.cutOff('CP1', 3);
    expect(handler.log.at(-1)).toBe('disconnected CP1');
    const heard = handler.requests.length;
    station.send([2, 'late', 'Heartbeat', {}]);
    const call = running.gateway.call('CP1', { type: 'clearCache' });
    expect(await call).toEqual({ outcome: 'notSent', reason: 'offline' });
    expect(await station.closed).toEqual({ code: 1008, reason: 'its credentials were changed' });
    expect(handler.requests.length).toBe(heard);
    expect(handler.log.filter((line) => line === 'disconnected CP1')).toHaveLength(1);
    await other.roundTrip();
  });

  it('goes on where it came in more securely than that', async () => {
    running = await startGateway({ handler: known() });
    const station = await bootedStation(running, 'CP1');
    running.gateway.cutOff('CP1', 1);
    await station.roundTrip();
  });

  it('is not let in by what was being checked meanwhile, and may come again', async () => {
    const handler = known();
    let decide = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      handler.authenticate = () => {
        resolve();
        return new Promise((answer) => {
          decide = () => answer(true);
        });
      };
    });
    running = await startGateway({ handler });
    const comes = handshakeStatus(running.port, '/ocpp/CP1', { headers });
    await isAsked;
    running.gateway.cutOff('CP1', 3);
    decide();
    expect((await comes).status).toBe(503);
    expect(handler.log).toEqual([]);
    handler.authenticate = async () => true;
    expect((await handshakeStatus(running.port, '/ocpp/CP1', { headers })).status).toBe(101);
    await eventually(() => handler.log.includes('connected CP1'));
  });
});
