/**
 * Not a server but its clients: some thousands of light stations in a process of their own, so that what they take is not taken for
 * the service's, and no more of them than one process can be without being slow itself.
 */
import { CircuitWatch } from '../support/circuitWatch.js';
import type { FleetAnswers, FleetCommand } from '../support/fleetMessages.js';
import { serveFleet } from '../support/fleetProcess.js';
import { openWebSocket, textFrame } from '../support/rawWebSocket.js';
import { CURRENT_MAX_A } from '../support/site.js';
import { stormSite } from '../support/stormScene.js';
import { type Milestones, StormStation } from '../support/stormStation.js';

const LOOK_EVERY_MS = 200;
const METER_EVERY_MS = 60_000;

let stations: readonly StormStation[] = [];
const watch = new CircuitWatch();
let toldMs = 0;
let lastProfileMs = 0;

serveFleet(obey);

async function obey(command: FleetCommand): Promise<FleetAnswers[FleetCommand['type']]> {
  switch (command.type) {
    case 'create':
      create(command);
      return null;
    case 'comeBack':
      return await comeBack(command.port);
    case 'milestones':
      return milestones();
    case 'quiet':
      return { quietMs: performance.now() - lastProfileMs };
    case 'held':
      return held();
    case 'bare':
      return await bare(command);
    case 'close':
      await Promise.all(stations.map(({ bench }) => bench.cut()));
      return null;
  }
}

function create({ firstSite, sites, password }: FleetCommand & { type: 'create' }): void {
  const created = new Map<string, StormStation>();
  for (let index = firstSite; index < firstSite + sites; index++) {
    const site = stormSite(index);
    for (const { id, phases } of site.stations) {
      const station = new StormStation({ id, phases, currentMaxA: CURRENT_MAX_A }, created.size % 2 === 0, password);
      station.bench.onProfile = () => {
        lastProfileMs = performance.now();
        watch.changed(station.bench, Date.now());
      };
      created.set(id, station);
    }
    watch.add(site, (id) => {
      const found = created.get(id);
      if (found === undefined) throw new Error(`there is no station ${id}`);
      return found.bench;
    });
  }
  stations = [...created.values()];
  setInterval(() => watch.lookAtAll(Date.now()), LOOK_EVERY_MS);
  let next = 0;
  setInterval(() => stations[next++ % stations.length]?.meter(), METER_EVERY_MS / stations.length);
}

async function comeBack(port: number): Promise<FleetAnswers['comeBack']> {
  await Promise.all(stations.map(({ bench }) => bench.cut()));
  const before = process.cpuUsage();
  toldMs = performance.now();
  await Promise.all(stations.map((station) => station.comeBack(port)));
  const { user, system } = process.cpuUsage(before);
  tellLosses();
  return { cpuMs: (user + system) / 1000 };
}

/** Of stations that had to try again, why: not a figure, but worth knowing. */
function tellLosses(): void {
  const counts = new Map<string, number>();
  for (const { losses } of stations) {
    for (const why of losses.splice(0)) counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  for (const [why, count] of counts) process.stderr.write(`reconnectStorm: ${count} times: ${why}\n`);
}

function milestones(): FleetAnswers['milestones'] {
  return { stations: stations.map(({ milestones: seen }) => sinceTold(seen)), ...watch.takeWorst(Date.now()) };
}

function sinceTold({ attempts, refused, lost, ...times }: Milestones): Milestones {
  const since = Object.entries(times).map(([name, ms]) => [name, (ms as number) - toldMs] as const);
  return { attempts, refused, lost, ...Object.fromEntries(since) };
}

function held(): FleetAnswers['held'] {
  const nowMs = Date.now();
  return stations.map(({ bench }) => ({
    id: bench.id,
    limitA: bench.limitA(nowMs),
    transactionId: bench.transactionId,
    held: bench.held,
  }));
}

async function bare({ port, messages }: FleetCommand & { type: 'bare' }): Promise<FleetAnswers['bare']> {
  const startedMs = performance.now();
  const frame = textFrame(JSON.stringify([2, 'M'.padEnd(36, '0'), 'StatusNotification', { text: 'x'.repeat(300) }]));
  const sockets = await Promise.all(
    stations.map(async ({ bench: { id } }) => {
      const socket = await openWebSocket({ port, path: `/ocpp/${id}`, subprotocol: 'ocpp1.6' });
      await new Promise<void>((resolve) => {
        let left = messages;
        socket.onMessage = () => (--left > 0 ? socket.write(frame) : resolve());
        socket.write(frame);
      });
      return socket;
    }),
  );
  const tookMs = performance.now() - startedMs;
  await Promise.all(sockets.map((socket) => socket.close()));
  return { tookMs };
}
