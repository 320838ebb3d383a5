import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { Attacker } from '../support/fuzz/attacker.js';
import { FUZZ_VERSIONS, type FuzzVersion } from '../support/fuzz/corpus.js';

const ATTACK_MS = 1_500;
const FRAMES_AT_LEAST = 5;

// What a frame is dated with is the one thing in it that does not come from the seed.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 1) });
});
afterEach(() => {
  vi.useRealTimers();
});

/** All that is sent to a server that takes everything and says nothing. */
async function framesOf(version: FuzzVersion, seed: number): Promise<string[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.on('error', () => undefined));
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const frames: string[] = [];
  const onFrame = (text: string) => void frames.push(text);
  const attacker = new Attacker({ version, stationId: 'S', password: 'p', port, seed, isWilling: true, onFrame });
  let isOver = false;
  const attack = attacker.attackUntil(() => isOver);
  await sleep(ATTACK_MS);
  isOver = true;
  await attack;
  for (const client of server.clients) client.terminate();
  server.close();
  return frames;
}

it.each(FUZZ_VERSIONS)(
  'a seed replays what a station of OCPP %s sends, and another seed sends something else',
  async (version) => {
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => framesOf(version, seed)));
    const length = Math.min(first?.length ?? 0, again?.length ?? 0);
    expect(length).toBeGreaterThan(FRAMES_AT_LEAST);
    expect(first?.slice(0, length)).toEqual(again?.slice(0, length));
    expect(other?.slice(0, length)).not.toEqual(first?.slice(0, length));
  },
);
