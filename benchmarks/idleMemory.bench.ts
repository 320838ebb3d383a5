/**
 * What one idle connection takes: the growth of a server's memory over 5,000 stations that booted and then said nothing more, by
 * resident size and by JavaScript heap, both after garbage collection. The gateway and a bare ws server take turns, each time in a
 * fresh process.
 */
import { startServer } from './support/children.js';
import { call } from './support/messages.js';
import { openWebSocket, type RawWebSocket, textFrame } from './support/rawWebSocket.js';
import { report } from './support/report.js';
import { inBatches } from './support/site.js';
import { median } from './support/statistics.js';

const CONNECTIONS = 5_000;
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

refuseTooFewDescriptors();
const repeats: Record<keyof typeof SERVERS, PerConnection>[] = [];
for (let repeat = 0; repeat < REPEATS; repeat++) {
  const order = repeat % 2 === 0 ? (['ws', 'gateway'] as const) : (['gateway', 'ws'] as const);
  const measured: Partial<Record<keyof typeof SERVERS, PerConnection>> = {};
  for (const name of order) measured[name] = await measure(SERVERS[name]);
  repeats.push(measured as Record<keyof typeof SERVERS, PerConnection>);
}

for (const [what, label] of [
  ['rssKiB', 'resident memory'],
  ['heapKiB', 'JavaScript heap'],
] as const) {
  report({
    name: `gateway: ${label} per idle connection`,
    value: median(repeats.map(({ gateway }) => gateway[what])),
    unit: 'KiB',
    peer: { name: 'bare ws server', value: median(repeats.map(({ ws }) => ws[what])) },
    ratio: median(repeats.map(({ gateway, ws }) => gateway[what] / ws[what])),
    repeats: REPEATS,
    seed: SEED,
    scene: { connections: CONNECTIONS },
  });
}

async function measure(serverName: string): Promise<PerConnection> {
  const server = await startServer(serverName, [], { collectsGarbage: true });
  const ids = Array.from({ length: FIRST_CONNECTIONS + CONNECTIONS }, (_, index) => `CP${index}`);
  const sockets: RawWebSocket[] = [];
  const open = async (id: string) => {
    sockets.push(await openBooted(server.port, id));
  };
  await inBatches(ids.slice(0, FIRST_CONNECTIONS), open);
  const before = await server.usage();
  await inBatches(ids.slice(FIRST_CONNECTIONS), open);
  const after = await server.usage();
  await inBatches(sockets, (socket) => socket.close());
  await server.stop();
  return {
    rssKiB: (after.rssBytes - before.rssBytes) / 1024 / CONNECTIONS,
    heapKiB: (after.heapBytes - before.heapBytes) / 1024 / CONNECTIONS,
  };
}

/** Connected, and its first message answered: what a server keeps of a station is then there. */
async function openBooted(port: number, id: string): Promise<RawWebSocket> {
  const socket = await openWebSocket({ port, path: `/ocpp/${id}`, subprotocol: 'ocpp1.6' });
  const payload = { chargePointVendor: 'Bench', chargePointModel: 'B1', chargePointSerialNumber: id };
  await new Promise<void>((resolve) => {
    socket.onMessage = () => resolve();
    socket.write(textFrame(call(`M${id}`, 'BootNotification', payload)));
  });
  return socket;
}

/** Node raises its own limit to the hard one; that one is the user's to raise. */
function refuseTooFewDescriptors(): void {
  const needed = CONNECTIONS + FIRST_CONNECTIONS + 100;
  const answer = process.report?.getReport() as { userLimits?: { open_files?: { soft: number | string } } } | undefined;
  const limit = Number(answer?.userLimits?.open_files?.soft);
  if (limit < needed) {
    throw new Error(
      `${CONNECTIONS} connections need ${needed} open files, and this shell allows ${limit}: raise "ulimit -n".`,
    );
  }
}
