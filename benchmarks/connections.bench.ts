/**
 * What it costs to connect, with and without TLS: CPU time of the server's whole process per connection and connections per second
 * (from TCP to the web socket, with a password), and what one idle, booted connection takes in memory. The gateway, the gateway as it
 * hashes each station's password at its first login after a start (scrypt), and a bare ws server, each plain and over TLS, take turns in
 * every round, each in a process of its own.
 */
import { TestAuthority, whyNoCertificates } from '../test/support/certificates.js';
import { type MeasuredServer, startServer } from './support/children.js';
import { BENCH_PASSWORD, bootNotification, call } from './support/messages.js';
import { openWebSocket, type RawWebSocket, textFrame } from './support/rawWebSocket.js';
import { report } from './support/report.js';
import { inBatches } from './support/site.js';
import { median } from './support/statistics.js';

const SUBJECTS = ['wsPlain', 'gatewayPlain', 'hashingPlain', 'wsTls', 'gatewayTls', 'hashingTls'] as const;
type Subject = (typeof SUBJECTS)[number];

const CONNECTIONS = 1_000;
/** A hash takes some 10 ms. */
const HASHING_CONNECTIONS = 300;
/** Opened before the first look, so that what is needed once for all is not counted. */
const FIRST_CONNECTIONS = 100;
const ROUNDS = 3;
/** Nothing is drawn here: every station says the same. */
const SEED = 0;

interface Measured {
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
  readonly rssKiB: number;
  readonly heapKiB: number;
}

const missing = whyNoCertificates();
if (missing === undefined) await run();
else process.stderr.write(`connections: not measured, because ${missing}.\n`);

async function run(): Promise<void> {
  const authority = new TestAuthority();
  try {
    const { certFile, keyFile } = authority.issue('server');
    const tls = { ca: authority.ca, args: ['tls', certFile, keyFile] };
    const rounds: Record<Subject, Measured>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const measured: Partial<Record<Subject, Measured>> = {};
      // Another one goes first in each round.
      for (let turn = 0; turn < SUBJECTS.length; turn++) {
        const subject = SUBJECTS[(round + turn) % SUBJECTS.length] ?? 'wsPlain';
        measured[subject] = await measure(subject, subject.endsWith('Tls') ? tls : undefined);
      }
      rounds.push(measured as Record<Subject, Measured>);
    }
    tell(rounds);
  } finally {
    authority.remove();
  }
}

async function measure(
  subject: Subject,
  tls: { readonly ca: string; readonly args: readonly string[] } | undefined,
): Promise<Measured> {
  const name = subject.startsWith('ws') ? 'echoServer' : 'gatewayServer';
  const isHashing = subject.startsWith('hashing');
  const count = isHashing ? HASHING_CONNECTIONS : CONNECTIONS;
  const args = [...(tls?.args ?? []), ...(isHashing ? ['hashing'] : [])];
  const server: MeasuredServer = await startServer(name, args, { collectsGarbage: true });
  const ids = Array.from({ length: FIRST_CONNECTIONS + count }, (_, index) => `CP${index}`);
  const sockets = new Map<string, RawWebSocket>();
  const open = async (id: string): Promise<void> => {
    const authorization = `Basic ${Buffer.from(`${id}:${BENCH_PASSWORD}`).toString('base64')}`;
    const address = { port: server.port, path: `/ocpp/${id}`, subprotocol: 'ocpp1.6', authorization };
    sockets.set(id, await openWebSocket({ ...address, ...(tls === undefined ? {} : { ca: tls.ca }) }));
  };
  const boot = async (id: string): Promise<void> => {
    const socket = sockets.get(id);
    if (socket === undefined) throw new Error(`${id} is not connected`);
    await booted(socket, id);
  };
  await inBatches(ids.slice(0, FIRST_CONNECTIONS), open);
  await inBatches(ids.slice(0, FIRST_CONNECTIONS), boot);
  const before = await server.usage();
  const startedMs = performance.now();
  await inBatches(ids.slice(FIRST_CONNECTIONS), open);
  const tookMs = performance.now() - startedMs;
  const cpuMs = (await server.usage()).cpuMs - before.cpuMs;
  await inBatches(ids.slice(FIRST_CONNECTIONS), boot);
  const after = await server.usage();
  await inBatches([...sockets.values()], (socket) => socket.close());
  await server.stop();
  return {
    cpuMicroseconds: (cpuMs * 1_000) / count,
    perSecond: (count * 1_000) / tookMs,
    rssKiB: (after.rssBytes - before.rssBytes) / 1024 / count,
    heapKiB: (after.heapBytes - before.heapBytes) / 1024 / count,
  };
}

/** Its first message answered: what a server keeps of a station is then there. */
function booted(socket: RawWebSocket, id: string): Promise<void> {
  const payload = bootNotification('ocpp1.6', id);
  return new Promise((resolve) => {
    socket.onMessage = () => resolve();
    socket.write(textFrame(call(`M${id}`, 'BootNotification', payload)));
  });
}

function tell(rounds: readonly Record<Subject, Measured>[]): void {
  for (const [what, label, unit] of [
    ['cpuMicroseconds', 'CPU per connection', 'µs'],
    ['perSecond', 'connections per second', '1/s'],
    ['rssKiB', 'resident memory per connection', 'KiB'],
    ['heapKiB', 'JavaScript heap per connection', 'KiB'],
  ] as const) {
    for (const [who, transport, ours, peer] of [
      ['gateway', 'plain', 'gatewayPlain', 'wsPlain'],
      ['gateway', 'over TLS', 'gatewayTls', 'wsTls'],
      ['gateway, passwords hashed,', 'plain', 'hashingPlain', 'wsPlain'],
      ['gateway, passwords hashed,', 'over TLS', 'hashingTls', 'wsTls'],
    ] as const) {
      // What a connection holds is the same, however it was let in.
      if (who !== 'gateway' && (what === 'rssKiB' || what === 'heapKiB')) continue;
      report({
        name: `${who} ${transport}: ${label}`,
        value: median(rounds.map((round) => round[ours][what])),
        unit,
        peer: { name: `bare ws server ${transport}`, value: median(rounds.map((round) => round[peer][what])) },
        ratio: median(rounds.map((round) => round[ours][what] / round[peer][what])),
        repeats: ROUNDS,
        seed: SEED,
        scene: {
          connections: who === 'gateway' ? CONNECTIONS : HASHING_CONNECTIONS,
          tls: transport === 'plain' ? 'none' : 'TLS 1.3, ECDSA P-256',
        },
      });
    }
  }
}
