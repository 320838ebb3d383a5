import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestCentral } from './simulatorCentral.js';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** A process starts through a loader on a busy machine. */
const START_MS = 25_000;
let central: TestCentral;
let child: ChildProcess | undefined;
let output = '';

beforeEach(async () => {
  central = await TestCentral.listen();
  output = '';
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  child = undefined;
  await central.close();
  expect(central.violations).toEqual([]);
});

function evenkeel(args: readonly string[], environment: Record<string, string> = {}): Promise<number | null> {
  const started = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { ...process.env, ...environment },
  });
  child = started;
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    started.once('close', resolve);
  });
}

const type = (line: string): void => {
  child?.stdin?.write(`${line}\n`);
};

test('a fleet in its own process charges, does what is typed, and leaves in good order', {
  timeout: 60_000,
}, async () => {
  const args = ['simulate', '--url', central.url, '--stations', '3', '--password', 'pass word', '--cars', '2'];
  const exited = evenkeel([...args, '--meter-interval', '1']);
  await central.until(() => central.of('StartTransaction').length === 2, 'two cars', START_MS);
  expect([...central.authorizations].sort()).toEqual(
    ['CP001', 'CP002', 'CP003'].map((id) => `Basic ${Buffer.from(`${id}:pass word`).toString('base64')}`),
  );
  await central.until(() => central.of('MeterValues').length >= 2, 'meter values');

  type('plug CP003');
  await central.until(() => central.of('StartTransaction').length === 3, 'the third car');
  type('unplug CP001 1');
  await central.until(() => central.of('StopTransaction').length === 1, 'a stop');
  type('fault CP002 reject GetCompositeSchedule');
  await central.until(() => output.includes('done: fault CP002'), 'the fault');
  expect(await central.call('CP002', 'GetCompositeSchedule', { connectorId: 1, duration: 60 })).toEqual({
    status: 'Rejected',
  });
  type('reboot CP002 1');
  await central.until(() => central.of('BootNotification').length === 4, 'a new boot');
  type('plug CP099');
  type('dance');
  await central.until(() => output.includes('"dance" is not known'), 'a hint');
  expect(output).toContain('this fleet has no station CP099');
  expect(output).toMatch(/CP001\/1 Charging/);

  child?.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('a fleet of OCPP 2.0.1 charges, and is limited from the keyboard', { timeout: 60_000 }, async () => {
  await central.close();
  central = await TestCentral.listen(0, '2.0.1');
  const exited = evenkeel(['simulate', '--url', central.url, '--stations', '2', '--ocpp-version', '2.0.1']);
  const started = () => central.of('TransactionEvent').filter(({ payload }) => payload.eventType === 'Started');
  await central.until(() => started().length === 2, 'two cars', START_MS);
  type('limit CP002 11');
  expect((await central.received('NotifyChargingLimit')).payload).toMatchObject({
    evseId: 0,
    chargingSchedule: [{ chargingSchedulePeriod: [{ limit: 11 }] }],
  });
  type('limit CP002 none');
  await central.received('ClearedChargingLimit');
  child?.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('a fleet file may name a version for each station, and a DC outlet', { timeout: 60_000 }, async () => {
  await central.close();
  central = await TestCentral.listen(0, '2.1');
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-fleet-'));
  try {
    const file = join(directory, 'fleet.json');
    const car = { batteryWh: 60_000, soC: 0.2, phases: 3, currentMaxA: 16, directPowerMaxW: 30_000 };
    const visits = [{ afterS: 0, car }];
    const evse = { id: 1, kind: 'DC', powerMaxW: 50_000, phases: ['L1', 'L2', 'L3'], visits };
    await writeFile(file, JSON.stringify({ stations: [{ id: 'FAST', ocppVersion: '2.1', evses: [evse] }] }));
    const exited = evenkeel(['simulate', '--fleet', file, '--url', central.url, '--exit-with-parent']);
    await central.until(() => central.of('TransactionEvent').length >= 2, 'a car', START_MS);
    type('status');
    await central.until(() => output.includes('FAST/1 Charging'), 'its status');
    child?.stdin?.end();
    expect(await exited).toBe(0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test('a fleet file brings its site: circuits are metered to the service and what really flowed is reported', {
  timeout: 60_000,
}, async () => {
  const readings: {
    key: string | undefined;
    url: string | undefined;
    body: { circuitId: string; currentA: Record<string, number> };
  }[] = [];
  const service = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.on('data', (part) => {
      text += String(part);
    });
    request.on('end', () => {
      readings.push({ key: request.headers.authorization, url: request.url, body: JSON.parse(text) });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const address = service.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-fleet-'));
  try {
    const car = { batteryWh: 60_000, soC: 0.2, phases: 1, currentMaxA: 20, reactionS: 0.5, rampUpAPerS: 100 };
    const file = join(directory, 'fleet.json');
    await writeFile(
      file,
      JSON.stringify({
        url: central.url,
        stations: [
          {
            id: 'A',
            circuitId: 'row',
            evses: [{ id: 1, currentMaxA: 32, phases: ['L2', 'L3', 'L1'], visits: [{ afterS: 0, car }] }],
          },
        ],
        site: {
          siteId: 'home',
          circuits: [
            { id: 'grid', limitA: { L1: 16, L2: 16, L3: 16 } },
            { id: 'row', parentId: 'grid', limitA: { L1: 32, L2: 32, L3: 32 } },
          ],
          buildingLoads: [{ circuitId: 'grid', baseA: { L1: 3, L2: 0, L3: 0 } }],
          meters: { baseUrl: `http://127.0.0.1:${port}`, circuitIds: ['grid'], intervalS: 0.3 },
        },
      }),
    );
    const exited = evenkeel(['simulate', '--fleet', file, '--exit-with-parent'], {
      EVENKEEL_ADMIN_KEY: 'the-key-of-tests',
    });
    await central.until(() => readings.some(({ body }) => body.currentA.L2 === 20), 'the car on L2', START_MS);
    expect(readings.at(-1)).toMatchObject({
      key: 'Bearer the-key-of-tests',
      url: '/v1/sites/home/meter-values',
      body: { circuitId: 'grid', currentA: { L1: 3, L3: 0 } },
    });
    type('load grid 5 5 5');
    await central.until(() => readings.at(-1)?.body.currentA.L2 === 25, 'the building on L2');
    child?.stdin?.end();
    expect(await exited).toBe(0);
    expect(output).toMatch(/grid L2 was above its rating for [\d.]+ s, by 9\.0 A at most/);
  } finally {
    service.close();
    await rm(directory, { recursive: true, force: true });
  }
});

test('says in one line what is wrong with what it was given', { timeout: 60_000 }, async () => {
  expect(await evenkeel(['simulate', '--fleet', '/nonexistent/fleet.json'])).toBe(2);
  expect(output).toMatch(/^evenkeel: can't read the fleet file/);
  output = '';
  expect(await evenkeel(['simulate', '--stations', 'many'])).toBe(2);
  expect(output).toContain('It must be a whole number');
});
