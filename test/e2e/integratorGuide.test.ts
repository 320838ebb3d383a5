import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Car, realClock, Ticker, VirtualStation } from '../../src/simulator/index.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';
import { until } from './support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/guides/integrator.md'), 'utf8');
const EXAMPLE = join(ROOT, 'examples/csms/main.ts');
const blocks = (kind: string) =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

describe("the CSMS integrator's guide, executed as printed", () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-integrator-guide-'));
  let service: ServiceProcess;

  beforeAll(async () => {
    service = await ServiceProcess.start({ dataDir: join(directory, 'data') });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('takes a station of a CSMS from its connection to a limit for its car, by curl', async () => {
    const script = blocks('sh')
      .join('\n')
      .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY)
      .replaceAll('http://localhost:8080', service.httpUrl);
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: directory });
    expect(stdout).not.toContain('urn:evenkeel:problem');
    const answers = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    const commands = answers.flatMap(({ commands: given = [] }) => given);
    expect(commands[0]).toMatchObject({ kind: 'setFailsafe', action: 'SetChargingProfile', stationId: 'CP001' });
    expect(commands.at(-1)).toMatchObject({
      kind: 'setLimit',
      payload: { csChargingProfiles: { chargingProfilePurpose: 'TxProfile', transactionId: 4711 } },
    });
    expect(answers).toContainEqual({ ackedSeq: 1, missing: [] });
    const dryRun = answers.find(({ sessions, boundaries }) => sessions?.length === 1 && boundaries !== undefined);
    expect(Math.max(...dryRun.sessions[0].currentA)).toBeLessThanOrEqual(8);
  }, 90_000);

  it('prints the example that it runs', () => {
    expect(blocks('ts')).toEqual([readFileSync(EXAMPLE, 'utf8')]);
  });

  it('has an example with which a station charges', async () => {
    await service.api.put('/v1/sites/garage', {
      name: 'Garage',
      timeZone: 'Europe/Stockholm',
      circuits: [{ id: 'grid', limitA: { L1: 16, L2: 16, L3: 16 } }],
      stations: [
        {
          id: 'CP002',
          circuitId: 'grid',
          failsafeA: 6,
          reactionS: 1,
          delegated: { by: 'csms', ocppVersion: '2.0.1' },
          evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMaxA: 16 }],
        },
      ],
    });
    const { process: csms, stationsUrl, said } = await startExample(service.httpUrl);
    const station = new VirtualStation({
      stationId: 'CP002',
      url: stationsUrl,
      ocppVersion: '2.0.1',
      evses: [{ id: 1, terminals: 3, currentMaxA: 16 }],
      meterIntervalS: 1,
      ticker: new Ticker(realClock, 100),
    });
    try {
      station.start();
      const car = new Car({ batteryWh: 60_000, soC: 0.3, phases: 3, currentMaxA: 16, reactionS: 0.2 });
      station.plugIn(1, car, { idToken: 'TAG' });
      const drawnA = () => station.currentA(1)[0] ?? 0;
      await until(() => drawnA() > 10, 'its car charges with more than its failsafe', {
        atMostMs: 40_000,
        otherwise: () => `${drawnA()} A\n${said()}\n${service.output}`,
      });
    } finally {
      await station.stop();
      csms.kill('SIGTERM');
      await new Promise((resolve) => csms.once('close', resolve));
    }
  }, 90_000);
});

async function startExample(url: string): Promise<{ process: ChildProcess; stationsUrl: string; said: () => string }> {
  const example = spawn(process.execPath, ['--import', 'tsx', EXAMPLE], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, EVENKEEL_URL: url, EVENKEEL_KEY: ADMIN_KEY, CSMS_PORT: '0' },
  });
  let said = '';
  for (const stream of [example.stdout, example.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const found = () => /(ws:\S+)\/\{stationId\}/.exec(said)?.[1];
  await until(() => found() !== undefined, 'the example listens', { atMostMs: 20_000, otherwise: () => said });
  return { process: example, stationsUrl: found() ?? '', said: () => said };
}
