/**
 * What one MeterValues message costs: CPU time of the server's whole process per message, and messages per second while every
 * station sends its next as soon as it got its answer. Four servers take turns in every round, each in a process of its own: a bare
 * ws echo, the same with JSON.parse, the gateway with every check on and an empty handler, and the whole service.
 */
import { type MeasuredServer, startServer } from './support/children.js';
import { call, meterValues } from './support/messages.js';
import { openWebSocket, type RawWebSocket, textFrame } from './support/rawWebSocket.js';
import { report } from './support/report.js';
import { startService } from './support/service.js';
import { benchSite, inBatches, openSite } from './support/site.js';
import { median, seededRandom } from './support/statistics.js';

const SEED = 20_260_211;
const STATIONS = 50;
/** Within the burst that the service allows a station, so that none is slowed down. */
const MESSAGES_PER_STATION = 150;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 7;
/** The service writes its journal in batches within 500 ms: what is left of a round's work belongs to the round. */
const SETTLE_MS = { server: 50, service: 700 };
/** Until the service lets a station burst again. */
const REST_MS = 3_200;
const SUBPROTOCOL = 'ocpp1.6';

interface Subject {
  readonly connections: readonly Connection[];
  readonly settleMs: number;
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

interface Connection {
  readonly id: string;
  readonly socket: RawWebSocket;
  /** Takes what is not the answer to a message of ours. */
  readonly other: RawWebSocket['onMessage'];
  transactionId(): number;
  currentA(): readonly number[];
  energyWh: number;
}

interface Measured {
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
}

const random = seededRandom(SEED);
let lastMessage = 0;
const subjects = {
  echo: await serverSubject('echoServer'),
  echoParse: await serverSubject('echoServer', 'parse'),
  gateway: await serverSubject('gatewayServer'),
  service: await serviceSubject(),
};
type Name = keyof typeof subjects;
const NAMES: readonly Name[] = ['echo', 'echoParse', 'gateway', 'service'];
const rounds: Record<Name, Measured>[] = [];

for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  const measured: Partial<Record<Name, Measured>> = {};
  const startedMs = performance.now();
  // Another one goes first in each round.
  for (let turn = 0; turn < NAMES.length; turn++) {
    const name = NAMES[(round + turn) % NAMES.length] ?? 'echo';
    measured[name] = await runRound(subjects[name]);
  }
  if (round >= WARM_UP_ROUNDS) rounds.push(measured as Record<Name, Measured>);
  await delay(Math.max(0, REST_MS - (performance.now() - startedMs)));
}
for (const name of NAMES) await subjects[name].stop();

for (const name of ['gateway', 'service'] as const) {
  const peer = 'ws echo + JSON.parse';
  const aim =
    name === 'gateway' ? { aim: 'at most 2 times the peer', aimMet: ratioOf(name, 'cpuMicroseconds') <= 2 } : {};
  report({
    name: `${name}: CPU per MeterValues message`,
    value: medianOf(name, 'cpuMicroseconds'),
    unit: 'µs',
    peer: { name: peer, value: medianOf('echoParse', 'cpuMicroseconds') },
    ratio: ratioOf(name, 'cpuMicroseconds'),
    ...aim,
    ...conditions(),
  });
  report({
    name: `${name}: MeterValues messages per second`,
    value: medianOf(name, 'perSecond'),
    unit: '1/s',
    peer: { name: peer, value: medianOf('echoParse', 'perSecond') },
    ratio: ratioOf(name, 'perSecond'),
    ...conditions(),
  });
}
report({
  name: 'bare ws echo: CPU per message',
  value: medianOf('echo', 'cpuMicroseconds'),
  unit: 'µs',
  ...conditions(),
});

function conditions() {
  const scene = {
    connections: STATIONS,
    messagesPerRound: STATIONS * MESSAGES_PER_STATION,
    messageBytes: messageBytes(),
  };
  return { repeats: ROUNDS, seed: SEED, scene };
}

function medianOf(name: Name, what: keyof Measured): number {
  return median(rounds.map((round) => round[name][what]));
}

/** Within each round, so that a slow minute of the machine counts for both. */
function ratioOf(name: Name, what: keyof Measured): number {
  return median(rounds.map((round) => round[name][what] / round.echoParse[what]));
}

async function runRound({ connections, settleMs, cpuMs }: Subject): Promise<Measured> {
  const frames = connections.map(messagesOf);
  const cpuBeforeMs = await cpuMs();
  const startedMs = performance.now();
  await Promise.all(connections.map((connection, index) => sendAll(connection, frames[index] ?? [])));
  const tookMs = performance.now() - startedMs;
  await delay(settleMs);
  const count = STATIONS * MESSAGES_PER_STATION;
  return { cpuMicroseconds: (((await cpuMs()) - cpuBeforeMs) * 1000) / count, perSecond: (count * 1000) / tookMs };
}

/** One at a time, as OCPP has it. */
function sendAll({ socket, other }: Connection, frames: readonly Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    let next = 0;
    const sendNext = () => {
      const frame = frames[next++];
      if (frame !== undefined) return socket.write(frame);
      socket.onMessage = other;
      resolve();
    };
    socket.onMessage = (payload, arrivedMs) => {
      if (isOurs(payload)) sendNext();
      else other(payload, arrivedMs);
    };
    sendNext();
  });
}

/** Of the answer, or the echo, to one of ours: their ids begin with a letter that no other's does. */
function isOurs(payload: Buffer): boolean {
  return payload.toString('latin1', 3, 5) === '"M';
}

function messagesOf(connection: Connection): Buffer[] {
  return Array.from({ length: MESSAGES_PER_STATION }, () => {
    connection.energyWh += 30 * random();
    const terminalA = connection.currentA();
    const reading = {
      transactionId: connection.transactionId(),
      atMs: Date.now(),
      terminalA,
      energyWh: connection.energyWh,
      offeredA: terminalA[0] ?? 0,
    };
    // As long as a UUID, which most stations send.
    const messageId = `M${String(++lastMessage).padStart(35, '0')}`;
    return textFrame(call(messageId, 'MeterValues', meterValues(reading)));
  });
}

function messageBytes(): number {
  const reading = {
    transactionId: 1_234_567_890,
    atMs: Date.now(),
    terminalA: [16, 16, 16],
    energyWh: 12_345,
    offeredA: 16,
  };
  return Buffer.byteLength(call('M'.padEnd(36, '0'), 'MeterValues', meterValues(reading)));
}

async function serverSubject(name: string, ...args: string[]): Promise<Subject> {
  const server: MeasuredServer = await startServer(name, args);
  const connections: Connection[] = [];
  for (let index = 0; index < STATIONS; index++) {
    const id = `CP${index}`;
    const socket = await openWebSocket({ port: server.port, path: `/ocpp/${id}`, subprotocol: SUBPROTOCOL });
    const currentA = () => [15 + random(), 15 + random(), 15 + random()];
    connections.push({ id, socket, other: () => {}, transactionId: () => 1_000_000 + index, currentA, energyWh: 0 });
  }
  const cpuMs = async () => (await server.usage()).cpuMs;
  return { connections, settleMs: SETTLE_MS.server, cpuMs, stop: () => stopAll(connections, () => server.stop()) };
}

/** Every station is charging, within a limit that it keeps to. */
async function serviceSubject(): Promise<Subject> {
  const service = await startService();
  const site = benchSite(STATIONS, 'threePhase');
  await openSite(service, site);
  const connections = site.stations.map((station): Connection => {
    const currentA = () => station.phases.map(() => station.limitA(Date.now()) - 0.1 * random());
    const other: RawWebSocket['onMessage'] = (payload, arrivedMs) => station.receive(payload, arrivedMs);
    const { id, socket } = station;
    return { id, socket, other, transactionId: () => station.transactionId, currentA, energyWh: 0 };
  });
  const stop = () => stopAll(connections, () => service.stop());
  return { connections, settleMs: SETTLE_MS.service, cpuMs: service.cpuMs, stop };
}

async function stopAll(connections: readonly Connection[], stop: () => Promise<void>): Promise<void> {
  await inBatches(connections, ({ socket }) => socket.close());
  await stop();
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
