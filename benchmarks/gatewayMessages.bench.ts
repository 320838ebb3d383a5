/**
 * What one message costs in each version of OCPP: CPU time of the server's whole process per message, and messages per second while every
 * station sends its next as soon as it got its answer. MeterValues in 1.6, 2.0.1 and 2.1, and in the two later ones TransactionEvent, in
 * which they tell the same in the midst of a transaction. Four servers take turns in every round, each in a process of its own: a bare ws
 * echo, the same with JSON.parse, the gateway with every check on and an empty handler, and the whole service (1.6).
 */
import { type MeasuredServer, startServer } from './support/children.js';
import {
  call,
  type MeterReading,
  meterValues,
  meterValues2x,
  type OcppSubprotocol,
  transactionEvent2x,
} from './support/messages.js';
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

/** What is said, and in which version. */
interface Kind {
  readonly subprotocol: OcppSubprotocol;
  readonly action: 'MeterValues' | 'TransactionEvent';
  readonly payload: (reading: MeterReading, seqNo: number) => object;
}

const METERED_16: Kind = { subprotocol: 'ocpp1.6', action: 'MeterValues', payload: meterValues };
const KINDS: readonly Kind[] = [
  METERED_16,
  ...(['ocpp2.0.1', 'ocpp2.1'] as const).flatMap((subprotocol): Kind[] => [
    { subprotocol, action: 'MeterValues', payload: meterValues2x },
    { subprotocol, action: 'TransactionEvent', payload: transactionEvent2x },
  ]),
];

interface Subject {
  readonly server: 'echo' | 'echoParse' | 'gateway' | 'service';
  readonly kind: Kind;
  readonly connections: readonly Connection[];
  readonly settleMs: number;
  cpuMs(): Promise<number>;
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
const servers = {
  echo: await startServer('echoServer'),
  echoParse: await startServer('echoServer', ['parse']),
  gateway: await startServer('gatewayServer'),
};
const service = await serviceSubject();
const subjects = [
  await serverSubject('echo', METERED_16),
  ...(await Promise.all(
    KINDS.flatMap((kind) => (['echoParse', 'gateway'] as const).map((name) => serverSubject(name, kind))),
  )),
  service.subject,
];
const rounds: ReadonlyMap<Subject, Measured>[] = [];

for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  const measured = new Map<Subject, Measured>();
  const startedMs = performance.now();
  // Another one goes first in each round.
  for (let turn = 0; turn < subjects.length; turn++) {
    const subject = subjects[(round + turn) % subjects.length];
    if (subject !== undefined) measured.set(subject, await runRound(subject));
  }
  if (round >= WARM_UP_ROUNDS) rounds.push(measured);
  await delay(Math.max(0, REST_MS - (performance.now() - startedMs)));
}
for (const { connections } of subjects) await inBatches(connections, ({ socket }) => socket.close());
for (const server of Object.values(servers)) await server.stop();
await service.stop();

for (const kind of KINDS) tell('gateway', kind);
tell('service', METERED_16);
report({
  name: 'bare ws echo: CPU per message',
  value: medianOf('echo', METERED_16, 'cpuMicroseconds'),
  unit: 'µs',
  ...conditions(METERED_16),
});

function tell(name: 'gateway' | 'service', kind: Kind): void {
  const peer = 'ws echo + JSON.parse of the same';
  const said = `${kind.action} message of ${kind.subprotocol}`;
  const ratio = ratioOf(name, kind, 'cpuMicroseconds');
  report({
    name: `${name}: CPU per ${said}`,
    value: medianOf(name, kind, 'cpuMicroseconds'),
    unit: 'µs',
    peer: { name: peer, value: medianOf('echoParse', kind, 'cpuMicroseconds') },
    ratio,
    ...(name === 'gateway' ? { aim: 'at most 2 times the peer', aimMet: ratio <= 2 } : {}),
    ...conditions(kind),
  });
  report({
    name: `${name}: ${kind.action} messages of ${kind.subprotocol} per second`,
    value: medianOf(name, kind, 'perSecond'),
    unit: '1/s',
    peer: { name: peer, value: medianOf('echoParse', kind, 'perSecond') },
    ratio: ratioOf(name, kind, 'perSecond'),
    ...conditions(kind),
  });
}

function conditions(kind: Kind) {
  const scene = {
    connections: STATIONS,
    messagesPerRound: STATIONS * MESSAGES_PER_STATION,
    messageBytes: messageBytes(kind),
  };
  return { repeats: ROUNDS, seed: SEED, scene };
}

function medianOf(name: Subject['server'], kind: Kind, what: keyof Measured): number {
  return median(rounds.map((round) => measuredOf(round, name, kind)[what]));
}

/** Within each round, so that a slow minute of the machine counts for both. */
function ratioOf(name: Subject['server'], kind: Kind, what: keyof Measured): number {
  return median(
    rounds.map((round) => measuredOf(round, name, kind)[what] / measuredOf(round, 'echoParse', kind)[what]),
  );
}

function measuredOf(round: ReadonlyMap<Subject, Measured>, name: Subject['server'], kind: Kind): Measured {
  const subject = subjects.find((one) => one.server === name && one.kind === kind);
  const measured = subject === undefined ? undefined : round.get(subject);
  if (measured === undefined) throw new Error(`${name} was not measured with ${kind.action} of ${kind.subprotocol}`);
  return measured;
}

async function runRound({ kind, connections, settleMs, cpuMs }: Subject): Promise<Measured> {
  const frames = connections.map((connection) => messagesOf(connection, kind));
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

function messagesOf(connection: Connection, { action, payload }: Kind): Buffer[] {
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
    return textFrame(call(messageId, action, payload(reading, lastMessage)));
  });
}

function messageBytes({ action, payload }: Kind): number {
  const reading = {
    transactionId: 1_234_567_890,
    atMs: Date.now(),
    terminalA: [16, 16, 16],
    energyWh: 12_345,
    offeredA: 16,
  };
  return Buffer.byteLength(call('M'.padEnd(36, '0'), action, payload(reading, 1_000_000)));
}

async function serverSubject(name: keyof typeof servers, kind: Kind): Promise<Subject> {
  const server: MeasuredServer = servers[name];
  const connections: Connection[] = [];
  for (let index = 0; index < STATIONS; index++) {
    const id = `${kind.subprotocol}-${kind.action}-${index}`;
    const { subprotocol } = kind;
    const socket = await openWebSocket({ port: server.port, path: `/ocpp/${id}`, subprotocol });
    const currentA = () => [15 + random(), 15 + random(), 15 + random()];
    connections.push({ id, socket, other: () => {}, transactionId: () => 1_000_000 + index, currentA, energyWh: 0 });
  }
  const cpuMs = async () => (await server.usage()).cpuMs;
  return { server: name, kind, connections, settleMs: SETTLE_MS.server, cpuMs };
}

/** Every station is charging, within a limit that it keeps to. */
async function serviceSubject(): Promise<{ readonly subject: Subject; stop(): Promise<void> }> {
  const running = await startService();
  const site = benchSite(STATIONS, 'threePhase');
  await openSite(running, site);
  const connections = site.stations.map((station): Connection => {
    const currentA = () => station.phases.map(() => station.limitA(Date.now()) - 0.1 * random());
    const other: RawWebSocket['onMessage'] = (payload, arrivedMs) => station.receive(payload, arrivedMs);
    const { id, socket } = station;
    return { id, socket, other, transactionId: () => station.transactionId, currentA, energyWh: 0 };
  });
  const subject: Subject = {
    server: 'service',
    kind: METERED_16,
    connections,
    settleMs: SETTLE_MS.service,
    cpuMs: running.cpuMs,
  };
  return { subject, stop: running.stop };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
