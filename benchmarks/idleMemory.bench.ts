/**
 * What one idle connection takes, in each version of OCPP, plain and over TLS: the growth of a server's memory over thousands of stations
 * that booted and then said nothing more, by resident size and by JavaScript heap, both after garbage collection. The gateway and a bare
 * ws server take turns, each time in a fresh process.
 */
import { TestAuthority, whyNoCertificates } from '../test/support/certificates.js';
import { startServer } from './support/children.js';
import { refuseTooFewDescriptors } from './support/descriptors.js';
import { BENCH_PASSWORD, bootNotification, call, type OcppSubprotocol, SUBPROTOCOLS } from './support/messages.js';
import { openWebSocket, type RawWebSocket, textFrame } from './support/rawWebSocket.js';
import { report } from './support/report.js';
import { inBatches } from './support/site.js';
import { median } from './support/statistics.js';

/** Over TLS handshakes take most of the time, and memory is the same for each. */
const CONNECTIONS = { plain: 5_000, tls: 1_000 } as const;
type Transport = keyof typeof CONNECTIONS;
/** Opened before the first look, so that what is needed once for all is not counted. */
const FIRST_CONNECTIONS = 100;
const REPEATS = 3;
/** Nothing is drawn here: every station says the same. */
const SEED = 0;
const SERVERS = { ws: 'echoServer', gateway: 'gatewayServer' } as const;

interface PerConnection {
  readonly rssKiB: number;
  readonly heapKiB: number;
}

interface Tls {
  readonly ca: string;
  readonly args: readonly string[];
}

/** The bare server is the same whatever is spoken. */
interface Repeat {
  readonly ws: PerConnection;
  readonly gateway: Readonly<Record<OcppSubprotocol, PerConnection>>;
}

refuseTooFewDescriptors(CONNECTIONS.plain + FIRST_CONNECTIONS);
await measureTransport('plain', undefined);
const missing = whyNoCertificates();
if (missing === undefined) await overTls();
else process.stderr.write(`idleMemory: not measured over TLS, because ${missing}.\n`);

async function overTls(): Promise<void> {
  const authority = new TestAuthority();
  try {
    const { certFile, keyFile } = authority.issue('server');
    await measureTransport('tls', { ca: authority.ca, args: ['tls', certFile, keyFile] });
  } finally {
    authority.remove();
  }
}

async function measureTransport(transport: Transport, tls: Tls | undefined): Promise<void> {
  const repeats: Repeat[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) repeats.push(await measureAll(repeat, transport, tls));
  for (const subprotocol of SUBPROTOCOLS) {
    for (const [what, label] of [
      ['rssKiB', 'resident memory'],
      ['heapKiB', 'JavaScript heap'],
    ] as const) {
      report({
        name: `gateway, ${subprotocol}, ${transport}: ${label} per idle connection`,
        value: median(repeats.map(({ gateway }) => gateway[subprotocol][what])),
        unit: 'KiB',
        peer: { name: `bare ws server, ${transport}`, value: median(repeats.map(({ ws }) => ws[what])) },
        ratio: median(repeats.map(({ gateway, ws }) => gateway[subprotocol][what] / ws[what])),
        repeats: REPEATS,
        seed: SEED,
        scene: { connections: CONNECTIONS[transport] },
      });
    }
  }
}

/** Another one goes first in each repeat. */
async function measureAll(repeat: number, transport: Transport, tls: Tls | undefined): Promise<Repeat> {
  const subjects = ['ws', ...SUBPROTOCOLS] as const;
  const measured = new Map<string, PerConnection>();
  for (let turn = 0; turn < subjects.length; turn++) {
    const subject = subjects[(repeat + turn) % subjects.length] ?? 'ws';
    const server = subject === 'ws' ? SERVERS.ws : SERVERS.gateway;
    const subprotocol = subject === 'ws' ? 'ocpp1.6' : subject;
    measured.set(subject, await measure(server, { subprotocol, connections: CONNECTIONS[transport], tls }));
  }
  const of = (subject: string) => measured.get(subject) ?? { rssKiB: Number.NaN, heapKiB: Number.NaN };
  const gateway = { 'ocpp1.6': of('ocpp1.6'), 'ocpp2.0.1': of('ocpp2.0.1'), 'ocpp2.1': of('ocpp2.1') };
  return { ws: of('ws'), gateway };
}

interface Scene {
  readonly subprotocol: OcppSubprotocol;
  readonly connections: number;
  readonly tls: Tls | undefined;
}

async function measure(serverName: string, { subprotocol, connections, tls }: Scene): Promise<PerConnection> {
  const server = await startServer(serverName, tls?.args ?? [], { collectsGarbage: true });
  const ids = Array.from({ length: FIRST_CONNECTIONS + connections }, (_, index) => `CP${index}`);
  const sockets: RawWebSocket[] = [];
  const open = async (id: string) => {
    const address = { port: server.port, path: `/ocpp/${id}`, subprotocol, ...withAuthority(tls, id) };
    const socket = await openWebSocket(address);
    sockets.push(socket);
    // Its first message answered: what a server keeps of a station is then there.
    await new Promise<void>((resolve) => {
      socket.onMessage = () => resolve();
      socket.write(textFrame(call(`M${id}`, 'BootNotification', bootNotification(subprotocol, id))));
    });
  };
  await inBatches(ids.slice(0, FIRST_CONNECTIONS), open);
  const before = await server.usage();
  await inBatches(ids.slice(FIRST_CONNECTIONS), open);
  const after = await server.usage();
  await inBatches(sockets, (socket) => socket.close());
  await server.stop();
  return {
    rssKiB: (after.rssBytes - before.rssBytes) / 1024 / connections,
    heapKiB: (after.heapBytes - before.heapBytes) / 1024 / connections,
  };
}

/** Without a password the gateway lets stations in on the plain entrance only. */
function withAuthority(
  tls: Tls | undefined,
  id: string,
): { readonly ca: string; readonly authorization: string } | object {
  if (tls === undefined) return {};
  return { ca: tls.ca, authorization: `Basic ${Buffer.from(`${id}:${BENCH_PASSWORD}`).toString('base64')}` };
}
