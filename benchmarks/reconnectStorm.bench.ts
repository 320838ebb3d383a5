/**
 * Every station back in the same second, after the service was restarted: how long until each is accepted again, and how long the
 * service's other work has to wait meanwhile. Each station has a password, which the service has to hash once after its start; one
 * that is told 503 comes back when Retry-After says.
 */
import { scrypt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { call } from './support/messages.js';
import { HandshakeRefused, openWebSocket, textFrame } from './support/rawWebSocket.js';
import { report } from './support/report.js';
import { startService } from './support/service.js';
import { benchSite, inBatches, putSite } from './support/site.js';
import { quantile } from './support/statistics.js';

const STATIONS = 500;
const LOOK_EVERY_MS = 20;
/** Nothing is drawn here: every station says the same. */
const SEED = 0;
const PASSWORD = 'a-password-of-some-length';

const before = await startService({ passwords: true });
const site = benchSite(STATIONS, 'threePhase');
const { stations } = site;
await putSite(before, site);
await inBatches(stations, ({ id }) => before.send('PUT', `/v1/stations/${id}/credentials`, { password: PASSWORD }));
await before.stop();
const service = await startService({ passwords: true, directory: before.directory });
const { port, send } = service;

const waits: number[] = [];
let isOver = false;
const looking = look();
const startedMs = performance.now();
const accepted = await Promise.all(stations.map(({ id }) => comeBack(id)));
isOver = true;
await looking;
const backMs = accepted.map(({ atMs }) => atMs - startedMs);
report({
  name: 'reconnect storm: from the restart until a station is accepted',
  value: { p50: quantile(backMs, 0.5), p99: quantile(backMs, 0.99), last: Math.max(...backMs) },
  unit: 'ms',
  peer: { name: 'as many passwords hashed, and nothing else', value: await hashAll() },
  repeats: 1,
  seed: SEED,
  scene: { stations: STATIONS, toldToComeBack: accepted.filter(({ attempts }) => attempts > 1).length },
});
report({
  name: 'reconnect storm: an answer of GET /healthz meanwhile',
  value: { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), longest: Math.max(...waits) },
  unit: 'ms',
  repeats: 1,
  seed: SEED,
  scene: { stations: STATIONS, looks: waits.length },
});
for (const { socket } of accepted) await socket.close();
await service.stop();
await rm(before.directory, { recursive: true, force: true });

async function look(): Promise<void> {
  while (!isOver) {
    const askedMs = performance.now();
    await send('GET', '/healthz');
    waits.push(performance.now() - askedMs);
    await delay(LOOK_EVERY_MS);
  }
}

async function comeBack(id: string) {
  const authorization = `Basic ${Buffer.from(`${id}:${PASSWORD}`).toString('base64')}`;
  for (let attempts = 1; ; attempts++) {
    try {
      const socket = await openWebSocket({ port, path: `/ocpp/${id}`, subprotocol: 'ocpp1.6', authorization });
      await new Promise<void>((resolve) => {
        socket.onMessage = () => resolve();
        socket.write(textFrame(call('1', 'BootNotification', { chargePointVendor: 'Bench', chargePointModel: 'B1' })));
      });
      socket.onMessage = () => {};
      return { socket, attempts, atMs: performance.now() };
    } catch (error) {
      if (!(error instanceof HandshakeRefused) || error.retryAfterS === undefined) throw error;
      await delay(error.retryAfterS * 1_000);
    }
  }
}

async function hashAll(): Promise<number> {
  const hashingFromMs = performance.now();
  await Promise.all(stations.map(() => hash()));
  return performance.now() - hashingFromMs;
}

/** As the service hashes them. */
function hash(): Promise<void> {
  return new Promise((resolve, reject) => {
    scrypt(PASSWORD, 'sixteen bytes ok', 32, { N: 4096, r: 8, p: 1 }, (error) => (error ? reject(error) : resolve()));
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
