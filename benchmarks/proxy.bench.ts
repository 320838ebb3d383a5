/**
 * What a message waits longer because it passes through the proxy. The same stations send the same MeterValues to the same bare CSMS, by
 * turns through the service's proxy and through a bare TCP relay in a process of its own, each message at a time of its own, and each
 * waits for its answer. The site takes part: every message is decoded, told to its site and written to its journal.
 */
import { startServer } from './support/children.js';
import { call, meterValues } from './support/messages.js';
import { openWebSocket, type RawWebSocket, textFrame } from './support/rawWebSocket.js';
import { report } from './support/report.js';
import { startService } from './support/service.js';
import { median, quantile, seededRandom } from './support/statistics.js';

const SEED = 20_260_501;
const STATIONS = 50;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 9;
const MESSAGES_PER_STATION = 12;
/** All stations of a round together; what a site of this size says in a few seconds at most. */
const PER_SECOND = 400;
const PATIENCE_MS = 30_000;

interface Station {
  readonly id: string;
  readonly socket: RawWebSocket;
  readonly waiting: Map<string, (arrivedMs: number) => void>;
}

const random = seededRandom(SEED);
let lastMessage = 0;
const csms = await startServer('csmsServer');
const tcp = await startServer('csmsServer', ['tcp', String(csms.port)]);
const service = await startService({ environment: { EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8' } });
await service.send('PUT', '/v1/upstreams/csms', { url: `ws://127.0.0.1:${csms.port}/ocpp` });
await service.send('PUT', '/v1/sites/bench', siteDocument());
const ways = {
  proxy: await Promise.all(stationIds().map((id) => open(id, service.port, `/proxy/csms/${id}`))),
  relay: await Promise.all(stationIds().map((id) => open(id, tcp.port, `/ocpp/${id}`))),
};
const rounds: { readonly proxy: readonly number[]; readonly relay: readonly number[] }[] = [];

for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  const first = round % 2 === 0 ? 'proxy' : 'relay';
  const one = await runRound(ways[first]);
  const other = await runRound(ways[first === 'proxy' ? 'relay' : 'proxy']);
  if (round >= WARM_UP_ROUNDS)
    rounds.push(first === 'proxy' ? { proxy: one, relay: other } : { proxy: other, relay: one });
}
for (const stations of Object.values(ways)) await Promise.all(stations.map(({ socket }) => socket.close()));
await service.stop();
await tcp.stop();
await csms.stop();

const share = (way: 'proxy' | 'relay', of: number) => median(rounds.map((round) => quantile(round[way], of)));
const added = (of: number) => median(rounds.map(({ proxy, relay }) => quantile(proxy, of) - quantile(relay, of)));
report({
  name: 'proxy: latency that it adds to a message and its answer',
  value: { p50: added(0.5), p99: added(0.99) },
  unit: 'ms',
  peer: { name: 'bare TCP relay to the same CSMS', value: { p50: share('relay', 0.5), p99: share('relay', 0.99) } },
  aim: 'p99 at most 5 ms more than the bare TCP relay',
  aimMet: added(0.99) <= 5,
  repeats: ROUNDS,
  seed: SEED,
  scene: { stations: STATIONS, messagesPerRound: STATIONS * MESSAGES_PER_STATION, perSecond: PER_SECOND },
});

function stationIds(): readonly string[] {
  return Array.from({ length: STATIONS }, (_, index) => `CP${index}`);
}

async function open(id: string, port: number, path: string): Promise<Station> {
  const socket = await openWebSocket({ port, path, subprotocol: 'ocpp1.6' });
  const station: Station = { id, socket, waiting: new Map() };
  socket.onMessage = (payload, arrivedMs) => {
    const frame: unknown = JSON.parse(payload.toString());
    if (!Array.isArray(frame)) return;
    if (frame[0] !== 2) station.waiting.get(String(frame[1]))?.(arrivedMs);
    // What the service says to its station: everything is fine.
    else socket.write(textFrame(JSON.stringify([3, frame[1], { status: 'Accepted' }])));
  };
  await ask(station, 'BootNotification', { chargePointVendor: 'Bench', chargePointModel: 'Proxy' });
  return station;
}

/** How long the answer took. */
function ask({ socket, waiting }: Station, action: string, payload: object): Promise<number> {
  const messageId = `m${++lastMessage}`;
  const frame = textFrame(call(messageId, action, payload));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer to ${action}`)), PATIENCE_MS);
    const sentMs = performance.now();
    waiting.set(messageId, (arrivedMs) => {
      clearTimeout(timer);
      waiting.delete(messageId);
      resolve(arrivedMs - sentMs);
    });
    socket.write(frame);
  });
}

/** Each message at a time of its own, so that none waits behind another of its station. */
async function runRound(stations: readonly Station[]): Promise<readonly number[]> {
  const gapMs = 1_000 / PER_SECOND;
  const startMs = performance.now();
  const answers: Promise<number>[] = [];
  for (let n = 0; n < stations.length * MESSAGES_PER_STATION; n++) {
    const station = stations[n % stations.length];
    if (station === undefined) continue;
    const dueMs = startMs + n * gapMs + random() * gapMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    const reading = { transactionId: 1, atMs: Date.now(), terminalA: [10, 10, 10], energyWh: n, offeredA: 16 };
    answers.push(ask(station, 'MeterValues', meterValues(reading)));
  }
  return Promise.all(answers);
}

function siteDocument(): object {
  return {
    name: 'Bench',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: [],
    circuits: [{ id: 'grid', limitA: { L1: 2_000, L2: 2_000, L3: 2_000 } }],
    stations: stationIds().map((id) => ({
      id,
      circuitId: 'grid',
      failsafeA: 6,
      evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: 32 }],
    })),
  };
}
