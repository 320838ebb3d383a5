import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scenesBetween } from './demoScenes.js';
import { DemoJson, type DemoOutput, DemoScreen } from './demoScreen.js';
import { DEMO_ENERGY_SPEED, DEMO_SITE_ID, DEMO_STATIONS, demoFleet, demoSite } from './demoSite.js';
import { demoTariffs, priceNews } from './demoTariffs.js';
import { Child, CLI_PROGRAM, requestToEnd, SERVICE_PROGRAM } from './programs.js';
import { ServiceClient } from './serviceClient.js';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 1_000;
/** Passwords are hashed expensively on purpose; a few at a time. */
const CREDENTIALS_AT_ONCE = 4;

export interface DemoOptions {
  readonly duration?: number;
  readonly port?: number;
  readonly json?: boolean;
}

/** Runs it until it is asked to end, or for as long as it may. */
export async function demo(options: DemoOptions): Promise<void> {
  const ended = requestToEnd();
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-demo-'));
  const children: Child[] = [];
  let screen: DemoOutput | undefined;
  try {
    const port = options.port ?? (await freePort());
    const apiKey = randomBytes(18).toString('base64url');
    const baseUrl = `http://127.0.0.1:${port}`;
    const title = [
      'Evenkeel demo: 24 charging stations on a site that could serve a third of them at full power. Ctrl-C ends it.',
      `Batteries fill ${DEMO_ENERGY_SPEED} times faster than real ones; currents, limits and OCPP messages are as in real life.`,
      `To look closer: ${baseUrl}/docs with the key ${apiKey}`,
    ];
    screen = options.json ? new DemoJson(process.stdout) : new DemoScreen(process.stdout, title);
    if (options.json) for (const line of title) screen.news(line);
    screen.news('the service starts');
    const service = new Child({
      program: SERVICE_PROGRAM,
      output: 'watched',
      environment: serviceEnvironment({ port, directory, apiKey }),
    });
    children.push(service);
    const client = new ServiceClient(baseUrl, apiKey);
    const interrupted = await firstOf(ended, waitUntilHealthy(service, client));
    if (interrupted) return;
    const passwords = await setUp(client, screen);
    screen.news(`${DEMO_STATIONS.length} stations connect, from a process of their own`);
    const fleet = await startFleet({ directory, port, apiKey, passwords, screen, json: options.json === true });
    children.push(fleet);
    await run({ client, service, fleet, screen, ended, durationS: options.duration });
  } finally {
    screen?.close();
    // Stations first: the last thing they do is say what really flowed.
    for (const child of children.reverse()) await child.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Running {
  readonly client: ServiceClient;
  readonly service: Child;
  readonly fleet: Child;
  readonly screen: DemoOutput;
  readonly ended: Promise<void>;
  readonly durationS: number | undefined;
}

async function run({ client, service, fleet, screen, ended, durationS }: Running): Promise<void> {
  const startMs = Date.now();
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  let playedUntilS = 0;
  while (!isOver) {
    const elapsedS = (Date.now() - startMs) / 1000;
    if (durationS !== undefined && elapsedS >= durationS) return;
    if (service.hasExited) throw new Error(`the service ended unexpectedly:\n${service.lastLines.join('\n')}`);
    if (fleet.hasExited) throw new Error(`the stations ended unexpectedly:\n${fleet.lastLines.join('\n')}`);
    for (const scene of scenesBetween(playedUntilS, elapsedS)) {
      screen.news(scene.say);
      if ('tell' in scene) fleet.tell(scene.tell);
      else await lowerGrid(client, scene);
    }
    playedUntilS = elapsedS;
    try {
      screen.show(await client.get(`/v1/sites/${DEMO_SITE_ID}/state`), Date.now());
    } catch (error) {
      // One late answer is no reason to end; a service that is gone is found at the top of the loop.
      screen.news(error instanceof Error ? error.message : String(error));
    }
    await firstOf(ended, sleep(POLL_MS));
  }
}

async function lowerGrid(
  client: ServiceClient,
  scene: { readonly lowerGridToA: number; readonly forS: number },
): Promise<void> {
  const currentA = scene.lowerGridToA;
  await client.put(`/v1/sites/${DEMO_SITE_ID}/limits/grid-operator`, {
    circuitId: 'grid',
    limitA: { L1: currentA, L2: currentA, L3: currentA },
    from: new Date().toISOString(),
    to: new Date(Date.now() + scene.forS * 1000).toISOString(),
    source: 'grid-operator',
  });
}

/** The demo decides everything by itself: what the surroundings set for a real service must not leak in. */
function serviceEnvironment(own: { readonly port: number; readonly directory: string; readonly apiKey: string }) {
  return {
    PORT: String(own.port),
    HOST: '127.0.0.1',
    EVENKEEL_DATA_DIR: join(own.directory, 'data'),
    EVENKEEL_ADMIN_KEY: own.apiKey,
    EVENKEEL_ROLES: undefined,
    DATABASE_URL: undefined,
    REDIS_URL: undefined,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
  };
}

async function waitUntilHealthy(service: Child, client: ServiceClient): Promise<void> {
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (!(await client.isHealthy())) {
    if (service.hasExited) throw new Error(`the service did not start:\n${service.lastLines.join('\n')}`);
    if (Date.now() > deadlineMs)
      throw new Error(`the service did not answer /healthz within ${START_TIMEOUT_MS / 1000} s`);
    await sleep(100);
  }
}

/** Writes the tariffs, the site and a password for each station; answers the passwords. */
async function setUp(client: ServiceClient, screen: DemoOutput): Promise<ReadonlyMap<string, string>> {
  const nowMs = Date.now();
  for (const [tariffId, tariff] of demoTariffs(nowMs)) await client.put(`/v1/tariffs/${tariffId}`, tariff);
  await client.put(`/v1/sites/${DEMO_SITE_ID}`, demoSite());
  const price = priceNews(await client.get(`/v1/sites/${DEMO_SITE_ID}/prices`), nowMs);
  if (price !== undefined) screen.news(price);
  const passwords = new Map(DEMO_STATIONS.map(({ id }) => [id, randomBytes(15).toString('base64url')]));
  const waiting = [...passwords];
  while (waiting.length > 0) {
    await Promise.all(
      waiting
        .splice(0, CREDENTIALS_AT_ONCE)
        .map(([id, password]) => client.put(`/v1/stations/${id}/credentials`, { password })),
    );
  }
  return passwords;
}

async function startFleet(own: {
  readonly directory: string;
  readonly port: number;
  readonly apiKey: string;
  readonly passwords: ReadonlyMap<string, string>;
  readonly screen: DemoOutput;
  readonly json: boolean;
}): Promise<Child> {
  const file = join(own.directory, 'fleet.json');
  const fleet = demoFleet({ port: own.port, passwords: own.passwords, seed: randomInt(1, 1_000_000) });
  await writeFile(file, JSON.stringify(fleet), { mode: 0o600 });
  return new Child({
    program: CLI_PROGRAM,
    args: ['simulate', '--fleet', file, '--quiet', '--exit-with-parent'],
    output: 'watched',
    environment: { EVENKEEL_ADMIN_KEY: own.apiKey },
    onLine: (line) => {
      if (!/ (was above its rating|was ever above its rating|meter of )/.test(line)) return;
      // The screen is closed by then, and leaves the last word to the stations.
      if (own.json) own.screen.news(line);
      else console.log(line);
    },
  });
}

/** True when the first of the two came first. */
function firstOf(ended: Promise<void>, work: Promise<unknown>): Promise<boolean> {
  return Promise.race([ended.then(() => true), work.then(() => false)]);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port was found'));
      });
    });
  });
}
