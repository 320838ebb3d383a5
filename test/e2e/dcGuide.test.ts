import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Car, checkFleet, Fleet, type VirtualStation } from '../../src/simulator/index.js';
import { siteState } from './support/documents.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';
import { until } from './support/until.js';

const GUIDE = readFileSync(new URL('../../docs/dc.md', import.meta.url), 'utf8');
const jsonOf = (name: string) => {
  const text = new RegExp(`\`\`\`json ${name}\\n([\\s\\S]*?)\`\`\``).exec(GUIDE)?.[1];
  if (text === undefined) throw new Error(`the guide has no ${name}`);
  return text;
};
const scripts = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);

const CABINET_W = 60_000;
const EFFICIENCY = 0.94;
const FAILSAFE_W = 6 * 690;
/** A driver who wants all there is, and a car that follows at once. */
const CAR = { batteryWh: 100_000, soC: 0.2, phases: 3, currentMaxA: 16, directPowerMaxW: 150_000 } as const;
const QUICK = { reactionS: 0.5, rampUpAPerS: 100 } as const;
/** A lowering, and the cars that follow it. */
const EXCESS_AT_MOST_MS = 1_500;

const directory = mkdtempSync(join(tmpdir(), 'evenkeel-dc-guide-'));
let service: ServiceProcess;
let fleet: Fleet;
let station: VirtualStation;
const told: string[] = [];

beforeAll(async () => {
  service = await ServiceProcess.start({ dataDir: join(directory, 'data'), environment: { LOG_LEVEL: 'warn' } });
  writeFileSync(join(directory, 'site.json'), jsonOf('site'));
  const script = scripts
    .join('\n')
    .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY)
    .replaceAll('http://localhost:8080', service.httpUrl);
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: directory });
  expect(stdout).not.toContain('urn:evenkeel:problem');
  fleet = new Fleet({
    description: checkFleet(JSON.parse(jsonOf('fleet'))),
    url: service.stationsUrl,
    tickMs: 100,
    onEvent: (_stationId, event) => void told.push(JSON.stringify(event)),
  });
  const only = fleet.stations.get('DC1');
  if (only === undefined) throw new Error('the fleet of the guide has no DC1');
  station = only;
  fleet.start();
  await until(isProtected, 'the cabinet is protected', { atMostMs: 30_000, otherwise: () => told.slice(-5).join() });
}, 90_000);

afterAll(async () => {
  await fleet?.stop();
  await service?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const isProtected = async () => (await siteState(service.api, 'motorway')).site === 'protected';
const cabinetW = () => fleet.site?.loadW('cabinet') ?? 0;
const outletW = (evseId: number) =>
  station.currentA(evseId).reduce((sum, currentA) => sum + currentA, 0) * 230 * EFFICIENCY;
const plugIn = (...evseIds: readonly number[]) => {
  for (const evseId of evseIds) station.plugIn(evseId, new Car({ ...CAR, ...QUICK }), { idToken: `DRIVER-${evseId}` });
};

/** Within what rounding, and small rises that wait, leave unused. */
async function untilEachGives(wantedW: number, evseIds: readonly number[]): Promise<void> {
  const isThere = () => evseIds.every((id) => Math.abs(outletW(id) - wantedW) < 0.03 * wantedW);
  await until(isThere, `${evseIds.join()} give ${wantedW} W each`, {
    atMostMs: 30_000,
    otherwise: () => `${evseIds.map(outletW).join()}\n${told.slice(-12).join('\n')}`,
  });
}

describe('a cabinet with four outlets, as the guide has it', () => {
  it('refuses failsafes that would not fit, as printed', async () => {
    const site = JSON.parse(jsonOf('site').replace('"failsafeA": 6', '"failsafeA": 25'));
    const { status, body } = await service.api.request('PUT', '/v1/sites/motorway', site);
    expect(status).toBe(422);
    expect(body).toMatchObject(JSON.parse(jsonOf('refused')));
  });

  it('is shared by who is there as printed, and never takes more', { timeout: 150_000 }, async () => {
    plugIn(1);
    await untilEachGives(44_700, [1]);
    plugIn(2, 3, 4);
    await untilEachGives(14_100, [1, 2, 3, 4]);
    expect(cabinetW()).toBeGreaterThan(0.98 * CABINET_W);
    const state = await siteState(service.api, 'motorway');
    expect(state.stations[0]?.evses.map(({ kind }) => kind)).toEqual(['DC', 'DC', 'DC', 'DC']);

    // Without us, and without what was told of their transactions, they fall to what fits.
    await service.kill();
    station.reboot({ downMs: 500, transactions: 'keep' });
    await until(() => cabinetW() > 0.99 * 4 * FAILSAFE_W, 'all charge by what they fell to', {
      otherwise: () => `${cabinetW()} W`,
    });
    for (const evseId of [1, 2, 3, 4]) expect(outletW(evseId)).toBeLessThanOrEqual(FAILSAFE_W * EFFICIENCY);

    const longest = fleet.site?.powerExcessSpans()[0]?.durationMs ?? 0;
    expect(longest).toBeLessThan(EXCESS_AT_MOST_MS);
    expect(fleet.site?.excessSpans()).toEqual([]);
  });

  it('is told in watts only', () => {
    const profiles = told.filter((line) => line.includes('SetChargingProfile'));
    expect(profiles.length).toBeGreaterThanOrEqual(5);
    expect(profiles.every((line) => line.includes('Accepted'))).toBe(true);
  });
});
